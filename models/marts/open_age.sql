-- Open referrals by age since the order, in the bands of the field.
-- Never an average wait: long waiters are over-represented among the open.
-- grain: age_band, specialty, receiving_location, payer
with aged as (
  select r.*, run.as_of_date - r.ordered_on as days
  from core.referral r
  cross join seeds.run run
  where r.is_open and r.exclusion is null
)
select
  case
    when days <= 7 then '0-7' when days <= 14 then '8-14' when days <= 30 then '15-30'
    when days <= 60 then '31-60' when days <= 90 then '61-90' else '90+'
  end as age_band,                                                   -- Days since the order.
  case
    when days <= 7 then 1 when days <= 14 then 2 when days <= 30 then 3
    when days <= 60 then 4 when days <= 90 then 5 else 6
  end as age_band_order,                                             -- Order of the bands.
  specialty,                                                         -- Specialty by the crosswalk.
  coalesce(receiving_location, 'Unknown') as receiving_location,     -- Department or site referred to.
  coalesce(payer, 'Unknown') as payer,                               -- Payer.
  cast(count(*) as integer) as referrals,                            -- Open referrals.
  cast(count(*) filter (where left_list_at is not null) as integer) as left_list -- Of these, no longer on any list and without an outcome.
from aged
group by all
