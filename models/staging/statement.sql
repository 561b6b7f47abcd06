-- Each way in which a source says something about an axis, numbered: the field, the word, and the mapping row that gave it a meaning.
-- materialize: table
with said as (
  select distinct statement_no, source, field, word, place from staging.combination_axis
  union
  select distinct statement_no, source, field, word, place from staging.word
  union
  -- A time that a source states says the state by itself.
  select distinct hash(s.source, f.field, null::varchar, null::varchar), s.source, f.field, null, null
  from staging.file s
  cross join (
    values ('ordered_at'), ('closed_at'), ('visit_at'), ('report_received_at'), ('report_acknowledged_at'), ('first_contact_at'), ('last_contact_at'),
      ('authorization_required'), ('attempted_at'), ('submitted_at'), ('appealed_at'), ('requested_at'), ('received_at'), ('acknowledged_at'),
      ('sent_at'), ('appointment_at'), ('first_offered_for'), ('parent_referral_id')
  ) f (field)
)
select
  statement_no, source, field, word, place,
  cast(row_number() over (order by source, field, word nulls first, place nulls first) as integer) as statement
from said
