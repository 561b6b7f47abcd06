-- One row per appointment: what was booked, when, and what came of it.
-- grain: appointment_key
-- check: outcome in ('scheduled', 'arrived', 'completed', 'no_show', 'left_without_seen', 'cancelled_by_patient', 'cancelled_by_provider', 'rescheduled', 'outcome_unknown', 'unmapped')
-- check: (canceled_at is not null) = (outcome in ('cancelled_by_patient', 'cancelled_by_provider', 'rescheduled'))
with folded as (
  select
    b.*,
    lower(regexp_replace(trim(b.status), '\s+', ' ', 'g')) as word,
    lower(regexp_replace(trim(b.cancel_reason), '\s+', ' ', 'g')) as reason_word
  from staging.booking b
),
words as (
  select distinct source, entity, field, word, reason_word from folded
),
-- Who canceled may only be told by the reason: a row with a condition beats one without.
meant as (
  select
    w.source, w.entity, w.field, w.word, w.reason_word, m.value, m.place,
    row_number() over (
      partition by w.source, w.entity, w.field, w.word, w.reason_word order by (m.when_field is null)::integer, m.place
    ) as rank
  from words w
  join seeds.status_map m on m.source = w.source and m.entity = w.entity and m.field = w.field and m.raw = w.word and m.axis = 'visit'
  where m.when_field is null or (m.when_field = 'cancel_reason' and m.when_raw = w.reason_word)
),
reasons as (
  select w.source, w.entity, w.reason_word, min(m.value) as value
  from words w
  join seeds.status_map m
    on m.source = w.source and m.entity = w.entity and m.field = 'cancel_reason' and m.raw = w.reason_word and m.axis = 'reason'
  group by all
),
stated as (
  select
    f.*, m.place as mapping_row, r.value as reason, run.as_of_date,
    case
      when f.replaced_at is not null then 'rescheduled'
      when f.word is not null and m.value is null then 'unmapped'
      else m.value
    end as state
  from folded f
  left join meant m
    on m.source = f.source and m.entity = f.entity and m.field = f.field and m.word = f.word
    and m.reason_word is not distinct from f.reason_word and m.rank = 1
  left join reasons r on r.source = f.source and r.entity = f.entity and r.reason_word = f.reason_word
  cross join seeds.run run
)
select
  appointment_key,                    -- Appointment, unique across sources.
  referral_key,                       -- Referral it was booked for, where the source says.
  patient_key,                        -- Patient (keyed hash).
  source,                             -- Source of the row.
  coalesce(made_at, least(first_seen, starts_at)) as made_at, -- When it was booked; where no source says, when it was first seen.
  starts_at,                          -- When it starts.
  case
    when state in ('completed', 'no_show', 'left_without_seen', 'cancelled_by_patient', 'cancelled_by_provider', 'rescheduled', 'unmapped')
      then state
    when state = 'arrived' or checked_in_at is not null then 'arrived'
    when cast(starts_at as date) < as_of_date then 'outcome_unknown'
    else 'scheduled'
  end as outcome,                     -- State of the visit axis; outcome_unknown where the day passed and nothing was recorded.
  status as status_raw,               -- The source's word.
  mapping_row,                        -- Row of statuses.csv that mapped it.
  case
    when state in ('cancelled_by_patient', 'cancelled_by_provider', 'rescheduled')
      then coalesce(canceled_at, replaced_at, status_at, as_of)
  end as canceled_at,                 -- When it was canceled; where the source does not say, when it was first seen so.
  reason as cancel_reason,            -- Mapped reason of the cancellation.
  cancel_reason as cancel_reason_raw, -- The source's words for it.
  coalesce(
    state in ('cancelled_by_patient', 'cancelled_by_provider')
      and coalesce(canceled_at, status_at) > starts_at - interval 24 hour,
    false
  ) as late_cancel,                   -- Canceled less than 24 hours before its start.
  case
    when status_by is null then null
    when exists (select 1 from seeds.system_user u where u.source = stated.source and u.name = lower(trim(stated.status_by))) then 'system'
    else 'staff'
  end as actor_type,                  -- staff or system (a job), where the source names the user.
  checked_in_at,                      -- When the patient arrived.
  first_offered_for,                  -- Day of the first slot offered.
  provider,                           -- Clinician booked.
  provider_npi,                       -- NPI of the clinician booked.
  location,                           -- Department or site.
  specialty as specialty_raw,         -- Specialty in the source's words.
  visit_type,                         -- Type of visit.
  modality,                           -- In person, video, telephone.
  reminders,                          -- Reminders sent.
  interpreter_arranged,               -- An interpreter is booked.
  transport_arranged,                 -- A ride is booked.
  coverage_verified_at                -- When coverage was verified.
from stated
