-- One row per referral and stretch of time in one stage.
-- materialize: table
select referral_no, moment, after, stage, lead(moment) over story as until, lead(stage) over story as next_stage
from (
  select *, lag(stage) over (partition by referral_no order by moment) as previous_stage from staging.state
)
where stage is distinct from previous_stage
window story as (partition by referral_no order by moment)
