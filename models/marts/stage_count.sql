-- Referrals by stage at every month end and now: received = open + closed, stage by stage.
-- grain: month_end, stage
-- check: referrals > 0
with left_out as (
  select referral_key from core.referral where exclusion is not null
),
counted as (
  select s.value as stage, cast(s.span_from as date) as from_on, cast(s.span_to as date) as to_on, count(*) as referrals
  from core.referral_span s
  where s.axis = 'stage' and not exists (select 1 from left_out l where l.referral_key = s.referral_key)
  group by all
),
days as (
  select stage, from_on as day, referrals as step from counted
  union all
  select stage, to_on, -referrals from counted where to_on is not null
),
-- Who enters or leaves a stage during a month has done so by its end; the as-of day ends the last month.
steps as (
  select
    d.stage, least(cast(date_trunc('month', d.day) + interval 1 month - interval 1 day as date), run.as_of_date) as month_end,
    sum(d.step) as step
  from days d
  cross join seeds.run run
  group by all
),
ends as (
  select distinct least(cast(date_trunc('month', c.day) + interval 1 month - interval 1 day as date), run.as_of_date) as month_end
  from seeds.calendar c
  cross join seeds.run run
  where c.day between (select min(month_end) from steps) and run.as_of_date
),
standing as (
  select e.month_end, g.stage, sum(coalesce(s.step, 0)) over (partition by g.stage order by e.month_end) as referrals
  from ends e
  cross join (select distinct stage from steps) g
  left join steps s on s.month_end = e.month_end and s.stage = g.stage
)
select
  month_end,                                -- Last day of a month, or the as-of day.
  stage,                                    -- Stage at the end of that day.
  cast(referrals as integer) as referrals   -- Referrals ordered by then that stood in this stage.
from standing
where referrals > 0
