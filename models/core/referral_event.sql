-- One row per change of one axis of a referral, from whichever source tells it best, with what the source said.
-- grain: referral_key, axis, event_at
-- materialize: view
select
  s.referral_key,                     -- Referral, unique across sources.
  s.axis,                             -- request, authorization, scheduling, visit or information.
  s.value,                            -- State from here on; unmapped where no mapping row matched the source's word.
  s.span_from as event_at,            -- When it happened, or was first seen.
  s.span_after as event_after,        -- Where only seen between two files: it happened after this, up to event_at.
  case when s.span_after is null then 'stated' else 'observed' end as evidence, -- stated by a source with its time, or observed between two files.
  t.source,                           -- Source of the evidence.
  t.field,                            -- Field of the evidence.
  t.raw_value,                        -- The source's word; empty where a time says it all.
  t.mapping_row,                      -- Row of statuses.csv that mapped it.
  case s.by_job when true then 'system' when false then 'staff' end as actor_type -- staff, or system where a job did it; empty where unknown.
from core.referral_span s
left join core.statement t on t.statement = s.statement
where s.axis <> 'stage'
