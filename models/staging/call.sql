-- Attempts and other contacts as they stand, mapped: one row each.
-- materialize: table
with keyed as (
  select
    referral_no, source, address,
    coalesce(system || ':' || contact_id, referral_key || '@' || strftime(attempted_at, '%Y%m%d%H%M%S') || coalesce('/' || channel, '')) as contact_key
  from staging.contact
),
newest as (
  select contact_key, max(address) as address from keyed group by contact_key
),
meaning as (
  select source, field, word, coalesce(min(value), 'unmapped') as value
  from staging.word
  where entity = 'contact' and (axis = field or not mapped)
  group by source, field, word
),
job as (
  select distinct source, name from seeds.system_user
)
select
  n.contact_key, r.referral_no, r.referral_key, r.source, r.attempted_at, c.value as channel, r.channel as channel_raw,
  o.value as outcome, r.outcome as outcome_raw, p.value as purpose, r.purpose as purpose_raw, r.language, r.contacted_by,
  case
    when r.contacted_by is null then null
    when exists (select 1 from job j where j.source = r.source and j.name = lower(trim(r.contacted_by))) then 'system'
    else 'staff'
  end as actor_type,
  coalesce(p.value, 'schedule') not in ('records', 'notify_referrer', 'authorization', 'reminder') as is_attempt,
  coalesce(o.value in ('reached', 'declined', 'scheduled'), false) as reached
from newest n
join staging.contact r on r.address = n.address
join seeds.slice z on r.referral_no between z.first_no and z.last_no
left join meaning c on c.source = r.source and c.field = 'channel' and c.word = r.channel
left join meaning o on o.source = r.source and o.field = 'outcome' and o.word = r.outcome
left join meaning p on p.source = r.source and p.field = 'purpose' and p.word = r.purpose
