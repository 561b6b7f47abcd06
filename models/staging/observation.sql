-- One row per referral, source and as-of at which something about the referral changed, it reappeared, or it was seen last.
-- materialize: table
with seen as (
  select
    referral_key, source, as_of, next_as_of, sequence, file_id, row_number,
    -- What may change on a worklist; a change of nothing else is no event.
    hash(
      status, substatus, status_reason, scheduling_status, authorization_status, visit_status, information_status,
      appointment_status, pend_reason, close_reason, status_at, closed_at, appointment_made_at, appointment_at, visit_at,
      report_received_at, report_acknowledged_at, referrer_notified_at, first_contact_at, last_contact_at, contact_attempts,
      not_a_referral, test_record
    ) as content,
    lead(as_of) over (partition by referral_key, source order by as_of, sequence, row_number) as following_as_of
  from staging.referral
),
-- Of several rows of one referral at one as-of (a row per appointment, say) the last one speaks for it.
settled as (
  select * from seen where following_as_of is distinct from as_of
),
compared as (
  select
    *,
    lag(content) over (partition by referral_key, source order by as_of) as previous_content,
    lag(as_of) over (partition by referral_key, source order by as_of) as previous_as_of,
    lag(next_as_of) over (partition by referral_key, source order by as_of) as previous_next_as_of
  from settled
)
select
  referral_key, source, as_of, next_as_of, sequence, file_id, row_number, previous_as_of,
  previous_as_of is null as first_seen,
  coalesce(previous_next_as_of < as_of, false) as reappeared,
  following_as_of is null as newest
from compared
where previous_content is distinct from content or following_as_of is null or previous_next_as_of < as_of
