-- One row per referral: its keys, dates, dimensions, current state on every axis, and the words that it came from.
-- grain: referral_key
-- check: stage in ('loop_closed', 'completed', 'entered_in_error', 'canceled', 'declined_by_patient', 'unreachable', 'expired', 'returned', 'closed_unknown', 'denied', 'scheduled', 'outcome_unknown', 'no_showed', 'canceled_appointment', 'awaiting_authorization', 'awaiting_information', 'unmapped', 'pending')
with newest as (
  select referral_key, source, as_of, next_as_of, sequence, file_id, row_number,
    row_number() over (partition by referral_key order by as_of desc, sequence desc) as rank,
    count(*) over (partition by referral_key) as sources
  from staging.observation
  where newest
),
single as (
  select r.referral_key, r.referral_id, r.system, o.source, o.as_of, o.next_as_of,
    r.patient_key, r.ordered_at, r.entered_at, r.sent_at, r.received_at, r.expires_at, r.schedule_by, r.first_contact_at, r.last_contact_at, r.contact_attempts, r.closed_at, r.closed_by, r.type, r.class, r.priority, r.specialty, r.reason, r.diagnosis_code, r.procedure_code, r.referring_provider, r.referring_npi, r.referring_location, r.referring_organization, r.receiving_provider, r.receiving_npi, r.receiving_location, r.receiving_organization, r.payer, r.plan, r.authorization_required, r.authorization_number, r.authorized_from, r.authorized_to, r.language, r.interpreter_needed, r.transport_needed, r.barrier, r.distance_miles, r.parent_referral_key, r.replaces_referral_key, r.queue, r.assigned_to, r.destination_reason, r.leaked_asserted, r.in_network_asserted, r.coverage_verified_at, r.sensitive, r.not_a_referral, r.test_record, r.referrer_notified_at, r.status, r.status_reason, r.scheduling_status, r.authorization_status, r.close_reason
  from newest o
  join staging.referral r on r.file_id = o.file_id and r.row_number = o.row_number
  where o.sources = 1
),
-- Where several sources describe one referral, the newest filled value of each field stands.
several as (
  select r.referral_key, min(r.referral_id) as referral_id, min(r.system) as system,
    first(o.source order by o.rank) as source, max(o.as_of) as as_of, first(o.next_as_of order by o.rank) as next_as_of,
    first(r.patient_key order by o.as_of desc, o.sequence desc) filter (where r.patient_key is not null) as patient_key,
    first(r.ordered_at order by o.as_of desc, o.sequence desc) filter (where r.ordered_at is not null) as ordered_at,
    first(r.entered_at order by o.as_of desc, o.sequence desc) filter (where r.entered_at is not null) as entered_at,
    first(r.sent_at order by o.as_of desc, o.sequence desc) filter (where r.sent_at is not null) as sent_at,
    first(r.received_at order by o.as_of desc, o.sequence desc) filter (where r.received_at is not null) as received_at,
    first(r.expires_at order by o.as_of desc, o.sequence desc) filter (where r.expires_at is not null) as expires_at,
    first(r.schedule_by order by o.as_of desc, o.sequence desc) filter (where r.schedule_by is not null) as schedule_by,
    first(r.first_contact_at order by o.as_of desc, o.sequence desc) filter (where r.first_contact_at is not null) as first_contact_at,
    first(r.last_contact_at order by o.as_of desc, o.sequence desc) filter (where r.last_contact_at is not null) as last_contact_at,
    first(r.contact_attempts order by o.as_of desc, o.sequence desc) filter (where r.contact_attempts is not null) as contact_attempts,
    first(r.closed_at order by o.as_of desc, o.sequence desc) filter (where r.closed_at is not null) as closed_at,
    first(r.closed_by order by o.as_of desc, o.sequence desc) filter (where r.closed_by is not null) as closed_by,
    first(r.type order by o.as_of desc, o.sequence desc) filter (where r.type is not null) as type,
    first(r.class order by o.as_of desc, o.sequence desc) filter (where r.class is not null) as class,
    first(r.priority order by o.as_of desc, o.sequence desc) filter (where r.priority is not null) as priority,
    first(r.specialty order by o.as_of desc, o.sequence desc) filter (where r.specialty is not null) as specialty,
    first(r.reason order by o.as_of desc, o.sequence desc) filter (where r.reason is not null) as reason,
    first(r.diagnosis_code order by o.as_of desc, o.sequence desc) filter (where r.diagnosis_code is not null) as diagnosis_code,
    first(r.procedure_code order by o.as_of desc, o.sequence desc) filter (where r.procedure_code is not null) as procedure_code,
    first(r.referring_provider order by o.as_of desc, o.sequence desc) filter (where r.referring_provider is not null) as referring_provider,
    first(r.referring_npi order by o.as_of desc, o.sequence desc) filter (where r.referring_npi is not null) as referring_npi,
    first(r.referring_location order by o.as_of desc, o.sequence desc) filter (where r.referring_location is not null) as referring_location,
    first(r.referring_organization order by o.as_of desc, o.sequence desc) filter (where r.referring_organization is not null) as referring_organization,
    first(r.receiving_provider order by o.as_of desc, o.sequence desc) filter (where r.receiving_provider is not null) as receiving_provider,
    first(r.receiving_npi order by o.as_of desc, o.sequence desc) filter (where r.receiving_npi is not null) as receiving_npi,
    first(r.receiving_location order by o.as_of desc, o.sequence desc) filter (where r.receiving_location is not null) as receiving_location,
    first(r.receiving_organization order by o.as_of desc, o.sequence desc) filter (where r.receiving_organization is not null) as receiving_organization,
    first(r.payer order by o.as_of desc, o.sequence desc) filter (where r.payer is not null) as payer,
    first(r.plan order by o.as_of desc, o.sequence desc) filter (where r.plan is not null) as plan,
    first(r.authorization_required order by o.as_of desc, o.sequence desc) filter (where r.authorization_required is not null) as authorization_required,
    first(r.authorization_number order by o.as_of desc, o.sequence desc) filter (where r.authorization_number is not null) as authorization_number,
    first(r.authorized_from order by o.as_of desc, o.sequence desc) filter (where r.authorized_from is not null) as authorized_from,
    first(r.authorized_to order by o.as_of desc, o.sequence desc) filter (where r.authorized_to is not null) as authorized_to,
    first(r.language order by o.as_of desc, o.sequence desc) filter (where r.language is not null) as language,
    first(r.interpreter_needed order by o.as_of desc, o.sequence desc) filter (where r.interpreter_needed is not null) as interpreter_needed,
    first(r.transport_needed order by o.as_of desc, o.sequence desc) filter (where r.transport_needed is not null) as transport_needed,
    first(r.barrier order by o.as_of desc, o.sequence desc) filter (where r.barrier is not null) as barrier,
    first(r.distance_miles order by o.as_of desc, o.sequence desc) filter (where r.distance_miles is not null) as distance_miles,
    first(r.parent_referral_key order by o.as_of desc, o.sequence desc) filter (where r.parent_referral_key is not null) as parent_referral_key,
    first(r.replaces_referral_key order by o.as_of desc, o.sequence desc) filter (where r.replaces_referral_key is not null) as replaces_referral_key,
    first(r.queue order by o.as_of desc, o.sequence desc) filter (where r.queue is not null) as queue,
    first(r.assigned_to order by o.as_of desc, o.sequence desc) filter (where r.assigned_to is not null) as assigned_to,
    first(r.destination_reason order by o.as_of desc, o.sequence desc) filter (where r.destination_reason is not null) as destination_reason,
    first(r.leaked_asserted order by o.as_of desc, o.sequence desc) filter (where r.leaked_asserted is not null) as leaked_asserted,
    first(r.in_network_asserted order by o.as_of desc, o.sequence desc) filter (where r.in_network_asserted is not null) as in_network_asserted,
    first(r.coverage_verified_at order by o.as_of desc, o.sequence desc) filter (where r.coverage_verified_at is not null) as coverage_verified_at,
    first(r.sensitive order by o.as_of desc, o.sequence desc) filter (where r.sensitive is not null) as sensitive,
    first(r.not_a_referral order by o.as_of desc, o.sequence desc) filter (where r.not_a_referral is not null) as not_a_referral,
    first(r.test_record order by o.as_of desc, o.sequence desc) filter (where r.test_record is not null) as test_record,
    first(r.referrer_notified_at order by o.as_of desc, o.sequence desc) filter (where r.referrer_notified_at is not null) as referrer_notified_at,
    first(r.status order by o.as_of desc, o.sequence desc) filter (where r.status is not null) as status,
    first(r.status_reason order by o.as_of desc, o.sequence desc) filter (where r.status_reason is not null) as status_reason,
    first(r.scheduling_status order by o.as_of desc, o.sequence desc) filter (where r.scheduling_status is not null) as scheduling_status,
    first(r.authorization_status order by o.as_of desc, o.sequence desc) filter (where r.authorization_status is not null) as authorization_status,
    first(r.close_reason order by o.as_of desc, o.sequence desc) filter (where r.close_reason is not null) as close_reason
  from newest o
  join staging.referral r on r.file_id = o.file_id and r.row_number = o.row_number
  where o.sources > 1
  group by r.referral_key
),
s as (
  select * from single
  union all
  select * from several
),
n as (
  select
    referral_key,
    max(case when axis = 'request' then value end) as request,
    max(case when axis = 'authorization' then value end) as authorization_state,
    max(case when axis = 'scheduling' then value end) as scheduling,
    max(case when axis = 'visit' then value end) as visit,
    max(case when axis = 'information' then value end) as information,
    max(case when axis = 'stage' then value end) as stage,
    max(case when axis = 'stage' then span_from end) as stage_from
  from core.referral_span
  where span_to is null
  group by referral_key
),
-- Seen on a newer list, though its row there could not be read.
seen_bad as (
  select distinct o.referral_key
  from newest o
  join seeds.rejected_record b on b.entity = 'referral'
  join seeds.file f on f.file_id = b.file_id and f.standing = 'effective' and f.as_of >= o.next_as_of
  where o.referral_key = f.system || ':' || b.record_id
),
words as (
  select distinct source, priority, type, specialty from s
),
p as (
  select w.source, w.priority, min(m.value) as value
  from (select distinct source, priority from words) w
  join seeds.status_map m on m.source = w.source and m.entity = 'referral' and m.field = 'priority' and m.axis = 'priority'
    and m.raw = lower(regexp_replace(trim(w.priority), '\s+', ' ', 'g'))
  group by w.source, w.priority
),
t as (
  select w.source, w.type, min(m.value) as value
  from (select distinct source, type from words) w
  join seeds.status_map m on m.source = w.source and m.entity = 'referral' and m.field = 'type' and m.axis = 'type'
    and m.raw = lower(regexp_replace(trim(w.type), '\s+', ' ', 'g'))
  group by w.source, w.type
),
x as (
  select w.word, min(c.specialty) as specialty
  from (select distinct specialty as word from words) w
  join seeds.specialty c on c.raw = lower(regexp_replace(trim(w.word), '\s+', ' ', 'g'))
  group by w.word
)
select
  s.referral_key as referral_key,       -- Referral, unique across sources.
  s.referral_id as referral_id,         -- Identifier in its source.
  s.system as system,                   -- System that the identifier belongs to.
  s.source as source,                   -- Source of the newest row.
  s.patient_key as patient_key,         -- Patient (keyed hash).
  s.ordered_at as ordered_at,           -- When the order was signed: the first clock starts here.
  cast(s.ordered_at as date) as ordered_on,-- Day of the order.
  cast(date_trunc('month', s.ordered_at) as date) as ordered_month,-- Month of the order, as its first day.
  s.sent_at as sent_at,                 -- When the request went out.
  s.received_at as received_at,         -- When the receiver got it: the second clock starts here.
  s.expires_at as expires_at,           -- When the referral runs out.
  s.schedule_by as schedule_by,         -- Date by which it should be scheduled.
  coalesce(t.value, case when s.type is null then 'unknown' else 'unmapped' end) as referral_type,-- Kind of referral, mapped.
  s.type as type_raw,                   -- Kind in the source's words.
  s.class as class,                     -- Internal, incoming or outgoing, as the source asserts.
  coalesce(p.value, case when s.priority is null then 'unknown' else 'unmapped' end) as priority,-- Urgency, mapped.
  s.priority as priority_raw,           -- Urgency in the source's words.
  coalesce(x.specialty, case when s.specialty is null then 'Unknown' else 'Unmapped' end) as specialty,-- Specialty by the crosswalk; Unmapped where it lacks the word.
  s.specialty as specialty_raw,         -- Specialty in the source's words.
  s.reason as reason,                   -- Reason for referral.
  s.diagnosis_code as diagnosis_code,   -- Diagnosis code of the order.
  s.procedure_code as procedure_code,   -- Procedure or service ordered.
  s.referring_provider as referring_provider,-- Clinician who refers.
  s.referring_npi as referring_npi,     -- NPI of the referring clinician.
  s.referring_location as referring_location,-- Department or site that refers.
  s.referring_organization as referring_organization,-- Organization that refers.
  s.receiving_provider as receiving_provider,-- Clinician referred to.
  s.receiving_npi as receiving_npi,     -- NPI of the clinician referred to.
  s.receiving_location as receiving_location,-- Department or site referred to.
  s.receiving_organization as receiving_organization,-- Organization referred to.
  s.payer as payer,                     -- Payer.
  s.plan as plan,                       -- Plan of the payer.
  s.authorization_required as authorization_required,-- The payer wants an authorization first.
  s.authorization_number as authorization_number,-- Authorization number.
  s.authorized_from as authorized_from, -- First day of the authorization.
  s.authorized_to as authorized_to,     -- Last day of the authorization.
  s.language as language,               -- Preferred language.
  s.interpreter_needed as interpreter_needed,-- An interpreter is needed.
  s.transport_needed as transport_needed,-- A ride is needed.
  s.barrier as barrier,                 -- Barrier to care, in the source's words.
  s.distance_miles as distance_miles,   -- Miles from home to the place of care.
  s.parent_referral_key as parent_referral_key,-- Referral this one was split or re-routed from.
  s.replaces_referral_key as replaces_referral_key,-- Referral this one replaces.
  s.queue as queue,                     -- Worklist it stands on.
  s.assigned_to as assigned_to,         -- Staff member or team that works it.
  s.destination_reason as destination_reason,-- Why this destination.
  s.leaked_asserted as leaked_asserted, -- The source's own leaked flag.
  s.in_network_asserted as in_network_asserted,-- The source's own in-network flag.
  s.coverage_verified_at as coverage_verified_at,-- When coverage was verified.
  s.referrer_notified_at as referrer_notified_at,-- When the referrer was told that no visit will follow.
  coalesce(s.sensitive, false) as sensitive,-- Falls under 42 CFR Part 2.
  s.status as status_raw,               -- Newest status in the source's words.
  s.scheduling_status as scheduling_status_raw,-- Newest scheduling status in the source's words.
  s.close_reason as close_reason_raw,   -- Newest close reason in the source's words.
  s.contact_attempts as contact_attempts,-- Attempts to reach the patient, as the list counts them.
  s.last_contact_at as last_contact_at, -- Latest attempt, as the list shows it.
  n.request as request,                 -- Current state of the request axis.
  n.authorization_state as authorization_state,-- Current state of the authorization axis.
  n.scheduling as scheduling,           -- Current state of the scheduling axis.
  n.visit as visit,                     -- Current state of the visit axis.
  n.information as information,         -- Current state of the information axis.
  n.stage as stage,                     -- The reader's one word for where it stands.
  n.stage_from as stage_from,           -- When that stage began.
  n.stage in ('scheduled', 'outcome_unknown', 'no_showed', 'canceled_appointment', 'awaiting_authorization', 'awaiting_information', 'unmapped', 'pending') as is_open,-- Still open work.
  case when s.next_as_of is not null and seen_bad.referral_key is null then s.next_as_of end as left_list_at,-- First list of its scope that no longer showed it; its outcome is unknown until a source says.
  s.as_of as last_seen_at,              -- Newest list or export that showed it.
  case
    when n.stage = 'entered_in_error' then 'entered in error'
    when coalesce(s.test_record, false) then 'test patient'
    when coalesce(s.not_a_referral, false) or t.value = 'not_a_referral' then 'not a referral'
  end as exclusion-- Why it is left out of every metric; null where it counts.
from s
join n on n.referral_key = s.referral_key
left join seen_bad on seen_bad.referral_key = s.referral_key
left join p on p.source = s.source and p.priority = s.priority
left join t on t.source = s.source and t.type = s.type
left join x on x.word = s.specialty
