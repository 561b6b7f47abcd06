-- What sources assert about the network beside what we find, and how often they agree.
-- A leaked flag is held against affiliation with our system, and so are the class and direction of a referral, by its two ends; a claim's
-- in-network flag and a denial for being outside the network against the payer's contract; a direction also against the class of its own
-- row.
-- grain: source, assertion, asserted, ours
with flagged as (
  select r.source, 'leaked flag' as assertion, case when r.leaked_asserted then 'out' else 'in' end as asserted,
    case when d.actual_network in ('in', 'out') then d.actual_network else d.intended_network end as ours
  from core.destination d
  join core.referral r on r.referral_key = d.referral_key
  where r.leaked_asserted is not null
  union all
  select r.source, 'in-network flag of the referral', case when r.in_network_asserted then 'in' else 'out' end,
    case when d.intended_contracted then 'in' when not d.intended_contracted then 'out' else 'unknown' end
  from core.destination d
  join core.referral r on r.referral_key = d.referral_key
  where r.in_network_asserted is not null
  union all
  select l.source, 'in-network flag of the claim', case when v.in_network_asserted then 'in' else 'out' end,
    case when o.contracted then 'in' when not o.contracted then 'out' else 'unknown' end
  from core.visit v
  join core.claim_line l on l.line_key = v.visit_key
  join core.visit_role o on o.visit_key = v.visit_key
  where v.in_network_asserted is not null
  union all
  select l.source, 'denied as outside the network (242)', 'out',
    case when o.contracted then 'in' when not o.contracted then 'out' else 'unknown' end
  from core.visit v
  join core.claim_line l on l.line_key = v.visit_key
  join core.visit_role o on o.visit_key = v.visit_key
  where v.denied_out_of_network
  union all
  select t.source, 'authorization denied as outside the network', 'out',
    case when d.intended_contracted then 'in' when not d.intended_contracted then 'out' else 'unknown' end
  from core.authorization t
  join core.destination d on d.referral_key = t.referral_key
  where t.denial_reason = 'out_of_network'
),
told as (
  select source, assertion, asserted, ours, case when ours <> 'unknown' then asserted <> ours end as disagrees from flagged
  union all
  select r.source, 'class of the referral', d.class_says, d.direction, not d.class_agrees
  from core.direction d
  join core.referral r on r.referral_key = d.referral_key
  where d.class_says <> 'unmapped'
  union all
  select r.source, 'direction of the referral', d.direction_says, d.direction, not d.direction_agrees
  from core.direction d
  join core.referral r on r.referral_key = d.referral_key
  where d.direction_says <> 'unmapped'
  union all
  select r.source, 'direction beside the class of its row', d.direction_says, d.class_says, not d.claims_agree
  from core.direction d
  join core.referral r on r.referral_key = d.referral_key
  where d.claims_agree is not null
)
select
  source,                                                        -- Source that asserts it.
  assertion,                                                     -- What it asserts.
  asserted,                                                      -- As the source says: in or out; of a direction internal, incoming, outgoing, sent or received.
  ours,                                                          -- As we find: in, out or unknown; the direction that the two ends tell; beside a class, that class.
  cast(count(*) as integer) as records,                          -- Referrals, visits or authorizations.
  disagrees                                                      -- They cannot both be true; empty where we know too little.
from told
group by source, assertion, asserted, ours, disagrees
