-- For each patient key that was merged or has an alias, the one key that stands for the person.
-- materialize: table
with recursive merges as (
  select patient_key, merged_into_key as other
  from (
    select *, row_number() over (partition by patient_key, merged_into_key order by sequence desc, row_number desc) as rank
    from staging.patient
    where merged_into_key is not null and merged_into_key <> patient_key
  )
  where rank = 1 and (unmerged_at is null or merged_at > unmerged_at)
),
edges as (
  select patient_key, other from merges
  union select other, patient_key from merges
  union select patient_key, alias_key from staging.patient where alias_key <> patient_key
  union select alias_key, patient_key from staging.patient where alias_key <> patient_key
),
-- union, not union all: a cycle of merges ends once nothing new is reached.
reached (patient_key, other) as (
  select patient_key, other from edges
  union
  select r.patient_key, e.other from reached r join edges e on e.patient_key = r.other
),
-- The survivor of the merges stands for all; where there is none or several, the smallest key.
ranked as (
  select
    r.patient_key, r.other,
    row_number() over (
      partition by r.patient_key
      order by exists (select 1 from merges m where m.patient_key = r.other), not exists (select 1 from merges m where m.other = r.other), r.other
    ) as rank
  from (select patient_key, other from reached union select patient_key, patient_key from edges) r
)
select patient_key, other as person_key
from ranked
where rank = 1
