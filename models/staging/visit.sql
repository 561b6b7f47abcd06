-- Every encounter and claim line of every effective file.
select
  f.source,
  f.system,
  f.as_of,
  f.sequence,
  f.system || ':' || r.visit_id as visit_key,
  f.system || ':' || r.adjusts_visit_id as adjusts_visit_key,
  f.system || ':' || r.referral_id as referral_key,
  r.*
from raw.visit r
join seeds.file f on f.file_id = r.file_id
where f.standing = 'effective'
