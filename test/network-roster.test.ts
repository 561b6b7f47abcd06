// The roster: which numbers can be one, what held when by the newest roster, who is meant by a name.
import fc from "fast-check";
import { expect, test } from "vitest";
import { npi } from "../fixtures/names.ts";
import { expectModel, expectModels, openHarness } from "../pipeline/sql/harness.ts";
import { settings } from "./network.ts";

test("a number is an NPI where it has ten digits and Luhn's check digit over the prefix 80840", () =>
  expectModel("core.npi", {
    given: {
      "staging.provider": `
        npi
        -- the example of the standard
        1234567893
        1234567890
        123456789
        12345678X3`,
    },
    expect: `
      npi        | valid | listed
      1234567893 | true  | true
      1234567890 | false | true
      123456789  | false | true
      12345678X3 | false | true`,
  }));

test("the check digit of any nine digits is the one that makes a valid number", async () => {
  const numbers = fc.sample(fc.integer({ min: 0, max: 9999 }), { numRuns: 60, seed: 7 }).map(npi);
  const wrong = numbers.map((n) => n.slice(0, 9) + ((Number(n[9]) + 1) % 10));
  const harness = await openHarness();
  try {
    const given = { "staging.provider": `npi\n${[...new Set([...numbers, ...wrong])].join("\n")}` };
    const rows = await harness.rowsOf("core.npi", given);
    const valid = new Set(rows.filter((r) => r.valid === "true").map((r) => r.npi));
    expect(valid).toEqual(new Set(numbers));
  } finally {
    harness.close();
  }
});

/** Roster lines, and nothing else that names anybody. */
const lines = (text: string) => ({
  "staging.provider": text,
  "core.referral": "referral_key",
  "core.appointment": "appointment_key",
});

test("a contract lasts from its first to its last day; 12/31/9999 and nothing mean that it goes on; a start may lie ahead", () =>
  expectModels({
    given: lines(`
      source | list     | as_of      | provider_key | provider_id | npi        | payer    | effective_from | effective_to
      roster | snapshot | 2026-06-30 | n:1          | 1           | 1234567893 | Medicare | 2024-01-01     | 9999-12-31
      roster | snapshot | 2026-06-30 | n:1          | 1           | 1234567893 | Medicaid | 2024-01-01     | 2025-03-31
      roster | snapshot | 2026-06-30 | n:1          | 1           | 1234567893 | Union    | 2026-11-01     |
      roster | snapshot | 2026-06-30 | n:2          | 2           |            |          |                |`),
    expect: {
      "core.roster": `
        provider_key | npi        | payer    | plan | valid_from | valid_to   | contracted
        1234567893   | 1234567893 | Medicare | Any  | 2024-01-01 |            | true
        1234567893   | 1234567893 | Medicaid | Any  | 2024-01-01 | 2025-03-31 | true
        1234567893   | 1234567893 | Union    | Any  | 2026-11-01 |            | true
        n:2          |            | Any      | Any  | 1900-01-01 |            | false`,
    },
  }));

test("a termination that comes late, with a date that has passed, holds from that date: the newest roster decides", () =>
  expectModels({
    given: lines(`
      source | list     | as_of      | next_as_of | provider_key | provider_id | npi        | payer    | effective_from | effective_to
      -- In March the contract went on; in June we are told that it ended in January.
      roster | snapshot | 2026-03-31 | 2026-06-30 | n:1          | 1           | 1234567893 | Medicare | 2024-01-01     |
      roster | snapshot | 2026-06-30 |            | n:1          | 1           | 1234567893 | Medicare | 2024-01-01     | 2026-01-15`),
    expect: {
      "core.roster": `
        payer    | valid_from | valid_to   | known_at         | dropped
        Medicare | 2024-01-01 | 2026-01-15 | 2026-06-30 00:00 | false`,
    },
  }));

test("a corrected start replaces the earlier one; a line that ends before it begins never held", () =>
  expectModels({
    given: lines(`
      source | list     | as_of      | next_as_of | provider_key | provider_id | npi        | payer    | effective_from | effective_to
      roster | snapshot | 2026-03-31 | 2026-06-30 | n:1          | 1           | 1234567893 | Medicare | 2024-01-01     |
      roster | snapshot | 2026-06-30 |            | n:1          | 1           | 1234567893 | Medicare | 2024-02-01     |
      roster | snapshot | 2026-03-31 | 2026-06-30 | n:1          | 1           | 1234567893 | Medicaid | 2025-01-01     |
      roster | snapshot | 2026-06-30 |            | n:1          | 1           | 1234567893 | Medicaid | 2025-01-01     | 2024-12-31`),
    expect: {
      "core.roster": `
        payer    | valid_from | valid_to
        Medicare | 2024-02-01 |`,
    },
  }));

