// Outgoing against Incoming in one row: which way a referral goes is told by its two ends, on the day of the order. What the source
// says of it is kept beside that, and every disagreement is counted (trap 19: direction and class contradict each other).
import { test } from "vitest";
import { expectModel } from "../pipeline/sql/harness.ts";

const words = `
  source | entity   | field     | raw      | axis      | value
  ehr    | referral | class     | internal | direction | internal
  ehr    | referral | class     | outgoing | direction | outgoing
  ehr    | referral | class     | incoming | direction | incoming
  ehr    | referral | direction | internal | direction | internal
  ehr    | referral | direction | outgoing | direction | outgoing
  ehr    | referral | direction | incoming | direction | incoming
  clinic | referral | direction | i        | direction | received
  clinic | referral | direction | o        | direction | sent`;

const origins = `
  npi | organization | location | party
  ''  | Our Hospital | ''       | organization our hospital
  ''  | Old Mill     | ''       | organization old mill
  ''  | Somebody     | ''       |`;

const days = `
  party                     | payer   | plan    | day        | affiliated
  organization our hospital | Unknown | Unknown | 2026-05-01 | true
  organization old mill     | Unknown | Unknown | 2026-05-01 | false`;

/** Where each referral goes: to us, to others, or nobody knows. */
const goals = (to: Readonly<Record<string, "us" | "others">>) =>
  [
    "referral_key | party | ordered_on",
    ...Object.entries(to).map(
      ([key, where]) => `${key} | organization ${where === "us" ? "our hospital" : "old mill"} | 2026-05-01`,
    ),
  ].join("\n");

test("which way a referral goes is told by its two ends, whatever the source says; one end alone tells half", () =>
  expectModel("core.direction", {
    given: {
      "seeds.status_map": words,
      "core.origin": origins,
      "core.network_day": days,
      "core.intended": goals({
        "r:1": "us",
        "r:2": "others",
        "r:3": "us",
        "r:4": "others",
        "r:6": "us",
        "r:7": "others",
      }),
      "core.referral": `
        referral_key | source | ordered_on | referring_organization | class    | exclusion
        r:1          | ehr    | 2026-05-01 | Our Hospital           |          |
        r:2          | ehr    | 2026-05-01 | Our Hospital           |          |
        r:3          | ehr    | 2026-05-01 | Old Mill               |          |
        r:4          | ehr    | 2026-05-01 | Old Mill               |          |
        r:5          | ehr    | 2026-05-01 | Our Hospital           |          |
        r:6          | ehr    | 2026-05-01 | Somebody               |          |
        r:7          | ehr    | 2026-05-01 |                        |          |
        -- nothing is known of either end: only what the source says
        r:8          | ehr    | 2026-05-01 | Somebody               | Outgoing |
        -- nothing is known or said: no row
        r:9          | ehr    | 2026-05-01 | Somebody               |          |
        -- does not count: no row
        r:10         | ehr    | 2026-05-01 | Our Hospital           | Outgoing | test patient`,
    },
    expect: `
      referral_key | class_says | from_us | to_us | direction  | class_agrees
      r:1          |            | true    | true  | internal   |
      r:2          |            | true    | false | outgoing   |
      r:3          |            | false   | true  | incoming   |
      r:4          |            | false   | false | outside    |
      r:5          |            | true    |       | from us    |
      r:6          |            |         | true  | to us      |
      r:7          |            |         | false | to outside |
      r:8          | outgoing   |         |       | unknown    |`,
  }));

test("trap: outgoing against incoming in one row. The two cannot both be true; which of them is wrong, the ends tell", () =>
  expectModel("core.direction", {
    given: {
      "seeds.status_map": words,
      "core.origin": origins,
      "core.network_day": days,
      "core.intended": goals({ "r:1": "others", "r:2": "us", "r:3": "us" }),
      "core.referral": `
        referral_key | source | ordered_on | referring_organization | class    | direction
        r:1          | ehr    | 2026-05-01 | Our Hospital           | Outgoing | incoming
        r:2          | ehr    | 2026-05-01 | Our Hospital           | INTERNAL | Internal
        -- one end is enough to prove a word wrong, both are needed to prove it right
        r:3          | ehr    | 2026-05-01 | Somebody               | Outgoing | Incoming
        -- the words alone
        r:4          | ehr    | 2026-05-01 | Somebody               | Outgoing | Incoming
        -- a word that nobody mapped is held against nothing
        r:5          | ehr    | 2026-05-01 | Our Hospital           | Outbound | Outgoing`,
    },
    expect: `
      referral_key | class_says | direction_says | direction | class_agrees | direction_agrees | claims_agree
      r:1          | outgoing   | incoming       | outgoing  | true         | false            | false
      r:2          | internal   | internal       | internal  | true         | true             | true
      r:3          | outgoing   | incoming       | to us     | false        |                  | false
      r:4          | outgoing   | incoming       | unknown   |              |                  | false
      r:5          | unmapped   | outgoing       | from us   |              |                  |`,
  }));

