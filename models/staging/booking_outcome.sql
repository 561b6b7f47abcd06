-- Appointments with their outcome as of the run: a day that passed without a word has an unknown outcome.
-- materialize: table
with judged as (
  select
    b.*,
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
  appointment_key, referral_no, source, address, booked_at as made_at,
  case when made_at is null then least(coalesce(made_after, booked_at), booked_at) end as made_after,
  starts_at, outcome, status as status_raw, statement_no,
  case
    when outcome in ('cancelled_by_patient', 'cancelled_by_provider', 'rescheduled')
      then greatest(booked_at, coalesce(canceled_at, status_at, as_of))
  end as canceled_at,
  case
    when outcome in ('cancelled_by_patient', 'cancelled_by_provider', 'rescheduled') and canceled_after is not null
      then least(canceled_after, greatest(booked_at, canceled_at))
  end as canceled_after,
  reason as cancel_reason,
  coalesce(
    outcome in ('cancelled_by_patient', 'cancelled_by_provider') and canceled_after is null
      and coalesce(canceled_at, status_at) > starts_at - interval 24 hour,
    false
  ) as late_cancel,
  checked_in_at, first_offered_for
from judged
