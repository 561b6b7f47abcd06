-- Documents as they stand, mapped: one row each, with what the document says about the loop (received, interim, or nothing).
-- materialize: table
with newest as (
  select hash(document_key) as key_no, max(address) as address, min(as_of) as first_seen
  from staging.document
  group by 1
),
kind as (
  select source, word, min(value) as value, arg_min(statement_no, value) as statement_no
  from staging.word
  where entity = 'document' and field = 'type' and (axis = 'document' or not mapped)
  group by source, word
),
state as (
  select source, word, min(value) as value
  from staging.word
  where entity = 'document' and field = 'status' and (axis in ('document', 'information') or not mapped)
  group by source, word
),
named as (
  select
    d.*, n.first_seen, k.statement_no,
    case
      when s.value in ('interim', 'entered_in_error') then s.value
      when s.source is not null and s.value is null then 'unmapped'
      when d.type is null then case when s.value in ('received', 'acknowledged') then 'consult_note' else 'unknown' end
      else coalesce(k.value, 'unmapped')
    end as kind
  from newest n
  join staging.document d on d.address = n.address
  join seeds.slice z on d.referral_no between z.first_no and z.last_no
  left join kind k on k.source = d.source and k.word = d.type
  left join state s on s.source = d.source and s.word = d.status
)
select
  document_key, referral_no, referral_key, patient_key, source, kind, type, status, codes, performed_from, performed_to, requested_at,
  -- A time that lies after the export that states it is a slip: it was received by then.
  case when received_at > as_of then as_of else received_at end as received_at,
  case when acknowledged_at > as_of then as_of else acknowledged_at end as acknowledged_at,
  author, author_npi, kind in ('consult_note', 'result') as is_final, statement_no
from named
