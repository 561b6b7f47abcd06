-- One row per referral that left the network, or is on its way out, and clinician of ours who might see the patient: each limit on the
-- order day, and the first one that stood in the way.
-- grain: referral_key, provider_key
-- check: failed is null or failed in ('payer', 'closed', 'age', 'language', 'distance', 'wait')
with gone as (
  select r.*
  from core.destination d
  join core.referral r on r.referral_key = d.referral_key
  where d.actual_network = 'out' or (d.intended_network = 'out' and d.known_by = 'open')
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
    min(case when l.business then cast(e.day - g.ordered_on as integer) else l.days end) as wait_limit
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
births as (
  select coalesce(l.person_key, p.patient_key) as patient_key, max(p.birth_year) as birth_year
  from staging.patient p
  left join staging.patient_link l on l.patient_key = p.patient_key
  where p.birth_year is not null
  group by 1
),
-- Where a patient starts from: the area of the home, else the place that refers.
areas as (
  select place, latitude, longitude from seeds.place
  union all
  select lower(regexp_replace(trim(location), '\s+', ' ', 'g')), (min(latitude) + max(latitude)) / 2, (min(longitude) + max(longitude)) / 2
  from core.roster
  where latitude is not null and lower(regexp_replace(trim(location), '\s+', ' ', 'g')) not in (select place from seeds.place)
  group by 1
),
desks as (
  select referring_location, lower(regexp_replace(trim(referring_location), '\s+', ' ', 'g')) as place
  from (select distinct referring_location from gone)
),
leaving as (
  select
    r.referral_key, r.specialty, coalesce(r.payer, 'Unknown') as payer, coalesce(r.plan, 'Unknown') as plan, r.ordered_on as day,
    w.wait_limit, w.rule, lower(coalesce(r.language, t.language)) as language, extract(year from r.ordered_on) - b.birth_year as age,
    coalesce(h.place, n.place) as area
  from gone r
  left join allowed w on w.referral_key = r.referral_key
  left join core.patient t on t.patient_key = r.patient_key
  left join births b on b.patient_key = r.patient_key
  left join areas h on h.place = t.postal_area
  left join desks k on k.referring_location = r.referring_location
  left join areas n on n.place = k.place
),
-- Great-circle distance to a clinician's nearest place of practice, by the haversine formula on a sphere of 3,958.8 miles.
reach as (
  select
    s.provider_key, s.listed_from, a.place as area,
    min(3958.8 * 2 * asin(sqrt(least(1.0,
      power(sin(radians(o.latitude - a.latitude) / 2), 2)
        + cos(radians(a.latitude)) * cos(radians(o.latitude)) * power(sin(radians(o.longitude - a.longitude) / 2), 2)
    )))) as miles
  from (select distinct provider_key, listed_from from core.offer) s
  join core.roster o
    on o.provider_key = s.provider_key and o.affiliated and o.latitude is not null
    and o.valid_from <= s.listed_from and (o.valid_to is null or o.valid_to >= s.listed_from)
  join areas a on a.place in (select area from leaving)
  group by s.provider_key, s.listed_from, a.place
),
weighed as (
  select
    l.referral_key, l.payer <> 'Unknown' as known_payer, l.wait_limit, l.rule, o.provider_key, o.provider, o.takes_payer, o.accepting,
    l.age is null or (l.age >= coalesce(o.age_from, 0) and l.age - 1 <= coalesce(o.age_to, 200)) as fits_age,
    l.language is null or o.languages is null or contains(o.languages, l.language) as speaks_language,
    h.miles, n.distance_miles as miles_limit, n.language = 'required' as language_required, o.sampled_on, o.wait_days
  from leaving l
  cross join seeds.network n
  join core.offer o on o.specialty = l.specialty and o.payer = l.payer and o.plan = l.plan and o.day = l.day
  left join reach h on h.provider_key = o.provider_key and h.listed_from = o.listed_from and h.area = l.area
)
select
  referral_key,                       -- Referral.
  provider_key,                       -- Clinician of ours, of the specialty referred to, on the roster that day.
  provider,                           -- Name.
  takes_payer,                        -- Was in the payer's network; empty where the payer is unknown.
  accepting,                          -- Took new patients of that payer; empty where the payer is unknown and nothing speaks against.
  fits_age,                           -- Sees patients of that age; true where the age is unknown.
  speaks_language,                    -- Speaks the patient's language; true where either is unknown.
  miles,                              -- Miles from the patient's area, else from the referring place; empty where neither is known.
  miles_limit,                        -- Limit.
  sampled_on,                         -- Sample of open slots that spoke for that day; empty where none did.
  wait_days,                          -- Days to the third open slot by that sample; empty where none was in sight.
  wait_limit,                         -- Days by which the policy wants the visit; empty where no policy sets a limit.
  rule,                               -- That rule of the policy.
  case
    when takes_payer = false then 'payer'
    when accepting = false then 'closed'
    when not fits_age then 'age'
    when language_required and not speaks_language then 'language'
    when miles > miles_limit then 'distance'
    when sampled_on is not null and wait_days is null or wait_days > wait_limit then 'wait'
  end as failed,                      -- The first limit not met; empty for a clinician who could have seen the patient.
  known_payer and sampled_on is not null and wait_limit is not null as proven -- Payer, limit and open slots of that day are known: nothing was taken on trust.
from weighed
