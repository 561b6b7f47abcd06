-- How leakage moves with the wait: episodes by the wait our own clinicians had on the day of the order, per specialty.
-- Wilson intervals at 95%.
-- grain: specialty, wait_band
-- check: episodes = realized_in + realized_out + realized_unknown + not_completed
with waits as (
  -- What the sooner half of a specialty's clinicians could offer, sample by sample.
  select specialty, sampled_on, percentile_cont(0.5) within group (order by third_next_days) as days, min(speaks_until) as speaks_until
  from core.capacity_sample
  where accepting and (visit_type ilike '%new%' or visit_type ilike '%consult%' or visit_type = 'Any')
  group by specialty, sampled_on
),
spans as (
  select specialty, days, sampled_on,
    least(speaks_until, coalesce(lead(sampled_on) over (partition by specialty order by sampled_on) - 1, speaks_until)) as until
  from waits
),
placed as (
  select
    e.specialty, l.intended_network, l.actual_network,
    case
      when s.days is null then 'no slot' when s.days <= 7 then '0-7' when s.days <= 14 then '8-14' when s.days <= 30 then '15-30'
      when s.days <= 60 then '31-60' else '61+'
    end as wait_band,
    case
      when s.days is null then 6 when s.days <= 7 then 1 when s.days <= 14 then 2 when s.days <= 30 then 3 when s.days <= 60 then 4 else 5
    end as wait_band_order
  from core.leakage l
  join core.episode e on e.episode_key = l.episode_key
  join spans s on s.specialty = e.specialty and s.sampled_on <= e.ordered_on and s.until >= e.ordered_on
),
counted as (
  select
    specialty, wait_band, wait_band_order, count(*) as episodes,
    count(*) filter (where intended_network = 'in') as ordered_in,
    count(*) filter (where intended_network = 'out') as ordered_out,
    count(*) filter (where actual_network = 'in') as realized_in,
    count(*) filter (where actual_network = 'out') as realized_out,
    count(*) filter (where actual_network = 'unknown') as realized_unknown,
    count(*) filter (where actual_network = 'not_completed') as not_completed,
    cast(count(*) filter (where actual_network in ('in', 'out')) as double) as n
  from placed
  group by all
)
select
  specialty,                                                 -- Specialty.
  wait_band,                                                 -- Days to the third open slot of our clinicians on the day of the order, median; no slot where none had one in sight.
  wait_band_order,                                           -- Order of the bands.
  cast(episodes as integer) as episodes,                     -- Episodes ordered while it was so.
  cast(ordered_in as integer) as ordered_in,                 -- Meant for the network.
  cast(ordered_out as integer) as ordered_out,               -- Meant for outside.
  cast(realized_in as integer) as realized_in,               -- Seen in the network.
  cast(realized_out as integer) as realized_out,             -- Seen outside.
  cast(realized_unknown as integer) as realized_unknown,     -- Unknown.
  cast(not_completed as integer) as not_completed,           -- Not seen.
  ordered_out / nullif(ordered_in + ordered_out, 0) as leakage_ordered, -- Meant for outside, of those known.
  realized_out / nullif(n, 0) as leakage_realized,           -- Seen outside, of those known.
  case when n > 0 then (realized_out + 1.9207) / (n + 3.8415) - 1.96 * sqrt(realized_out * (n - realized_out) / n + 0.9604) / (n + 3.8415) end as low, -- Low end of its interval.
  case when n > 0 then (realized_out + 1.9207) / (n + 3.8415) + 1.96 * sqrt(realized_out * (n - realized_out) / n + 0.9604) / (n + 3.8415) end as high -- High end.
from counted
