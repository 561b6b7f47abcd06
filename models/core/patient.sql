-- One row per person that a patient feed knows, merges and aliases resolved, with the newest of each value.
-- grain: patient_key
with known as (
  select coalesce(l.person_key, p.patient_key) as person_key, p.* exclude (patient_key), p.patient_key as own_key
  from staging.patient p
  left join staging.patient_link l on l.patient_key = p.patient_key
)
select
  person_key as patient_key,          -- The person: key of the record that others were merged into.
  cast(count(distinct own_key) as integer) as records, -- Patient records that mean this person.
  arg_max(sex, (sequence, row_number)) as sex, -- Administrative sex.
  arg_max(postal_area, (sequence, row_number)) as postal_area, -- First three digits of the postal code.
  arg_max(language, (sequence, row_number)) as language, -- Preferred language.
  arg_max(interpreter_needed, (sequence, row_number)) as interpreter_needed, -- An interpreter is needed.
  arg_max(transport_needed, (sequence, row_number)) as transport_needed, -- A ride is needed.
  arg_max(barrier, (sequence, row_number)) as barrier, -- Barrier to care, in the source's words.
  arg_max(distance_miles, (sequence, row_number)) as distance_miles, -- Miles from home to the place of care.
  arg_max(attributed_npi, (sequence, row_number)) as attributed_npi, -- Primary care clinician the patient is attributed to.
  arg_max(deceased_at, (sequence, row_number)) as deceased_on, -- Day of death.
  coalesce(bool_or(test_record), false) as test_record, -- A test patient.
  arg_max(contact_opt_out, (sequence, row_number)) as contact_opt_out -- Channels opted out of, separated by semicolons.
from known
group by person_key
