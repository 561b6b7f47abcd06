-- One row per referral that left the network, or was meant to, and clinician of ours who might have seen the patient: each limit on the order day, and the first one that stood in the way.
-- grain: referral_key, provider_key
-- check: failed is null or failed in ('payer', 'closed', 'age', 'language', 'distance', 'wait')
with gone as (
  select r.*
  from core.destination d
  join core.referral r on r.referral_key = d.referral_key
  where d.actual_network = 'out' or d.intended_network = 'out'
),
-- How long the visit may take by the policy that the order falls under: of those that match, the lowest rank.
ruled as (
  select g.referral_key, arg_min(p.policy, (p.rank, p.policy)) as policy
  from gone g
  join seeds.policy p
    on (p.specialty is null or p.specialty = g.specialty) and (p.referral_type is null or p.referral_type = g.referral_type)
    and (p.priority is null or p.priority = g.priority) and (p.payer is null or p.payer = lower(trim(g.payer)))
    and (p.diagnosis is null or replace(upper(g.diagnosis_code), '.', '') like p.diagnosis || '%')
    and (p.location is null or p.location = lower(trim(g.receiving_location)))
    and (p.effective_from is null or p.effective_from <= g.ordered_on) and (p.effective_to is null or p.effective_to >= g.ordered_on)
  group by g.referral_key
),
allowed as (
  select
    g.referral_key, min(l.rule) as rule,
    min(case when l.business then cast(e.day - g.ordered_on as integer) else l.days end) as wait_days
  from gone g
  join ruled u on u.referral_key = g.referral_key
  join seeds.policy_limit l
    on l.policy = u.policy and l.stage = 'visit'
    and l.priority is not distinct from case when g.priority in ('emergency', 'urgent', 'soon', 'routine') then g.priority end
    and (l.effective_from is null or l.effective_from <= g.ordered_on) and (l.effective_to is null or l.effective_to >= g.ordered_on)
  left join seeds.calendar c on c.day = g.ordered_on
  left join seeds.calendar e on e.business_day and e.business_days_before = case when l.business then c.business_days_before + l.days end
  group by g.referral_key
),
leaving as (
  select
    r.referral_key, r.ordered_on, r.specialty, lower(r.payer) as payer, lower(r.plan) as plan, w.wait_days, w.rule,
    coalesce(r.language, t.language) as language,
    extract(year from r.ordered_on) - b.birth_year as age,
    coalesce(home.latitude, near.latitude, site.latitude) as latitude,
    coalesce(home.longitude, near.longitude, site.longitude) as longitude
  from gone r
  left join allowed w on w.referral_key = r.referral_key
  left join staging.patient_link l on l.patient_key = r.patient_key
  left join core.patient t on t.patient_key = coalesce(l.person_key, r.patient_key)
  left join (
    select coalesce(k.person_key, s.patient_key) as patient_key, max(s.birth_year) as birth_year
    from staging.patient s left join staging.patient_link k on k.patient_key = s.patient_key
    group by 1
  ) b on b.patient_key = coalesce(l.person_key, r.patient_key)
  left join seeds.place home on home.place = t.postal_area
  left join seeds.place near on near.place = lower(regexp_replace(trim(r.referring_location), '\s+', ' ', 'g'))
  left join (
    select lower(regexp_replace(trim(location), '\s+', ' ', 'g')) as place, avg(latitude) as latitude, avg(longitude) as longitude
    from core.roster where latitude is not null group by 1
  ) site on site.place = lower(regexp_replace(trim(r.referring_location), '\s+', ' ', 'g'))
),
ours as (
  select *, lower(payer) as for_payer, lower(plan) as for_plan
  from core.roster
  where affiliated and specialty not in ('Unknown', 'Unmapped')
),
standing as (
  select
    l.referral_key, o.provider_key, l.ordered_on, l.specialty, l.payer, l.wait_days, l.rule,
    min(o.name) as name,
    bool_or(o.contracted and (o.for_payer = 'any' or o.for_payer = l.payer) and (o.for_plan = 'any' or l.plan is null or o.for_plan = l.plan)) as takes_payer,
    bool_or(o.contracted and (o.for_payer = 'any' or o.for_payer = l.payer) and (o.for_plan = 'any' or l.plan is null or o.for_plan = l.plan) and coalesce(o.accepting, true)) as accepting,
    bool_or(l.age is null or (l.age >= coalesce(o.age_from, 0) and l.age - 1 <= coalesce(o.age_to, 200))) as fits_age,
    bool_or(l.language is null or lower(o.languages) like '%' || lower(l.language) || '%') as speaks_language,
    -- Great-circle distance by the haversine formula, on a sphere of 3,958.8 miles.
    min(case
      when o.latitude is not null and l.latitude is not null then 3958.8 * 2 * asin(sqrt(least(1.0,
        power(sin(radians(o.latitude - l.latitude) / 2), 2)
          + cos(radians(l.latitude)) * cos(radians(o.latitude)) * power(sin(radians(o.longitude - l.longitude) / 2), 2)
      )))
    end) as miles
  from leaving l
  join ours o on o.specialty = l.specialty and o.valid_from <= l.ordered_on and (o.valid_to is null or o.valid_to >= l.ordered_on)
  group by l.referral_key, o.provider_key, l.ordered_on, l.specialty, l.payer, l.wait_days, l.rule
),
-- First visits are what a referral needs; where no sample says which, all speak.
samples as (
  select *, lower(payer) as for_payer, visit_type ilike '%new%' or visit_type ilike '%consult%' or visit_type = 'Any' as is_first
  from core.capacity_sample
),
waits as (
  select
    s.referral_key, s.provider_key,
    coalesce(bool_or(c.accepting) filter (where c.is_first), bool_or(c.accepting)) as accepting,
    coalesce(min(c.third_next_days) filter (where c.is_first), min(c.third_next_days) filter (where not c.is_first and not exists_first)) as days,
    max(c.sampled_on) as sampled_on
  from (
    select *, bool_or(is_first) over (partition by provider_key, sampled_on) as exists_first from samples
  ) c
  join standing s
    on c.provider_key = s.provider_key and c.sampled_on <= s.ordered_on and c.speaks_until >= s.ordered_on
    and (c.for_payer = 'any' or s.payer is null or c.for_payer = s.payer)
  group by s.referral_key, s.provider_key
),
clinics as (
  select s.referral_key, bool_or(c.accepting) as accepting, min(c.third_next_days) as days, max(c.sampled_on) as sampled_on
  from (select distinct referral_key, specialty, ordered_on, payer from standing) s
  join samples c
    on c.provider_key = 'Any' and c.specialty = s.specialty and c.sampled_on <= s.ordered_on and c.speaks_until >= s.ordered_on
    and (c.for_payer = 'any' or s.payer is null or c.for_payer = s.payer)
  group by s.referral_key
),
weighed as (
  select
    s.*, n.distance_miles as miles_limit, n.language = 'required' as language_required,
    coalesce(w.sampled_on, k.sampled_on) as sampled_on,
    case when w.sampled_on is not null then w.days else k.days end as wait,
    case when w.sampled_on is not null then w.accepting else k.accepting end as sample_accepting
  from standing s
  cross join seeds.network n
  left join waits w on w.referral_key = s.referral_key and w.provider_key = s.provider_key
  left join clinics k on k.referral_key = s.referral_key
)
select
  referral_key,                       -- Referral.
  provider_key,                       -- Clinician of ours, of the specialty referred to, on the roster that day.
  name as provider,                   -- Name.
  case when payer is null then null else takes_payer end as takes_payer, -- Was in the payer's network; empty where the payer is unknown.
  takes_payer and accepting and coalesce(sample_accepting, true) as accepting, -- Took new patients of that payer.
  fits_age,                           -- Sees patients of that age; true where the age is unknown.
  speaks_language,                    -- Speaks the patient's language; true where it is unknown.
  miles,                              -- Miles from the patient's area, else from the referring place; empty where neither is known.
  miles_limit,                        -- Limit.
  sampled_on,                         -- Sample of open slots that spoke for that day; empty where none did.
  cast(wait as integer) as wait_days, -- Days to the third open slot by that sample.
  wait_days as wait_limit,            -- Days by which the policy wants the visit; empty where no policy sets a limit.
  rule,                               -- That rule of the policy.
  case
    when payer is not null and not takes_payer then 'payer'
    when payer is not null and not accepting or sample_accepting = false then 'closed'
    when not fits_age then 'age'
    when language_required and not speaks_language then 'language'
    when miles > miles_limit then 'distance'
    when sampled_on is not null and wait is null or wait > wait_days then 'wait'
  end as failed,                      -- The first limit not met; empty for a clinician who could have seen the patient.
  payer is not null and sampled_on is not null and wait_days is not null as proven -- Payer, limit and open slots of that day are known: nothing was taken on trust.
from weighed
