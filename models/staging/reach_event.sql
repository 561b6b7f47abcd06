-- What happened between a referral and the people it concerns: sent and received, attempts to reach the patient, slots declined.
with dated as (
  select referral_no, 'transit' as axis, 'sent' as value, sent_at as moment, ordered_at, hash(source, 'sent_at', null::varchar, null::varchar) as statement_no
  from staging.reported
  where sent_at is not null and sent_at <= as_of
  union
  select referral_no, 'transit', 'received', received_at, ordered_at, hash(source, 'received_at', null::varchar, null::varchar)
  from staging.reported
  where received_at is not null and received_at <= as_of
  union
  select referral_no, 'contact', 'missed', first_contact_at, ordered_at, hash(source, 'first_contact_at', null::varchar, null::varchar)
  from staging.reported
  where first_contact_at is not null and first_contact_at <= as_of
  union
  select referral_no, 'scheduling', 'contacting', first_contact_at, ordered_at, hash(source, 'first_contact_at', null::varchar, null::varchar)
  from staging.reported
  where first_contact_at is not null and first_contact_at <= as_of
  union
  select referral_no, 'contact', 'missed', last_contact_at, ordered_at, hash(source, 'last_contact_at', null::varchar, null::varchar)
  from staging.reported
  where last_contact_at is not null and last_contact_at <= as_of
),
called as (
  select c.referral_no, c.attempted_at, c.reached, s.ordered_at, hash(c.source, 'attempted_at', null::varchar, null::varchar) as statement_no,
    row_number() over (partition by c.referral_no order by c.attempted_at, c.contact_key) as attempt
  from staging.call c
  join staging.subject s on s.referral_no = c.referral_no
  cross join seeds.run run
  where c.is_attempt and c.attempted_at <= run.as_of
),
slots as (
  select b.referral_no, b.made_at, b.made_after, b.starts_at, b.first_offered_for, b.canceled_at, s.ordered_at,
    hash(b.source, 'first_offered_for', null::varchar, null::varchar) as statement_no
  from staging.booking_outcome b
  join staging.subject s on s.referral_no = b.referral_no
  cross join seeds.run run
  where b.first_offered_for < cast(b.starts_at as date) and cast(b.first_offered_for as timestamp) > b.made_at
    and cast(b.first_offered_for as timestamp) < least(run.as_of, coalesce(b.canceled_at, run.as_of))
),
told as (
  select referral_no, axis, value, moment, null::timestamp as after, ordered_at, statement_no from dated
  union all
  select referral_no, 'contact', case when reached then 'reached' else 'missed' end, attempted_at, null, ordered_at, statement_no from called
  union all
  select referral_no, 'scheduling', 'contacting', attempted_at, null, ordered_at, statement_no from called where attempt = 1
  union all
  -- A visit that fell through: nobody has called since.
  select e.referral_no, 'contact', 'idle', e.moment, e.after, s.ordered_at, e.statement_no
  from staging.visit_event e
  join staging.subject s on s.referral_no = e.referral_no
  where e.value in ('no_show', 'left_without_seen', 'cancelled_by_patient')
  union all
  select referral_no, 'offer', 'open', made_at, null, ordered_at, statement_no from slots
  union all
  select referral_no, 'offer', 'declined', cast(first_offered_for as timestamp), null, ordered_at, statement_no from slots
  union all
  select referral_no, 'offer', 'open', starts_at, null, ordered_at, statement_no from slots where starts_at <= (select as_of from seeds.run)
)
select referral_no, axis, value, greatest(moment, ordered_at) as moment, case when after is not null then greatest(after, ordered_at) end as after, statement_no
from told
