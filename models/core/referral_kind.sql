-- One row per counted referral: its kind, which is all that a policy's match can ask of it. Referrals of one kind have one policy.
--
-- Few kinds stand for all referrals, so that policies are matched with thousands of rows rather than millions. What no policy asks about is
-- left out of the kind: payer, place and diagnosis (as many characters of it as the longest code that one names).
-- materialize: view
-- grain: referral_key
with used as (
  select coalesce(bool_or(payer is not null), false) as payer, coalesce(bool_or(location is not null), false) as location, coalesce(max(length(diagnosis)), 0) as diagnosis
  from seeds.policy
),
-- Days on which another policy comes to hold, or ceases to: orders between two of them are alike.
turns as (
  select effective_from as day from seeds.policy where effective_from is not null
  union
  select effective_to + 1 from seeds.policy where effective_to is not null
),
eras as (
  select o.ordered_on, max(t.day) as era
  from (select distinct ordered_on from core.referral) o
  left join turns t on t.day <= o.ordered_on
  group by o.ordered_on
),
asked as (
  select
    r.referral_key, r.is_open, r.stage, cast(r.stage_from as date) as stage_since, coalesce(r.specialty, 'Unknown') as specialty,
    coalesce(r.receiving_location, 'Unknown') as receiving_location, coalesce(r.referring_location, 'Unknown') as referring_location,
    coalesce(r.referral_type, 'unknown') as referral_type, coalesce(r.priority, 'unknown') as priority,
    case when u.payer then coalesce(lower(trim(r.payer)), '') else '' end as payer,
    case when u.location then coalesce(lower(trim(r.receiving_location)), '') else '' end as location,
    case when u.diagnosis > 0 then coalesce(left(replace(upper(r.diagnosis_code), '.', ''), u.diagnosis), '') else '' end as diagnosis,
    coalesce(e.era, date '0001-01-01') as era
  from core.referral r
  cross join used u
  left join eras e on e.ordered_on = r.ordered_on
  where r.exclusion is null
)
select
  referral_key,                                                         -- Referral, unique across sources.
  concat_ws('/', specialty, referral_type, priority, payer, location, diagnosis, era) as kind, -- Its kind, in one text.
  is_open,                                                              -- Still open.
  stage,                                                                -- Where it stands.
  stage_since,                                                          -- Since when.
  specialty,                                                            -- Specialty; Unknown where no source says.
  referral_type,                                                        -- Type of the referral.
  priority,                                                             -- Priority.
  payer,                                                                -- Payer, folded; empty where no policy asks.
  location,                                                             -- Place referred to, folded; empty where no policy asks.
  diagnosis,                                                            -- Beginning of the diagnosis code; empty where no policy asks.
  era,                                                                  -- Latest day, by that of the order, on which policies changed.
  receiving_location,                                                   -- Place referred to; Unknown where no source says.
  referring_location                                                    -- Place that refers; Unknown where no source says.
from asked
