-- One row per encounter or claim line, what became of it once adjustments are netted, and what kind of service it is.
-- grain: line_key
-- check: state in ('kept', 'voided', 'replaced', 'void', 'planned', 'cancelled', 'unmapped')
-- check: service in ('visit', 'facility', 'laboratory', 'radiology', 'anesthesia', 'emergency', 'inpatient', 'primary_care', 'other')
with told as (
  select
    source, visit_key, line, kind, patient_key, started_at, paid_on, payer, plan, status, adjustment, adjusts_visit_key, specialty,
    place_of_service, revenue_code, procedure_code, rendering_npi, rendering_provider, rendering_tin, billing_tin, organization, location,
    referral_key, referring_npi, referral_number, authorization_number, allowed_amount, paid_amount, adjustment_reason,
    in_network_asserted, sequence, row_number
  from staging.visit
),
-- The same line in several files counts once, as the newest has it.
repeated as (
  select visit_key, line from told group by visit_key, line having count(*) > 1
),
newest as (
  select t.* from told t
  where not exists (select 1 from repeated r where r.visit_key = t.visit_key and r.line is not distinct from t.line)
  union all
  select * exclude (rank) from (
    select t.*, row_number() over (partition by t.visit_key, t.line order by t.sequence desc, t.row_number desc) as rank
    from told t
    join repeated r on r.visit_key = t.visit_key and r.line is not distinct from t.line
  )
  where rank = 1
),
claims as (
  select w.source, w.status, min(m.value) as value
  from (select distinct source, status from told) w
  join seeds.status_map m on m.source = w.source and m.entity = 'visit' and m.field = 'status' and m.axis = 'claim'
    and m.raw = lower(regexp_replace(trim(w.status), '\s+', ' ', 'g'))
  group by w.source, w.status
),
adjustments as (
  select w.source, w.adjustment, min(m.value) as value
  from (select distinct source, adjustment from told) w
  join seeds.status_map m on m.source = w.source and m.entity = 'visit' and m.field = 'adjustment' and m.axis = 'adjustment'
    and m.raw = lower(regexp_replace(trim(w.adjustment), '\s+', ' ', 'g'))
  group by w.source, w.adjustment
),
-- A claim that another one voids or replaces is gone, whatever becomes of that other one later.
undone as (
  select t.adjusts_visit_key as visit_key, max(a.value) as adjusts
  from told t
  join adjustments a on a.source = t.source and a.adjustment = t.adjustment and a.value in ('void', 'replacement')
  left join claims c on c.source = t.source and c.status = t.status
  where t.adjusts_visit_key is not null and t.adjusts_visit_key <> t.visit_key
    and (t.status is null or c.value in ('finished', 'denied'))
  group by t.adjusts_visit_key
),
specialties as (
  select w.specialty as word, min(s.specialty) as specialty
  from (select distinct specialty from told) w
  join seeds.specialty s on s.raw = lower(regexp_replace(trim(w.specialty), '\s+', ' ', 'g'))
  group by w.specialty
),
organizations as (
  select organization, lower(regexp_replace(trim(organization), '\s+', ' ', 'g')) as organization_key
  from (select distinct organization from told)
),
people as (
  select rendering_provider, lower(regexp_replace(trim(rendering_provider), '\s+', ' ', 'g')) as written_name
  from (select distinct rendering_provider from told)
),
meant as (
  select
    l.* exclude (organization), o.organization_key,
    case when l.status is null then 'finished' else coalesce(c.value, 'unmapped') end as claim_state,
    coalesce(a.value, 'original') as adjusts,
    coalesce(s.specialty, v.specialty) as line_specialty,
    case when n.valid then l.rendering_npi end as npi,
    coalesce(case when n.valid then l.rendering_npi end, m.provider_key) as provider_key,
    case when length(l.procedure_code) = 5 then try_cast(l.procedure_code as integer) end as cpt,
    lpad(l.revenue_code, 4, '0') as revenue,
    lpad(l.place_of_service, 2, '0') as place
  from newest l
  left join claims c on c.source = l.source and c.status = l.status
  left join adjustments a on a.source = l.source and a.adjustment = l.adjustment
  left join specialties s on s.word = l.specialty
  left join core.npi n on n.npi = l.rendering_npi
  left join organizations o on o.organization = l.organization
  left join people w on w.rendering_provider = case when n.valid is not true then l.rendering_provider end
  left join core.name_match m
    on m.written_name = w.written_name
    and m.organization_key = coalesce(o.organization_key, 'unknown') and m.specialty = coalesce(s.specialty, 'Unknown')
  left join core.provider v on v.provider_key = coalesce(case when n.valid then l.rendering_npi end, m.provider_key)
    and v.specialty not in ('Unknown', 'Unmapped')
)
select
  m.visit_key || coalesce('/' || m.line, '') as line_key,           -- Encounter, or claim and line.
  m.visit_key,                                                      -- Encounter or claim, unique across sources.
  m.source,                                                         -- Source.
  coalesce(lower(m.kind), 'encounter') as kind,                     -- claim, encounter or procedure.
  coalesce(p.person_key, m.patient_key) as patient_key,             -- Person, whatever number the source knows them by.
  cast(m.started_at as date) as day,                                -- Day of service.
  m.paid_on,                                                        -- Day the payer paid.
  m.payer,                                                          -- Payer.
  m.plan,                                                           -- Plan.
  case
    when u.adjusts = 'void' then 'voided'
    when u.adjusts = 'replacement' then 'replaced'
    when m.adjusts = 'void' then 'void'
    when m.claim_state in ('finished', 'denied') then 'kept'
    else m.claim_state
  end as state,                                                     -- kept; or why it does not count: taken back or replaced by another claim, itself only a taking back, planned, cancelled, or in a state nobody mapped.
  m.claim_state = 'denied' as denied,                               -- The payer did not pay; the care took place.
  case
    when m.place = '23' or m.revenue between '0450' and '0459' or m.revenue = '0981' then 'emergency'
    when m.place in ('21', '51', '61') or m.revenue between '0100' and '0219' then 'inpatient'
    when m.revenue between '0370' and '0379' or m.revenue in ('0963', '0964') or m.cpt between 100 and 1999 then 'anesthesia'
    when m.place = '81' or m.revenue between '0300' and '0319' or m.cpt between 80047 and 89398 then 'laboratory'
    when m.revenue between '0320' and '0359' or m.revenue between '0400' and '0409' or m.revenue between '0610' and '0619'
      or m.cpt between 70010 and 79999 then 'radiology'
    when m.place in ('41', '42') then 'other'
    when lower(m.kind) = 'claim' and m.provider_key is null and m.revenue is not null then 'facility'
    when m.line_specialty = 'emergency_medicine' then 'emergency'
    when m.line_specialty = 'hospital_medicine' then 'inpatient'
    when m.line_specialty = 'anesthesiology' then 'anesthesia'
    when m.line_specialty = 'pathology' then 'laboratory'
    when m.line_specialty = 'imaging' then 'radiology'
    when m.line_specialty = 'primary_care' then 'primary_care'
    else 'visit'
  end as service,                                                   -- visit, or the kind of service that is none.
  m.provider_key,                                                   -- Clinician who gave it, where one is known.
  m.npi,                                                            -- That clinician's NPI, where it is valid.
  translate(coalesce(m.rendering_tin, m.billing_tin), '- .', '') as tin, -- Tax number of the group, without punctuation.
  m.organization_key,                                               -- Organization, folded.
  m.location,                                                       -- Department or site.
  m.line_specialty as specialty,                                    -- Specialty: by the source's word, else the clinician's; empty where neither is known.
  m.referral_key,                                                   -- Referral that the source names.
  m.referring_npi,                                                  -- Referring NPI on the claim.
  m.referral_number,                                                -- Referral number on the claim.
  m.authorization_number,                                           -- Authorization number on the claim.
  m.allowed_amount,                                                 -- Allowed amount, dollars.
  m.paid_amount,                                                    -- Paid amount, dollars.
  m.adjustment_reason,                                              -- Claim adjustment reason codes.
  m.in_network_asserted                                             -- The source's own in-network flag.
from meant m
left join undone u on u.visit_key = m.visit_key
left join staging.patient_link p on p.patient_key = m.patient_key
