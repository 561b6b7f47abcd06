-- One row per visit: the lines of claims and encounters of one person with one clinician (or, where none is named, one group) on one day.
-- What a claim and an encounter both tell is one visit.
-- grain: visit_key
-- check: service in ('visit', 'facility', 'laboratory', 'radiology', 'anesthesia', 'emergency', 'inpatient', 'primary_care', 'other')
with lines as (
  select
    *,
    case when service = 'facility' then tin end as room_of,
    case when provider_key is null and kind <> 'claim' then specialty end as nameless
  from core.claim_line
  where state = 'kept' and patient_key is not null
),
-- The clinicians a person saw on a day, by group and by specialty: to them belong the room that the same group billed, and the encounter that names nobody.
by_group as (
  select patient_key, day, tin, min(provider_key) as provider_key
  from lines
  where provider_key is not null and tin is not null and service in ('visit', 'primary_care', 'radiology')
  group by patient_key, day, tin
  having min(provider_key) = max(provider_key)
),
by_specialty as (
  select patient_key, day, specialty, min(provider_key) as provider_key
  from lines
  where provider_key is not null and specialty is not null
  group by patient_key, day, specialty
  having min(provider_key) = max(provider_key)
),
owned as (
  select
    l.*,
    coalesce(l.provider_key, g.provider_key, s.provider_key) as seen,
    coalesce(
      l.provider_key, g.provider_key, s.provider_key,
      case when l.tin is not null then 'tin ' || l.tin end, 'organization ' || l.organization_key, 'unknown'
    ) as owner
  from lines l
  left join by_group g on g.patient_key = l.patient_key and g.day = l.day and g.tin = l.room_of
  left join by_specialty s on s.patient_key = l.patient_key and s.day = l.day and s.specialty = l.nameless
),
grouped as (
  select
    min(line_key) as visit_key, patient_key, day, owner,
    min(case service
      when 'visit' then '1' when 'primary_care' then '2' when 'inpatient' then '3' when 'emergency' then '4' when 'radiology' then '5'
      when 'anesthesia' then '6' when 'laboratory' then '7' when 'facility' then '8' else '9'
    end) as service,
    min(seen) as provider_key,
    min(tin) as tin, min(organization_key) as organization_key, min(location) as location,
    min(specialty) as specialty, min(payer) as payer, min(plan) as plan,
    bool_or(kind = 'claim') as claimed, bool_or(kind <> 'claim') as encountered, bool_and(denied) as denied,
    min(paid_on) as paid_on, count(*) as lines,
    -- In whole cents, so that the order of the lines cannot show.
    cast(sum(cast(allowed_amount as decimal(18, 2))) filter (where service in ('visit', 'primary_care', 'facility')) as double) as visit_amount,
    cast(sum(cast(allowed_amount as decimal(18, 2))) as double) as any_amount,
    min(referral_key) as referral_key, min(referral_number) as referral_number, min(authorization_number) as authorization_number,
    min(referring_npi) as referring_npi, bool_or(in_network_asserted) as in_network_asserted,
    bool_or(regexp_matches(adjustment_reason, '(^|[^0-9])242($|[^0-9])')) as denied_out_of_network
  from owned
  group by patient_key, day, owner
),
listed_pairs as (
  select distinct provider_key, tin from core.roster where tin <> 'Unknown'
),
listed_tins as (
  select distinct tin from core.roster where tin <> 'Unknown'
)
select
  v.visit_key,                          -- Visit: the first of its encounters or claim lines.
  v.patient_key,                         -- Person.
  v.day,                                -- Day.
  case v.service
    when '1' then 'visit' when '2' then 'primary_care' when '3' then 'inpatient' when '4' then 'emergency' when '5' then 'radiology'
    when '6' then 'anesthesia' when '7' then 'laboratory' when '8' then 'facility' else 'other'
  end as service,                       -- visit, or the kind of service that is none.
  v.provider_key,                       -- Clinician, where one is known.
  v.tin,                                -- Tax number of the group.
  v.organization_key,                   -- Organization, folded.
  v.location,                           -- Department or site.
  v.specialty,                          -- Specialty, where known.
  v.payer,                              -- Payer.
  v.plan,                               -- Plan.
  v.claimed,                            -- A claim tells of it.
  v.encountered,                        -- An encounter tells of it.
  v.denied,                             -- No line was paid.
  v.paid_on,                            -- First day a line was paid.
  cast(v.lines as integer) as lines,    -- Encounters and claim lines.
  case when v.service in ('1', '2', '8') then v.visit_amount else v.any_amount end as allowed_amount, -- Allowed amount in dollars, the room included, laboratory and imaging by the way left out.
  v.referral_key,                       -- Referral that a source names.
  v.referral_number,                    -- Referral number on a claim.
  v.authorization_number,               -- Authorization number on a claim.
  v.referring_npi,                      -- Referring NPI on a claim.
  v.in_network_asserted,                -- A source's own in-network flag.
  coalesce(v.denied_out_of_network, false) as denied_out_of_network, -- A line was reduced for being outside the payer's network (reason 242).
  case
    when t.provider_key is not null then v.provider_key || ' ' || v.tin
    when p.listed then v.provider_key
    when lt.tin is not null then 'tin ' || v.tin
    when o.organization_key is not null then 'organization ' || v.organization_key
    when p.npi is not null then 'unlisted'
  end as party                          -- Who stands for it in the roster: the clinician in that group, the clinician, the group, the organization; unlisted where a number is known that no roster lists.
from grouped v
left join core.provider p on p.provider_key = v.provider_key
left join listed_pairs t on t.provider_key = v.provider_key and t.tin = v.tin
left join listed_tins lt on lt.tin = v.tin
left join core.organization o on o.organization_key = v.organization_key
