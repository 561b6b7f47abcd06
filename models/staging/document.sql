-- Every document row of every effective file.
select
  f.source,
  f.system,
  f.as_of,
  f.sequence,
  f.system || ':' || r.document_id as document_key,
  f.system || ':' || r.referral_id as referral_key,
  r.*
from raw.document r
join seeds.file f on f.file_id = r.file_id
where f.standing = 'effective'
