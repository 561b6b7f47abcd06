-- One row per payer: the last calendar month that its claims files cover to its end.
-- grain: payer
-- materialize: view
select
  coalesce(c.payer, 'Unknown') as payer, -- Payer.
  cast(max(extract(year from f.as_of + interval 1 day) * 12 + extract(month from f.as_of + interval 1 day) - 1) as integer) as last_month -- That month: its year times 12, plus 1 for January to 12 for December.
from (select distinct payer, source from core.claim_line where kind = 'claim') c
join seeds.file f on f.source = c.source and f.standing = 'effective'
group by coalesce(c.payer, 'Unknown')
