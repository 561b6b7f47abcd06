// Room in the network: samples of open slots, demand against them, payers that nobody takes, and what the wait does.
import { test } from "vitest";
import { expectModel, expectModels } from "../pipeline/sql/harness.ts";
import { run, settings } from "./network.ts";

test("a sample speaks until the next one, and no longer than the setting", () =>
  expectModels({
    given: {
      "seeds.network": settings,
      "seeds.specialty": "raw | specialty\ncardiology | cardiology",
      "core.npi": "npi | valid\n1234567893 | true",
      "core.provider": "provider_key | specialty\n1234567893 | cardiology",
      "staging.capacity": `
        sampled_on | specialty  | location | provider_npi | visit_type  | slots_total | slots_open | third_next_available | as_of
        2026-03-02 | Cardiology | Main     | 1234567893   | NEW PATIENT | 20          | 4          | 2026-03-20           | 2026-03-31
        2026-03-09 | Cardiology | Main     | 1234567893   | NEW PATIENT | 20          | 2          |                      | 2026-03-31
        -- the same sample again in the next file
        2026-03-09 | Cardiology | Main     | 1234567893   | NEW PATIENT | 20          | 2          |                      | 2026-04-30
        -- the clinician's specialty, where the sample names none
        2026-03-09 |            | Main     | 1234567893   | FOLLOW UP   | 9           | 3          | 2026-03-10           | 2026-03-31`,
    },
    expect: {
      "core.capacity_sample": `
        sampled_on | specialty  | provider_key | visit_type  | payer | third_next_days | speaks_until
        2026-03-02 | cardiology | 1234567893   | NEW PATIENT | Any   | 18              | 2026-03-08
        2026-03-09 | cardiology | 1234567893   | NEW PATIENT | Any   |                 | 2026-04-23
        2026-03-09 | cardiology | 1234567893   | FOLLOW UP   | Any   | 1               | 2026-04-23`,
    },
  }));

const samples = `
  sampled_on | specialty  | location | provider_key | visit_type  | payer | slots_total | slots_open | third_next_days | accepting | speaks_until
  2026-03-02 | cardiology | Main     | A            | NEW PATIENT | Any   | 20          | 4          | 10              | true      | 2026-03-08
  2026-03-02 | cardiology | Main     | B            | NEW PATIENT | Any   | 10          | 1          | 30              | true      | 2026-03-08
  2026-03-02 | cardiology | Main     | C            | NEW PATIENT | Any   | 10          | 0          |                 | false     | 2026-03-08
  2026-03-09 | cardiology | Main     | A            | NEW PATIENT | Any   | 20          | 2          | 20              | true      | 2026-03-15`;

test("third next available is the median of the clinicians who have one; those without are counted", () =>
  expectModel("marts.capacity", {
    given: { "core.capacity_sample": samples },
    expect: `
      sampled_on | samples | accepting | full | slots_total | slots_open | third_next_days | third_next_soonest
      2026-03-02 | 3       | 2         | 1    | 40          | 5          | 20              | 10
      2026-03-09 | 1       | 1         | 0    | 20          | 2          | 20              | 20`,
  }));

const episodes = `
  episode_key | ordered_on | ordered_month | specialty  | payer
  e:1         | 2026-03-03 | 2026-03-01    | cardiology | Medicare
  e:2         | 2026-03-03 | 2026-03-01    | cardiology | Medicare
  e:3         | 2026-03-10 | 2026-03-01    | cardiology | Medicaid
  e:4         | 2026-03-30 | 2026-03-01    | cardiology | Medicaid
  e:5         | 2026-03-10 | 2026-03-01    | neurology  | Medicaid`;
const leakage = `
  episode_key | intended_network | actual_network
  e:1         | in               | in
  e:2         | in               | out
  e:3         | unknown          | unknown
  e:4         | out              | out
  e:5         | in               | in`;

test("demand is what was not meant for outside; capacity the average of the month's samples", () =>
  expectModel("marts.capacity_demand", {
    given: { "core.capacity_sample": samples, "core.episode": episodes, "core.leakage": leakage },
    expect: `
      month      | specialty  | episodes | demand | seen | slots_total | slots_open | demand_per_slot | third_next_days
      2026-03-01 | cardiology | 4        | 3      | 1    | 30          | 3.5        | 0.1             | 20`,
  }));

test("leakage by the wait that our clinicians had on the day of the order", () =>
  expectModel("marts.leakage_by_wait", {
    given: { "core.capacity_sample": samples, "core.episode": episodes, "core.leakage": leakage },
    expect: `
      specialty  | wait_band | episodes | realized_in | realized_out | realized_unknown | leakage_realized | low   | high
      -- two of three clinicians took patients, in 10 and 30 days; nothing was sampled on March 30
      cardiology | 15-30     | 3        | 1           | 1            | 1                | 0.5              | ~0.09 | ~0.91`,
  }));

