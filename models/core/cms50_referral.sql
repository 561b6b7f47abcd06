-- One row per order in the Referral value set of the official measure CMS50: whether it counts, and which one is the patient's first.
--
-- Counts: status active or completed, intent order, authored from 1 January to 31 October by day. A date not known to the day counts only
-- in a month that lies wholly between the two. Of two signed at the same moment the lower identifier is first.
-- grain: referral_key
-- check: (standing = 'eligible') = (place is not null)
with newest as (
  select
    r.referral_key, r.patient_key, r.status, r.intent, r.codes, r.ordered_at, coalesce(r.not_a_referral, false) as not_a_referral,
    coalesce(r.ordered_precision, 'time') as ordered_precision,
    row_number() over (
      partition by r.referral_key order by r.updated_at desc nulls last, r.as_of desc, r.sequence desc, r.row_number desc
    ) as rank
  from staging.referral r
  join seeds.source s on s.source = r.source and s.coded
),
judged as (
  select
    n.*,
    case
      when n.status = 'revoked' then 'revoked'
      when n.status is null or n.status not in ('active', 'completed') then 'referral not active'
      when n.intent is distinct from 'order' then 'intent not order'
      when n.not_a_referral then 'not to be carried out'
      when n.ordered_precision = 'year' then 'referral date not exact'
      when n.ordered_precision = 'month' and month(n.ordered_at) in (1, 10) then 'referral date not exact'
      when month(n.ordered_at) > 10 then 'after the cut-off'
      else 'eligible'
    end as standing
  from newest n
  join staging.code_role c on c.codes = n.codes and c.measure = 'cms50' and c.role = 'referral'
  where n.rank = 1 and n.patient_key is not null
)
select
  referral_key,                                                  -- Referral, unique across sources.
  patient_key,                                                   -- Patient (keyed hash).
  ordered_at,                                                    -- When it was signed.
  ordered_precision,                                             -- How exactly that is known: year, month, day or time.
  cast(year(ordered_at) as integer) as measurement_year,         -- Year of the order.
  standing,                                                      -- eligible, or the plain word for why it does not count.
  case
    when standing = 'eligible'
      then cast(row_number() over (partition by patient_key, year(ordered_at), standing = 'eligible' order by ordered_at, referral_key) as integer)
  end as place                                                   -- 1 for the first of the patient's year: the one that counts.
from judged
