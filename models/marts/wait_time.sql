-- One row per wait, cut and value: the day by which half, and nine in ten, of those who waited had reached its end. Open ones
-- count for as long as they were seen; ends of another kind compete. Null where so many never got there within a year.
--
-- Read off the cumulative incidence of marts.incidence and of curves made the same way: the first day on which it is at least
-- 0.5 or 0.9. What was reached on the day it began waited 0 days.
-- grain: wait, cut, value
-- check: reached <= waited
-- check: median_days <= p90_days
-- check: reached_share between 0 and 1 + 1e-9
with followed as (
  select
    e.specialty, e.payer, e.referral_type, e.referring_location, e.referring_provider, e.receiving_location, e.receiving_provider,
    e.priority, e.source, e.language, e.barrier,
    run.as_of_date - run.lag_days as last_on,
    e.ordered_on,
    cast(e.entry_at as date) as entry_on,
    cast(coalesce(e.outcome_at, e.left_list_at) as date) as end_on,
    e.outcome is not null as has_ended,
    cast(e.scheduled_at as date) as scheduled_on,
    cast(e.received_at as date) as received_on,
    cast(e.visit_at as date) as visit_on,
    cast(e.note_received_at as date) as note_on,
    coalesce(y.tells_bookings, true) as tells_bookings
  from core.episode_cut e
  cross join seeds.run run
  left join core.system y on y.system = e.system
  where e.exclusion is null
),
waits as (
  select 1 as wait, specialty, payer, referral_type, referring_location, referring_provider, receiving_location, receiving_provider, priority, source, language, barrier, last_on, entry_on,
    ordered_on as from_on, scheduled_on as reached_on, end_on, has_ended
  from followed where tells_bookings
  union all
  select 2, specialty, payer, referral_type, referring_location, referring_provider, receiving_location, receiving_provider, priority, source, language, barrier, last_on, entry_on,
    received_on, visit_on, end_on, has_ended
  from followed where received_on is not null
  union all
  -- Nothing but the note ends this wait.
  select 3, specialty, payer, referral_type, referring_location, referring_provider, receiving_location, receiving_provider, priority, source, language, barrier, last_on, entry_on,
    visit_on, note_on, null, false
  from followed where visit_on is not null
  union all
  -- Whom the curve of marts.incidence follows from the order to the visit.
  select 4, specialty, payer, referral_type, referring_location, referring_provider, receiving_location, receiving_provider, priority, source, language, barrier, last_on, entry_on,
    ordered_on, visit_on, end_on, has_ended
  from followed
),
days as (
  select
    * exclude (last_on, entry_on, from_on, reached_on, end_on),
    least(365, last_on - from_on) as last_day,
    case when end_on < from_on then 0 else end_on - from_on end as end_day,
    case when reached_on < from_on then 0 else reached_on - from_on end as reached_day,
    case when entry_on > from_on then entry_on - from_on else -1 end as entry_day
  from waits
  where from_on <= last_on
),
-- What came first: the end of the wait (1), another end (2), or the last day it was seen (0).
exits as (
  select
    * exclude (last_day, end_day, reached_day, has_ended),
    least(last_day, end_day, reached_day) as exit_day,
    case
      when reached_day <= least(last_day, end_day) then 1
      when has_ended and end_day <= last_day then 2
      else 0
    end as kind
  from days
),
-- Counted for cuts that have few combinations together, then apart.
counted as (
  select
    wait, specialty, payer, referral_type, referring_location, referring_provider, receiving_location, receiving_provider, priority, source, language, barrier,
    case when grouping(specialty) = 0 then 1 when grouping(referring_location) = 0 then 2 when grouping(receiving_location) = 0 then 3 else 4 end as pass,
    entry_day, exit_day, kind, count(*) as n
  from exits
  where exit_day > entry_day
  group by grouping sets (
    (wait, specialty, payer, referral_type, entry_day, exit_day, kind),
    (wait, referring_location, referring_provider, entry_day, exit_day, kind),
    (wait, receiving_location, receiving_provider, entry_day, exit_day, kind),
    (wait, priority, source, language, barrier, entry_day, exit_day, kind)
  )
),
by_cut as (
  select
    wait, case when grouping(specialty) = 0 then 'specialty' when grouping(payer) = 0 then 'payer' when grouping(referral_type) = 0 then 'referral_type' else 'total' end as cut,
    coalesce(specialty, payer, referral_type, 'All') as value, entry_day, exit_day, kind, sum(n) as n
  from counted where pass = 1
  group by wait, entry_day, exit_day, kind, grouping sets ((), (specialty), (payer), (referral_type))
  union all
  select wait, case when grouping(referring_location) = 0 then 'referring_location' else 'referring_provider' end, coalesce(referring_location, referring_provider),
    entry_day, exit_day, kind, sum(n)
  from counted where pass = 2
  group by wait, entry_day, exit_day, kind, grouping sets ((referring_location), (referring_provider))
  union all
  select wait, case when grouping(receiving_location) = 0 then 'receiving_location' else 'receiving_provider' end, coalesce(receiving_location, receiving_provider),
    entry_day, exit_day, kind, sum(n)
  from counted where pass = 3
  group by wait, entry_day, exit_day, kind, grouping sets ((receiving_location), (receiving_provider))
  union all
  select wait, case when grouping(priority) = 0 then 'priority' when grouping(source) = 0 then 'source' when grouping(language) = 0 then 'language' else 'barrier' end,
    coalesce(priority, source, language, barrier), entry_day, exit_day, kind, sum(n)
  from counted where pass = 4
  group by wait, entry_day, exit_day, kind, grouping sets ((priority), (source), (language), (barrier))
),
moves as (
  select wait, cut, value, exit_day as day, kind, 0 as entered, n as gone from by_cut
  union all
  select wait, cut, value, entry_day, 0, n, 0 from by_cut
),
counts as (
  select
    wait, cut, value, day, sum(entered) as entered, sum(gone) as gone,
    coalesce(sum(gone) filter (where kind > 0), 0) as ended,
    coalesce(sum(gone) filter (where kind = 1), 0) as reached
  from moves
  group by wait, cut, value, day
),
risk as (
  select *, cast(sum(entered - gone) over (partition by wait, cut, value order by day rows between unbounded preceding and 1 preceding) as double) as at_risk
  from counts
),
standing as (
  select
    *,
    coalesce(product(case when ended > 0 then (at_risk - ended) / at_risk else 1 end) over (
      partition by wait, cut, value order by day rows between unbounded preceding and 1 preceding
    ), 1) as standing_before
  from risk
),
curve as (
  select
    *,
    sum(case when reached > 0 then standing_before * reached / at_risk else 0 end) over (
      partition by wait, cut, value order by day rows between unbounded preceding and current row
    ) as incidence
  from standing
),
waited as (
  select
    case wait when 1 then 'order_to_appointment' when 2 then 'receipt_to_visit' else 'visit_to_note' end as wait,
    cut, value, sum(entered) as waited, sum(reached) as reached,
    min(day) filter (where incidence >= 0.5 - 1e-9) as median_days,
    min(day) filter (where incidence >= 0.9 - 1e-9) as p90_days,
    max(incidence) as incidence
  from curve
  where wait < 4
  group by wait, cut, value
  union all
  select
    'order_to_visit', i.cut, i.value, max(n.waited), sum(i.completed),
    min(i.day) filter (where i.incidence_completed >= 0.5 - 1e-9),
    min(i.day) filter (where i.incidence_completed >= 0.9 - 1e-9),
    max(i.incidence_completed)
  from marts.incidence i
  join (select cut, value, sum(entered) as waited from counts where wait = 4 group by cut, value) n on n.cut = i.cut and n.value = i.value
  group by i.cut, i.value
)
select
  wait,                                                         -- order_to_appointment, order_to_visit, receipt_to_visit or visit_to_note.
  cut,                                                          -- What is cut by; total for all.
  value,                                                        -- Value of the cut.
  cast(waited as integer) as waited,                            -- Episodes that waited under observation.
  cast(reached as integer) as reached,                          -- Of these, seen to reach its end within a year.
  cast(median_days as integer) as median_days,                  -- Day by which half had; null where that is not reached.
  cast(p90_days as integer) as p90_days,                        -- Day by which nine in ten had; null where that is not reached.
  median_days is not null as median_reached,                    -- Half got there.
  p90_days is not null as p90_reached,                          -- Nine in ten got there.
  incidence as reached_share                                    -- Share that gets there within a year, by the curve.
from waited
