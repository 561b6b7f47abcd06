-- One row per visit: in the network or outside it, and what it was: an answer to a referral, a follow-up, sent on by a specialist of ours,
-- the continuation of known care, or self-directed.
-- grain: visit_key
-- check: network in ('in', 'out', 'unknown')
-- check: role in ('answer', 'follow_up', 'chain', 'continuation', 'self_directed', 'primary_care', 'excluded')
with desks as (
  select npi, location from (
    select referring_npi as npi, referring_location as location,
      row_number() over (partition by referring_npi order by count(*) desc, referring_location) as rank
    from core.referral
    where referring_npi is not null and referring_location is not null and exists (select 1 from core.visit)
    group by referring_npi, referring_location
  )
  where rank = 1
),
covered as (
  select distinct v.visit_key
  from core.visit v
  join core.coverage c
    on c.patient_key = v.patient_key and lower(c.payer) = lower(v.payer)
    and c.covered_from <= date_trunc('month', v.day)
    and (c.covered_to is null or c.covered_to >= date_trunc('month', v.day) + interval 1 month - interval 1 day)
),
-- A clinician whom a referral led to stays the patient's.
known as (
  select v.patient_key, v.provider_key, v.day
  from core.visit_match m
  join core.visit v on v.visit_key = m.visit_key
  where v.provider_key is not null
),
continued as (
  select distinct v.visit_key
  from core.visit v
  cross join seeds.network s
  join known k on k.patient_key = v.patient_key and k.provider_key = v.provider_key and k.day < v.day and k.day >= v.day - s.continuity_days
)
select
  v.visit_key,                                          -- Visit.
  v.patient_key,                                        -- Person.
  v.provider_key,                                       -- Clinician, where one is known.
  v.day,                                                -- Day.
  cast(date_trunc('month', v.day) as date) as month,    -- Month, as its first day.
  coalesce(v.specialty, 'Unknown') as specialty,        -- Specialty.
  coalesce(d.location, 'Unknown') as referring_location, -- Department or site of the clinician the person is attributed to.
  coalesce(v.payer, 'Unknown') as payer,                -- Payer.
  case when n.affiliated then 'in' when not n.affiliated then 'out' else 'unknown' end as network, -- in or out by the roster of that day.
  n.contracted,                                         -- Was in the payer's network that day.
  case
    when m.ordinal = 1 then 'answer'
    when m.ordinal > 1 then 'follow_up'
    when v.service = 'primary_care' then 'primary_care'
    when v.service <> 'visit' then 'excluded'
    when c.visit_key is not null then 'chain'
    when k.visit_key is not null then 'continuation'
    else 'self_directed'
  end as role,                                          -- What it was; excluded: laboratory, imaging, anesthesia, emergency, inpatient, facility only.
  m.episode_key,                                        -- Episode it belongs to.
  v.service = 'visit' as is_specialist,                 -- A specialist visit.
  v.claimed,                                            -- A claim tells of it.
  p.attributed_npi is not null as attributed,           -- The person is attributed to a primary care clinician.
  o.visit_key is not null as covered,                   -- The payer covered the person the whole month.
  v.allowed_amount as dollars                           -- Allowed amount.
from core.visit v
left join core.network_day n
  on n.party = v.party and n.day = v.day and n.payer = coalesce(v.payer, 'Unknown') and n.plan = coalesce(v.plan, 'Unknown')
left join core.visit_match m on m.visit_key = v.visit_key
left join core.chain c on c.visit_key = v.visit_key
left join continued k on k.visit_key = v.visit_key
left join core.patient p on p.patient_key = v.patient_key
left join desks d on d.npi = p.attributed_npi
left join covered o on o.visit_key = v.visit_key
