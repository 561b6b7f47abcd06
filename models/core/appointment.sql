-- One row per appointment: what was booked, when, and what came of it.
-- grain: appointment_key
-- check: outcome in ('scheduled', 'arrived', 'completed', 'no_show', 'left_without_seen', 'cancelled_by_patient', 'cancelled_by_provider', 'rescheduled', 'outcome_unknown', 'unmapped')
-- check: (canceled_at is not null) = (outcome in ('cancelled_by_patient', 'cancelled_by_provider', 'rescheduled'))
-- check: canceled_at is null or canceled_at >= made_at
with job as (
  select distinct source, name from seeds.system_user
)
select
  coalesce(b.appointment_key, s.referral_key || '@' || strftime(b.starts_at, '%Y%m%d%H%M%S')) as appointment_key, -- Appointment, unique across sources.
  coalesce(r.referral_key, s.referral_key) as referral_key,               -- Referral it was booked for, where the source says.
  coalesce(p.person_key, r.patient_key, s.patient_key) as patient_key,    -- Patient (keyed hash).
  b.source,                             -- Source of the row.
  b.made_at,                            -- When it was booked; where no source says, when it was first seen.
  b.made_after,                         -- Where only seen: it was booked after this, up to made_at.
  b.starts_at,                          -- When it starts.
  b.outcome,                            -- State of the visit axis; outcome_unknown where the day passed and nothing was recorded.
  b.status_raw,                         -- The source's word.
  t.statement,                          -- Row of core.statement: field, word and mapping row behind the outcome.
  b.canceled_at,                        -- When it was canceled or moved; where the source does not say, when it was first seen so.
  b.cancel_reason,                      -- Mapped reason of the cancellation.
  r.cancel_reason as cancel_reason_raw, -- The source's words for it.
  b.late_cancel,                        -- Canceled less than 24 hours before its start, as far as the source says when.
  case when u.name is not null then 'system' when r.status_by is not null then 'staff' end as actor_type, -- staff or system (a job), where the source names the user.
  b.checked_in_at,                      -- When the patient arrived.
  b.first_offered_for,                  -- Day of the first slot offered.
  r.provider,                           -- Clinician booked.
  r.provider_npi,                       -- NPI of the clinician booked.
  r.location,                           -- Department or site.
  r.specialty as specialty_raw,         -- Specialty in the source's words.
  r.visit_type,                         -- Type of visit.
  r.modality,                           -- In person, video, telephone.
  r.reminders,                          -- Reminders sent.
  r.interpreter_arranged,               -- An interpreter is booked.
  r.transport_arranged,                 -- A ride is booked.
  r.coverage_verified_at                -- When coverage was verified.
from staging.booking_outcome b
left join staging.appointment r on r.address = b.address
left join staging.subject s on s.referral_no = case when b.address is null then b.referral_no end
left join staging.patient_link p on p.patient_key = r.patient_key
left join staging.statement t on t.statement_no = b.statement_no
left join job u on u.source = b.source and u.name = lower(trim(r.status_by))
