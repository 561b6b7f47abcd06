-- Changes of the information axis that carry a time: notes asked for, received and acknowledged, from documents and from dates on lists.
-- A note from before the order, or from before the day of the visit, answers something else.
with seen as (
  select referral_no, min(coalesce(after, moment)) as visit_at
  from staging.visit_event
  where value in ('completed', 'econsult_completed')
  group by referral_no
),
dated as (
  select referral_no, 'received' as value, report_received_at as moment, as_of, previous_as_of, hash(source, 'report_received_at', null::varchar, null::varchar) as statement_no
  from staging.reported
  where report_received_at is not null
  union all
  select referral_no, 'acknowledged', report_acknowledged_at, as_of, previous_as_of, hash(source, 'report_acknowledged_at', null::varchar, null::varchar)
  from staging.reported
  where report_acknowledged_at is not null
),
told as (
  select distinct referral_no, value, least(moment, as_of) as moment, case when moment > as_of then previous_as_of end as after, statement_no from dated
  union
  select referral_no, case when is_final then 'received' else 'interim' end, received_at, null, statement_no
  from staging.note
  where received_at is not null and (is_final or kind = 'interim')
  union
  select referral_no, 'acknowledged', acknowledged_at, null, statement_no
  from staging.note
  where acknowledged_at is not null and is_final
  union
  select referral_no, 'requested', requested_at, null, statement_no
  from staging.note
  where requested_at is not null and (is_final or kind = 'interim')
),
placed as (
  select
    t.*, s.ordered_at,
    min(case when t.value in ('received', 'acknowledged') then t.moment end) over (partition by t.referral_no) as received_at
  from told t
  join staging.subject s on s.referral_no = t.referral_no
  left join seen v on v.referral_no = t.referral_no
  where cast(t.moment as date) >= cast(s.ordered_at as date)
    and (v.visit_at is null or t.value in ('requested', 'interim') or cast(t.moment as date) >= cast(v.visit_at as date))
)
select referral_no, 'information' as axis, value, greatest(moment, ordered_at) as moment, case when after is not null then greatest(after, ordered_at) end as after, statement_no
from placed
-- What is still asked for, or comes as a draft, takes nothing back.
where value in ('received', 'acknowledged') or received_at is null or moment < received_at
