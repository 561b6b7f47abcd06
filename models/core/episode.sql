-- One row per episode: the orders for one need, and what became of it.
-- A visit of any order completes the episode; else it is open while any order is; else it ended as its last order did that was not closed
-- as a duplicate of another.
-- grain: episode_key
-- check: is_open = (outcome is null)
-- check: visit_at is null or outcome = 'completed'
-- check: outcome in ('completed', 'declined', 'canceled', 'returned', 'unreachable', 'expired', 'denied', 'closed_unknown')
-- check: (select count(*) from core.episode) = (select count(*) from core.episode_member where ordinal = 1)
with repeated as (
  select distinct episode_key from core.episode_member where ordinal > 1
),
member as (
  select m.episode_key, m.ordinal, r.*
  from core.episode_member m
  join repeated d on d.episode_key = m.episode_key
  join core.referral r on r.referral_key = m.referral_key
),
-- The order that decides: the one with the first visit; else the open one that got furthest; else the last to end, duplicates last of all.
ranked as (
  select
    *,
    row_number() over (
      partition by episode_key
      order by
        case when outcome = 'completed' then 0 when is_open then 1 else 2 end,
        visit_at nulls last,
        case stage when 'scheduled' then 0 when 'outcome_unknown' then 1 when 'no_showed' then 2 when 'canceled_appointment' then 3
          when 'awaiting_authorization' then 4 when 'awaiting_information' then 5 else 6 end,
        case when close_reason = 'duplicate' then 1 else 0 end,
        outcome_at desc nulls last, ordinal
    ) as choice,
    min(visit_at) over (partition by episode_key) as first_visit_at,
    min(visit_after) over (partition by episode_key) as first_visit_after
  from member
),
-- An appointment that two systems know is one: the system that knows most counts.
booked as (
  select episode_key, max(appointments) as appointments, max(no_shows) as no_shows
  from (
    select episode_key, system, sum(appointments) as appointments, sum(no_shows) as no_shows from member group by episode_key, system
  )
  group by episode_key
),
gathered as (
  select
    episode_key, count(*) as orders,
    min(entry_at) as entry_at,
    min(received_at) as received_at,
    min(first_contact_at) as first_contact_at,
    min(reached_at) as reached_at,
    min(first_response_at) as first_response_at,
    min(authorization_submitted_at) as authorization_submitted_at,
    min(authorization_decided_at) as authorization_decided_at,
    min(scheduled_at) as scheduled_at,
    min(first_appointment_at) as first_appointment_at,
    -- A note from before the day of the visit answers something else.
    min(note_received_at) filter (where note_received_at >= date_trunc('day', coalesce(first_visit_after, first_visit_at, ordered_at))) as note_received_at,
    min(note_acknowledged_at) filter (where note_received_at >= date_trunc('day', coalesce(first_visit_after, first_visit_at, ordered_at))) as note_acknowledged_at,
    case when count(closed_at) = count(*) then max(closed_at) end as closed_at,
    case when count(*) filter (where is_open) = count(*) filter (where is_open and left_list_at is not null) then max(left_list_at) end as left_list_at,
    bool_or(reopened) as reopened,
    sum(attempts) as attempts
  from ranked
  group by episode_key
),
several as (
  select
    g.episode_key, cast(g.orders as integer) as orders,
    l.patient_key, l.system, l.source, l.referral_type, l.priority, l.specialty, l.referring_location, l.referring_provider, l.referring_npi,
    coalesce(d.receiving_location, l.receiving_location) as receiving_location,
    coalesce(d.receiving_provider, l.receiving_provider) as receiving_provider,
    coalesce(d.receiving_npi, l.receiving_npi) as receiving_npi,
    l.payer, l.language, l.interpreter_needed, l.transport_needed, l.barrier, l.distance_miles, l.ordered_at, l.ordered_on, l.ordered_month,
    g.entry_at, g.received_at, g.first_contact_at, g.reached_at, g.first_response_at, g.authorization_submitted_at, g.authorization_decided_at,
    d.authorization_state, g.scheduled_at, g.first_appointment_at, d.visit_at, d.visit_after, g.note_received_at, g.note_acknowledged_at,
    g.closed_at, d.outcome, d.outcome_at, d.outcome_actor,
    d.outcome = 'closed_unknown' and g.note_received_at is null as closed_without_evidence,
    case when d.outcome = 'completed' then case when g.note_received_at is null then 'completed' else 'loop_closed' end else d.stage end as stage,
    case when d.outcome = 'completed' then greatest(d.visit_at, g.note_received_at) else d.stage_from end as stage_from,
    d.is_open,
    case when d.is_open then g.left_list_at end as left_list_at,
    g.reopened, cast(b.appointments as integer) as appointments, cast(b.no_shows as integer) as no_shows, cast(g.attempts as integer) as attempts,
    l.exclusion
  from gathered g
  join ranked l on l.episode_key = g.episode_key and l.ordinal = 1
  join ranked d on d.episode_key = g.episode_key and d.choice = 1
  join booked b on b.episode_key = g.episode_key
),
single as (
  select
    r.referral_key as episode_key, 1 as orders, r.patient_key, r.system, r.source, r.referral_type, r.priority, r.specialty,
    r.referring_location, r.referring_provider, r.referring_npi, r.receiving_location, r.receiving_provider, r.receiving_npi, r.payer,
    r.language, r.interpreter_needed, r.transport_needed, r.barrier, r.distance_miles, r.ordered_at, r.ordered_on, r.ordered_month,
    r.entry_at, r.received_at, r.first_contact_at, r.reached_at, r.first_response_at, r.authorization_submitted_at,
    r.authorization_decided_at, r.authorization_state, r.scheduled_at, r.first_appointment_at, r.visit_at, r.visit_after,
    r.note_received_at, r.note_acknowledged_at, r.closed_at, r.outcome, r.outcome_at, r.outcome_actor, r.closed_without_evidence,
    r.stage, r.stage_from, r.is_open, r.left_list_at, r.reopened, r.appointments, r.no_shows, r.attempts, r.exclusion
  from core.referral r
  where r.referral_key not in (select m.referral_key from core.episode_member m join repeated d on d.episode_key = m.episode_key)
),
episode as (
  select * from single
  union all
  select * from several
)
select
  episode_key,                  -- Episode: the referral_key of its first order.
  orders,                       -- Orders in it.
  patient_key,                  -- Patient (keyed hash), merges and aliases resolved.
  system,                       -- System of the first order.
  source,                       -- Source of the first order's newest row.
  referral_type,                -- Kind of referral, mapped.
  priority,                     -- Urgency, mapped.
  specialty,                    -- Specialty by the crosswalk.
  referring_location,           -- Department or site that refers.
  referring_provider,           -- Clinician who refers.
  referring_npi,                -- NPI of the referring clinician.
  receiving_location,           -- Department or site referred to: of the order that decided, else of the first.
  receiving_provider,           -- Clinician referred to.
  receiving_npi,                -- NPI of the clinician referred to.
  payer,                        -- Payer.
  language,                     -- Preferred language.
  interpreter_needed,           -- An interpreter is needed.
  transport_needed,             -- A ride is needed.
  barrier,                      -- Barrier to care, in the source's words.
  distance_miles,               -- Miles from home to the place of care.
  ordered_at,                   -- When the first order was signed: the first clock starts here.
  ordered_on,                   -- Day of the first order.
  ordered_month,                -- Month of the first order, as its first day.
  entry_at,                     -- When it came under observation: the as-of of the first list, where it already stood there; else the order.
  received_at,                  -- When the receiver got it: the second clock starts here.
  first_contact_at,             -- First attempt to reach the patient.
  reached_at,                   -- First attempt at which somebody answered.
  first_response_at,            -- First accept, return or redirect by the receiver, or first booking; a bare "received" is none.
  authorization_submitted_at,   -- First submission to the payer.
  authorization_decided_at,     -- First decision of the payer.
  authorization_state,          -- Current state of the authorization axis, of the order that decided.
  scheduled_at,                 -- When the first appointment was made.
  first_appointment_at,         -- Start of the first appointment.
  visit_at,                     -- First attended visit.
  visit_after,                  -- Where the visit's time is only seen between two files: it took place after this, up to visit_at.
  note_received_at,             -- First final note or result that came back on or after the day of the visit (of the order, where no visit is known).
  note_acknowledged_at,         -- When the referring clinician acknowledged it.
  closed_at,                    -- When its last record was closed, once all are; null before, whether or not a visit took place.
  outcome,                      -- completed, declined, canceled, returned, unreachable, expired, denied or closed_unknown; null while open.
  outcome_at,                   -- When that happened.
  outcome_actor,                -- staff, or system where a job closed it; null where the source names nobody, and for a visit.
  closed_without_evidence,      -- Closed as if done: no visit and no note is known.
  stage,                        -- The reader's one word for where it stands.
  stage_from,                   -- When that stage began.
  is_open,                      -- Still open work.
  left_list_at,                 -- First list that no longer showed its last open order; null while one is shown.
  reopened,                     -- Closed once, then open again.
  appointments,                 -- Appointments made, as the system that knows most of them counts.
  no_shows,                     -- Appointments missed, counted likewise.
  attempts,                     -- Attempts to reach the patient.
  exclusion                     -- Why it is left out of every metric; null where it counts.
from episode
