-- One row per cut, value and stage of open work over the last 365 days: how much came in and went out, how long it stayed,
-- what waits there now, and how far beyond its limit. Counted per order.
--
-- Dwell is that of stays that ended; those still waiting stand apart, since long waiters are over-represented among them.
-- Pace is that of the last 90 days. The policy is that of the order on its day, the limit that which held when the stay began; days
-- beyond it, calendar or business days as it says, are summed over stays that ended and those still open, and the stage with the most
-- of them is the bottleneck of its specialty or place.
-- grain: cut, value, stage
-- check: departed = went_on + dropped_out
-- check: median_days <= p90_days
-- check: least(entered, departed, backlog, days_over_limit) >= 0
with stays as (
  select
    s.value as stage, r.kind, r.specialty, r.receiving_location, r.referring_location,
    cast(s.span_from as date) as from_on,
    case when s.span_to <= run.as_of then cast(s.span_to as date) end as to_on,
    case when s.span_to <= run.as_of then s.next_value end as next_stage,
    run.as_of_date
  from core.referral_span s
  cross join seeds.run run
  join core.referral_kind r on r.referral_key = s.referral_key
  where s.axis = 'stage' and (s.span_to is null or s.span_to > run.as_of - interval 365 day) and s.span_from <= run.as_of
    and s.value in ('pending', 'awaiting_information', 'awaiting_authorization', 'scheduled', 'no_showed', 'canceled_appointment', 'outcome_unknown', 'unmapped', 'completed')
    -- A visit whose note is still missing waits for it; one whose note is not expected is done.
    and (s.value <> 'completed' or s.span_to is not null or s.span_from > run.as_of - interval 365 day)
),
timed as (
  select
    t.*, l.days as limit_days,
    coalesce(t.to_on, t.as_of_date) - t.from_on as days,
    case
      when l.business then b.business_days_before - a.business_days_before - l.days
      else coalesce(t.to_on, t.as_of_date) - t.from_on - l.days
    end as over
  from stays t
  left join core.kind_limit l on l.kind = t.kind and l.stage = t.stage and t.from_on between l.holds_from and l.holds_to
  left join seeds.calendar a on a.day = case when l.business then t.from_on end
  left join seeds.calendar b on b.day = case when l.business then coalesce(t.to_on, t.as_of_date) end
),
counted as (
  select
    case
      when grouping(specialty) = 0 then 'specialty' when grouping(receiving_location) = 0 then 'receiving_location'
      when grouping(referring_location) = 0 then 'referring_location' else 'total'
    end as cut,
    coalesce(specialty, receiving_location, referring_location, 'All') as value,
    stage,
    count(*) filter (where from_on > as_of_date - 365) as entered,
    count(to_on) as departed,
    count(*) filter (where next_stage in ('declined_by_patient', 'canceled', 'returned', 'unreachable', 'expired', 'denied', 'closed_unknown', 'entered_in_error')) as dropped_out,
    quantile_disc(case when to_on is not null then days end, [0.5, 0.9]) as dwell,
    count(*) filter (where to_on is null) as backlog,
    quantile_disc(case when to_on is null then days end, [0.5, 1.0]) as waiting,
    count(*) filter (where from_on > as_of_date - 90) as arrivals,
    count(*) filter (where to_on > as_of_date - 90) as departures,
    quantile_disc(limit_days, 0.5) as limit_days,
    count(*) filter (where to_on is not null and over > 0) as late,
    count(*) filter (where to_on is null and over > 0) as backlog_late,
    coalesce(sum(over) filter (where over > 0), 0) as days_over_limit
  from timed
  group by stage, grouping sets ((), (specialty), (receiving_location), (referring_location))
)
select
  cut,                                                                  -- total, specialty, receiving_location or referring_location.
  value,                                                                -- Value of the cut.
  stage,                                                                -- Stage of open work; completed waits for its note.
  cast(entered as integer) as entered,                                  -- Entered in the last 365 days.
  cast(departed as integer) as departed,                                -- Left in the last 365 days.
  cast(departed - dropped_out as integer) as went_on,                   -- Of these, on to another stage or a visit.
  cast(dropped_out as integer) as dropped_out,                          -- Of these, ended without a visit.
  cast(dwell[1] as integer) as median_days,                             -- Median days of stays that ended; null where none did.
  cast(dwell[2] as integer) as p90_days,                                -- 90th percentile of them.
  cast(backlog as integer) as backlog,                                  -- There at the as-of day.
  cast(waiting[1] as integer) as backlog_median_days,                   -- Median days these have been there so far.
  cast(waiting[2] as integer) as backlog_oldest_days,                   -- Days of the oldest.
  cast(arrivals as integer) as arrivals_90,                             -- Entered in the last 90 days.
  cast(departures as integer) as departures_90,                         -- Left in the last 90 days.
  case when departures > 0 then backlog * 90.0::double / departures end as backlog_days, -- Days the backlog lasts at that pace; null where nothing leaves.
  cast(limit_days as integer) as limit_days,                            -- Days the policy allows, the median over orders; null where it sets none.
  case when limit_days is not null and departed > 0 then late / cast(departed as double) end as late_share, -- Share of stays that ended beyond their limit.
  case when limit_days is not null then cast(backlog_late as integer) end as backlog_late, -- There beyond their limit.
  cast(days_over_limit as integer) as days_over_limit,                  -- Days beyond the limit, all stays together.
  days_over_limit > 0 and row_number() over (partition by cut, value order by days_over_limit desc, stage) = 1 as is_bottleneck -- The stage that costs its specialty or place the most days beyond limits.
from counted
