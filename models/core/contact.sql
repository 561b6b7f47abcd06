-- One row per attempt to reach a patient, or word to the referring clinician.
-- grain: contact_key
with newest as (
  select
    *, coalesce(system || ':' || contact_id, referral_key || '@' || strftime(attempted_at, '%Y%m%d%H%M%S') || coalesce('/' || channel, '')) as contact_key
  from staging.contact
  qualify row_number() over (partition by contact_key order by sequence desc, row_number desc) = 1
),
words as (
  select distinct source, 'channel' as field, channel as word from newest where channel is not null
  union select distinct source, 'outcome', outcome from newest where outcome is not null
  union select distinct source, 'purpose', purpose from newest where purpose is not null
),
meaning as (
  select w.source, w.field, w.word, coalesce(min(m.value), 'unmapped') as value
  from words w
  left join seeds.status_map m
    on m.source = w.source and m.entity = 'contact' and m.field = w.field and m.axis = w.field
    and m.raw = lower(regexp_replace(trim(w.word), '\s+', ' ', 'g'))
  group by w.source, w.field, w.word
),
users as (
  select n.source, n.contacted_by, case when min(u.name) is null then 'staff' else 'system' end as actor_type
  from (select distinct source, contacted_by from newest where contacted_by is not null) n
  left join seeds.system_user u on u.source = n.source and u.name = lower(trim(n.contacted_by))
  group by n.source, n.contacted_by
)
select
  n.contact_key,                      -- Attempt, unique across sources.
  n.referral_key,                     -- Referral it was for.
  n.source,                           -- Source of the row.
  n.attempted_at,                     -- When it was made.
  c.value as channel,                 -- telephone, text, email, portal, letter, in_person or fax; unmapped where no mapping row matched.
  n.channel as channel_raw,           -- The source's word.
  o.value as outcome,                 -- reached, left_message, no_answer, wrong_number, undelivered, opted_out, declined or scheduled; unmapped where no mapping row matched.
  n.outcome as outcome_raw,           -- The source's word.
  p.value as purpose,                 -- schedule, reminder, no_show, records, notify_referrer or authorization.
  n.purpose as purpose_raw,           -- The source's word.
  n.language,                         -- Language used.
  n.contacted_by,                     -- User or job.
  u.actor_type,                       -- staff or system (a job), where the source names the user.
  coalesce(p.value, 'schedule') not in ('records', 'notify_referrer', 'authorization', 'reminder') as is_attempt, -- An attempt to reach the patient about a visit still to be arranged.
  coalesce(o.value in ('reached', 'declined', 'scheduled'), false) as reached, -- Somebody answered.
  cast(row_number() over (partition by n.referral_key, is_attempt order by n.attempted_at, n.contact_key) as integer) as attempt -- Counts the attempts of one referral, and its other contacts, each from 1.
from newest n
left join meaning c on c.source = n.source and c.field = 'channel' and c.word = n.channel
left join meaning o on o.source = n.source and o.field = 'outcome' and o.word = n.outcome
left join meaning p on p.source = n.source and p.field = 'purpose' and p.word = n.purpose
left join users u on u.source = n.source and u.contacted_by = n.contacted_by
