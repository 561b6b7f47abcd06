-- One row per episode as marts cut it: what no source tells has a name of its own here, and the days that flows and waits are counted by.
-- grain: episode_key
-- materialize: view
select
  episode_key,                                                            -- Episode.
  coalesce(specialty, 'Unknown') as specialty,                            -- Specialty.
  coalesce(payer, 'Unknown') as payer,                                    -- Payer.
  coalesce(referral_type, 'unknown') as referral_type,                    -- Kind of referral.
  coalesce(referring_location, 'Unknown') as referring_location,          -- Department or site that refers.
  coalesce(referring_provider, referring_npi, 'Unknown') as referring_provider, -- Who refers; the NPI where no name is told.
  coalesce(receiving_location, 'Unknown') as receiving_location,          -- Department or site referred to.
  coalesce(receiving_provider, receiving_npi, 'Unknown') as receiving_provider, -- Who is referred to; the NPI where no name is told.
  coalesce(priority, 'unknown') as priority,                              -- Priority.
  coalesce(source, 'Unknown') as source,                                  -- Source.
  coalesce(language, 'Unknown') as language,                              -- Language of the patient.
  coalesce(barrier, 'None recorded') as barrier,                          -- What stood in the way.
  system,                                                                 -- System that it comes from.
  exclusion,                                                              -- Why it does not count; null where it does.
  ordered_at,                                                             -- When the first order was signed.
  ordered_on,                                                             -- Its day.
  ordered_month,                                                          -- Its month, as the first day.
  entry_at,                                                               -- When it came under observation.
  left_list_at,                                                           -- When it left the list without a word of why.
  received_at,                                                            -- When the receiver had it.
  scheduled_at,                                                           -- When an appointment was made.
  visit_at,                                                               -- When the patient was seen.
  note_received_at,                                                       -- When the note came back.
  outcome,                                                                -- How it ended; null while it is open.
  outcome_at                                                              -- When it ended.
from core.episode
