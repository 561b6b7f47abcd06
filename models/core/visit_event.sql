-- One row per change of a referral's visit axis: from its appointments, from visits that name it, and from words on the referral itself.
-- grain: referral_key, sequence
with steps as (
  select referral_key, source, made_at as moment, 1 as live, 'scheduled' as value, status_raw, mapping_row, actor_type, appointment_key, 0 as step
  from core.appointment
  where referral_key is not null
  union all
  select
    referral_key, source,
    greatest(
      made_at,
      case
        when outcome in ('cancelled_by_patient', 'cancelled_by_provider', 'rescheduled') then canceled_at
        -- Nothing was recorded: known only once the day had passed.
        when outcome in ('outcome_unknown', 'unmapped') then cast(cast(starts_at as date) + 1 as timestamp)
        when outcome = 'arrived' then coalesce(checked_in_at, starts_at)
        else starts_at
      end
    ),
    -1, outcome, status_raw, mapping_row, actor_type, appointment_key, 1
  from core.appointment
  where referral_key is not null and outcome <> 'scheduled'
),
-- An appointment that lies ahead makes the referral scheduled, whatever became of another one.
running as (
  select
    *,
    sum(live) over (partition by referral_key order by moment, step, appointment_key rows between unbounded preceding and current row) as live_now
  from steps
),
booked as (
  select
    referral_key, source, moment,
    case when value = 'completed' then 'completed' when live_now > 0 then 'scheduled' else value end as value,
    'stated' as evidence, 'appointment' as field, status_raw as raw_value, mapping_row, actor_type, null::timestamp as after
  from running
),
kept as (
  select distinct referral_key, source, visit_at as moment, 'completed' as value, 'stated' as evidence, 'visit_at' as field,
    null::varchar as raw_value, null::varchar as mapping_row, null::varchar as actor_type, null::timestamp as after
  from staging.reported
  where visit_at is not null and visit_at >= ordered_at
),
encounters as (
  select v.referral_key, v.source, min(v.started_at) as moment, 'completed' as value, 'stated' as evidence, 'visit' as field,
    min(v.status) as raw_value, min(m.place) as mapping_row, null::varchar as actor_type, null::timestamp as after
  from staging.visit v
  join seeds.status_map m
    on m.source = v.source and m.entity = 'visit' and m.field = 'status' and m.axis = 'claim' and m.value = 'finished'
    and m.raw = lower(regexp_replace(trim(v.status), '\s+', ' ', 'g'))
  where v.referral_key is not null
  group by v.referral_key, v.source
),
worded as (
  select
    o.referral_key, o.source, o.as_of, o.previous_as_of, o.ordered_at, a.value, a.field, a.word, a.place,
    case when a.value in ('completed', 'econsult_completed') then coalesce(o.visit_at, o.appointment_at, o.closed_at, o.status_at) end as stated_at,
    o.appointment_at,
    lag(a.value) over (partition by o.referral_key, o.source order by o.as_of) as previous_value
  from staging.reported o
  join staging.combination_axis a on a.combination = o.combination and a.axis = 'visit'
  where a.field <> 'appointment_status'
),
said as (
  select
    referral_key, source,
    case when stated_at between ordered_at and as_of then stated_at else as_of end as moment,
    value,
    case when stated_at between ordered_at and as_of then 'stated' else 'observed' end as evidence,
    field, word as raw_value, place as mapping_row, null::varchar as actor_type,
    case when stated_at between ordered_at and as_of then null else coalesce(previous_as_of, ordered_at) end as after
  from worded
  where value is distinct from previous_value
    -- Words about a booking add nothing where the booking itself is known.
    and (value in ('completed', 'econsult_completed') or not exists (select 1 from core.appointment p where p.referral_key = worded.referral_key))
),
together as (
  select * from booked
  union all select * from kept
  union all select * from encounters
  union all select * from said
),
firsts as (
  select referral_key, min(moment) as completed_at
  from together
  where value in ('completed', 'econsult_completed')
  group by referral_key
),
-- The first attended visit answers the referral; what follows belongs to the treatment.
answered as (
  select t.*, lag(t.value) over (partition by t.referral_key order by t.moment, t.value in ('completed', 'econsult_completed'), t.value, t.source, t.field) as previous_value
  from together t
  left join firsts f on f.referral_key = t.referral_key
  where f.completed_at is null or t.moment < f.completed_at or (t.moment = f.completed_at and t.value in ('completed', 'econsult_completed'))
)
select
  referral_key,                       -- Referral.
  value,                              -- State of the visit axis from here on.
  moment as event_at,                     -- When it happened, or was first seen.
  after as event_after,               -- Where only observed: it happened after this, up to event_at.
  evidence,                           -- stated by a source with its time, or observed between two files.
  source,                             -- Source of the evidence.
  field,                              -- Field of the evidence.
  raw_value,                          -- The source's word.
  mapping_row,                        -- Row of statuses.csv that mapped it.
  actor_type,                         -- staff or system, where known.
  cast(row_number() over (
    partition by referral_key order by moment, value in ('completed', 'econsult_completed'), value, source, field
  ) as integer) as sequence           -- Order of the referral's visit events.
from answered
where value is distinct from previous_value
