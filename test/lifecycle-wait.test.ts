// Who held a referral when: every day from the order to the note belongs to one holder, and the parts add up.
import { describe, expect, test } from "vitest";
import { files, rowsOf, tell } from "./lifecycle.ts";

describe("a day of the wait belongs to", () => {
  test("the referrer until it is sent, the payer until decided, the receiver until booked, capacity until the visit, then the note's return", () =>
    tell(
      {
        "seeds.file": files("2026-06-01", "schedule 2026-06-01", "payers 2026-06-01", "notes 2026-06-01"),
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | sent_at          | received_at      | status   | status_at        | authorization_required
          1       | 1          | 7           | 2026-04-01 09:00 | 2026-04-03 09:00 | 2026-04-04 09:00 | Accepted | 2026-04-06 10:00 | true`,
        "raw.authorization": `
          file_id | row_number | authorization_id | referral_id | status   | submitted_at     | decided_at
          3       | 1          | r                | 7           | Approved | 2026-04-07 09:00 | 2026-04-13 09:00`,
        "raw.appointment": `
          file_id | row_number | appointment_id | referral_id | made_at          | starts_at        | status
          2       | 1          | a              | 7           | 2026-04-16 09:00 | 2026-05-06 10:00 | Completed`,
        "raw.document": `
          file_id | row_number | document_id | referral_id | type         | received_at
          4       | 1          | d           | 7           | Consult note | 2026-05-09 08:00`,
      },
      {
        "core.wait": `
          wait_from  | wait_to    | days | holder
          2026-04-01 | 2026-04-03 | 2    | referrer
          2026-04-03 | 2026-04-13 | 10   | payer
          2026-04-13 | 2026-04-16 | 3    | receiver
          2026-04-16 | 2026-05-06 | 20   | capacity
          2026-05-06 | 2026-05-09 | 3    | returning`,
      },
    ));

  test("the patient: called without an answer, a first slot declined, a missed visit until reached again", () =>
    tell(
      {
        "seeds.file": files("2026-06-01", "schedule 2026-06-01", "calls 2026-06-01"),
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | sent_at          | status   | status_at
          1       | 1          | 7           | 2026-04-01 09:00 | 2026-04-01 10:00 | Accepted | 2026-04-02 10:00`,
        "raw.contact": `
          file_id | row_number | contact_id | referral_id | attempted_at     | outcome
          3       | 1          | 1          | 7           | 2026-04-04 10:00 | Left message
          3       | 2          | 2          | 7           | 2026-04-08 10:00 | Reached
          3       | 3          | 3          | 7           | 2026-05-05 10:00 | Left message
          3       | 4          | 4          | 7           | 2026-05-11 10:00 | Reached`,
        "raw.appointment": `
          file_id | row_number | appointment_id | referral_id | made_at          | starts_at        | first_offered_for | status
          2       | 1          | a              | 7           | 2026-04-10 09:00 | 2026-05-01 10:00 | 2026-04-20        | No show`,
      },
      {
        "core.wait": `
          wait_from  | wait_to    | days | holder
          2026-04-01 | 2026-04-04 | 3    | receiver
          2026-04-04 | 2026-04-08 | 4    | patient
          2026-04-08 | 2026-04-10 | 2    | receiver
          2026-04-10 | 2026-04-20 | 10   | capacity
          2026-04-20 | 2026-05-11 | 21   | patient
          2026-05-11 | 2026-06-01 | 21   | receiver`,
      },
    ));

  test("the referrer again while records are missing; the receiver where the clinic canceled; capacity on a waiting list", () =>
    tell(
      {
        "seeds.file": files("2026-06-01", "schedule 2026-06-01", "2026-05-11", "2026-05-04", "2026-05-18"),
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | received_at      | status      | status_at        | scheduling_status
          4       | 1          | 7           | 2026-05-01 09:00 | 2026-05-01 09:00 | Info needed | 2026-05-03 10:00 |
          3       | 1          | 7           | 2026-05-01 09:00 | 2026-05-01 09:00 | Accepted    | 2026-05-09 10:00 | Wait list
          5       | 1          | 7           | 2026-05-01 09:00 | 2026-05-01 09:00 | Accepted    | 2026-05-09 10:00 | Booked
          1       | 1          | 7           | 2026-05-01 09:00 | 2026-05-01 09:00 | Accepted    | 2026-05-09 10:00 | Ready`,
        "raw.appointment": `
          file_id | row_number | appointment_id | referral_id | made_at          | starts_at        | status   | canceled_at
          2       | 1          | a              | 7           | 2026-05-16 09:00 | 2026-06-01 10:00 | Canceled | 2026-05-22 15:00`,
      },
      {
        "core.wait": `
          wait_from  | wait_to    | days | holder
          2026-05-01 | 2026-05-03 | 2    | receiver
          2026-05-03 | 2026-05-09 | 6    | referrer
          2026-05-09 | 2026-05-11 | 2    | receiver
          2026-05-11 | 2026-05-22 | 11   | capacity
          2026-05-22 | 2026-06-01 | 10   | receiver`,
      },
    ));

  test("nobody while it is closed: the days between a close and its reopening are left out", () =>
    tell(
      {
        "seeds.file": files("2026-05-04", "2026-05-11", "2026-05-25", "2026-06-01"),
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status          | closed_at        | status_at
          1       | 1          | 7           | 2026-05-01 09:00 | Accepted        |                  | 2026-05-01 09:00
          2       | 1          | 7           | 2026-05-01 09:00 | Unable to reach | 2026-05-08 10:00 | 2026-05-08 10:00
          3       | 1          | 7           | 2026-05-01 09:00 | Accepted        |                  | 2026-05-20 10:00
          4       | 1          | 7           | 2026-05-01 09:00 | Canceled        | 2026-05-28 10:00 | 2026-05-28 10:00`,
      },
      {
        "core.wait": `
          wait_from  | wait_to    | days | holder
          2026-05-01 | 2026-05-08 | 7    | receiver
          2026-05-20 | 2026-05-28 | 8    | receiver`,
      },
    ));
});

