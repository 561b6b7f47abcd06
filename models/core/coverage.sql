-- One row per person, payer, plan and first day of coverage.
-- grain: patient_key, payer, plan, covered_from
with told as (
  select
    coalesce(l.person_key, p.patient_key) as patient_key, p.payer, coalesce(p.plan, 'Unknown') as plan, p.coverage_from, p.coverage_to,
    row_number() over (
      partition by coalesce(l.person_key, p.patient_key), p.payer, coalesce(p.plan, 'Unknown'), p.coverage_from
      order by p.as_of desc, p.sequence desc, p.row_number desc
    ) as rank
  from staging.patient p
  left join staging.patient_link l on l.patient_key = p.patient_key
  where p.payer is not null and p.patient_key is not null
)
select
  patient_key,                                                    -- Person.
  payer,                                                          -- Payer.
  plan,                                                           -- Plan; Unknown where none is stated.
  coalesce(coverage_from, date '1900-01-01') as covered_from,     -- First day.
  case when coverage_to < date '2200-01-01' then coverage_to end as covered_to -- Last day; empty while it goes on.
from told
where rank = 1
