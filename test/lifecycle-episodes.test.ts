// Episodes, patients and exclusions: orders for one need, persons behind their numbers, and rows that do not count.
import { describe, expect, test } from "vitest";
import { files, rowsOf, tell } from "./lifecycle.ts";

const list = files("2026-06-01");
const columns = "file_id | row_number | referral_id | patient_key | specialty | referring_organization | ordered_at";

describe("orders of one patient, specialty and referring organization", () => {
  test("within 90 days of the first are one episode; the window opens with the first order, not with the last", () =>
    tell(
      {
        "seeds.file": list,
        "raw.referral": `
          ${columns}
          1 | 1 | a | p1 | Cardiology  | Elm Clinic | 2026-01-05 09:00
          1 | 2 | b | p1 | Cards       | Elm Clinic | 2026-03-01 09:00
          1 | 3 | c | p1 | Cardiology  | Elm Clinic | 2026-04-05 09:00
          1 | 4 | d | p1 | Cardiology  | Elm Clinic | 2026-04-06 09:00
          1 | 5 | e | p1 | Dermatology | Elm Clinic | 2026-01-05 09:00
          1 | 6 | f | p1 | Cardiology  | Oak Clinic | 2026-01-05 09:00
          1 | 7 | g | p2 | Cardiology  | Elm Clinic | 2026-01-05 09:00`,
      },
      {
        "core.episode_member": `
          episode_key | referral_key | ordinal
          clinic:a    | clinic:a     | 1
          clinic:a    | clinic:b     | 2
          clinic:a    | clinic:c     | 3
          clinic:d    | clinic:d     | 1
          clinic:e    | clinic:e     | 1
          clinic:f    | clinic:f     | 1
          clinic:g    | clinic:g     | 1`,
        "core.episode": `
          episode_key | orders | ordered_at
          clinic:a    | 3      | 2026-01-05 09:00
          clinic:d    | 1      | 2026-04-06 09:00
          clinic:e    | 1      | 2026-01-05 09:00
          clinic:f    | 1      | 2026-01-05 09:00
          clinic:g    | 1      | 2026-01-05 09:00`,
      },
    ));

  test("an order after the visit is a new need; so are two orders side by side that each had a visit", () =>
    tell(
      {
        "seeds.file": list,
        "raw.referral": `
          ${columns}         | visit_at
          1 | 1 | a | p1 | Cardiology | Elm Clinic | 2026-01-05 09:00 | 2026-02-01 10:00
          1 | 2 | b | p1 | Cardiology | Elm Clinic | 2026-02-10 09:00 |
          1 | 3 | c | p2 | Cardiology | Elm Clinic | 2026-01-05 09:00 | 2026-02-01 10:00
          1 | 4 | d | p2 | Cardiology | Elm Clinic | 2026-01-20 09:00 | 2026-02-20 10:00
          1 | 5 | e | p2 | Cardiology | Elm Clinic | 2026-01-25 09:00 |
          1 | 6 | f | p3 | Cardiology | Elm Clinic | 2026-01-05 09:00 | 2026-02-01 10:00
          1 | 7 | g | p3 | Cardiology | Elm Clinic | 2026-01-20 09:00 | 2026-02-01 10:00`,
      },
      {
        "core.episode_member": `
          referral_key | episode_key
          clinic:a     | clinic:a
          clinic:b     | clinic:b
          clinic:c     | clinic:c
          clinic:d     | clinic:d
          clinic:e     | clinic:c
          clinic:f     | clinic:f
          clinic:g     | clinic:f`,
      },
    ));

  test("one order in two systems is one episode: the location's organization is known from other rows", () =>
    tell(
      {
        "seeds.file": files(
          { day: "2026-06-01", system: "north" },
          { day: "2026-06-01", source: "other", system: "south" },
        ),
        "raw.referral": `
          file_id | row_number | referral_id | patient_key | specialty  | referring_organization | referring_location | referring_npi | ordered_at       | status   | visit_at
          1       | 1          | a           | p1          | Cardiology | Elm Health             | Elm Main           | 1234567893    | 2026-01-05 09:00 | Accepted | 2026-02-01 10:00
          2       | 1          | b           | p1          | Cardiology |                        | ELM MAIN           |               | 2026-01-05 00:00 | Open     |
          2       | 2          | c           | p2          | Cardiology |                        | Elm West           | 1234567893    | 2026-01-05 00:00 | Open     |
          1       | 2          | d           | p2          | Cardiology | Elm Health             | Elm Main           | 1234567893    | 2026-01-07 09:00 | Accepted |`,
      },
      {
        "core.episode": `
          episode_key | orders | outcome   | visit_at         | source
          south:b     | 2      | completed | 2026-02-01 10:00 | other
          south:c     | 2      |           |                  | other`,
      },
    ));

  test("an unknown patient, an unknown specialty and an order that does not count stand alone", () =>
    tell(
      {
        "seeds.file": list,
        "raw.referral": `
          ${columns}         | test_record
          1 | 1 | a |    | Cardiology | Elm Clinic | 2026-01-05 09:00 |
          1 | 2 | b |    | Cardiology | Elm Clinic | 2026-01-05 09:00 |
          1 | 3 | c | p1 |            | Elm Clinic | 2026-01-05 09:00 |
          1 | 4 | d | p1 |            | Elm Clinic | 2026-01-05 09:00 |
          1 | 5 | e | p2 | Cardiology | Elm Clinic | 2026-01-05 09:00 | true
          1 | 6 | f | p2 | Cardiology | Elm Clinic | 2026-01-05 09:00 |`,
      },
      {
        "core.episode": `
          episode_key | orders | exclusion
          clinic:a    | 1      |
          clinic:b    | 1      |
          clinic:c    | 1      |
          clinic:d    | 1      |
          clinic:e    | 1      | test patient
          clinic:f    | 1      |`,
      },
    ));
});

