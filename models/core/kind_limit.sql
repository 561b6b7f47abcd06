-- One row per kind of referral, stage and time: the limit that holds for it, by the policy of the lowest rank that matches.
-- grain: kind, stage, holds_from
-- check: days >= 0
-- check: holds_from <= holds_to
with kinds as (
  select distinct kind, specialty, referral_type, priority, payer, location, diagnosis, era from core.referral_kind
),
matched as (
  select k.kind, k.priority, arg_min(p.policy, (p.rank, p.policy)) as policy
  from kinds k
  join seeds.policy p
    on (p.specialty is null or p.specialty = k.specialty) and (p.referral_type is null or p.referral_type = k.referral_type)
    and (p.priority is null or p.priority = k.priority) and (p.payer is null or p.payer = k.payer)
    and (p.diagnosis is null or starts_with(k.diagnosis, p.diagnosis)) and (p.location is null or p.location = k.location)
    and (p.effective_from is null or p.effective_from <= k.era) and (p.effective_to is null or p.effective_to >= k.era)
  group by k.kind, k.priority
)
select
  m.kind,                                                               -- Kind of core.referral_kind.
  case l.stage when 'report' then 'completed' else l.stage end as stage, -- Stage, or a step: first_contact, scheduling, visit. Completed waits for its note.
  l.days,                                                               -- Days allowed.
  l.business,                                                           -- Business days rather than calendar days.
  coalesce(l.effective_from, date '0001-01-01') as holds_from,          -- First day on which a stay may begin for the limit to hold.
  coalesce(l.effective_to, date '9999-12-31') as holds_to,              -- Last such day.
  l.rule,                                                               -- Names what is broken where it takes longer: policy/stage/priority.
  l.sentence                                                            -- The limit in words.
from matched m
join seeds.policy_limit l
  on l.policy = m.policy and l.priority is not distinct from case when m.priority in ('unknown', 'unmapped') then null else m.priority end
