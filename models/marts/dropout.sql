-- One row per cut, value and step: of all ordered in the last 12 mature months, how many came to the step within 90 days of
-- the order, how many were lost before it and how many still waited for it then.
-- grain: cut, value, step
-- check: came = passed + lost + waiting
-- check: lost_of_100 between 0 and 100
with counted as (
  select
    cut, value,
    max(case when metric = 'with_note' then denominator end) as ordered,
    max(case when metric = 'lost_before_contact' then numerator end) as lost_1,
    max(case when metric = 'waiting_before_contact' then numerator end) as waiting_1,
    max(case when metric = 'lost_before_appointment' then numerator end) as lost_2,
    max(case when metric = 'waiting_before_appointment' then numerator end) as waiting_2,
    max(case when metric = 'lost_before_visit' then numerator end) as lost_3,
    max(case when metric = 'waiting_before_visit' then numerator end) as waiting_3,
    max(case when metric = 'without_note' then numerator end) as waiting_4
  from marts.metric
  where period = 'last 12 months' and second_value = ''
    and metric in ('with_note', 'without_note', 'lost_before_contact', 'waiting_before_contact', 'lost_before_appointment',
      'waiting_before_appointment', 'lost_before_visit', 'waiting_before_visit')
  group by cut, value
),
stepped as (
  select cut, value, ordered, 1 as place, 'contact' as step, ordered as came, lost_1 as lost, waiting_1 as waiting from counted
  union all
  select cut, value, ordered, 2, 'appointment', ordered - lost_1 - waiting_1, lost_2, waiting_2 from counted
  union all
  select cut, value, ordered, 3, 'visit', ordered - lost_1 - waiting_1 - lost_2 - waiting_2, lost_3, waiting_3 from counted
  union all
  select cut, value, ordered, 4, 'note', ordered - lost_1 - waiting_1 - lost_2 - waiting_2 - lost_3 - waiting_3, 0, waiting_4 from counted
)
select
  cut,                                                          -- What is cut by; total for all.
  value,                                                        -- Value of the cut.
  step,                                                         -- contact (attempted), appointment (made), visit (attended) or note (back).
  place,                                                        -- Order of the steps.
  ordered,                                                      -- Episodes ordered.
  came,                                                         -- Of these, past the steps before.
  lost,                                                         -- Ended before this step: declined, canceled, returned, not reached, expired, denied or closed.
  waiting,                                                      -- Still open and not past it 90 days after the order; for the note, not back.
  came - lost - waiting as passed,                              -- Past it.
  100.0::double * lost / nullif(ordered, 0) as lost_of_100,     -- Lost at this step, of 100 ordered.
  100.0::double * waiting / nullif(ordered, 0) as waiting_of_100, -- Waiting at this step, of 100 ordered.
  100.0::double * (came - lost - waiting) / nullif(ordered, 0) as passed_of_100 -- Past this step, of 100 ordered.
from stepped
where ordered > 0
