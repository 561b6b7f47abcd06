-- One row per cut, value, stage and the stage that followed: moves within the last 365 days. Where orders go from each stage,
-- and out of which they drop. Counted per order.
-- grain: cut, value, stage, next_stage
-- check: moves > 0
with moved as (
  select s.value as stage, s.next_value as next_stage, 
    r.specialty, coalesce(r.receiving_location, 'Unknown') as receiving_location, coalesce(r.referring_location, 'Unknown') as referring_location
  from core.referral_span s
  cross join seeds.run run
  join core.referral r on r.referral_key = s.referral_key and r.exclusion is null
  where s.axis = 'stage' and s.next_value is not null and s.span_to > run.as_of - interval 365 day and s.span_to <= run.as_of
),
counted as (
  select
    case
      when grouping(specialty) = 0 then 'specialty' when grouping(receiving_location) = 0 then 'receiving_location'
      when grouping(referring_location) = 0 then 'referring_location' else 'total'
    end as cut,
    coalesce(specialty, receiving_location, referring_location, 'All') as value,
    stage, next_stage, count(*) as moves
  from moved
  group by stage, next_stage, grouping sets ((), (specialty), (receiving_location), (referring_location))
)
select
  cut,                                                                  -- total, specialty, receiving_location or referring_location.
  value,                                                                -- Value of the cut.
  stage,                                                                -- Stage left.
  next_stage,                                                           -- Stage entered.
  cast(moves as integer) as moves,                                      -- How often in the last 365 days.
  next_stage in ('declined_by_patient', 'canceled', 'returned', 'unreachable', 'expired', 'denied', 'closed_unknown') as drops_out -- The order ended there without a visit.
from counted
