-- Demand against capacity, by month and specialty: what was ordered for the network, what it could see, and the wait.
-- grain: month, specialty
with ordered as (
  select
    e.ordered_month as month, e.specialty, count(*) as episodes,
    count(*) filter (where l.intended_network <> 'out') as for_us,
    count(*) filter (where l.actual_network = 'in') as seen
  from core.leakage l
  join core.episode e on e.episode_key = l.episode_key
  group by all
),
-- Samples look 30 days ahead: the average of a month's samples is its capacity.
sampled as (
  select
    cast(date_trunc('month', sampled_on) as date) as month, specialty, sampled_on,
    sum(slots_total) as slots_total, sum(slots_open) as slots_open,
    percentile_cont(0.5) within group (order by third_next_days) as third_next_days
  from core.capacity_sample
  group by all
),
held as (
  select month, specialty, avg(slots_total) as slots_total, avg(slots_open) as slots_open, avg(third_next_days) as third_next_days
  from sampled
  group by all
)
select
  h.month,                                                      -- Month, as its first day.
  h.specialty,                                                  -- Specialty.
  cast(coalesce(o.episodes, 0) as integer) as episodes,         -- Episodes ordered in the month.
  cast(coalesce(o.for_us, 0) as integer) as demand,             -- Of these, not meant for outside.
  cast(coalesce(o.seen, 0) as integer) as seen,                 -- Of these, seen in the network by now.
  h.slots_total,                                                -- Slots in 30 days, average of the month's samples.
  h.slots_open,                                                 -- Of these, open on the day of the sample.
  coalesce(o.for_us, 0) / nullif(h.slots_total, 0) as demand_per_slot, -- Orders for each slot; first visits take only a part of the slots.
  h.third_next_days                                             -- Third next available in days, median of each sample, averaged over the month.
from held h
left join ordered o on o.month = h.month and o.specialty = h.specialty
