-- When each step of a referral was first taken, from the changes of its axes; referrals of which nothing but the order is known have no
-- row.
-- materialize: table
with step as (
  select
    *,
    axis = 'request' and value in ('returned', 'cancelled', 'declined_by_patient', 'unreachable', 'expired', 'entered_in_error', 'closed_unknown') as closes
  from staging.change
  where (axis = 'request' and value <> 'new')
    or (axis = 'scheduling' and value = 'contacting')
    or (axis = 'visit' and value in ('completed', 'econsult_completed'))
    or axis in ('authorization', 'information', 'contact')
)
select
  referral_no,
  min(moment) filter (where axis = 'request' and value in ('accepted', 'returned', 'redirected')) as answered_at,
  min(moment) filter (where closes) as first_closed_at,
  max(moment) filter (where axis = 'request' and not closes) as last_open_at,
  max(moment) filter (where closes and until is null) as closed_at,
  bool_or(by_job) filter (where closes and until is null) as closed_by_job,
  min(moment) filter (where axis = 'authorization' and value = 'submitted') as submitted_at,
  min(moment) filter (where axis = 'authorization' and value in ('approved', 'partially_approved', 'denied')) as decided_at,
  min(moment) filter (where axis = 'scheduling' or (axis = 'contact' and value in ('missed', 'reached'))) as contacted_at,
  -- Where only seen between two files: after this; null where a source states it.
  case
    when min(moment) filter (where (axis = 'scheduling' or (axis = 'contact' and value in ('missed', 'reached'))) and after is null)
      > min(moment) filter (where axis = 'scheduling' or (axis = 'contact' and value in ('missed', 'reached')))
      or count(*) filter (where (axis = 'scheduling' or (axis = 'contact' and value in ('missed', 'reached'))) and after is null) = 0
      then min(after) filter (where axis = 'scheduling' or (axis = 'contact' and value in ('missed', 'reached')))
  end as contacted_after,
  min(moment) filter (where axis = 'contact' and value = 'reached') as reached_at,
  min(moment) filter (where axis = 'visit') as visit_at,
  min(after) filter (where axis = 'visit') as visit_after,
  min(moment) filter (where axis = 'information' and value in ('received', 'acknowledged')) as note_received_at,
  min(moment) filter (where axis = 'information' and value = 'acknowledged') as note_acknowledged_at
from step
group by referral_no
