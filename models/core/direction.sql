-- One row per referral that counts and of which a source says, or the roster tells, whether it stays within our system, leaves it or comes
-- to it.
-- What sources say is kept beside what the two ends tell; only ends that the roster of the order day knows tell anything.
-- grain: referral_key
-- check: class_agrees is null or class_says <> 'unmapped'
-- check: direction_agrees is null or direction_says <> 'unmapped'
with vocabulary as (
  select source, field, raw, min(value) as value
  from seeds.status_map
  where entity = 'referral' and field in ('class', 'direction') and axis = 'direction'
  group by source, field, raw
),
-- What each word says of the two ends: sent and received leave the other one open.
meaning as (
  select * from (values ('internal', true, true), ('outgoing', true, false), ('incoming', false, true), ('sent', true, null), ('received', null, true)) m(says, from_us, to_us)
),
words as (
  select w.source, w.field, w.word, coalesce(v.value, 'unmapped') as says, m.from_us, m.to_us
  from (
    select distinct source, 'class' as field, class as word from core.referral where class is not null
    union
    select distinct source, 'direction', direction from core.referral where direction is not null
  ) w
  left join vocabulary v on v.source = w.source and v.field = w.field and v.raw = lower(regexp_replace(trim(w.word), '\s+', ' ', 'g'))
  left join meaning m on m.says = v.value
),
ends as (
  select
    r.referral_key, r.class, r.direction, r.source, r.ordered_on, f.affiliated as from_us, t.affiliated as to_us
  from core.referral r
  left join core.origin o
    on o.npi = coalesce(r.referring_npi, '') and o.organization = coalesce(r.referring_organization, '') and o.location = coalesce(r.referring_location, '')
  left join core.network_day f on f.party = o.party and f.day = r.ordered_on and f.payer = 'Unknown' and f.plan = 'Unknown'
  left join core.intended i on i.referral_key = r.referral_key
  left join core.network_day t
    on t.party = i.party and t.day = i.ordered_on and t.payer = coalesce(i.payer, 'Unknown') and t.plan = coalesce(i.plan, 'Unknown')
  where r.exclusion is null
)
select
  e.referral_key,                                     -- Referral.
  c.says as class_says,                               -- What its class says: internal, incoming, outgoing, sent, received; unmapped; empty where the source is silent.
  d.says as direction_says,                           -- What its direction says, in the same words.
  e.from_us,                                          -- Who refers belonged to our system on the order day; empty where the roster does not tell.
  e.to_us,                                            -- Where it goes belonged to our system on the order day; empty where the roster does not tell.
  case
    when e.from_us and e.to_us then 'internal'
    when e.from_us and not e.to_us then 'outgoing'
    when not e.from_us and e.to_us then 'incoming'
    when not e.from_us and not e.to_us then 'outside'
    when e.from_us then 'from us'
    when not e.from_us then 'from outside'
    when e.to_us then 'to us'
    when not e.to_us then 'to outside'
    else 'unknown'
  end as direction,                                   -- What the two ends tell: internal, outgoing, incoming, outside (neither end is ours); with one end known from us, from outside, to us or to outside; else unknown.
  case when c.from_us is not null or c.to_us is not null then (c.from_us is null or c.from_us = e.from_us) and (c.to_us is null or c.to_us = e.to_us) end as class_agrees, -- The class fits both ends; empty where too little is known to tell.
  case when d.from_us is not null or d.to_us is not null then (d.from_us is null or d.from_us = e.from_us) and (d.to_us is null or d.to_us = e.to_us) end as direction_agrees, -- The direction fits both ends; empty where too little is known to tell.
  case when c.says <> 'unmapped' and d.says <> 'unmapped' then coalesce(c.from_us = d.from_us, true) and coalesce(c.to_us = d.to_us, true) end as claims_agree -- Class and direction of the row can both be true; empty where it does not state both.
from ends e
left join words c on c.source = e.source and c.field = 'class' and c.word = e.class
left join words d on d.source = e.source and d.field = 'direction' and d.word = e.direction
where coalesce(e.class, e.direction) is not null or e.from_us is not null or e.to_us is not null
