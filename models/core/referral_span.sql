-- One row per referral, axis and stretch of time in one state, closed by the next change; axis `stage` is the reader's one word.
-- Request and stage cover each referral from its order on. On every axis a span ends where the next begins: proved of all referrals up to
-- 100,000, and beyond that of a share of about as many.
-- grain: referral_key, axis, span_from
-- check: span_to is null or span_to > span_from
-- check: span_after is null or span_after <= span_from
-- check: (select sum(epoch_us(s.span_from) - coalesce(epoch_us(s.span_to), 0)) from core.referral_span s where s.axis in ('request', 'stage')) = (select 2 * sum(epoch_us(r.ordered_at)) from core.referral r)
-- check: (select count(*) from (select s.span_to, lead(s.span_from) over (partition by s.referral_key, s.axis order by s.span_from) as next_from from core.referral_span s where hash(s.referral_key) % cast(1 + (select count(*) from core.referral) // 100000 as ubigint) = 0) where span_to is distinct from next_from) = 0
-- check: (select count(*) from core.referral_span s where s.axis in ('request', 'stage') and s.span_to is null) = (select 2 * count(*) from core.referral)
with span as (
  select referral_no, cast(axis as varchar) as axis, cast(value as varchar) as value, moment, after, until, null::varchar as next_value, statement_no, by_job
  from staging.change
  where axis in ('request', 'authorization', 'scheduling', 'visit', 'information')
  union all
  select referral_no, 'stage', cast(stage as varchar), moment, after, until, cast(next_stage as varchar), null, null
  from staging.stage_span
)
select
  r.referral_key,                     -- Referral, unique across sources.
  s.axis,                             -- request, authorization, scheduling, visit, information or stage.
  s.value,                            -- State during the span; unmapped where no mapping row matched the source's word.
  s.moment as span_from,              -- When it began, or was first seen.
  s.after as span_after,              -- Where only seen between two files: it began after this, up to span_from.
  s.until as span_to,                 -- When the next began; null while it lasts.
  s.next_value,                       -- The stage that followed; null while it lasts, and on the other axes.
  t.statement,                        -- Row of core.statement: what the source said; null for the stage.
  s.by_job                            -- A job rather than staff closed it; null where the source names nobody.
from span s
join staging.subject r on r.referral_no = s.referral_no
left join staging.statement t on t.statement_no = s.statement_no
