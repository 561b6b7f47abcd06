-- One row per referral: the newest row of its source beside its standing. Where several sources describe one referral, the newest filled
-- value of each field stands.
with last_of_source as (
  select g.referral_no, g.source_no, max(g.address) as address
  from staging.sighting g
  join staging.subject s on s.referral_no = g.referral_no and not s.one_source
  where g.content is not null
  group by g.referral_no, g.source_no
),
several as (
  select r.referral_no, max(r.address) as address, arg_max(columns(r.* exclude (referral_no, address)), r.address)
  from staging.referral r
  join last_of_source l on l.address = r.address
  group by r.referral_no
)
select r.*, s.* exclude (referral_no, address)
from staging.referral r
join staging.standing s on s.address = r.address and s.one_source
union all by name
select r.*, s.* exclude (referral_no, address)
from several r
join staging.standing s on s.referral_no = r.referral_no
