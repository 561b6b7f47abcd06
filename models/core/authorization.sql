-- One row per request to a payer: what was asked, what was decided, and when.
-- grain: authorization_key
with row_of as (
  select hash(authorization_key) as key_no, max(address) as address from staging.authorization group by 1
),
newest as (
  select a.* from row_of n join staging.authorization a on a.address = n.address
),
meaning as (
  select source, field, word, coalesce(min(value), 'unmapped') as value
  from staging.word
  where entity = 'authorization' and (not mapped or axis = case field when 'status' then 'authorization' else 'reason' end)
  group by source, field, word
)
select
  n.authorization_key,                -- Request, unique across sources.
  n.referral_key,                     -- Referral it is for, where the source says.
  coalesce(p.person_key, n.patient_key) as patient_key, -- Patient (keyed hash), merges and aliases resolved.
  n.source,                           -- Source of the row.
  n.authorization_number,             -- Number issued by the payer.
  s.value as state,                   -- State of the authorization axis; unmapped where no mapping row matched.
  n.status as state_raw,              -- The source's word.
  coalesce(n.expedited, false) as expedited, -- Expedited rather than standard.
  n.submitted_at,                     -- When it was submitted to the payer.
  case when s.value in ('approved', 'partially_approved', 'denied', 'expired', 'appealed') then n.decided_at end as decided_at, -- When the payer decided; after an appeal, when it decided that.
  case
    when s.value in ('approved', 'partially_approved', 'denied') then s.value
    when s.value = 'expired' then 'approved'
    when s.value = 'appealed' then 'denied'
  end as decision,                    -- approved, partially_approved or denied, as it stands; null while undecided.
  n.appealed_at,                      -- When a denial was appealed.
  coalesce(s.value in ('approved', 'partially_approved', 'expired') and n.appealed_at is not null, false) as approved_after_appeal, -- Denied first, approved on appeal.
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
left join staging.patient_link p on p.patient_key = n.patient_key
