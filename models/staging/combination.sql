-- Each distinct combination of raw words that a list used on one row, field by field and folded.
-- materialize: table
with combinations as (
  select distinct
    combination, source, status, substatus, status_reason, scheduling_status, authorization_status, visit_status, information_status,
    appointment_status, pend_reason, close_reason
  from staging.referral
),
words as (
  select combination, source, 'status' as field, status as word from combinations
  union all select combination, source, 'substatus', substatus from combinations
  union all select combination, source, 'status_reason', status_reason from combinations
  union all select combination, source, 'scheduling_status', scheduling_status from combinations
  union all select combination, source, 'authorization_status', authorization_status from combinations
  union all select combination, source, 'visit_status', visit_status from combinations
  union all select combination, source, 'information_status', information_status from combinations
  union all select combination, source, 'appointment_status', appointment_status from combinations
  union all select combination, source, 'pend_reason', pend_reason from combinations
  union all select combination, source, 'close_reason', close_reason from combinations
)
select combination, source, field, word, lower(regexp_replace(trim(word), '\s+', ' ', 'g')) as raw
from words
where word is not null
