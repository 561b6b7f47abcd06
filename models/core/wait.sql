-- One row per stretch of a referral's wait: who held it.
-- Each day from the order to the visit's note, or to its other end, belongs to one holder. The referrer gets it out and sends what is
-- missing; the payer decides; the receiver reviews and schedules; the patient is looked for, declined a slot or fell through; capacity is
-- the time to the slot, or on a waiting list; returning is from the visit to the note.
-- grain: referral_key, wait_from
-- check: days >= 1
-- check: (select sum(w.days) from core.wait w) = (select sum(greatest(0, least(coalesce(cast(s.span_to as date), r.as_of_date), r.as_of_date) - cast(s.span_from as date))) from core.referral_span s, seeds.run r where s.axis = 'stage' and s.value not in ('loop_closed', 'entered_in_error', 'canceled', 'declined_by_patient', 'unreachable', 'expired', 'returned', 'closed_unknown', 'denied'))
-- check: holder in ('referrer', 'payer', 'receiver', 'patient', 'capacity', 'returning')
with held as (
  select
    s.referral_no, s.holder, run.as_of_date,
    cast(s.moment as date) as wait_from,
    coalesce(cast(s.until as date), run.as_of_date) as wait_to
  from staging.state s
  cross join seeds.run run
),
-- Of the changes of one day the last decides whose day it is; the days follow each other without a gap up to the as-of.
daily as (
  select *, lag(holder) over (partition by referral_no order by wait_from) as previous_holder
  from held
  where wait_to > wait_from
),
stretched as (
  select
    referral_no, holder, wait_from,
    coalesce(lead(wait_from) over (partition by referral_no order by wait_from), as_of_date) as wait_to
  from daily
  where holder is distinct from previous_holder
)
select
  r.referral_key,                     -- Referral.
  s.wait_from,                        -- First day of the stretch.
  s.wait_to,                          -- Day after its last; the as-of day where it lasts.
  cast(s.wait_to - s.wait_from as integer) as days, -- Days.
  cast(s.holder as varchar) as holder -- referrer, payer, receiver, patient, capacity or returning.
from stretched s
join staging.subject r on r.referral_no = s.referral_no
where s.holder is not null
