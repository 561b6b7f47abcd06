-- Every attempt to reach a patient or a referrer, row by row.
select
  f.source,
  f.system,
  f.as_of,
  f.sequence,
  f.sequence::bigint * 4294967296 + r.row_number as address,
  hash(f.system || ':' || r.referral_id) as referral_no,
  f.system || ':' || r.referral_id as referral_key,
  r.*
from raw.contact r
join staging.file f on f.file_id = r.file_id
