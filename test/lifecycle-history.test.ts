// History: what lists tell over weeks, whatever order their files came in. A list is written at the end of its day.
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runChecks } from "../pipeline/checks.ts";
import { home } from "../pipeline/config.ts";
import { open } from "../pipeline/duckdb.ts";
import { loadModels } from "../pipeline/models.ts";
import { files, rowsOf, tell } from "./lifecycle.ts";

const three = files("2026-05-04", "2026-05-11", "2026-05-18");

describe("a change between two lists", () => {
  test("is told with the time that the list states, else with the interval in which it must have happened", () =>
    tell(
      {
        "seeds.file": three,
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status    | status_at        | scheduling_status
          1       | 1          | 7           | 2026-05-01 09:00 | New       | 2026-05-01 09:00 | Ready
          2       | 1          | 7           | 2026-05-01 09:00 | In review | 2026-05-06 14:30 | Ready
          3       | 1          | 7           | 2026-05-01 09:00 | Accepted  |                  | Called`,
      },
      {
        "core.referral_span": `
          axis       | value      | span_from        | span_after       | span_to
          request    | new        | 2026-05-01 09:00 |                  | 2026-05-06 14:30
          request    | in_review  | 2026-05-06 14:30 |                  | 2026-05-18 23:59
          request    | accepted   | 2026-05-18 23:59 | 2026-05-11 23:59 |
          scheduling | ready      | 2026-05-04 23:59 | 2026-05-01 09:00 | 2026-05-18 23:59
          scheduling | contacting | 2026-05-18 23:59 | 2026-05-11 23:59 |
          stage      | pending    | 2026-05-01 09:00 |                  |`,
      },
    ));

  test("backdated: a stated time before the list that still showed the old state is not believed", () =>
    tell(
      {
        "seeds.file": three,
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status   | closed_at
          1       | 1          | 7           | 2026-05-01 09:00 | Accepted |
          2       | 1          | 7           | 2026-05-01 09:00 | Canceled | 2026-05-02 10:00`,
      },
      {
        "core.referral_event": `
          value     | event_at         | event_after      | evidence
          new       | 2026-05-01 09:00 |                  | stated
          accepted  | 2026-05-04 23:59 | 2026-05-01 09:00 | observed
          cancelled | 2026-05-11 23:59 | 2026-05-04 23:59 | observed`,
      },
    ));

  test("date-only: a status of the day of the order, at midnight, is not before the order", () =>
    tell(
      {
        "seeds.file": three,
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status   | status_at
          1       | 1          | 7           | 2026-05-01 09:00 | Accepted | 2026-05-01`,
      },
      {
        "core.referral_event": `
          value    | event_at         | evidence
          accepted | 2026-05-01 09:00 | stated`,
      },
    ));
});

describe("a referral that is missing from the next list of its scope", () => {
  test("left the list: still open, its outcome unknown, since the first list without it", () =>
    tell(
      {
        "seeds.file": three,
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status
          1       | 1          | 7           | 2026-05-01 09:00 | Accepted
          2       | 1          | 8           | 2026-05-01 09:00 | Accepted
          3       | 1          | 8           | 2026-05-01 09:00 | Accepted`,
      },
      {
        "core.referral": `
          referral_id | stage   | is_open | outcome | last_seen_at     | left_list_at
          7           | pending | true    |         | 2026-05-04 23:59 | 2026-05-11 23:59
          8           | pending | true    |         | 2026-05-18 23:59 |`,
      },
    ));

  test("a closed one that drops off has an outcome and has not left", () =>
    tell(
      {
        "seeds.file": three,
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status
          1       | 1          | 7           | 2026-05-01 09:00 | Patient declined`,
      },
      { "core.referral": "stage | left_list_at\ndeclined_by_patient |" },
    ));

  test("moved to another queue: on that list, it has not left", () =>
    tell(
      {
        "seeds.file": files(
          "2026-05-04",
          "2026-05-11",
          { day: "2026-05-04", scope: "triage" },
          { day: "2026-05-11", scope: "triage" },
        ),
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status
          1       | 1          | 7           | 2026-05-01 09:00 | Accepted
          4       | 1          | 7           | 2026-05-01 09:00 | In review`,
      },
      { "core.referral": "request | left_list_at | reappeared_at\nin_review | |" },
    ));

  test("a referral whose newest row was rejected has not left the list, nor come back to it later", () =>
    tell(
      {
        "seeds.file": three,
        "seeds.rejected_record": "file_id | entity | record_id\n2 | referral | 7\n3 | referral | 8",
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status
          1       | 1          | 7           | 2026-05-01 09:00 | Accepted
          3       | 1          | 7           | 2026-05-01 09:00 | Accepted
          1       | 2          | 8           | 2026-05-01 09:00 | Accepted
          2       | 2          | 8           | 2026-05-01 09:00 | Accepted`,
      },
      {
        "core.referral": `
          referral_id | left_list_at | reappeared_at | last_seen_at
          7           |              |               | 2026-05-18 23:59
          8           |              |               | 2026-05-18 23:59`,
      },
    ));

  test("reappeared: when, and how long it was missing; the gap is no close", () =>
    tell(
      {
        "seeds.file": files("2026-05-04", "2026-05-11", "2026-05-18", "2026-05-25"),
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status
          1       | 1          | 7           | 2026-05-01 09:00 | Accepted
          4       | 1          | 7           | 2026-05-01 09:00 | Accepted`,
      },
      {
        "core.referral": `
          stage   | left_list_at | reappeared_at    | absent_days | reopened
          pending |              | 2026-05-25 23:59 | 14          | false`,
      },
    ));

  test("a source of changes says nothing by silence", () =>
    tell(
      {
        "seeds.file": files(
          { day: "2026-05-04", source: "registry", rows: "changes" },
          { day: "2026-05-11", source: "registry", rows: "changes" },
        ),
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status
          1       | 1          | 7           | 2026-05-01 09:00 | Open`,
      },
      { "core.referral": "request | left_list_at\naccepted |" },
    ));
});

describe("reopened", () => {
  test("first and last close are both kept, and whether it was open between", () =>
    tell(
      {
        "seeds.file": files("2026-05-04", "2026-05-11", "2026-05-18", "2026-05-25"),
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status          | closed_at        | closed_by
          1       | 1          | 7           | 2026-05-01 09:00 | Accepted        |                  |
          2       | 1          | 7           | 2026-05-01 09:00 | Unable to reach | 2026-05-08 10:00 | AB12
          3       | 1          | 7           | 2026-05-01 09:00 | Accepted        |                  |
          4       | 1          | 7           | 2026-05-01 09:00 | Closed          | 2026-05-22 01:24 | nightjob
          1       | 2          | 8           | 2026-05-01 09:00 | Canceled        | 2026-05-03 10:00 | AB12
          2       | 2          | 8           | 2026-05-01 09:00 | Accepted        |                  |
          3       | 2          | 8           | 2026-05-01 09:00 | Accepted        |                  |
          4       | 2          | 8           | 2026-05-01 09:00 | Accepted        |                  |
          1       | 3          | 9           | 2026-05-01 09:00 | Canceled        | 2026-05-03 10:00 | AB12`,
      },
      {
        "core.referral": `
          referral_id | stage          | reopened | first_closed_at  | closed_at        | outcome_actor
          7           | closed_unknown | true     | 2026-05-08 10:00 | 2026-05-22 01:24 | system
          8           | pending        | true     | 2026-05-03 10:00 |                  |
          9           | canceled       | false    | 2026-05-03 10:00 | 2026-05-03 10:00 | staff`,
      },
    ));
});