test("a line that the next roster dropped ended there", () =>
  expectModels({
    given: lines(`
      source | list     | as_of      | next_as_of | provider_key | provider_id | npi        | payer    | effective_from | effective_to
      roster | snapshot | 2026-03-31 | 2026-06-30 | n:1          | 1           | 1234567893 | Medicare | 2024-01-01     |
      roster | snapshot | 2026-06-30 |            | n:2          | 2           |            | Medicare | 2024-01-01     |`),
    expect: {
      "core.roster": `
        provider_key | valid_from | valid_to   | dropped
        1234567893   | 2024-01-01 | 2026-06-29 | true
        n:2          | 2024-01-01 |            | false`,
    },
  }));

test("a roster that comes as changes ends only what it names", () =>
  expectModels({
    given: lines(`
      source | list    | as_of      | provider_key | provider_id | npi        | payer    | effective_from | effective_to
      deltas | changes | 2026-03-31 | n:1          | 1           | 1234567893 | Medicare | 2024-01-01     |
      deltas | changes | 2026-03-31 | n:1          | 1           | 1234567893 | Medicaid | 2024-01-01     |
      deltas | changes | 2026-06-30 | n:1          | 1           | 1234567893 | Medicaid | 2024-01-01     | 2026-05-31
      deltas | changes | 2026-06-30 | n:1          | 1           | 1234567893 | Medicaid | 2026-09-01     |`),
    expect: {
      "core.roster": `
        payer    | valid_from | valid_to
        Medicare | 2024-01-01 |
        Medicaid | 2024-01-01 | 2026-05-31
        Medicaid | 2026-09-01 |`,
    },
  }));

test("of overlapping lines the one that began later holds, and the other one again after it", () =>
  expectModels({
    given: lines(`
      source | list     | as_of      | provider_key | provider_id | npi        | payer    | accepting | effective_from | effective_to
      roster | snapshot | 2026-06-30 | n:1          | 1           | 1234567893 | Medicare | true      | 2024-01-01     |
      roster | snapshot | 2026-06-30 | n:1          | 1           | 1234567893 | Medicare | false     | 2025-01-01     | 2025-06-30`),
    expect: {
      "core.roster": `
        accepting | valid_from | valid_to
        true      | 2024-01-01 | 2024-12-31
        false     | 2025-01-01 | 2025-06-30
        true      | 2025-07-01 |`,
    },
  }));

test("one clinician works in several places and groups", () =>
  expectModels({
    given: lines(`
      source | list     | as_of      | provider_key | provider_id | npi        | tin        | location | payer    | affiliated
      roster | snapshot | 2026-06-30 | n:1          | 1           | 1234567893 | 12-3456789 | Main     | Medicare | true
      roster | snapshot | 2026-06-30 | n:1          | 1           | 1234567893 | 12-3456789 | South    | Medicare | true
      roster | snapshot | 2026-06-30 | n:1          | 1           | 1234567893 | 987654321  | Private  | Medicare | false`),
    expect: {
      "core.roster": `
        tin       | location | affiliated
        123456789 | Main     | true
        123456789 | South    | true
        987654321 | Private  | false`,
      "core.provider": `
        provider_key | npi        | listed
        1234567893   | 1234567893 | true`,
    },
  }));

test("lines of one contract never overlap, whatever a roster says", async () => {
  const harness = await openHarness();
  const day = fc.integer({ min: 0, max: 40 }).map((n) => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10));
  const line = fc.tuple(day, fc.option(day), fc.constantFrom("2026-03-31", "2026-06-30"));
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 6 }), async (given) => {
        const rows = given.map(
          ([from, to, asOf], n) =>
            `roster | snapshot | ${asOf} | ${asOf === "2026-03-31" ? "2026-06-30" : ""} | ${n} | n:1 | ${from} | ${to ?? ""}`,
        );
        const held = await harness.rowsOf(
          "core.roster",
          lines(
            `source | list | as_of | next_as_of | row_number | provider_key | effective_from | effective_to\n${rows.join("\n")}`,
          ),
        );
        const spans = held.map((r) => [r.valid_from!, r.valid_to ?? "9999"] as const).sort();
        for (const [n, [from, to]] of spans.entries()) {
          expect(from <= to).toBe(true);
          if (n > 0) expect(spans[n - 1]![1] < from).toBe(true);
        }
      }),
      { numRuns: 25, seed: 3 },
    );
  } finally {
    harness.close();
  }
});

