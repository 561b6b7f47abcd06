-- Every sample of open slots of every effective file.
select
  f.source,
  f.system,
  f.as_of,
  f.sequence,

  r.*
from raw.capacity r
join seeds.file f on f.file_id = r.file_id
where f.standing = 'effective'
