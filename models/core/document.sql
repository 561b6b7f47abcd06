-- One row per consult note, result or other paper that belongs to a referral.
-- grain: document_key
with newest as (
  select * from staging.document
  qualify row_number() over (partition by document_key order by sequence desc, row_number desc) = 1
),
words as (
  select distinct source, 'type' as field, type as word from newest where type is not null
  union select distinct source, 'status', status from newest where status is not null
),
meaning as (
  select w.source, w.field, w.word, coalesce(min(m.value), 'unmapped') as value
  from words w
  left join seeds.status_map m
    on m.source = w.source and m.entity = 'document' and m.field = w.field and m.axis = 'document'
    and m.raw = lower(regexp_replace(trim(w.word), '\s+', ' ', 'g'))
  group by w.source, w.field, w.word
)
select
  n.document_key,                     -- Document, unique across sources.
  n.referral_key,                     -- Referral it answers, where the source says.
  n.patient_key,                      -- Patient (keyed hash).
  n.source,                           -- Source of the row.
  case
    when s.value in ('interim', 'entered_in_error') then s.value
    else coalesce(t.value, 'unknown')
  end as type,                        -- consult_note, result, interim, records, letter, entered_in_error; unknown where the source says nothing, unmapped where no mapping row matched.
  n.type as type_raw,                 -- The source's word for the kind.
  n.status as status_raw,             -- The source's word for its state.
  n.codes,                            -- Codes as system|code, separated by blanks.
  n.performed_from,                   -- Start of the work it reports.
  n.performed_to,                     -- End of the work it reports.
  n.requested_at,                     -- When it was asked for.
  n.received_at,                      -- When it came back.
  n.acknowledged_at,                  -- When the referring clinician acknowledged it.
  n.author,                           -- Who wrote it.
  n.author_npi                        -- NPI of who wrote it.
from newest n
left join meaning t on t.source = n.source and t.field = 'type' and t.word = n.type
left join meaning s on s.source = n.source and s.field = 'status' and s.word = n.status