test("a specialty comes from the site's taxonomy table, else from the roster's word; what neither knows is unmapped", () =>
  expectModels({
    given: {
      ...lines(`
        source | list     | as_of      | provider_key | specialty     | taxonomy_code
        roster | snapshot | 2026-06-30 | n:1          | Int Med       | 000CARDIO0X
        roster | snapshot | 2026-06-30 | n:2          | Heart Doctors |
        roster | snapshot | 2026-06-30 | n:3          | Cardiology    | 000OTHER00X
        roster | snapshot | 2026-06-30 | n:4          |               |`),
      "seeds.taxonomy": `
        code        | specialty
        000CARDIO0X | cardiology`,
      "seeds.specialty": `
        raw        | specialty
        cardiology | cardiology`,
    },
    expect: {
      "core.roster": `
        provider_key | specialty
        n:1          | cardiology
        n:2          | Unmapped
        n:3          | cardiology
        n:4          | Unknown`,
    },
  }));

test("specialties that neither crosswalk knows are listed, from rosters, claims and samples alike", () =>
  expectModel("core.unmapped_word", {
    given: {
      "core.roster": `
        provider_key | source | specialty | specialty_raw | taxonomy_code | known_at
        n:1          | roster | Unmapped  | Heart Doctors |               | 2026-03-31
        n:2          | roster | Unmapped  | heart  doctors |              | 2026-06-30
        n:3          | roster | Unmapped  |               | 000OTHER00X   | 2026-06-30
        n:4          | roster | Unknown   |               |               | 2026-06-30`,
      "staging.visit": `
        source | specialty  | as_of
        claims | Cardiology | 2026-06-30
        claims | Vein Care  | 2026-06-30`,
      "staging.capacity": `
        source | specialty | as_of
        access | Vein Care | 2026-06-30`,
      "seeds.specialty": `
        raw        | specialty
        cardiology | cardiology`,
    },
    expect: `
      source | entity   | field         | raw_value     | records | first_seen
      roster | provider | specialty     | heart doctors | 2       | 2026-03-31
      roster | provider | taxonomy_code | 000other00x   | 1       | 2026-06-30
      claims | visit    | specialty     | vein care     | 1       | 2026-06-30
      access | capacity | specialty     | vein care     | 1       | 2026-06-30`,
  }));

test("a nurse practitioner without a specialty has that of a group that has only one", () =>
  expectModels({
    given: {
      "core.roster": `
        provider_key | location | tin | payer | plan | valid_from | specialty
        n:1          | Main     | 111 | Any   | Any  | 2024-01-01 | cardiology
        n:2          | Main     | 111 | Any   | Any  | 2024-01-01 | Unknown
        n:3          | Main     | 222 | Any   | Any  | 2024-01-01 | cardiology
        n:4          | Main     | 222 | Any   | Any  | 2024-01-01 | dermatology
        n:5          | Main     | 222 | Any   | Any  | 2024-01-01 | Unknown`,
    },
    expect: {
      "core.provider": `
        provider_key | specialty
        n:1          | cardiology
        n:2          | cardiology
        n:3          | cardiology
        n:4          | dermatology
        n:5          | Unknown`,
    },
  }));

const people = `
  provider_key | npi        | name               | specialty   | organization      | listed
  1234567893   | 1234567893 | Vanestow, Celio MD | cardiology  | Old Mill Clinic   | true
  n:2          |            | Vanestow, Celia    | dermatology | Old Mill Clinic   | true
  n:3          |            | Brookfield, Orsa   | neurology   | Crestline Medical | true
  n:4          |            | Brookfield, Tavi   | neurology   | Crestline Medical | true`;

