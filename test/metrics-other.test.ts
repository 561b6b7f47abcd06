// Metrics of appointments, authorizations and outreach, against rows that can be counted by hand. As of 28 September 2026.
import { expect, test } from "vitest";
import { expectFigures, rowsOf } from "./figures.ts";

const episodes = {
  "core.episode": `
    episode_key | ordered_on | is_open | specialty  | exclusion    | scheduled_at | outcome_at
    E1          | 2026-03-02 | true    | Cardiology |              | 2026-04-10   |
    E2          | 2026-03-02 | true    | Neurology  |              |              |
    E3          | 2026-03-02 | true    | Neurology  | test patient |              |
    E4          | 2026-03-02 | true    | Neurology  |              |              |`,
  "core.episode_member": "episode_key | referral_key\nE1 | r1\nE2 | r2\nE3 | r3\nE4 | r4",
  "core.referral": "referral_key | ordered_on\nr1 | 2026-03-02\nr2 | 2026-03-02\nr3 | 2026-03-02\nr4 | 2026-03-02",
};

test("no-shows are a share of kept and missed; the IHI form is a share of all booked slots; the rest stands apart", () =>
  expectFigures(
    {
      ...episodes,
      "core.appointment": `
        appointment_key | referral_key | made_at    | starts_at        | outcome               | canceled_at      | late_cancel | reminders | actor_type
        kept            | r1           | 2026-04-01 | 2026-05-04 10:00 | completed             |                  | false       | 2         |
        arrived         | r1           | 2026-04-01 | 2026-05-04 10:00 | arrived               |                  | false       | 1         |
        missed          | r2           | 2026-04-01 | 2026-05-04 10:00 | no_show               |                  | false       | 3         |
        unseen          | r2           | 2026-04-01 | 2026-05-04 10:00 | left_without_seen     |                  | false       | 0         |
        no word         | r2           | 2026-04-01 | 2026-05-04 10:00 | outcome_unknown       |                  | false       |           |
        in time         | r1           | 2026-04-01 | 2026-05-04 10:00 | cancelled_by_patient  | 2026-05-01 09:00 | false       |           | staff
        late            | r1           | 2026-04-01 | 2026-05-04 10:00 | cancelled_by_patient  | 2026-05-04 09:00 | true        |           | staff
        by provider     | r1           | 2026-04-01 | 2026-05-04 10:00 | cancelled_by_provider | 2026-05-02 09:00 | false       |           |
        by a job        | r1           | 2026-04-01 | 2026-05-04 10:00 | cancelled_by_provider | 2026-05-02 09:00 | false       |           | system
        moved           | r1           | 2026-04-01 | 2026-05-04 10:00 | rescheduled           | 2026-05-02 09:00 | false       |           |
        to come         | r1           | 2026-05-10 | 2026-10-04 10:00 | scheduled             |                  | false       |           |
        test patient    | r3           | 2026-04-01 | 2026-05-04 10:00 | no_show               |                  | false       |           |
        no referral     |              | 2026-04-01 | 2026-05-04 10:00 | no_show               |                  | false       |           |`,
    },
    `
      metric               | numerator | denominator | excluded | unknown
      no_show              | 1         | 3           | 1        | 1
      no_show_ihi          | 1         | 10          | 1        | 0
      late_cancel          | 1         | 10          | 1        | 0
      canceled_by_patient  | 2         | 10          | 1        | 0
      canceled_by_provider | 1         | 10          | 1        | 0
      canceled_by_system   | 1         | 10          | 1        | 0
      rescheduled          | 1         | 10          | 1        | 0
      left_without_seen    | 1         | 10          | 1        | 0
      outcome_unknown      | 1         | 10          | 1        | 0
      reminded_twice       | 2         | 4           | 1        | 1
      rebooked_14          | 4         | 4           | 0        | 0
      lead_days            | 10        | 10          | 1        | 0`,
  ));

