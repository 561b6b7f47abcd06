-- How much of a month's claims is known so many months later, by payer: the chain-ladder completion factors of actuaries, from cells whose
-- calendar months are over.
-- One over the product of the later age-to-age factors.
-- grain: payer, lag_months
-- check: visits_factor between 0 and 1
with visits as (
  select
    coalesce(payer, 'Unknown') as payer,
    extract(year from day) * 12 + extract(month from day) as served,
    extract(year from paid_on) * 12 + extract(month from paid_on) as paid,
    cast(coalesce(allowed_amount, 0) as decimal(18, 2)) as dollars
  from core.visit
  where claimed and paid_on is not null and paid_on >= day
),
cells as (
  select v.payer, v.served, v.paid - v.served as lag, count(*) as visits, sum(v.dollars) as dollars
  from visits v
  join core.claims_end e on e.payer = v.payer and v.paid <= e.last_month
  group by all
),
months as (
  select c.payer, c.served, e.last_month - c.served as age
  from (select distinct payer, served from cells) c
  join core.claims_end e on e.payer = c.payer
),
grid as (
  select
    m.payer, m.served, l.lag, m.age,
    coalesce(sum(c.visits) over (partition by m.payer, m.served order by l.lag rows between unbounded preceding and current row), 0) as visits,
    coalesce(sum(c.dollars) over (partition by m.payer, m.served order by l.lag rows between unbounded preceding and current row), 0) as dollars
  from months m
  join (select cast(range as integer) as lag from range(0, 25)) l on l.lag <= m.age
  left join cells c on c.payer = m.payer and c.served = m.served and c.lag = l.lag
),
steps as (
  select
    a.payer, a.lag, count(*) as months,
    sum(b.visits) / nullif(sum(a.visits), 0) as visits_step,
    cast(sum(b.dollars) as double) / nullif(cast(sum(a.dollars) as double), 0) as dollars_step
  from grid a
  join grid b on b.payer = a.payer and b.served = a.served and b.lag = a.lag + 1
  group by a.payer, a.lag
),
spread as (
  select p.payer, l.lag, s.months, coalesce(s.visits_step, 1) as visits_step, coalesce(greatest(s.dollars_step, 1), 1) as dollars_step
  from (select distinct payer from months) p
  cross join (select cast(range as integer) as lag from range(0, 25)) l
  left join steps s on s.payer = p.payer and s.lag = l.lag
)
select
  payer,                                                     -- Payer.
  lag as lag_months,                                         -- Months between the month of service and the month up to which payments are known.
  exp(-sum(ln(greatest(visits_step, 1))) over later) as visits_factor,   -- Share of the visits known by then.
  exp(-sum(ln(dollars_step)) over later) as dollars_factor,  -- Share of the allowed dollars known by then.
  cast(coalesce(months, 0) as integer) as months             -- Months of service that the step to the next lag rests on.
from spread
window later as (partition by payer order by lag rows between current row and unbounded following)
