// Metrics of episodes, each against rows that can be counted by hand. As of 28 September 2026; exports lag 14 days, so that
// with a window of 90 days an order is mature up to 16 June, and May is the last month whose every order is.
import { expect, test } from "vitest";
import { expectFigures, rowsOf } from "./figures.ts";

const ordered = (day: string) => `${day} | ${day} 09:00`;

test("scheduled and completed within 30, 60 and 90 days: the day itself counts, the day after does not", () =>
  expectFigures(
    {
      "core.episode": `
        episode_key | ordered_on | ordered_at       | is_open | scheduled_at     | visit_at         | outcome   | outcome_at
        at once     | ${ordered("2026-05-04")}      | false   | 2026-05-04 15:00 | 2026-05-11 10:00 | completed | 2026-05-11
        day 30      | ${ordered("2026-05-04")}      | false   | 2026-06-03 23:00 | 2026-07-03 10:00 | completed | 2026-07-03
        day 31      | ${ordered("2026-05-04")}      | false   | 2026-06-04 00:30 | 2026-08-02 10:00 | completed | 2026-08-02
        day 91      | ${ordered("2026-05-04")}      | false   | 2026-08-03 10:00 | 2026-08-03 11:00 | completed | 2026-08-03
        never       | ${ordered("2026-05-04")}      | true    |                  |                  |           |`,
    },
    `
      metric       | numerator | denominator | rate
      scheduled_30 | 2         | 5           | 0.4
      scheduled_60 | 3         | 5           | 0.6
      scheduled_90 | 3         | 5           | 0.6
      completed_30 | 1         | 5           | 0.2
      completed_60 | 2         | 5           | 0.4
      completed_90 | 3         | 5           | 0.6`,
  ));

test("a visit tells that an appointment was made by then, where no export tells when; it is no booking that was kept", () =>
  expectFigures(
    {
      "core.episode": `
        episode_key | ordered_on | ordered_at       | is_open | scheduled_at | visit_at         | outcome   | outcome_at
        seen        | ${ordered("2026-05-04")}      | false   |              | 2026-06-03 10:00 | completed | 2026-06-03
        seen later  | ${ordered("2026-05-04")}      | false   |              | 2026-06-04 10:00 | completed | 2026-06-04
        booked      | ${ordered("2026-05-04")}      | false   | 2026-05-05   | 2026-06-04 10:00 | completed | 2026-06-04
        neither     | ${ordered("2026-05-04")}      | true    |              |                  |           |`,
    },
    `
      metric       | numerator | denominator | rate
      scheduled_30 | 2         | 4           | 0.5
      scheduled_60 | 3         | 4           | 0.75
      show_through | 1         | 1           | 1`,
  ));

test("what a system never tells is unknown, not no: of attempts and bookings, and of every step between order and visit", async () => {
  const given = {
    "core.system": `
      system | tells_attempts | tells_bookings
      ehr    | true           | true
      lists  | false          | true
      server | false          | false`,
    "core.episode": `
      episode_key | system | ordered_on | ordered_at       | is_open | first_contact_at | scheduled_at | visit_at         | attempts
      called      | ehr    | ${ordered("2026-05-04")}      | true    | 2026-05-06       |              |                  | 2
      booked      | ehr    | ${ordered("2026-05-04")}      | true    | 2026-05-06       | 2026-05-08   |                  | 4
      untouched   | ehr    | ${ordered("2026-05-04")}      | true    |                  |              |                  | 0
      on a list   | lists  | ${ordered("2026-05-04")}      | true    |                  | 2026-05-09   |                  | 0
      seen        | server | ${ordered("2026-05-04")}      | false   |                  |              | 2026-05-20 10:00 | 0
      silent      | server | ${ordered("2026-05-04")}      | true    |                  |              |                  | 0`,
  };
  await expectFigures(
    given,
    `
      metric                     | numerator | denominator | unknown | rate
      completed_90               | 1         | 6           | 0       | 0.16666666666666666
      scheduled_90               | 2         | 4           | 2       | 0.5
      contacted_90               | 2         | 3           | 3       | 0.6666666666666666
      waiting_before_contact     | 1         | 3           | 3       | 0.3333333333333333
      waiting_before_appointment | 1         | 3           | 3       | 0.3333333333333333
      waiting_before_visit       | 1         | 3           | 3       | 0.3333333333333333
      without_note               | 0         | 3           | 3       | 0
      days_to_first_contact      | 2         | 3           | 0       | 2
      attempts_per_episode       | 6         | 3           | 0       | 2`,
  );
  const waits = await rowsOf("marts.wait_time", given);
  const made = waits.find((row) => row.cut === "total" && row.wait === "order_to_appointment");
  expect(made).toMatchObject({ waited: "4", reached: "2" });
});