test("a payer whose new patients nobody of ours takes is an access gap", () =>
  expectModel("marts.access_gap", {
    given: {
      "seeds.run": run,
      "core.episode": `${episodes}
  e:6         | 2024-03-10 | 2024-03-01    | cardiology | Union`,
      "core.leakage": leakage,
      "core.capacity_sample": `
        sampled_on | provider_key | third_next_days | accepting | speaks_until
        2026-06-29 | A            | 12              | true      | 2026-07-05
        2026-06-29 | B            | 40              | true      | 2026-07-05
        2026-06-29 | C            | 5               | false     | 2026-07-05`,
      "core.roster": `
        provider_key | specialty  | payer    | plan | valid_from | valid_to   | affiliated | contracted | accepting
        A            | cardiology | Medicare | Any  | 2024-01-01 |            | true       | true       | true
        B            | cardiology | Medicare | Any  | 2024-01-01 |            | true       | true       | true
        C            | cardiology | Medicaid | Any  | 2024-01-01 |            | true       | true       | true
        -- takes nobody new, has left, is not ours
        A            | neurology  | Medicaid | Any  | 2024-01-01 |            | true       | true       | false
        D            | neurology  | Medicaid | Any  | 2024-01-01 | 2026-06-30 | true       | true       | true
        E            | neurology  | Medicaid | Any  | 2024-01-01 |            | false      | true       | true`,
    },
    expect: `
      specialty  | payer    | episodes | contracted | accepting | gap   | third_next_soonest | third_next_days | realized_in | realized_out
      cardiology | Medicare | 2        | 2          | 2         | false | 12                 | 26              | 1           | 1
      -- the only one on the roster takes no new patients, by the sample
      cardiology | Medicaid | 2        | 1          | 0         | true  |                    |                 | 0           | 1
      neurology  | Medicaid | 1        | 1          | 0         | true  |                    |                 | 1           | 0`,
  }));

test("what sources assert is held against the fact it is about: affiliation or contract", () =>
  expectModel("marts.assertion_disagreement", {
    given: {
      "core.referral": `
        referral_key | source | leaked_asserted | in_network_asserted
        r:1          | ehr    | true            |
        r:2          | ehr    | false           | false
        r:3          | ehr    | false           |`,
      "core.destination": `
        referral_key | intended_network | actual_network | intended_contracted
        r:1          | in               | out            | true
        r:2          | in               | not_completed  | true
        r:3          | out              | not_completed  |`,
      "core.claim_line": `
        line_key | source
        c:1      | claims
        c:2      | claims`,
      "core.visit": `
        visit_key | in_network_asserted | denied_out_of_network
        c:1       | false               | true
        c:2       | true                | false`,
      "core.visit_role": `
        visit_key | contracted
        c:1       | true
        c:2       |`,
      "core.authorization": `
        authorization_key | source | referral_key | denial_reason
        a:1               | payer  | r:1          | out_of_network`,
    },
    expect: `
      source | assertion                                   | asserted | ours    | records | disagrees
      ehr    | leaked flag                                 | out      | out     | 1       | false
      ehr    | leaked flag                                 | in       | in      | 1       | false
      ehr    | leaked flag                                 | in       | out     | 1       | true
      ehr    | in-network flag of the referral             | out      | in      | 1       | true
      claims | in-network flag of the claim                | out      | in      | 1       | true
      claims | in-network flag of the claim                | in       | unknown | 1       |
      claims | denied as outside the network (242)         | out      | in      | 1       | true
      payer  | authorization denied as outside the network | out      | in      | 1       | true`,
  }));

test("what to fix first is what promises most, not what counts most by chance: a small cell borrows from its specialty", () =>
  expectModel("marts.leakage_opportunity", {
    given: {
      "seeds.run": run,
      "core.episode": opportunity(
        (n, where) => `e:${where}${n} | 2025-04-${pad((n % 27) + 3)} | cardiology | ${where} | Medicare`,
        "episode_key | ordered_on | specialty | referring_location | payer",
      ),
      "core.leakage": opportunity((n, where) => {
        const out = where === "East" ? n < 8 : n < 2;
        return `e:${where}${n} | r:${where}${n} | ${out ? "out" : "in"} | ${out ? "avoidable" : ""} | ${out ? 500 : ""} | ${out ? 9 : ""}`;
      }, "episode_key | referral_key | actual_network | avoidability | dollars | wait_days"),
      "core.alternative": `
        referral_key | provider_key | failed
        r:East0      | A            |
        r:East1      | B            |
        r:East2      | C            | wait
        r:West0      | A            |`,
    },
    expect: `
      referring_location | priority | episodes | realized_out | avoidable | avoidable_a_year | dollars_a_year | providers_with_room | wait_days
      -- of 40 known episodes 8 could have stayed; of 2 both: by themselves 20% and 100%, with the specialty's 24% behind them 21% and 36%
      East               | 1        | 40       | 8            | 8         | ~8.3             | ~4152          | 2                   | 9
      West               | 2        | 2        | 2            | 2         | ~0.7             | ~365           | 1                   | 9`,
  }));

/** Forty episodes from East and two from West. */
function opportunity(line: (n: number, where: string) => string, head: string): string {
  const rows = [...Array(40).keys()].map((n) => line(n, "East"));
  return [head, ...rows, line(0, "West"), line(1, "West")].join("\n");
}

function pad(n: number): string {
  return String(n).padStart(2, "0");
}
