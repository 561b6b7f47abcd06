// Where a referral was meant to go and where the patient went: by the roster of the day, stated or inferred, and unknown where nobody knows.
import { test } from "vitest";
import { expectModel } from "../pipeline/sql/harness.ts";
import { partialRoster, run, settings, windows } from "./network.ts";

test("belonging to our system and being in the payer's network are two facts, each of its day", () =>
  expectModel("core.network_day", {
    given: {
      "seeds.network": settings,
      "core.roster": `
        provider_key | tin     | location | payer    | plan | valid_from | valid_to   | affiliated | contracted
        ours         | Unknown | Main     | Medicare | Any  | 2024-01-01 | 2026-03-31 | true       | true
        ours         | Unknown | Main     | Medicaid | HMO  | 2026-01-01 |            | true       | true
        theirs       | Unknown | Far      | Medicare | Any  | 2024-01-01 |            | false      | true`,
      "core.intended": `
        party  | payer    | plan | ordered_on
        ours   | Medicare |      | 2026-02-01
        ours   | Medicare |      | 2026-04-01
        ours   | Medicaid | HMO  | 2026-04-01
        ours   | Medicaid | FFS  | 2026-04-01
        ours   | Nobody   |      | 2026-04-01
        ours   |          |      | 2026-04-01
        ours   | Medicare |      | 2023-04-01
        theirs | Medicare |      | 2026-02-01
        theirs | Medicaid |      | 2026-02-01`,
    },
    expect: `
      party  | payer    | plan    | day        | affiliated | contracted
      ours   | Medicare | Unknown | 2026-02-01 | true       | true
      -- ours by another contract that day; out of this payer's network since March
      ours   | Medicare | Unknown | 2026-04-01 | true       | false
      ours   | Medicaid | HMO     | 2026-04-01 | true       | true
      ours   | Medicaid | FFS     | 2026-04-01 | true       | false
      -- a payer that the roster does not know, or none
      ours   | Nobody   | Unknown | 2026-04-01 | true       |
      ours   | Unknown  | Unknown | 2026-04-01 | true       |
      -- before the first day
      ours   | Medicare | Unknown | 2023-04-01 | false      | false
      theirs | Medicare | Unknown | 2026-02-01 | false      | true
      theirs | Medicaid | Unknown | 2026-02-01 | false      | false`,
  }));

const listed = `
  provider_key | tin | location | organization | payer    | plan | valid_from | affiliated | contracted
  A            | 111 | Main     | House        | Medicare | Any  | 2024-01-01 | true       | true
  B            | 111 | Main     | House        | Medicare | Any  | 2024-01-01 | true       | true
  B            | 222 | Far      | Clinic       | Medicare | Any  | 2024-01-01 | false      | true
  C            | 222 | Far      | Clinic       | Medicaid | Any  | 2024-01-01 | false      | true`;
const asked = `
  party               | payer    | ordered_on
  A                   | Medicare | 2026-02-01
  B                   | Medicare | 2026-02-01
  B 111               | Medicare | 2026-02-01
  B 222               | Medicare | 2026-02-01
  tin 111             | Medicare | 2026-02-01
  organization clinic | Medicare | 2026-02-01
  location main       | Medicare | 2026-02-01
  unlisted            | Medicare | 2026-02-01`;

test("who works for us and for others is ours in our group, theirs in theirs, and undecided where the group is not told", () =>
  expectModel("core.network_day", {
    given: { "seeds.network": settings, "core.roster": listed, "core.intended": asked },
    expect: `
      party               | affiliated | contracted
      A                   | true       | true
      B                   |            | true
      B 111               | true       | true
      B 222               | false      | true
      tin 111             | true       | true
      -- of this group some take Medicare and some do not
      organization clinic | false      |
      location main       | true       | true
      -- a number that a complete roster never listed is not ours
      unlisted            | false      | false`,
  }));