test("only mature cohorts count: an order is given its window and the lag, younger ones are immature and never a fall", async () => {
  const given = {
    "core.episode": `
      episode_key | ordered_on | ordered_at  | is_open | scheduled_at | exclusion
      old enough  | ${ordered("2026-06-16")} | false   | 2026-06-20   |
      too young   | ${ordered("2026-06-17")} | false   | 2026-06-20   |
      test        | ${ordered("2026-06-16")} | false   | 2026-06-20   | test patient
      may         | ${ordered("2026-05-31")} | true    |              |
      a year ago  | ${ordered("2025-06-01")} | false   | 2025-06-03   |
      before      | ${ordered("2025-05-31")} | true    |              |`,
  };
  await expectFigures(
    given,
    `
      metric       | period             | month      | numerator | denominator | excluded | immature
      scheduled_90 | month              | 2026-06-01 | 1         | 1           | 1        | 1
      scheduled_90 | month              | 2026-05-01 | 0         | 1           | 0        | 0
      scheduled_90 | last 12 months     | 2026-05-01 | 1         | 2           | 0        | 1
      scheduled_90 | previous 12 months | 2025-05-01 | 0         | 1           | 0        | 0
      scheduled_60 | last 12 months     | 2026-06-01 | 2         | 3           | 1        | 0
      episodes     | last 12 months     | 2026-08-01 | 3         | 3           | 1        | 0`,
  );
});

test("trap: whom a denominator keeps. Canceled, declined, returned and closed unseen stay in it; what does not count is counted apart", () =>
  expectFigures(
    {
      "core.episode": `
        episode_key | ordered_on | ordered_at  | is_open | visit_at   | outcome        | outcome_at | exclusion
        seen        | ${ordered("2026-05-04")} | false   | 2026-06-01 | completed      | 2026-06-01 |
        canceled    | ${ordered("2026-05-04")} | false   |            | canceled       | 2026-05-06 |
        declined    | ${ordered("2026-05-04")} | false   |            | declined       | 2026-05-06 |
        returned    | ${ordered("2026-05-04")} | false   |            | returned       | 2026-05-06 |
        denied      | ${ordered("2026-05-04")} | false   |            | denied         | 2026-05-06 |
        closed      | ${ordered("2026-05-04")} | false   |            | closed_unknown | 2026-05-06 |
        waiting     | ${ordered("2026-05-04")} | true    |            |                |            |
        error       | ${ordered("2026-05-04")} | false   |            | canceled       | 2026-05-06 | entered in error
        test        | ${ordered("2026-05-04")} | false   | 2026-06-01 | completed      | 2026-06-01 | test patient
        laboratory  | ${ordered("2026-05-04")} | false   | 2026-06-01 | completed      | 2026-06-01 | not a referral
        too young   | ${ordered("2026-07-04")} | false   | 2026-07-05 | completed      | 2026-07-05 |`,
    },
    `
      metric       | period | month      | numerator | denominator | excluded | immature
      completed_90 | month  | 2026-05-01 | 1         | 7           | 3        | 0
      completed_90 | month  | 2026-07-01 | 0         | 0           | 0        | 1`,
  ));

test("a share without a denominator is empty, and others carry a Wilson interval", () =>
  // 3 of 10 by Newcombe's method 3, computed apart: 0.10779, 0.60322.
  expectFigures(
    {
      "core.episode": `
        episode_key | ordered_on | ordered_at | is_open | orders
        ${[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((n) => `${n} | ${ordered("2026-03-02")} | true | ${n <= 3 ? 2 : 1}`).join("\n        ")}`,
    },
    `
      metric        | numerator | denominator | rate | low      | high
      repeat_orders | 3         | 10          | 0.3  | ~0.10779 | ~0.60322
      orders        | 13        | 10          | 13   | null     | null
      show_through  | (0 rows)  | (0 rows)    | (0 rows) | (0 rows) | (0 rows)`,
  ));

test("show-through: of the episodes with an appointment, those attended; passed without a word is unknown", () =>
  expectFigures(
    {
      "core.episode": `
        episode_key  | ordered_on | ordered_at  | is_open | scheduled_at | visit_at   | stage
        attended     | ${ordered("2026-03-02")} | false   | 2026-03-05   | 2026-04-01 | completed
        missed       | ${ordered("2026-03-02")} | true    | 2026-03-05   |            | no_showed
        not recorded | ${ordered("2026-03-02")} | true    | 2026-03-05   |            | outcome_unknown
        none made    | ${ordered("2026-03-02")} | true    |              |            | pending
        made too late| ${ordered("2026-03-02")} | false   | 2026-08-05   | 2026-08-06 | completed`,
    },
    `
      metric       | numerator | denominator | unknown | rate
      show_through | 1         | 2           | 1       | 0.5`,
  ));

