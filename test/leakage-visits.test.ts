// Claims and encounters: what is left once adjustments are netted, what is one visit, which referral it answers.
import { test } from "vitest";
import { expectModel, expectModels } from "../pipeline/sql/harness.ts";
import { settings, windows } from "./network.ts";

const words = `
  source | entity | field      | raw         | axis       | value
  claims | visit  | status     | paid        | claim      | finished
  claims | visit  | status     | denied      | claim      | denied
  claims | visit  | status     | pended      | claim      | planned
  claims | visit  | adjustment | original    | adjustment | original
  claims | visit  | adjustment | replacement | adjustment | replacement
  claims | visit  | adjustment | void        | adjustment | void`;
const crosswalk = `
  raw         | specialty
  cardiology  | cardiology
  dermatology | dermatology
  imaging     | imaging
  family med  | primary_care`;

const heart = "1234567893";
const skin = "2999907076";
const numbers = `
  npi        | valid
  ${heart} | true
  ${skin} | true`;

const claims = (text: string) => ({
  "staging.visit": text,
  "core.npi": numbers,
  "core.provider": "provider_key | npi",
  "core.name_match": "written_name",
  "seeds.status_map": words,
  "seeds.specialty": crosswalk,
});

test("claims are netted: a void takes back its claim, a replacement stands for the one before, and for that one alone", () =>
  expectModels({
    given: claims(`
      source | visit_key | line | kind  | patient_key | started_at | adjustment  | adjusts_visit_key | status | allowed_amount
      -- paid once
      claims | c:1       | 1    | claim | ann         | 2026-01-05 | Original    |                   | Paid   | 200
      -- sent twice, the second one taken back
      claims | c:2       | 1    | claim | ann         | 2026-01-05 | Original    |                   | Paid   | 200
      claims | c:3       | 1    | claim | ann         | 2026-01-05 | Void        | c:2               | Paid   | -200
      -- corrected twice: only the last one counts
      claims | c:4       | 1    | claim | ann         | 2026-02-05 | Original    |                   | Paid   | 300
      claims | c:5       | 1    | claim | ann         | 2026-02-05 | Replacement | c:4               | Paid   | 310
      claims | c:6       | 1    | claim | ann         | 2026-02-05 | Replacement | c:5               | Paid   | 320
      -- corrected, then the correction taken back: nothing is left
      claims | c:7       | 1    | claim | ann         | 2026-03-05 |             |                   | Paid   | 400
      claims | c:8       | 1    | claim | ann         | 2026-03-05 | Replacement | c:7               | Paid   | 410
      claims | c:9       | 1    | claim | ann         | 2026-03-05 | Void        | c:8               | Paid   | -410
      -- not yet decided
      claims | c:10      | 1    | claim | ann         | 2026-04-05 | Original    |                   | Pended |
      -- not paid: the care took place
      claims | c:11      | 1    | claim | ann         | 2026-04-06 | Original    |                   | Denied | 0
      -- a word nobody mapped
      claims | c:12      | 1    | claim | ann         | 2026-04-07 | Original    |                   | Zapped | 10`),
    expect: {
      "core.claim_line": `
        line_key | state     | denied
        c:1/1    | kept      | false
        c:2/1    | voided    | false
        c:3/1    | void      | false
        c:4/1    | replaced  | false
        c:5/1    | replaced  | false
        c:6/1    | kept      | false
        c:7/1    | replaced  | false
        c:8/1    | voided    | false
        c:9/1    | void      | false
        c:10/1   | planned   | false
        c:11/1   | kept      | true
        c:12/1   | unmapped  | false`,
    },
  }));

test("the same line in two monthly files counts once, as the newer file has it", () =>
  expectModels({
    given: claims(`
      source | visit_key | line | kind  | patient_key | started_at | as_of      | sequence | allowed_amount
      claims | c:1       | 1    | claim | ann         | 2026-01-05 | 2026-01-31 | 1        | 200
      claims | c:1       | 1    | claim | ann         | 2026-01-05 | 2026-02-28 | 2        | 210`),
    expect: {
      "core.claim_line": `
        line_key | allowed_amount
        c:1/1    | 210`,
    },
  }));