test("where the roster is only a part, a number it does not list stays unknown", () =>
  expectModel("core.network_day", {
    given: {
      "seeds.network": partialRoster,
      "core.roster": listed,
      "core.intended": "party | payer | ordered_on\nunlisted | Medicare | 2026-02-01",
    },
    expect: `
      party    | affiliated | contracted
      unlisted |            |`,
  }));

const oneLine = `
  provider_key | location | payer | plan | valid_from
  A            | Main     | Any   | Any  | 2024-01-01`;

test("our own schedule tells before a claim, a claim before the referral's own word; stated and inferred stay apart", () =>
  expectModel("core.attended", {
    given: {
      "core.roster": oneLine,
      "core.npi": `
        npi | valid
        A   | true
        X   | true`,
      "core.provider": `
        provider_key | name     | listed
        A            | Dr. Ours | true
        X            | Dr. Far  | true`,
      "core.referral": `
        referral_key | ordered_on | payer    | visit     | visit_at
        r:both       | 2026-01-01 | Medicare | completed | 2026-02-01 10:00
        r:claim      | 2026-01-01 | Medicare |           |
        r:word       | 2026-01-01 | Medicare | completed | 2026-03-01
        r:test       | 2026-01-01 | Medicare | completed | 2026-03-01
        r:nothing    | 2026-01-01 | Medicare |           |`,
      "core.intended": `
        referral_key | provider_key | provider | party
        r:word       | X            | Dr. Far  | X`,
      "core.appointment": `
        appointment_key | referral_key | starts_at        | outcome   | provider_npi
        p:1             | r:both       | 2026-02-01 10:00 | completed | A
        p:2             | r:nothing    | 2026-02-01 10:00 | no_show   | A`,
      "core.visit": `
        visit_key | day        | provider_key | party | payer
        v:1       | 2026-02-01 | A            | A     | Union
        v:2       | 2026-02-03 | X            | X     | Union`,
      "core.visit_match": `
        visit_key | referral_key | rule     | evidence | score
        v:1       | r:both       | attended | inferred | 0.95
        v:2       | r:claim      | number   | inferred | 0.98`,
    },
    expect: `
      referral_key | evidence    | basis    | rule   | visit_at         | provider_key | provider | party | payer
      r:both       | appointment | stated   |        | 2026-02-01 10:00 | A            | Dr. Ours | A     | Medicare
      r:claim      | claim       | inferred | number | 2026-02-03 00:00 | X            | Dr. Far  | X     | Union
      -- the referral says it was completed: seen by the one it names, as far as it says
      r:word       | referral    | stated   |        | 2026-03-01 00:00 | X            | Dr. Far  | X     | Medicare
      r:test       | referral    | stated   |        | 2026-03-01 00:00 |              |          |       | Medicare`,
  }));

test("without a roster nothing is looked for, and no destination is told", async () => {
  await expectModel("core.destination", {
    given: {
      "seeds.run": run,
      "seeds.match_window": windows,
      "core.referral": "referral_key | priority\nr:1 | routine",
    },
    expect: "referral_key",
  });
  await expectModel("core.attended", {
    given: {
      "core.referral": `
        referral_key | visit
        r:1          | completed`,
      "core.appointment": `
        appointment_key | referral_key | starts_at        | outcome   | provider_npi
        p:1             | r:1          | 2026-02-01 10:00 | completed | A`,
    },
    expect: "referral_key",
  });
});

const destination = (given: Readonly<Record<string, string>>) => ({
  "seeds.run": run,
  "seeds.match_window": windows,
  "core.roster": oneLine,
  ...given,
});