test("a name is taken for the clinician it fits, in any of the forms that people type", () =>
  expectModel("core.name_match", {
    given: {
      "core.provider": people,
      "seeds.network": settings,
      "core.referral": `
        receiving_provider  | receiving_organization | specialty
        VANESTOW, CELIO     | Old Mill Clinic        | cardiology
        Celio Vanestow, MD  |                        | cardiology
        Dr. Celio Vanestow  | Old Mill Clinic        | Unknown
        Vanestow, Celio A., DO |                     | Unknown
        Celio Vanstow       | Old Mill Clinic        | cardiology
        Dr Vanestow         | Old Mill Clinic        | cardiology
        -- only a family name that two share
        Dr Brookfield       | Crestline Medical      | neurology
        -- an initial, with specialty and organization beside it
        O. Brookfield       | Crestline Medical      | neurology
        -- nobody we know
        Galen Quillmere MD  | Old Mill Clinic        | cardiology
        Specialty Clinic    |                        | cardiology`,
    },
    expect: `
      written_name           | organization_key  | specialty  | provider_key | best_provider_key
      vanestow, celio        | old mill clinic   | cardiology | 1234567893   | 1234567893
      celio vanestow, md     | unknown           | cardiology | 1234567893   | 1234567893
      dr. celio vanestow     | old mill clinic   | Unknown    | 1234567893   | 1234567893
      vanestow, celio a., do | unknown           | Unknown    | 1234567893   | 1234567893
      celio vanstow          | old mill clinic   | cardiology | 1234567893   | 1234567893
      dr vanestow            | old mill clinic   | cardiology | 1234567893   | 1234567893
      dr brookfield          | crestline medical | neurology  |              | n:3
      o. brookfield          | crestline medical | neurology  | n:3          | n:3
      galen quillmere md     | old mill clinic   | cardiology |              |
      specialty clinic       | unknown           | cardiology |              |`,
  }));

test("below the threshold nobody is meant, and the score says how near it came", () =>
  expectModel("core.name_match", {
    given: {
      "core.provider": people,
      "seeds.network": settings.replace("0.92", "0.99"),
      "core.referral": `
        receiving_provider | receiving_organization | specialty
        Vanestow, Celio    |                        | Unknown
        Vanestow, Celio    | Old Mill Clinic        | cardiology`,
    },
    expect: `
      written_name    | organization_key | provider_key | best_provider_key | score  | runner_up_provider_key
      vanestow, celio | unknown          |              | 1234567893        | 0.96   | n:2
      vanestow, celio | old mill clinic  | 1234567893   | 1234567893        | 1.00   | n:2`,
  }));

test("an organization is ours where all its lines say so, and undecided where they differ", () =>
  expectModel("core.organization", {
    given: {
      "core.roster": `
        provider_key | organization      | affiliated
        n:1          | Riverbend Health  | true
        n:2          | RIVERBEND  HEALTH | true
        n:3          | Crestline Medical | false
        n:4          | Shared Practice   | true
        n:5          | Shared Practice   | false`,
    },
    expect: `
      organization_key  | affiliated | mixed | providers
      riverbend health  | true       | false | 2
      crestline medical | false      | false | 1
      shared practice   |            | true  | 2`,
  }));

test("a referral names a clinician by number or name, an organization, a place, or nobody we know", () =>
  expectModels({
    given: {
      "seeds.network": settings,
      ...lines(`
        source | list     | as_of      | provider_key | npi        | name            | specialty  | organization     | location  | affiliated
        roster | snapshot | 2026-06-30 | n:1          | 1234567893 | Vanestow, Celio | Cardiology | Riverbend Health | East Wing | true`),
      "seeds.specialty": `
        raw        | specialty
        cardiology | cardiology`,
      "core.referral": `
        referral_key | specialty  | receiving_npi | receiving_provider | receiving_organization | receiving_location
        r:number     | cardiology | 1234567893    | Whatever it says   |                        |
        r:invalid    | cardiology | 1234567890    | Celio Vanestow MD  |                        |
        r:name       | cardiology |               | Dr. Celio Vanestow |                        |
        r:house      | cardiology |               |                    | Riverbend health       |
        r:place      | cardiology |               |                    |                        | EAST WING
        r:nobody     | cardiology |               | Dr. Quillmere      | Elsewhere Clinic       |
        r:bare       | cardiology |               |                    |                        |
        r:unlisted   | cardiology | 2999907076    | Dr. Quillmere      |                        |`,
    },
    expect: {
      "core.intended": `
        referral_key | evidence     | provider_key | party
        r:number     | npi          | 1234567893   | 1234567893
        r:invalid    | name         | 1234567893   | 1234567893
        r:name       | name         | 1234567893   | 1234567893
        r:house      | organization |              | organization riverbend health
        r:place      | location     |              | location east wing
        r:nobody     | unresolved   |              |
        r:unlisted   | npi          | 2999907076   | unlisted`,
    },
  }));
