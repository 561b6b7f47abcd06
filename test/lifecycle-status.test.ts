// Status: what the words of a list mean on the five axes, and the one stage they make, in the order of the domain.
import { beforeAll, describe, expect, test } from "vitest";
import { files, rowsOf, tell } from "./lifecycle.ts";

const list = files("2026-06-01");

/** One referral of 4 May 2026 with these columns of its row on the list of 1 June. */
const row = (columns: Readonly<Record<string, string>>): string => {
  const all = { file_id: "1", row_number: "1", referral_id: "7", ordered_at: "2026-05-04 09:00", ...columns };
  return `${Object.keys(all).join(" | ")}\n${Object.values(all).join(" | ")}`;
};

const stageOf = async (columns: Readonly<Record<string, string>>): Promise<string | null | undefined> => {
  const [found] = await rowsOf("core.referral", { "seeds.file": list, "raw.referral": row(columns) });
  return found?.stage;
};

describe("the stage, in the order of the domain", () => {
  const cases: [string, Readonly<Record<string, string>>, string][] = [
    ["nothing but an order is pending", { status: "New" }, "pending"],
    ["an accepted referral is pending", { status: "Accepted" }, "pending"],
    ["a redirected referral is still work to do", { status: "Redirected" }, "pending"],
    ["waiting for records", { status: "Info needed" }, "awaiting_information"],
    [
      "authorization required and undecided comes before waiting for records",
      { status: "Info needed", authorization_status: "Required" },
      "awaiting_authorization",
    ],
    [
      "a submitted authorization waits",
      { status: "Accepted", authorization_status: "Submitted" },
      "awaiting_authorization",
    ],
    ["an appeal waits again", { status: "Accepted", authorization_status: "Appealed" }, "awaiting_authorization"],
    ["an approved one does not", { status: "Accepted", authorization_status: "Approved" }, "pending"],
    [
      "a future appointment beats an authorization that is awaited",
      {
        status: "Accepted",
        authorization_status: "Required",
        appointment_at: "2026-06-20 10:00",
        appointment_status: "Booked",
      },
      "scheduled",
    ],
    [
      "a denial is an end, and beats a future appointment",
      {
        status: "Accepted",
        authorization_status: "Denied",
        appointment_at: "2026-06-20 10:00",
        appointment_status: "Booked",
      },
      "denied",
    ],
    ["canceled after a denial is canceled", { status: "Canceled", authorization_status: "Denied" }, "canceled"],
    ["canceled with a word that says the payer denied is denied", { status: "Insurance denied" }, "denied"],
    [
      "canceled on a condition that says the payer denied is denied",
      { status: "Canceled", close_reason: "Not covered" },
      "denied",
    ],
    ["canceled is canceled", { status: "Canceled", authorization_status: "Approved" }, "canceled"],
    [
      "an end beats a future appointment",
      { status: "Patient declined", appointment_at: "2026-06-20 10:00", appointment_status: "Booked" },
      "declined_by_patient",
    ],
    ["unreachable", { status: "Unable to reach" }, "unreachable"],
    ["returned by the receiver", { status: "Returned" }, "returned"],
    [
      "a missed visit is open work",
      { status: "Accepted", appointment_at: "2026-05-20 10:00", appointment_status: "No show" },
      "no_showed",
    ],
    [
      "a canceled appointment is not a canceled referral",
      { status: "Accepted", appointment_at: "2026-05-20 10:00", appointment_status: "Canceled by clinic" },
      "canceled_appointment",
    ],
    [
      "a day that passed without an outcome is unknown, not completed",
      { status: "Accepted", appointment_at: "2026-05-31 10:00", appointment_status: "Booked" },
      "outcome_unknown",
    ],
    [
      "on the day itself the visit is still to come",
      { status: "Accepted", appointment_at: "2026-06-01 10:00", appointment_status: "Booked" },
      "scheduled",
    ],
    [
      "an attended visit is completed",
      { status: "Accepted", appointment_at: "2026-05-20 10:00", appointment_status: "Seen" },
      "completed",
    ],
    [
      "an attended visit beats every end",
      { status: "Canceled", appointment_at: "2026-05-20 10:00", appointment_status: "Seen" },
      "completed",
    ],
    ["an eConsult needs no appointment", { status: "Accepted", appointment_status: "eConsult done" }, "completed"],
    [
      "attended, and the note is in: the loop is closed",
      {
        status: "Closed",
        appointment_at: "2026-05-20 10:00",
        appointment_status: "Seen",
        information_status: "Note in",
        report_received_at: "2026-05-22",
      },
      "loop_closed",
    ],
    [
      "a draft of the note closes no loop",
      {
        status: "Accepted",
        appointment_at: "2026-05-20 10:00",
        appointment_status: "Seen",
        information_status: "Draft note",
      },
      "completed",
    ],
  ];
  // One list with a referral for each case: their rows do not meet.
  const columns = [...new Set(cases.flatMap(([, given]) => Object.keys(given)))];
  let stages: Map<string | null | undefined, string | null | undefined>;
  beforeAll(async () => {
    const lines = cases.map(([, given], n) => [1, n + 1, n, "2026-05-04 09:00", ...columns.map((c) => given[c] ?? "")]);
    const rows = [["file_id", "row_number", "referral_id", "ordered_at", ...columns], ...lines];
    const found = await rowsOf("core.referral", {
      "seeds.file": list,
      "raw.referral": rows.map((cells) => cells.join(" | ")).join("\n"),
    });
    stages = new Map(found.map((r) => [r.referral_id, r.stage]));
  });
  test.each(cases.map(([title, , stage], n) => [title, String(n), stage] as const))("%s", (_, id, stage) => {
    expect(stages.get(id)).toBe(stage);
  });
});

