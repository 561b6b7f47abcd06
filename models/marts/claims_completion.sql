-- How complete each month of service is in each payer's claims by now: shown from nine tenths, or with the factor beside it.
-- grain: payer, month
-- check: visits_factor between 0 and 1
with months as (
  select distinct coalesce(payer, 'Unknown') as payer, cast(date_trunc('month', day) as date) as month
  from core.visit
  where claimed
)
select
  m.payer,                                                  -- Payer.
  m.month,                                                  -- Month of service, as its first day.
  r.lag_months,                                             -- Months from there to the last one that the payer's files cover to its end.
  r.visits_factor,                                          -- Share of the month's visits known by now.
  r.dollars_factor,                                         -- Share of its dollars.
  r.visits_factor >= 0.9 and e.last_month >= extract(year from m.month) * 12 + extract(month from m.month) as complete -- Nine tenths or more.
from months m
join core.claims_end e on e.payer = m.payer
join marts.run_out r
  on r.payer = m.payer
  and r.lag_months = greatest(0, least(24, e.last_month - extract(year from m.month) * 12 - extract(month from m.month)))