test("how episodes end: each way is its own share of all, and returns are a share of what was received", () =>
  expectFigures(
    {
      "core.episode": `
        episode_key | ordered_on | ordered_at  | is_open | received_at | outcome     | outcome_at
        a           | ${ordered("2026-03-02")} | false   | 2026-03-03  | declined    | 2026-03-20
        b           | ${ordered("2026-03-02")} | false   | 2026-03-03  | returned    | 2026-03-05
        c           | ${ordered("2026-03-02")} | false   |             | returned    | 2026-03-05
        d           | ${ordered("2026-03-02")} | false   | 2026-03-03  | denied      | 2026-03-20
        e           | ${ordered("2026-03-02")} | false   | 2026-03-03  | declined    | 2026-07-20
        f           | ${ordered("2026-03-02")} | true    |             |             |`,
      "core.episode_member": "episode_key | referral_key\nb | b\nc | c",
      "core.referral": "referral_key | stage | close_reason\nb | returned | missing_information\nc | returned | other",
    },
    `
      metric   | numerator | denominator
      declined | 1         | 6
      denied   | 1         | 6
      returned | 1         | 4
      returned_missing_information | 1 | 4
      returned_wrong_specialty | 0     | 4
      no_longer_needed | 0 | 6
      expired  | 0         | 6`,
  ));

test("loop closure is three nested numbers, and a documented end counts once the referrer was told", () =>
  expectFigures(
    {
      "core.episode": `
        episode_key   | ordered_on | ordered_at  | is_open | visit_at   | note_received_at | note_acknowledged_at | outcome     | outcome_at
        acknowledged  | ${ordered("2026-03-02")} | false   | 2026-03-20 | 2026-03-25       | 2026-03-26           | completed   | 2026-03-20
        note back     | ${ordered("2026-03-02")} | false   | 2026-03-20 | 2026-03-25       |                      | completed   | 2026-03-20
        no note       | ${ordered("2026-03-02")} | false   | 2026-03-20 |                  |                      | completed   | 2026-03-20
        told          | ${ordered("2026-03-02")} | false   |            |                  |                      | declined    | 2026-03-20
        not told      | ${ordered("2026-03-02")} | false   |            |                  |                      | unreachable | 2026-03-20
        canceled      | ${ordered("2026-03-02")} | false   |            |                  |                      | canceled    | 2026-03-20`,
      "core.episode_member": "episode_key | referral_key\ntold | told\nnot told | not told",
      "core.referral": "referral_key | referrer_notified_at\ntold | 2026-03-22\nnot told |",
    },
    `
      metric            | numerator | denominator
      loop_visit        | 5         | 6
      loop_closed       | 3         | 6
      loop_acknowledged | 1         | 6`,
  ));

test("days to a milestone: median and 90th percentile among all, and not reached where too few got there in time", () =>
  expectFigures(
    {
      "core.episode": `
        episode_key | ordered_on | ordered_at  | is_open | first_contact_at | reached_at | scheduled_at | received_at | first_response_at
        a           | ${ordered("2026-03-02")} | true    | 2026-03-02 17:00 | 2026-03-09 | 2026-03-12   | 2026-03-04  | 2026-03-04
        b           | ${ordered("2026-03-02")} | true    | 2026-03-04       |            | 2026-06-10   | 2026-03-04  | 2026-03-07
        c           | ${ordered("2026-03-02")} | true    | 2026-03-07       |            |              | 2026-03-04  |
        d           | ${ordered("2026-03-02")} | true    | 2026-03-31       | 2026-03-31 |              |             |`,
    },
    `
      metric                    | numerator | denominator | rate
      days_to_first_contact     | 4         | 4           | 2
      days_to_first_contact_p90 | 4         | 4           | 29
      days_to_reached           | 2         | 4           | 29
      days_to_reached_p90       | 2         | 4           | null
      days_to_scheduled         | 1         | 4           | null
      response_days             | 2         | 3           | 3
      response_days_p90         | 2         | 3           | null`,
  ));

