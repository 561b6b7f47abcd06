-- What a list said of a referral at each observation besides its words: the times that it states.
-- materialize: table
with job as (
  select distinct source, name from seeds.system_user
)
select
  o.referral_no, o.source, o.as_of, o.previous_as_of, o.address, o.combination, o.speaks, o.only_one, s.ordered_at,
  r.status_at, r.closed_at, r.first_contact_at, r.last_contact_at, r.appointment_made_at, r.appointment_at, r.visit_at, r.report_received_at,
  r.report_acknowledged_at, r.sent_at, r.received_at, r.authorization_required,
  case
    when coalesce(r.closed_by, r.status_by) is not null
      then exists (select 1 from job j where j.source = o.source and j.name = lower(trim(coalesce(r.closed_by, r.status_by))))
  end as by_job
from staging.observation o
join staging.subject s on s.referral_no = o.referral_no
join staging.referral r on r.address = o.address
