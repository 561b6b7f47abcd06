-- One row per referral, source and as-of at which something about the referral changed or it came back, with its words as a combination.
-- Where a list has several rows for a referral (a row per appointment, say), the last speaks for it and the others tell of appointments only.
-- materialize: table
with quiet as (
  select s.referral_no, f.source, s.first_as_of as as_of, s.address, g.combination
  from staging.subject s
  join staging.sighting g on g.address = s.address
  join staging.file f on f.sequence = s.address // 4294967296
  where s.quiet
),
told as (
  select g.referral_no, f.source, f.as_of, f.next_as_of, g.address, g.combination, g.content
  from staging.sighting g
  join staging.subject s on s.referral_no = g.referral_no
  join staging.file f on f.sequence = g.address // 4294967296
  where not s.quiet
),
daily as (
  select
    referral_no, source, as_of, count(content) as lines,
    max(address) filter (where content is not null) as address,
    max(next_as_of) as next_as_of,
    case when count(content) <= 1 then max(content) else hash(sum(content::hugeint), count(content)) end as content
  from told
  group by referral_no, source, as_of
),
compared as (
  select
    *,
    lag(content ignore nulls) over story as previous_content,
    lag(as_of) over story as previous_as_of,
    lag(next_as_of) over story as previous_next_as_of
  from daily
  window story as (partition by referral_no, source order by as_of)
),
changed as (
  select *, coalesce(previous_next_as_of < as_of, false) as reappeared
  from compared
  where address is not null and (previous_content is distinct from content or previous_next_as_of < as_of)
)
select
  referral_no, source, as_of, null::timestamp as previous_as_of, null::timestamp as absent_from, address, combination,
  true as speaks, true as only_one
from quiet
union all
select
  c.referral_no, c.source, c.as_of, c.previous_as_of, case when c.reappeared then c.previous_next_as_of end, t.address, t.combination,
  t.address = c.address, false
from changed c
join told t on t.referral_no = c.referral_no and t.source = c.source and t.as_of = c.as_of and t.content is not null
where c.lines > 1 or t.address = c.address
