-- One row per organization of the roster, and whether all, none or some of its lines belong to our system.
-- grain: organization_key
-- check: affiliated is null or not mixed
select
  lower(regexp_replace(trim(organization), '\s+', ' ', 'g')) as organization_key,  -- Name, folded.
  min(organization) as name,                                                       -- Name as the roster writes it.
  case when bool_and(affiliated) then true when not bool_or(affiliated) then false end as affiliated, -- Belongs to our system; empty where its lines disagree or do not say.
  coalesce(bool_or(affiliated) and not bool_and(affiliated), false) as mixed,      -- Some lines say so and some do not.
  cast(count(distinct provider_key) as integer) as providers,                      -- Clinicians and places listed.
  cast(count(distinct nullif(tin, 'Unknown')) as integer) as tins,                 -- Tax numbers.
  cast(count(distinct nullif(location, 'Unknown')) as integer) as locations        -- Places of practice.
from core.roster
where nullif(trim(organization), '') is not null
group by 1
