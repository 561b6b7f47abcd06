-- For each combination of raw words and each axis the state they mean, and the mapping row that says so.
-- materialize: table
with matched as (
  select c.combination, c.source, m.axis, m.value, c.field, c.word, m.place, m.when_field is not null as conditional
  from staging.combination c
  join seeds.status_map m on m.source = c.source and m.entity = 'referral' and m.field = c.field and m.raw = c.raw
  left join staging.combination other
    on other.combination = c.combination and other.field = m.when_field and other.raw = m.when_raw
  where m.when_field is null or other.combination is not null
),
unmapped as (
  select c.combination, c.source, a.axis, 'unmapped' as value, c.field, c.word, null as place, false as conditional
  from staging.combination c
  join staging.axis_field a on a.field = c.field
  where not exists (select 1 from matched m where m.combination = c.combination and m.field = c.field)
),
-- Whether a referral is open or closed is for its status to say, where a source has one: a reason left over from an earlier close, or from
-- an earlier wait, refines nothing. A record entered in error is so whatever else it says.
judged as (
  select
    *,
    axis = 'request' and value in ('new', 'in_review', 'awaiting_information', 'accepted', 'redirected') as is_open,
    min(case when axis = 'request' and field = 'status' and value <> 'unmapped'
      then value in ('new', 'in_review', 'awaiting_information', 'accepted', 'redirected') end) over (partition by combination) as status_open
  from (select * from matched union all select * from unmapped)
),
ranked as (
  select
    *,
    -- A condition beats none; then the axis's own field; then the finer word beats the coarser.
    row_number() over (
      partition by combination, axis
      order by
        case when value = 'unmapped' then 1 else 0 end,
        case when conditional then 0 else 1 end,
        case
          when field = 'scheduling_status' and axis = 'scheduling' then 0
          when field = 'authorization_status' and axis = 'authorization' then 0
          when field in ('visit_status', 'appointment_status') and axis = 'visit' then 0
          when field = 'information_status' and axis = 'information' then 0
          else 1
        end,
        case field when 'close_reason' then 0 when 'status_reason' then 1 when 'pend_reason' then 2 when 'substatus' then 3 else 4 end,
        field, value, place
    ) as rank
  from judged
  where axis in ('authorization', 'scheduling', 'visit', 'information', 'reason')
    or (axis = 'request' and (conditional or value in ('unmapped', 'entered_in_error') or status_open is null or status_open = is_open))
)
select combination, source, axis, value, field, word, place, hash(source, field, word, place) as statement_no
from ranked
where rank = 1
