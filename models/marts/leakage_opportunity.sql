-- What to fix first: avoidable leakage a year by specialty, referring location and payer, over a year of orders old enough to have been
-- seen.
-- A small cell borrows from its specialty (beta-binomial, a prior worth ten episodes), so that one lucky or unlucky case does not lead the
-- list.
-- grain: specialty, referring_location, payer
-- check: avoidable_low <= avoidable_a_year and avoidable_a_year <= avoidable_high
with bounds as (
  select
    greatest(min(e.ordered_on), max(run.as_of_date) - 90 - 364) as from_day,
    max(run.as_of_date) - 90 as to_day
  from core.episode e
  cross join seeds.run run
),
mature as (
  select
    e.specialty, coalesce(e.referring_location, 'Unknown') as referring_location, coalesce(e.payer, 'Unknown') as payer,
    l.actual_network, l.avoidability, l.dollars, l.referral_key, l.wait_days,
    365.0 / greatest(b.to_day - b.from_day + 1, 1) as years
  from core.leakage l
  join core.episode e on e.episode_key = l.episode_key
  join bounds b on e.ordered_on between b.from_day and b.to_day
  where l.actual_network in ('in', 'out')
),
room as (
  select m.specialty, m.referring_location, m.payer, count(distinct a.provider_key) as providers
  from mature m
  join core.alternative a on a.referral_key = m.referral_key and a.failed is null
  where m.avoidability = 'avoidable'
  group by m.specialty, m.referring_location, m.payer
),
usual as (
  select
    specialty,
    count(*) filter (where avoidability = 'avoidable') / cast(count(*) as double) as share,
    cast(sum(cast(dollars as decimal(18, 2))) filter (where actual_network = 'out') as double) / nullif(count(dollars) filter (where actual_network = 'out'), 0) as dollars
  from mature
  group by specialty
),
cells as (
  select
    specialty, referring_location, payer, max(years) as years,
    cast(count(*) as double) as known,
    count(*) filter (where actual_network = 'out') as realized_out,
    count(*) filter (where avoidability = 'avoidable') as avoidable,
    count(*) filter (where avoidability = 'unproven') as unproven,
    percentile_cont(0.5) within group (order by wait_days) filter (where avoidability = 'avoidable') as wait_days
  from mature
  group by specialty, referring_location, payer
  having count(*) filter (where avoidability = 'avoidable') > 0
),
expected as (
  select
    c.*, u.dollars, (c.avoidable + 10 * u.share) / (c.known + 10) as mean
  from cells c
  join usual u on u.specialty = c.specialty
),
spread as (
  select *, 1.96 * sqrt(mean * (1 - mean) / (known + 11)) as half from expected
)
select
  s.specialty,                                                         -- Specialty.
  s.referring_location,                                                -- Department or site that refers.
  s.payer,                                                             -- Payer.
  cast(row_number() over (
    order by s.mean * s.known * s.years * coalesce(s.dollars, 0) desc, s.mean * s.known desc, s.specialty, s.referring_location, s.payer
  ) as integer) as priority,                                           -- 1 promises most dollars; where no dollars are known, most visits.
  cast(s.known as integer) as episodes,                                -- Episodes of the year known to be seen in or outside.
  cast(s.realized_out as integer) as realized_out,                     -- Of these, outside.
  cast(s.avoidable as integer) as avoidable,                           -- Of these, avoidable.
  cast(s.unproven as integer) as unproven,                             -- Of these, neither shown.
  s.mean * s.known * s.years as avoidable_a_year,                      -- Avoidable episodes to expect in a year.
  greatest(0, s.mean - s.half) * s.known * s.years as avoidable_low,   -- Low end of its 95% interval.
  least(1, s.mean + s.half) * s.known * s.years as avoidable_high,     -- High end.
  s.dollars as dollars_each,                                           -- Dollars of an episode of the specialty that left, average of those known.
  s.mean * s.known * s.years * s.dollars as dollars_a_year,            -- Dollars to expect in a year.
  greatest(0, s.mean - s.half) * s.known * s.years * s.dollars as dollars_low, -- Low end.
  least(1, s.mean + s.half) * s.known * s.years * s.dollars as dollars_high,   -- High end.
  cast(coalesce(r.providers, 0) as integer) as providers_with_room,    -- Clinicians of ours who met every limit on the day of at least one of those orders.
  s.wait_days                                                          -- Days a patient would have waited for the soonest of them, median.
from spread s
left join room r on r.specialty = s.specialty and r.referring_location = s.referring_location and r.payer = s.payer