test("a source that knows only in and out tells one end: the other may be ours or not", () =>
  expectModel("core.direction", {
    given: {
      "seeds.status_map": words,
      "core.origin": origins,
      "core.network_day": days,
      "core.intended": goals({ "r:1": "us", "r:2": "others", "r:3": "us", "r:4": "others" }),
      "core.referral": `
        referral_key | source | ordered_on | referring_organization | direction
        r:1          | clinic | 2026-05-01 | Our Hospital           | O
        r:2          | clinic | 2026-05-01 | Our Hospital           | O
        r:3          | clinic | 2026-05-01 | Old Mill               | O
        r:4          | clinic | 2026-05-01 | Our Hospital           | I
        r:5          | clinic | 2026-05-01 | Our Hospital           | O`,
    },
    expect: `
      referral_key | direction_says | direction | direction_agrees
      r:1          | sent           | internal  | true
      r:2          | sent           | outgoing  | true
      r:3          | sent           | incoming  | false
      r:4          | received       | outgoing  | false
      r:5          | sent           | from us   | true`,
  }));

test("who refers is whom the roster knows: the clinician by number, else the organization, else the place", () =>
  expectModel("core.origin", {
    given: {
      "core.roster": `
        provider_key | location
        1234567893   | Elm Street`,
      "core.npi": `
        npi        | valid
        1234567893 | true
        1003000126 | true
        1234567890 | false`,
      "core.provider": `
        provider_key | listed
        1234567893   | true
        1003000126   | false`,
      "core.organization": `
        organization_key
        our hospital`,
      "core.referral": `
        referral_key | referring_npi | referring_organization | referring_location
        r:1          | 1234567893    | Somebody               |
        r:2          | 1234567890    | OUR  Hospital          | Elm Street
        r:3          |               |                        | elm street
        r:4          | 1003000126    |                        |
        r:5          |               | Somebody               |
        r:6          |               |                        |
        r:7          |               | Somebody               |`,
    },
    expect: `
      npi        | organization  | location   | party
      1234567893 | Somebody      | ''         | 1234567893
      1234567890 | OUR  Hospital | Elm Street | organization our hospital
      ''         | ''            | elm street | location elm street
      -- who only writes referrals need not stand in a roster of those who take them
      1003000126 | ''            | ''         |
      ''         | Somebody      | ''         |`,
  }));

test("without a roster nothing is told of either end, and a row that contradicts itself is still found", () =>
  expectModel("core.direction", {
    given: {
      "seeds.status_map": words,
      "core.referral": `
        referral_key | source | ordered_on | referring_organization | class    | direction
        r:1          | ehr    | 2026-05-01 | Our Hospital           | Incoming | Outgoing`,
    },
    expect: `
      referral_key | direction | class_agrees | direction_agrees | claims_agree
      r:1          | unknown   |              |                  | false`,
  }));

test("disagreements are counted per source: class and direction against the two ends, and against each other", () =>
  expectModel("marts.assertion_disagreement", {
    given: {
      "core.referral": `
        referral_key | source
        r:1          | ehr
        r:2          | ehr
        r:3          | ehr
        r:4          | clinic`,
      "core.direction": `
        referral_key | class_says | direction_says | direction | class_agrees | direction_agrees | claims_agree
        r:1          | outgoing   | incoming       | outgoing  | true         | false            | false
        r:2          | outgoing   | incoming       | outgoing  | true         | false            | false
        r:3          | unmapped   | internal       | from us   |              |                  |
        r:4          |            | sent           | internal  |              | true             |`,
    },
    expect: `
      source | assertion                            | asserted | ours     | records | disagrees
      ehr    | class of the referral                | outgoing | outgoing | 2       | false
      ehr    | direction of the referral            | incoming | outgoing | 2       | true
      ehr    | direction of the referral            | internal | from us  | 1       |
      ehr    | direction beside the class of its row | incoming | outgoing | 2       | true
      clinic | direction of the referral            | sent     | internal | 1       | false`,
  }));

test("a class or direction that nobody mapped is listed among the words without a meaning", () =>
  expectModel("core.unmapped_word", {
    given: {
      "core.referral": `
        referral_key | source | class    | direction | last_seen_at
        r:1          | ehr    | Outbound | Outgoing  | 2026-05-01 00:00`,
      "core.direction": `
        referral_key | class_says | direction_says
        r:1          | unmapped   | outgoing`,
    },
    expect: `
      source | entity   | field | raw_value | records
      ehr    | referral | class | outbound  | 1`,
  }));
