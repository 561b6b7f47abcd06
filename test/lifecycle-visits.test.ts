// Appointments, visits and notes: what was booked, what came of it, and when a loop is closed.
import { describe, test } from "vitest";
import { files, tell } from "./lifecycle.ts";

const order = `
  file_id | row_number | referral_id | ordered_at       | status
  1       | 1          | 7           | 2026-05-01 09:00 | Accepted`;

const schedule = files("2026-06-01", "schedule 2026-06-01");

describe("a feed of appointments", () => {
  test("cancelled then rebooked ends as rebooked", () =>
    tell(
      {
        "seeds.file": schedule,
        "raw.referral": order,
        "raw.appointment": `
          file_id | row_number | appointment_id | referral_id | made_at          | starts_at        | status    | status_by | canceled_at
          2       | 1          | b              | 7           | 2026-05-18 09:00 | 2026-06-20 10:00 | Scheduled |           |
          2       | 2          | a              | 7           | 2026-05-04 09:00 | 2026-05-20 10:00 | Canceled  | Patient   | 2026-05-15 16:00`,
      },
      {
        "core.appointment": `
          appointment_key | outcome              | canceled_at      | late_cancel
          clinic:a        | cancelled_by_patient | 2026-05-15 16:00 | false
          clinic:b        | scheduled            |                  | false`,
        "core.referral_span": `
          axis    | value                | span_from        | span_to
          request | new                  | 2026-05-01 09:00 | 2026-06-01 23:59
          request | accepted             | 2026-06-01 23:59 |
          visit   | scheduled            | 2026-05-04 09:00 | 2026-05-15 16:00
          visit   | cancelled_by_patient | 2026-05-15 16:00 | 2026-05-18 09:00
          visit   | scheduled            | 2026-05-18 09:00 |
          stage   | pending              | 2026-05-01 09:00 | 2026-05-04 09:00
          stage   | scheduled            | 2026-05-04 09:00 | 2026-05-15 16:00
          stage   | canceled_appointment | 2026-05-15 16:00 | 2026-05-18 09:00
          stage   | scheduled            | 2026-05-18 09:00 |`,
        "core.referral": `
          stage     | scheduled_at     | first_appointment_at | appointments | no_shows
          scheduled | 2026-05-04 09:00 | 2026-05-20 10:00     | 2            | 0`,
      },
    ));

  test("rebooked before the old one was canceled: never without an appointment", () =>
    tell(
      {
        "seeds.file": schedule,
        "raw.referral": order,
        "raw.appointment": `
          file_id | row_number | appointment_id | referral_id | made_at          | starts_at        | status    | status_by | canceled_at
          2       | 1          | a              | 7           | 2026-05-04 09:00 | 2026-06-10 10:00 | Canceled  | Clinic    | 2026-05-15 16:00
          2       | 2          | b              | 7           | 2026-05-15 15:55 | 2026-06-20 10:00 | Scheduled |           |`,
      },
      {
        "core.referral_event": `
          axis    | value     | event_at
          request | new       | 2026-05-01 09:00
          request | accepted  | 2026-06-01 23:59
          visit   | scheduled | 2026-05-04 09:00`,
      },
    ));

  test("no-show then attended is completed, with the no-show kept", () =>
    tell(
      {
        "seeds.file": schedule,
        "raw.referral": order,
        "raw.appointment": `
          file_id | row_number | appointment_id | referral_id | made_at          | starts_at        | status
          2       | 1          | a              | 7           | 2026-05-04 09:00 | 2026-05-12 10:00 | No show
          2       | 2          | b              | 7           | 2026-05-14 09:00 | 2026-05-26 10:00 | Completed
          2       | 3          | c              | 7           | 2026-05-26 11:00 | 2026-06-26 10:00 | Scheduled`,
      },
      {
        "core.referral": `
          stage     | outcome   | visit_at         | outcome_at       | outcome_actor | no_shows | appointments
          completed | completed | 2026-05-26 10:00 | 2026-05-26 10:00 |               | 1        | 3`,
        "core.episode": "stage | no_shows | visit_at\ncompleted | 1 | 2026-05-26 10:00",
      },
    ));

  test("an appointment date passed without an outcome is unknown from the next day on, not completed", () =>
    tell(
      {
        "seeds.file": schedule,
        "raw.referral": order,
        "raw.appointment": `
          file_id | row_number | appointment_id | referral_id | made_at          | starts_at        | status
          2       | 1          | a              | 7           | 2026-05-04 09:00 | 2026-05-12 10:00 | Scheduled`,
      },
      {
        "core.appointment": "outcome\noutcome_unknown",
        "core.referral": "stage | stage_from | visit_at\noutcome_unknown | 2026-05-13 00:00 |",
      },
    ));

  test("arrived is provisional: no visit until somebody says that it took place", () =>
    tell(
      {
        "seeds.file": schedule,
        "raw.referral": order,
        "raw.appointment": `
          file_id | row_number | appointment_id | referral_id | made_at          | starts_at        | status    | checked_in_at
          2       | 1          | a              | 7           | 2026-05-04 09:00 | 2026-05-12 10:00 | Scheduled | 2026-05-12 09:50`,
      },
      { "core.appointment": "outcome\narrived", "core.referral": "stage | visit_at\noutcome_unknown |" },
    ));

  test("the same appointment in several files is one, as its newest row has it", () =>
    tell(
      {
        "seeds.file": files("2026-06-01", "schedule 2026-06-01", "schedule 2026-05-10"),
        "raw.referral": order,
        "raw.appointment": `
          file_id | row_number | appointment_id | referral_id | made_at          | starts_at        | status
          2       | 1          | a              | 7           | 2026-05-04 09:00 | 2026-05-12 10:00 | Completed
          3       | 1          | a              | 7           | 2026-05-04 09:00 | 2026-05-12 10:00 | Scheduled`,
      },
      { "core.appointment": "appointment_key | outcome\nclinic:a | completed" },
    ));

  test("an appointment that was moved keeps its first day as rescheduled", () =>
    tell(
      {
        "seeds.file": files("2026-06-01", "schedule 2026-06-01", "schedule 2026-05-10"),
        "raw.referral": order,
        "raw.appointment": `
          file_id | row_number | appointment_id | referral_id | made_at          | starts_at        | status
          3       | 1          | a              | 7           | 2026-05-04 09:00 | 2026-06-12 10:00 | Scheduled
          2       | 1          | a              | 7           | 2026-05-04 09:00 | 2026-06-22 10:00 | Scheduled`,
      },
      {
        "core.appointment": `
          appointment_key         | starts_at        | outcome     | canceled_at
          clinic:a                | 2026-06-22 10:00 | scheduled   |
          clinic:a@202606121000   | 2026-06-12 10:00 | rescheduled | 2026-06-01 23:59`,
      },
    ));

  test("a visit before the day of the order answers something else; one on the day itself answers it", () =>
    tell(
      {
        "seeds.file": schedule,
        "raw.referral": `${order}
          1       | 2          | 8           | 2026-05-01 09:00 | Accepted`,
        "raw.appointment": `
          file_id | row_number | appointment_id | referral_id | made_at          | starts_at        | status
          2       | 1          | a              | 7           | 2026-04-04 09:00 | 2026-04-30 10:00 | Completed
          2       | 2          | b              | 8           | 2026-04-30 09:00 | 2026-05-01 08:00 | Completed`,
      },
      {
        "core.referral": `
          referral_id | stage     | visit_at
          7           | pending   |
          8           | completed | 2026-05-01 09:00`,
      },
    ));

  test("an appointment of no referral is kept and answers none", () =>
    tell(
      {
        "seeds.file": schedule,
        "raw.referral": order,
        "raw.appointment": `
          file_id | row_number | appointment_id | referral_id | made_at          | starts_at        | status
          2       | 1          | a              |             | 2026-05-04 09:00 | 2026-05-12 10:00 | Completed`,
      },
      {
        "core.appointment": "appointment_key | referral_key | outcome\nclinic:a | | completed",
        "core.referral": "stage | appointments\npending | 0",
      },
    ));
});