describe("files", () => {
  const rows = `
    file_id | row_number | referral_id | ordered_at       | status
    FIRST   | 1          | 7           | 2026-05-01 09:00 | New
    SECOND  | 1          | 7           | 2026-05-01 09:00 | In review
    THIRD   | 1          | 7           | 2026-05-01 09:00 | Accepted`;
  const numbered = (first: number, second: number, third: number) =>
    rows.replace("FIRST", `${first}`).replace("SECOND", `${second}`).replace("THIRD", `${third}`);
  const history = `
    value     | event_at         | event_after
    new       | 2026-05-01 09:00 |
    in_review | 2026-05-11 23:59 | 2026-05-04 23:59
    accepted  | 2026-05-18 23:59 | 2026-05-11 23:59`;

  test("out-of-order and late files: the same files in any order of arrival give the same history", async () => {
    await tell({ "seeds.file": three, "raw.referral": numbered(1, 2, 3) }, { "core.referral_event": history });
    await tell(
      { "seeds.file": files("2026-05-18", "2026-05-04", "2026-05-11"), "raw.referral": numbered(2, 3, 1) },
      { "core.referral_event": history },
    );
  });

  test("a file that is held or superseded tells nothing", () =>
    tell(
      {
        "seeds.file": files(
          "2026-05-04",
          { day: "2026-05-11", standing: "superseded" },
          { day: "2026-05-18", standing: "held" },
        ),
        "raw.referral": numbered(1, 2, 3),
      },
      { "core.referral": "request | last_seen_at\nnew | 2026-05-04 23:59" },
    ));

  test("duplicates: a row exported twice on one day is one referral, one observation", () =>
    tell(
      {
        "seeds.file": three,
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status
          1       | 1          | 7           | 2026-05-01 09:00 | Accepted
          1       | 2          | 7           | 2026-05-01 09:00 | Accepted`,
      },
      { "core.referral": "referral_key | left_list_at\nclinic:7 | 2026-05-11 23:59" },
    ));

  test("ids with the same number in two systems are two referrals; leading zeros are part of an id", () =>
    tell(
      {
        "seeds.file": files(
          { day: "2026-05-04", source: "worklist", system: "north" },
          { day: "2026-05-04", source: "other", system: "south" },
        ),
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status
          1       | 1          | 42          | 2026-05-01 09:00 | New
          1       | 2          | 042         | 2026-05-01 09:00 | Accepted
          2       | 1          | 42          | 2026-05-02 09:00 | Open`,
      },
      {
        "core.referral": `
          referral_key | system | request
          north:42     | north  | new
          north:042    | north  | accepted
          south:42     | south  | new`,
      },
    ));

  test("several sources describing one referral: one row, the newest filled value of each field, one history", () =>
    tell(
      {
        "seeds.file": files("2026-05-04", "registry 2026-05-11"),
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status    | payer    | specialty  | language
          1       | 1          | 7           | 2026-05-01 09:00 | In review | Medicaid | Cardiology | Spanish
          2       | 1          | 7           | 2026-05-01 09:00 | Open      | Medicare |            |`,
      },
      {
        "core.referral": `
          referral_key | source   | payer    | specialty  | language | request
          clinic:7     | registry | Medicare | cardiology | Spanish  | accepted`,
        "core.referral_event": `
          value     | event_at         | source
          new       | 2026-05-01 09:00 | registry
          in_review | 2026-05-04 23:59 | worklist
          accepted  | 2026-05-11 23:59 | registry`,
      },
    ));

  test("a source that stops saying something keeps what the other says, not what it said itself", () =>
    tell(
      {
        "seeds.file": files("2026-05-04", "2026-05-11"),
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status   | payer
          1       | 1          | 7           | 2026-05-01 09:00 | Accepted | Medicaid
          2       | 1          | 7           | 2026-05-01 09:00 | Accepted |`,
      },
      { "core.referral": "payer | request\n | accepted" },
    ));
});

