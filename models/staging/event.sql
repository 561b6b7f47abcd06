-- Every change of state that any source tells of a referral, from whichever place tells it, not yet compared with one another.
-- Besides the five axes three things say who holds a referral: whether it got out (transit), whether the patient was reached (contact),
-- and whether a first slot was declined (offer). Times before the order are the order's.
with told as (
  select referral_no, 'request' as axis, 'new' as value, ordered_at as moment, null::timestamp as after, -1 as step,
    hash(source, 'ordered_at', null::varchar, null::varchar) as statement_no, null::boolean as by_job
  from staging.subject
  union all
  select referral_no, axis, value, moment, after, 0, statement_no, by_job from staging.list_event
  union all
  select h.referral_no, h.axis, h.value, greatest(h.moment, s.ordered_at), null, h.step, h.statement_no, h.by_job
  from staging.history h
  join staging.subject s on s.referral_no = h.referral_no
  cross join seeds.run run
  where h.moment <= run.as_of
  union all
  select referral_no, 'visit', value, moment, after, step, statement_no, null from staging.visit_event
  union all
  select referral_no, axis, value, moment, after, 0, statement_no, null from staging.note_event
  union all
  select referral_no, axis, value, moment, null, 0, statement_no, null from staging.authorization_event
  union all
  select referral_no, axis, value, moment, after, 0, statement_no, null from staging.reach_event
  union all
  select referral_no, 'request', 'cancelled', moment, null, 1, statement_no, null from staging.handed_on
)
select
  referral_no,
  cast(axis as enum('request', 'authorization', 'scheduling', 'visit', 'information', 'transit', 'contact', 'offer')) as axis,
  cast(value as enum(
    'new', 'in_review', 'awaiting_information', 'accepted', 'returned', 'redirected', 'cancelled', 'declined_by_patient', 'unreachable',
    'entered_in_error', 'closed_unknown',
    'not_required', 'required', 'submitted', 'approved', 'partially_approved', 'denied', 'appealed', 'expired',
    'not_ready', 'ready', 'contacting', 'waitlisted', 'do_not_schedule',
    'none', 'rescheduled', 'cancelled_by_patient', 'cancelled_by_provider', 'outcome_unknown', 'no_show', 'left_without_seen', 'scheduled',
    'arrived', 'requested', 'interim', 'received', 'acknowledged', 'sent', 'missed', 'reached', 'idle', 'open', 'declined', 'unmapped',
    'completed', 'econsult_completed'
  )) as value,
  moment, after, cast(step as integer) as step, statement_no, by_job
from told
