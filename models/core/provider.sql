-- One row per clinician or organization that a roster lists, or that a referral, an appointment or a visit names by a valid NPI.
-- grain: provider_key
with listed as (
  select
    provider_key,
    first(npi order by valid_to is null desc, valid_from desc, known_at desc, location, tin, payer, plan) as npi,
    first(name order by name is null, valid_to is null desc, valid_from desc, known_at desc, location, tin, payer, plan) as name,
    first(kind order by kind is null, valid_from desc, location, tin, payer, plan) as kind,
    first(specialty order by specialty in ('Unknown', 'Unmapped'), valid_to is null desc, valid_from desc, known_at desc, location, tin, payer, plan) as specialty,
    first(organization order by organization is null, valid_to is null desc, valid_from desc, known_at desc, location, tin, payer, plan) as organization,
    first(tin order by tin = 'Unknown', valid_to is null desc, valid_from desc, known_at desc, location, tin, payer, plan) as tin,
    first(location order by location = 'Unknown', valid_to is null desc, valid_from desc, known_at desc, location, tin, payer, plan) as location
  from core.roster
  group by provider_key
),
named as (
  select referring_npi as npi, min(referring_provider) as name, min(referring_organization) as organization, null as specialty_raw
  from core.referral where referring_npi is not null group by referring_npi
  union all
  select receiving_npi, min(receiving_provider), min(receiving_organization), null
  from core.referral where receiving_npi is not null group by receiving_npi
  union all
  select provider_npi, min(provider), null, min(specialty_raw)
  from core.appointment where provider_npi is not null group by provider_npi
  union all
  select rendering_npi, min(rendering_provider), min(organization), min(specialty)
  from staging.visit where rendering_npi is not null group by rendering_npi
),
met as (
  select a.npi, min(a.name) as name, min(a.organization) as organization, min(s.specialty) as specialty
  from named a
  left join seeds.specialty s on s.raw = lower(regexp_replace(trim(a.specialty_raw), '\s+', ' ', 'g'))
  group by a.npi
),
-- A group of one specialty tells what its clinicians do whose own line does not: nurse practitioners, physician assistants.
groups as (
  select tin, min(specialty) as specialty
  from core.roster
  where tin <> 'Unknown' and specialty not in ('Unknown', 'Unmapped')
  group by tin
  having min(specialty) = max(specialty)
)
select
  coalesce(l.provider_key, m.npi) as provider_key,                  -- NPI, or the roster's identifier where that is none.
  coalesce(l.npi, m.npi) as npi,                                    -- NPI, where it is valid.
  coalesce(l.name, m.name) as name,                                 -- Name, the roster's first.
  l.kind,                                                           -- individual or organization.
  case
    when l.specialty is not null and l.specialty not in ('Unknown', 'Unmapped') then l.specialty
    else coalesce(g.specialty, m.specialty, l.specialty, 'Unknown')
  end as specialty,                                                 -- Specialty, the roster's first, then that of a group of one specialty.
  coalesce(l.organization, m.organization) as organization,         -- Organization.
  case when l.tin <> 'Unknown' then l.tin end as tin,               -- Tax number of the group.
  case when l.location <> 'Unknown' then l.location end as location, -- Place of practice.
  l.provider_key is not null as listed                              -- The roster lists it, at whatever time.
from listed l
full join (select m.* from met m join core.npi n on n.npi = m.npi and n.valid) m on m.npi = l.npi
left join groups g on g.tin = l.tin
