-- One row per request to a payer: what was asked, what was decided, and when.
-- grain: authorization_key
with newest as (
  select * from staging.authorization
  qualify row_number() over (partition by authorization_key order by sequence desc, row_number desc) = 1
),
words as (
  select distinct source, 'status' as field, 'authorization' as axis, status as word from newest
  union select distinct source, 'denial_reason', 'reason', denial_reason from newest where denial_reason is not null
),
meaning as (
  select w.source, w.field, w.word, coalesce(min(m.value), 'unmapped') as value
  from words w
  left join seeds.status_map m
    on m.source = w.source and m.entity = 'authorization' and m.field = w.field and m.axis = w.axis
    and m.raw = lower(regexp_replace(trim(w.word), '\s+', ' ', 'g'))
  group by w.source, w.field, w.word
)
select
  n.authorization_key,                -- Request, unique across sources.
  n.referral_key,                     -- Referral it is for, where the source says.
  n.patient_key,                      -- Patient (keyed hash).
  n.source,                           -- Source of the row.
  n.authorization_number,             -- Number issued by the payer.
  s.value as state,                   -- State of the authorization axis; unmapped where no mapping row matched.
  n.status as state_raw,              -- The source's word.
  coalesce(n.expedited, false) as expedited, -- Expedited rather than standard.
  n.submitted_at,                     -- When it was submitted to the payer.
  case when s.value in ('approved', 'partially_approved', 'denied', 'expired', 'appealed') then n.decided_at end as decided_at, -- When the payer decided.
  case
    when s.value in ('approved', 'partially_approved', 'denied') then s.value
    when s.value = 'expired' then 'approved'
    when s.value = 'appealed' then 'denied'
  end as decision,                    -- approved, partially_approved or denied, as it stands; null while undecided.
  n.appealed_at,                      -- When a denial was appealed.
  s.value in ('approved', 'partially_approved', 'expired') and n.appealed_at is not null as approved_after_appeal, -- Denied first, approved on appeal.
  d.value as denial_reason,           -- Reason of a denial, mapped.
  n.denial_reason as denial_reason_raw, -- The source's words for it.
  n.valid_from,                       -- First day it is valid.
  n.valid_to,                         -- Last day it is valid.
  n.visits_requested,                 -- Visits asked for.
  n.visits_approved,                  -- Visits approved.
  n.payer,                            -- Payer.
  n.plan                              -- Plan of the payer.
from newest n
left join meaning s on s.source = n.source and s.field = 'status' and s.word = n.status
left join meaning d on d.source = n.source and d.field = 'denial_reason' and d.word = n.denial_reason
