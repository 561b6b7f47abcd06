-- Every referral row of every effective file as the source wrote it, with identifiers made unique across systems.
select
  f.source,
  f.system,
  f.scope,
  f.rows as list,
  f.as_of,
  f.next_as_of,
  f.sequence,
  f.system || ':' || r.referral_id as referral_key,
  f.system || ':' || r.parent_referral_id as parent_referral_key,
  f.system || ':' || r.replaces_referral_id as replaces_referral_key,
  r.*
from raw.referral r
join seeds.file f on f.file_id = r.file_id
where f.standing = 'effective'
