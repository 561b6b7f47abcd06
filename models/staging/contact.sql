-- Every attempt to reach a patient or a referrer, row by row.
select
  f.source,
  f.system,
  f.as_of,
  f.sequence,
  f.system || ':' || r.referral_id as referral_key,
  r.*
from raw.contact r
join seeds.file f on f.file_id = r.file_id
where f.standing = 'effective'
