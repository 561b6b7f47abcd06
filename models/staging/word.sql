-- Each distinct word that a source used outside its lists of referrals, field by field, with every mapping row that speaks of it.
-- A word without a mapping row stands once, with nothing mapped.
-- materialize: table
with used as (
  select source, 'referral_event' as entity, coalesce(field, 'status') as field, value as word, count(*) as records, min(as_of) as first_seen
  from staging.referral_event
  where value is not null
  group by all
  union all
  select source, 'appointment', 'status', status, count(*), min(as_of) from staging.appointment where status is not null group by all
  union all
  select source, 'appointment', 'cancel_reason', cancel_reason, count(*), min(as_of) from staging.appointment where cancel_reason is not null group by all
  union all
  select source, 'authorization', 'status', status, count(*), min(as_of) from staging.authorization where status is not null group by all
  union all
  select source, 'authorization', 'denial_reason', denial_reason, count(*), min(as_of) from staging.authorization where denial_reason is not null group by all
  union all
  select source, 'contact', 'channel', channel, count(*), min(as_of) from staging.contact where channel is not null group by all
  union all
  select source, 'contact', 'outcome', outcome, count(*), min(as_of) from staging.contact where outcome is not null group by all
  union all
  select source, 'contact', 'purpose', purpose, count(*), min(as_of) from staging.contact where purpose is not null group by all
  union all
  select source, 'document', 'type', type, count(*), min(as_of) from staging.document where type is not null group by all
  union all
  select source, 'document', 'status', status, count(*), min(as_of) from staging.document where status is not null group by all
  union all
  select source, 'visit', 'status', status, count(*), min(as_of) from staging.visit where status is not null group by all
  union all
  select source, 'visit', 'adjustment', adjustment, count(*), min(as_of) from staging.visit where adjustment is not null group by all
),
folded as (
  select *, lower(regexp_replace(trim(word), '\s+', ' ', 'g')) as raw from used
)
select
  f.source, f.entity, f.field, f.word, f.raw, f.records, f.first_seen, m.when_field, m.when_raw, m.axis, m.value, m.place,
  m.source is not null as mapped,
  hash(f.source, f.field, f.word, m.place) as statement_no
from folded f
left join seeds.status_map m
  on m.source = f.source and m.entity = f.entity and m.raw = f.raw
  and (m.field = f.field or (f.entity = 'referral_event' and m.field = 'value'))
