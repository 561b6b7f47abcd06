-- One row per way in which referrals name where they come from: the clinician by number, or else the organization or place, as far as the
-- roster knows them.
-- Rosters list who takes referrals: a number that none of them lists may still be one of ours, and tells nothing. Empty until a roster is
-- loaded.
-- grain: npi, organization, location
with named as (
  select distinct coalesce(referring_npi, '') as npi, coalesce(referring_organization, '') as organization, coalesce(referring_location, '') as location
  from core.referral
  where coalesce(referring_npi, referring_organization, referring_location) is not null and (select count(*) from core.roster) > 0
),
places as (
  select distinct lower(regexp_replace(trim(location), '\s+', ' ', 'g')) as location_key from core.roster where location <> 'Unknown'
)
select
  n.npi,                                              -- NPI of the referring clinician as written; blank where none is.
  n.organization,                                     -- Organization as written; blank where none is.
  n.location,                                         -- Department or site as written; blank where none is.
  case
    when v.listed then v.provider_key
    when o.organization_key is not null then 'organization ' || o.organization_key
    when p.location_key is not null then 'location ' || p.location_key
  end as party                                        -- Who stands for it in the roster: a clinician, an organization, a place; empty where the roster knows none of them.
from named n
left join core.npi c on c.npi = n.npi and c.valid
left join core.provider v on v.provider_key = c.npi
left join core.organization o on o.organization_key = lower(regexp_replace(trim(n.organization), '\s+', ' ', 'g'))
left join places p on p.location_key = lower(regexp_replace(trim(n.location), '\s+', ' ', 'g'))
