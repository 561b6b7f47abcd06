-- Counts of referrals by month of order and the dimensions leaders cut by. Left out: entered in error, test patients, not a referral.
-- grain: ordered_month, specialty, referring_location, receiving_location, payer, referral_type, source
-- check: referrals = open + completed + canceled + declined + unreachable + expired + returned + denied + closed_unknown
select
  ordered_month,                                                     -- Month of the order, as its first day.
  specialty,                                                         -- Specialty by the crosswalk.
  coalesce(referring_location, 'Unknown') as referring_location,     -- Department or site that refers.
  coalesce(receiving_location, 'Unknown') as receiving_location,     -- Department or site referred to.
  coalesce(payer, 'Unknown') as payer,                               -- Payer.
  referral_type,                                                     -- Kind of referral.
  source,                                                            -- Source of the newest row.
  cast(count(*) as integer) as referrals,                            -- Orders.
  cast(count(*) filter (where is_open) as integer) as open,          -- Still open.
  cast(count(*) filter (where stage in ('completed', 'loop_closed')) as integer) as completed,  -- Visit attended.
  cast(count(*) filter (where stage = 'loop_closed') as integer) as loop_closed,                -- Visit attended and note back.
  cast(count(*) filter (where stage = 'canceled') as integer) as canceled,                      -- Canceled or redirected.
  cast(count(*) filter (where stage = 'declined_by_patient') as integer) as declined,           -- Declined by the patient.
  cast(count(*) filter (where stage = 'unreachable') as integer) as unreachable,                -- Patient could not be reached.
  cast(count(*) filter (where stage = 'expired') as integer) as expired,                        -- Ran out.
  cast(count(*) filter (where stage = 'returned') as integer) as returned,                      -- Sent back by the receiver.
  cast(count(*) filter (where stage = 'denied') as integer) as denied,                          -- Denied by the payer.
  cast(count(*) filter (where stage = 'closed_unknown') as integer) as closed_unknown           -- Closed without evidence of why.
from core.referral
where exclusion is null
group by all
