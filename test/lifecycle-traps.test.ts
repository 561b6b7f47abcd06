// Traps that exports set, each with what a careless reader would make of it. Most stand with their subject:
//   lifecycle-history   left the list is not closed; moved to another queue; reappeared and reopened; late, doubled and partial files; what
//                       only one of two lists shows; ids that two systems share, leading zeros
//   lifecycle-feeds     lines out of order, several rows of one second, a reopening within a week, payers' words overwritten, robots' calls
//   lifecycle-visits    folded appointment rows, rebooked, missed then attended, passed without a word; notes too early or only drafts
//   lifecycle-status    one word with two meanings, reasons left over, closes by jobs, words that nobody mapped
//   lifecycle-episodes  resent and reissued orders, one order in two systems, merges and cycles, rows that are no referrals
//   cast                lists without ids
//   metrics-episode     young cohorts, empty denominators, and whom a denominator keeps
//   network-roster, leakage-destination   names instead of numbers, flags that contradict the roster
// Here are the rest; traps.test.ts names the tests of each.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readWorkspace } from "../pipeline/config.ts";
import { ask } from "../pipeline/query.ts";
import { run } from "../pipeline/run.ts";
import { few, inRelease } from "./fixture.ts";
import { files, tell } from "./lifecycle.ts";
import { files as folder, put } from "./workspace.ts";

const list = files("2026-06-01");

describe("trap: a date that has passed is not an end", () => {
  test("past its expiry date and still on the list, a referral is open; gone from the list after that date, its outcome is unknown", () =>
    tell(
      {
        "seeds.file": files("2026-05-04", "2026-05-11", "2026-05-18"),
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status   | expires_at
          1       | 1          | shown       | 2026-04-01 09:00 | Accepted | 2026-05-01
          2       | 1          | shown       | 2026-04-01 09:00 | Accepted | 2026-05-01
          3       | 1          | shown       | 2026-04-01 09:00 | Accepted | 2026-05-01
          1       | 2          | gone        | 2026-04-01 09:00 | Accepted | 2026-05-06`,
      },
      {
        "core.referral": `
          referral_id | stage   | is_open | outcome | left_list_at
          shown       | pending | true    |         |
          gone        | pending | true    |         | 2026-05-11 23:59`,
      },
    ));

  test("an expiry date edited at the close moves neither the close nor its reason", () =>
    tell(
      {
        "seeds.file": files("2026-05-04", "2026-05-11"),
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status           | expires_at | closed_at
          1       | 1          | 7           | 2026-04-01 09:00 | Accepted         | 2027-04-01 |
          2       | 1          | 7           | 2026-04-01 09:00 | Patient declined | 2026-05-08 | 2026-05-07 10:00`,
      },
      {
        "core.referral": `
          referral_id | stage               | closed_at        | outcome_at
          7           | declined_by_patient | 2026-05-07 10:00 | 2026-05-07 10:00`,
      },
    ));
});

describe("trap: what a job does", () => {
  test("auto-completed by a job after the day of the appointment: neither a visit nor a closed loop, and the job's doing", () =>
    tell(
      {
        "seeds.file": list,
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status | close_reason         | closed_at        | closed_by | appointment_at   | appointment_status
          1       | 1          | 7           | 2026-04-01 09:00 | Closed | All visits completed | 2026-05-21 01:24 | nightjob  | 2026-05-20 10:00 | Booked`,
      },
      {
        "core.referral": `
          stage          | visit_at | outcome        | outcome_actor | closed_without_evidence
          closed_unknown |          | closed_unknown | system        | true`,
      },
    ));
});

describe("trap: one referral, many visits", () => {
  test("the first attended visit completes it; later ones move nothing", () =>
    tell(
      {
        "seeds.file": files("2026-06-01", "schedule 2026-06-01"),
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status
          1       | 1          | 7           | 2026-04-01 09:00 | Accepted`,
        "raw.appointment": `
          file_id | row_number | appointment_id | referral_id | made_at          | starts_at        | status
          2       | 1          | third          | 7           | 2026-04-02 09:00 | 2026-05-25 10:00 | completed
          2       | 2          | missed         | 7           | 2026-04-02 09:00 | 2026-04-20 10:00 | no show
          2       | 3          | first          | 7           | 2026-04-02 09:00 | 2026-05-04 10:00 | completed
          2       | 4          | ahead          | 7           | 2026-04-02 09:00 | 2026-06-25 10:00 | scheduled`,
      },
      {
        "core.referral": `
          stage     | visit_at         | outcome_at       | appointments | no_shows
          completed | 2026-05-04 10:00 | 2026-05-04 10:00 | 4            | 1`,
      },
    ));
});

