-- One row per metric of the way from order to note, dimension of need and group over the last 12 months: the group's share
-- with its interval, and how far it stands from the largest group. Differences are shown as they are, never adjusted away.
--
-- Intervals: Wilson for shares; Newcombe's hybrid score interval for differences (R. G. Newcombe, Statistics in Medicine 17,
-- 1998, 873–890, method 10), 95%.
-- grain: metric, cut, value
-- check: difference between -1 and 1
-- check: difference_low <= difference and difference <= difference_high
with grouped as (
  select m.metric, m.cut, m.value, m.month, m.numerator, m.denominator, m.excluded, m.immature, m.unknown, m.rate, m.low, m.high, d.good, d.place
  from marts.metric m
  join marts.metric_definition d on d.metric = m.metric
  where m.period = 'last 12 months' and m.denominator > 0
    and m.cut in ('language', 'interpreter', 'transport', 'barrier', 'distance_band', 'payer')
    and m.metric in ('contacted_90', 'scheduled_90', 'completed_90', 'with_note', 'loop_closed', 'show_through', 'no_show', 'declined', 'unreachable')
),
-- The largest known group of a dimension, the same for all its metrics.
reference as (
  select cut, value
  from (
    select cut, value, row_number() over (partition by cut order by value = 'Unknown', denominator desc, value) as place
    from grouped
    where metric = 'scheduled_90'
  )
  where place = 1
)
select
  g.metric,                                                             -- Metric.
  g.cut,                                                                -- language, interpreter, transport, barrier, distance_band or payer.
  g.value,                                                              -- Group.
  g.month,                                                              -- Last of the twelve months.
  g.numerator,                                                          -- What counts.
  g.denominator,                                                        -- Of how many.
  g.excluded,                                                           -- Left out by rule.
  g.immature,                                                           -- Too young to tell.
  g.unknown,                                                            -- No source says.
  g.rate,                                                               -- Share.
  g.low,                                                                -- Lower end of its 95% Wilson interval.
  g.high,                                                               -- Upper end of it.
  r.value as reference,                                                 -- Group it is compared with: the largest known.
  g.value = r.value as is_reference,                                    -- This is that group.
  g.rate - b.rate as difference,                                        -- Its share less that of the reference.
  case when g.value = r.value then 0.0::double else (g.rate - b.rate) - sqrt((g.rate - g.low) * (g.rate - g.low) + (b.high - b.rate) * (b.high - b.rate)) end as difference_low,  -- Lower end of the difference's 95% interval.
  case when g.value = r.value then 0.0::double else (g.rate - b.rate) + sqrt((g.high - g.rate) * (g.high - g.rate) + (b.rate - b.low) * (b.rate - b.low)) end as difference_high, -- Upper end of it.
  case
    when g.value = r.value then 'reference'
    when (g.rate - b.rate) - sqrt((g.rate - g.low) * (g.rate - g.low) + (b.high - b.rate) * (b.high - b.rate)) > 0
      then case g.good when 'up' then 'better' when 'down' then 'worse' else 'different' end
    when (g.rate - b.rate) + sqrt((g.high - g.rate) * (g.high - g.rate) + (b.rate - b.low) * (b.rate - b.low)) < 0
      then case g.good when 'up' then 'worse' when 'down' then 'better' else 'different' end
    else 'not told apart'
  end as verdict,                                                       -- better or worse than the reference where the interval leaves out zero.
  g.place                                                               -- Order to show metrics in.
from grouped g
join reference r on r.cut = g.cut
join grouped b on b.metric = g.metric and b.cut = g.cut and b.value = r.value
