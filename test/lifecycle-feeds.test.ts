// Feeds beside the lists: a source's own history, payers' decisions, and calls.
import { describe, test } from "vitest";
import { expectModel } from "../pipeline/sql/harness.ts";
import { files, tell } from "./lifecycle.ts";

const audit = files("2026-05-11", "audit 2026-05-31", "2026-06-01");
const list = `
  file_id | row_number | referral_id | ordered_at       | status
  1       | 1          | 7           | 2026-05-01 09:00 | New
  3       | 1          | 7           | 2026-05-01 09:00 | New`;

describe("a source's own history", () => {
  test("wins over the list for its axis, up to the day of its newest file", () =>
    tell(
      {
        "seeds.file": audit,
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status    | scheduling_status
          1       | 1          | 7           | 2026-05-01 09:00 | In review | Ready
          3       | 1          | 7           | 2026-05-01 09:00 | Canceled  | Ready`,
        "raw.referral_event": `
          file_id | row_number | referral_id | event_id | event_at         | field  | value          | event_by
          2       | 1          | 7           | 1        | 2026-05-01 09:05 | status | Open           | AB12
          2       | 2          | 7           | 2        | 2026-05-06 10:00 | status | Pending Review | AB12
          2       | 3          | 7           | 3        | 2026-05-09 10:00 | status | Authorized     | AB12`,
      },
      {
        "core.referral_event": `
          axis       | value     | event_at         | evidence | source   | actor_type
          request    | new       | 2026-05-01 09:00 | stated   | worklist |
          request    | in_review | 2026-05-06 10:00 | stated   | audit    | staff
          request    | accepted  | 2026-05-09 10:00 | stated   | audit    | staff
          request    | cancelled | 2026-06-01 23:59 | observed | worklist |
          scheduling | ready     | 2026-05-11 23:59 | observed | worklist |`,
      },
    ));

  test("is ordered by time, then event id, never by line: a late line can carry an early time", () =>
    tell(
      {
        "seeds.file": audit,
        "raw.referral": list,
        "raw.referral_event": `
          file_id | row_number | referral_id | event_id | event_at         | field  | value
          2       | 1          | 7           | 9        | 2026-05-20 10:00 | status | Authorized
          2       | 2          | 7           | 10       | 2026-05-20 10:00 | status | Closed
          2       | 3          | 7           | 12       | 2026-05-03 10:00 | status | Pending Review`,
      },
      {
        "core.referral_event": `
          value          | event_at
          new            | 2026-05-01 09:00
          in_review      | 2026-05-03 10:00
          closed_unknown | 2026-05-20 10:00`,
      },
    ));

  test("several rows of one second say one thing: Accept Referral and Change Status", () =>
    tell(
      {
        "seeds.file": audit,
        "raw.referral": list.replace(/\n.*3 .*$/, ""),
        "raw.referral_event": `
          file_id | row_number | referral_id | event_id | event_at            | field        | value
          2       | 1          | 7           | 1        | 2026-05-06 10:00:00 | status       | Authorized
          2       | 2          | 7           | 2        | 2026-05-06 10:00:00 | status       | Authorized
          2       | 3          | 7           | 3        | 2026-05-20 01:24:00 | status       | Closed
          2       | 4          | 7           | 4        | 2026-05-20 01:24:00 | close_reason | Expired-Auto Closed
          2       | 5          | 7           | 4        | 2026-05-20 01:24:00 | close_reason | Expired-Auto Closed`,
      },
      {
        "core.referral_event": `
          value    | event_at         | mapping_row
          new      | 2026-05-01 09:00 |
          accepted | 2026-05-06 10:00 | a:3
          expired  | 2026-05-20 01:24 | a:5`,
      },
    ));

  test("a reopening within a week, which no list could show", () =>
    tell(
      {
        "seeds.file": audit,
        "raw.referral": list.replace(/\n.*3 .*$/, ""),
        "raw.referral_event": `
          file_id | row_number | referral_id | event_id | event_at         | field  | value    | event_by | reason
          2       | 1          | 7           | 1        | 2026-05-12 01:24 | status | Closed   | NIGHTJOB | Expired-Auto Closed
          2       | 2          | 7           | 2        | 2026-05-13 10:00 | status | Reopened | AB12     |`,
      },
      {
        "core.referral": `
          stage   | reopened | first_closed_at  | closed_at
          pending | true     | 2026-05-12 01:24 |`,
        "core.referral_event": `
          value    | event_at         | actor_type
          new      | 2026-05-01 09:00 |
          expired  | 2026-05-12 01:24 | system
          accepted | 2026-05-13 10:00 | staff`,
      },
    ));

  test("a word without a mapping is unmapped, and counted", () =>
    tell(
      {
        "seeds.file": audit,
        "raw.referral": list.replace(/\n.*3 .*$/, ""),
        "raw.referral_event": `
          file_id | row_number | referral_id | event_id | event_at         | field  | value
          2       | 1          | 7           | 1        | 2026-05-12 01:24 | status | Parked`,
      },
      {
        "core.referral": "stage | request\nunmapped | unmapped",
        "core.unmapped_word": `
          source | entity         | field  | raw_value | records
          audit  | referral_event | status | parked    | 1`,
      },
    ));
});

describe("payers", () => {
  const payers = files("2026-05-11", "payers 2026-05-20", "payers 2026-06-01");

  test("a denial, its appeal and the approval, each at its time, though the row is overwritten", () =>
    tell(
      {
        "seeds.file": payers,
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status   | authorization_status
          1       | 1          | 7           | 2026-05-01 09:00 | Accepted | Required`,
        "raw.authorization": `
          file_id | row_number | authorization_id | referral_id | status   | submitted_at     | decided_at       | appealed_at      | expedited
          2       | 1          | r                | 7           | Appealed | 2026-05-05 09:00 | 2026-05-09 09:00 | 2026-05-14 09:00 | true
          3       | 1          | r                | 7           | Approved | 2026-05-05 09:00 | 2026-05-28 09:00 | 2026-05-14 09:00 | true`,
      },
      {
        "core.referral_event": `
          axis          | value     | event_at
          request       | new       | 2026-05-01 09:00
          request       | accepted  | 2026-05-11 23:59
          authorization | submitted | 2026-05-05 09:00
          authorization | denied    | 2026-05-09 09:00
          authorization | required  | 2026-05-11 23:59
          authorization | appealed  | 2026-05-14 09:00
          authorization | approved  | 2026-05-28 09:00`,
        "core.authorization": `
          authorization_key | state    | decision | decided_at       | approved_after_appeal | expedited
          clinic:r          | approved | approved | 2026-05-28 09:00 | true                  | true`,
        "core.referral": `
          authorization_state | authorization_submitted_at | authorization_decided_at
          approved            | 2026-05-05 09:00           | 2026-05-09 09:00`,
      },
    ));

  test("a list that only says yes or no: required from the order on", () =>
    tell(
      {
        "seeds.file": files("2026-05-11"),
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status   | authorization_required
          1       | 1          | 7           | 2026-05-01 09:00 | Accepted | true`,
      },
      {
        "core.referral":
          "stage | stage_from | authorization_state\nawaiting_authorization | 2026-05-01 09:00 | required",
      },
    ));
});

describe("calls", () => {
  const calls = files("2026-05-11", "calls 2026-06-01");

  test("attempts are counted; a word to the referrer is none, and a robot's call is marked", () =>
    tell(
      {
        "seeds.file": calls,
        "raw.referral": list.replace(/\n.*3 .*$/, ""),
        "raw.contact": `
          file_id | row_number | contact_id | referral_id | attempted_at     | channel | outcome      | purpose  | contacted_by
          2       | 1          | 1          | 7           | 2026-05-03 10:00 | Phone   | Left message |          | AB12
          2       | 2          | 2          | 7           | 2026-05-02 08:00 | Phone   | Reached      | Referrer | AB12
          2       | 3          | 3          | 7           | 2026-05-06 10:00 | Phone   | Reached      |          | Robot
          2       | 4          | 3          | 7           | 2026-05-06 10:00 | Phone   | Reached      |          | Robot`,
      },
      {
        "core.contact": `
          contact_key | channel   | outcome      | is_attempt | reached | attempt | actor_type
          clinic:1    | telephone | left_message | true       | false   | 1       | staff
          clinic:2    | telephone | reached      | false      | true    | 1       | staff
          clinic:3    | telephone | reached      | true       | true    | 2       | system`,
        "core.referral": `
          first_contact_at | reached_at       | attempts | scheduling
          2026-05-03 10:00 | 2026-05-06 10:00 | 2        | contacting`,
      },
    ));

  test("response: a bare received does not count, an accept or a booking does", () =>
    tell(
      {
        "seeds.file": files("2026-05-11", "schedule 2026-06-01"),
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | received_at      | status    | status_at
          1       | 1          | 7           | 2026-05-01 09:00 | 2026-05-02 09:00 | New       |
          1       | 2          | 8           | 2026-05-01 09:00 | 2026-05-02 09:00 | Accepted  | 2026-05-06 10:00
          1       | 3          | 9           | 2026-05-01 09:00 | 2026-05-02 09:00 | In review | 2026-05-03 10:00`,
        "raw.appointment": `
          file_id | row_number | appointment_id | referral_id | made_at          | starts_at        | status
          2       | 1          | a              | 9           | 2026-05-07 09:00 | 2026-06-12 10:00 | Scheduled`,
      },
      {
        "core.referral": `
          referral_id | received_at      | first_response_at
          7           | 2026-05-02 09:00 |
          8           | 2026-05-02 09:00 | 2026-05-06 10:00
          9           | 2026-05-02 09:00 | 2026-05-07 09:00`,
      },
    ));
});

test("a system tells of attempts and bookings where any of its referrals shows one", () =>
  expectModel("core.system", {
    given: {
      "core.referral": `
        referral_key | system | first_contact_at | reached_at | attempts | scheduled_at | appointments
        a            | ehr    |                  |            | 0        |              | 0
        b            | ehr    |                  |            | 1        | 2026-05-01   | 1
        c            | lists  |                  |            | 0        |              | 1
        d            | server |                  |            | 0        |              | 0`,
    },
    expect: `
      system | tells_attempts | tells_bookings
      ehr    | true           | true
      lists  | false          | true
      server | false          | false`,
  }));
