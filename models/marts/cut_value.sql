-- One row per value of everything that episodes can be cut by, with the number that stands for it where episodes are counted.
-- grain: cut, code
-- check: value is not null
with v as (
  select 'specialty' as cut, specialty as value from core.episode_cut
  union select 'referring_location', referring_location from core.episode_cut
  union select 'receiving_location', receiving_location from core.episode_cut
  union select 'payer', payer from core.episode_cut
  union select 'referring_provider', referring_provider from core.episode_cut
  union select 'receiving_provider', receiving_provider from core.episode_cut
  union select 'referral_type', referral_type from core.episode_cut
  union select 'priority', priority from core.episode_cut
  union select 'source', source from core.episode_cut
  union select 'language', language from core.episode_cut
  union select 'barrier', barrier from core.episode_cut
  union all select 'interpreter', unnest(['Needed', 'Not needed', 'Unknown'])
  union all select 'transport', unnest(['Needed', 'Not needed', 'Unknown'])
  union all select 'distance_band', unnest(['0-9 miles', '10-24 miles', '25-49 miles', '50 miles or more', 'Unknown'])
)
select
  cut,                                                                               -- What is cut by, such as specialty.
  cast(row_number() over (partition by cut order by value) as integer) as code,      -- Number of the value within its cut, by the alphabet.
  value                                                                              -- The value, such as Cardiology; Unknown where no source says.
from v
