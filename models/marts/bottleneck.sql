-- One row per cut, value and stage of open work over the last 365 days: how much came in and went out, how long it stayed,
-- what waits there now, and how far beyond its limit. Counted per order.
--
-- Dwell is that of stays that ended; those still waiting stand apart, since long waiters are over-represented among them.
-- Pace is that of the last 90 days. The policy is that of the order on its day, the limit that which held when the stay began; days
-- beyond it, calendar or business days as it says, are summed over stays that ended and those still open, and the stage with the most
-- of them is the bottleneck of its specialty or place.
-- grain: cut, value, stage
-- check: departed = went_on + dropped_out
-- check: median_days <= p90_days
-- check: least(entered, departed, backlog, days_over_limit) >= 0
with used as (
  select coalesce(bool_or(payer is not null), false) as payer, coalesce(bool_or(location is not null), false) as location, coalesce(max(length(diagnosis)), 0) as diagnosis
  from seeds.policy
),
-- Days on which another policy comes to hold, or ceases to: orders between two of them are alike.
turns as (
  select effective_from as day from seeds.policy where effective_from is not null
  union
  select effective_to + 1 from seeds.policy where effective_to is not null
),
eras as (
  select o.ordered_on, max(t.day) as era
  from (select distinct ordered_on from core.referral) o
  left join turns t on t.day <= o.ordered_on
  group by o.ordered_on
),
-- What policies ask of an order, and nothing else: few kinds of order stand for all of them.
asked as (
  select
    r.referral_key, coalesce(r.specialty, 'Unknown') as specialty, coalesce(r.receiving_location, 'Unknown') as receiving_location,
    coalesce(r.referring_location, 'Unknown') as referring_location,
    coalesce(r.referral_type, 'unknown') as referral_type, coalesce(r.priority, 'unknown') as priority,
    case when u.payer then coalesce(lower(trim(r.payer)), '') else '' end as payer,
    case when u.location then coalesce(lower(trim(r.receiving_location)), '') else '' end as location,
    case when u.diagnosis > 0 then coalesce(left(replace(upper(r.diagnosis_code), '.', ''), u.diagnosis), '') else '' end as diagnosis,
    coalesce(e.era, date '0001-01-01') as era
  from core.referral r
  cross join used u
  left join eras e on e.ordered_on = r.ordered_on
  where r.exclusion is null
),
orders as (
  select *, hash(specialty, referral_type, priority, payer, location, diagnosis, era) as kind from asked
),
kinds as (
  select distinct kind, specialty, referral_type, priority, payer, location, diagnosis, era from orders
),
-- Of the policies that match, the one with the lowest rank.
matched as (
  select k.kind, k.priority, arg_min(p.policy, (p.rank, p.policy)) as policy
  from kinds k
  join seeds.policy p
    on (p.specialty is null or p.specialty = k.specialty) and (p.referral_type is null or p.referral_type = k.referral_type)
    and (p.priority is null or p.priority = k.priority) and (p.payer is null or p.payer = k.payer)
    and (p.diagnosis is null or starts_with(k.diagnosis, p.diagnosis)) and (p.location is null or p.location = k.location)
    and (p.effective_from is null or p.effective_from <= k.era) and (p.effective_to is null or p.effective_to >= k.era)
  group by k.kind, k.priority
),
limited as (
  select
    m.kind, case l.stage when 'report' then 'completed' else l.stage end as stage, l.days, l.business,
    coalesce(l.effective_from, date '0001-01-01') as holds_from, coalesce(l.effective_to, date '9999-12-31') as holds_to
  from matched m
  join seeds.policy_limit l
    on l.policy = m.policy and l.priority is not distinct from case when m.priority in ('unknown', 'unmapped') then null else m.priority end
),
stays as (
  select
    s.value as stage, r.kind, r.specialty, r.receiving_location, r.referring_location,
    cast(s.span_from as date) as from_on,
    case when s.span_to <= run.as_of then cast(s.span_to as date) end as to_on,
    case when s.span_to <= run.as_of then s.next_value end as next_stage,
    run.as_of_date
  from core.referral_span s
  cross join seeds.run run
  join orders r on r.referral_key = s.referral_key
  where s.axis = 'stage' and (s.span_to is null or s.span_to > run.as_of - interval 365 day) and s.span_from <= run.as_of
    and s.value in ('pending', 'awaiting_information', 'awaiting_authorization', 'scheduled', 'no_showed', 'canceled_appointment', 'outcome_unknown', 'unmapped', 'completed')
    -- A visit whose note is still missing waits for it; one whose note is not expected is done.
    and (s.value <> 'completed' or s.span_to is not null or s.span_from > run.as_of - interval 365 day)
),
timed as (
  select
    t.*, l.days as limit_days,
    coalesce(t.to_on, t.as_of_date) - t.from_on as days,
    case
      when l.business then b.business_days_before - a.business_days_before - l.days
      else coalesce(t.to_on, t.as_of_date) - t.from_on - l.days
    end as over
  from stays t
  left join limited l on l.kind = t.kind and l.stage = t.stage and t.from_on between l.holds_from and l.holds_to
  left join seeds.calendar a on a.day = case when l.business then t.from_on end
  left join seeds.calendar b on b.day = case when l.business then coalesce(t.to_on, t.as_of_date) end
),
counted as (
  select
    case
      when grouping(specialty) = 0 then 'specialty' when grouping(receiving_location) = 0 then 'receiving_location'
      when grouping(referring_location) = 0 then 'referring_location' else 'total'
    end as cut,
    coalesce(specialty, receiving_location, referring_location, 'All') as value,
    stage,
    count(*) filter (where from_on > as_of_date - 365) as entered,
    count(to_on) as departed,
    count(*) filter (where next_stage in ('declined_by_patient', 'canceled', 'returned', 'unreachable', 'expired', 'denied', 'closed_unknown', 'entered_in_error')) as dropped_out,
    quantile_disc(case when to_on is not null then days end, [0.5, 0.9]) as dwell,
    count(*) filter (where to_on is null) as backlog,
    quantile_disc(case when to_on is null then days end, [0.5, 1.0]) as waiting,
    count(*) filter (where from_on > as_of_date - 90) as arrivals,
    count(*) filter (where to_on > as_of_date - 90) as departures,
    quantile_disc(limit_days, 0.5) as limit_days,
    count(*) filter (where to_on is not null and over > 0) as late,
    count(*) filter (where to_on is null and over > 0) as backlog_late,
    coalesce(sum(over) filter (where over > 0), 0) as days_over_limit
  from timed
  group by stage, grouping sets ((), (specialty), (receiving_location), (referring_location))
)
select
  cut,                                                                  -- total, specialty, receiving_location or referring_location.
  value,                                                                -- Value of the cut.
  stage,                                                                -- Stage of open work; completed waits for its note.
  cast(entered as integer) as entered,                                  -- Entered in the last 365 days.
  cast(departed as integer) as departed,                                -- Left in the last 365 days.
  cast(departed - dropped_out as integer) as went_on,                   -- Of these, on to another stage or a visit.
  cast(dropped_out as integer) as dropped_out,                          -- Of these, ended without a visit.
  cast(dwell[1] as integer) as median_days,                             -- Median days of stays that ended; null where none did.
  cast(dwell[2] as integer) as p90_days,                                -- 90th percentile of them.
  cast(backlog as integer) as backlog,                                  -- There at the as-of day.
  cast(waiting[1] as integer) as backlog_median_days,                   -- Median days these have been there so far.
  cast(waiting[2] as integer) as backlog_oldest_days,                   -- Days of the oldest.
  cast(arrivals as integer) as arrivals_90,                             -- Entered in the last 90 days.
  cast(departures as integer) as departures_90,                         -- Left in the last 90 days.
  case when departures > 0 then backlog * 90.0::double / departures end as backlog_days, -- Days the backlog lasts at that pace; null where nothing leaves.
  cast(limit_days as integer) as limit_days,                            -- Days the policy allows, the median over orders; null where it sets none.
  case when limit_days is not null and departed > 0 then late / cast(departed as double) end as late_share, -- Share of stays that ended beyond their limit.
  case when limit_days is not null then cast(backlog_late as integer) end as backlog_late, -- There beyond their limit.
  cast(days_over_limit as integer) as days_over_limit,                  -- Days beyond the limit, all stays together.
  days_over_limit > 0 and row_number() over (partition by cut, value order by days_over_limit desc, stage) = 1 as is_bottleneck -- The stage that costs its specialty or place the most days beyond limits.
from counted
