-- One row per provider, place, TIN, payer, plan and time: what held then, by what the newest roster says.
-- A line that the next roster dropped ended there; a line that ends before it begins never held; where lines overlap, the one that began
-- later holds.
-- grain: provider_key, location, tin, payer, plan, valid_from
-- check: valid_to is null or valid_to >= valid_from
with lines as (
  select
    case when n.valid then p.npi else p.provider_key end as provider_key,
    case when n.valid then p.npi end as npi,
    p.name, p.kind, p.organization, p.postal_code, p.latitude, p.longitude, p.affiliated, p.contracted, p.tier, p.accepting,
    p.languages, p.age_from, p.age_to, p.specialty as specialty_raw, p.taxonomy_code,
    coalesce(nullif(trim(p.location), ''), 'Unknown') as location,
    coalesce(nullif(translate(p.tin, '- .', ''), ''), 'Unknown') as tin,
    coalesce(nullif(trim(p.payer), ''), 'Any') as payer,
    coalesce(nullif(trim(p.plan), ''), 'Any') as plan,
    coalesce(p.effective_from, date '1900-01-01') as stated_from,
    case when p.effective_to < date '2200-01-01' then p.effective_to end as stated_to,
    p.source, p.list, p.as_of, p.next_as_of, p.sequence, p.row_number
  from staging.provider p
  left join core.npi n on n.npi = p.npi
),
-- The newest snapshot that lists a contract speaks for all its lines; changes speak line by line.
newest as (
  select
    *,
    case when list = 'changes' then stated_from end as change_of,
    max(as_of) over (
      partition by source, provider_key, location, tin, payer, plan, case when list = 'changes' then stated_from end
    ) as newest_as_of,
    row_number() over (
      partition by source, provider_key, location, tin, payer, plan, stated_from order by as_of desc, sequence desc, row_number desc
    ) as rank
  from lines
),
standing as (
  select
    n.*,
    case
      when n.list = 'snapshot' and n.next_as_of is not null
        then least(coalesce(n.stated_to, date '9999-12-31'), cast(n.next_as_of as date) - 1)
      else n.stated_to
    end as ends_on,
    n.list = 'snapshot' and n.next_as_of is not null and coalesce(n.stated_to, date '9999-12-31') >= cast(n.next_as_of as date) as dropped
  from newest n
  where n.as_of = n.newest_as_of and n.rank = 1
),
held as (
  select * from standing where ends_on is null or ends_on >= stated_from
),
-- Overlapping lines of one contract are cut where any of them begins or ends.
cuts as (
  select provider_key, location, tin, payer, plan, stated_from as valid_from from held
  union
  select provider_key, location, tin, payer, plan, ends_on + 1 from held where ends_on is not null
),
pieces as (
  select *, lead(valid_from) over (partition by provider_key, location, tin, payer, plan order by valid_from) - 1 as valid_to
  from cuts
),
settled as (
  select
    p.valid_from, p.valid_to, h.*,
    row_number() over (
      partition by p.provider_key, p.location, p.tin, p.payer, p.plan, p.valid_from
      order by h.stated_from desc, h.as_of desc, h.sequence desc, h.row_number desc
    ) as choice
  from pieces p
  join held h
    on h.provider_key = p.provider_key and h.location = p.location and h.tin = p.tin and h.payer = p.payer and h.plan = p.plan
    and h.stated_from <= p.valid_from and (h.ends_on is null or h.ends_on >= p.valid_from)
),
words as (
  select w.specialty_raw, min(s.specialty) as specialty
  from (select distinct specialty_raw from settled) w
  join seeds.specialty s on s.raw = lower(regexp_replace(trim(w.specialty_raw), '\s+', ' ', 'g'))
  group by w.specialty_raw
)
select
  s.provider_key,                     -- Clinician or organization: its NPI, or the roster's identifier where that is none.
  s.npi,                              -- NPI, where it is one.
  s.location,                         -- Place of practice.
  s.tin,                              -- Tax number of the group, without punctuation.
  s.payer,                            -- Payer; Any where the line holds for all.
  s.plan,                             -- Plan of the payer; Any where the line holds for all.
  s.valid_from,                       -- First day.
  s.valid_to,                         -- Last day; empty while it goes on.
  s.name,                             -- Name as the roster writes it.
  s.kind,                             -- individual or organization.
  s.organization,                     -- Organization.
  coalesce(t.specialty, w.specialty, case when coalesce(s.taxonomy_code, s.specialty_raw) is null then 'Unknown' else 'Unmapped' end) as specialty, -- Specialty: by the site's taxonomy table, else by the roster's word.
  s.specialty_raw,                    -- Specialty in the roster's words.
  s.taxonomy_code,                    -- Provider taxonomy code.
  s.affiliated,                       -- Belongs to our system.
  coalesce(s.contracted, s.payer <> 'Any') as contracted, -- In this payer's network; a line that names a payer says so unless it says otherwise.
  s.tier,                             -- Network tier.
  s.accepting,                        -- Takes new patients of this payer.
  s.languages,                        -- Languages spoken, separated by semicolons.
  s.age_from,                         -- Youngest age seen, years.
  s.age_to,                           -- Oldest age seen, years.
  s.postal_code,                      -- Postal code of the place.
  s.latitude,                         -- Latitude of the place, degrees.
  s.longitude,                        -- Longitude of the place, degrees.
  s.source,                           -- Source of the line.
  s.as_of as known_at,                -- Roster that says so.
  s.dropped as dropped                -- The next roster no longer listed it: its end is the day before that roster.
from settled s
left join seeds.taxonomy t on t.code = upper(trim(s.taxonomy_code))
left join words w on w.specialty_raw = s.specialty_raw
where s.choice = 1
