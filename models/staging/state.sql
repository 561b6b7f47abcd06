-- One row per referral and moment at which anything about it changed: all axes from then on, the stage they make and who holds the
-- referral.
-- materialize: table
-- Words that cancel because the payer denied: the word, or the condition on which it cancels, says denied too.
with denying as (
  select distinct s.statement_no
  from staging.statement s
  join seeds.status_map m on m.source = s.source and m.place = s.place and m.axis = 'request' and m.value = 'cancelled'
  join seeds.status_map d
    on d.source = m.source and d.entity = m.entity and d.axis = 'authorization' and d.value = 'denied'
    and ((d.field = m.field and d.raw = m.raw) or (d.field = m.when_field and d.raw = m.when_raw))
),
refused as (
  select c.referral_no, c.moment as refused_at, coalesce(c.until, timestamp 'infinity') as refused_until
  from staging.change c
  join denying d on d.statement_no = c.statement_no
  where c.axis = 'request' and c.value = 'cancelled'
),
carried as (
  select
    referral_no, moment, after,
    last_value(case when axis = 'request' then value end ignore nulls) over story as request,
    last_value(case when axis = 'authorization' then value end ignore nulls) over story as authorization_state,
    last_value(case when axis = 'scheduling' then value end ignore nulls) over story as scheduling,
    last_value(case when axis = 'visit' then value end ignore nulls) over story as visit,
    last_value(case when axis = 'information' then value end ignore nulls) over story as information,
    last_value(case when axis = 'transit' then value end ignore nulls) over story as transit,
    last_value(case when axis = 'contact' then value end ignore nulls) over story as contact,
    last_value(case when axis = 'offer' then value end ignore nulls) over story as offer,
    lead(moment) over (partition by referral_no order by moment, axis) as until
  from staging.change
  window story as (partition by referral_no order by moment, axis rows between unbounded preceding and current row)
),
staged as (
  select
    c.*,
    case
      when visit in ('completed', 'econsult_completed') and information in ('received', 'acknowledged') then 'loop_closed'
      when visit in ('completed', 'econsult_completed') then 'completed'
      when request = 'entered_in_error' then 'entered_in_error'
      when request = 'cancelled' and authorization_state = 'denied' and r.referral_no is not null then 'denied'
      when request = 'cancelled' then 'canceled'
      when request = 'declined_by_patient' then 'declined_by_patient'
      when request = 'unreachable' then 'unreachable'
      when request = 'expired' then 'expired'
      when request = 'returned' then 'returned'
      when request = 'closed_unknown' then 'closed_unknown'
      when authorization_state = 'denied' then 'denied'
      when visit = 'scheduled' then 'scheduled'
      when visit in ('arrived', 'outcome_unknown') then 'outcome_unknown'
      when visit in ('no_show', 'left_without_seen') then 'no_showed'
      when visit in ('cancelled_by_patient', 'cancelled_by_provider', 'rescheduled') then 'canceled_appointment'
      when visit = 'unmapped' then 'unmapped'
      when authorization_state in ('required', 'submitted', 'appealed') then 'awaiting_authorization'
      when request = 'awaiting_information' then 'awaiting_information'
      when request = 'unmapped' then 'unmapped'
      else 'pending'
    end as stage
  from carried c
  -- Comparisons only: an outer join on anything else tries every pair of rows.
  left join refused r on r.referral_no = c.referral_no and c.moment >= r.refused_at and c.moment < r.refused_until
  where c.until is distinct from c.moment
)
select
  referral_no, moment, after, until, request, authorization_state, scheduling, visit, information,
  cast(stage as enum(
    'loop_closed', 'completed', 'entered_in_error', 'canceled', 'declined_by_patient', 'unreachable', 'expired', 'returned', 'closed_unknown',
    'denied', 'scheduled', 'outcome_unknown', 'no_showed', 'canceled_appointment', 'awaiting_authorization', 'awaiting_information', 'unmapped',
    'pending'
  )) as stage,
  cast(case
    when stage = 'completed' then 'returning'
    when stage in ('loop_closed', 'entered_in_error', 'canceled', 'declined_by_patient', 'unreachable', 'expired', 'returned', 'closed_unknown', 'denied')
      then null
    when visit = 'scheduled' then case when offer = 'declined' then 'patient' else 'capacity' end
    when visit in ('no_show', 'left_without_seen', 'cancelled_by_patient') and contact is distinct from 'reached' then 'patient'
    when request = 'awaiting_information' then 'referrer'
    when visit is not null and visit <> 'none' then 'receiver'
    when request = 'new' and transit is null then 'referrer'
    when authorization_state in ('required', 'submitted', 'appealed') then 'payer'
    when scheduling = 'waitlisted' then 'capacity'
    when scheduling = 'contacting' and contact is distinct from 'reached' then 'patient'
    else 'receiver'
  end as enum('referrer', 'payer', 'receiver', 'patient', 'capacity', 'returning')) as holder
from staged
