-- One row per stretch of a referral's wait: who held it. Each day from the order on belongs to one holder.
-- grain: referral_key, wait_from
-- check: days >= 1
-- check: holder in ('referrer', 'payer', 'receiver', 'patient', 'capacity', 'returning')
with held as (
  select
    s.referral_key, cast(s.span_from as date) as wait_from,
    cast(coalesce(s.span_to, run.as_of) as date) as wait_to,
    case
      when s.value = 'completed' then 'returning'
      when s.value = 'scheduled' then 'capacity'
      when s.value = 'awaiting_authorization' then 'payer'
      when s.value = 'awaiting_information' then 'referrer'
      when s.value in ('no_showed', 'canceled_appointment') then 'patient'
      else 'receiver'
    end as holder
  from core.referral_span s
  cross join seeds.run run
  where s.axis = 'stage'
    and s.value in ('completed', 'scheduled', 'awaiting_authorization', 'awaiting_information', 'no_showed', 'canceled_appointment', 'outcome_unknown', 'pending', 'unmapped')
)
select
  referral_key,                       -- Referral.
  wait_from,                          -- First day of the stretch.
  wait_to,                            -- Day after its last; the as-of day where it lasts.
  cast(wait_to - wait_from as integer) as days, -- Days.
  holder                              -- referrer, payer, receiver, patient, capacity or returning.
from held
where wait_to > wait_from
