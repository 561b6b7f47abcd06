-- One row per referral that names where it goes: the clinician, or else the organization or place, as far as the roster knows them.
-- A referral to a specialty alone has none.
-- grain: referral_key
-- check: evidence in ('npi', 'name', 'organization', 'location', 'unresolved')
with named as (
  select
    r.referral_key, r.specialty, r.ordered_on, r.payer, r.plan, r.receiving_provider, r.receiving_location,
    case when n.valid then r.receiving_npi end as npi,
    coalesce(lower(regexp_replace(trim(r.receiving_organization), '\s+', ' ', 'g')), 'unknown') as organization_key,
    lower(regexp_replace(trim(r.receiving_location), '\s+', ' ', 'g')) as location_key,
    case when n.valid is not true then lower(regexp_replace(trim(r.receiving_provider), '\s+', ' ', 'g')) end as written_name
  from core.referral r
  left join core.npi n on n.npi = r.receiving_npi
  where r.receiving_npi is not null or r.receiving_provider is not null or r.receiving_organization is not null or r.receiving_location is not null
),
places as (
  select distinct lower(regexp_replace(trim(location), '\s+', ' ', 'g')) as location_key from core.roster where location <> 'Unknown'
),
resolved as (
  select
    d.*, coalesce(d.npi, m.provider_key) as provider_key, m.score,
    o.organization_key is not null as known_organization, p.location_key is not null as known_location
  from named d
  left join core.name_match m
    on m.written_name = d.written_name and m.organization_key = d.organization_key
    and m.specialty = case when d.specialty = 'Unmapped' then 'Unknown' else d.specialty end
  left join core.organization o on o.organization_key = d.organization_key
  left join places p on p.location_key = d.location_key
)
select
  r.referral_key,                                     -- Referral.
  r.ordered_on,                                       -- Day of the order.
  r.payer,                                            -- Payer at the order.
  r.plan,                                             -- Plan at the order.
  r.provider_key,                                     -- Clinician it goes to, where one is known.
  coalesce(v.name, r.receiving_provider) as provider, -- That clinician's name, or the name as written.
  case when r.organization_key <> 'unknown' then r.organization_key end as organization_key, -- Organization it names, folded.
  r.receiving_location as location,                   -- Place it names.
  v.tin,                                              -- Tax number of the clinician's group.
  case
    when r.npi is not null then 'npi'
    when r.provider_key is not null then 'name'
    when r.known_organization then 'organization'
    when r.known_location then 'location'
    else 'unresolved'
  end as evidence,                                    -- What tells where it goes: npi, name, organization, location; unresolved where nothing the roster knows is named.
  r.score,                                            -- Where a name tells: how well it fits.
  case
    when v.listed then r.provider_key
    when r.known_organization then 'organization ' || r.organization_key
    when r.known_location then 'location ' || r.location_key
    when r.provider_key is not null then 'unlisted'
  end as party                                        -- Who stands for it in the roster: a clinician, an organization, a place; unlisted where a number is known that no roster lists.
from resolved r
left join core.provider v on v.provider_key = r.provider_key
