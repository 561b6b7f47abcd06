-- Every roster line of every file that counts.
select
  f.source,
  f.system,
  f.list,
  f.as_of,
  f.next_as_of,
  f.sequence,
  f.sequence::bigint * 4294967296 + r.row_number as address,
  f.system || ':' || r.provider_id as provider_key,
  r.*
from raw.provider r
join staging.file f on f.file_id = r.file_id
