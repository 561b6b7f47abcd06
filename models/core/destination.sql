-- One row per referral that counts: where it was meant to go and where the patient went, in the network or outside it, and on what
-- evidence.
-- In the network means: belongs to our system that day; the payer's own network stands beside it. Empty until a roster is loaded: without
-- one nothing is known of any destination.
-- grain: referral_key
-- check: intended_network in ('in', 'out', 'unknown')
-- check: actual_network in ('in', 'out', 'unknown', 'not_completed')
-- check: (actual_network in ('in', 'out')) <= (visit_at is not null)
with claims as (
  select c.payer, min(c.day) as first_day, cast(max(f.as_of) as date) - cast(quantile_cont(c.paid_on - c.day, 0.99) as integer) as last_day
  from core.claim_line c
  join (select source, max(as_of) as as_of from seeds.file where standing = 'effective' group by source) f on f.source = c.source
  where c.kind = 'claim' and c.state = 'kept' and c.paid_on is not null
  group by c.payer
),
-- Whose claims we would see: persons with a claim, and persons linked to a number that claims use.
claim_systems as (
  select distinct p.alias_system
  from staging.patient p
  join (select distinct patient_key from staging.visit) v on v.patient_key = p.alias_key
),
visible as (
  select patient_key from core.visit where claimed
  union
  select coalesce(l.person_key, p.patient_key)
  from staging.patient p
  join claim_systems s on s.alias_system = p.alias_system
  left join staging.patient_link l on l.patient_key = p.patient_key
),
-- What the source itself says of the end: without a visit, or by one elsewhere and nothing more.
ends as (
  select
    referral_key,
    stage in ('declined_by_patient', 'unreachable', 'returned', 'denied', 'canceled', 'entered_in_error') as ended,
    coalesce(close_reason in ('patient_choice', 'out_of_network', 'continuity'), false) as elsewhere
  from core.referral
),
-- What says whether the patient was seen, the most telling first.
told as (
  select
    r.referral_key,
    case
      -- A visit to the same specialty is too little where the source says that the referral ended without one.
      when a.rule = 'specialty' and e.ended and not e.elsewhere then 'disputed'
      when a.referral_key is not null or r.visit in ('completed', 'econsult_completed') then 'seen'
      when r.referral_type not in ('econsult', 'social_need') and v.patient_key is not null and c.first_day <= r.ordered_on and c.last_day >= r.ordered_on + p.days then 'no claim'
      when e.elsewhere then 'elsewhere'
      when e.ended then 'ended'
      -- A day that passed without a word may have been a visit; who waits longer than an urgent order may take may have gone anywhere.
      when r.is_open and r.stage <> 'outcome_unknown' and r.ordered_on + w.days >= run.as_of_date then 'open'
      else 'nothing said'
    end as known_by
  from core.referral r
  join ends e on e.referral_key = r.referral_key
  cross join seeds.run run
  cross join (select min(days) as days from seeds.match_window) w
  join seeds.match_window p on p.priority = case when r.priority in ('emergency', 'urgent', 'soon') then r.priority else 'routine' end
  left join core.attended a on a.referral_key = r.referral_key
  left join visible v on v.patient_key = r.patient_key
  left join claims c on c.payer = r.payer
  where r.exclusion is null and (select count(*) from core.roster) > 0
),
judged as (
  select
    r.referral_key, r.ordered_on,
    i.provider_key as intended_provider_key, i.provider as intended_provider, i.organization_key as intended_organization_key,
    i.location as intended_location, i.evidence as intended_evidence, i.score as intended_score,
    n.affiliated as intended_affiliated, n.contracted as intended_contracted,
    a.visit_at, a.evidence, a.basis, a.rule, a.score, a.visit_key, a.provider_key, a.provider, a.organization_key, a.location,
    o.affiliated as affiliated_at_order, o.contracted as contracted_at_order, s.affiliated, s.contracted,
    t.known_by,
    case
      when t.known_by in ('no claim', 'ended', 'open') then 'not_completed'
      -- Who cannot tell the day of a visit cannot be relied on for its place.
      when a.evidence = 'referral' and r.visit_after is not null and (r.visit = 'completed' or o.affiliated is distinct from s.affiliated) then 'unknown'
      -- Of a visit with one of ours, our own schedule would tell more than its specialty.
      when a.rule = 'specialty' and s.affiliated and (select count(*) from core.appointment) > 0 then 'unknown'
      when t.known_by = 'seen' and a.referral_key is not null then case when s.affiliated then 'in' when not s.affiliated then 'out' else 'unknown' end
      else 'unknown'
    end as actual_network
  from told t
  join core.referral r on r.referral_key = t.referral_key
  left join core.intended i on i.referral_key = r.referral_key
  left join core.network_day n
    on n.party = i.party and n.day = i.ordered_on and n.payer = coalesce(i.payer, 'Unknown') and n.plan = coalesce(i.plan, 'Unknown')
  left join core.attended a on a.referral_key = r.referral_key
  left join core.network_day o
    on o.party = a.party and o.day = a.ordered_on and o.payer = coalesce(a.payer, 'Unknown') and o.plan = coalesce(a.plan, 'Unknown')
  left join core.network_day s
    on s.party = a.party and s.day = cast(a.visit_at as date) and s.payer = coalesce(a.payer, 'Unknown') and s.plan = coalesce(a.plan, 'Unknown')
)
select
  referral_key,                       -- Referral.
  ordered_on,                         -- Day of the order.
  case when intended_affiliated then 'in' when not intended_affiliated then 'out' else 'unknown' end as intended_network, -- in or out by the roster of the order day; unknown where nothing the roster knows is named.
  coalesce(intended_evidence, 'none') as intended_evidence, -- npi, name, organization, location; unresolved; none for a referral to a specialty alone.
  intended_score,                     -- Where a name tells: how well it fits.
  intended_provider_key,              -- Clinician it was meant for.
  intended_provider,                  -- Name.
  intended_organization_key,          -- Organization it names, folded.
  intended_location,                  -- Place it names.
  intended_affiliated,                -- Belonged to our system on the order day.
  intended_contracted,                -- Was in the payer's network on the order day.
  actual_network,                     -- in or out by the roster of the day of service; unknown; not_completed where the source ended it without a visit, it is still open within the shortest window for a visit, or complete claims show none.
  known_by,                           -- What tells: seen; no claim (complete claims show no visit); ended; open; elsewhere (the source says so and no more); disputed (a visit to the specialty, though the source ended it without one); nothing said.
  visit_at,                           -- Attended visit.
  evidence,                           -- appointment, encounter, claim, or the referral's own word.
  basis,                              -- stated by a source, or inferred by a rule.
  rule,                               -- Rule that matched the claim or encounter.
  score,                              -- How sure.
  visit_key,                          -- Claim or encounter.
  provider_key,                       -- Clinician seen.
  provider,                           -- Name.
  organization_key,                   -- Organization, folded.
  location,                           -- Department or place.
  affiliated_at_order,                -- Whom the patient saw belonged to our system on the order day.
  contracted_at_order,                -- And was in the payer's network on the order day.
  affiliated as affiliated_at_service, -- Belonged to our system on the day of service.
  contracted as contracted_at_service -- Was in the payer's network on the day of service.
from judged
