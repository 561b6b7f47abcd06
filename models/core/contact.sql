-- One row per attempt to reach a patient, or word to the referring clinician.
-- grain: contact_key
select
  contact_key,                        -- Attempt, unique across sources.
  referral_key,                       -- Referral it was for.
  source,                             -- Source of the row.
  attempted_at,                       -- When it was made.
  channel,                            -- telephone, text, email, portal, letter, in_person or fax; unmapped where no mapping row matched.
  channel_raw,                        -- The source's word.
  outcome,                            -- reached, left_message, no_answer, wrong_number, undelivered, opted_out, declined or scheduled; unmapped where no mapping row matched.
  outcome_raw,                        -- The source's word.
  purpose,                            -- schedule, reminder, no_show, records, notify_referrer or authorization; unmapped where no mapping row matched.
  purpose_raw,                        -- The source's word.
  language,                           -- Language used.
  contacted_by,                       -- User or job.
  actor_type,                         -- staff or system (a job), where the source names the user.
  is_attempt,                         -- An attempt to reach the patient about a visit still to be arranged.
  reached,                            -- Somebody answered.
  cast(row_number() over (partition by referral_key, is_attempt order by attempted_at, contact_key) as integer) as attempt -- Counts a referral's attempts, and its other contacts, each from 1.
from staging.call
