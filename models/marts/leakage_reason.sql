-- Why episodes were seen outside: avoidable, unproven, or the reason why not, by month of the order and the dimensions leaders cut by.
-- grain: month, specialty, referring_location, payer, reason
select
  e.ordered_month as month,                                             -- Month of the order, as its first day.
  e.specialty,                                                          -- Specialty.
  coalesce(e.referring_location, 'Unknown') as referring_location,      -- Department or site that refers.
  coalesce(e.payer, 'Unknown') as payer,                                -- Payer.
  coalesce(l.reason, l.avoidability) as reason,                         -- avoidable; unproven; payer_mandate, service_not_offered, patient_choice, continuity; or the last limit that none of ours met: payer, closed, age, language, distance, wait.
  l.avoidability,                                                       -- avoidable, not_avoidable or unproven.
  cast(count(*) as integer) as episodes,                                -- Episodes seen outside.
  cast(count(*) filter (where l.reason_basis = 'stated') as integer) as stated, -- Of these, with the reason stated by the source.
  cast(sum(cast(l.dollars as decimal(18, 2))) as double) as dollars,                                            -- Dollars of those whose dollars are known.
  cast(count(*) filter (where l.dollars is null) as integer) as dollars_missing -- Episodes whose dollars nobody knows.
from core.leakage l
join core.episode e on e.episode_key = l.episode_key
where l.actual_network = 'out'
group by all
