-- One row per source: what it last delivered, how late the next file is, and how much of it could not be used.
-- grain: source
with apart as (
  select
    source,
    date_diff('day', lag(cast(as_of as date)) over (partition by source, scope order by as_of), cast(as_of as date)) as days
  from (select distinct source, scope, as_of from seeds.file where standing = 'effective')
),
rhythm as (
  select source, cast(round(quantile_cont(days, 0.5)) as integer) as every_days, cast(max(days) as integer) as longest_days
  from apart
  where days > 0
  group by source
)
select
  s.source,                                                                                  -- Folder of the source.
  s.label,                                                                                   -- Name for people.
  s.system,                                                                                  -- System whose identifiers it carries.
  s.entity,                                                                                  -- What it feeds first.
  s.covers,                                                                                  -- What an export holds and what it leaves out, as the source says: a rate knows nothing of the rest.
  s.expect_days,                                                                             -- Days within which a file should come; null where none is declared.
  max(y.every_days) as every_days,                                                           -- Median days between its files in use: what a list shows only by its change is known that coarsely.
  max(y.longest_days) as longest_days,                                                       -- Longest stretch between two of them.
  max(f.as_of) filter (where f.standing = 'effective') as last_as_of,                        -- As-of of its newest file in use.
  cast(max(r.as_of_date) - max(cast(f.as_of as date)) filter (where f.standing = 'effective') as integer) as days_old, -- Days from that file to the as-of of the run.
  coalesce(
    max(r.as_of_date) - max(cast(f.as_of as date)) filter (where f.standing = 'effective') <= s.expect_days,
    max(f.as_of) filter (where f.standing = 'effective') is not null and s.expect_days is null
  ) as fresh,                                                                                -- Its newest file is no older than declared.
  cast(count(*) filter (where f.standing = 'effective') as integer) as files,                -- Files in use.
  cast(count(*) filter (where f.standing = 'held') as integer) as files_held,                -- Files held.
  cast(count(*) filter (where f.standing = 'superseded') as integer) as files_superseded,    -- Files that a correction replaced.
  cast(coalesce(sum(f.loaded) filter (where f.standing = 'effective'), 0) as integer) as rows_loaded,     -- Rows in use.
  cast(coalesce(sum(f.rejected) filter (where f.standing = 'effective'), 0) as integer) as rows_rejected  -- Rows rejected from those files.
from seeds.source s
left join seeds.file f on f.source = s.source
left join rhythm y on y.source = s.source
cross join seeds.run r
group by s.source, s.label, s.system, s.entity, s.covers, s.expect_days
