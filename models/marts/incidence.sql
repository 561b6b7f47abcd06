-- One row per cut, value and day after the order on which an episode ended: how many were still at risk, how many ended and
-- how, and what share had ended so by then: Aalen–Johansen cumulative incidence with competing outcomes.
--
-- On day i with n_i at risk and d_ki ends of kind k, d_i = Σ_k d_ki: S(i) = Π (1 − d_i ÷ n_i), F_k(i) = Σ S(i−1) · d_ki ÷ n_i.
-- Open episodes are censored at the as-of day less the lag of the exports, or where they left the list. Those already open
-- at the first load come under observation at their age and are at risk from the day after it (left truncation). Days are
-- followed for a year. Kaplan–Meier with the other outcomes censored would overstate each of them.
-- Source: O. Aalen, S. Johansen, Scandinavian Journal of Statistics 5, 1978; Putter, Fiocco, Geskus, Statistics in Medicine
-- 26, 2007; PMC2410013. As survfit of R's survival package gives it.
-- grain: cut, value, day
-- check: abs(standing + incidence_completed + incidence_declined + incidence_canceled + incidence_denied + incidence_returned + incidence_unreachable + incidence_closed_unknown - 1) < 1e-9
-- check: at_risk >= ended
with followed as (
  select
    e.specialty, e.payer, e.referral_type, e.referring_location, e.referring_provider, e.receiving_location, e.receiving_provider,
    e.priority, e.source, e.language, e.barrier,
    least(365, run.as_of_date - run.lag_days - e.ordered_on) as last_day,
    cast(coalesce(e.outcome_at, e.left_list_at) as date) - e.ordered_on as end_day,
    -- Seen from the order on: at risk on the day of the order too.
    case when cast(e.entry_at as date) > e.ordered_on then cast(e.entry_at as date) - e.ordered_on else -1 end as entry_day,
    case e.outcome
      when 'completed' then 1 when 'declined' then 2 when 'canceled' then 3 when 'denied' then 4 when 'returned' then 5
      when 'unreachable' then 6 when 'expired' then 6 when 'closed_unknown' then 7 else 0
    end as kind
  from core.episode_cut e
  cross join seeds.run run
  where e.exclusion is null and e.ordered_on <= run.as_of_date - run.lag_days
),
ended as (
  select
    * exclude (last_day, end_day, kind),
    greatest(least(last_day, end_day), 0) as exit_day,
    case when end_day <= last_day then kind else 0 end as kind
  from followed
),
-- Counted for cuts that have few combinations together, then apart.
counted as (
  select
    specialty, payer, referral_type, referring_location, referring_provider, receiving_location, receiving_provider, priority, source, language, barrier,
    case when grouping(specialty) = 0 then 1 when grouping(referring_location) = 0 then 2 when grouping(receiving_location) = 0 then 3 else 4 end as pass,
    entry_day, exit_day, kind, count(*) as n
  from ended
  where exit_day > entry_day
  group by grouping sets (
    (specialty, payer, referral_type, entry_day, exit_day, kind),
    (referring_location, referring_provider, entry_day, exit_day, kind),
    (receiving_location, receiving_provider, entry_day, exit_day, kind),
    (priority, source, language, barrier, entry_day, exit_day, kind)
  )
),
by_cut as (
  select
    case when grouping(specialty) = 0 then 'specialty' when grouping(payer) = 0 then 'payer' when grouping(referral_type) = 0 then 'referral_type' else 'total' end as cut,
    coalesce(specialty, payer, referral_type, 'All') as value, entry_day, exit_day, kind, sum(n) as n
  from counted where pass = 1
  group by grouping sets ((entry_day, exit_day, kind), (specialty, entry_day, exit_day, kind), (payer, entry_day, exit_day, kind), (referral_type, entry_day, exit_day, kind))
  union all
  select case when grouping(referring_location) = 0 then 'referring_location' else 'referring_provider' end, coalesce(referring_location, referring_provider),
    entry_day, exit_day, kind, sum(n)
  from counted where pass = 2
  group by grouping sets ((referring_location, entry_day, exit_day, kind), (referring_provider, entry_day, exit_day, kind))
  union all
  select case when grouping(receiving_location) = 0 then 'receiving_location' else 'receiving_provider' end, coalesce(receiving_location, receiving_provider),
    entry_day, exit_day, kind, sum(n)
  from counted where pass = 3
  group by grouping sets ((receiving_location, entry_day, exit_day, kind), (receiving_provider, entry_day, exit_day, kind))
  union all
  select case when grouping(priority) = 0 then 'priority' when grouping(source) = 0 then 'source' when grouping(language) = 0 then 'language' else 'barrier' end,
    coalesce(priority, source, language, barrier), entry_day, exit_day, kind, sum(n)
  from counted where pass = 4
  group by grouping sets ((priority, entry_day, exit_day, kind), (source, entry_day, exit_day, kind), (language, entry_day, exit_day, kind), (barrier, entry_day, exit_day, kind))
),
moves as (
  select cut, value, exit_day as day, kind, 0 as entered, n as gone from by_cut
  union all
  select cut, value, entry_day, 0, n, 0 from by_cut
),
days as (
  select
    cut, value, day,
    sum(entered) as entered, sum(gone) as gone,
    coalesce(sum(gone) filter (where kind > 0), 0) as ended,
    coalesce(sum(gone) filter (where kind = 1), 0) as completed,
    coalesce(sum(gone) filter (where kind = 2), 0) as declined,
    coalesce(sum(gone) filter (where kind = 3), 0) as canceled,
    coalesce(sum(gone) filter (where kind = 4), 0) as denied,
    coalesce(sum(gone) filter (where kind = 5), 0) as returned,
    coalesce(sum(gone) filter (where kind = 6), 0) as unreachable,
    coalesce(sum(gone) filter (where kind = 7), 0) as closed_unknown
  from moves
  group by cut, value, day
),
risk as (
  select *, sum(entered - gone) over (partition by cut, value order by day rows between unbounded preceding and 1 preceding) as at_risk
  from days
),
standing as (
  select
    * exclude (at_risk), cast(at_risk as double) as at_risk,
    product((at_risk - ended) / cast(at_risk as double)) over so_far as standing,
    coalesce(product((at_risk - ended) / cast(at_risk as double)) over before, 1) as standing_before
  from risk
  where ended > 0
  window
    so_far as (partition by cut, value order by day rows between unbounded preceding and current row),
    before as (partition by cut, value order by day rows between unbounded preceding and 1 preceding)
)
select
  cut,                                                                        -- What is cut by; total for all.
  value,                                                                      -- Value of the cut.
  cast(day as integer) as day,                                                -- Days after the order.
  cast(at_risk as integer) as at_risk,                                        -- Episodes under observation that had not ended before this day.
  cast(ended as integer) as ended,                                            -- Of these, ended on this day.
  cast(completed as integer) as completed,                                    -- By an attended visit.
  cast(declined as integer) as declined,                                      -- Declined by the patient.
  cast(canceled as integer) as canceled,                                      -- Canceled or no longer needed.
  cast(denied as integer) as denied,                                          -- Denied by the payer.
  cast(returned as integer) as returned,                                      -- Sent back by the receiver.
  cast(unreachable as integer) as unreachable,                                -- Patient not reached, or expired.
  cast(closed_unknown as integer) as closed_unknown,                          -- Closed without evidence of why.
  sum(standing_before * completed / at_risk) over so_far as incidence_completed,           -- Share completed by the end of this day.
  sum(standing_before * declined / at_risk) over so_far as incidence_declined,             -- Share declined by then.
  sum(standing_before * canceled / at_risk) over so_far as incidence_canceled,             -- Share canceled by then.
  sum(standing_before * denied / at_risk) over so_far as incidence_denied,                 -- Share denied by then.
  sum(standing_before * returned / at_risk) over so_far as incidence_returned,             -- Share returned by then.
  sum(standing_before * unreachable / at_risk) over so_far as incidence_unreachable,       -- Share not reached or expired by then.
  sum(standing_before * closed_unknown / at_risk) over so_far as incidence_closed_unknown, -- Share closed without evidence by then.
  standing                                                                    -- Share still open: what is left.
from standing
window so_far as (partition by cut, value order by day rows between unbounded preceding and current row)
