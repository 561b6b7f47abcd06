-- One row per clinician's name that a source wrote without an NPI, with the organization and specialty written beside it: whom of those
-- known by number it fits best, how well, and the runner-up.
-- Below the threshold, or with two that fit alike, nobody is meant.
-- grain: written_name, organization_key, specialty
-- check: score between 0 and 1
with words as (
  select w.word, min(s.specialty) as specialty
  from (
    select specialty_raw as word from core.appointment where provider is not null
    union
    select specialty from staging.visit where rendering_provider is not null
  ) w
  join seeds.specialty s on s.raw = lower(regexp_replace(trim(w.word), '\s+', ' ', 'g'))
  group by w.word
),
written as (
  select r.receiving_provider as name, r.receiving_organization as organization, r.specialty, count(*) as mentions
  from core.referral r left join core.npi n on n.npi = r.receiving_npi
  where r.receiving_provider is not null and n.valid is not true group by all
  union all
  select a.provider, null, coalesce(w.specialty, 'Unknown'), count(*)
  from core.appointment a left join words w on w.word = a.specialty_raw left join core.npi n on n.npi = a.provider_npi
  where a.provider is not null and n.valid is not true group by all
  union all
  select v.rendering_provider, v.organization, coalesce(w.specialty, 'Unknown'), count(*)
  from staging.visit v left join words w on w.word = v.specialty left join core.npi n on n.npi = v.rendering_npi
  where v.rendering_provider is not null and n.valid is not true group by all
),
keys as (
  select
    lower(regexp_replace(trim(name), '\s+', ' ', 'g')) as written_name,
    coalesce(lower(regexp_replace(trim(organization), '\s+', ' ', 'g')), 'unknown') as organization_key,
    case when specialty = 'Unmapped' then 'Unknown' else specialty end as specialty,
    cast(sum(mentions) as integer) as mentions
  from written
  group by all
),
people as (
  select provider_key, lower(regexp_replace(trim(name), '\s+', ' ', 'g')) as name
  from core.provider
  where name is not null and coalesce(lower(kind), 'individual') not like 'org%'
),
-- Titles in front, credentials behind and punctuation go; "Last, First" and "First Last" become two parts.
bare as (
  select
    name,
    trim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(name, '[.]', '', 'g'), '^(dr|prof|mr|mrs|ms) ', ''),
      '([ ,]+(md|do|mbbs|phd|psyd|dnp|np|np-c|fnp|fnp-c|aprn|arnp|pa|pa-c|rn|lcsw|lpc|lmft|pt|dpt|ot|od|dds|dmd|dpm|dc|facc|facs|faap|jr|sr|ii|iii|iv))+$', ''),
      '[^a-z ,''-]', '', 'g')) as text
  from (select written_name as name from keys union select name from people)
),
parts as (
  select name,
    case when text like '%,%' then trim(split_part(text, ',', 1)) else regexp_extract(text, '(\S+)$', 1) end as last,
    case
      when text like '%,%' then regexp_extract(trim(split_part(text, ',', 2)), '^(\S+)', 1)
      when text like '% %' then regexp_extract(text, '^(\S+)', 1)
      else ''
    end as first
  from bare
),
-- Without a comma nobody knows which part is the family name: both orders are tried.
orders as (
  select name, last, first from parts
  union
  select name, first, last from parts where first <> '' and name not like '%,%'
),
fits as (
  select
    k.written_name, k.organization_key, k.specialty, p.provider_key,
    max(
      case
        when w.first = '' or o.first = '' then 0.93 * jaro_winkler_similarity(w.last, o.last)
        when length(w.first) = 1 or length(o.first) = 1
          then 0.6 * jaro_winkler_similarity(w.last, o.last) + case when w.first[1] = o.first[1] then 0.36 else 0 end
        else 0.6 * jaro_winkler_similarity(w.last, o.last) + 0.4 * jaro_winkler_similarity(w.first, o.first)
      end
    ) as name_score
  from keys k
  join orders w on w.name = k.written_name
  join parts o on o.last[1] = w.last[1]
  join people p on p.name = o.name
  where jaro_winkler_similarity(w.last, o.last) >= 0.85
  group by all
),
scored as (
  select
    f.written_name, f.organization_key, f.specialty, f.provider_key,
    0.9 * f.name_score
      + case when f.specialty = 'Unknown' or v.specialty in ('Unknown', 'Unmapped') then 0.03 when f.specialty = v.specialty then 0.05 else 0 end
      + case
          when f.organization_key = 'unknown' or v.organization is null then 0.03
          when f.organization_key = lower(regexp_replace(trim(v.organization), '\s+', ' ', 'g')) then 0.05
          else 0
        end as score
  from fits f
  join core.provider v on v.provider_key = f.provider_key
),
ranked as (
  select *, row_number() over (partition by written_name, organization_key, specialty order by score desc, provider_key) as rank
  from scored
)
select
  k.written_name,                                                  -- Name as written, folded.
  k.organization_key,                                              -- Organization written beside it, folded; unknown where none is.
  k.specialty,                                                     -- Specialty beside it; Unknown where none is.
  k.mentions,                                                      -- Rows that write it so.
  case when b.score >= n.name_score and b.score - coalesce(r.score, 0) >= 0.02 then b.provider_key end as provider_key, -- Who is meant; empty below the threshold or where two fit alike.
  b.provider_key as best_provider_key,                             -- Who fits best.
  b.score,                                                         -- How well, 0 to 1: nine tenths the name, the rest specialty and organization.
  r.provider_key as runner_up_provider_key,                        -- Who fits next.
  r.score as runner_up_score                                       -- How well.
from keys k
cross join seeds.network n
left join ranked b on b.written_name = k.written_name and b.organization_key = k.organization_key and b.specialty = k.specialty and b.rank = 1
left join ranked r on r.written_name = k.written_name and r.organization_key = k.organization_key and r.specialty = k.specialty and r.rank = 2
