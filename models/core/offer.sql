-- One row per clinician of ours and question that a referral out of the network puts: this specialty, payer and plan on this day.
-- Whether the clinician was in that payer's network and took new patients, and how long the wait was.
-- grain: specialty, payer, plan, day, provider_key
-- check: sampled_on is null or sampled_on <= day
with questions as (
  select distinct
    r.specialty, coalesce(r.payer, 'Unknown') as payer, coalesce(r.plan, 'Unknown') as plan, r.ordered_on as day,
    lower(r.payer) as payer_word, lower(r.plan) as plan_word
  from core.destination d
  join core.referral r on r.referral_key = d.referral_key
  where (d.actual_network = 'out' or (d.intended_network = 'out' and d.known_by = 'open')) and r.specialty not in ('Unknown', 'Unmapped')
),
ours as (
  select
    provider_key, name, specialty, lower(payer) as payer, lower(plan) as plan, valid_from, valid_to, contracted,
    coalesce(accepting, true) as accepting, age_from, age_to, lower(languages) as languages
  from core.roster
  where affiliated and specialty in (select specialty from questions)
),
-- The roster cut into stretches of days on which nothing changes, so that a day meets one row of each clinician.
cuts as (
  select provider_key, valid_from from ours
  union
  select provider_key, valid_to + 1 from ours where valid_to is not null
),
stretches as (
  select
    provider_key, valid_from,
    coalesce(lead(valid_from) over (partition by provider_key order by valid_from) - 1, date '9999-12-31') as valid_to
  from cuts
),
lines as (
  select s.valid_from as stretch_from, s.valid_to as stretch_to, o.*
  from stretches s
  join ours o on o.provider_key = s.provider_key and o.valid_from <= s.valid_from and (o.valid_to is null or o.valid_to >= s.valid_from)
),
present as (
  select
    specialty, provider_key, stretch_from, stretch_to, min(name) as name,
    case when count(age_from) = count(*) then min(age_from) end as age_from,
    case when count(age_to) = count(*) then max(age_to) end as age_to,
    max(languages) as languages
  from lines
  group by specialty, provider_key, stretch_from, stretch_to
),
terms as (
  select
    l.provider_key, l.stretch_from, a.payer_word, a.plan_word,
    bool_or(l.contracted) as takes_payer, bool_or(l.contracted and l.accepting) as accepting
  from lines l
  join (select distinct payer_word, plan_word from questions) a
    on l.payer in (a.payer_word, 'any') and (a.plan_word is null or l.plan in (a.plan_word, 'any'))
  group by all
),
-- First visits are what a referral needs; where no sample says which, all speak.
samples as (
  select
    c.provider_key, c.specialty, lower(c.payer) as payer, c.sampled_on, c.speaks_until,
    coalesce(bool_or(c.accepting) filter (where c.is_first), bool_or(c.accepting)) as accepting,
    case when bool_or(c.is_first) then min(c.third_next_days) filter (where c.is_first) else min(c.third_next_days) end as days
  from (
    select *, visit_type ilike '%new%' or visit_type ilike '%consult%' or visit_type = 'Any' as is_first from core.capacity_sample
  ) c
  group by c.provider_key, c.specialty, lower(c.payer), c.sampled_on, c.speaks_until
),
moments as (
  select distinct day, payer_word from questions
),
clinicians as (
  select s.provider_key, m.day, m.payer_word, bool_or(s.accepting) as accepting, min(s.days) as days, max(s.sampled_on) as sampled_on
  from samples s
  join moments m on m.day between s.sampled_on and s.speaks_until and (s.payer = 'any' or s.payer = m.payer_word)
  where s.provider_key <> 'Any'
  group by s.provider_key, m.day, m.payer_word
),
clinics as (
  select s.specialty, m.day, m.payer_word, bool_or(s.accepting) as accepting, min(s.days) as days, max(s.sampled_on) as sampled_on
  from samples s
  join moments m on m.day between s.sampled_on and s.speaks_until and (s.payer = 'any' or s.payer = m.payer_word)
  where s.provider_key = 'Any'
  group by s.specialty, m.day, m.payer_word
)
select
  q.specialty,                        -- Specialty asked for.
  q.payer,                            -- Payer; Unknown where none is stated.
  q.plan,                             -- Plan; Unknown where none is stated.
  q.day,                              -- Day of the order.
  p.provider_key,                     -- Clinician of ours of that specialty, on the roster that day.
  p.name as provider,                 -- Name.
  p.stretch_from as listed_from,      -- Since when the roster says of the clinician what it said that day.
  case when q.payer_word is not null then coalesce(t.takes_payer, false) end as takes_payer, -- In that payer's network; empty where the payer is unknown.
  case when q.payer_word is not null then coalesce(t.accepting, false) end
    and coalesce(case when w.sampled_on is not null then w.accepting else c.accepting end, true) as accepting, -- Took new patients of that payer, by the roster and by the sample.
  p.age_from,                         -- Youngest age seen, where stated.
  p.age_to,                           -- Oldest age seen, where stated.
  p.languages,                        -- Languages spoken, folded.
  coalesce(w.sampled_on, c.sampled_on) as sampled_on, -- Sample of open slots that spoke for that day; empty where none did.
  cast(case when w.sampled_on is not null then w.days else c.days end as integer) as wait_days -- Days to the third open slot by that sample; empty where none was in sight.
from questions q
join present p on p.specialty = q.specialty and q.day between p.stretch_from and p.stretch_to
left join terms t
  on t.provider_key = p.provider_key and t.stretch_from = p.stretch_from and t.payer_word = q.payer_word
  and t.plan_word is not distinct from q.plan_word
left join clinicians w on w.provider_key = p.provider_key and w.day = q.day and w.payer_word is not distinct from q.payer_word
left join clinics c on c.specialty = q.specialty and c.day = q.day and c.payer_word is not distinct from q.payer_word
