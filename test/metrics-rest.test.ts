// The metrics that no other example is about, each against rows that can be counted by hand; and the proof that none is left without
// one. As of 28 September 2026.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { expectFigures, rowsOf } from "./figures.ts";

const ordered = (day: string) => `${day} | ${day} 09:00`;
const one = { "core.episode_member": "episode_key | referral_key\nE1 | r1\nE2 | r2" };

test("where each stands 90 days after the order: lost or waiting before contact, appointment and visit, seen without a note, or with it", () =>
  expectFigures(
    {
      "core.episode": `
        episode_key | ordered_on | ordered_at       | is_open | first_contact_at | scheduled_at | visit_at   | note_received_at | outcome     | outcome_at
        never tried, over  | ${ordered("2026-05-04")} | false   |            |            |            |            | canceled    | 2026-05-20
        never tried, open  | ${ordered("2026-05-04")} | true    |            |            |            |            |             |
        -- the attempt of day 91 is too late
        tried late         | ${ordered("2026-05-04")} | true    | 2026-08-03 |            |            |            |             |
        tried, over        | ${ordered("2026-05-04")} | false   | 2026-05-06 |            |            |            | declined    | 2026-05-30
        tried on day 90    | ${ordered("2026-05-04")} | true    | 2026-08-02 |            |            |            |             |
        booked, over       | ${ordered("2026-05-04")} | false   | 2026-05-06 | 2026-05-10 |            |            | unreachable | 2026-06-30
        booked, open       | ${ordered("2026-05-04")} | true    |            | 2026-05-10 |            |            |             |
        -- its end of day 91 was not yet
        booked, over later | ${ordered("2026-05-04")} | false   |            | 2026-05-10 |            |            | returned    | 2026-08-03
        seen               | ${ordered("2026-05-04")} | false   |            | 2026-05-10 | 2026-06-01 |            | completed   | 2026-06-01
        seen, note back    | ${ordered("2026-05-04")} | false   |            | 2026-05-10 | 2026-06-01 | 2026-06-05 | completed   | 2026-06-01`,
    },
    `
      metric                     | numerator | denominator | rate
      lost_before_contact        | 1         | 10          | 0.1
      waiting_before_contact     | 2         | 10          | 0.2
      lost_before_appointment    | 1         | 10          | 0.1
      waiting_before_appointment | 1         | 10          | 0.1
      lost_before_visit          | 1         | 10          | 0.1
      waiting_before_visit       | 2         | 10          | 0.2
      without_note               | 1         | 10          | 0.1
      with_note                  | 1         | 10          | 0.1
      contacted_90               | 7         | 10          | 0.7`,
  ));

test("attempts for each episode, and for each that got an appointment in time", () =>
  expectFigures(
    {
      "core.episode": `
        episode_key | ordered_on | ordered_at       | is_open | attempts | scheduled_at
        booked      | ${ordered("2026-05-04")}      | true    | 3        | 2026-05-14
        never       | ${ordered("2026-05-04")}      | true    | 1        |
        too late    | ${ordered("2026-05-04")}      | true    | 5        | 2026-08-03`,
    },
    `
      metric               | numerator | denominator | rate
      attempts_per_episode | 9         | 3           | 3
      attempts_to_schedule | 3         | 1           | 3`,
  ));

test("median and 90th percentile of waits are days by which half, and nine in ten, of all got there", () =>
  expectFigures(
    {
      // Ten orders of the first of May, booked and seen one after the other: on days 1 to 10, and 11 to 20.
      "core.episode": [
        "episode_key | ordered_on | ordered_at | is_open | scheduled_at | visit_at",
        ...Array.from({ length: 10 }, (_, i) => {
          const day = (n: number) => `2026-05-${String(1 + n).padStart(2, "0")}`;
          return `${i} | ${ordered("2026-05-01")} | false | ${day(i + 1)} | ${day(i + 11)}`;
        }),
      ].join("\n"),
    },
    `
      metric                | numerator | denominator | rate
      days_to_scheduled     | 10        | 10          | 5
      days_to_scheduled_p90 | 10        | 10          | 9
      days_to_visit         | 10        | 10          | 15
      days_to_visit_p90     | 10        | 10          | 19`,
  ));

