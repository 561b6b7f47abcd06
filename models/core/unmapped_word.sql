-- Words without a mapping row, field by field, with the number of records and the first file that used them.
-- grain: source, entity, field, raw_value
with unread as (
  select *
  from staging.combination c
  where not exists (
    select 1 from seeds.status_map m
    where m.source = c.source and m.entity = 'referral'
      and ((m.field = c.field and m.raw = c.raw) or (m.when_field = c.field and m.when_raw = c.raw))
  )
),
listed as (
  select u.source, u.field, u.raw, u.word, count(distinct r.referral_no) as records, min(r.as_of) as first_seen
  from staging.referral r
  join unread u on u.combination = r.combination
  group by all
),
-- A kind, an urgency, a specialty and a direction of the newest rows.
described as (
  select source, 'type' as field, type_raw as word, last_seen_at from core.referral where referral_type = 'unmapped'
  union all
  select source, 'priority', priority_raw, last_seen_at from core.referral where priority = 'unmapped'
  union all
  select source, 'specialty', specialty_raw, last_seen_at from core.referral where specialty = 'Unmapped'
  union all
  select r.source, 'class', r.class, r.last_seen_at from core.referral r join core.direction d on d.referral_key = r.referral_key where d.class_says = 'unmapped'
  union all
  select r.source, 'direction', r.direction, r.last_seen_at from core.referral r join core.direction d on d.referral_key = r.referral_key where d.direction_says = 'unmapped'
),
-- Specialties of rosters, claims and samples that neither crosswalk knows.
practiced as (
  select source, 'provider' as entity, 'specialty' as field, specialty_raw as word, count(*) as records, min(known_at) as first_seen
  from core.roster where specialty = 'Unmapped' and specialty_raw is not null group by all
  union all
  select source, 'provider', 'taxonomy_code', taxonomy_code, count(*), min(known_at)
  from core.roster where specialty = 'Unmapped' and taxonomy_code is not null group by all
  union all
  select source, 'visit', 'specialty', specialty, count(*), min(as_of) from staging.visit where specialty is not null group by all
  union all
  select source, 'capacity', 'specialty', specialty, count(*), min(as_of) from staging.capacity where specialty is not null group by all
),
unmapped as (
  select source, entity, field, lower(regexp_replace(trim(word), '\s+', ' ', 'g')) as raw, word, records, first_seen
  from practiced p
  where not exists (select 1 from seeds.specialty s where s.raw = lower(regexp_replace(trim(p.word), '\s+', ' ', 'g')))
  union all
  select source, 'referral', field, raw, word, records, first_seen from listed
  union all
  select source, 'referral', field, lower(regexp_replace(trim(word), '\s+', ' ', 'g')), word, count(*), min(last_seen_at)
  from described
  group by all
  union all
  select w.source, w.entity, w.field, w.raw, w.word, w.records, w.first_seen
  from staging.word w
  where not w.mapped
    -- A reason that decides what another word means has a meaning.
    and not exists (
      select 1 from seeds.status_map m
      where m.source = w.source and m.entity = w.entity and m.when_field = w.field and m.when_raw = w.raw
    )
),
-- What someone typed may name a person: words that are long, hold an address or a telephone number, and the rare ones of a field
-- with many, are counted together and not shown. Names of specialties are nobody's.
many as (
  select source, entity, field from unmapped group by source, entity, field having count(distinct raw) > 20
),
rare as (
  select u.source, u.entity, u.field, u.raw
  from unmapped u
  join many m on m.source = u.source and m.entity = u.entity and m.field = u.field
  group by all
  having sum(u.records) < 3
),
judged as (
  select
    u.*,
    u.field not in ('specialty', 'taxonomy_code')
      and (r.raw is not null or length(u.raw) > 40 or regexp_matches(u.raw, '@|[0-9]{5}|[0-9]{3}[^0-9]+[0-9]{4}')) as is_prose
  from unmapped u
  left join rare r on r.source = u.source and r.entity = u.entity and r.field = u.field and r.raw = u.raw
),
shown as (
  select
    source, entity, field, case when is_prose then '(free text)' else raw end as raw,
    case when is_prose then '(free text)' else word end as word, records, first_seen
  from judged
),
-- The three commonest spellings stand for the rest.
spelled as (
  select
    source, entity, field, raw, word, sum(records) as records, min(first_seen) as first_seen,
    row_number() over (partition by source, entity, field, raw order by sum(records) desc, word) as place
  from shown
  group by source, entity, field, raw, word
)
select
  source,                             -- Source that uses it.
  entity,                             -- Entity of the field.
  field,                              -- Field of the contract.
  raw as raw_value,                   -- The word, folded; (free text) for whatever may name a person.
  string_agg(word, '; ' order by place) filter (where place <= 3) as examples, -- The three commonest ways in which it is written.
  cast(sum(records) as integer) as records, -- Referrals, and rows of other feeds, that say it.
  min(first_seen) as first_seen       -- As-of of the first file that said it; of the newest rows, for kind, urgency, specialty and direction.
from spelled
group by source, entity, field, raw
