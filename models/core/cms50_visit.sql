-- One row per encounter or procedure that the official measure CMS50 could count, and the year it lies in.
--
-- A finished encounter of a qualifying type, or a completed procedure, counts where it lies wholly within the calendar year, by day. A start
-- or end that is missing, or not known to the day in the month where it matters, is not certain to lie within, and does not count:
-- that is how CQL compares dates of different precision.
-- grain: visit_key, line, kind
-- check: measurement_year is null or qualifies
with newest as (
  select
    v.visit_key, coalesce(v.line, '') as line, v.kind, v.patient_key, v.status, v.codes, v.started_at, v.ended_at,
    coalesce(v.started_precision, 'time') as started_precision,
    coalesce(v.ended_precision, 'time') as ended_precision,
    row_number() over (
      partition by v.visit_key, v.line, v.kind order by v.updated_at desc nulls last, v.as_of desc, v.sequence desc, v.row_number desc
    ) as rank
  from staging.visit v
  join seeds.source s on s.source = v.source and s.coded
),
judged as (
  select
    n.*,
    (n.kind = 'encounter' and n.status = 'finished') or (n.kind = 'procedure' and n.status = 'completed') as took_place,
    year(n.started_at) = year(n.ended_at)
      and cast(n.started_at as date) <= cast(n.ended_at as date)
      and (n.started_precision in ('day', 'time') or (n.started_precision = 'month' and month(n.started_at) > 1))
      and (n.ended_precision in ('day', 'time') or (n.ended_precision = 'month' and month(n.ended_at) < 12)) as within_year
  from newest n
  join staging.code_role c on c.codes = n.codes and c.measure = 'cms50' and c.role = n.kind
  where n.rank = 1 and n.patient_key is not null
)
select
  visit_key,                                                     -- Visit, unique across sources.
  line,                                                          -- Line of the visit; empty where it has none.
  kind,                                                          -- encounter or procedure.
  patient_key,                                                   -- Patient (keyed hash).
  cast(started_at as date) as started_on,                        -- First day.
  cast(ended_at as date) as ended_on,                            -- Last day.
  coalesce(took_place and within_year, false) as qualifies,      -- It counts for its year.
  case when took_place and within_year then cast(year(started_at) as integer) end as measurement_year -- Year that it counts for.
from judged
