-- One row per appointment: what was booked, when, and what came of it.
-- grain: appointment_key
-- check: outcome in ('scheduled', 'arrived', 'completed', 'no_show', 'left_without_seen', 'cancelled_by_patient', 'cancelled_by_provider', 'rescheduled', 'outcome_unknown', 'unmapped')
-- check: (canceled_at is not null) = (outcome in ('cancelled_by_patient', 'cancelled_by_provider', 'rescheduled'))
-- check: canceled_at is null or canceled_at >= made_at
select
  appointment_key,                    -- Appointment, unique across sources.
  referral_key,                       -- Referral it was booked for, where the source says.
  patient_key,                        -- Patient (keyed hash).
  source,                             -- Source of the row.
  made_at,                            -- When it was booked; where no source says, when it was first seen.
  made_after,                         -- Where only seen: it was booked after this, up to made_at.
  starts_at,                          -- When it starts.
  outcome,                            -- State of the visit axis; outcome_unknown where the day passed and nothing was recorded.
  status_raw,                         -- The source's word.
  statement,                          -- Row of core.statement: field, word and mapping row behind the outcome.
  canceled_at,                        -- When it was canceled or moved; where the source does not say, when it was first seen so.
  cancel_reason,                      -- Mapped reason of the cancellation.
  cancel_reason_raw,                  -- The source's words for it.
  late_cancel,                        -- Canceled less than 24 hours before its start, as far as the source says when.
  actor_type,                         -- staff or system (a job), where the source names the user.
  checked_in_at,                      -- When the patient arrived.
  first_offered_for,                  -- Day of the first slot offered.
  provider,                           -- Clinician booked.
  provider_npi,                       -- NPI of the clinician booked.
  location,                           -- Department or site.
  specialty_raw,                      -- Specialty in the source's words.
  visit_type,                         -- Type of visit.
  modality,                           -- In person, video, telephone.
  reminders,                          -- Reminders sent.
  interpreter_arranged,               -- An interpreter is booked.
  transport_arranged,                 -- A ride is booked.
  coverage_verified_at                -- When coverage was verified.
from staging.booking_outcome
