-- Every patient row, alias and merge of every file that counts.
select
  f.source,
  f.system,
  f.as_of,
  f.sequence,
  f.sequence::bigint * 4294967296 + r.row_number as address,
  r.*
from raw.patient r
join staging.file f on f.file_id = r.file_id
