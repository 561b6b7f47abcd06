-- One row per order: the episode it belongs to. Orders for one patient, specialty and referring organization within the window of the
-- episode's first order are one episode, unless separately completed.
--
-- An order in two systems, or ordered twice, is one need. Where a row names no organization, other rows tell that of its clinician or its
-- location, as far as they agree; else the location stands for it. An order of an unknown patient, for an unknown specialty, or left out
-- of every metric stands alone.
-- grain: referral_key
-- check: ordinal >= 1
-- check: (ordinal = 1) = (episode_key = referral_key)
with recursive clinician as (
  select referring_npi, min(lower(trim(referring_organization))) as organization
  from core.referral
  where referring_npi is not null and referring_organization is not null
  group by referring_npi
  having min(lower(trim(referring_organization))) = max(lower(trim(referring_organization)))
),
referred as (
  select
    r.referral_key, r.patient_key, r.ordered_at, r.visit_at, r.visit_after is null as visit_stated, r.exclusion,
    case r.specialty when 'Unmapped' then lower(trim(r.specialty_raw)) else r.specialty end as specialty,
    lower(trim(r.referring_location)) as location,
    coalesce(lower(trim(r.referring_organization)), c.organization) as organization
  from core.referral r
  left join clinician c on c.referring_npi = r.referring_npi
),
place as (
  select location, min(organization) as organization
  from referred
  where location is not null and organization is not null
  group by location
  having min(organization) = max(organization)
),
orders as (
  select
    r.referral_key, r.ordered_at, r.visit_at, r.visit_stated,
    case
      when r.patient_key is null or r.exclusion is not null or r.specialty = 'Unknown' then hash(r.referral_key)
      else hash(r.patient_key, r.specialty, coalesce(r.organization, p.organization, r.location))
    end as need
  from referred r
  left join place p on p.location = case when r.organization is null then r.location end
),
repeated as (
  select o.*
  from orders o
  where o.need in (select need from orders group by need having count(*) > 1)
),
-- Visits of the need that took place before an order was written: what they completed is over.
counted as (
  select o.need, o.referral_key, o.ordered_at, o.visit_at, o.visit_stated, count(distinct v.visit_at) as visits
  from repeated o
  left join repeated v on v.need = o.need and v.visit_at < o.ordered_at
  group by all
),
-- The first order opens a window; the first one after its end opens the next.
opening (need, visits, opened_at) as (
  select need, visits, min(ordered_at) from counted group by need, visits
  union all
  select w.need, w.visits, min(o.ordered_at)
  from opening w
  join counted o on o.need = w.need and o.visits = w.visits
  cross join seeds.run run
  where o.ordered_at > w.opened_at + to_days(run.episode_days)
  group by w.need, w.visits, w.opened_at
),
windowed as (
  select o.need, o.visits, o.referral_key, o.ordered_at, o.visit_at, o.visit_stated, max(w.opened_at) as opened_at
  from counted o
  join opening w on w.need = o.need and w.visits = o.visits and w.opened_at <= o.ordered_at
  group by all
),
-- Orders that stood open side by side and ended in visits of different days, both dated by a source, are needs of their own.
answered as (
  select
    *,
    case
      when visit_stated
        and cast(visit_at as date) > min(case when visit_stated then cast(visit_at as date) end) over (partition by need, visits, opened_at)
        then cast(visit_at as date)
    end as own_visit
  from windowed
),
clustered as (
  select referral_key, first_value(referral_key) over cluster as episode_key, row_number() over cluster as ordinal
  from answered
  window cluster as (partition by need, visits, opened_at, own_visit order by ordered_at, referral_key)
  union all
  select o.referral_key, o.referral_key, 1
  from orders o
  where o.need not in (select need from repeated)
)
select
  episode_key,                        -- Episode: the referral_key of its first order.
  referral_key,                       -- Order.
  cast(ordinal as integer) as ordinal -- Place among the episode's orders, from 1.
from clustered
