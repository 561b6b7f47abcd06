-- For each patient key that was merged or has an alias, the one key that stands for the person.
-- A number that more than 20 patients share is a placeholder, and links nobody.
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
links as (
  select patient_key, other from merges
  union
  select patient_key, alias_key from staging.patient where alias_key <> patient_key
),
placeholder as (
  select other from links group by other having count(*) > 20
),
edges as (
  select patient_key, other from links where other not in (select other from placeholder)
  union
  select other, patient_key from links where other not in (select other from placeholder)
),
-- union, not union all: a cycle of merges ends once nothing new is reached.
reached (patient_key, other) as (
  select patient_key, other from edges
  union
  select r.patient_key, e.other from reached r join edges e on e.patient_key = r.other
),
-- The survivor of the merges stands for all; where there is none or several, a key that a feed describes, the smallest of them.
described as (
  select distinct patient_key from staging.patient
),
candidate as (
  select k.other as key, exists (select 1 from merges m where m.patient_key = k.other) as merged_away,
    not exists (select 1 from merges m where m.other = k.other) as no_survivor,
    not exists (select 1 from described d where d.patient_key = k.other) as only_an_alias
  from (select distinct other from reached) k
),
ranked as (
  select
    r.patient_key, r.other,
    row_number() over (partition by r.patient_key order by c.merged_away, c.no_survivor, c.only_an_alias, r.other) as rank
  from reached r
  join candidate c on c.key = r.other
)
select patient_key, other as person_key
from ranked
where rank = 1
