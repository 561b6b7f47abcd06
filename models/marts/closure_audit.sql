-- One row per source and user or job that closes records: how many it closed, and how many of them as if done though no visit
-- and no note is known. Counted per order; what a nightly job closes is nobody's work.
-- grain: source, closed_by
-- check: without_evidence <= closed
-- check: closed > 0
select
  source,                                                                                       -- Source of the newest row.
  coalesce(closed_by, 'Unknown') as closed_by,                                                  -- User or job; Unknown where the source names none.
  coalesce(bool_or(outcome_actor = 'system'), false) as is_job,                                 -- A job rather than a person.
  cast(count(*) as integer) as closed,                                                          -- Records closed.
  cast(count(*) filter (where visit_at is not null) as integer) as with_visit,                  -- Of these, with a visit.
  cast(count(*) filter (where note_received_at is not null) as integer) as with_note,           -- Of these, with a note or result.
  cast(count(*) filter (where closed_without_evidence) as integer) as without_evidence,         -- Closed as if done, without either.
  cast(count(*) filter (where closed_without_evidence) as double) / count(*) as without_evidence_share, -- Share of all it closed.
  cast(max(closed_at) filter (where closed_without_evidence) as date) as newest                 -- Day of the newest of them.
from core.referral
where closed_at is not null and exclusion is null
group by source, coalesce(closed_by, 'Unknown')
