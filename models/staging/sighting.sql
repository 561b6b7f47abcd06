-- One row per time that a list or export showed a referral, narrow: which words it used and whether anything that may change did.
-- A row that was rejected is a sighting without content: the referral was there, unreadable.
-- materialize: table
select
  referral_no, address, source_no, list_no, place, combination,
  hash(
    combination, status_at, closed_at, sent_at, received_at, appointment_made_at, appointment_at, visit_at, report_received_at,
    report_acknowledged_at, referrer_notified_at, first_contact_at, last_contact_at, contact_attempts, authorization_required,
    not_a_referral, test_record
  ) as content
from staging.referral
join seeds.slice z on referral_no between z.first_no and z.last_no
union all
select hash(f.system || ':' || b.record_id), f.sequence::bigint * 4294967296 + 4294967295, f.source_no, f.list_no, f.place, null, null
from seeds.rejected_record b
join staging.file f on f.file_id = b.file_id
join seeds.slice z on hash(f.system || ':' || b.record_id) between z.first_no and z.last_no
where b.entity = 'referral'
