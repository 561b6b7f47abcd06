-- Files that count, the source and list each continues, and its place in that list's run of days.
-- materialize: table
select
  file_id, source, system, scope, rows as list, as_of, next_as_of, sequence,
  cast(dense_rank() over (order by source) as integer) as source_no,
  cast(dense_rank() over (order by source, scope) as integer) as list_no,
  cast(dense_rank() over (partition by source, scope order by as_of) as integer) as place
from seeds.file
where standing = 'effective'
