// Whether leaving could have been avoided: who of ours was considered against which limit, and each reason why not.
import { expect, test } from "vitest";
import { expectModel, expectModels, openHarness } from "../pipeline/sql/harness.ts";
import { settings } from "./network.ts";

/** What stands between the roster and the alternatives is run too. */
const chained = (name: string, { given, expect }: { given: Record<string, string>; expect: string }) =>
  expectModels({ given, expect: { [name]: expect } });

/** Within 14 days for urgent orders, 30 for others, by a policy for all of cardiology. */
const policies = {
  "seeds.policy": `
    policy | rank | specialty
    heart  | 10   | cardiology
    all    | 1000 |`,
  "seeds.policy_limit": `
    policy | stage | priority | days | rule
    heart  | visit | urgent   | 14   | heart/visit/urgent
    heart  | visit | routine  | 30   | heart/visit/routine
    heart  | visit |          | 30   | heart/visit/any
    all    | visit | routine  | 90   | all/visit/routine`,
};

const left = (referral: string) => ({
  "seeds.network": settings,
  ...policies,
  "core.destination": "referral_key | actual_network\nr:1 | out",
  "core.referral": referral,
});

const order = `
  referral_key | ordered_on | specialty  | payer    | priority | referring_location | patient_key | language
  r:1          | 2026-03-10 | cardiology | Medicare | routine  | East Desk          | ann         | Spanish`;

/** A week's sample: the third open slot in so many days. */
const slots = (provider: string, days: number | null, accepting = true) =>
  `${provider} | 2026-03-09 | 2026-03-15 | NEW PATIENT | Any | cardiology | ${days ?? ""} | ${accepting}`;
const samples = (...lines: string[]) => ({
  "core.capacity_sample": `provider_key | sampled_on | speaks_until | visit_type | payer | specialty | third_next_days | accepting\n${lines.join("\n")}`,
});

test("of our clinicians of the specialty on the roster that day, each is weighed against payer, openness, age, distance and wait", () =>
  chained("core.alternative", {
    given: {
      ...left(order),
      "core.roster": `
        provider_key | name  | specialty   | payer    | plan | valid_from | valid_to   | affiliated | contracted | accepting | latitude | longitude | age_from | age_to
        fits         | Fits  | cardiology  | Medicare | Any  | 2024-01-01 |            | true       | true       | true      | 40.0     | -89       | 18       | 120
        payer        | Payer | cardiology  | Medicaid | Any  | 2024-01-01 |            | true       | true       | true      | 40.0     | -89       |          |
        closed       | Close | cardiology  | Medicare | Any  | 2024-01-01 |            | true       | true       | false     | 40.0     | -89       |          |
        shut         | Shut  | cardiology  | Medicare | Any  | 2024-01-01 |            | true       | true       | true      | 40.0     | -89       |          |
        young        | Young | cardiology  | Medicare | Any  | 2024-01-01 |            | true       | true       | true      | 40.0     | -89       | 0        | 17
        far          | Far   | cardiology  | Medicare | Any  | 2024-01-01 |            | true       | true       | true      | 41.0     | -89       |          |
        busy         | Busy  | cardiology  | Medicare | Any  | 2024-01-01 |            | true       | true       | true      | 40.0     | -89       |          |
        full         | Full  | cardiology  | Medicare | Any  | 2024-01-01 |            | true       | true       | true      | 40.0     | -89       |          |
        trust        | Trust | cardiology  | Medicare | Any  | 2024-01-01 |            | true       | true       | true      | 40.0     | -89       |          |
        -- not considered: gone, not yet here, of another specialty, not ours
        gone         | Gone  | cardiology  | Medicare | Any  | 2024-01-01 | 2026-03-09 | true       | true       | true      | 40.0     | -89       |          |
        later        | Later | cardiology  | Medicare | Any  | 2026-03-11 |            | true       | true       | true      | 40.0     | -89       |          |
        skin         | Skin  | dermatology | Medicare | Any  | 2024-01-01 |            | true       | true       | true      | 40.0     | -89       |          |
        theirs       | Them  | cardiology  | Medicare | Any  | 2024-01-01 |            | false      | true       | true      | 40.0     | -89       |          |`,
      "seeds.place": `
        place     | latitude | longitude
        east desk | 40.1     | -89`,
      "staging.patient": `
        patient_key | birth_year
        ann         | 1960`,
      ...samples(
        slots("fits", 30),
        slots("payer", 5),
        slots("closed", 5),
        slots("shut", 5, false),
        slots("young", 5),
        slots("far", 5),
        slots("busy", 31),
        slots("full", null),
      ),
    },
    expect: `
      provider_key | takes_payer | accepting | fits_age | miles | wait_days | wait_limit | rule                | failed   | proven
      fits         | true        | true      | true     | ~6.9  | 30        | 30         | heart/visit/routine |          | true
      payer        | false       | false     | true     | ~6.9  | 5         | 30         | heart/visit/routine | payer    | true
      closed       | true        | false     | true     | ~6.9  | 5         | 30         | heart/visit/routine | closed   | true
      shut         | true        | false     | true     | ~6.9  | 5         | 30         | heart/visit/routine | closed   | true
      young        | true        | true      | false    | ~6.9  | 5         | 30         | heart/visit/routine | age      | true
      far          | true        | true      | true     | ~62.2 | 5         | 30         | heart/visit/routine | distance | true
      busy         | true        | true      | true     | ~6.9  | 31        | 30         | heart/visit/routine | wait     | true
      full         | true        | true      | true     | ~6.9  |           | 30         | heart/visit/routine | wait     | true
      -- nobody sampled this one's slots: nothing speaks against, nothing is proved
      trust        | true        | true      | true     | ~6.9  |           | 30         | heart/visit/routine |          | false`,
  }));

