-- One row per referral: its keys, dates and dimensions, when each step was taken, its current state on every axis, and the words that it
-- came from.
-- grain: referral_key
-- check: stage in ('loop_closed', 'completed', 'entered_in_error', 'canceled', 'declined_by_patient', 'unreachable', 'expired', 'returned', 'closed_unknown', 'denied', 'scheduled', 'outcome_unknown', 'no_showed', 'canceled_appointment', 'awaiting_authorization', 'awaiting_information', 'unmapped', 'pending')
-- check: is_open = (outcome is null)
-- check: visit_at is null or outcome = 'completed'
-- check: (select count(*) from core.referral) = (select count(distinct referral_no) from staging.referral)
with vocabulary as (
  select source, field, raw, min(value) as value
  from seeds.status_map
  where entity = 'referral' and field in ('priority', 'type') and axis = field
  group by source, field, raw
),
-- Of all words that were ever used, whoever uses them now: far fewer than referrals.
p as (
  select w.source, w.priority, m.value
  from (select distinct source, priority from staging.referral where priority is not null) w
  join vocabulary m on m.source = w.source and m.field = 'priority' and m.raw = lower(regexp_replace(trim(w.priority), '\s+', ' ', 'g'))
),
t as (
  select w.source, w.type, m.value
  from (select distinct source, type from staging.referral where type is not null) w
  join vocabulary m on m.source = w.source and m.field = 'type' and m.raw = lower(regexp_replace(trim(w.type), '\s+', ' ', 'g'))
),
x as (
  select w.word, min(c.specialty) as specialty
  from (select distinct specialty as word from staging.referral where specialty is not null) w
  join seeds.specialty c on c.raw = lower(regexp_replace(trim(w.word), '\s+', ' ', 'g'))
  group by w.word
),
w as (
  select combination, value from staging.combination_axis where axis = 'reason'
)
select
  n.referral_key, -- Referral, unique across sources.
  n.referral_id, -- Identifier in its source.
  n.system, -- System that the identifier belongs to.
  n.source, -- Source of the newest row.
  n.person_key as patient_key, -- Patient (keyed hash), merges and aliases resolved.
  n.patient_key as recorded_patient_key, -- Patient as the newest row names it: joins the identity that the source knows.
  n.ordered_at, -- When the order was signed: the first clock starts here.
  cast(n.ordered_at as date) as ordered_on, -- Day of the order.
  cast(date_trunc('month', n.ordered_at) as date) as ordered_month, -- Month of the order, as its first day.
  case when n.from_first_load then greatest(n.first_as_of, n.ordered_at) else n.ordered_at end as entry_at, -- When it came under observation: the as-of of the first list, where it already stood there; else the order.
  n.sent_at, -- When the request went out.
  n.received_at, -- When the receiver got it: the second clock starts here.
  n.expires_at, -- When the referral runs out.
  n.schedule_by, -- Date by which it should be scheduled.
  coalesce(t.value, case when n.type is null then 'unknown' else 'unmapped' end) as referral_type, -- Kind of referral, mapped.
  n.type as type_raw, -- Kind in the source's words.
  n.class, -- Class in the source's words: internal, incoming, outgoing. See core.direction.
  n.direction, -- Direction in the source's words.
  coalesce(p.value, case when n.priority is null then 'unknown' else 'unmapped' end) as priority, -- Urgency, mapped.
  n.priority as priority_raw, -- Urgency in the source's words.
  coalesce(x.specialty, case when n.specialty is null then 'Unknown' else 'Unmapped' end) as specialty, -- Specialty by the crosswalk; Unmapped where it lacks the word.
  n.specialty as specialty_raw, -- Specialty in the source's words.
  n.reason, -- Reason for referral.
  n.diagnosis_code, -- Diagnosis code of the order.
  n.procedure_code, -- Procedure or service ordered.
  n.referring_provider, -- Clinician who refers.
  n.referring_npi, -- NPI of the referring clinician.
  n.referring_location, -- Department or site that refers.
  n.referring_organization, -- Organization that refers.
  n.receiving_provider, -- Clinician referred to.
  n.receiving_npi, -- NPI of the clinician referred to.
  n.receiving_location, -- Department or site referred to.
  n.receiving_organization, -- Organization referred to.
  n.payer, -- Payer.
  n.plan, -- Plan of the payer.
  n.authorization_required, -- The payer wants an authorization first.
  n.authorization_number, -- Authorization number.
  n.authorized_from, -- First day of the authorization.
  n.authorized_to, -- Last day of the authorization.
  coalesce(n.language, q.language) as language, -- Preferred language.
  coalesce(n.interpreter_needed, q.interpreter_needed) as interpreter_needed, -- An interpreter is needed.
  coalesce(n.transport_needed, q.transport_needed) as transport_needed, -- A ride is needed.
  coalesce(n.barrier, q.barrier) as barrier, -- Barrier to care, in the source's words.
  coalesce(n.distance_miles, q.distance_miles) as distance_miles, -- Miles from home to the place of care.
  n.parent_referral_key, -- Referral this one was split or re-routed from.
  n.replaces_referral_key, -- Referral this one replaces.
  n.queue, -- Worklist it stands on.
  n.assigned_to, -- Staff member or team that works it.
  n.destination_reason, -- Why this destination, in the source's words.
  n.leaked_asserted, -- The source's own leaked flag.
  n.in_network_asserted, -- The source's own in-network flag.
  n.coverage_verified_at, -- When coverage was verified.
  n.referrer_notified_at, -- When the referrer was told that no visit will follow.
  coalesce(n.sensitive, false) as sensitive, -- Falls under 42 CFR Part 2.
  n.status as status_raw, -- Newest status in the source's words.
  n.scheduling_status as scheduling_status_raw, -- Newest scheduling status in the source's words.
  coalesce(n.close_reason, n.status_reason) as close_reason_raw, -- Newest reason in the source's words.
  w.value as close_reason, -- Mapped reason of the newest row: of closing, returning or waiting.
  n.contact_attempts, -- Attempts to reach the patient, as the list counts them.
  n.last_contact_at, -- Latest attempt, as the list shows it.
  cast(n.request as varchar) as request, -- Current state of the request axis.
  cast(n.authorization_state as varchar) as authorization_state, -- Current state of the authorization axis.
  cast(n.scheduling as varchar) as scheduling, -- Current state of the scheduling axis.
  cast(n.visit as varchar) as visit, -- Current state of the visit axis.
  cast(n.information as varchar) as information, -- Current state of the information axis.
  cast(n.stage as varchar) as stage, -- The reader's one word for where it stands.
  n.stage_from, -- When that stage began.
  n.is_open, -- Still open work.
  n.contacted_at as first_contact_at, -- First attempt to reach the patient.
  n.contacted_after as first_contact_after, -- Where that is only seen between two files: it was made after this, up to first_contact_at.
  n.reached_at, -- First attempt at which somebody answered.
  least(n.answered_at, n.scheduled_at) as first_response_at, -- First accept, return or redirect by the receiver, or first booking; a bare "received" is none.
  n.submitted_at as authorization_submitted_at, -- First submission to the payer.
  n.decided_at as authorization_decided_at, -- First decision of the payer.
  n.scheduled_at, -- When the first appointment was made.
  n.scheduled_after, -- Where that is only seen between two files: it was made after this, up to scheduled_at.
  n.first_appointment_at, -- Start of the first appointment.
  n.attended_at as visit_at, -- First attended visit.
  n.visit_after, -- Where the visit's time is only seen between two files: it took place after this, up to visit_at.
  n.note_received_at, -- First final note or result that came back on or after the day of the visit (of the order, where no visit is known).
  n.note_acknowledged_at, -- When the referring clinician acknowledged it.
  n.first_closed_at, -- When its record was closed for the first time.
  n.record_closed_at as closed_at, -- When its record was closed, as it stands; null while it is open, whether or not a visit took place.
  case when n.record_closed_at is not null then coalesce(n.closed_by, n.status_by) end as closed_by, -- User or job that closed it, where the source says.
  coalesce(n.first_closed_at < n.last_open_at, false) as reopened, -- Closed once, then open again.
  coalesce(n.request = 'closed_unknown' and n.attended_at is null and n.note_received_at is null, false) as closed_without_evidence, -- Closed as if done: no visit and no note is known.
  case
    when n.stage in ('completed', 'loop_closed') then 'completed'
    when n.stage in ('canceled', 'entered_in_error') then 'canceled'
    when n.stage = 'declined_by_patient' then 'declined'
    when not n.is_open then cast(n.stage as varchar)
  end as outcome, -- completed, declined, canceled, returned, unreachable, expired, denied or closed_unknown; null while open.
  case when not n.is_open then coalesce(n.attended_at, n.stage_from) end as outcome_at, -- When that happened.
  case when not n.is_open and n.attended_at is null then case n.closed_by_job when true then 'system' when false then 'staff' end end as outcome_actor, -- staff, or system where a job closed it; null where the source names nobody, and for a visit.
  coalesce(n.appointments, 0) as appointments, -- Appointments made.
  coalesce(n.no_shows, 0) as no_shows, -- Appointments missed.
  greatest(coalesce(n.attempts, 0), coalesce(n.contact_attempts, 0)) as attempts, -- Attempts to reach the patient.
  case when n.is_open then n.left_as_of end as left_list_at, -- First list that no longer showed it, though it was open; its outcome is unknown until a source says.
  n.reappeared_at, -- When it last came back to a list that it had left.
  n.absent_days, -- Days it was missing before that.
  n.last_as_of as last_seen_at, -- Newest list or export that showed it.
  case
    when n.stage = 'entered_in_error' then 'entered in error'
    when coalesce(n.test_record, q.test_record, false) then 'test patient'
    when coalesce(n.not_a_referral, false) or t.value = 'not_a_referral' then 'not a referral'
    when q.deceased_on < cast(coalesce(least(n.contacted_at, n.scheduled_at, n.attended_at), run.as_of) as date) then 'deceased before first contact'
  end as exclusion -- Why it is left out of every metric; null where it counts.
from staging.newest n
cross join seeds.run run
left join p on p.source = n.source and p.priority = n.priority
left join t on t.source = n.source and t.type = n.type
left join x on x.word = n.specialty
left join w on w.combination = n.combination
left join core.patient q on q.patient_key = n.person_key