test("a clinician who leaves us between order and visit was in when ordered and out when seen", () =>
  expectModel("core.destination", {
    given: destination({
      "core.referral": `
        referral_key | ordered_on | payer    | priority | stage     | visit     | is_open
        r:1          | 2026-01-05 | Medicare | routine  | completed | completed | false`,
      "core.intended": `
        referral_key | ordered_on | payer    | party | provider_key | evidence
        r:1          | 2026-01-05 | Medicare | A     | A            | npi`,
      "core.attended": `
        referral_key | ordered_on | payer    | party | provider_key | visit_at         | evidence    | basis
        r:1          | 2026-01-05 | Medicare | A     | A            | 2026-03-05 09:00 | appointment | stated`,
      "core.network_day": `
        party | payer    | plan    | day        | affiliated | contracted
        A     | Medicare | Unknown | 2026-01-05 | true       | true
        A     | Medicare | Unknown | 2026-03-05 | false      | true`,
    }),
    expect: `
      referral_key | intended_network | actual_network | affiliated_at_order | affiliated_at_service | contracted_at_service
      r:1          | in               | out            | true                | false                 | true`,
  }));

test("unknown is never in or out: a name that fits nobody, a specialty alone, a group that is ours and not ours", () =>
  expectModel("core.destination", {
    given: destination({
      "core.referral": `
        referral_key | ordered_on | payer    | priority | stage     | visit     | is_open
        r:name       | 2026-01-05 | Medicare | routine  | completed | completed | false
        r:bare       | 2026-01-05 | Medicare | routine  | completed | completed | false
        r:shared     | 2026-01-05 | Medicare | routine  | completed | completed | false`,
      "core.intended": `
        referral_key | ordered_on | payer    | party | evidence
        r:name       | 2026-01-05 | Medicare |       | unresolved
        r:shared     | 2026-01-05 | Medicare | B     | npi`,
      "core.attended": `
        referral_key | ordered_on | payer    | party | visit_at         | evidence | basis
        r:name       | 2026-01-05 | Medicare |       | 2026-03-05 09:00 | referral | stated
        r:shared     | 2026-01-05 | Medicare | B     | 2026-03-05 09:00 | referral | stated`,
      "core.network_day": `
        party | payer    | plan    | day        | affiliated
        B     | Medicare | Unknown | 2026-01-05 |
        B     | Medicare | Unknown | 2026-03-05 |`,
    }),
    expect: `
      referral_key | intended_network | intended_evidence | actual_network | known_by
      r:name       | unknown          | unresolved        | unknown        | seen
      r:bare       | unknown          | none              | unknown        | seen
      r:shared     | unknown          | npi               | unknown        | seen`,
  }));

test("not completed is shown, not supposed: ended by the source, still open, or no claim where claims are complete", () =>
  expectModel("core.destination", {
    given: destination({
      "seeds.file": `
        source | standing  | as_of
        claims | effective | 2026-07-01`,
      "core.claim_line": `
        line_key | kind  | state | source | payer    | day        | paid_on
        c:1      | claim | kept  | claims | Medicare | 2025-01-01 | 2025-01-31
        c:2      | claim | kept  | claims | Medicare | 2025-02-01 | 2025-03-03`,
      "core.visit": `
        visit_key | patient_key | claimed
        v:1       | ann         | true`,
      "core.referral": `
        referral_key | patient_key | ordered_on | payer    | priority | referral_type    | stage               | is_open
        r:declined   | bob         | 2025-06-01 | Union    | routine  | specialist_visit | declined_by_patient | false
        r:young      | bob         | 2026-05-01 | Union    | routine  | specialist_visit | pending             | true
        r:old        | bob         | 2025-06-01 | Union    | routine  | specialist_visit | pending             | true
        -- a wait so long that the patient may have been seen anywhere, and an appointment whose day passed without a word
        r:waiting    | bob         | 2026-03-31 | Union    | routine  | specialist_visit | pending             | true
        r:passed     | bob         | 2026-05-01 | Union    | routine  | specialist_visit | outcome_unknown     | true
        r:expired    | bob         | 2025-06-01 | Union    | routine  | specialist_visit | expired             | false
        r:closed     | bob         | 2025-06-01 | Union    | routine  | specialist_visit | closed_unknown      | false
        -- a person whose claims we see, long enough ago for them to have come
        r:none       | ann         | 2025-06-01 | Medicare | routine  | specialist_visit | closed_unknown      | false
        -- not long enough ago
        r:recent     | ann         | 2026-01-01 | Medicare | routine  | specialist_visit | closed_unknown      | false
        -- a person whose claims we would not see
        r:unlinked   | bob         | 2025-06-01 | Medicare | routine  | specialist_visit | closed_unknown      | false
        -- a service that never makes a claim
        r:food       | ann         | 2025-06-01 | Medicare | routine  | social_need      | closed_unknown      | false`,
    }),
    expect: `
      referral_key | actual_network | known_by
      r:declined   | not_completed  | ended
      r:young      | not_completed  | open
      r:old        | unknown        | nothing said
      r:waiting    | unknown        | nothing said
      r:passed     | unknown        | nothing said
      r:expired    | unknown        | nothing said
      r:closed     | unknown        | nothing said
      r:none       | not_completed  | no claim
      r:recent     | unknown        | nothing said
      r:unlinked   | unknown        | nothing said
      r:food       | unknown        | nothing said`,
  }));

