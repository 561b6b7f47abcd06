-- What a source reported of a referral at each observation: its words, and the times stated with them.
-- materialize: table
select
  o.referral_key, o.source, o.as_of, o.sequence, o.previous_as_of, o.first_seen, o.reappeared, o.newest,
  hash(
    o.source, r.status, r.substatus, r.status_reason, r.scheduling_status, r.authorization_status, r.visit_status,
    r.information_status, r.appointment_status, r.pend_reason, r.close_reason
  ) as combination,
  r.status, r.substatus, r.status_reason, r.scheduling_status, r.authorization_status, r.visit_status,
  r.information_status, r.appointment_status, r.pend_reason, r.close_reason,
  r.ordered_at, r.status_at, r.status_by, r.closed_at, r.closed_by, r.first_contact_at,
  r.appointment_made_at, r.appointment_at, r.visit_at, r.report_received_at, r.report_acknowledged_at
from staging.observation o
join staging.referral r on r.file_id = o.file_id and r.row_number = o.row_number
