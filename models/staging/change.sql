-- One row per referral, axis and change of state: what several places tell alike is told once, and of several changes at one instant the
-- last stands.
-- materialize: table
with compared as (
  select *, lag(value) over same_axis as previous_value, lead(moment) over same_axis as until
  from staging.event
  window same_axis as (partition by referral_no, axis order by moment, step, value, after nulls first, statement_no, by_job)
),
-- Only where something was told twice does a change last beyond the next row.
repeated as (
  select distinct referral_no, axis from compared where value = previous_value
),
followed as (
  select c.* exclude (previous_value)
  from compared c
  left join repeated r on r.referral_no = c.referral_no and r.axis = c.axis
  where r.referral_no is null
  union all
  select
    c.* exclude (previous_value, until),
    lead(c.moment) over (partition by c.referral_no, c.axis order by c.moment, c.step, c.value, c.after nulls first, c.statement_no, c.by_job)
  from compared c
  join repeated r on r.referral_no = c.referral_no and r.axis = c.axis
  where c.value is distinct from c.previous_value
)
select referral_no, axis, value, moment, after, until, statement_no, by_job
from followed
where until is distinct from moment
