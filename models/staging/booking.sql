-- Appointments from both places that know them: an appointment feed, and the appointment columns of a referral list.
-- materialize: table
with feed as (
  select
    appointment_key, referral_key, patient_key, source, 'appointment' as entity, 'status' as field,
    made_at, starts_at, status, status_at, status_by, canceled_at, cancel_reason, checked_in_at, first_offered_for,
    provider, provider_npi, location, specialty, visit_type, modality, reminders, interpreter_arranged, transport_arranged,
    coverage_verified_at, as_of,
    min(as_of) over (partition by appointment_key) as first_seen,
    row_number() over (partition by appointment_key order by as_of desc, sequence desc, row_number desc) as rank
  from staging.appointment
),
-- Shown on the referral itself: one booking per start time, last described by its newest observation.
shown as (
  select
    referral_key, source, appointment_at, appointment_made_at, appointment_status, as_of,
    min(as_of) over (partition by referral_key, source, appointment_at) as first_seen,
    lead(as_of) over (partition by referral_key, source order by as_of) as next_seen,
    lead(appointment_at) over (partition by referral_key, source order by as_of) as next_appointment_at,
    row_number() over (partition by referral_key, source, appointment_at order by as_of desc) as rank
  from staging.reported
),
listed as (
  select
    s.referral_key || '@' || strftime(s.appointment_at, '%Y%m%d%H%M') as appointment_key,
    s.referral_key, s.source, s.appointment_made_at, s.appointment_at, s.appointment_status, s.first_seen, s.as_of,
    -- A later observation that shows another start replaced this one while it lay ahead.
    case when s.next_seen is not null and s.next_appointment_at is not null and s.next_seen <= s.appointment_at then s.next_seen end as replaced_at
  from shown s
  where s.rank = 1 and s.appointment_at is not null
    and not exists (select 1 from feed f where f.referral_key = s.referral_key)
)
select
  appointment_key, referral_key, patient_key, source, entity, field, made_at, starts_at, status, status_at, status_by,
  canceled_at, cancel_reason, checked_in_at, first_offered_for, provider, provider_npi, location, specialty, visit_type,
  modality, reminders, interpreter_arranged, transport_arranged, coverage_verified_at, as_of, first_seen,
  null::timestamp as replaced_at
from feed
where rank = 1
union all
select
  appointment_key, referral_key, null, source, 'referral', 'appointment_status', appointment_made_at, appointment_at,
  appointment_status, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, as_of,
  first_seen, replaced_at
from listed
