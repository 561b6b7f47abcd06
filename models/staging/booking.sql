-- One row per appointment, from both places that know appointments: a feed of them, and the appointment columns of a list of referrals.
-- A feed that moves an appointment to another start keeps the earlier start as a booking of its own, rescheduled.
-- Narrow: what else a feed tells is found by `address`; an appointment that only a list shows has neither address nor key.
with feed_key as (
  select hash(appointment_key) as key_no, starts_at, max(address) as address, min(as_of) as first_seen
  from staging.appointment
  group by 1, 2
),
moved as (
  select key_no from feed_key group by key_no having count(*) > 1
),
placed as (
  select
    k.*,
    lead(k.address) over story is null as newest,
    lead(k.first_seen) over story as replaced_at
  from feed_key k
  join moved m on m.key_no = k.key_no
  window story as (partition by k.key_no order by k.address)
  union all
  select k.*, true, null
  from feed_key k
  where not exists (select 1 from moved m where m.key_no = k.key_no)
),
-- Who canceled may only be told by another column: a row with a condition beats one without.
meant as (
  select *
  from (
    select
      w.*,
      row_number() over (
        partition by w.source, w.word, w.when_field, w.when_raw order by w.place
      ) as rank
    from staging.word w
    where w.entity = 'appointment' and w.field = 'status' and w.axis = 'visit'
  )
  where rank = 1
),
reasons as (
  select source, word, min(value) as value
  from staging.word
  where entity = 'appointment' and field = 'cancel_reason' and axis = 'reason'
  group by source, word
),
told as (
  select distinct source, status, status_by, cancel_reason from staging.appointment where status is not null
),
-- For each way of saying it the state that it means.
said as (
  select
    t.source, t.status, t.status_by, t.cancel_reason,
    coalesce(arg_min(m.value, (case when m.when_field is null then 1 else 0 end, m.place)), 'unmapped') as value,
    arg_min(m.statement_no, (case when m.when_field is null then 1 else 0 end, m.place)) as statement_no
  from told t
  left join meant m
    on m.source = t.source and m.word = t.status
    and (
      m.when_field is null
      or (m.when_field = 'status_by' and m.when_raw = lower(regexp_replace(trim(t.status_by), '\s+', ' ', 'g')))
      or (m.when_field = 'cancel_reason' and m.when_raw = lower(regexp_replace(trim(t.cancel_reason), '\s+', ' ', 'g')))
    )
  group by t.source, t.status, t.status_by, t.cancel_reason
),
feed as (
  select
    r.appointment_key || case when p.newest then '' else '@' || strftime(r.starts_at, '%Y%m%d%H%M') end as appointment_key,
    r.referral_no, r.source, p.address, r.made_at, p.first_seen, null::timestamp as made_after, r.starts_at,
    case when p.newest then s.value else 'rescheduled' end as value, s.statement_no, r.status, r.status_at,
    coalesce(r.canceled_at, p.replaced_at) as canceled_at, null::timestamp as canceled_after, c.value as reason,
    r.checked_in_at, r.first_offered_for, r.as_of
  from placed p
  join staging.appointment r on r.address = p.address
  join seeds.slice z on r.referral_no between z.first_no and z.last_no
  left join said s
    on s.source = r.source and s.status = r.status and s.status_by is not distinct from r.status_by
    and s.cancel_reason is not distinct from r.cancel_reason
  left join reasons c on c.source = r.source and c.word = r.cancel_reason
),
-- What a list shows of appointments, observation by observation.
shows as not materialized (
  select
    o.referral_no, o.source, o.appointment_at, o.as_of, o.only_one, o.appointment_made_at as made_at,
    coalesce(o.previous_as_of, o.ordered_at) as made_after,
    -- A visit that took place, with its note already back before this start, was not this appointment.
    case when a.value = 'completed' and cast(o.report_received_at as date) < cast(o.appointment_at as date) then 'none' else coalesce(a.value, 'none') end as value,
    coalesce(a.statement_no, hash(o.source, 'appointment_at', null::varchar, null::varchar)) as statement_no,
    a.word as status,
    case when a.value in ('no_show', 'left_without_seen') then a.value end as missed,
    coalesce(a.value in ('cancelled_by_patient', 'cancelled_by_provider', 'rescheduled'), false) as is_canceled
  from staging.reported o
  left join staging.combination_axis a on a.combination = o.combination and a.axis = 'visit'
  where o.appointment_at is not null
),
observed as (
  select
    referral_no, source, as_of, previous_as_of,
    lead(as_of) over story as next_as_of,
    lead(previous_as_of) over story as next_after
  from (select distinct referral_no, source, as_of, previous_as_of from staging.reported where not only_one)
  window story as (partition by referral_no, source order by as_of)
),
-- One booking for each start, where a referral was observed several times.
seen as (
  select
    referral_no, source, appointment_at, min(as_of) as first_seen, max(as_of) as last_seen, arg_min(made_after, as_of) as made_after,
    min(made_at) as made_at, arg_max(value, as_of) as value, arg_max(statement_no, as_of) as statement_no, arg_max(status, as_of) as status,
    arg_max(missed, as_of) as missed,
    arg_max(statement_no, as_of) filter (where missed is not null) as missed_statement_no,
    arg_max(status, as_of) filter (where missed is not null) as missed_status,
    min(as_of) filter (where is_canceled) as canceled_seen,
    arg_min(made_after, as_of) filter (where is_canceled) as canceled_after
  from shows
  where not only_one
  group by referral_no, source, appointment_at
),
listed as (
  select
    referral_no, source, appointment_at, as_of as first_seen, as_of as last_seen, made_after, made_at, value, statement_no, status,
    case when is_canceled then as_of end as canceled_seen,
    case when is_canceled then made_after end as canceled_after,
    null::timestamp as replaced_at, null::timestamp as replaced_after
  from shows
  where only_one
  union all
  select
    s.referral_no, s.source, s.appointment_at, s.first_seen, s.last_seen, s.made_after, s.made_at,
    -- A list that first called the appointment missed and then the visit done, with the start unchanged, tells of another visit, on a
    -- day that it does not show.
    case when s.value = 'completed' then coalesce(s.missed, s.value) else s.value end,
    case when s.value = 'completed' then coalesce(s.missed_statement_no, s.statement_no) else s.statement_no end,
    case when s.value = 'completed' then coalesce(s.missed_status, s.status) else s.status end,
    s.canceled_seen, s.canceled_after,
    -- A later observation without this start, made while it still lay ahead, replaced or withdrew it.
    case when o.next_as_of <= s.appointment_at then o.next_as_of end,
    case when o.next_as_of <= s.appointment_at then o.next_after end
  from seen s
  left join observed o on o.referral_no = s.referral_no and o.source = s.source and o.as_of = s.last_seen
),
-- The same appointment in both: same referral and start, to the minute or, where the list gives a day only, on that day.
both_places as (
  select f.appointment_key, l.referral_no, l.source, l.appointment_at, l.last_seen, l.value, l.statement_no, l.status, f.as_of as feed_as_of, f.value as feed_value
  from listed l
  join feed f
    on f.referral_no = l.referral_no
    and (
      date_trunc('minute', f.starts_at) = date_trunc('minute', l.appointment_at)
      or (l.appointment_at = cast(l.appointment_at as date) and cast(f.starts_at as date) = cast(l.appointment_at as date))
    )
),
-- What a newer list says of an appointment that the older feed still has as booked.
newer as (
  select
    appointment_key, arg_max(value, last_seen) as value, arg_max(statement_no, last_seen) as statement_no,
    arg_max(status, last_seen) as status, max(last_seen) as last_seen
  from both_places
  where last_seen > feed_as_of and coalesce(feed_value, 'scheduled') = 'scheduled' and value not in ('scheduled', 'none')
  group by appointment_key
)
select
  f.* exclude (value, statement_no, status, as_of),
  coalesce(n.value, f.value) as value,
  coalesce(n.statement_no, f.statement_no) as statement_no,
  coalesce(n.status, f.status) as status,
  coalesce(n.last_seen, f.as_of) as as_of
from feed f
left join newer n on n.appointment_key = f.appointment_key
union all
select
  null, l.referral_no, l.source, null, l.made_at, l.first_seen, least(l.made_after, l.first_seen), l.appointment_at, null,
  coalesce(l.canceled_seen, l.replaced_at), coalesce(l.canceled_after, l.replaced_after, l.first_seen), null, null, null,
  case
    when l.replaced_at is not null and l.canceled_seen is null then 'rescheduled'
    when l.value = 'completed' and l.appointment_at > l.last_seen then 'scheduled'
    else l.value
  end,
  l.statement_no, l.status, l.last_seen
from listed l
where not exists (
  select 1 from both_places b where b.referral_no = l.referral_no and b.source = l.source and b.appointment_at = l.appointment_at
)
