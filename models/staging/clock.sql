-- One row per referral: when each step was first taken, from the changes of its axes.
-- materialize: table
select
  referral_no,
  min(moment) filter (where axis = 'request' and value in ('accepted', 'returned', 'redirected')) as answered_at,
  min(moment) filter (where axis = 'request' and value in ('returned', 'cancelled', 'declined_by_patient', 'unreachable', 'expired', 'entered_in_error', 'closed_unknown')) as first_closed_at,
  max(moment) filter (where axis = 'request' and value in ('new', 'in_review', 'awaiting_information', 'accepted', 'redirected', 'unmapped')) as last_open_at,
  max(moment) filter (where axis = 'request' and until is null and value in ('returned', 'cancelled', 'declined_by_patient', 'unreachable', 'expired', 'entered_in_error', 'closed_unknown')) as closed_at,
  bool_or(by_job) filter (where axis = 'request' and until is null) as closed_by_job,
  min(moment) filter (where axis = 'authorization' and value = 'submitted') as submitted_at,
  min(moment) filter (where axis = 'authorization' and value in ('approved', 'partially_approved', 'denied')) as decided_at,
  min(moment) filter (where axis = 'scheduling' and value = 'contacting' or axis = 'contact' and value in ('missed', 'reached')) as contacted_at,
  min(moment) filter (where axis = 'contact' and value = 'reached') as reached_at,
  min(moment) filter (where axis = 'visit' and value in ('completed', 'econsult_completed')) as visit_at,
  min(after) filter (where axis = 'visit' and value in ('completed', 'econsult_completed')) as visit_after,
  min(moment) filter (where axis = 'information' and value in ('received', 'acknowledged')) as note_received_at,
  min(moment) filter (where axis = 'information' and value = 'acknowledged') as note_acknowledged_at
from staging.change
where axis <> 'transit' and axis <> 'offer'
group by referral_no
