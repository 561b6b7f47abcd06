-- Every dated change that a source's own history states.
select
  f.source,
  f.system,
  f.as_of,
  f.sequence,
  f.system || ':' || r.referral_id as referral_key,
  r.*
from raw.referral_event r
join seeds.file f on f.file_id = r.file_id
where f.standing = 'effective'
