-- Words without a mapping row, field by field, with the number of records and the first file that used them.
-- grain: source, entity, field, raw_value
with used as (
  select c.source, 'referral' as entity, c.field, c.raw, count(*) as records, min(o.as_of) as first_seen
  from staging.combination c
  join staging.reported o on o.combination = c.combination
  group by all
  union all
  select source, entity, field, lower(regexp_replace(trim(status), '\s+', ' ', 'g')), count(*), min(first_seen)
  from staging.booking
  where status is not null and entity = 'appointment'
  group by all
  union all
  select source, 'referral', 'priority', lower(regexp_replace(trim(priority), '\s+', ' ', 'g')), count(*), min(as_of)
  from (select distinct source, priority, as_of, referral_key from staging.referral where priority is not null)
  group by all
  union all
  select source, 'referral', 'type', lower(regexp_replace(trim(type), '\s+', ' ', 'g')), count(*), min(as_of)
  from (select distinct source, type, as_of, referral_key from staging.referral where type is not null)
  group by all
  union all
  select source, 'contact', 'outcome', lower(regexp_replace(trim(outcome), '\s+', ' ', 'g')), count(*), min(as_of)
  from staging.contact
  where outcome is not null
  group by all
  union all
  select source, 'contact', 'channel', lower(regexp_replace(trim(channel), '\s+', ' ', 'g')), count(*), min(as_of)
  from staging.contact
  where channel is not null
  group by all
  union all
  select source, 'authorization', 'status', lower(regexp_replace(trim(status), '\s+', ' ', 'g')), count(*), min(as_of)
  from staging.authorization
  where status is not null
  group by all
  union all
  select source, 'document', 'type', lower(regexp_replace(trim(type), '\s+', ' ', 'g')), count(*), min(as_of)
  from staging.document
  where type is not null
  group by all
)
select
  u.source,                              -- Source that uses it.
  u.entity,                              -- Entity of the field.
  u.field,                               -- Field of the contract.
  u.raw as raw_value,                    -- The word, folded.
  cast(u.records as integer) as records, -- Rows or observations that say it.
  u.first_seen                           -- As-of of the first file that said it.
from used u
where not exists (
  select 1 from seeds.status_map m
  where m.source = u.source and m.entity = u.entity and m.field = u.field and m.raw = u.raw
)
union all
select
  r.source, 'referral', 'specialty', lower(regexp_replace(trim(r.specialty_raw), '\s+', ' ', 'g')),
  cast(count(*) as integer), min(r.last_seen_at)
from core.referral r
where r.specialty = 'Unmapped'
group by all
