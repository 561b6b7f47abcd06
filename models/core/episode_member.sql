-- One row per order: the episode it belongs to. Orders for one patient, specialty and referring organization within the window of the episode's first order are one episode, unless separately completed.
-- grain: referral_key
-- check: ordinal >= 1
-- An order of an unknown patient, or one left out of every metric, stands alone.
with recursive orders as (
  select
    referral_key, ordered_at, visit_at,
    case
      when patient_key is not null and exclusion is null
        then hash(patient_key, specialty, coalesce(referring_organization, referring_location))
      else hash(referral_key)
    end as need
  from core.referral
),
repeated as (
  select need from orders group by need having count(*) > 1
),
-- Visits of the need that took place before an order was written: what they completed is over.
stream as (
  select o.need, o.referral_key, o.ordered_at as moment, o.visit_at, 1 as step from orders o join repeated p on p.need = o.need
  union all
  select distinct o.need, null, o.visit_at, null::timestamp, 0 from orders o join repeated p on p.need = o.need where o.visit_at is not null
),
after_visits as (
  select need, referral_key, moment as ordered_at, visit_at, visits
  from (select *, count(*) filter (where step = 0) over (partition by need order by moment, step rows between unbounded preceding and current row) as visits from stream)
  where step = 1
),
-- The first order opens a window; the first one after its end opens the next.
windows (need, visits, opened_at, days) as (
  select need, visits, min(ordered_at), (select episode_days from seeds.run) from after_visits group by need, visits
  union all
  select w.need, w.visits, min(a.ordered_at), w.days
  from windows w
  join after_visits a on a.need = w.need and a.visits = w.visits and a.ordered_at > w.opened_at + to_days(w.days)
  group by w.need, w.visits, w.opened_at, w.days
),
windowed as (
  select a.need, a.visits, a.referral_key, a.ordered_at, a.visit_at, max(w.opened_at) as opened_at
  from after_visits a
  join windows w on w.need = a.need and w.visits = a.visits and w.opened_at <= a.ordered_at
  group by all
),
-- Orders that stood open side by side and ended in visits of their own are needs of their own.
answered as (
  select
    *,
    case
      when cast(visit_at as date) is distinct from min(cast(visit_at as date)) over (partition by need, visits, opened_at)
        then cast(visit_at as date)
    end as own_visit
  from windowed
),
clustered as (
  select
    referral_key, ordered_at,
    first_value(referral_key) over cluster as episode_key,
    row_number() over cluster as ordinal
  from answered
  window cluster as (partition by need, visits, opened_at, own_visit order by ordered_at, referral_key)
  union all
  select o.referral_key, o.ordered_at, o.referral_key, 1
  from orders o
  where not exists (select 1 from repeated p where p.need = o.need)
)
select
  episode_key,                        -- Episode: the referral_key of its first order.
  referral_key,                       -- Order.
  cast(ordinal as integer) as ordinal -- Place among the episode's orders, from 1.
from clustered
