-- One row per patient known to a system whose sources give codes: everyone the official measure can speak of.
-- grain: patient_key
with coded as (
  select distinct system from seeds.source where coded
)
select distinct
  known.patient_key -- Patient (keyed hash).
from (
  select system, patient_key from staging.patient
  union
  select system, patient_key from staging.referral
  union
  select system, patient_key from staging.visit
  union
  select system, patient_key from staging.document
) known
join coded on coded.system = known.system
where known.patient_key is not null