test("ages in the middle: the last day of a band is in it, the next one is not", () =>
  expectFigures(
    {
      "core.episode": `
        episode_key | ordered_on | ordered_at       | is_open
        15          | ${ordered("2026-09-13")}      | true
        30          | ${ordered("2026-08-29")}      | true
        31          | ${ordered("2026-08-28")}      | true
        60          | ${ordered("2026-07-30")}      | true
        61          | ${ordered("2026-07-29")}      | true`,
    },
    `
      metric         | numerator | denominator | rate
      open_age_15_30 | 2         | 5           | 0.4
      open_age_31_60 | 2         | 5           | 0.4
      open_age_61_90 | 1         | 5           | 0.2
      open_age       | 5         | 5           | 31
      open_age_p90   | 5         | 5           | 61`,
  ));

test("open orders by age are those of marts.open_age", () =>
  expectFigures(
    {
      "marts.open_age": `
        age_band | age_band_order | specialty  | referrals
        8-14     | 2              | cardiology | 3
        31-60    | 4              | cardiology | 4
        31-60    | 4              | neurology  | 1
        61-90    | 5              | cardiology | 2`,
    },
    `
      metric               | rate
      open_referrals       | 10
      open_referrals_8_14  | 3
      open_referrals_15_30 | (0 rows)
      open_referrals_31_60 | 5
      open_referrals_61_90 | 2`,
  ));

test("returned for want of room, or as outside the network: of what was received", () =>
  expectFigures(
    {
      "core.episode": `
        episode_key | ordered_on | ordered_at  | is_open | received_at | outcome  | outcome_at
        E1          | ${ordered("2026-03-02")} | false   | 2026-03-03  | returned | 2026-03-05
        E2          | ${ordered("2026-03-02")} | false   | 2026-03-03  | returned | 2026-03-05
        E3          | ${ordered("2026-03-02")} | true    | 2026-03-03  |          |
        not there   | ${ordered("2026-03-02")} | true    |             |          |`,
      ...one,
      "core.referral":
        "referral_key | stage | close_reason\nr1 | returned | no_capacity\nr2 | returned | out_of_network",
    },
    `
      metric                  | numerator | denominator
      returned_no_capacity    | 1         | 3
      returned_out_of_network | 1         | 3`,
  ));

test("the slowest tenth of bookings, decisions and submissions", () =>
  expectFigures(
    {
      "core.episode": "episode_key | ordered_on\nE1 | 2026-03-02",
      ...one,
      "core.referral": "referral_key | ordered_on\nr1 | 2026-03-02",
      // Booked 1 to 10 days ahead; submitted 1 to 10 days after the order, and decided as many days later.
      "core.appointment": [
        "appointment_key | referral_key | made_at | starts_at | outcome",
        ...Array.from(
          { length: 10 },
          (_, i) => `${i} | r1 | 2026-04-01 09:00 | 2026-04-${String(i + 2).padStart(2, "0")} 10:00 | completed`,
        ),
      ].join("\n"),
      "core.authorization": [
        "authorization_key | referral_key | submitted_at | decided_at | decision | expedited",
        ...Array.from({ length: 10 }, (_, i) => {
          const day = (n: number) => String(n).padStart(2, "0");
          return `${i} | r1 | 2026-03-${day(i + 3)} 09:00 | 2026-03-${day(2 * i + 4)} 09:00 | approved | true`;
        }),
      ].join("\n"),
    },
    `
      metric                              | numerator | denominator | rate
      lead_days                           | 10        | 10          | 5
      lead_days_p90                       | 10        | 10          | 9
      days_to_authorization_expedited     | 10        | 10          | 5
      days_to_authorization_expedited_p90 | 10        | 10          | 9
      days_to_submission_p90              | 10        | 10          | 9`,
  ));

