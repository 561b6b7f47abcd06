-- One row per referral: its current state, when each step was first taken, its bookings and calls: all that is not on its newest row.
-- materialize: table
with booked as (
  select
    referral_no, min(made_at) as scheduled_at,
    case when min(made_at) filter (where made_after is null) is distinct from min(made_at) then min(made_after) end as scheduled_after, min(starts_at) as first_appointment_at, cast(count(*) as integer) as appointments,
    cast(count(*) filter (where outcome = 'no_show') as integer) as no_shows
  from staging.booking_outcome
  group by referral_no
),
called as (
  select referral_no, cast(count(*) filter (where is_attempt) as integer) as attempts
  from staging.call
  group by referral_no
),
absent as (
  select referral_no, max(as_of) as reappeared_at, cast(arg_max(cast(as_of as date) - cast(absent_from as date), as_of) as integer) as absent_days
  from staging.observation
  where absent_from is not null
  group by referral_no
)
select
  s.referral_no, s.address, s.one_source, s.patient_key as person_key, s.first_as_of, s.from_first_load, s.last_as_of, s.left_as_of,
  x.request, x.authorization_state, x.scheduling, x.visit, x.information, x.stage, f.moment as stage_from,
  x.stage in ('scheduled', 'outcome_unknown', 'no_showed', 'canceled_appointment', 'awaiting_authorization', 'awaiting_information', 'unmapped', 'pending') as is_open,
  c.answered_at, c.first_closed_at, c.last_open_at, c.closed_at as record_closed_at, c.closed_by_job, c.submitted_at, c.decided_at, c.contacted_at, c.contacted_after,
  c.reached_at, c.visit_at as attended_at, c.visit_after, c.note_received_at, c.note_acknowledged_at,
  b.scheduled_at, b.scheduled_after, b.first_appointment_at, b.appointments, b.no_shows, l.attempts, g.reappeared_at, g.absent_days
from staging.subject s
join staging.state x on x.referral_no = s.referral_no and x.until is null
join staging.stage_span f on f.referral_no = s.referral_no and f.until is null
left join staging.clock c on c.referral_no = s.referral_no
left join booked b on b.referral_no = s.referral_no
left join called l on l.referral_no = s.referral_no
left join absent g on g.referral_no = s.referral_no