describe("appointments that a list shows", () => {
  test("row-per-referral-x-appointment exports are folded: one referral, each appointment once", () =>
    tell(
      {
        "seeds.file": files("2026-06-01"),
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status   | appointment_made_at | appointment_at   | appointment_status
          1       | 1          | 7           | 2026-05-01 09:00 | Accepted | 2026-05-04 09:00    | 2026-05-12 10:00 | No show
          1       | 2          | 7           | 2026-05-01 09:00 | Accepted | 2026-05-14 09:00    | 2026-05-26 10:00 | Seen
          1       | 3          | 7           | 2026-05-01 09:00 | Accepted | 2026-05-05 09:00    | 2026-05-08 10:00 | Canceled by clinic`,
      },
      {
        "core.appointment": `
          starts_at        | outcome
          2026-05-12 10:00 | no_show
          2026-05-26 10:00 | completed
          2026-05-08 10:00 | cancelled_by_provider`,
        "core.referral": `
          referral_key | stage     | visit_at         | appointments | no_shows
          clinic:7     | completed | 2026-05-26 10:00 | 3            | 1`,
      },
    ));

  test("a later list with another start replaced the earlier one while it lay ahead", () =>
    tell(
      {
        "seeds.file": files("2026-05-04", "2026-05-11", "2026-06-01"),
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status   | appointment_at   | appointment_status
          1       | 1          | 7           | 2026-05-01 09:00 | Accepted | 2026-05-20 10:00 | Booked
          2       | 1          | 7           | 2026-05-01 09:00 | Accepted | 2026-06-10 10:00 | Booked
          3       | 1          | 7           | 2026-05-01 09:00 | Accepted | 2026-06-10 10:00 | Booked`,
      },
      {
        "core.appointment": `
          starts_at        | outcome     | made_at          | made_after       | canceled_at
          2026-05-20 10:00 | rescheduled | 2026-05-04 23:59 | 2026-05-01 09:00 | 2026-05-11 23:59
          2026-06-10 10:00 | scheduled   | 2026-05-11 23:59 | 2026-05-04 23:59 |`,
        "core.referral": "stage | appointments\nscheduled | 2",
      },
    ));

  test("a start that had passed was not replaced: its outcome is unknown", () =>
    tell(
      {
        "seeds.file": files("2026-05-04", "2026-05-25", "2026-06-01"),
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status   | appointment_at   | appointment_status
          1       | 1          | 7           | 2026-05-01 09:00 | Accepted | 2026-05-20 10:00 | Booked
          2       | 1          | 7           | 2026-05-01 09:00 | Accepted | 2026-06-10 10:00 | Booked
          3       | 1          | 7           | 2026-05-01 09:00 | Accepted | 2026-06-10 10:00 | Booked`,
      },
      {
        "core.appointment": `
          starts_at        | outcome
          2026-05-20 10:00 | outcome_unknown
          2026-06-10 10:00 | scheduled`,
      },
    ));

  test("a list that says missed and then done, with the start unchanged, tells of another visit, on a day it does not show", () =>
    tell(
      {
        "seeds.file": files("2026-05-04", "2026-05-25", "2026-06-01"),
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status   | appointment_at   | appointment_status
          1       | 1          | 7           | 2026-05-01 09:00 | Accepted | 2026-05-20 10:00 | Booked
          2       | 1          | 7           | 2026-05-01 09:00 | Accepted | 2026-05-20 10:00 | No Show
          3       | 1          | 7           | 2026-05-01 09:00 | Accepted | 2026-05-20 10:00 | Seen`,
      },
      {
        "core.appointment": "starts_at        | outcome\n2026-05-20 10:00 | no_show",
        "core.referral": `
          stage     | visit_at         | visit_after      | no_shows
          completed | 2026-06-01 23:59 | 2026-05-01 09:00 | 1`,
      },
    ));

  test("the feed and the list describe one appointment: told once, by the feed", () =>
    tell(
      {
        "seeds.file": schedule,
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status   | appointment_at   | appointment_status
          1       | 1          | 7           | 2026-05-01 09:00 | Accepted | 2026-05-20 10:00 | Booked`,
        "raw.appointment": `
          file_id | row_number | appointment_id | referral_id | made_at          | starts_at        | status
          2       | 1          | a              | 7           | 2026-05-04 09:00 | 2026-05-20 10:00 | Completed`,
      },
      { "core.appointment": "appointment_key | outcome\nclinic:a | completed" },
    ));

  test("a list newer than the feed tells the outcome that the feed does not know yet", () =>
    tell(
      {
        "seeds.file": files("2026-06-01", "schedule 2026-05-15"),
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status   | appointment_at   | appointment_status
          1       | 1          | 7           | 2026-05-01 09:00 | Accepted | 2026-05-20 10:00 | Seen`,
        "raw.appointment": `
          file_id | row_number | appointment_id | referral_id | made_at          | starts_at        | status
          2       | 1          | a              | 7           | 2026-05-04 09:00 | 2026-05-20 10:00 | Scheduled`,
      },
      {
        "core.appointment": "appointment_key | outcome | status_raw\nclinic:a | completed | Seen",
        "core.referral": "stage | visit_at\ncompleted | 2026-05-20 10:00",
      },
    ));

  test("completed, though the shown appointment was canceled: it took place some day between the order and the list that says so", () =>
    tell(
      {
        "seeds.file": files("2026-05-18", "2026-05-25", "schedule 2026-05-22"),
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status   | appointment_at   | appointment_status
          1       | 1          | 7           | 2026-05-01 09:00 | Accepted | 2026-05-20 10:00 | Booked
          2       | 1          | 7           | 2026-05-01 09:00 | Closed   | 2026-05-20 10:00 | Seen`,
        "raw.appointment": `
          file_id | row_number | appointment_id | referral_id | made_at          | starts_at        | status   | canceled_at
          3       | 1          | a              | 7           | 2026-05-04 09:00 | 2026-05-20 10:00 | Canceled | 2026-05-19 15:00`,
      },
      {
        "core.referral": `
          stage     | visit_at         | visit_after
          completed | 2026-05-25 23:59 | 2026-05-01 09:00`,
      },
    ));
});

describe("visits that no appointment carries", () => {
  test("an attended visit that the list dates", () =>
    tell(
      {
        "seeds.file": files("2026-06-01"),
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status | visit_at         | closed_at
          1       | 1          | 7           | 2026-05-01 09:00 | Closed | 2026-05-20 10:00 | 2026-05-25 08:00`,
      },
      {
        "core.referral": `
          stage     | visit_at         | closed_at        | outcome_at       | closed_without_evidence
          completed | 2026-05-20 10:00 | 2026-05-25 08:00 | 2026-05-20 10:00 | false`,
      },
    ));

  test("a finished encounter that names the referral", () =>
    tell(
      {
        "seeds.file": files("2026-06-01", "encounters 2026-06-01"),
        "raw.referral": order,
        "raw.visit": `
          file_id | row_number | visit_id | referral_id | status    | started_at
          2       | 1          | v        | 7           | Finished  | 2026-05-20 10:00
          2       | 2          | w        | 7           | Finished  | 2026-05-28 10:00`,
      },
      { "core.referral": "stage | visit_at\ncompleted | 2026-05-20 10:00" },
    ));
});

