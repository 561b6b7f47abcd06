-- One row per visit to which a specialist of ours sent the patient on: the claim's referring NPI is that of a clinician of ours who saw the
-- patient within the window before.
-- Charged to that clinician, the last of ours in the chain.
-- grain: visit_key
-- check: network in ('in', 'out', 'unknown')
-- check: hop >= 2
with recursive placed as (
  select
    v.visit_key, v.patient_key, v.day, v.provider_key, v.referring_npi, v.specialty, v.payer, v.allowed_amount, v.service,
    case when n.affiliated then 'in' when not n.affiliated then 'out' else 'unknown' end as network
  from core.visit v
  left join core.network_day n
    on n.party = v.party and n.day = v.day and n.payer = coalesce(v.payer, 'Unknown') and n.plan = coalesce(v.plan, 'Unknown')
  where v.provider_key is not null
),
-- Visits to clinicians of ours: those with a claim or encounter, and those that only a schedule tells.
nodes as (
  select p.visit_key, p.patient_key, p.day, p.provider_key, m.episode_key
  from placed p
  left join core.visit_match m on m.visit_key = p.visit_key
  where p.network = 'in' and p.service = 'visit'
  union all
  select null, r.patient_key, cast(a.visit_at as date), a.provider_key, e.episode_key
  from core.attended a
  join core.destination d on d.referral_key = a.referral_key and d.actual_network = 'in'
  join core.referral r on r.referral_key = a.referral_key
  join core.episode_member e on e.referral_key = a.referral_key
  where a.provider_key is not null and a.visit_key is null
),
links as (
  select
    p.visit_key, p.patient_key, p.day, p.provider_key, p.network, p.specialty, p.payer, p.allowed_amount,
    n.visit_key as from_visit_key, n.provider_key as from_provider_key, n.day as from_day, n.episode_key,
    row_number() over (
      partition by p.visit_key order by n.episode_key is null, n.day desc, n.visit_key is null, n.visit_key, n.episode_key
    ) as rank
  from placed p
  cross join seeds.network s
  join nodes n on n.patient_key = p.patient_key and n.provider_key = p.referring_npi and n.day < p.day and n.day >= p.day - s.chain_days
  where p.service = 'visit' and p.provider_key <> p.referring_npi
),
-- A chain of ours may be longer than one step: the episode it began with stands at its head.
traced (visit_key, from_visit_key, episode_key, hop) as (
  select visit_key, from_visit_key, episode_key, 2 from links where rank = 1
  union all
  select t.visit_key, l.from_visit_key, l.episode_key, t.hop + 1
  from traced t
  join links l on l.visit_key = t.from_visit_key and l.rank = 1
  where t.episode_key is null and t.hop < 6
),
heads as (
  select visit_key, max(hop) as hop, max(episode_key) as episode_key from traced group by visit_key
)
select
  l.visit_key,                        -- Visit to which the patient was sent on.
  l.patient_key,                      -- Person.
  l.day,                              -- Day.
  l.provider_key,                     -- Clinician seen.
  coalesce(l.specialty, 'Unknown') as specialty, -- Specialty.
  coalesce(l.payer, 'Unknown') as payer, -- Payer.
  l.network,                          -- in, out or unknown.
  l.from_provider_key,                -- Clinician of ours who sent the patient on: charged with it.
  l.from_day,                         -- Day that clinician saw the patient.
  h.episode_key,                      -- Episode the chain began with, where a referral did.
  cast(h.hop as integer) as hop,      -- Place in the chain: 2 for the visit after the first.
  l.allowed_amount as dollars         -- Allowed amount.
from links l
join heads h on h.visit_key = l.visit_key
where l.rank = 1
