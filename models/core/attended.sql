-- One row per referral whose attended visit is known while a roster is loaded: when and with whom, and whether a source states it or a rule
-- infers it.
-- grain: referral_key
-- check: evidence in ('appointment', 'encounter', 'claim', 'referral')
with roster as (
  select count(*) as lines from core.roster
),
-- In the order in which they tell most: our own schedule, an encounter that names the referral, a claim matched to it, the referral's own word.
told as (
  select
    a.referral_key, 1 as rank, 'appointment' as evidence, 'stated' as basis, a.starts_at as visit_at,
    case when n.valid then a.provider_npi else m.provider_key end as provider_key, a.provider, null as tin, null as organization_key, a.location,
    null as visit_key, null as rule, null as score, null as payer, null as plan, a.appointment_key as key
  from core.appointment a
  left join core.npi n on n.npi = a.provider_npi
  left join (select written_name, min(provider_key) as provider_key from core.name_match where organization_key = 'unknown' group by written_name having min(provider_key) = max(provider_key)) m
    on m.written_name = case when n.valid is not true then lower(regexp_replace(trim(a.provider), '\s+', ' ', 'g')) end
  where a.referral_key is not null and a.outcome = 'completed' and coalesce(a.provider_npi, a.provider, a.location) is not null and (select lines from roster) > 0
  union all
  select
    m.referral_key, case m.evidence when 'stated' then 2 else 3 end, case m.evidence when 'stated' then 'encounter' else 'claim' end, m.evidence,
    cast(v.day as timestamp), v.provider_key, null, v.tin, v.organization_key, v.location,
    v.visit_key, m.rule, m.score, v.payer, v.plan, v.visit_key
  from core.visit_match m
  join core.visit v on v.visit_key = m.visit_key
  where (select lines from roster) > 0
  union all
  select
    r.referral_key, 4, 'referral', 'stated', r.visit_at,
    i.provider_key, i.provider, i.tin, i.organization_key, i.location, null, null, null, null, null, r.referral_key
  from core.referral r
  left join core.intended i on i.referral_key = r.referral_key
  where r.visit in ('completed', 'econsult_completed') and (select lines from roster) > 0
),
-- The first visit answers the referral; of several sources the one that names a clinician tells who.
several as (
  select referral_key from told group by referral_key having count(*) > 1
),
first_told as (
  select t.*, t.basis = 'stated' as is_stated, case when t.basis = 'stated' then t.visit_at end as stated_at
  from told t
  where not exists (select 1 from several s where s.referral_key = t.referral_key)
  union all
  select * exclude (choice) from (
    select
      t.*,
      count(*) filter (where t.basis = 'stated') over (partition by t.referral_key) > 0 as is_stated,
      min(t.visit_at) filter (where t.basis = 'stated') over (partition by t.referral_key) as stated_at,
      row_number() over (partition by t.referral_key order by t.rank, t.visit_at, t.key) as choice
    from told t
    join several s on s.referral_key = t.referral_key
  )
  where choice = 1
),
places as (
  select distinct lower(regexp_replace(trim(location), '\s+', ' ', 'g')) as location_key from core.roster where location <> 'Unknown'
)
select
  t.referral_key,                     -- Referral.
  t.evidence,                         -- appointment, encounter, claim, or the referral's own word, which only says that the one it names was seen.
  case when t.is_stated then 'stated' else 'inferred' end as basis, -- Whether any source states an attended visit, or only a rule infers one.
  t.rule,                             -- Rule that matched the claim or encounter.
  t.score,                            -- How sure.
  t.visit_key,                        -- Claim or encounter, where one tells.
  coalesce(case when t.evidence = 'claim' then t.visit_at end, t.stated_at, t.visit_at) as visit_at, -- When it took place.
  r.ordered_on,                       -- Day of the order.
  t.provider_key,                     -- Clinician seen, where known.
  coalesce(v.name, t.provider) as provider, -- Name.
  coalesce(t.organization_key, lower(regexp_replace(trim(v.organization), '\s+', ' ', 'g'))) as organization_key, -- Organization, folded.
  coalesce(t.location, v.location) as location, -- Department or place.
  coalesce(t.payer, r.payer) as payer, -- Payer of the visit, else of the referral.
  coalesce(t.plan, r.plan) as plan,   -- Plan.
  case
    when w.party is not null then w.party
    when t.evidence = 'referral' then i.party
    when v.listed then t.provider_key
    when l.location_key is not null then 'location ' || l.location_key
    when t.provider_key is not null then 'unlisted'
  end as party                        -- Who stands for the clinician in the roster.
from first_told t
join core.referral r on r.referral_key = t.referral_key
left join core.provider v on v.provider_key = t.provider_key
left join core.visit w on w.visit_key = t.visit_key
left join core.intended i on i.referral_key = t.referral_key
left join places l on l.location_key = lower(regexp_replace(trim(t.location), '\s+', ' ', 'g'))
where r.exclusion is null