test("days to the note run from the visit; notes still missing are open, not left out", () =>
  expectFigures(
    {
      "core.episode": `
        episode_key | ordered_on | ordered_at  | is_open | visit_at   | note_received_at
        day 7       | ${ordered("2026-03-02")} | false   | 2026-04-01 | 2026-04-08
        day 8       | ${ordered("2026-03-02")} | false   | 2026-04-01 | 2026-04-09
        missing     | ${ordered("2026-03-02")} | false   | 2026-04-01 |
        young       | ${ordered("2026-08-02")} | false   | 2026-09-10 |`,
    },
    `
      metric           | numerator | denominator | immature | rate
      note_open_7      | 2         | 3           | 1        | ~0.6667
      note_open_14     | 1         | 3           | 1        | ~0.3333
      note_open_30     | 1         | 3           | 1        | ~0.3333
      days_to_note     | 2         | 3           | 1        | 8
      days_to_note_p90 | 2         | 3           | 1        | null
      visits           | 3         | 3           | 0        | 3`,
  ));

test("closed without evidence: neither a visit nor a document, by staff and by jobs", () =>
  expectFigures(
    {
      "core.episode": `
        episode_key | ordered_on | ordered_at  | is_open | outcome        | outcome_at | outcome_actor | visit_at   | note_received_at
        seen        | ${ordered("2026-03-02")} | false   | completed      | 2026-04-01 | staff         | 2026-04-01 |
        a document  | ${ordered("2026-03-02")} | false   | closed_unknown | 2026-04-01 | staff         |            | 2026-04-02
        nothing     | ${ordered("2026-03-02")} | false   | closed_unknown | 2026-04-01 | staff         |            |
        by a job    | ${ordered("2026-03-02")} | false   | closed_unknown | 2026-04-01 | system        |            |
        declined    | ${ordered("2026-03-02")} | false   | declined       | 2026-04-01 | staff         |            |`,
    },
    `
      metric                            | numerator | denominator
      closed_without_evidence           | 2         | 4
      closed_without_evidence_by_staff  | 1         | 3
      closed_without_evidence_by_system | 1         | 1`,
  ));

test("age of what is open stands apart from waits: bands at the as-of day", () =>
  expectFigures(
    {
      "core.episode": `
        episode_key | ordered_on | ordered_at  | is_open | left_list_at | outcome
        a           | ${ordered("2026-09-21")} | true    |              |
        b           | ${ordered("2026-09-20")} | true    |              |
        c           | ${ordered("2026-06-30")} | true    | 2026-08-03   |
        d           | ${ordered("2026-06-29")} | true    |              |
        e           | ${ordered("2024-01-01")} | false   |              | declined`,
    },
    `
      metric           | numerator | denominator | rate
      open             | 4         | 4           | 4
      open_age_0_7     | 1         | 4           | 0.25
      open_age_8_14    | 1         | 4           | 0.25
      open_age_61_90   | 1         | 4           | 0.25
      open_age_over_90 | 1         | 4           | 0.25
      open_left_list   | 1         | 4           | 0.25
      open_age         | 4         | 4           | 8`,
  ));

test("every cut adds up to the total, an unknown value is a value of its own, and pairs of cuts cross", async () => {
  const given = {
    "core.episode": `
      episode_key | ordered_on | ordered_at  | is_open | specialty  | payer    | interpreter_needed | distance_miles | language
      a           | ${ordered("2026-03-02")} | true    | Cardiology | Medicaid | true               | 9.9            | Spanish
      b           | ${ordered("2026-03-02")} | true    | Cardiology | Medicaid | false              | 10             | English
      c           | ${ordered("2026-03-02")} | true    | Cardiology |          |                    |                | English
      d           | ${ordered("2026-03-02")} | true    | Neurology  | Medicaid | false              | 60             |`,
  };
  await expectFigures(
    given,
    `
      metric       | cut               | value                 | numerator
      episodes     | total             | All                   | 4
      episodes     | specialty         | Cardiology            | 3
      episodes     | specialty         | Neurology             | 1
      episodes     | payer             | Medicaid              | 3
      episodes     | payer             | Unknown               | 1
      episodes     | interpreter       | Needed                | 1
      episodes     | interpreter       | Unknown               | 1
      episodes     | distance_band     | 0-9 miles             | 1
      episodes     | distance_band     | 10-24 miles           | 1
      episodes     | distance_band     | 50 miles or more      | 1
      episodes     | distance_band     | Unknown               | 1
      episodes     | language          | Unknown               | 1
      episodes     | barrier           | None recorded         | 4
      episodes     | specialty × payer | Cardiology × Medicaid | 2
      episodes     | specialty × payer | Cardiology × Unknown  | 1
      episodes     | specialty × payer | Neurology × Medicaid  | 1`,
  );
  const rows = await rowsOf("marts.metric", given);
  const crossed = rows.find(({ value, metric }) => metric === "episodes" && value === "Cardiology × Medicaid");
  expect([crossed?.first_value, crossed?.second_value]).toEqual(["Cardiology", "Medicaid"]);
});
