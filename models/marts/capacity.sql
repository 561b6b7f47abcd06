-- Open slots over time: one row per day of sampling and clinic, type of visit and payer; the wait is the days to the third open slot of a
-- clinician, as the median and the shortest of those sampled.
-- grain: sampled_on, specialty, location, visit_type, payer
-- check: slots_open is null or slots_open <= slots_total
select
  sampled_on,                                                                        -- Day of the sample.
  specialty,                                                                         -- Specialty.
  location,                                                                          -- Department or site.
  visit_type,                                                                        -- Type of visit; Any where the sample does not say.
  payer,                                                                             -- Payer the slots are open to; Any for all.
  cast(count(*) as integer) as samples,                                              -- Clinicians, or clinics, sampled.
  cast(count(*) filter (where accepting) as integer) as accepting,                   -- Of these, taking new patients.
  cast(count(*) filter (where third_next_days is null) as integer) as full,          -- Of these, without a third open slot in sight.
  cast(sum(slots_total) as integer) as slots_total,                                  -- Slots in the next 30 days.
  cast(sum(slots_open) as integer) as slots_open,                                    -- Of these, open.
  percentile_cont(0.5) within group (order by third_next_days) as third_next_days,   -- Third next available in days, median; those without one left out and counted above.
  cast(min(third_next_days) as integer) as third_next_soonest                        -- The shortest of them.
from core.capacity_sample
group by sampled_on, specialty, location, visit_type, payer