describe("words", () => {
  test("Closed by itself says nothing: closed_unknown, without evidence of a visit or a note", () =>
    tell(
      {
        "seeds.file": list,
        "raw.referral": row({ status: "Closed", closed_at: "2026-05-20 16:00", closed_by: "AB12" }),
      },
      {
        "core.referral": `
          stage          | outcome        | outcome_at       | outcome_actor | closed_at        | closed_by | closed_without_evidence
          closed_unknown | closed_unknown | 2026-05-20 16:00 | staff         | 2026-05-20 16:00 | AB12      | true`,
      },
    ));

  test("a condition on a second field: Closed with Expired-Auto Closed means expired; a nightly job is not staff", () =>
    tell(
      {
        "seeds.file": list,
        "raw.referral": row({
          status: "Closed",
          close_reason: "Expired-Auto  closed",
          closed_at: "2026-05-20 01:24",
          closed_by: "NightJob",
        }),
      },
      {
        "core.referral": `
          stage   | outcome_actor | closed_without_evidence
          expired | system        | false`,
        "core.referral_event": `
          axis    | value   | event_at         | evidence | field      | raw_value           | mapping_row | actor_type
          request | new     | 2026-05-04 09:00 | stated   | ordered_at |                     |             |
          request | expired | 2026-05-20 01:24 | stated   | status     | Closed              | w:12        | system`,
      },
    ));

  test("case and blanks do not matter, words do", async () => {
    expect(await stageOf({ status: "  PATIENT   Declined " })).toBe("declined_by_patient");
    expect(await stageOf({ status: "Patient-declined" })).toBe("unmapped");
  });

  test("unmapped is a state of its own, counted, and never put into another bucket", () =>
    tell(
      { "seeds.file": list, "raw.referral": row({ status: "Parked", scheduling_status: "On ice" }) },
      {
        "core.referral": `
          stage    | request  | scheduling | is_open | outcome
          unmapped | unmapped | unmapped   | true    |`,
        "core.unmapped_word": `
          source   | entity   | field             | raw_value | records | first_seen
          worklist | referral | status            | parked    | 1       | 2026-06-01 23:59
          worklist | referral | scheduling_status | on ice    | 1       | 2026-06-01 23:59`,
      },
    ));

  test("unmapped words are listed with their spellings, the commonest first, and never with whom they are said of", () =>
    tell(
      {
        "seeds.file": list,
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status
          1       | 1          | 1           | 2026-05-04 09:00 | See notes
          1       | 2          | 2           | 2026-05-04 09:00 | SEE  NOTES
          1       | 3          | 3           | 2026-05-04 09:00 | see notes
          1       | 4          | 4           | 2026-05-04 09:00 | See Notes
          1       | 5          | 5           | 2026-05-04 09:00 | See notes`,
      },
      {
        "marts.unmapped_value": `
          field  | raw_value | examples                              | records | first_seen
          status | see notes | See notes; SEE  NOTES; See Notes   | 5       | 2026-06-01`,
      },
    ));

  test("a field that someone types into may name people: what is rare, long or has a number to call is counted, not shown", () => {
    const typed = [
      ...Array.from({ length: 20 }, (_, n) => `spoke to aunt ${String.fromCharCode(97 + n)}`),
      ...["Parked", "Parked", "Parked"],
      "Ada Quillbrook 555-0101 called",
      "ada@example.org",
      "a remark that goes on and on about one patient and her daughter",
    ];
    const rows = typed.map((status, n) => `1 | ${n + 1} | ${n + 1} | 2026-05-04 09:00 | ${status}`);
    return tell(
      {
        "seeds.file": list,
        "raw.referral": ["file_id | row_number | referral_id | ordered_at | status", ...rows].join("\n"),
      },
      {
        "marts.unmapped_value": `
          field  | raw_value   | examples    | records
          status | parked      | Parked      | 3
          status | (free text) | (free text) | 23`,
      },
    );
  });

  test("an unmapped word about the appointment is no outcome", () =>
    tell(
      {
        "seeds.file": list,
        "raw.referral": row({ status: "Accepted", appointment_at: "2026-05-20 10:00", appointment_status: "Parked" }),
      },
      {
        "core.appointment": `
          outcome  | status_raw
          unmapped | Parked`,
        "core.referral": `
          stage    | visit_at
          unmapped |`,
      },
    ));

  test("a reason left over from an earlier close does not close what is open again", async () => {
    expect(await stageOf({ status: "Accepted", close_reason: "Expired-Auto Closed" })).toBe("pending");
  });

  test("a reason left over from an earlier wait does not open what is closed", async () => {
    expect(await stageOf({ status: "Canceled", pend_reason: "Waiting for records" })).toBe("canceled");
    expect(await stageOf({ status: "In review", pend_reason: "Waiting for records" })).toBe("awaiting_information");
  });

  test("denied, opened again, and canceled with another word: canceled", () =>
    tell(
      {
        "seeds.file": files("2026-05-04", "2026-05-11", "2026-05-18"),
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status           | authorization_status
          1       | 1          | 7           | 2026-05-01 09:00 | Insurance denied | Denied
          2       | 1          | 7           | 2026-05-01 09:00 | Accepted         | Denied
          3       | 1          | 7           | 2026-05-01 09:00 | Canceled         | Denied`,
      },
      {
        "core.referral_span": `
          axis          | value     | span_from        | span_to
          request       | new       | 2026-05-01 09:00 | 2026-05-04 23:59
          request       | cancelled | 2026-05-04 23:59 | 2026-05-11 23:59
          request       | accepted  | 2026-05-11 23:59 | 2026-05-18 23:59
          request       | cancelled | 2026-05-18 23:59 |
          authorization | denied    | 2026-05-04 23:59 |
          stage         | pending   | 2026-05-01 09:00 | 2026-05-04 23:59
          stage         | denied    | 2026-05-04 23:59 | 2026-05-18 23:59
          stage         | canceled  | 2026-05-18 23:59 |`,
      },
    ));

  test("the same word means different things in different sources", () =>
    tell(
      {
        "seeds.file": files(
          { day: "2026-06-01", source: "registry", system: "north", rows: "snapshot" },
          { day: "2026-06-01", source: "other", system: "south", rows: "snapshot" },
        ),
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status
          1       | 1          | 7           | 2026-05-04 09:00 | Open
          2       | 1          | 7           | 2026-05-04 09:00 | Open`,
      },
      {
        "core.referral": `
          referral_key | request
          north:7      | accepted
          south:7      | new`,
      },
    ));

  test("every state names the field, the word and the mapping row behind it", () =>
    tell(
      {
        "seeds.file": list,
        "raw.referral": row({ status: "In review", status_at: "2026-05-06 11:00", authorization_status: "Required" }),
      },
      {
        "core.referral_event": `
          axis          | value     | event_at         | event_after      | evidence | field                | raw_value | mapping_row
          request       | new       | 2026-05-04 09:00 |                  | stated   | ordered_at           |           |
          request       | in_review | 2026-05-06 11:00 |                  | stated   | status               | In review | w:2
          authorization | required  | 2026-06-01 23:59 | 2026-05-04 09:00 | observed | authorization_status | Required  | w:21`,
      },
    ));
});
