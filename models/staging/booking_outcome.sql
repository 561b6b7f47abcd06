-- Appointments with their outcome as of the run: a day that passed without a word has an unknown outcome.
-- materialize: table
with job as (
  select distinct source, name from seeds.system_user
),
judged as (
  select
    b.*, run.as_of as run_as_of,
    case
      -- What lies ahead has not happened, whatever a row says.
      when b.value in ('completed', 'econsult_completed', 'no_show', 'left_without_seen', 'arrived') and cast(b.starts_at as date) > run.as_of_date
        then 'scheduled'
      when b.value in ('completed', 'no_show', 'left_without_seen', 'cancelled_by_patient', 'cancelled_by_provider', 'rescheduled', 'unmapped')
        then b.value
      when b.value = 'econsult_completed' then 'completed'
      when b.value = 'arrived' or b.checked_in_at is not null then 'arrived'
      when cast(b.starts_at as date) < run.as_of_date then 'outcome_unknown'
      else 'scheduled'
    end as outcome,
    least(coalesce(b.made_at, least(b.first_seen, b.starts_at)), run.as_of) as booked_at
  from staging.booking b
  cross join seeds.run run
)
select
  j.appointment_key, j.referral_no, j.referral_key, coalesce(p.person_key, j.patient_key) as patient_key, j.source, j.booked_at as made_at,
  case when j.made_at is null then least(coalesce(j.made_after, j.booked_at), j.booked_at) end as made_after,
  j.starts_at, j.outcome, j.status as status_raw, j.statement_no, s.statement,
  case
    when j.outcome in ('cancelled_by_patient', 'cancelled_by_provider', 'rescheduled')
      then greatest(j.booked_at, coalesce(j.canceled_at, j.status_at, j.as_of))
  end as canceled_at,
  case
    when j.outcome in ('cancelled_by_patient', 'cancelled_by_provider', 'rescheduled')
      and j.canceled_after is not null
      then least(j.canceled_after, greatest(j.booked_at, j.canceled_at))
  end as canceled_after,
  j.reason as cancel_reason, j.cancel_reason as cancel_reason_raw,
  coalesce(
    j.outcome in ('cancelled_by_patient', 'cancelled_by_provider') and j.canceled_after is null
      and coalesce(j.canceled_at, j.status_at) > j.starts_at - interval 24 hour,
    false
  ) as late_cancel,
  case
    when j.status_by is null then null
    when u.name is not null then 'system'
    else 'staff'
  end as actor_type,
  j.checked_in_at, j.first_offered_for, j.provider, j.provider_npi, j.location, j.specialty as specialty_raw, j.visit_type, j.modality,
  j.reminders, j.interpreter_arranged, j.transport_arranged, j.coverage_verified_at
from judged j
left join staging.statement s on s.statement_no = j.statement_no
left join staging.patient_link p on p.patient_key = j.patient_key
left join job u on u.source = j.source and u.name = lower(trim(j.status_by))
