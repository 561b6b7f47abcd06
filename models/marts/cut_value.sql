-- One row per value of everything that episodes can be cut by, with a number that stands for it in marts.episode_fact.
-- grain: cut, code
-- check: value is not null
with v as (
  select 'specialty' as cut, coalesce(specialty, 'Unknown') as value from core.episode
  union select 'referring_location', coalesce(referring_location, 'Unknown') from core.episode
  union select 'receiving_location', coalesce(receiving_location, 'Unknown') from core.episode
  union select 'payer', coalesce(payer, 'Unknown') from core.episode
  union select 'referring_provider', coalesce(referring_provider, referring_npi, 'Unknown') from core.episode
  union select 'receiving_provider', coalesce(receiving_provider, receiving_npi, 'Unknown') from core.episode
  union select 'referral_type', coalesce(referral_type, 'unknown') from core.episode
  union select 'priority', coalesce(priority, 'unknown') from core.episode
  union select 'source', coalesce(source, 'Unknown') from core.episode
  union select 'language', coalesce(language, 'Unknown') from core.episode
  union select 'barrier', coalesce(barrier, 'None recorded') from core.episode
  union all select 'interpreter', unnest(['Needed', 'Not needed', 'Unknown'])
  union all select 'transport', unnest(['Needed', 'Not needed', 'Unknown'])
  union all select 'distance_band', unnest(['0-9 miles', '10-24 miles', '25-49 miles', '50 miles or more', 'Unknown'])
)
select
  cut,                                                                               -- What is cut by, such as specialty.
  cast(row_number() over (partition by cut order by value) as integer) as code,      -- Number of the value within its cut, by the alphabet.
  value                                                                              -- The value, such as Cardiology; Unknown where no source says.
from v