const two = `
  provider_key | specialty  | payer    | plan | valid_from | affiliated | contracted | languages
  A            | cardiology | Medicare | Any  | 2024-01-01 | true       | true       | English
  B            | cardiology | Medicare | Any  | 2024-01-01 | true       | true       | English; Spanish`;

test("a language that no interpreter may bridge is a limit where the site says so", async () => {
  const given = { ...left(order), "core.roster": two, ...samples(slots("A", 5), slots("B", 5)) };
  await chained("core.alternative", {
    given,
    expect: `
      provider_key | speaks_language | failed
      A            | false           |
      B            | true            |`,
  });
  await chained("core.alternative", {
    given: { ...given, "seeds.network": settings.replace("preferred", "required ") },
    expect: `
      provider_key | speaks_language | failed
      A            | false           | language
      B            | true            |`,
  });
});

test("the policy of the order sets the limit, by priority; the lowest rank counts", () =>
  chained("core.alternative", {
    given: {
      ...left(order.replace("routine ", "urgent  ")),
      "core.roster": two,
      ...samples(slots("A", 14), slots("B", 15)),
    },
    expect: `
      provider_key | wait_limit | rule               | failed
      A            | 14         | heart/visit/urgent |
      B            | 14         | heart/visit/urgent | wait`,
  }));

test("a sample of another week, of follow-up slots or of another payer's slots says nothing", () =>
  chained("core.alternative", {
    given: {
      ...left(order),
      "core.roster": two,
      "core.capacity_sample": `
        provider_key | sampled_on | speaks_until | visit_type  | payer    | specialty  | third_next_days | accepting
        A            | 2026-03-16 | 2026-03-22   | NEW PATIENT | Any      | cardiology | 2               | true
        A            | 2026-02-16 | 2026-02-22   | NEW PATIENT | Any      | cardiology | 2               | true
        B            | 2026-03-09 | 2026-03-15   | NEW PATIENT | Any      | cardiology | 40              | true
        B            | 2026-03-09 | 2026-03-15   | FOLLOW UP   | Any      | cardiology | 1               | true
        B            | 2026-03-09 | 2026-03-15   | NEW PATIENT | Medicaid | cardiology | 1               | true`,
    },
    expect: `
      provider_key | wait_days | failed | proven
      A            |           |        | false
      B            | 40        | wait   | true`,
  }));

test("a sample of a whole clinic speaks for its clinicians", () =>
  chained("core.alternative", {
    given: { ...left(order), "core.roster": two, ...samples(slots("Any", 12), slots("B", 40)) },
    expect: `
      provider_key | wait_days | failed | proven
      A            | 12        |        | true
      B            | 40        | wait   | true`,
  }));

/** Leakage of one order that left, of which the alternatives are given. */
const episode = (referral: string, alternatives = "referral_key") => ({
  "seeds.network": settings,
  "core.episode_member": "episode_key | referral_key | ordinal\nr:1 | r:1 | 1",
  "core.destination": `
    referral_key | intended_network | actual_network | known_by | visit_at   | provider_key
    r:1          | out              | out            | seen     | 2026-04-01 | X`,
  "core.referral": referral,
  "core.alternative": alternatives,
  "seeds.status_map": `
    source | entity   | field              | raw                 | axis   | value
    ehr    | referral | destination_reason | payer mandate       | reason | payer_mandate
    ehr    | referral | destination_reason | service not offered | reason | service_not_offered
    ehr    | referral | destination_reason | patient choice      | reason | patient_choice
    ehr    | referral | destination_reason | continuity          | reason | continuity
    ehr    | referral | destination_reason | wait too long       | reason | no_capacity`,
});
const one = (reason = "", specialty = "cardiology") => `
  referral_key | source | patient_key | ordered_on | specialty    | destination_reason
  r:1          | ehr    | ann         | 2026-03-10 | ${specialty} | ${reason}`;
const tried = (...lines: string[]) =>
  `referral_key | provider_key | wait_days | failed | proven\n${lines.map((l) => `r:1 | ${l}`).join("\n")}`;

