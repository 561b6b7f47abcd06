-- One row per system that referrals come from: which steps its exports ever tell of.
--
-- Where they tell of no attempt to reach a patient, or of no booking, of any referral, whether one was made is unknown: it is not "no".
-- grain: system
select
  system,                                                                                   -- System of the referrals.
  bool_or(first_contact_at is not null or reached_at is not null or attempts > 0) as tells_attempts, -- They tell of attempts to reach patients.
  bool_or(scheduled_at is not null or appointments > 0) as tells_bookings                   -- They tell of appointments made.
from core.referral
group by system
