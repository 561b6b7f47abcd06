-- Every patient row, alias and merge of every effective file.
select
  f.source,
  f.system,
  f.as_of,
  f.sequence,

  r.*
from raw.patient r
join seeds.file f on f.file_id = r.file_id
where f.standing = 'effective'
