-- One row per referral: the newest row of its source. Where several sources describe one referral, the newest filled value of each field stands.
with last_of_source as (
  select g.referral_no, f.source, max(g.address) as address
  from staging.sighting g
  join staging.subject s on s.referral_no = g.referral_no and not s.one_list
  join staging.file f on f.lane = g.lane and f.sequence = g.address // 4294967296
  where g.content is not null
  group by g.referral_no, f.source
),
several as (
  select referral_no from last_of_source group by referral_no having count(*) > 1
)
select r.*
from staging.referral r
join staging.subject s on s.address = r.address
where s.one_list or not exists (select 1 from several m where m.referral_no = s.referral_no)
union all by name
select r.referral_no, arg_max(columns(r.* exclude (referral_no, address)), r.address), max(r.address) as address
from staging.referral r
join last_of_source l on l.address = r.address
join several m on m.referral_no = l.referral_no
group by r.referral_no