test("kinds of service that are no visit are told by place, revenue code, procedure or specialty", () =>
  expectModels({
    given: claims(`
      source | visit_key | line | kind  | patient_key | started_at | place_of_service | revenue_code | procedure_code | rendering_npi | specialty
      claims | c:1       | 1    | claim | ann         | 2026-01-05 | 11               |              | G0463          | ${heart}      | Cardiology
      claims | c:2       | 1    | claim | ann         | 2026-01-06 | 23               |              |                | ${heart}      | Cardiology
      claims | c:3       | 1    | claim | ann         | 2026-01-07 | 21               |              |                | ${heart}      | Cardiology
      claims | c:4       | 1    | claim | ann         | 2026-01-08 |                  | 450          |                |               |
      claims | c:5       | 1    | claim | ann         | 2026-01-09 | 81               |              |                | ${heart}      |
      claims | c:6       | 1    | claim | ann         | 2026-01-10 | 22               | 0510         |                |               |
      claims | c:7       | 1    | claim | ann         | 2026-01-11 | 11               |              | 71045          | ${heart}      |
      claims | c:8       | 1    | claim | ann         | 2026-01-12 | 22               |              | 00400          | ${heart}      |
      claims | c:9       | 1    | claim | ann         | 2026-01-13 | 22               |              | 0100T          | ${heart}      |
      claims | c:10      | 1    | claim | ann         | 2026-01-14 | 11               |              |                | ${heart}      | Family Med
      claims | c:11      | 1    | claim | ann         | 2026-01-15 | 11               |              |                | ${heart}      | Imaging`),
    expect: {
      "core.claim_line": `
        visit_key | service
        c:1       | visit
        c:2       | emergency
        c:3       | inpatient
        c:4       | emergency
        c:5       | laboratory
        c:6       | facility
        c:7       | radiology
        c:8       | anesthesia
        c:9       | visit
        c:10      | primary_care
        c:11      | radiology`,
    },
  }));

test("lines of one person with one clinician on one day are one visit, with the room that the group billed beside it", () =>
  expectModels({
    given: {
      ...claims(`
        source | visit_key | line | kind  | patient_key | started_at | place_of_service | revenue_code | rendering_npi | billing_tin | specialty  | allowed_amount
        claims | c:1       | 1    | claim | ann         | 2026-01-05 | 22               |              | ${heart}      | 12-345      | Cardiology | 200
        claims | c:1       | 2    | claim | ann         | 2026-01-05 | 22               |              | ${heart}      | 12-345      | Cardiology | 20
        claims | c:1F      | 1    | claim | ann         | 2026-01-05 | 22               | 0510         |               | 12-345      |            | 90
        claims | c:1L      | 1    | claim | ann         | 2026-01-05 | 81               |              | ${heart}      | 12-345      |            | 41
        claims | c:2       | 1    | claim | ann         | 2026-01-06 | 22               |              | ${heart}      | 12-345      | Cardiology | 150
        claims | c:3       | 1    | claim | bob         | 2026-01-05 | 22               |              | ${heart}      | 12-345      | Cardiology | 150
        claims | c:4       | 1    | claim | ann         | 2026-01-05 | 22               |              | ${skin}       | 98-765      |            | 130`),
      "core.roster": "provider_key",
      "core.organization": "organization_key",
    },
    expect: {
      "core.visit": `
        visit_key | patient_key | day        | service | provider_key | lines | allowed_amount
        c:1/1     | ann         | 2026-01-05 | visit   | ${heart}     | 4     | 310
        c:2/1     | ann         | 2026-01-06 | visit   | ${heart}     | 1     | 150
        c:3/1     | bob         | 2026-01-05 | visit   | ${heart}     | 1     | 150
        c:4/1     | ann         | 2026-01-05 | visit   | ${skin}      | 1     | 130`,
    },
  }));

