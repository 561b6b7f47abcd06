-- One row per episode: the orders for one need, and what became of it.
-- grain: episode_key
-- check: is_open = (outcome is null)
with member as (
  select
    m.episode_key, m.ordinal, r.*,
    case
      when r.stage in ('completed', 'loop_closed') then 'completed'
      when r.stage in ('canceled', 'entered_in_error') then 'canceled'
      when r.stage = 'declined_by_patient' then 'declined'
      when r.stage in ('returned', 'unreachable', 'expired', 'denied', 'closed_unknown') then r.stage
    end as member_outcome
  from core.episode_member m
  join core.referral r on r.referral_key = m.referral_key
),
event as (
  select
    referral_key,
    min(event_at) filter (where axis = 'request' and value in ('accepted', 'returned', 'declined_by_patient')) as responded_at,
    min(event_at) filter (where axis = 'authorization' and value = 'submitted') as submitted_at,
    min(event_at) filter (where axis = 'authorization' and value in ('approved', 'partially_approved', 'denied')) as decided_at,
    min(event_at) filter (where axis = 'visit' and value in ('completed', 'econsult_completed')) as visit_at,
    min(event_at) filter (where axis = 'information' and value in ('received', 'acknowledged')) as note_at,
    min(event_at) filter (where axis = 'information' and value = 'acknowledged') as acknowledged_at,
    min(event_at) filter (where axis = 'scheduling' and value = 'contacting') as contact_at
  from core.referral_event
  group by referral_key
),
booking as (
  select
    referral_key, min(made_at) as made_at, min(starts_at) as starts_at, count(*) as appointments,
    count(*) filter (where outcome = 'no_show') as no_shows
  from core.appointment
  where referral_key is not null
  group by referral_key
),
call as (
  select
    referral_key, min(attempted_at) filter (where is_attempt) as attempted_at,
    min(attempted_at) filter (where is_attempt and reached) as reached_at,
    count(*) filter (where is_attempt) as attempts
  from core.contact
  group by referral_key
),
together as (
  select
    m.episode_key,
    count(*) as orders,
    min(m.received_at) as received_at,
    min(least(c.attempted_at, e.contact_at)) as first_contact_at,
    min(c.reached_at) as reached_at,
    min(least(e.responded_at, b.made_at)) as first_response_at,
    min(e.submitted_at) as authorization_submitted_at,
    min(e.decided_at) as authorization_decided_at,
    min(b.made_at) as scheduled_at,
    min(b.starts_at) as first_appointment_at,
    min(e.visit_at) as visit_at,
    min(e.note_at) as note_received_at,
    min(e.acknowledged_at) as note_acknowledged_at,
    bool_or(m.is_open) and not bool_or(m.stage in ('completed', 'loop_closed')) as is_open,
    arg_min(m.member_outcome, (case m.member_outcome when 'completed' then 0 else 1 end, m.stage_from, m.ordinal)) as outcome,
    arg_min(m.stage, (case when m.stage = 'loop_closed' then 0 when m.stage = 'completed' then 1 when m.is_open then 2 else 3 end, m.ordinal)) as stage,
    arg_min(m.stage_from, (case when m.stage = 'loop_closed' then 0 when m.stage = 'completed' then 1 when m.is_open then 2 else 3 end, m.ordinal)) as stage_from,
    max(m.left_list_at) as left_list_at,
    sum(coalesce(b.appointments, 0)) as appointments,
    sum(coalesce(b.no_shows, 0)) as no_shows,
    sum(coalesce(c.attempts, m.contact_attempts, 0)) as attempts
  from member m
  left join event e on e.referral_key = m.referral_key
  left join booking b on b.referral_key = m.referral_key
  left join call c on c.referral_key = m.referral_key
  group by m.episode_key
)
select
  t.episode_key,                      -- Episode: the referral_key of its first order.
  cast(t.orders as integer) as orders, -- Orders in it.
  l.patient_key,                      -- Patient (keyed hash).
  l.system,                           -- System of the first order.
  l.source,                           -- Source of the first order's newest row.
  l.referral_type,                    -- Kind of referral, mapped.
  l.priority,                         -- Urgency, mapped.
  l.specialty,                        -- Specialty by the crosswalk.
  l.referring_location,               -- Department or site that refers.
  l.referring_provider,               -- Clinician who refers.
  l.referring_npi,                    -- NPI of the referring clinician.
  l.receiving_location,               -- Department or site referred to.
  l.receiving_provider,               -- Clinician referred to.
  l.receiving_npi,                    -- NPI of the clinician referred to.
  l.payer,                            -- Payer.
  l.language,                         -- Preferred language.
  l.interpreter_needed,               -- An interpreter is needed.
  l.transport_needed,                 -- A ride is needed.
  l.barrier,                          -- Barrier to care, in the source's words.
  l.distance_miles,                   -- Miles from home to the place of care.
  l.ordered_at,                       -- When the first order was signed: the first clock starts here.
  l.ordered_on,                       -- Day of the first order.
  l.ordered_month,                    -- Month of the first order, as its first day.
  t.received_at,                      -- When the receiver got it: the second clock starts here.
  t.first_contact_at,                 -- First attempt to reach the patient.
  t.reached_at,                       -- First attempt at which somebody answered.
  t.first_response_at,                -- First accept, decline, return or booking by the receiver; a bare "received" is none.
  t.authorization_submitted_at,       -- First submission to the payer.
  t.authorization_decided_at,         -- First decision of the payer.
  l.authorization_state,              -- Current state of the authorization axis.
  t.scheduled_at,                     -- When the first appointment was made.
  t.first_appointment_at,             -- Start of the first appointment.
  t.visit_at,                         -- First attended visit.
  t.note_received_at,                 -- First final note or result that came back on or after the visit.
  t.note_acknowledged_at,             -- When the referring clinician acknowledged it.
  case when not t.is_open then t.stage_from end as closed_at, -- When it was closed; null while open.
  case when not t.is_open then t.outcome end as outcome, -- completed, declined, canceled, returned, unreachable, expired, denied or closed_unknown; null while open.
  case when not t.is_open then coalesce(t.visit_at, t.stage_from) end as outcome_at, -- When that happened.
  null::varchar as outcome_actor,     -- staff, or system where a job closed it; null where unknown.
  t.stage,                            -- The reader's one word for where it stands.
  t.stage_from,                       -- When that stage began.
  t.is_open,                          -- Still open work.
  t.left_list_at,                     -- First list that no longer showed an open order of it.
  l.ordered_at as entry_at,           -- When it came under observation: later than the order where it was already open at the first load of its source.
  false as reopened,                  -- Closed once, then open again.
  cast(t.appointments as integer) as appointments, -- Appointments made.
  cast(t.no_shows as integer) as no_shows, -- Appointments missed.
  cast(t.attempts as integer) as attempts, -- Attempts to reach the patient.
  l.exclusion                         -- Why it is left out of every metric; null where it counts.
from together t
join core.referral l on l.referral_key = t.episode_key
