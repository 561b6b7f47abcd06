-- Every authorization row of every file that counts.
select
  f.source,
  f.system,
  f.as_of,
  f.sequence,
  f.sequence::bigint * 4294967296 + r.row_number as address,
  f.system || ':' || r.authorization_id as authorization_key,
  hash(f.system || ':' || r.referral_id) as referral_no,
  f.system || ':' || r.referral_id as referral_key,
  r.*
from raw.authorization r
join staging.file f on f.file_id = r.file_id
