-- Every referral row of every file that counts as the source wrote it, with identifiers made unique across systems.
-- `address` orders all rows by as-of, whatever order files arrived in; `referral_no` is the key as a number: staging works with it,
-- core with the key (staging.subject proves that no two keys share one); `combination` stands for the words of a row.
select
  f.source,
  f.system,
  f.scope,
  f.list,
  f.as_of,
  f.next_as_of,
  f.sequence,
  f.source_no,
  f.list_no,
  f.place,
  f.sequence::bigint * 4294967296 + r.row_number as address,
  hash(f.system || ':' || r.referral_id) as referral_no,
  f.system || ':' || r.referral_id as referral_key,
  f.system || ':' || r.parent_referral_id as parent_referral_key,
  f.system || ':' || r.replaces_referral_id as replaces_referral_key,
  hash(
    f.source, r.status, r.substatus, r.status_reason, r.scheduling_status, r.authorization_status, r.visit_status, r.information_status,
    r.appointment_status, r.pend_reason, r.close_reason
  ) as combination,
  r.*
from raw.referral r
join staging.file f on f.file_id = r.file_id
