-- Specialist visits that answer no referral, apart from those that do, by month of service and the dimensions leaders cut by.
-- grain: month, specialty, referring_location, payer
-- check: visits = answers + follow_ups + chained + continued + self_directed
-- check: self_directed = self_directed_in + self_directed_out + self_directed_unknown
select
  month,                                                                                   -- Month of service, as its first day.
  specialty,                                                                               -- Specialty.
  referring_location,                                                                      -- Department or site of the clinician the patients are attributed to.
  payer,                                                                                   -- Payer.
  cast(count(*) as integer) as visits,                                                     -- Specialist visits of any kind.
  cast(count(*) filter (where role = 'answer') as integer) as answers,                     -- Of these, answering a referral.
  cast(count(*) filter (where role = 'follow_up') as integer) as follow_ups,               -- Following such a visit.
  cast(count(*) filter (where role = 'chain') as integer) as chained,                      -- Sent on by a specialist of ours.
  cast(count(*) filter (where role = 'continuation') as integer) as continued,             -- With a clinician whom a referral led to earlier.
  cast(count(*) filter (where role = 'self_directed') as integer) as self_directed,        -- None of these.
  cast(count(*) filter (where role = 'self_directed' and network = 'in') as integer) as self_directed_in,  -- In the network.
  cast(count(*) filter (where role = 'self_directed' and network = 'out') as integer) as self_directed_out, -- Outside it.
  cast(count(*) filter (where role = 'self_directed' and network = 'unknown') as integer) as self_directed_unknown, -- Unknown.
  coalesce(cast(sum(cast(dollars as decimal(18, 2))) filter (where role = 'self_directed' and network = 'out') as double), 0) as self_directed_out_dollars -- Allowed dollars of those outside.
from core.visit_role
where is_specialist
group by month, specialty, referring_location, payer