test("leakage: what was meant is of the known intentions; avoidable of those seen outside; an inferred visit is known from claims only", () =>
  expectFigures(
    {
      "core.episode":
        "episode_key | ordered_on\na | 2026-05-04\nb | 2026-05-04\nc | 2026-05-04\nd | 2026-05-04\ne | 2026-05-04",
      "core.leakage": `
        episode_key | intended_network | actual_network | basis    | avoidability | dollars
        a           | in               | in             | stated   |              |
        b           | out              | out            | inferred | avoidable    | 120.4
        c           | out              | out            | stated   | unavoidable  | 300
        d           | unknown          | out            | inferred | unproven     |
        e           | in               | not_completed  |          |              |`,
    },
    `
      metric                    | numerator | denominator | unknown
      leakage_ordered           | 2         | 4           | 1
      leakage_avoidable         | 1         | 2           | 1
      leakage_inferred          | 2         | 4           | 0
      leakage_dollars_avoidable | 120       | 1           | 0`,
  ));

test("claims: visits and dollars in and out, of followed patients in complete months; sent on by ours; self-directed and where to", () =>
  expectFigures(
    {
      "marts.claims_completion":
        "payer | month | complete\nMedicare | 2026-03-01 | true\nMedicare | 2026-08-01 | false",
      "core.chain": "visit_key\nv2\nv3",
      "core.visit_role": `
        visit_key | day        | month      | payer    | claimed | is_specialist | network | role          | attributed | covered | dollars
        v1        | 2026-03-04 | 2026-03-01 | Medicare | true    | true          | in      | answer        | true       | true    | 100
        v2        | 2026-03-04 | 2026-03-01 | Medicare | true    | true          | out     | self_directed | true       | true    | 250.4
        v3        | 2026-03-04 | 2026-03-01 | Medicare | true    | true          | in      | self_directed | true       | true    |
        v4        | 2026-03-04 | 2026-03-01 | Medicare | true    | true          | unknown | answer        | true       | true    | 80
        -- not covered, no specialist, and a month whose claims are not all in
        v5        | 2026-03-04 | 2026-03-01 | Medicare | true    | true          | out     | answer        | true       | false   | 90
        v6        | 2026-03-04 | 2026-03-01 | Medicare | true    | false         | out     | answer        | true       | true    | 90
        v7        | 2026-08-04 | 2026-08-01 | Medicare | true    | true          | out     | answer        | true       | true    | 90`,
    },
    `
      metric                         | period | month      | numerator | denominator | unknown | immature
      leakage_claims_visits          | month  | 2026-03-01 | 1         | 3           | 1       | 0
      leakage_claims_visits          | month  | 2026-08-01 | 0         | 0           | 0       | 1
      leakage_claims_dollars_outside | month  | 2026-03-01 | 250       | 1           | 0       | 0
      leakage_claims_dollars_inside  | month  | 2026-03-01 | 100       | 1           | 1       | 0
      leakage_chain                  | month  | 2026-03-01 | 1         | 2           | 0       | 0
      self_directed                  | month  | 2026-03-01 | 2         | 4           | 0       | 0
      self_directed_outside          | month  | 2026-03-01 | 1         | 2           | 0       | 0`,
  ));

test("no metric is without an example", async () => {
  const metrics = (await rowsOf("marts.metric_definition", {})).map((row) => row.metric!);
  const examples = readdirSync(import.meta.dirname)
    .filter((name) => /^(metrics|network|leakage)-.*\.test\.ts$/.test(name))
    .map((name) => readFileSync(join(import.meta.dirname, name), "utf8"))
    .join("\n");
  const named = new Set(examples.match(/\w+/g));
  expect(metrics.length).toBeGreaterThan(100);
  expect(metrics.filter((metric) => !named.has(metric))).toEqual([]);
});