test("a canceled appointment is rebooked where another is made within 14 days", () =>
  expectFigures(
    {
      ...episodes,
      "core.appointment": `
        appointment_key | referral_key | made_at    | starts_at        | outcome               | canceled_at
        day 14          | r1           | 2026-04-01 | 2026-05-20 10:00 | cancelled_by_provider | 2026-05-04 09:00
        its follower    | r1           | 2026-05-18 | 2026-06-20 10:00 | completed             |
        day 15          | r2           | 2026-04-01 | 2026-05-20 10:00 | cancelled_by_provider | 2026-05-04 09:00
        its follower 2  | r2           | 2026-05-19 | 2026-06-20 10:00 | completed             |
        never           | r4           | 2026-04-01 | 2026-05-20 10:00 | cancelled_by_patient  | 2026-05-04 09:00
        too young       | r4           | 2026-04-01 | 2026-10-20 10:00 | cancelled_by_patient  | 2026-09-04 09:00`,
    },
    `
      metric      | numerator | denominator | immature
      rebooked_14 | 1         | 3           | 1`,
  ));

test("payers' decisions: days and limits, expedited and standard apart; denials, parts and appeals are shares of decisions", () =>
  expectFigures(
    {
      ...episodes,
      "core.authorization": `
        authorization_key | referral_key | submitted_at     | decided_at       | decision           | expedited | approved_after_appeal
        72 hours          | r1           | 2026-05-04 09:00 | 2026-05-07 09:00 | approved           | true      | false
        an hour more      | r1           | 2026-05-04 09:00 | 2026-05-07 10:00 | denied             | true      | false
        7 days            | r2           | 2026-05-04 09:00 | 2026-05-11 09:00 | approved           | false     | true
        8 days            | r2           | 2026-05-04 09:00 | 2026-05-12 09:00 | partially_approved | false     | false
        undecided         | r2           | 2026-05-04 09:00 |                  |                    | false     | false`,
    },
    `
      metric                          | numerator | denominator | rate
      authorization_in_time_expedited | 1         | 2           | 0.5
      authorization_in_time_standard  | 1         | 3           | ~0.3333
      days_to_authorization_expedited | 2         | 2           | 3
      days_to_authorization_standard  | 2         | 3           | 8
      days_to_authorization_standard_p90 | 2      | 3           | null
      days_to_submission              | 5         | 5           | 63
      authorization_denied            | 1         | 4           | 0.25
      authorization_partial           | 1         | 4           | 0.25
      authorization_on_appeal         | 1         | 4           | 0.25`,
  ));

test("outreach: reach rate by channel, hour and language, and whether the plan of three attempts through two channels was kept", () =>
  expectFigures(
    {
      ...episodes,
      "core.contact": `
        contact_key | referral_key | attempted_at     | channel   | outcome      | is_attempt | reached | language
        1           | r1           | 2026-05-04 08:30 | telephone | no_answer    | true       | false   | Spanish
        2           | r1           | 2026-05-05 10:00 | telephone | reached      | true       | true    |
        3           | r2           | 2026-05-04 19:00 | telephone | no_answer    | true       | false   |
        4           | r2           | 2026-05-08 13:00 | text      | undelivered  | true       | false   |
        5           | r2           | 2026-05-18 16:00 | telephone | no_answer    | true       | false   |
        6           | r4           | 2026-05-04 09:00 | telephone | wrong_number | true       | false   |
        7           | r4           | 2026-05-19 09:00 | text      | unmapped     | true       | false   |
        a reminder  | r1           | 2026-05-04 09:00 | text      | reached      | false      | true    |`,
    },
    `
      metric             | cut       | value     | numerator | denominator | unknown
      attempts           | total     | All       | 7         | 7           | 0
      reach_rate         | total     | All       | 1         | 6           | 1
      wrong_number       | total     | All       | 2         | 6           | 1
      reach_rate         | channel   | telephone | 1         | 5           | 0
      reach_rate         | hour_band | 9 to 12   | 1         | 2           | 1
      reach_rate         | hour_band | before 9  | 0         | 1           | 0
      reach_rate         | contact_language | Spanish | 0    | 1           | 0
      reach_rate         | specialty | Cardiology | 1        | 2           | 0
      reached_14         | total     | All       | 1         | 3           | 0
      outreach_exhausted | total     | All       | 1         | 3           | 0
      outreach_short     | total     | All       | 1         | 2           | 0`,
  ));

