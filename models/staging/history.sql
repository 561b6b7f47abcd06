-- Changes that a source's own history states, mapped; `step` keeps the order of events within one instant: by event id, never by line of
-- the file.
-- materialize: table
with plain as (
  select * from staging.word where entity = 'referral_event' and mapped and axis is not null
),
told as (
  select
    e.referral_no, e.source, e.event_at, coalesce(e.field, 'status') as field, e.value as word, e.reason,
    coalesce(try_cast(e.event_id as integer), 0) as step, e.event_by
  from staging.referral_event e
  join seeds.slice z on e.referral_no between z.first_no and z.last_no
  where e.value is not null
),
-- A condition holds where the event's own reason says the word, or another field took it at the same instant.
conditional as (
  select t.referral_no, t.event_at, t.field, t.word, t.step, w.axis, w.value, w.statement_no
  from told t
  join plain w on w.source = t.source and w.field = t.field and w.word = t.word and w.when_field is not null
  where lower(regexp_replace(trim(t.reason), '\s+', ' ', 'g')) = w.when_raw
    or exists (
      select 1 from told o
      where o.referral_no = t.referral_no and o.event_at = t.event_at and o.field = w.when_field
        and lower(regexp_replace(trim(o.word), '\s+', ' ', 'g')) = w.when_raw
    )
),
unmapped as (
  select w.source, w.field, w.word, w.statement_no, a.axis
  from staging.word w
  join staging.axis_field a on a.field = w.field
  where w.entity = 'referral_event' and not w.mapped
),
job as (
  select distinct source, name from seeds.system_user
),
meant as (
  select t.*, w.axis, w.value, w.statement_no
  from told t
  join plain w on w.source = t.source and w.field = t.field and w.word = t.word and w.when_field is null
  where not exists (
    select 1 from conditional c
    where c.referral_no = t.referral_no and c.event_at = t.event_at and c.field = t.field and c.word = t.word and c.step = t.step and c.axis = w.axis
  )
  union all
  select t.*, c.axis, c.value, c.statement_no
  from told t
  join conditional c
    on c.referral_no = t.referral_no and c.event_at = t.event_at and c.field = t.field and c.word = t.word and c.step = t.step
  union all
  select t.*, u.axis, 'unmapped', u.statement_no
  from told t
  join unmapped u on u.source = t.source and u.field = t.field and u.word = t.word
)
select
  referral_no, source, axis, value, event_at as moment, step, statement_no,
  case when event_by is not null then exists (select 1 from job j where j.source = meant.source and j.name = lower(trim(event_by))) end as by_job
from meant
where axis in ('request', 'authorization', 'scheduling', 'visit', 'information')
