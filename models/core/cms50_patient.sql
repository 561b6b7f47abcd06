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
named as (
  select system, patient_key from staging.referral
  union
  select system, patient_key from staging.visit
  union
  select system, patient_key from staging.document
)
select
  patient_key -- Patient (keyed hash).
from listed
union
select n.patient_key
from named n
join coded c on c.system = n.system
where n.patient_key is not null and not exists (select 1 from listed l where l.system = n.system)
