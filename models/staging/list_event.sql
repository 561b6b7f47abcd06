-- Changes of state that lists of referrals tell: words that changed from one observation to the next, with the time that the list states,
-- or else the interval in which it must have happened.
with worded as (
  select
    o.referral_no, o.source, o.as_of, o.previous_as_of, o.only_one, o.ordered_at, o.by_job, a.axis, a.value, a.statement_no,
    case a.axis
      when 'request' then
        case
          when a.value in ('new', 'in_review', 'awaiting_information', 'accepted', 'redirected', 'unmapped') then o.status_at
          else coalesce(o.closed_at, o.status_at)
        end
      when 'scheduling' then case a.value when 'scheduled' then o.appointment_made_at when 'contacting' then o.first_contact_at end
    end as stated_at,
    -- A word that closes because the payer denied: denied by then.
    case when a.axis = 'authorization' and a.value = 'denied' and o.closed_at between greatest(o.ordered_at, o.previous_as_of) and o.as_of
      then o.closed_at else o.as_of end as seen_at
  from staging.reported o
  join staging.combination_axis a on a.combination = o.combination
  where o.speaks
    and (
      a.axis in ('request', 'authorization', 'scheduling')
      -- A dated note speaks for itself, below.
      or (a.axis = 'information' and not (a.value = 'received' and o.report_received_at is not null)
        and not (a.value = 'acknowledged' and o.report_acknowledged_at is not null))
    )
),
-- Where no word says whether a referral is open, the date on which it was closed does.
closed as (
  select distinct
    o.referral_no, o.source, 'request' as axis, 'closed_unknown' as value, greatest(o.closed_at, o.ordered_at) as moment,
    hash(o.source, 'closed_at', null::varchar, null::varchar) as statement_no, o.by_job
  from staging.reported o
  where o.speaks and o.closed_at <= o.as_of and cast(o.closed_at as date) >= cast(o.ordered_at as date)
    and o.combination not in (select combination from staging.combination_axis where axis = 'request')
),
changed as (
  select *, null as previous_value from worded where only_one
  union all
  select *, lag(value) over (partition by referral_no, source, axis order by as_of) from worded where not only_one
),
-- A stated time counts where it does not contradict what the list showed before.
timed as (
  select
    *,
    coalesce(
      cast(stated_at as date) >= cast(ordered_at as date) and stated_at <= as_of and (previous_as_of is null or stated_at > previous_as_of),
      false
    ) as is_stated
  from changed
  where value is distinct from previous_value
),
-- Referrals whose axis a source's own history tells: within its days the history is believed, not the list.
recorded as (
  select h.referral_no, h.axis, min(h.moment) as since, max(f.as_of) as until
  from (select referral_no, source, axis, min(moment) as moment from staging.history group by all) h
  join (select source, max(as_of) as as_of from staging.file group by source) f on f.source = h.source
  group by h.referral_no, h.axis
)
select
  t.referral_no, t.source, t.axis, t.value,
  greatest(case when t.is_stated then t.stated_at else t.seen_at end, t.ordered_at) as moment,
  case when not t.is_stated then least(greatest(coalesce(t.previous_as_of, t.ordered_at), t.ordered_at), t.seen_at) end as after,
  t.statement_no,
  case when t.axis = 'request' then t.by_job end as by_job
from timed t
left join recorded r on r.referral_no = t.referral_no and r.axis = t.axis
where r.referral_no is null or t.as_of > r.until or (case when t.is_stated then t.stated_at else t.seen_at end) < r.since
union all
select referral_no, source, axis, value, moment, null, statement_no, by_job
from closed
