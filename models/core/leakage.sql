-- One row per episode that counts: meant to stay or to leave, stayed or left, and, where it left, why, whether that could have been
-- avoided, and what it cost.
-- An episode goes where its first attended visit went.
-- grain: episode_key
-- check: intended_network in ('in', 'out', 'unknown')
-- check: actual_network in ('in', 'out', 'unknown', 'not_completed')
-- check: (avoidability is not null) = (actual_network = 'out')
-- check: avoidability in ('avoidable', 'not_avoidable', 'unproven')
-- check: (avoidability = 'not_avoidable') = (reason is not null)
with repeated as (
  select episode_key from core.episode_member where ordinal = 2 and (select count(*) from core.destination) > 0
),
orders as (
  select m.episode_key, m.referral_key, m.ordinal
  from core.episode_member m
  join repeated r on r.episode_key = m.episode_key
),
members as (
  select
    o.episode_key, o.referral_key, o.ordinal, d.intended_network, d.actual_network, d.known_by, d.visit_at, d.basis, d.evidence,
    row_number() over (
      partition by o.episode_key order by case when d.intended_network = 'unknown' then 1 else 0 end, o.ordinal
    ) as intended_choice,
    row_number() over (
      partition by o.episode_key
      order by case d.actual_network when 'in' then 0 when 'out' then 0 when 'unknown' then 1 else 2 end, d.visit_at, o.ordinal
    ) as actual_choice
  from core.destination d
  join orders o on o.referral_key = d.referral_key
),
chosen as (
  select
    a.episode_key, a.referral_key, i.intended_network, a.actual_network, a.known_by, a.visit_at, a.basis, a.evidence
  from members a
  join members i on i.episode_key = a.episode_key and i.intended_choice = 1
  where a.actual_choice = 1
  union all
  -- Most episodes are one order.
  select d.referral_key, d.referral_key, d.intended_network, d.actual_network, d.known_by, d.visit_at, d.basis, d.evidence
  from core.destination d
  where not exists (select 1 from orders o where o.referral_key = d.referral_key)
),
left_us as (
  select c.*, d.provider_key, r.specialty, r.ordered_on, r.destination_reason, r.source, r.patient_key
  from chosen c
  join core.destination d on d.referral_key = c.referral_key
  join core.referral r on r.referral_key = c.referral_key
  where c.actual_network = 'out'
),
documented as (
  select w.source, w.destination_reason, min(m.value) as reason
  from (select distinct source, destination_reason from left_us where destination_reason is not null) w
  join seeds.status_map m
    on m.source = w.source and m.entity = 'referral' and m.field = 'destination_reason' and m.axis = 'reason'
    and m.raw = lower(regexp_replace(trim(w.destination_reason), '\s+', ' ', 'g'))
  group by w.source, w.destination_reason
),
-- Known to that outside clinician before the order.
continued as (
  select distinct o.episode_key
  from left_us o
  cross join seeds.network n
  join core.visit v
    on v.patient_key = o.patient_key and v.provider_key = o.provider_key and v.day < o.ordered_on and v.day >= o.ordered_on - n.continuity_days
),
tried as (
  select
    referral_key, count(*) as considered, count(*) filter (where failed is null) as fitting,
    count(*) filter (where failed is null and proven) as proven, min(wait_days) filter (where failed is null) as wait_days,
    max(case failed when 'payer' then 1 when 'closed' then 2 when 'age' then 3 when 'language' then 4 when 'distance' then 5 when 'wait' then 6 end) as hurdle
  from core.alternative
  group by referral_key
),
reasoned as (
  select
    o.*, coalesce(t.considered, 0) as considered, coalesce(t.fitting, 0) as fitting, t.wait_days,
    case
      when d.reason in ('payer_mandate', 'service_not_offered', 'patient_choice', 'continuity') then d.reason
      when c.episode_key is not null then 'continuity'
      when o.specialty in ('Unknown', 'Unmapped') then null
      when t.referral_key is null then 'service_not_offered'
      when t.fitting > 0 then null
      else case t.hurdle when 1 then 'payer' when 2 then 'closed' when 3 then 'age' when 4 then 'language' when 5 then 'distance' else 'wait' end
    end as reason,
    case when d.reason in ('payer_mandate', 'service_not_offered', 'patient_choice', 'continuity') then 'stated' else 'inferred' end as reason_basis,
    coalesce(t.proven, 0) > 0 as proven
  from left_us o
  left join documented d on d.source = o.source and d.destination_reason = o.destination_reason
  left join continued c on c.episode_key = o.episode_key
  left join tried t on t.referral_key = o.referral_key
),
paid as (
  select m.episode_key, cast(sum(cast(v.allowed_amount as decimal(18, 2))) as double) as dollars, count(*) as visits
  from core.visit_match m
  join core.visit v on v.visit_key = m.visit_key
  join core.network_day n
    on n.party = v.party and n.day = v.day and n.payer = coalesce(v.payer, 'Unknown') and n.plan = coalesce(v.plan, 'Unknown') and not n.affiliated
  where v.claimed
  group by m.episode_key
)
select
  c.episode_key,                      -- Episode.
  c.intended_network,                 -- in, out or unknown: where its orders were meant to go.
  c.actual_network,                   -- in, out, unknown or not_completed: where its first attended visit took place.
  c.known_by,                         -- What tells: seen, no claim, ended, open, elsewhere, disputed, nothing said.
  c.referral_key,                     -- Order that tells it.
  c.visit_at,                         -- First attended visit.
  c.basis,                            -- stated by a source, or inferred by a rule.
  c.evidence,                         -- appointment, encounter, claim, or the referral's own word.
  case
    when c.actual_network <> 'out' then null
    when o.reason is not null then 'not_avoidable'
    when o.fitting > 0 and o.proven then 'avoidable'
    else 'unproven'
  end as avoidability,                -- Of those that left: avoidable where a clinician of ours met every limit on the order day; not_avoidable for a reason; unproven where open slots, payer or specialty are unknown.
  o.reason,                           -- Why it could not be avoided: payer_mandate, service_not_offered, patient_choice, continuity; or the last limit that none of ours met: payer, closed, age, language, distance, wait.
  case when o.reason is not null then o.reason_basis end as reason_basis, -- stated by the source, or inferred.
  cast(o.considered as integer) as considered, -- Clinicians of ours of that specialty that day.
  cast(o.fitting as integer) as fitting, -- Of these, meeting every limit.
  o.wait_days,                        -- Days to the third open slot of the soonest of them.
  case
    when c.actual_network = 'in' then true
    when c.actual_network = 'out' then case when o.fitting > 0 then true when o.specialty in ('Unknown', 'Unmapped') then null else false end
  end as option_existed,              -- A way to stay existed, whatever the patient preferred.
  case when c.actual_network = 'out' then coalesce(p.dollars, v.dollars) end as dollars, -- Of those that left: allowed amount of the outside visits, or the site's own figure.
  case when c.actual_network = 'out' then coalesce(p.dollars, v.low) end as dollars_low,  -- Low end.
  case when c.actual_network = 'out' then coalesce(p.dollars, v.high) end as dollars_high, -- High end.
  case when c.actual_network = 'out' then case when p.dollars is not null then 'claims' when v.dollars is not null then 'estimate' else 'unknown' end end as dollars_basis -- claims, estimate (the site's table of visit values), or unknown.
from chosen c
left join reasoned o on o.episode_key = c.episode_key
left join paid p on p.episode_key = c.episode_key
left join seeds.visit_value v on v.specialty = o.specialty
