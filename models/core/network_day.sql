-- One row per party, payer, plan and day that some referral or visit asks about: did it belong to our system, was it in the payer's network, by what the newest roster says of that day.
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
  select provider_key as party, affiliated, contracted, payer, plan, valid_from, valid_to from facts
  union all
  select provider_key || ' ' || tin, affiliated, contracted, payer, plan, valid_from, valid_to from facts where tin <> 'Unknown'
  union all
  select 'tin ' || tin, affiliated, contracted, payer, plan, valid_from, valid_to from facts where tin <> 'Unknown'
  union all
  select 'organization ' || organization_key, affiliated, contracted, payer, plan, valid_from, valid_to from facts where organization_key is not null
  union all
  select 'location ' || location_key, affiliated, contracted, payer, plan, valid_from, valid_to from facts where location_key <> 'unknown'
),
parties as (
  select party, bool_or(affiliated) is not null as says from lines group by party
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
    when c.party is null then case when p.says then false end
    when c.all_ours then true
    when not c.some_ours then false
  end as affiliated,                              -- Belonged to our system that day; empty where the roster does not say or its lines disagree.
  case
    when y.payer is null then null
    when a.party = 'unlisted' then case when s.roster = 'complete' then false end
    else coalesce(c.contracted, false)
  end as contracted                               -- Was in that payer's network that day; empty where the roster does not know the payer.
from asked a
cross join seeds.network s
cross join ours o
left join covered c on c.party = a.party and c.payer = a.payer and c.plan = a.plan and c.day = a.day
left join parties p on p.party = a.party
left join payers y on y.payer = lower(a.payer)
