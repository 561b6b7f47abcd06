-- One row per referral, axis and stretch of time in one state, closed by the next change; axis `stage` is the reader's one word.
-- grain: referral_key, axis, span_from
-- check: span_to is null or span_to > span_from
with moments as (
  -- Of several changes of one axis at one instant the last stands.
  select referral_key, axis, value, event_at, event_after, evidence
  from (
    select *, row_number() over (partition by referral_key, axis, event_at order by sequence desc) as rank
    from core.referral_event
  )
  where rank = 1
),
carried as (
  select
    referral_key, event_at, event_after, evidence,
    last_value(case when axis = 'request' then value end ignore nulls) over story as request,
    last_value(case when axis = 'authorization' then value end ignore nulls) over story as authorization_state,
    last_value(case when axis = 'scheduling' then value end ignore nulls) over story as scheduling,
    last_value(case when axis = 'visit' then value end ignore nulls) over story as visit,
    last_value(case when axis = 'information' then value end ignore nulls) over story as information,
    lead(event_at) over (partition by referral_key order by event_at, axis) as next_at
  from moments
  window story as (partition by referral_key order by event_at, axis rows between unbounded preceding and current row)
),
staged as (
  select
    referral_key, event_at, event_after, evidence,
    case
      when visit in ('completed', 'econsult_completed') and information in ('received', 'acknowledged') then 'loop_closed'
      when visit in ('completed', 'econsult_completed') then 'completed'
      when request = 'entered_in_error' then 'entered_in_error'
      when request in ('cancelled', 'redirected') then 'canceled'
      when request in ('declined_by_patient', 'unreachable', 'expired', 'returned', 'closed_unknown') then request
      when authorization_state = 'denied' then 'denied'
      when visit = 'scheduled' then 'scheduled'
      when visit in ('arrived', 'outcome_unknown') then 'outcome_unknown'
      when visit in ('no_show', 'left_without_seen') then 'no_showed'
      when visit in ('cancelled_by_patient', 'cancelled_by_provider', 'rescheduled') then 'canceled_appointment'
      when authorization_state in ('required', 'submitted', 'appealed') then 'awaiting_authorization'
      when request = 'awaiting_information' then 'awaiting_information'
      when request = 'unmapped' then 'unmapped'
      else 'pending'
    end as value
  from carried
  where next_at is distinct from event_at
),
stages as (
  select * from (
    select *, lag(value) over (partition by referral_key order by event_at) as previous_value from staged
  )
  where value is distinct from previous_value
),
together as (
  select referral_key, axis, value, event_at, event_after, evidence from moments
  union all
  select referral_key, 'stage', value, event_at, event_after, evidence from stages
),
joined as (
  select *, lag(value) over (partition by referral_key, axis order by event_at) as previous_value
  from together
)
select
  referral_key,                       -- Referral, unique across sources.
  axis,                               -- request, authorization, scheduling, visit, information or stage.
  value,                              -- State during the span.
  event_at as span_from,              -- When it began.
  event_after as span_after,          -- Where only observed: it began after this, up to span_from.
  evidence,                           -- stated or observed.
  lead(event_at) over (partition by referral_key, axis order by event_at) as span_to -- When the next began; null while it lasts.
from joined
where value is distinct from previous_value
