-- One row per visit that answers a referral or follows from one: by which rule, how sure, and which referral came next.
-- A visit answers at most one referral; a referral may own many visits.
-- grain: visit_key
-- check: rule in ('referral', 'number', 'attended', 'provider', 'group', 'specialty')
-- check: runner_up_score is null or runner_up_score <= score
with referrals as (
  select
    r.referral_key, r.referral_id, r.patient_key, r.ordered_on, r.specialty, r.referral_type,
    r.referring_npi, i.provider_key, i.tin, p.days as match_days, coalesce(r.visit = 'econsult_completed', false) as answered_in_writing,
    case when not r.is_open then cast(r.stage_from as date) end as closed_on
  from core.referral r
  join seeds.match_window p
    on p.priority = case when r.priority in ('emergency', 'urgent', 'soon') then r.priority else 'routine' end
  left join core.intended i on i.referral_key = r.referral_key
  where r.exclusion is null and (select count(*) from core.visit) > 0 -- without visits nothing is looked for
),
visits as (
  select * from core.visit where service in ('visit', 'primary_care', 'radiology', 'laboratory', 'other')
),
numbers as (
  select referral_key, upper(trim(authorization_number)) as number from core.referral where authorization_number is not null
  union
  select referral_key, upper(trim(authorization_number)) from core.authorization where authorization_number is not null and referral_key is not null
  union
  select referral_key, upper(trim(referral_id)) from referrals
),
quoted as (
  select v.visit_key, n.referral_key from visits v join numbers n on n.number = upper(trim(v.authorization_number))
  union
  select v.visit_key, n.referral_key from visits v join numbers n on n.number = upper(trim(v.referral_number))
),
-- The day and clinician of an attended appointment, and any other attended day that a source states.
attended as (
  select distinct referral_key, cast(starts_at as date) as day, provider_npi
  from core.appointment
  where referral_key is not null and outcome in ('completed', 'arrived', 'outcome_unknown') and (select count(*) from core.visit) > 0
  union
  select referral_key, cast(visit_at as date), null
  from core.referral
  where visit_at is not null and visit_after is null and (select count(*) from core.visit) > 0
),
pairs as (
  select
    v.visit_key, v.day, r.referral_key, r.ordered_on, r.closed_on, r.ordered_on + r.match_days as until, r.answered_in_writing,
    coalesce(v.referring_npi = r.referring_npi, false) as same_referrer,
    case
      when v.referral_key = r.referral_key then 1
      when q.visit_key is not null then 2
      when a.referral_key is not null and (a.provider_npi = v.provider_key or v.specialty = r.specialty or v.provider_key = r.provider_key) then 3
      when v.provider_key = r.provider_key then 4
      when v.tin = r.tin and coalesce(v.specialty = r.specialty, true) then 5
      when v.specialty = r.specialty then 6
    end as rule
  from referrals r
  join visits v on v.patient_key = r.patient_key and v.day between r.ordered_on and r.ordered_on + greatest(r.match_days, 400)
  left join quoted q on q.visit_key = v.visit_key and q.referral_key = r.referral_key
  left join (select referral_key, day, min(provider_npi) as provider_npi from attended group by referral_key, day) a
    on a.referral_key = r.referral_key and a.day = v.day
  -- Imaging and laboratory work answer orders for it, nothing else.
  where v.service in ('visit', 'primary_care') or r.referral_type = 'diagnostic_service' or q.visit_key is not null or v.referral_key = r.referral_key
),
candidates as (
  select *, min(day) over (partition by referral_key) < day as answered_before
  from pairs
  -- What a source states needs no window; a rule that infers does, and takes no visit for an answer that was given in writing.
  where rule <= 3 or (rule > 3 and day <= until and not answered_in_writing)
),
ranked as (
  select
    c.visit_key, c.day, c.referral_key, c.rule,
    case c.rule when 1 then 1.0 when 2 then 0.98 when 3 then 0.95 when 4 then 0.9 when 5 then 0.8 else 0.7 end
      + case when c.rule > 2 and c.same_referrer then 0.01 else 0 end as score,
    row_number() over (
      partition by c.visit_key
      order by c.rule, c.same_referrer desc, c.answered_before, coalesce(c.closed_on < c.day, false), c.ordered_on, c.referral_key
    ) as rank,
    count(*) over (partition by c.visit_key) as candidates
  from candidates c
),
chosen as (
  select
    b.*, m.episode_key, s.referral_key as runner_up_referral_key, s.rule as runner_up_rule, case when s.visit_key is not null then least(s.score, b.score) end as runner_up_score
  from ranked b
  join core.episode_member m on m.referral_key = b.referral_key
  left join ranked s on s.visit_key = b.visit_key and s.rank = 2
  where b.rank = 1
)
select
  visit_key,                          -- Visit.
  referral_key,                       -- Referral it answers or follows from.
  episode_key,                        -- Episode of that referral.
  day,                                -- Day of the visit.
  case rule when 1 then 'referral' when 2 then 'number' when 3 then 'attended' when 4 then 'provider' when 5 then 'group' else 'specialty' end as rule, -- What decided: the source names the referral; equal referral or authorization number; the attended day a source states; the clinician referred to; that clinician's group; the specialty.
  case when rule = 1 then 'stated' else 'inferred' end as evidence, -- stated by a source, or inferred by a rule.
  cast(score as double) as score,     -- 0 to 1; an equal referring NPI adds a hundredth and only breaks ties.
  cast(row_number() over (partition by episode_key order by day, visit_key) as integer) as ordinal, -- 1 answers the episode; later ones follow.
  cast(candidates as integer) as candidates, -- Referrals that came into question.
  runner_up_referral_key,             -- Referral that came next.
  case runner_up_rule when 1 then 'referral' when 2 then 'number' when 3 then 'attended' when 4 then 'provider' when 5 then 'group' when 6 then 'specialty' end as runner_up_rule, -- Rule that spoke for it.
  cast(runner_up_score as double) as runner_up_score -- How sure.
from chosen
