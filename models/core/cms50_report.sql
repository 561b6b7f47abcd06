-- One row per report in the Consultant Report value set and referral it says it answers: whether it closes that referral under CMS50.
--
-- Closes: completed, based on the referral, of the same patient, and its work ended after the referral was signed and within the same
-- calendar year by day. Two times are compared as exactly as both are known; where that does not decide, the report does not count.
-- grain: document_key, answered_key
with newest as (
  select
    d.document_key, d.system, d.patient_key, d.status, d.codes, d.answers, d.performed_from, d.performed_to,
    coalesce(d.performed_precision, 'time') as performed_precision,
    row_number() over (
      partition by d.document_key order by d.updated_at desc nulls last, d.as_of desc, d.sequence desc, d.row_number desc
    ) as rank
  from staging.document d
  join seeds.source s on s.source = d.source and s.coded
),
reports as (
  select distinct n.*
  from newest n
  join staging.code_role c on c.codes = n.codes and c.measure = 'cms50' and c.role = 'report'
  where n.rank = 1 and n.patient_key is not null
),
linked as (
  select distinct document_key, system || ':' || unnest(string_split(answers, ' ')) as answered_key
  from reports
  where answers is not null
),
compared as (
  select
    p.*, coalesce(l.answered_key, '') as answered_key, r.referral_key, r.measurement_year,
    -- The coarser of the two precisions; null where one of them cannot tell which came first.
    case
      when 'year' in (p.performed_precision, r.ordered_precision) then year(p.performed_to) - year(r.ordered_at)
      when 'month' in (p.performed_precision, r.ordered_precision)
        then (year(p.performed_to) - year(r.ordered_at)) * 12 + month(p.performed_to) - month(r.ordered_at)
      when 'day' in (p.performed_precision, r.ordered_precision) then cast(p.performed_to as date) - cast(r.ordered_at as date)
      when p.performed_to > r.ordered_at then 1
      else -1
    end as later,
    r.ordered_precision is distinct from p.performed_precision as uneven
  from reports p
  left join linked l on l.document_key = p.document_key
  left join core.cms50_referral r on r.referral_key = l.answered_key and r.patient_key = p.patient_key
)
select
  document_key,                                                  -- Report, unique across sources.
  answered_key,                                                  -- Referral it names; empty where it names none.
  patient_key,                                                   -- Patient (keyed hash).
  referral_key,                                                  -- That referral, where it is one of the patient's own in the value set.
  performed_to as ended_at,                                      -- When the reported work ended.
  case
    when referral_key is null then 'report not linked'
    when status is distinct from 'completed' then 'report not completed'
    when performed_to is null then 'report without an end'
    when cast(performed_from as date) > cast(performed_to as date) then 'report ends before it starts'
    when later < 0 then 'report before the referral'
    when later = 0 and (uneven or performed_precision in ('year', 'month')) then 'report date not exact'
    when later = 0 then 'report before the referral'
    when year(performed_to) > measurement_year then 'report after the period'
    when performed_precision = 'year' or (performed_precision = 'month' and month(performed_to) = 12) then 'report date not exact'
    else 'closes'
  end as standing                                                -- closes, or the plain word for why it does not.
from compared