describe("trap: backdating and entry lag", () => {
  test("received before it was ordered, answered before it was received: each date is kept as it is told", () =>
    tell(
      {
        "seeds.file": list,
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | entered_at       | received_at      | status
          1       | 1          | 7           | 2026-05-04 09:00 | 2026-05-06 09:00 | 2026-05-02 09:00 | Accepted`,
      },
      {
        "core.referral": `
          ordered_at       | received_at      | stage
          2026-05-04 09:00 | 2026-05-02 09:00 | pending`,
      },
    ));

  test("a record that is closed when it is first seen was open from its order on, and was closed when it says so", () =>
    tell(
      {
        "seeds.file": list,
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status   | closed_at
          1       | 1          | 7           | 2026-04-01 09:00 | Canceled | 2026-05-07 10:00`,
      },
      {
        "core.referral_span": `
          axis    | value     | span_from        | span_to
          request | new       | 2026-04-01 09:00 | 2026-05-07 10:00
          request | cancelled | 2026-05-07 10:00 |
          stage   | pending   | 2026-04-01 09:00 | 2026-05-07 10:00
          stage   | canceled  | 2026-05-07 10:00 |`,
      },
    ));

  test("an authorization that was granted before the order counts from the order on", () =>
    tell(
      {
        "seeds.file": files("2026-06-01", "payers 2026-06-01"),
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status
          1       | 1          | 7           | 2026-05-04 09:00 | Accepted`,
        "raw.authorization": `
          file_id | row_number | authorization_id | referral_id | status   | submitted_at     | decided_at
          2       | 1          | a1               | 7           | approved | 2026-04-20 10:00 | 2026-04-22 10:00`,
      },
      {
        "core.referral": `
          authorization_state | stage
          approved            | pending`,
        "core.authorization": `
          submitted_at     | decided_at       | decision
          2026-04-20 10:00 | 2026-04-22 10:00 | approved`,
      },
    ));
});

describe("trap: one need, several orders", () => {
  test("another consultant: the old one is canceled, a new one started, and the need is still open", () =>
    tell(
      {
        "seeds.file": list,
        "raw.referral": `
          file_id | row_number | referral_id | patient_key | specialty  | ordered_at       | status   | closed_at
          1       | 1          | old         | p1          | Cardiology | 2026-04-01 09:00 | Canceled | 2026-04-20 10:00
          1       | 2          | new         | p1          | Cardiology | 2026-04-20 10:05 | Accepted |`,
      },
      {
        "core.episode": `
          episode_key | orders | is_open | outcome | ordered_at
          clinic:old  | 2      | true    |         | 2026-04-01 09:00`,
      },
    ));

  test("two orders in one minute are one episode, counted as two orders", () =>
    tell(
      {
        "seeds.file": list,
        "raw.referral": `
          file_id | row_number | referral_id | patient_key | specialty  | ordered_at       | status
          1       | 1          | b           | p1          | Cardiology | 2026-04-01 09:00 | Accepted
          1       | 2          | a           | p1          | Cardiology | 2026-04-01 09:00 | Accepted`,
      },
      {
        "core.episode": `
          episode_key | orders | is_open
          clinic:a    | 2      | true`,
      },
    ));
});

describe("trap: one referral, several records of it", () => {
  test("re-routed: the parent is redirected, the child goes on, and they are one episode", () =>
    tell(
      {
        "seeds.file": list,
        "raw.referral": `
          file_id | row_number | referral_id | patient_key | specialty  | ordered_at       | status     | parent_referral_id
          1       | 1          | parent      | p1          | Cardiology | 2026-04-01 09:00 | Redirected |
          1       | 2          | child       | p1          | Cardiology | 2026-04-08 09:00 | Accepted   | parent`,
      },
      {
        "core.referral": `
          referral_id | stage    | is_open
          parent      | canceled | false
          child       | pending  | true`,
        "core.episode": `
          episode_key   | orders | is_open | ordered_at
          clinic:parent | 2      | true    | 2026-04-01 09:00`,
      },
    ));

  test("sent to several receivers, a row each: one referral, not one each, and the last row's receiver", () =>
    tell(
      {
        "seeds.file": list,
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status   | receiving_organization
          1       | 1          | 7           | 2026-04-01 09:00 | Accepted | Harbor
          1       | 2          | 7           | 2026-04-01 09:00 | Accepted | Old Mill
          1       | 3          | 7           | 2026-04-01 09:00 | Accepted | Summit`,
      },
      {
        "core.referral": `
          referral_id | stage   | receiving_organization
          7           | pending | Summit`,
      },
    ));

  test("gone from the worklist, then told by a later full extract: closed as that says, and no longer missing", () =>
    tell(
      {
        "seeds.file": files("2026-05-04", "2026-05-11", "registry 2026-05-20"),
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status   | closed_at
          1       | 1          | 7           | 2026-04-01 09:00 | Accepted |
          3       | 1          | 7           | 2026-04-01 09:00 | Done     | 2026-05-08 12:00`,
      },
      {
        "core.referral": `
          referral_id | stage          | closed_at        | left_list_at
          7           | closed_unknown | 2026-05-08 12:00 |`,
      },
    ));
});

describe("trap: whose record it is", () => {
  test("moved to another patient: the newest row says whose it is, and its history goes with it", () =>
    tell(
      {
        "seeds.file": files("2026-05-04", "2026-05-11"),
        "raw.referral": `
          file_id | row_number | referral_id | patient_key | ordered_at       | status
          1       | 1          | 7           | wrong       | 2026-05-01 09:00 | In review
          2       | 1          | 7           | right       | 2026-05-01 09:00 | Accepted`,
      },
      {
        "core.referral": `
          referral_id | patient_key | stage
          7           | right       | pending`,
        "core.referral_event": `
          value     | event_at
          new       | 2026-05-01 09:00
          in_review | 2026-05-04 23:59
          accepted  | 2026-05-11 23:59`,
      },
    ));
});

describe("trap: what only a note says", () => {
  test("a denial that no field tells is not known: open, the authorization unknown, in no denial's count", () =>
    tell(
      {
        "seeds.file": list,
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status | closed_at
          1       | 1          | 7           | 2026-04-01 09:00 | Closed | 2026-05-07 10:00`,
      },
      {
        "core.referral": `
          authorization_state | stage          | closed_without_evidence
                              | closed_unknown | true`,
      },
    ));
});