test("what a claim and an encounter both tell is one visit, under whichever number each knows the person", () =>
  expectModels({
    given: {
      ...claims(`
        source | visit_key | line | kind      | patient_key | started_at       | rendering_npi | specialty  | referral_key
        ehr    | e:1       |      | encounter | ann-mrn     | 2026-01-05 09:30 | ${heart}      | Cardiology | r:1
        claims | c:1       | 1    | claim     | ann-member  | 2026-01-05       | ${heart}      | Cardiology |
        -- an encounter that names nobody, and the claim of the same day and specialty
        ehr    | e:2       |      | encounter | ann-mrn     | 2026-02-05 10:00 |               | Cardiology |
        claims | c:2       | 1    | claim     | ann-member  | 2026-02-05       | ${heart}      | Cardiology |`),
      "staging.patient_link": `
        patient_key | person_key
        ann-mrn     | ann-mrn
        ann-member  | ann-mrn`,
      "core.roster": "provider_key",
      "core.organization": "organization_key",
    },
    expect: {
      "core.visit": `
        visit_key | patient_key | day        | provider_key | claimed | encountered | referral_key
        c:1/1     | ann-mrn     | 2026-01-05 | ${heart}     | true    | true        | r:1
        c:2/1     | ann-mrn     | 2026-02-05 | ${heart}     | true    | true        |`,
    },
  }));

/** Referrals of Ann, each an episode of its own, unless told. */
const matching = (given: Readonly<Record<string, string>>) => ({
  "seeds.match_window": windows,
  "core.episode_member": `
    referral_key | episode_key
    r:1          | r:1
    r:2          | r:2
    r:3          | r:3`,
  ...given,
});

test("a visit answers the referral that the strongest rule names; rule, score and runner-up are kept", () =>
  expectModel("core.visit_match", {
    given: matching({
      "core.referral": `
        referral_key | referral_id | patient_key | ordered_on | specialty   | priority | is_open | referring_npi
        r:1          | 1           | ann         | 2026-01-02 | cardiology  | routine  | true    | 1000000004
        r:2          | 2           | ann         | 2026-01-03 | cardiology  | routine  | true    | 1000000004
        r:3          | 3           | ann         | 2026-01-04 | dermatology | routine  | true    | 1000000004`,
      "core.intended": `
        referral_key | provider_key | tin
        r:1          |              |
        r:2          | ${heart}     | 12345
        r:3          |              |`,
      "core.authorization": `
        authorization_key | referral_key | authorization_number
        a:1               | r:1          | AUTH-77`,
      "core.visit": `
        visit_key | patient_key | day        | service | provider_key | tin   | specialty   | authorization_number
        -- carries the number of the first referral, though the second one named this clinician
        v:number  | ann         | 2026-02-01 | visit   | ${heart}     | 12345 | cardiology  | auth-77
        v:named   | ann         | 2026-02-02 | visit   | ${heart}     | 12345 | cardiology  |
        -- a colleague in the same group
        v:group   | ann         | 2026-02-03 | visit   | ${skin}      | 12345 | cardiology  |
        v:special | ann         | 2026-02-04 | visit   | 9999999999   | 55555 | dermatology |
        -- nothing of ours
        v:none    | ann         | 2026-02-05 | visit   | 8888888888   | 55555 | urology     |
        -- the group alone says nothing where the specialty differs
        v:other   | ann         | 2026-02-06 | visit   | 7777777777   | 12345 | urology     |
        v:lab     | ann         | 2026-02-07 | laboratory | ${heart}  | 12345 | cardiology  |`,
    }),
    expect: `
      visit_key | referral_key | rule      | score | evidence | candidates | runner_up_referral_key | runner_up_rule
      v:number  | r:1          | number    | 0.98  | inferred | 2          | r:2                    | provider
      v:named   | r:2          | provider  | 0.90  | inferred | 2          | r:1                    | specialty
      v:group   | r:2          | group     | 0.80  | inferred | 2          | r:1                    | specialty
      v:special | r:3          | specialty | 0.70  | inferred | 1          |                        |`,
  }));