test("the parts add up to the whole: days held are the days from the order on that were not closed", async () => {
  const statuses = ["New", "In review", "Info needed", "Accepted", "Canceled", "Redirected", "Closed"];
  const authorizations = ["", "Required", "Submitted", "Approved", "Denied"];
  const days = ["2026-05-04", "2026-05-11", "2026-05-18", "2026-05-25", "2026-06-01"];
  const lines = Array.from({ length: 60 }, (_, n) =>
    days.map((_, week) => {
      const status = statuses[(n * 7 + week * (n % 5) * 3) % statuses.length];
      const authorization = authorizations[(n + week * (n % 3)) % authorizations.length];
      const booked = (n + week) % 4 === 0 ? `2026-05-${String(10 + (n % 20)).padStart(2, "0")} 10:00` : "";
      return `${week + 1} | ${n + 1} | ${n} | 2026-04-${String(1 + (n % 28)).padStart(2, "0")} 09:00 | ${status} | ${authorization} | ${booked}`;
    }),
  ).flat();
  const given = {
    "seeds.file": files(...days),
    "raw.referral": `file_id | row_number | referral_id | ordered_at | status | authorization_status | appointment_at\n${lines.join("\n")}`,
  };
  const day = (time: string) => Date.parse(`${time.slice(0, 10)}T00:00Z`) / 86_400_000;
  const closed =
    /^(loop_closed|entered_in_error|canceled|declined_by_patient|unreachable|expired|returned|closed_unknown|denied)$/;
  const whole = new Map<string, number>();
  for (const span of await rowsOf("core.referral_span", given)) {
    if (span.axis !== "stage") continue;
    const length = day(span.span_to ?? "2026-06-01") - day(span.span_from!);
    whole.set(span.referral_key!, (whole.get(span.referral_key!) ?? 0) + (closed.test(span.value!) ? 0 : length));
  }
  const held = new Map<string, number>();
  for (const wait of await rowsOf("core.wait", given))
    held.set(wait.referral_key!, (held.get(wait.referral_key!) ?? 0) + Number(wait.days));
  expect(whole.size).toBe(60);
  for (const [key, days] of whole) expect([key, held.get(key) ?? 0]).toEqual([key, days]);
});
