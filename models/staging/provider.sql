-- Every roster line of every effective file.
select
  f.source,
  f.system,
  f.rows as list,
  f.as_of,
  f.next_as_of,
  f.sequence,
  f.system || ':' || r.provider_id as provider_key,
  r.*
from raw.provider r
join seeds.file f on f.file_id = r.file_id
where f.standing = 'effective'