test("one visit and two referrals it might answer: the earlier one that no visit has answered yet gets it", () =>
  expectModel("core.visit_match", {
    given: matching({
      "core.referral": `
        referral_key | referral_id | patient_key | ordered_on | specialty  | priority | is_open
        r:1          | 1           | ann         | 2026-01-02 | cardiology | routine  | true
        r:2          | 2           | ann         | 2026-02-15 | cardiology | routine  | true`,
      "core.visit": `
        visit_key | patient_key | day        | service | specialty
        v:1       | ann         | 2026-02-01 | visit   | cardiology
        v:2       | ann         | 2026-03-01 | visit   | cardiology`,
    }),
    expect: `
      visit_key | referral_key | ordinal | runner_up_referral_key
      v:1       | r:1          | 1       |
      v:2       | r:2          | 1       | r:1`,
  }));

test("what was answered in writing is answered: a later visit of the specialty answers nothing, unless it names the referral", () =>
  expectModel("core.visit_match", {
    given: matching({
      "core.referral": `
        referral_key | referral_id | patient_key | ordered_on | specialty  | referral_type | priority | is_open | visit
        r:1          | 1           | ann         | 2026-01-02 | cardiology | econsult      | routine  | false   | econsult_completed`,
      "core.visit": `
        visit_key | patient_key | day        | service | specialty  | referral_number
        v:1       | ann         | 2026-02-01 | visit   | cardiology |
        v:2       | ann         | 2026-02-08 | visit   | cardiology | 1`,
    }),
    expect: `
      visit_key | referral_key | rule
      v:2       | r:1          | number`,
  }));

test("an equal referring NPI breaks a tie and does nothing else", () =>
  expectModel("core.visit_match", {
    given: matching({
      "core.referral": `
        referral_key | referral_id | patient_key | ordered_on | specialty   | priority | is_open | referring_npi
        r:1          | 1           | ann         | 2026-01-02 | cardiology  | routine  | true    | 1111111111
        r:2          | 2           | ann         | 2026-01-03 | cardiology  | routine  | true    | 2222222222
        r:3          | 3           | ann         | 2026-01-04 | dermatology | routine  | true    | 2222222222`,
      "core.visit": `
        visit_key | patient_key | day        | service | specialty  | referring_npi
        v:1       | ann         | 2026-02-01 | visit   | cardiology | 2222222222
        v:2       | ann         | 2026-02-02 | visit   | urology    | 2222222222`,
    }),
    expect: `
      visit_key | referral_key | rule      | score | runner_up_referral_key | runner_up_score
      v:1       | r:2          | specialty | 0.71  | r:1                    | 0.70`,
  }));

test("a rule infers within the window of the priority; what a source states needs none; nothing comes before its order", () =>
  expectModel("core.visit_match", {
    given: matching({
      "core.referral": `
        referral_key | referral_id | patient_key | ordered_on | specialty  | priority | is_open
        r:1          | 1           | ann         | 2026-01-10 | cardiology | urgent   | true
        r:2          | 2           | bob         | 2026-01-10 | cardiology | routine  | true
        r:3          | 3           | cyd         | 2026-01-10 | cardiology | urgent   | true`,
      "core.visit": `
        visit_key | patient_key | day        | service | specialty  | referral_key
        v:early   | ann         | 2026-01-09 | visit   | cardiology |
        v:urgent  | ann         | 2026-04-10 | visit   | cardiology |
        v:late    | ann         | 2026-04-11 | visit   | cardiology |
        v:routine | bob         | 2026-07-09 | visit   | cardiology |
        v:stated  | cyd         | 2026-08-01 | visit   | cardiology | r:3`,
    }),
    expect: `
      visit_key | referral_key | rule      | evidence
      v:urgent  | r:1          | specialty | inferred
      v:routine | r:2          | specialty | inferred
      v:stated  | r:3          | referral  | stated`,
  }));