test("each reason why leaving could not be avoided, and none", async () => {
  const good = "A | 9 |  | true";
  const cases: [what: string, given: Record<string, string>, expect: string][] = [
    ["a clinician of ours met every limit", episode(one(), tried(good, "B | 50 | wait | true")), "avoidable |  |"],
    [
      "the source says the wait was too long, and it was not",
      episode(one("Wait too long"), tried(good)),
      "avoidable |  |",
    ],
    ["nothing speaks against, but nobody sampled", episode(one(), tried("A |  |  | false")), "unproven |  |"],
    ["nobody knows the specialty", episode(one("", "Unmapped")), "unproven |  |"],
    ["documented: the payer", episode(one("Payer mandate"), tried(good)), "not_avoidable | payer_mandate | stated"],
    [
      "documented: not offered",
      episode(one("Service not offered"), tried(good)),
      "not_avoidable | service_not_offered | stated",
    ],
    ["documented: the patient", episode(one("Patient choice"), tried(good)), "not_avoidable | patient_choice | stated"],
    ["documented: continuity", episode(one("Continuity"), tried(good)), "not_avoidable | continuity | stated"],
    [
      "a visit to that clinician before the order",
      {
        ...episode(one(), tried(good)),
        "core.visit": "visit_key | patient_key | day | provider_key\nv:1 | ann | 2025-09-01 | X",
      },
      "not_avoidable | continuity | inferred",
    ],
    [
      "that visit was years ago",
      {
        ...episode(one(), tried(good)),
        "core.visit": "visit_key | patient_key | day | provider_key\nv:1 | ann | 2023-09-01 | X",
      },
      "avoidable |  |",
    ],
    ["nobody of ours has the specialty", episode(one()), "not_avoidable | service_not_offered | inferred"],
    ["nobody takes the payer", episode(one(), tried("A | 5 | payer | true")), "not_avoidable | payer | inferred"],
    [
      "who takes the payer takes nobody new",
      episode(one(), tried("A | 5 | payer | true", "B | 5 | closed | true")),
      "not_avoidable | closed | inferred",
    ],
    ["nobody sees that age", episode(one(), tried("A | 5 | age | true")), "not_avoidable | age | inferred"],
    [
      "nobody speaks the language",
      episode(one(), tried("A | 5 | language | true")),
      "not_avoidable | language | inferred",
    ],
    ["all are too far", episode(one(), tried("A | 5 | distance | true")), "not_avoidable | distance | inferred"],
    [
      "the wait was too long",
      episode(one(), tried("A | 50 | wait | true", "B | 5 | payer | true")),
      "not_avoidable | wait | inferred",
    ],
  ];
  for (const [what, given, wanted] of cases) {
    await expectModel("core.leakage", {
      given,
      expect: `actual_network | avoidability | reason | reason_basis\nout | ${wanted}`,
      failing: [],
    }).catch((error: Error) => expect.fail(`${what}: ${error.message}`));
  }
});

test("an episode goes where its first attended visit went; what is not known of one order another may tell", () =>
  expectModel("core.leakage", {
    given: {
      ...episode(one()),
      "core.episode_member": `
        episode_key | referral_key | ordinal
        r:1         | r:1          | 1
        r:1         | r:2          | 2
        r:3         | r:3          | 1
        r:3         | r:4          | 2`,
      "core.destination": `
        referral_key | intended_network | actual_network | visit_at
        r:1          | unknown          | not_completed  |
        r:2          | out              | in             | 2026-04-01
        r:3          | in               | out            | 2026-04-02
        r:4          | out              | in             | 2026-04-03`,
      "core.referral": `
        referral_key | source | patient_key | ordered_on | specialty
        r:3          | ehr    | ann         | 2026-03-10 | cardiology`,
    },
    expect: `
      episode_key | referral_key | intended_network | actual_network
      r:1         | r:2          | out              | in
      r:3         | r:3          | in               | out`,
  }));

test("dollars are those of the outside claims, else the site's own figure with its range, else nobody knows", async () => {
  const harness = await openHarness();
  const dollars = "dollars | dollars_low | dollars_high | dollars_basis";
  const claims = {
    "core.visit_match": `
      visit_key | episode_key
      v:1       | r:1
      v:2       | r:1
      v:3       | r:1`,
    "core.visit": `
      visit_key | claimed | party  | payer    | day        | allowed_amount
      v:1       | true    | theirs | Medicare | 2026-04-01 | 300
      v:2       | true    | theirs | Medicare | 2026-05-01 | 120
      -- a follow-up with us costs nothing of this
      v:3       | true    | ours   | Medicare | 2026-06-01 | 150`,
    "core.network_day": `
      party  | payer    | plan    | day        | affiliated
      theirs | Medicare | Unknown | 2026-04-01 | false
      theirs | Medicare | Unknown | 2026-05-01 | false
      ours   | Medicare | Unknown | 2026-06-01 | true`,
  };
  const table = { "seeds.visit_value": "specialty | dollars | low | high\ncardiology | 250 | 180 | 420" };
  try {
    await harness.expectModel("core.leakage", {
      given: { ...episode(one()), ...claims, ...table },
      expect: `${dollars}\n420 | 420 | 420 | claims`,
    });
    await harness.expectModel("core.leakage", {
      given: { ...episode(one()), ...table },
      expect: `${dollars}\n250 | 180 | 420 | estimate`,
    });
    await harness.expectModel("core.leakage", {
      given: episode(one()),
      expect: `${dollars}\n | | | unknown`,
    });
  } finally {
    harness.close();
  }
});
