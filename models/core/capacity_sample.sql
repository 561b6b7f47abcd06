-- One row per sample of open slots: for whom, for which visits and payer, how long until the third open one, and for how long the sample
-- speaks.
-- grain: sampled_on, specialty, location, provider_key, visit_type, payer
-- check: speaks_until >= sampled_on
with newest as (
  select
    c.*,
    coalesce(case when n.valid then c.provider_npi end, c.provider_id, 'Any') as provider_key,
    coalesce(nullif(trim(c.location), ''), 'Unknown') as place,
    coalesce(nullif(trim(c.visit_type), ''), 'Any') as kind,
    coalesce(nullif(trim(c.payer), ''), 'Any') as for_payer
  from staging.capacity c
  left join core.npi n on n.npi = c.provider_npi
),
last_told as (
  select *,
    row_number() over (
      partition by sampled_on, specialty, place, provider_key, kind, for_payer order by as_of desc, sequence desc, row_number desc
    ) as rank
  from newest
),
words as (
  select w.specialty as word, min(s.specialty) as specialty
  from (select distinct specialty from newest) w
  join seeds.specialty s on s.raw = lower(regexp_replace(trim(w.specialty), '\s+', ' ', 'g'))
  group by w.specialty
),
mapped as (
  select
    t.sampled_on, coalesce(w.specialty, p.specialty, case when t.specialty is null then 'Unknown' else 'Unmapped' end) as specialty,
    t.place, t.provider_key, t.kind, t.for_payer,
    max(t.slots_total) as slots_total, max(t.slots_open) as slots_open, min(t.third_next_available) as third_next_available,
    bool_and(t.accepting) as accepting
  from last_told t
  left join words w on w.word = t.specialty
  left join core.provider p on p.provider_key = t.provider_key and p.specialty not in ('Unknown', 'Unmapped')
  where t.rank = 1
  group by all
)
select
  m.sampled_on,                                   -- Day of the sample.
  m.specialty,                                    -- Specialty by the crosswalk, else the clinician's.
  m.place as location,                            -- Department or site.
  m.provider_key,                                 -- Clinician; Any where the sample is of a whole clinic.
  m.kind as visit_type,                           -- Type of visit; Any where the sample does not say.
  m.for_payer as payer,                           -- Payer the slots are open to; Any for all.
  m.slots_total,                                  -- Slots in the next 30 days.
  m.slots_open,                                   -- Of these, open.
  m.third_next_available,                         -- Day of the third open slot; empty where there was none in sight.
  cast(m.third_next_available - m.sampled_on as integer) as third_next_days, -- Days until then.
  coalesce(m.accepting, true) as accepting,       -- Takes new patients.
  least(
    m.sampled_on + s.capacity_days,
    coalesce(lead(m.sampled_on) over (partition by m.specialty, m.place, m.provider_key, m.kind, m.for_payer order by m.sampled_on) - 1, date '9999-12-31')
  ) as speaks_until                               -- Last day it speaks for: until the next sample, and no longer than the setting.
from mapped m
cross join seeds.network s