test("a claim of the day and clinician of an attended appointment belongs to its referral", () =>
  expectModel("core.visit_match", {
    given: matching({
      "core.referral": `
        referral_key | referral_id | patient_key | ordered_on | specialty  | priority | is_open
        r:1          | 1           | ann         | 2026-01-02 | cardiology | routine  | true
        r:2          | 2           | ann         | 2026-01-03 | cardiology | routine  | true`,
      "core.appointment": `
        appointment_key | referral_key | starts_at        | outcome   | provider_npi
        p:1             | r:2          | 2026-02-01 10:00 | completed | ${heart}
        p:2             | r:1          | 2026-02-03 10:00 | no_show   | ${heart}`,
      "core.visit": `
        visit_key | patient_key | day        | service | provider_key | specialty
        v:1       | ann         | 2026-02-01 | visit   | ${heart}     | cardiology`,
    }),
    expect: `
      visit_key | referral_key | rule     | score
      v:1       | r:2          | attended | 0.95`,
  }));

test("imaging answers an order for imaging, not a specialist referral", () =>
  expectModel("core.visit_match", {
    given: matching({
      "core.referral": `
        referral_key | referral_id | patient_key | ordered_on | specialty | priority | is_open | referral_type
        r:1          | 1           | ann         | 2026-01-02 | imaging   | routine  | true    | diagnostic_service
        r:2          | 2           | bob         | 2026-01-02 | imaging   | routine  | true    | specialist_visit`,
      "core.visit": `
        visit_key | patient_key | day        | service   | specialty
        v:1       | ann         | 2026-02-01 | radiology | imaging
        v:2       | bob         | 2026-02-01 | radiology | imaging`,
    }),
    expect: `
      visit_key | referral_key
      v:1       | r:1`,
  }));

test("orders left out of every metric answer nothing", () =>
  expectModel("core.visit_match", {
    given: matching({
      "core.referral": `
        referral_key | referral_id | patient_key | ordered_on | specialty  | priority | is_open | exclusion
        r:1          | 1           | ann         | 2026-01-02 | cardiology | routine  | true    | test patient`,
      "core.visit": `
        visit_key | patient_key | day        | service | specialty
        v:1       | ann         | 2026-02-01 | visit   | cardiology`,
    }),
    expect: "visit_key",
  }));

test("visits that answer no referral are self-directed; follow-ups and known care are told apart", () =>
  expectModel("core.visit_role", {
    given: {
      "seeds.network": settings,
      "core.visit": `
        visit_key | patient_key | day        | service    | provider_key | party | specialty  | payer    | claimed
        v:answer  | ann         | 2026-01-10 | visit      | ${heart}     | ours  | cardiology | Medicare | true
        v:follow  | ann         | 2026-02-10 | visit      | ${heart}     | ours  | cardiology | Medicare | true
        v:year    | ann         | 2026-12-10 | visit      | ${heart}     | ours  | cardiology | Medicare | true
        v:self    | ann         | 2026-03-01 | visit      | ${skin}      | them  | dermatology | Medicare | true
        v:lab     | ann         | 2026-03-01 | laboratory | ${skin}      | them  |            | Medicare | true`,
      "core.visit_match": `
        visit_key | referral_key | episode_key | ordinal
        v:answer  | r:1          | r:1         | 1
        v:follow  | r:1          | r:1         | 2`,
      "core.network_day": `
        party | payer    | plan    | day        | affiliated | contracted
        ours  | Medicare | Unknown | 2026-01-10 | true       | true
        ours  | Medicare | Unknown | 2026-02-10 | true       | true
        them  | Medicare | Unknown | 2026-03-01 | false      | true`,
      "core.patient": `
        patient_key | attributed_npi
        ann         | 1000000004`,
      "core.coverage": `
        patient_key | payer    | plan    | covered_from | covered_to
        ann         | medicare | Unknown | 2026-02-15   |`,
      "core.referral": `
        referral_key | referring_npi | referring_location
        r:1          | 1000000004    | Eastgate
        r:2          | 1000000004    | Eastgate
        r:3          | 1000000004    | Westport`,
    },
    expect: `
      visit_key | role          | network | referring_location | attributed | covered
      v:answer  | answer        | in      | Eastgate           | true       | false
      v:follow  | follow_up     | in      | Eastgate           | true       | false
      v:year    | continuation  | unknown | Eastgate           | true       | true
      v:self    | self_directed | out     | Eastgate           | true       | true
      v:lab     | excluded      | out     | Eastgate           | true       | true`,
  }));

