-- One row per cut, value and month: episodes ordered so far, those still open at its end and those that had ended, by how.
-- Received = open + every end, at every month end and for every value. The newest row stands at the as-of day.
-- grain: cut, value, month
-- check: received = open + completed + declined + canceled + denied + returned + unreachable + expired + closed_unknown
-- check: open >= 0
-- check: cut <> 'total' or month_end < (select max(as_of_date) from seeds.run) or open = (select count(*) from core.episode e, seeds.run r where e.exclusion is null and e.ordered_on <= r.as_of_date and (e.outcome is null or cast(e.outcome_at as date) > r.as_of_date))
with flow as (
  select
    e.specialty, e.payer, e.referral_type, e.referring_location, e.referring_provider, e.receiving_location, e.receiving_provider,
    e.priority, e.source, e.language, e.barrier,
    e.ordered_month as from_month,
    case when cast(e.outcome_at as date) <= run.as_of_date then cast(date_trunc('month', greatest(e.outcome_at, e.ordered_at)) as date) end as to_month,
    case when cast(e.outcome_at as date) <= run.as_of_date then e.outcome end as outcome
  from core.episode_cut e
  cross join seeds.run run
  where e.exclusion is null and e.ordered_on <= run.as_of_date
),
-- Counted for cuts that have few combinations together, then apart.
counted as (
  select
    specialty, payer, referral_type, referring_location, referring_provider, receiving_location, receiving_provider, priority, source, language, barrier,
    case when grouping(specialty) = 0 then 1 when grouping(referring_location) = 0 then 2 when grouping(receiving_location) = 0 then 3 else 4 end as pass,
    from_month, to_month, outcome, count(*) as n
  from flow
  group by grouping sets (
    (specialty, payer, referral_type, from_month, to_month, outcome),
    (referring_location, referring_provider, from_month, to_month, outcome),
    (receiving_location, receiving_provider, from_month, to_month, outcome),
    (priority, source, language, barrier, from_month, to_month, outcome)
  )
),
by_cut as (
  select
    case when grouping(specialty) = 0 then 'specialty' when grouping(payer) = 0 then 'payer' when grouping(referral_type) = 0 then 'referral_type' else 'total' end as cut,
    coalesce(specialty, payer, referral_type, 'All') as value, from_month, to_month, outcome, sum(n) as n
  from counted where pass = 1
  group by from_month, to_month, outcome, grouping sets ((), (specialty), (payer), (referral_type))
  union all
  select case when grouping(referring_location) = 0 then 'referring_location' else 'referring_provider' end, coalesce(referring_location, referring_provider),
    from_month, to_month, outcome, sum(n)
  from counted where pass = 2
  group by from_month, to_month, outcome, grouping sets ((referring_location), (referring_provider))
  union all
  select case when grouping(receiving_location) = 0 then 'receiving_location' else 'receiving_provider' end, coalesce(receiving_location, receiving_provider),
    from_month, to_month, outcome, sum(n)
  from counted where pass = 3
  group by from_month, to_month, outcome, grouping sets ((receiving_location), (receiving_provider))
  union all
  select case when grouping(priority) = 0 then 'priority' when grouping(source) = 0 then 'source' when grouping(language) = 0 then 'language' else 'barrier' end,
    coalesce(priority, source, language, barrier), from_month, to_month, outcome, sum(n)
  from counted where pass = 4
  group by from_month, to_month, outcome, grouping sets ((priority), (source), (language), (barrier))
),
moves as (
  select cut, value, from_month as month, null as outcome, n, 0 as gone from by_cut
  union all
  select cut, value, to_month, outcome, 0, n from by_cut where outcome is not null
),
months as (
  select distinct cast(date_trunc('month', c.day) as date) as month
  from seeds.calendar c
  cross join seeds.run run
  where c.day <= run.as_of_date and c.day >= (select min(from_month) from flow)
),
series as (
  select v.cut, v.value, m.month
  from (select cut, value, min(month) as first_month from moves group by cut, value) v
  join months m on m.month >= v.first_month
),
monthly as (
  select
    s.cut, s.value, s.month,
    coalesce(sum(v.n), 0) as arrived, coalesce(sum(v.gone), 0) as ended,
    coalesce(sum(v.gone) filter (where v.outcome = 'completed'), 0) as completed,
    coalesce(sum(v.gone) filter (where v.outcome = 'declined'), 0) as declined,
    coalesce(sum(v.gone) filter (where v.outcome = 'canceled'), 0) as canceled,
    coalesce(sum(v.gone) filter (where v.outcome = 'denied'), 0) as denied,
    coalesce(sum(v.gone) filter (where v.outcome = 'returned'), 0) as returned,
    coalesce(sum(v.gone) filter (where v.outcome = 'unreachable'), 0) as unreachable,
    coalesce(sum(v.gone) filter (where v.outcome = 'expired'), 0) as expired,
    coalesce(sum(v.gone) filter (where v.outcome = 'closed_unknown'), 0) as closed_unknown
  from series s
  left join moves v on v.cut = s.cut and v.value = s.value and v.month = s.month
  group by s.cut, s.value, s.month
)
select
  m.cut,                                                                     -- What is cut by; total for all.
  m.value,                                                                   -- Value of the cut.
  m.month,                                                                   -- Month, as its first day.
  least(cast(m.month + interval 1 month - interval 1 day as date), run.as_of_date) as month_end, -- Its last day, or the as-of day.
  cast(m.arrived as integer) as arrived,                                     -- Ordered in the month.
  cast(m.ended as integer) as ended,                                         -- Ended in the month.
  cast(sum(m.arrived) over so_far as integer) as received,                   -- Ordered so far.
  cast(sum(m.arrived - m.ended) over so_far as integer) as open,             -- Of these, still open.
  cast(sum(m.completed) over so_far as integer) as completed,                -- Ended in an attended visit.
  cast(sum(m.declined) over so_far as integer) as declined,                  -- Declined by the patient.
  cast(sum(m.canceled) over so_far as integer) as canceled,                  -- Canceled or redirected.
  cast(sum(m.denied) over so_far as integer) as denied,                      -- Denied by the payer.
  cast(sum(m.returned) over so_far as integer) as returned,                  -- Sent back by the receiver.
  cast(sum(m.unreachable) over so_far as integer) as unreachable,            -- Patient not reached.
  cast(sum(m.expired) over so_far as integer) as expired,                    -- Ran out.
  cast(sum(m.closed_unknown) over so_far as integer) as closed_unknown       -- Closed without evidence of why.
from monthly m
cross join seeds.run run
window so_far as (partition by m.cut, m.value order by m.month rows between unbounded preceding and current row)
