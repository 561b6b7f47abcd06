-- Who of ours takes a payer's new patients, by specialty, as of the run; a specialty with orders and nobody to take them is an access gap.
-- Outside shares are those of the last 365 days.
-- grain: specialty, payer
-- check: accepting <= contracted
with ordered as (
  select
    e.specialty, e.payer, count(*) as episodes,
    count(*) filter (where l.actual_network = 'in') as realized_in,
    count(*) filter (where l.actual_network = 'out') as realized_out
  from core.leakage l
  join core.episode e on e.episode_key = l.episode_key
  cross join seeds.run run
  where e.payer is not null and e.specialty not in ('Unknown', 'Unmapped') and e.ordered_on > run.as_of_date - 365
    and exists (select 1 from core.roster where affiliated)
  group by e.specialty, e.payer
),
ours as (
  select r.provider_key, r.specialty, lower(r.payer) as payer, bool_or(r.contracted) as contracted, bool_or(r.contracted and coalesce(r.accepting, true)) as accepting
  from core.roster r
  cross join seeds.run run
  where r.affiliated and r.valid_from <= run.as_of_date and (r.valid_to is null or r.valid_to >= run.as_of_date)
  group by all
),
open_now as (
  select c.provider_key, min(c.third_next_days) as days, bool_or(c.accepting) as accepting
  from core.capacity_sample c
  cross join seeds.run run
  where c.sampled_on <= run.as_of_date and c.speaks_until >= run.as_of_date
  group by c.provider_key
),
held as (
  select
    o.specialty, o.payer,
    count(distinct u.provider_key) as listed,
    count(distinct u.provider_key) filter (where u.contracted) as contracted,
    count(distinct u.provider_key) filter (where u.accepting and coalesce(w.accepting, true)) as accepting,
    count(distinct u.provider_key) filter (where u.accepting and w.days is not null) as sampled,
    min(w.days) filter (where u.accepting and coalesce(w.accepting, true)) as soonest,
    percentile_cont(0.5) within group (order by w.days) filter (where u.accepting and coalesce(w.accepting, true)) as third_next_days
  from ordered o
  left join ours u on u.specialty = o.specialty and u.payer in (lower(o.payer), 'any')
  left join open_now w on w.provider_key = u.provider_key
  group by o.specialty, o.payer
)
select
  o.specialty,                                                     -- Specialty.
  o.payer,                                                         -- Payer.
  cast(o.episodes as integer) as episodes,                         -- Episodes ordered in the last 365 days.
  cast(h.contracted as integer) as contracted,                     -- Clinicians of ours in the payer's network.
  cast(h.accepting as integer) as accepting,                       -- Of these, taking new patients.
  h.accepting = 0 as gap,                                          -- Nobody takes them.
  cast(h.sampled as integer) as sampled,                           -- Of those, with a sample of open slots that speaks for the day.
  cast(h.soonest as integer) as third_next_soonest,                -- Third next available in days, the soonest.
  h.third_next_days,                                               -- The median.
  cast(o.realized_in as integer) as realized_in,                   -- Episodes seen in the network.
  cast(o.realized_out as integer) as realized_out,                 -- Episodes seen outside.
  o.realized_out / nullif(o.realized_in + o.realized_out, 0) as leakage_realized -- Outside share of those known.
from ordered o
join held h on h.specialty = o.specialty and h.payer = o.payer
