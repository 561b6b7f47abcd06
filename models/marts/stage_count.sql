-- Referrals by stage at every month end and now: received = open + closed, stage by stage.
-- grain: month_end, stage
-- check: referrals > 0
with ends as (
  select distinct cast(date_trunc('month', c.day) + interval 1 month - interval 1 day as date) as month_end
  from seeds.calendar c
  cross join seeds.run run
  where c.day < date_trunc('month', run.as_of_date)
    and c.day >= (select min(ordered_on) from core.referral)
  union
  select as_of_date from seeds.run where as_of_date is not null
)
select
  e.month_end,                              -- Last day of a month, or the as-of day.
  s.value as stage,                         -- Stage at the end of that day.
  cast(count(*) as integer) as referrals    -- Referrals ordered by then that stood in this stage.
from ends e
join core.referral_span s
  on s.axis = 'stage' and cast(s.span_from as date) <= e.month_end and (s.span_to is null or cast(s.span_to as date) > e.month_end)
join core.referral r on r.referral_key = s.referral_key and r.exclusion is null
group by e.month_end, s.value
