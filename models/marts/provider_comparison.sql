-- One row per metric, kind of provider and provider over the last 12 months: its share beside funnel limits around the share
-- of all, and a shrunk share to sort by. Not a ranking: what lies within the limits is not told apart.
--
-- Limits: θ ± z·√(θ(1−θ)÷n) at z = 1.96 and 3.09; for n up to 100 the exact binomial, interpolated. Where providers vary more
-- than chance (φ = Σz²÷I over z winsorised at its 10th and 90th percentile, above 1), limits stand √φ as far from θ.
-- Shrunk: (x + M·θ) ÷ (n + M), M = (1−ρ)÷ρ, ρ by moments weighted with n.
-- Sources: D. J. Spiegelhalter, Statistics in Medicine 24, 2005, appendix A (limits, over-dispersion); E. B. Wilson 1927
-- (interval); J. C. Kleinman, JASA 68, 1973 (beta-binomial moments).
-- grain: metric, cut, value
-- check: denominator > 0
-- check: low_998 <= low_95 and low_95 <= high_95 and high_95 <= high_998
with compared as (
  select m.metric, m.cut, m.value, m.numerator, m.denominator, m.rate, m.low, m.high, d.good
  from marts.metric m
  join marts.metric_definition d on d.metric = m.metric and d.kind = 'share'
  where m.period = 'last 12 months' and m.denominator > 0 and m.value <> 'Unknown'
    and m.cut in ('referring_provider', 'receiving_provider', 'referring_location', 'receiving_location')
),
overall as (
  select
    metric, cut, count(*) as providers, cast(sum(numerator) as double) / sum(denominator) as theta,
    cast(sum(denominator) as double) as total, sum(cast(denominator as double) * denominator order by value) as total_squared
  from compared
  group by metric, cut
  having count(*) >= 2
),
scored as (
  select
    c.*, o.providers, o.theta, o.total, o.total_squared,
    case when o.theta > 0 and o.theta < 1 then (c.rate - o.theta) / sqrt(o.theta * (1 - o.theta) / c.denominator) end as z
  from compared c
  join overall o on o.metric = c.metric and o.cut = c.cut
),
ends as (
  select
    metric, cut,
    percentile_cont(0.1) within group (order by z) as z_low,
    percentile_cont(0.9) within group (order by z) as z_high
  from scored
  group by metric, cut
),
spread as (
  select
    s.metric, s.cut,
    sum(least(greatest(s.z, e.z_low), e.z_high) * least(greatest(s.z, e.z_low), e.z_high) order by s.value) / count(s.z) as phi,
    sum(s.denominator * (s.rate - s.theta) * (s.rate - s.theta) order by s.value) as weighted
  from scored s
  join ends e on e.metric = s.metric and e.cut = s.cut
  group by s.metric, s.cut
),
fitted as (
  select
    o.metric, o.cut, o.providers, o.theta, p.phi,
    -- Intra-class correlation: the variance between providers beyond that of drawing n.
    case when o.theta > 0 and o.theta < 1 then
      (p.weighted - o.theta * (1 - o.theta) * (o.providers - 1))
        / nullif(o.theta * (1 - o.theta) * (o.total - o.total_squared / o.total - (o.providers - 1)), 0)
    end as rho
  from overall o
  join spread p on p.metric = o.metric and p.cut = o.cut
),
-- The binomial itself, once for each metric and small n: r is the first count whose probability reaches p, and alpha how far
-- p falls short of it.
small as (
  select distinct s.metric, s.cut, s.denominator as n, s.theta
  from scored s
  where s.denominator <= 100 and s.theta > 0 and s.theta < 1
),
mass as (
  select
    s.metric, s.cut, s.n, k.r,
    exp(lgamma(s.n + 1) - lgamma(k.r + 1) - lgamma(s.n - k.r + 1) + k.r * ln(s.theta) + (s.n - k.r) * ln(1 - s.theta)) as probability
  from small s
  join range(0, 101) k(r) on k.r <= s.n
),
cumulative as (
  select
    *, sum(probability) over (partition by metric, cut, n order by r rows between unbounded preceding and current row) as up_to
  from mass
),
tails as (
  select * from (values (1, 0.0010007824766140), (2, 0.0249978951482204), (3, 0.9750021048517795), (4, 0.9989992175233860)) t(tail, p)
),
exact as (
  select
    c.metric, c.cut, c.n,
    max(case when t.tail = 1 then (c.r - (c.up_to - t.p) / c.probability) / c.n end) as low_998,
    max(case when t.tail = 2 then (c.r - (c.up_to - t.p) / c.probability) / c.n end) as low_95,
    max(case when t.tail = 3 then (c.r - (c.up_to - t.p) / c.probability) / c.n end) as high_95,
    max(case when t.tail = 4 then (c.r - (c.up_to - t.p) / c.probability) / c.n end) as high_998
  from cumulative c
  join tails t on c.up_to >= t.p and c.up_to - c.probability < t.p
  group by c.metric, c.cut, c.n
),
limits as (
  select
    s.*, f.phi, f.rho, sqrt(greatest(f.phi, 1)) as stretch, x.n is not null as is_exact,
    coalesce(x.low_998, s.theta - 3.09 * sqrt(s.theta * (1 - s.theta) / s.denominator)) - s.theta as low_998,
    coalesce(x.low_95, s.theta - 1.96 * sqrt(s.theta * (1 - s.theta) / s.denominator)) - s.theta as low_95,
    coalesce(x.high_95, s.theta + 1.96 * sqrt(s.theta * (1 - s.theta) / s.denominator)) - s.theta as high_95,
    coalesce(x.high_998, s.theta + 3.09 * sqrt(s.theta * (1 - s.theta) / s.denominator)) - s.theta as high_998
  from scored s
  join fitted f on f.metric = s.metric and f.cut = s.cut
  left join exact x on x.metric = s.metric and x.cut = s.cut and x.n = s.denominator
),
placed as (
  select
    *,
    case
      when rate > theta + stretch * high_998 then 2 when rate > theta + stretch * high_95 then 1
      when rate < theta + stretch * low_998 then -2 when rate < theta + stretch * low_95 then -1 else 0
    end as place
  from limits
)
select
  metric,                                                     -- Metric, a share.
  cut,                                                        -- referring_provider, receiving_provider, referring_location or receiving_location.
  value,                                                      -- Provider or location.
  numerator,                                                  -- What counts.
  denominator,                                                -- Of how many.
  rate,                                                       -- Share.
  low,                                                        -- Lower end of its 95% Wilson interval.
  high,                                                       -- Upper end of it.
  cast(providers as integer) as providers,                    -- How many are compared.
  theta,                                                      -- Share of all of them together.
  z,                                                          -- Distance from it in standard errors.
  phi,                                                        -- Over-dispersion: 1 where providers vary as chance would.
  is_exact,                                                   -- Limits from the binomial itself.
  least(1, greatest(0, theta + stretch * low_95)) as low_95,            -- Lower funnel limit, 95%, over-dispersion included.
  least(1, greatest(0, theta + stretch * high_95)) as high_95,             -- Upper funnel limit, 95%.
  least(1, greatest(0, theta + stretch * low_998)) as low_998,          -- Lower funnel limit, 99.8%.
  least(1, greatest(0, theta + stretch * high_998)) as high_998,           -- Upper funnel limit, 99.8%.
  least(1, greatest(0, theta + low_95)) as plain_low_95,                -- The same without over-dispersion.
  least(1, greatest(0, theta + high_95)) as plain_high_95,                 -- The same without over-dispersion.
  least(1, greatest(0, theta + low_998)) as plain_low_998,              -- The same without over-dispersion.
  least(1, greatest(0, theta + high_998)) as plain_high_998,               -- The same without over-dispersion.
  case
    when rho >= 1 then rate
    when rho > 0 then (numerator + (1 - rho) / rho * theta) / (denominator + (1 - rho) / rho)
    else theta
  end as shrunk,                                              -- Share drawn towards that of all, the more the fewer it rests on: to sort by.
  case place when 2 then 'above 99.8%' when 1 then 'above 95%' when -1 then 'below 95%' when -2 then 'below 99.8%' else 'within' end as place, -- Where it stands in the funnel.
  case
    when place = 0 then 'common'
    when good = 'neither' then 'change'
    when (place > 0) = (good = 'up') then 'improvement'
    else 'concern'
  end as verdict                                              -- common where within the 95% limits; else whether that is the good side.
from placed
