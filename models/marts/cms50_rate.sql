-- CMS50 by measurement year, with the operational closure of the same patients beside it; marts.cms50_difference explains the gap.
-- grain: measurement_year
-- check: numerator <= denominator
with missing as (
  select string_agg(title, '; ' order by title) as titles
  from (select distinct title from seeds.measure_set where measure = 'cms50' and value_set is null)
),
counted as (
  select
    measurement_year,
    cast(sum(initial_population) as integer) as initial_population,
    cast(sum(denominator) as integer) as denominator,
    cast(sum(numerator) as integer) as numerator,
    cast(sum(operational_closed) filter (where denominator = 1) as integer) as operational_closed
  from marts.cms50
  group by measurement_year
),
-- Wilson's score interval, z for 95%.
shares as (
  select *, cast(numerator as double) / nullif(denominator, 0) as share, cast(nullif(denominator, 0) as double) as n, 1.959963984540054 as z
  from counted
)
select
  s.measurement_year,                                            -- Calendar year of the measurement period.
  s.initial_population,                                          -- Patients in the initial population; null while a value set is missing.
  s.denominator,                                                 -- The same: the measure has no exclusions.
  s.numerator,                                                   -- Of these, with the report on their first referral back.
  s.share as rate,                                               -- Numerator by denominator; null without a denominator.
  case when share is not null then greatest(0.0, (share + z * z / (2 * n) - z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))) / (1 + z * z / n)) end as low, -- Wilson interval, 95%: lower end.
  case when share is not null then least(1.0, (share + z * z / (2 * n) + z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))) / (1 + z * z / n)) end as high, -- Wilson interval, 95%: upper end.
  coalesce(s.operational_closed, 0) as operational_closed,       -- Patients of the denominator with some referral of the year closed by our own rule.
  s.operational_closed / s.n as operational_rate,                -- The same by the denominator.
  m.titles as missing                                            -- Value sets that are missing or incomplete, by title.
from shares s
cross join missing m