test("orders count one by one, and the open ones by their age", () =>
  expectFigures(
    {
      "core.referral": `
        referral_key | ordered_on | ordered_month | specialty  | payer    | receiving_location | referral_type    | source | stage     | is_open | exclusion
        a            | 2026-09-01 | 2026-09-01    | cardiology | Medicaid | North              | specialist_visit | epic   | pending   | true    |
        b            | 2026-09-27 | 2026-09-01    | cardiology |          | North              | specialist_visit | epic   | scheduled | true    |
        c            | 2026-02-10 | 2026-02-01    | cardiology | Medicaid | South              | specialist_visit | epic   | pending   | true    |
        d            | 2026-02-11 | 2026-02-01    | neurology  | Medicaid | South              | specialist_visit | epic   | completed | false   |
        e            | 2026-02-11 | 2026-02-01    | neurology  | Medicaid | South              | specialist_visit | epic   | pending   | true    | test patient`,
    },
    `
      metric                 | cut                | value      | period | month      | numerator
      referrals              | total              | All        | month  | 2026-02-01 | 2
      referrals              | specialty          | cardiology | month  | 2026-09-01 | 2
      referrals              | payer              | Unknown    | month  | 2026-09-01 | 1
      open_referrals         | total              | All        | now    | 2026-09-01 | 3
      open_referrals_0_7     | total              | All        | now    | 2026-09-01 | 1
      open_referrals_15_30   | payer              | Medicaid   | now    | 2026-09-01 | 1
      open_referrals_over_90 | receiving_location | South      | now    | 2026-09-01 | 1
      open_referrals_over_90 | specialty          | neurology  | now    | 2026-09-01 | (0 rows)`,
  ));

test("third next available: the median over samples, by clinic and payer, also where no episode went", () =>
  expectFigures(
    {
      "core.capacity_sample": `
        sampled_on | specialty  | location | payer    | provider_key | third_next_days | accepting
        2026-08-03 | cardiology | North    | Any      | 1            | 10              | true
        2026-08-10 | cardiology | North    | Medicaid | 1            | 30              | true
        2026-08-17 | cardiology | South    | Any      | 2            |                 | false`,
    },
    `
      metric                   | cut                | value | numerator | denominator | rate
      third_next_available     | total              | All   | 2         | 3           | 30
      third_next_available_p90 | total              | All   | 2         | 3           | null
      third_next_available     | receiving_location | North | 2         | 2           | 10
      third_next_available     | payer              | Any   | 1         | 2           | 10
      no_slot_in_sight         | receiving_location | South | 1         | 1           | 1
      not_accepting            | total              | All   | 1         | 3           | ~0.3333`,
  ));

test("whoever closes records is named, with what was closed without a visit and without a note", async () => {
  const rows = await rowsOf("marts.closure_audit", {
    "core.referral": `
      referral_key | source | closed_at  | closed_by    | outcome_actor | visit_at   | note_received_at | closed_without_evidence | exclusion
      a            | epic   | 2026-03-02 | SMITH        | staff         | 2026-03-01 |                  | false                   |
      b            | epic   | 2026-03-02 | SMITH        | staff         |            |                  | true                    |
      c            | epic   | 2026-04-02 | NIGHTLY JOB  | system        |            |                  | true                    |
      d            | epic   | 2026-04-02 |              |               |            | 2026-03-01       | false                   |
      e            | epic   | 2026-04-02 | SMITH        | staff         |            |                  | true                    | test patient
      f            | epic   |            |              |               |            |                  | false                   |`,
  });
  expect(
    rows.map((r) => [r.closed_by, r.is_job, r.closed, r.with_visit, r.with_note, r.without_evidence, r.newest]).sort(),
  ).toEqual([
    ["NIGHTLY JOB", "true", "1", "0", "0", "1", "2026-04-02"],
    ["SMITH", "false", "2", "1", "0", "1", "2026-03-02"],
    ["Unknown", "false", "1", "0", "1", "0", null],
  ]);
});
