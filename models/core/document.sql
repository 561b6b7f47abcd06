-- One row per consult note, result or other paper that belongs to a referral.
-- grain: document_key
select
  n.document_key,                     -- Document, unique across sources.
  n.referral_key,                     -- Referral it answers, where the source says.
  coalesce(p.person_key, n.patient_key) as patient_key, -- Patient (keyed hash), merges and aliases resolved.
  n.source,                           -- Source of the row.
  n.kind as type,                      -- consult_note, result, interim, records, letter, entered_in_error; unknown where the source says nothing, unmapped where no mapping row matched.
  n.type as type_raw,                 -- The source's word for the kind.
  n.status as status_raw,             -- The source's word for its state.
  n.codes,                            -- Codes as system|code, separated by blanks.
  n.performed_from,                   -- Start of the work it reports.
  n.performed_to,                     -- End of the work it reports.
  n.requested_at,                     -- When it was asked for.
  n.received_at,                      -- When it came back.
  n.acknowledged_at,                  -- When the referring clinician acknowledged it.
  n.author,                           -- Who wrote it.
  n.author_npi,                       -- NPI of who wrote it.
  n.is_final                          -- A final note or result; an interim note closes no loop.
from staging.note n
left join staging.patient_link p on p.patient_key = n.patient_key
