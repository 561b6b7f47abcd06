-- Redirected referrals that another order took the place of: from that order on their work goes on there.
with successor as (
  select hash(coalesce(replaces_referral_key, parent_referral_key)) as referral_no, min(ordered_at) as ordered_at, min(source) as source
  from staging.referral
  where replaces_referral_key is not null or parent_referral_key is not null
  group by 1
),
stood as (
  select o.referral_no, max(o.as_of) as as_of, arg_max(a.value, o.as_of) as value
  from staging.reported o
  join successor s on s.referral_no = o.referral_no
  join staging.combination_axis a on a.combination = o.combination and a.axis = 'request'
  where o.speaks
  group by o.referral_no
)
select s.referral_no, greatest(s.ordered_at, t.as_of) as moment, hash(s.source, 'parent_referral_id', null::varchar, null::varchar) as statement_no
from successor s
join stood t on t.referral_no = s.referral_no and t.value = 'redirected'