test("a specialist of ours who sends the patient on, outside, is charged with it; a longer chain is charged to the last of ours", () =>
  expectModel("core.chain", {
    given: {
      "seeds.network": settings,
      "core.visit": `
        visit_key | patient_key | day        | service | provider_key | referring_npi | party | specialty   | payer    | allowed_amount
        v:1       | ann         | 2026-01-10 | visit   | A            | pcp           | ours  | cardiology  | Medicare | 200
        v:2       | ann         | 2026-02-10 | visit   | B            | A             | ours  | pulmonology | Medicare | 200
        v:3       | ann         | 2026-03-10 | visit   | X            | B             | them  | surgery     | Medicare | 900
        -- longer ago than the window
        v:late    | ann         | 2026-12-10 | visit   | Y            | B             | them  | surgery     | Medicare | 900
        -- another person, sent on by nobody of ours
        v:4       | bob         | 2026-03-10 | visit   | X            | A             | them  | surgery     | Medicare | 900
        -- a clinician who names himself
        v:5       | ann         | 2026-01-20 | visit   | A            | A             | ours  | cardiology  | Medicare | 100`,
      "core.visit_match": `
        visit_key | referral_key | episode_key
        v:1       | r:1          | r:1`,
      "core.network_day": `
        party | payer    | plan    | day        | affiliated
        ours  | Medicare | Unknown | 2026-01-10 | true
        ours  | Medicare | Unknown | 2026-01-20 | true
        ours  | Medicare | Unknown | 2026-02-10 | true
        them  | Medicare | Unknown | 2026-03-10 | false`,
    },
    expect: `
      visit_key | from_provider_key | network | hop | episode_key | dollars
      v:2       | A                 | in      | 2   | r:1         | 200
      v:3       | B                 | out     | 3   | r:1         | 900`,
  }));

test("run-out: the share of a month's claims known so many months later, from months that have passed", () =>
  expectModel("marts.run_out", {
    given: {
      "core.claim_line": `
        line_key | kind  | payer    | source
        c:1      | claim | Medicare | claims`,
      "seeds.file": `
        source | standing  | as_of
        claims | effective | 2026-03-31 23:00`,
      "core.visit": `
        visit_key | claimed | payer    | day        | paid_on    | allowed_amount
        -- January: two at once, one a month later, one two months later
        v:1       | true    | Medicare | 2026-01-05 | 2026-01-20 | 100
        v:2       | true    | Medicare | 2026-01-06 | 2026-01-21 | 100
        v:3       | true    | Medicare | 2026-01-07 | 2026-02-21 | 100
        v:4       | true    | Medicare | 2026-01-08 | 2026-03-21 | 100
        -- February: one at once, one a month later
        v:5       | true    | Medicare | 2026-02-05 | 2026-02-20 | 100
        v:6       | true    | Medicare | 2026-02-06 | 2026-03-20 | 100
        -- paid after the last full month: no cell yet
        v:7       | true    | Medicare | 2026-02-06 | 2026-04-02 | 100`,
    },
    expect: runOut(),
  }));

/** Age-to-age: (3 + 2) of (2 + 1) from lag 0 to 1, then 4 of 3; the rest is 1. */
function runOut(): string {
  const rows = Array.from({ length: 25 }, (_, lag) => {
    const factor = lag === 0 ? 3 / 5 / (4 / 3) : lag === 1 ? 3 / 4 : 1;
    return `Medicare | ${lag} | ${factor} | ${lag === 0 ? 2 : lag === 1 ? 1 : 0}`;
  });
  return `payer | lag_months | visits_factor | months\n${rows.join("\n")}`;
}