describe("left truncation", () => {
  test("what already stood on the first list came under observation then; later orders when they were signed", () =>
    tell(
      {
        "seeds.file": three,
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status
          1       | 1          | old         | 2026-01-15 09:00 | Accepted
          2       | 1          | old         | 2026-01-15 09:00 | Accepted
          2       | 2          | new         | 2026-05-07 09:00 | New
          2       | 3          | late        | 2026-02-01 09:00 | New`,
      },
      {
        "core.referral": `
          referral_id | entry_at
          old         | 2026-05-04 23:59
          new         | 2026-05-07 09:00
          late        | 2026-02-01 09:00`,
      },
    ));
});

describe("spans", () => {
  test("have no gap and no overlap on any axis, and cover request and stage from the order to now", async () => {
    const spans = await rowsOf("core.referral_span", {
      "seeds.file": files("2026-05-04", "2026-05-11", "2026-05-18", "schedule 2026-05-18"),
      "raw.referral": `
        file_id | row_number | referral_id | ordered_at       | status   | authorization_status | scheduling_status | closed_at
        1       | 1          | 7           | 2026-05-01 09:00 | New      | Required             | Ready             |
        2       | 1          | 7           | 2026-05-01 09:00 | Accepted | Submitted            | Called            |
        3       | 1          | 7           | 2026-05-01 09:00 | Closed   | Approved             | Booked            | 2026-05-17 12:00`,
      "raw.appointment": `
        file_id | row_number | appointment_id | referral_id | made_at          | starts_at        | status
        4       | 1          | a              | 7           | 2026-05-11 23:59 | 2026-05-15 10:00 | Completed
        4       | 2          | b              | 7           | 2026-04-20 10:00 | 2026-05-10 10:00 | Canceled`,
    });
    const byAxis = Map.groupBy(spans, (s) => s.axis);
    expect([...byAxis.keys()].sort()).toEqual(["authorization", "request", "scheduling", "stage", "visit"]);
    for (const list of byAxis.values()) {
      const sorted = list.toSorted((a, b) => (a.span_from! < b.span_from! ? -1 : 1));
      expect(sorted.at(-1)!.span_to).toBeNull();
      for (const [n, s] of sorted.entries()) if (n > 0) expect(sorted[n - 1]!.span_to).toBe(s.span_from);
      for (const [n, s] of sorted.entries()) if (n > 0) expect(sorted[n - 1]!.value).not.toBe(s.value);
    }
    for (const axis of ["request", "stage"])
      expect(
        byAxis
          .get(axis)!
          .map((s) => s.span_from)
          .sort()[0],
      ).toBe("2026-05-01 09:00:00");
  });
});

test("a gap or an overlap on any axis fails a check of the spans", async () => {
  const model = (await loadModels(join(home, "models"))).find(({ name }) => name === "core.referral_span")!;
  const { connection, close } = await open(":memory:", { threads: 1 });
  try {
    await connection.run("create schema core");
    await connection.run(
      "create table core.referral as select 'a:1' as referral_key, timestamp '2026-01-01' as ordered_at",
    );
    const failing = async (booked: string, moved: string) => {
      await connection.run(`create or replace table core.referral_span as
        select 'a:1' as referral_key, axis, 'x' as value, span_from::timestamp as span_from, null::timestamp as span_after, span_to::timestamp as span_to
        from (values ('request', '2026-01-01', null), ('stage', '2026-01-01', null), ('visit', '2026-01-05', '${booked}'), ('visit', '${moved}', null)) v(axis, span_from, span_to)`);
      const { checks } = await runChecks(connection, model);
      return checks.filter(({ failing }) => failing > 0).map(({ text }) => /next_from/.test(text));
    };
    expect(await failing("2026-01-09", "2026-01-09")).toEqual([]);
    expect(await failing("2026-01-09", "2026-01-10")).toEqual([true]);
    expect(await failing("2026-01-09", "2026-01-08")).toEqual([true]);
  } finally {
    close();
  }
});
