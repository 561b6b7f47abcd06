-- One row per referral, axis and change of state: what several places tell alike is told once, and of several changes at one instant the last stands.
-- materialize: table
with compared as (
  select *, lag(value) over same_axis as previous_value
  from staging.event
  window same_axis as (partition by referral_no, axis order by moment, step, value)
),
followed as (
  select *, lead(moment) over (partition by referral_no, axis order by moment, step, value) as until
  from compared
  where value is distinct from previous_value
)
select referral_no, axis, value, moment, after, until, statement_no, by_job
from followed
where until is distinct from moment
