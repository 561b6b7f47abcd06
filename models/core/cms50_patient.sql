-- One row per patient of the systems whose sources give codes: everyone the official measure can speak of.
--
-- A system that lists its patients speaks of those and no others; of one that does not, everyone its records name is meant.
-- grain: patient_key
with coded as (
  select distinct system from seeds.source where coded
),
listed as (
  select distinct p.system, p.patient_key
  from staging.patient p
  join coded c on c.system = p.system
  where p.patient_key is not null
),
-- Sources without codes are many times larger: they are left out before anything is sorted or counted.
named as (
  select r.system, r.patient_key from staging.referral r join coded c on c.system = r.system
  union all
  select v.system, v.patient_key from staging.visit v join coded c on c.system = v.system
  union all
  select d.system, d.patient_key from staging.document d join coded c on c.system = d.system
)
select
  patient_key -- Patient (keyed hash).
from listed
union
select n.patient_key
from named n
where n.patient_key is not null and not exists (select 1 from listed l where l.system = n.system)