test("what is known too little of to say in or out: a visit of the specialty alone, a seen referral without its day", () =>
  expectModel("core.destination", {
    given: destination({
      "core.referral": `
        referral_key | ordered_on | payer    | priority | stage       | visit             | visit_after | is_open | close_reason
        r:contested  | 2026-01-05 | Medicare | routine  | unreachable |                   |             | false   |
        r:elsewhere  | 2026-01-05 | Medicare | routine  | canceled    |                   |             | false   | patient_choice
        r:expired    | 2026-01-05 | Medicare | routine  | expired     |                   |             | false   |
        r:ours       | 2026-01-05 | Medicare | routine  | expired     |                   |             | false   |
        r:someday    | 2026-01-05 | Medicare | routine  | completed   | completed         | 2026-02-01  | false   |
        r:written    | 2026-01-05 | Medicare | routine  | completed   | econsult_completed | 2026-02-01 | false   |`,
      "core.appointment": "appointment_key\na",
      "core.attended": `
        referral_key | ordered_on | payer    | party | visit_at         | evidence | basis    | rule
        r:contested  | 2026-01-05 | Medicare | B     | 2026-03-05 09:00 | claim    | inferred | specialty
        r:elsewhere  | 2026-01-05 | Medicare | B     | 2026-03-05 09:00 | claim    | inferred | specialty
        r:expired    | 2026-01-05 | Medicare | B     | 2026-03-05 09:00 | claim    | inferred | specialty
        r:ours       | 2026-01-05 | Medicare | A     | 2026-03-05 09:00 | claim    | inferred | specialty
        r:someday    | 2026-01-05 | Medicare | A     | 2026-03-05 09:00 | referral | stated   |
        r:written    | 2026-01-05 | Medicare | A     | 2026-03-05 09:00 | referral | stated   |`,
      "core.network_day": `
        party | payer    | plan    | day        | affiliated
        A     | Medicare | Unknown | 2026-01-05 | true
        A     | Medicare | Unknown | 2026-03-05 | true
        B     | Medicare | Unknown | 2026-03-05 | false`,
    }),
    expect: `
      referral_key | actual_network | known_by
      r:contested  | unknown        | disputed
      r:elsewhere  | out            | seen
      r:expired    | out            | seen
      r:ours       | unknown        | seen
      r:someday    | unknown        | seen
      r:written    | in             | seen`,
  }));

test("a referral canceled because the patient went elsewhere is unknown until a visit shows where", () =>
  expectModel("core.destination", {
    given: destination({
      "core.referral": `
        referral_key | ordered_on | priority | stage    | is_open | close_reason
        r:elsewhere  | 2025-06-01 | routine  | canceled | false   | patient_choice
        r:duplicate  | 2025-06-01 | routine  | canceled | false   | duplicate`,
    }),
    expect: `
      referral_key | actual_network | known_by
      r:elsewhere  | unknown        | elsewhere
      r:duplicate  | not_completed  | ended`,
  }));