describe("what became of an episode", () => {
  const order = (rest: string) => `1 | ${rest}`;
  const given = (...lines: string[]) => ({
    "seeds.file": list,
    "raw.referral": [
      "file_id | row_number | referral_id | patient_key | specialty | ordered_at | status | close_reason | closed_at | visit_at | report_received_at",
      ...lines.map(order),
    ].join("\n"),
  });

  test("a visit of any order completes it; the duplicate's cancellation is no outcome", () =>
    tell(
      given(
        "1 | a | p1 | Cardiology | 2026-04-01 09:00 | Canceled         | Duplicate | 2026-04-10 09:00 |                  |",
        "2 | b | p1 | Cardiology | 2026-04-05 09:00 | Closed           |           | 2026-05-10 09:00 | 2026-05-02 10:00 | 2026-05-04",
        "3 | c | p2 | Cardiology | 2026-04-01 09:00 | Patient declined |           | 2026-04-08 09:00 |                  |",
        "4 | d | p2 | Cardiology | 2026-04-02 09:00 | Canceled         | Duplicate | 2026-04-20 09:00 |                  |",
      ),
      {
        "core.episode": `
          episode_key | orders | stage               | outcome   | outcome_at       | closed_at        | note_received_at
          clinic:a    | 2      | loop_closed         | completed | 2026-05-02 10:00 | 2026-05-10 09:00 | 2026-05-04 00:00
          clinic:c    | 2      | declined_by_patient | declined  | 2026-04-08 09:00 | 2026-04-20 09:00 |`,
      },
    ));

  test("it is open while any order is, at the stage of the order that got furthest", () =>
    tell(
      {
        "seeds.file": list,
        "raw.referral": `
          file_id | row_number | referral_id | patient_key | specialty  | ordered_at       | status          | appointment_at
          1       | 1          | a           | p1          | Cardiology | 2026-04-01 09:00 | Unable to reach |
          1       | 2          | b           | p1          | Cardiology | 2026-04-05 09:00 | In review       |
          1       | 3          | c           | p1          | Cardiology | 2026-04-07 09:00 | Accepted        | 2026-06-10 10:00`,
      },
      {
        "core.episode": `
          episode_key | orders | is_open | stage     | outcome | closed_at
          clinic:a    | 3      | true    | scheduled |         |`,
      },
    ));

  test("an order of which nothing more is known leaves the list with the last of its kin", () =>
    tell(
      {
        "seeds.file": files("2026-05-04", "2026-05-11", "2026-05-18"),
        "raw.referral": `
          file_id | row_number | referral_id | patient_key | specialty  | ordered_at       | status
          1       | 1          | a           | p1          | Cardiology | 2026-04-01 09:00 | Accepted
          1       | 2          | b           | p1          | Cardiology | 2026-04-05 09:00 | Accepted
          2       | 2          | b           | p1          | Cardiology | 2026-04-05 09:00 | Accepted
          1       | 3          | c           | p2          | Cardiology | 2026-04-01 09:00 | Accepted
          1       | 4          | d           | p2          | Cardiology | 2026-04-05 09:00 | Accepted
          3       | 4          | d           | p2          | Cardiology | 2026-04-05 09:00 | Accepted`,
      },
      {
        "core.episode": `
          episode_key | left_list_at
          clinic:a    | 2026-05-18 23:59
          clinic:c    |`,
      },
    ));

  test("a redirected referral that another order replaces ends there", () =>
    tell(
      {
        "seeds.file": list,
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status     | replaces_referral_id
          1       | 1          | a           | 2026-04-01 09:00 | Redirected |
          1       | 2          | b           | 2026-04-20 09:00 | Accepted   | a
          1       | 3          | c           | 2026-04-01 09:00 | Redirected |`,
      },
      {
        "core.referral": `
          referral_id | stage
          a           | canceled
          b           | pending
          c           | pending`,
      },
    ));
});

describe("persons", () => {
  const patients = files("2026-06-01", "people 2026-05-01");

  test("merges, chains and aliases resolve to the survivor; an undone merge does not", () =>
    tell(
      {
        "seeds.file": patients,
        "raw.patient": `
          file_id | row_number | patient_key | merged_into_key | merged_at        | unmerged_at      | alias_key | language
          2       | 1          | p1          | p2              | 2026-01-01 00:00 |                  |           |
          2       | 2          | p2          | p3              | 2026-02-01 00:00 |                  |           |
          2       | 3          | p3          |                 |                  |                  | member9   | Spanish
          2       | 4          | p4          | p5              | 2026-01-01 00:00 | 2026-03-01 00:00 |           |
          2       | 5          | p5          |                 |                  |                  |           | Somali`,
        "raw.referral": `
          file_id | row_number | referral_id | patient_key | ordered_at       | status
          1       | 1          | a           | p1          | 2026-04-01 09:00 | New
          1       | 2          | b           | member9     | 2026-04-01 09:00 | New
          1       | 3          | c           | p4          | 2026-04-01 09:00 | New`,
      },
      {
        "core.referral": `
          referral_id | patient_key | recorded_patient_key | language
          a           | p3          | p1                   | Spanish
          b           | p3          | member9              | Spanish
          c           | p4          | p4                   |`,
        "core.patient": `
          patient_key | records | language
          p3          | 3       | Spanish
          p4          | 1       |
          p5          | 1       | Somali`,
      },
    ));

  test("merges in a cycle terminate, at one person", async () => {
    const found = await rowsOf("core.referral", {
      "seeds.file": patients,
      "raw.patient": `
        file_id | row_number | patient_key | merged_into_key | merged_at
        2       | 1          | p1          | p2              | 2026-01-01 00:00
        2       | 2          | p2          | p3              | 2026-02-01 00:00
        2       | 3          | p3          | p1              | 2026-03-01 00:00
        2       | 4          | p4          | p4              | 2026-03-01 00:00`,
      "raw.referral": `
        file_id | row_number | referral_id | patient_key | ordered_at
        1       | 1          | a           | p1          | 2026-04-01 09:00
        1       | 2          | b           | p2          | 2026-04-01 09:00
        1       | 3          | c           | p3          | 2026-04-01 09:00
        1       | 4          | d           | p4          | 2026-04-01 09:00`,
    });
    expect(found.map((r) => [r.referral_id, r.patient_key]).sort()).toEqual([
      ["a", "p1"],
      ["b", "p1"],
      ["c", "p1"],
      ["d", "p4"],
    ]);
  });

  test("a number that many patients share is a placeholder and makes nobody the same person", async () => {
    const people = Array.from({ length: 30 }, (_, n) => `2 | ${n + 1} | p${n} | zero`).join("\n");
    const found = await rowsOf("core.patient", {
      "seeds.file": patients,
      "raw.patient": `file_id | row_number | patient_key | alias_key\n${people}`,
    });
    expect(found).toHaveLength(30);
  });
});

describe("rows that do not count, with the reason", () => {
  test("entered in error, test patients, records that are no referral, patients deceased before first contact", () =>
    tell(
      {
        "seeds.file": files("2026-06-01", "people 2026-05-31"),
        "raw.patient": `
          file_id | row_number | patient_key | test_record | deceased_at
          2       | 1          | tester      | true        |
          2       | 2          | died        |             | 2026-05-10`,
        "raw.referral": `
          file_id | row_number | referral_id | patient_key | ordered_at       | status           | type        | test_record | not_a_referral | first_contact_at
          1       | 1          | a           | p1          | 2026-05-01 09:00 | Entered in error | Visit       |             |                |
          1       | 2          | b           | p1          | 2026-05-01 09:00 | New              | Visit       | true        |                |
          1       | 3          | c           | tester      | 2026-05-01 09:00 | New              | Visit       |             |                |
          1       | 4          | d           | p1          | 2026-05-01 09:00 | New              | Visit       |             | true           |
          1       | 5          | e           | p1          | 2026-05-01 09:00 | New              | Home health |             |                |
          1       | 6          | f           | died        | 2026-05-01 09:00 | New              | Visit       |             |                |
          1       | 7          | g           | died        | 2026-05-01 09:00 | New              | Visit       |             |                | 2026-05-04 10:00
          1       | 8          | h           | died        | 2026-05-01 09:00 | New              | Visit       |             |                | 2026-05-20 10:00
          1       | 9          | i           | p1          | 2026-05-01 09:00 | New              | Unheard of  |             |                |`,
      },
      {
        "core.referral": `
          referral_id | exclusion                     | referral_type
          a           | entered in error              | specialist_visit
          b           | test patient                  | specialist_visit
          c           | test patient                  | specialist_visit
          d           | not a referral                | specialist_visit
          e           | not a referral                | not_a_referral
          f           | deceased before first contact | specialist_visit
          g           |                               | specialist_visit
          h           | deceased before first contact | specialist_visit
          i           |                               | unmapped`,
      },
    ));
});
