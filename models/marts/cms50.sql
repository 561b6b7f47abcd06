-- Official measure CMS50 / MIPS 374, Closing the Referral Loop: Receipt of Specialist Report (2026 FHIR version), patient by patient.
--
-- One row per patient and measurement year (a calendar year in the workspace's time zone). Years are those in which someone is in the initial
-- population; where no year has anyone, every year with a referral or a visit. Empty without value sets; where one is missing,
-- `reason` says so and nothing is counted.
-- grain: patient_key, measurement_year
-- check: numerator <= denominator and denominator = initial_population
-- check: (initial_population is null) = (reason = 'value set missing')
-- check: numerator = 0 or first_report_at is not null
with supplied as (
  select measure, count(*) filter (where value_set is null) > 0 as incomplete
  from seeds.measure_set
  where measure = 'cms50'
  group by measure
  having count(value_set) > 0
),
visited as (
  select distinct patient_key, measurement_year from core.cms50_visit where qualifies
),
firsts as (
  select * from core.cms50_referral where place = 1
),
counted_years as (
  select distinct f.measurement_year
  from firsts f
  join visited v on v.patient_key = f.patient_key and v.measurement_year = f.measurement_year
),
touched_years as (
  select measurement_year from core.cms50_referral
  union
  select cast(year(started_on) as integer) from core.cms50_visit
  union
  select cast(year(ended_on) as integer) from core.cms50_visit where ended_on is not null
),
any_years as (
  select measurement_year from touched_years
  union
  select cast(year(as_of_date) as integer) from seeds.run where not exists (select 1 from touched_years)
),
years as (
  select measurement_year from counted_years
  union
  select measurement_year from any_years where not exists (select 1 from counted_years)
),
-- Why a patient without a referral that counts has none: the one that came closest.
missed as (
  select
    y.measurement_year, r.patient_key,
    min(
      case
        when r.measurement_year <> y.measurement_year then 7
        when r.standing = 'after the cut-off' then 1
        when r.standing = 'referral date not exact' then 2
        when r.standing = 'intent not order' then 3
        when r.standing = 'not to be carried out' then 4
        when r.standing = 'revoked' then 5
        else 6
      end
    ) as nearest
  from core.cms50_referral r
  cross join years y
  group by y.measurement_year, r.patient_key
),
-- Reports on the first referral, on a later one of the same year, and on nothing we know.
answered as (
  select
    f.patient_key, f.measurement_year,
    min(p.ended_at) filter (where p.referral_key = f.referral_key and p.standing = 'closes') as first_report_at,
    min(
      case
        when p.referral_key = f.referral_key then
          case p.standing
            when 'report after the period' then 1
            when 'report before the referral' then 2
            when 'report date not exact' then 3
            when 'report ends before it starts' then 4
            when 'report without an end' then 5
            when 'report not completed' then 7
          end
        when p.standing = 'closes' and r.measurement_year = f.measurement_year and r.place > 1 then 6
        when p.standing = 'report not linked' and year(p.ended_at) = f.measurement_year then 8
      end
    ) as nearest
  from firsts f
  join core.cms50_report p on p.patient_key = f.patient_key
  left join core.cms50_referral r on r.referral_key = p.referral_key
  group by f.patient_key, f.measurement_year
),
-- By our own rule: the note came back, or the referrer was told that no visit will follow.
operational as (
  select
    patient_key, cast(year(ordered_at) as integer) as measurement_year,
    max(
      case
        when information in ('received', 'acknowledged') then 1
        when request in ('declined_by_patient', 'unreachable') and referrer_notified_at is not null then 1
        else 0
      end
    ) as closed
  from core.referral
  where exclusion is null and patient_key in (select patient_key from core.cms50_patient)
  group by all
),
populations as (
  select
    p.patient_key, y.measurement_year, s.incomplete, f.referral_key, f.ordered_at, a.first_report_at, a.nearest as report_flaw,
    m.nearest as referral_flaw, coalesce(o.closed, 0) as operational_closed,
    f.referral_key is not null as has_referral,
    v.patient_key is not null as has_visit,
    case when s.incomplete then null when f.referral_key is not null and v.patient_key is not null then 1 else 0 end as population
  from core.cms50_patient p
  cross join years y
  cross join supplied s
  left join visited v on v.patient_key = p.patient_key and v.measurement_year = y.measurement_year
  left join firsts f on f.patient_key = p.patient_key and f.measurement_year = y.measurement_year
  left join missed m on m.patient_key = p.patient_key and m.measurement_year = y.measurement_year
  left join answered a on a.patient_key = p.patient_key and a.measurement_year = y.measurement_year
  left join operational o on o.patient_key = p.patient_key and o.measurement_year = y.measurement_year
)
select
  patient_key,                                                   -- Patient (keyed hash).
  measurement_year,                                              -- Calendar year of the measurement period.
  population as initial_population,                              -- 1: a qualifying visit and a first referral in the year.
  population as denominator,                                     -- The same: the measure has no exclusions.
  case when population = 1 and first_report_at is not null then 1 when not incomplete then 0 end as numerator, -- 1: the report on the first referral came back in the year.
  case when not incomplete then referral_key end as referral_key, -- The first referral of the year: the one that counts.
  case when not incomplete then ordered_at end as referral_ordered_at, -- When it was signed.
  case when population = 1 then first_report_at end as first_report_at, -- End of the first report that closes it.
  operational_closed,                                            -- 1: by our own rule some referral of the patient's year was closed.
  case
    when incomplete then 'value set missing'
    when not has_referral then
      case referral_flaw
        when 1 then 'after the cut-off'
        when 2 then 'referral date not exact'
        when 3 then 'intent not order'
        when 4 then 'not to be carried out'
        when 5 then 'revoked'
        when 6 then 'referral not active'
        when 7 then 'referral in another year'
        else 'no referral'
      end
    when not has_visit then 'no qualifying visit'
    when first_report_at is not null then 'closed'
    else
      case report_flaw
        when 1 then 'report after the period'
        when 2 then 'report before the referral'
        when 3 then 'report date not exact'
        when 4 then 'report ends before it starts'
        when 5 then 'report without an end'
        when 6 then 'only a later referral answered'
        when 7 then 'report not completed'
        when 8 then 'report not linked'
        else 'report missing'
      end
  end as reason                                                  -- Plain word for where the patient stands.
from populations