describe("notes", () => {
  const seen = `
    file_id | row_number | referral_id | ordered_at       | status   | appointment_at   | appointment_status
    1       | 1          | 7           | 2026-05-01 09:00 | Accepted | 2026-05-12 10:00 | Seen`;
  const notes = files("2026-06-01", "notes 2026-06-01");

  test("a final note on or after the day of the visit closes the loop, and its reading is kept", () =>
    tell(
      {
        "seeds.file": notes,
        "raw.referral": seen,
        "raw.document": `
          file_id | row_number | document_id | referral_id | type         | status | received_at      | acknowledged_at
          2       | 1          | d           | 7           | Consult note | Final  | 2026-05-14 08:00 | 2026-05-16 09:00`,
      },
      {
        "core.document": "document_key | type | is_final\nclinic:d | consult_note | true",
        "core.referral": `
          stage       | stage_from       | note_received_at | note_acknowledged_at | information
          loop_closed | 2026-05-14 08:00 | 2026-05-14 08:00 | 2026-05-16 09:00     | acknowledged`,
      },
    ));

  test("a note before the referral, or before the visit, does not count", () =>
    tell(
      {
        "seeds.file": notes,
        "raw.referral": seen,
        "raw.document": `
          file_id | row_number | document_id | referral_id | type         | received_at
          2       | 1          | before      | 7           | Consult note | 2026-04-20 08:00
          2       | 2          | between     | 7           | Consult note | 2026-05-08 08:00`,
      },
      { "core.referral": "stage | note_received_at | information\ncompleted | |" },
    ));

  test("date-only: a note of the day of the visit counts, though its midnight is before the visit's hour", () =>
    tell(
      {
        "seeds.file": notes,
        "raw.referral": seen,
        "raw.document": `
          file_id | row_number | document_id | referral_id | type   | received_at
          2       | 1          | d           | 7           | Result | 2026-05-12`,
      },
      { "core.referral": "stage | note_received_at\nloop_closed | 2026-05-12 00:00" },
    ));

  test("an interim note, records sent along, a note in error and an unknown paper are no closure", () =>
    tell(
      {
        "seeds.file": notes,
        "raw.referral": seen,
        "raw.document": `
          file_id | row_number | document_id | referral_id | type         | status      | received_at
          2       | 1          | a           | 7           | Draft        |             | 2026-05-13 08:00
          2       | 2          | b           | 7           | Consult note | Preliminary | 2026-05-13 09:00
          2       | 3          | c           | 7           | Records      | Final       | 2026-05-14 08:00
          2       | 4          | d           | 7           | Consult note | In error    | 2026-05-14 08:00
          2       | 5          | e           | 7           | Postcard     |             | 2026-05-14 08:00`,
      },
      {
        "core.document": `
          document_key | type             | is_final
          clinic:a     | interim          | false
          clinic:b     | interim          | false
          clinic:c     | records          | false
          clinic:d     | entered_in_error | false
          clinic:e     | unmapped         | false`,
        "core.referral": "stage | information | note_received_at\ncompleted | interim |",
      },
    ));

  test("a completed visit is not closure: without a note the loop stays open", () =>
    tell({ "seeds.file": notes, "raw.referral": seen }, { "core.referral": "stage | note_received_at\ncompleted |" }));

  test("a note without a known visit is evidence of the note alone", () =>
    tell(
      {
        "seeds.file": notes,
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status
          1       | 1          | 7           | 2026-05-01 09:00 | Closed`,
        "raw.document": `
          file_id | row_number | document_id | referral_id | type         | received_at
          2       | 1          | d           | 7           | Consult note | 2026-05-14 08:00`,
      },
      {
        "core.referral": `
          stage          | visit_at | note_received_at | closed_without_evidence
          closed_unknown |          | 2026-05-14 08:00 | false`,
      },
    ));

  test("closure audit: closed with neither visit nor note, by user and by job", () =>
    tell(
      {
        "seeds.file": files("2026-06-01"),
        "raw.referral": `
          file_id | row_number | referral_id | ordered_at       | status   | close_reason         | closed_at        | closed_by | appointment_at   | appointment_status
          1       | 1          | 1           | 2026-05-01 09:00 | Closed   | All visits completed | 2026-05-20 01:24 | nightjob  |                  |
          1       | 2          | 2           | 2026-05-01 09:00 | Closed   |                      | 2026-05-20 15:00 | AB12      |                  |
          1       | 3          | 3           | 2026-05-01 09:00 | Closed   | All visits completed | 2026-05-20 15:00 | AB12      | 2026-05-18 10:00 | Seen
          1       | 4          | 4           | 2026-05-01 09:00 | Canceled |                      | 2026-05-20 15:00 | AB12      |                  |`,
      },
      {
        "core.referral": `
          referral_id | closed_without_evidence | closed_by | outcome_actor
          1           | true                    | nightjob  | system
          2           | true                    | AB12      | staff
          3           | false                   | AB12      |
          4           | false                   | AB12      | staff`,
      },
    ));
});
