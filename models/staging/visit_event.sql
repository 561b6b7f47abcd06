-- Changes of the visit axis: from a referral's appointments, from visits that name it, and from words and dates on the referral itself.
-- The first attended visit answers the referral; what follows belongs to the treatment.
-- materialize: table
with booked as (
  select b.*, greatest(b.made_at, s.ordered_at) as booked_at, s.ordered_at
  from staging.booking_outcome b
  join staging.subject s on s.referral_no = b.referral_no
  -- A visit before the day of the order does not answer it.
  where cast(b.starts_at as date) >= cast(s.ordered_at as date)
),
steps as (
  select
    referral_no, case when outcome = 'unmapped' then 'unmapped' else 'scheduled' end as value, booked_at as moment,
    case when made_after is not null then greatest(made_after, ordered_at) end as after, 1 as live, 0 as step, statement_no, starts_at, source, appointment_key
  from booked
  union all
  select
    referral_no, outcome,
    greatest(
      booked_at,
      case
        when canceled_at is not null then canceled_at
        -- Nothing was recorded: known only once the day had passed.
        when outcome in ('outcome_unknown', 'unmapped') then cast(cast(starts_at as date) + 1 as timestamp)
        when outcome = 'arrived' then coalesce(checked_in_at, starts_at)
        else starts_at
      end
    ),
    canceled_after, -1, 1, statement_no, starts_at, source, appointment_key
  from booked
  where outcome not in ('scheduled', 'unmapped')
),
-- An appointment that lies ahead makes the referral scheduled, whatever became of another one.
running as (
  select
    *,
    sum(live) over (partition by referral_no order by moment, step, starts_at, source, appointment_key nulls first rows between unbounded preceding and current row) as live_now
  from steps
),
-- Words about a visit where the list shows no appointment, and the word that it took place wherever it stands: an appointment that was
-- kept tells when, and comes first.
worded as (
  select
    o.referral_no, o.source, o.as_of, o.previous_as_of, o.ordered_at, a.value, a.statement_no, o.appointment_at,
    case when not o.only_one then lag(a.value) over (partition by o.referral_no, o.source order by o.as_of) end as previous_value
  from staging.reported o
  join staging.combination_axis a on a.combination = o.combination and a.axis = 'visit'
  where o.speaks and a.value <> 'none'
    and (o.appointment_at is null or a.value in ('completed', 'econsult_completed'))
),
told as (
  select
    referral_no, case when value = 'completed' or live_now <= 0 or value = 'unmapped' then value else 'scheduled' end as value, moment, after, step, statement_no
  from running
  union all
  select
    w.referral_no, w.value, greatest(w.as_of, w.ordered_at),
    -- What an earlier list did not say yet may have happened before it.
    least(w.ordered_at, w.as_of),
    2, w.statement_no
  from worded w
  where w.value is distinct from w.previous_value
    -- Words about a booking add nothing where the booking itself is known.
    and (w.value in ('completed', 'econsult_completed') or not exists (select 1 from booked b where b.referral_no = w.referral_no))
  union all
  select
    o.referral_no, 'completed', greatest(o.visit_at, o.ordered_at), null, 2, hash(o.source, 'visit_at', null::varchar, null::varchar)
  from staging.reported o
  where o.visit_at is not null and cast(o.visit_at as date) >= cast(o.ordered_at as date) and o.visit_at <= o.as_of
  union all
  select v.referral_no, 'completed', greatest(v.started_at, s.ordered_at), null, 2, w.statement_no
  from staging.visit v
  join staging.word w
    on w.source = v.source and w.entity = 'visit' and w.field = 'status' and w.word = v.status and w.axis = 'claim' and w.value = 'finished'
  join staging.subject s on s.referral_no = v.referral_no
  cross join seeds.run run
  where cast(v.started_at as date) >= cast(s.ordered_at as date) and v.started_at <= run.as_of
),
firsts as (
  select referral_no, min(moment) as completed_at
  from told
  where value in ('completed', 'econsult_completed')
  group by referral_no
)
select t.referral_no, t.value, t.moment, t.after, t.step, t.statement_no
from told t
left join firsts f on f.referral_no = t.referral_no
where f.completed_at is null or t.moment < f.completed_at
  or (t.moment = f.completed_at and t.value in ('completed', 'econsult_completed'))
