-- One row per open referral, ready for a worklist: how old it is, where it stands, since when, by when that should change, and what
-- to look at first.
--
-- It is due on the last day that the limit of its stage allows, by the policy of its kind; on the day after it is late. The limit is that
-- which held when the stage began. Null where no policy sets one.
-- grain: referral_key
with limited as (
  select
    k.referral_key, l.rule, l.sentence,
    case when l.business then d.day else k.stage_since + l.days end as due_on
  from core.referral_kind k
  join core.kind_limit l on l.kind = k.kind and l.stage = k.stage and k.stage_since between l.holds_from and l.holds_to
  left join seeds.calendar c on c.day = case when l.business then k.stage_since end
  left join seeds.calendar d on d.business_day and d.business_days_before = c.business_days_before + l.days
  where k.is_open
)
select
  r.referral_key,                                       -- Referral, unique across sources.
  r.referral_id,                                        -- Identifier in its source.
  r.source,                                             -- Source of the newest row.
  r.patient_key,                                        -- Patient (keyed hash).
  r.recorded_patient_key,                               -- Patient as its source names it: joins the identity that this source knows.
  r.priority,                                           -- Urgency, mapped.
  r.specialty,                                          -- Specialty by the crosswalk.
  r.referral_type,                                      -- Kind of referral.
  r.ordered_on,                                         -- Day of the order.
  cast(run.as_of_date - r.ordered_on as integer) as days_open,         -- Days since the order.
  r.stage,                                              -- Where it stands.
  cast(r.stage_from as date) as stage_since,            -- Since when.
  cast(run.as_of_date - cast(r.stage_from as date) as integer) as days_in_stage, -- Days in that stage.
  cast(l.due_on as date) as due_on,                     -- Last day on which its stage is within the limit; null where none is set.
  l.rule as limit_rule,                                 -- Policy, stage and priority that set the limit.
  l.sentence as limit_sentence,                         -- The limit in words.
  r.status_raw,                                         -- Status in the source's words.
  r.scheduling_status_raw,                              -- Scheduling status in the source's words.
  a.next_appointment_at,                                -- Next appointment.
  r.last_contact_at,                                    -- Latest attempt to reach the patient.
  r.contact_attempts,                                   -- Attempts so far.
  r.language,                                           -- Preferred language.
  r.interpreter_needed,                                 -- An interpreter is needed.
  r.transport_needed,                                   -- A ride is needed.
  r.payer,                                              -- Payer.
  r.authorization_state,                                -- Authorization.
  r.referring_provider,                                 -- Clinician who refers.
  r.referring_location,                                 -- Department or site that refers.
  r.receiving_provider,                                 -- Clinician referred to.
  r.receiving_location,                                 -- Department or site referred to.
  r.left_list_at,                                       -- First list that no longer showed it, without an outcome.
  r.sensitive                                           -- Falls under 42 CFR Part 2: left out of shared lists.
from core.referral r
cross join seeds.run run
left join (
  select p.referral_key, min(p.starts_at) as next_appointment_at
  from core.appointment p
  where p.outcome = 'scheduled'
  group by p.referral_key
) a on a.referral_key = r.referral_key
left join limited l on l.referral_key = r.referral_key
where r.is_open and r.exclusion is null
