-- One row per party, payer, plan and day that some referral or visit asks about: did it belong to our system, was it in the payer's
-- network, by what the newest roster says of that day.
-- grain: party, payer, plan, day
with asked as (
  select party, coalesce(payer, 'Unknown') as payer, coalesce(plan, 'Unknown') as plan, ordered_on as day
  from core.intended where party is not null
  union
  select party, coalesce(payer, 'Unknown'), coalesce(plan, 'Unknown'), day from core.visit where party is not null
  union
  select party, coalesce(payer, 'Unknown'), coalesce(plan, 'Unknown'), cast(visit_at as date) from core.attended where party is not null
  union
  -- Whom the patient saw, on the day of the order.
  select party, coalesce(payer, 'Unknown'), coalesce(plan, 'Unknown'), ordered_on from core.attended where party is not null
  union
  -- Who refers: no payer is asked about.
  select o.party, 'Unknown', 'Unknown', r.ordered_on
  from core.referral r
  join core.origin o
    on o.npi = coalesce(r.referring_npi, '') and o.organization = coalesce(r.referring_organization, '') and o.location = coalesce(r.referring_location, '')
  where o.party is not null
),
facts as (
  select
    provider_key, tin, affiliated, contracted, lower(payer) as payer, lower(plan) as plan, valid_from, valid_to,
    lower(regexp_replace(trim(organization), '\s+', ' ', 'g')) as organization_key,
    lower(regexp_replace(trim(location), '\s+', ' ', 'g')) as location_key
  from core.roster
),
-- Each line stands for its clinician, the clinician in the group, the group, the organization and the place.
lines as (
  select provider_key as party, false as is_group, * from facts
  union all
  select provider_key || ' ' || tin, false, * from facts where tin <> 'Unknown'
  union all
  select 'tin ' || tin, true, * from facts where tin <> 'Unknown'
  union all
  select 'organization ' || organization_key, true, * from facts where organization_key is not null
  union all
  select 'location ' || location_key, true, * from facts where location_key <> 'unknown'
),
parties as (
  select
    party, bool_or(is_group) as is_group, bool_or(affiliated) is not null as says,
    bool_and(affiliated) as all_ours, bool_or(affiliated) as some_ours, count(distinct provider_key) as clinicians
  from lines
  group by party
),
-- Of a group all of whose lines agree, any day says the same; whom its clinicians take is told where all or none do.
takers as (
  select l.party, a.payer, a.plan, count(distinct l.provider_key) filter (where l.contracted) as clinicians
  from (select distinct payer, plan from asked) a
  join lines l on l.is_group and l.payer in (lower(a.payer), 'any') and (a.plan = 'Unknown' or l.plan in (lower(a.plan), 'any'))
  where l.party in (select party from asked)
  group by l.party, a.payer, a.plan
),
payers as (
  select payer from lines where contracted and payer <> 'any' group by payer
),
ours as (
  select count(*) > 0 as listed from facts where affiliated
),
covered as (
  select
    a.party, a.payer, a.plan, a.day,
    bool_and(l.affiliated) as all_ours, bool_or(l.affiliated) as some_ours,
    bool_or(l.contracted and l.payer in (lower(a.payer), 'any') and (a.plan = 'Unknown' or l.plan in (lower(a.plan), 'any'))) as contracted
  from asked a
  join parties p on p.party = a.party and (not p.is_group or (p.some_ours and not p.all_ours))
  join lines l on l.party = a.party and l.valid_from <= a.day and (l.valid_to is null or l.valid_to >= a.day)
  group by a.party, a.payer, a.plan, a.day
)
select
  a.party,                                        -- A clinician, a clinician in a group, a group, an organization or a place of the roster; unlisted for a number that no roster lists.
  a.payer,                                        -- Payer.
  a.plan,                                         -- Plan.
  a.day,                                          -- Day.
  case
    when a.party = 'unlisted' then case when s.roster = 'complete' and o.listed then false end
    when p.is_group and p.all_ours then true
    when p.is_group and not p.some_ours then false
    when c.party is null then case when p.says and not p.is_group then false end
    when c.all_ours then true
    when not c.some_ours then false
  end as affiliated,                              -- Belonged to our system that day; empty where the roster does not say or its lines disagree.
  case
    when y.payer is null then null
    when a.party = 'unlisted' then case when s.roster = 'complete' then false end
    when p.is_group then case coalesce(t.clinicians, 0) when p.clinicians then true when 0 then false end
    else coalesce(c.contracted, false)
  end as contracted                               -- Was in that payer's network that day; empty where the roster does not know the payer, or of a group some take it and some do not.
from asked a
cross join seeds.network s
cross join ours o
left join covered c on c.party = a.party and c.payer = a.payer and c.plan = a.plan and c.day = a.day
left join parties p on p.party = a.party
left join takers t on t.party = a.party and t.payer = a.payer and t.plan = a.plan
left join payers y on y.payer = lower(a.payer)