test("trap: clocks. Times in UTC beside local ones, nights on which clocks change, evenings that are tomorrow in UTC, days without an hour", async () => {
  const dir = folder({
    "keepage.yaml":
      "name: Cedar\ntime_zone: America/Chicago\nsources: [two]\nrun: { settle_seconds: 0 }\nhold: { reject_share: 0.5 }\n",
    "sources/two/source.yaml": `entity: referral
files: "two_{as_of:yyyyMMdd}.csv"
rows: changes
columns:
  referral_id: Id
  ordered_at: { from: Ordered UTC, formats: ["yyyy-MM-dd HH:mm", "yyyy-MM-dd"], time_zone: UTC }
  received_at: { from: Received, formats: ["MM/dd/yyyy h:mm a", "MM/dd/yyyy"] }
  status: Status
`,
    "sources/two/statuses.csv": "field,raw,axis,value\nstatus,New,request,new\n",
  });
  mkdirSync(join(dir, "inbox"));
  put(
    dir,
    "inbox/two_20251103.csv",
    `Id,Ordered UTC,Received,Status
evening,2025-04-01 02:00,03/31/2025 9:05 PM,New
winter,2025-03-09 07:59,03/09/2025 1:59 AM,New
summer,2025-03-09 08:00,03/09/2025 3:00 AM,New
first of two,2025-11-02 06:30,11/02/2025 1:30 AM,New
second of two,2025-11-02 07:30,11/03/2025,New
day alone,2025-04-01,04/01/2025,New
`,
  );
  const workspace = readWorkspace(dir);
  expect((await run(workspace, few)).held).toEqual([]);
  const query =
    "select referral_id, ordered_at, ordered_month, received_at, stage from core.referral order by referral_id";
  const { rows } = await inRelease(workspace, (connection) => ask(connection, query));
  expect(rows).toEqual([
    ["day alone", "2025-04-01 00:00:00", "2025-04-01", "2025-04-01 00:00:00", "pending"],
    ["evening", "2025-03-31 21:00:00", "2025-03-01", "2025-03-31 21:05:00", "pending"],
    ["first of two", "2025-11-02 01:30:00", "2025-11-01", "2025-11-02 01:30:00", "pending"],
    ["second of two", "2025-11-02 01:30:00", "2025-11-01", "2025-11-03 00:00:00", "pending"],
    ["summer", "2025-03-09 03:00:00", "2025-03-01", "2025-03-09 03:00:00", "pending"],
    ["winter", "2025-03-09 01:59:00", "2025-03-01", "2025-03-09 01:59:00", "pending"],
  ]);
}, 60_000);
