-- Every authorization row of every effective file.
select
  f.source,
  f.system,
  f.as_of,
  f.sequence,
  f.system || ':' || r.authorization_id as authorization_key,
  f.system || ':' || r.referral_id as referral_key,
  r.*
from raw.authorization r
join seeds.file f on f.file_id = r.file_id
where f.standing = 'effective'
