-- One row per metric, cut, value, control chart and month: centre, limits, and which rule the month breaks, if any.
--
-- All metrics are watched for the total, headline metrics for every cut too: thousands of charts would cry wolf. Providers
-- are compared in marts.provider_comparison instead.
--
-- Baseline: the series' own mature months, the newest 24 of them at most, twelve at least. Shares have a p chart (limits p̄ ± 3·√(p̄(1−p̄)÷n)) and Laney's p′ chart (the same times
-- σ_z, the mean moving range of z ÷ 1.128); p′ is preferred where months hold 500 or more and vary more than chance. Counts,
-- medians and means have an XmR chart (mean ± 2.66 · mean moving range).
--
-- Rules: a point outside the limits; seven on one side of the centre; seven rising or falling (the setting signal_run); two of
-- three in the third of the way nearest the same limit. A point on the centre belongs to neither side.
-- Sources: D. J. Wheeler, Understanding Variation, 2nd ed. (XmR); W. A. Shewhart (p); D. B. Laney, Quality Engineering 14, 2002 (p′).
-- grain: metric, cut, value, chart, month
-- check: low <= centre and centre <= high
-- check: verdict in ('common', 'improvement', 'concern', 'change')
with newest as (
  select
    metric, max(month) filter (where period = 'last 12 months') as last_month,
    min(month) filter (where period = 'month') as first_month
  from marts.metric
  where cut = 'total'
  group by metric
),
series as (
  select m.metric, m.cut, m.value, m.month, m.format, m.rate as figure, m.numerator, m.denominator, d.good, d.kind
  from marts.metric m
  join newest n on n.metric = m.metric and m.month <= n.last_month and m.month > n.last_month - interval 24 month
  join marts.metric_definition d on d.metric = m.metric
  where m.period = 'month' and m.second_value = '' and m.rate is not null
    and m.cut not in ('referring_provider', 'receiving_provider') and (m.cut = 'total' or d.headline) and (d.kind <> 'share' or m.denominator > 0)
    -- Exports seldom begin on the first of a month: a count of the first one is not whole.
    and (d.kind not in ('count', 'amount') or m.month > n.first_month)
),
-- Months of the newest 24 that a series lacks are lacking, not zero: ranges run from one month present to the next.
share_base as (
  select metric, cut, value, count(*) as points, cast(sum(numerator) as double) / sum(denominator) as centre, avg(denominator) as mean_n
  from series where kind = 'share'
  group by metric, cut, value
  having count(*) >= 12 and sum(numerator) > 0 and sum(numerator) < sum(denominator)
),
share_point as (
  select
    s.*, b.points, b.centre, b.mean_n, sqrt(b.centre * (1 - b.centre) / s.denominator) as sigma,
    (s.figure - b.centre) / sqrt(b.centre * (1 - b.centre) / s.denominator) as z
  from series s
  join share_base b on b.metric = s.metric and b.cut = s.cut and b.value = s.value
),
laney as (
  select metric, cut, value, sum(range order by month) / count(range) / 1.128 as sigma_z
  from (
    select metric, cut, value, month, abs(z - lag(z) over (partition by metric, cut, value order by month)) as range
    from share_point
  )
  group by metric, cut, value
),
other_base as (
  select
    metric, cut, value, count(*) as points, sum(figure order by month) / count(*) as centre,
    sum(range order by month) / count(range) as mean_range
  from (
    select *, abs(figure - lag(figure) over (partition by metric, cut, value order by month)) as range
    from series where kind <> 'share'
  )
  group by metric, cut, value
  having count(*) >= 12
),
charted as (
  select
    p.metric, p.cut, p.value, p.month, p.good, p.figure, p.denominator, p.points, p.centre, 'p' as chart, l.sigma_z,
    3 * p.sigma as reach, 0.0 as floor, 1.0 as ceiling, not (p.mean_n >= 500 and l.sigma_z > 1) as preferred
  from share_point p
  join laney l on l.metric = p.metric and l.cut = p.cut and l.value = p.value
  union all
  select
    p.metric, p.cut, p.value, p.month, p.good, p.figure, p.denominator, p.points, p.centre, 'p_prime', l.sigma_z,
    3 * p.sigma * l.sigma_z, 0.0, 1.0, p.mean_n >= 500 and l.sigma_z > 1
  from share_point p
  join laney l on l.metric = p.metric and l.cut = p.cut and l.value = p.value
  union all
  select
    s.metric, s.cut, s.value, s.month, s.good, s.figure, s.denominator, b.points, b.centre, 'xmr', null,
    2.66 * b.mean_range, null, null, true
  from series s
  join other_base b on b.metric = s.metric and b.cut = s.cut and b.value = s.value
  where s.kind <> 'share'
),
placed as (
  select
    *,
    case when figure > centre + reach then 1 when figure < centre - reach then -1 else 0 end as outside,
    case when figure > centre then 1 when figure < centre then -1 else 0 end as side,
    case when figure > centre + reach * 2 / 3 then 1 when figure < centre - reach * 2 / 3 then -1 else 0 end as near,
    sign(figure - lag(figure) over story) as step,
    row_number() over story as place
  from charted
  window story as (partition by metric, cut, value, chart order by month)
),
-- Runs of one side, and stretches of one direction: within each, the place less the rank among its like is the same.
runs as (
  select
    *,
    place - row_number() over (partition by metric, cut, value, chart, side order by month) as run,
    place - row_number() over (partition by metric, cut, value, chart, step order by month) as stretch,
    near <> 0 and (
      coalesce(near = lag(near) over story, false) or coalesce(near = lag(near, 2) over story, false)
      or coalesce(near = lead(near) over story, false) or coalesce(near = lead(near, 2) over story, false)
    ) as two_of_three
  from placed
  window story as (partition by metric, cut, value, chart order by month)
),
measured as (
  select
    *,
    count(*) over (partition by metric, cut, value, chart, side, run) as run_length,
    count(*) over (partition by metric, cut, value, chart, step, stretch) as stretch_length,
    (select coalesce(max(signal_run), 7) from seeds.run) as enough
  from runs
),
-- A stretch of steps joins one point more: the one before the first step belongs to it.
hits as (
  select
    *,
    coalesce(
      case
        when step <> 0 and stretch_length >= enough - 1 then step
        when lead(step) over story <> 0 and lead(stretch_length) over story >= enough - 1 then lead(step) over story
      end, 0
    ) as trend
  from measured
  window story as (partition by metric, cut, value, chart order by month)
),
ruled as (
  select
    *,
    case
      when outside <> 0 then 'outside' when side <> 0 and run_length >= enough then 'run' when trend <> 0 then 'trend'
      when two_of_three then 'two_of_three'
    end as rule,
    case
      when outside <> 0 then outside when side <> 0 and run_length >= enough then side when trend <> 0 then trend
      when two_of_three then near else 0
    end as way
  from hits
)
select
  metric,                                                             -- Metric.
  cut,                                                                -- What is cut by.
  value,                                                              -- Value of the cut.
  chart,                                                              -- p, p_prime (Laney) or xmr.
  month,                                                              -- Month, mature.
  preferred,                                                          -- The chart to show of this series.
  cast(points as integer) as points,                                  -- Months of the baseline.
  figure,                                                             -- The month's figure.
  denominator,                                                        -- Of how many.
  centre,                                                             -- Centre line.
  least(centre, greatest(coalesce(floor, centre - reach), centre - reach)) as low, -- Lower limit; not below zero for shares.
  greatest(centre, least(coalesce(ceiling, centre + reach), centre + reach)) as high, -- Upper limit; not above one for shares.
  sigma_z,                                                            -- How much shares vary beyond chance: 1 where they do not.
  outside <> 0 as is_outside,                                         -- Outside the limits.
  side <> 0 and run_length >= enough as in_run,                            -- One of seven or more on one side, by the setting.
  trend <> 0 as in_trend,                                             -- One of seven or more rising or falling, by the setting.
  two_of_three,                                                       -- One of two in three near the same limit.
  rule,                                                               -- The first of these rules that it breaks; null where none.
  case way when 1 then 'up' when -1 then 'down' end as direction,     -- Which way.
  case
    when rule is null then 'common'
    when good = 'neither' then 'change'
    when (way = 1) = (good = 'up') then 'improvement'
    else 'concern'
  end as verdict                                                      -- common cause, improvement, concern, or change where no direction is good.
from ruled
