-- One row per change of one axis of a referral, from whichever source tells it best.
-- grain: referral_key, axis, sequence
-- check: axis in ('request', 'authorization', 'scheduling', 'visit', 'information')
-- check: evidence in ('stated', 'observed')
-- check: event_after is null or event_after <= event_at
with born as (
  select referral_key, min(source) as source, min(ordered_at) as moment
  from staging.reported
  group by referral_key
),
ordered as (
  select referral_key, source, 'request' as axis, 'new' as value, moment, null::timestamp as after, 'stated' as evidence,
    'ordered_at' as field, null::varchar as raw_value, null::varchar as mapping_row, null::varchar as actor_type
  from born
),
-- A source's own history.
history as (
  select e.referral_key, e.source, m.axis, m.value, e.event_at as moment, null::timestamp as after, 'stated' as evidence,
    coalesce(e.field, 'status') as field, e.value as raw_value, m.place as mapping_row,
    case
      when e.event_by is null then null
      when exists (select 1 from seeds.system_user u where u.source = e.source and u.name = lower(trim(e.event_by))) then 'system'
      else 'staff'
    end as actor_type
  from staging.referral_event e
  join seeds.status_map m
    on m.source = e.source and m.when_field is null
    and ((m.entity = 'referral_event' and m.field = 'value') or (m.field = coalesce(e.field, 'status')))
    and m.raw = lower(regexp_replace(trim(e.value), '\s+', ' ', 'g'))
    and m.axis in ('request', 'authorization', 'scheduling', 'information')
),
told as (
  select referral_key, axis, max(moment) as until from history group by referral_key, axis
),
-- What a list showed, from one observation to the next.
worded as (
  select
    o.referral_key, o.source, o.as_of, o.previous_as_of, o.ordered_at, o.status_by, o.closed_by, a.axis, a.value, a.field, a.word, a.place,
    case a.axis
      when 'request' then
        case
          when a.value in ('new', 'in_review', 'awaiting_information', 'accepted', 'unmapped') then o.status_at
          else coalesce(o.closed_at, o.status_at)
        end
      when 'scheduling' then case a.value when 'scheduled' then o.appointment_made_at when 'contacting' then o.first_contact_at end
      when 'information' then case a.value when 'received' then o.report_received_at when 'acknowledged' then o.report_acknowledged_at end
    end as stated_at,
    lag(a.value) over (partition by o.referral_key, o.source, a.axis order by o.as_of) as previous_value
  from staging.reported o
  join staging.combination_axis a on a.combination = o.combination and a.axis <> 'visit'
),
changed as (
  select
    w.*,
    -- A stated time counts where it does not contradict what the list showed before.
    coalesce(w.stated_at >= w.ordered_at and w.stated_at <= w.as_of and (w.previous_as_of is null or w.stated_at > w.previous_as_of), false) as is_stated
  from worded w
  where w.value is distinct from w.previous_value
),
listed as (
  select
    c.referral_key, c.source, c.axis, c.value,
    case when c.is_stated then c.stated_at else c.as_of end as moment,
    case when not c.is_stated then coalesce(c.previous_as_of, least(c.ordered_at, c.as_of)) end as after,
    case when c.is_stated then 'stated' else 'observed' end as evidence,
    c.field, c.word as raw_value, c.place as mapping_row,
    case
      when coalesce(c.closed_by, c.status_by) is null then null
      when exists (select 1 from seeds.system_user u where u.source = c.source and u.name = lower(trim(coalesce(c.closed_by, c.status_by)))) then 'system'
      else 'staff'
    end as actor_type
  from changed c
  left join told t on t.referral_key = c.referral_key and t.axis = c.axis
  where t.until is null or c.as_of > t.until
),
-- Times that a list states beside its words.
dated as (
  select distinct referral_key, source, 'information' as axis, 'received' as value, report_received_at as moment, 'report_received_at' as field, ordered_at
  from staging.reported
  where report_received_at is not null
  union
  select distinct referral_key, source, 'information', 'acknowledged', report_acknowledged_at, 'report_acknowledged_at', ordered_at
  from staging.reported
  where report_acknowledged_at is not null
  union
  select distinct referral_key, source, 'scheduling', 'contacting', first_contact_at, 'first_contact_at', ordered_at
  from staging.reported
  where first_contact_at is not null
),
contacted as (
  select referral_key, min(source) as source, 'scheduling' as axis, 'contacting' as value, min(attempted_at) as moment, 'attempted_at' as field
  from staging.contact
  group by referral_key
),
booked as (
  select referral_key, source, 'scheduling' as axis, 'scheduled' as value, made_at as moment, 'made_at' as field
  from core.appointment
  where referral_key is not null
),
decisions as (
  select referral_key, source, 'submitted' as value, submitted_at as moment, 'submitted_at' as field, null::varchar as raw_value, null::varchar as place
  from staging.authorization
  where referral_key is not null and submitted_at is not null
  union
  select a.referral_key, a.source, m.value, coalesce(a.decided_at, a.status_at, a.as_of), 'status', a.status, m.place
  from staging.authorization a
  join seeds.status_map m
    on m.source = a.source and m.entity = 'authorization' and m.field = 'status' and m.axis = 'authorization'
    and m.raw = lower(regexp_replace(trim(a.status), '\s+', ' ', 'g'))
  where a.referral_key is not null and (m.value not in ('submitted', 'required'))
),
papers as (
  select
    d.referral_key, d.source, d.requested_at, d.received_at, d.acknowledged_at, d.type, d.status,
    coalesce(m.value, 'consult_note') as kind, m.place,
    b.moment as ordered_at
  from staging.document d
  join born b on b.referral_key = d.referral_key
  left join seeds.status_map m
    on m.source = d.source and m.entity = 'document' and m.field = 'type' and m.axis = 'document'
    and m.raw = lower(regexp_replace(trim(d.type), '\s+', ' ', 'g'))
),
notes as (
  -- A note from before the order answers something else; records sent along with it answer nothing.
  select distinct referral_key, source, case kind when 'interim' then 'interim' else 'received' end as value, received_at as moment,
    'received_at' as field, type as raw_value, place
  from papers
  where received_at >= ordered_at and kind in ('consult_note', 'result', 'interim')
  union
  select distinct referral_key, source, 'acknowledged', acknowledged_at, 'acknowledged_at', type, place
  from papers
  where acknowledged_at >= ordered_at and kind in ('consult_note', 'result')
  union
  select distinct referral_key, source, 'requested', requested_at, 'requested_at', type, place
  from papers
  where requested_at >= ordered_at and kind in ('consult_note', 'result', 'interim')
),
together as (
  select * from ordered
  union all select * from history
  union all select referral_key, source, axis, value, moment, after, evidence, field, raw_value, mapping_row, actor_type from listed
  union all select referral_key, source, axis, value, moment, null, 'stated', field, null, null, null from dated where moment >= ordered_at
  union all select referral_key, source, axis, value, moment, null, 'stated', field, null, null, null from contacted
  union all select referral_key, source, axis, value, moment, null, 'stated', field, null, null, null from booked
  union all select referral_key, source, 'authorization', value, moment, null, 'stated', field, raw_value, place, null from decisions
  union all select referral_key, source, 'information', value, moment, null, 'stated', field, raw_value, place, null from notes
),
ranked as (
  select
    *,
    lag(value) over (
      partition by referral_key, axis
      order by moment, case value when 'new' then 0 when 'requested' then 1 when 'contacting' then 1 when 'acknowledged' then 3 else 2 end, evidence desc, source, field, value
    ) as previous_value
  from together
  -- Feeds may speak of referrals that no list has shown.
  where referral_key in (select referral_key from born)
),
moved as (
  select referral_key, axis, value, moment, after, evidence, source, field, raw_value, mapping_row, actor_type
  from ranked
  where value is distinct from previous_value
  union all
  select referral_key, 'visit', value, event_at, event_after, evidence, source, field, raw_value, mapping_row, actor_type
  from core.visit_event
  where referral_key in (select referral_key from born)
)
select
  referral_key,                       -- Referral, unique across sources.
  axis,                               -- request, authorization, scheduling, visit or information.
  value,                              -- State from here on; unmapped where no mapping row matched the source's word.
  moment as event_at,                     -- When it happened, or was first seen.
  after as event_after,               -- Where only observed: it happened after this, up to event_at.
  evidence,                           -- stated by a source with its time, or observed between two files.
  source,                             -- Source of the evidence.
  field,                              -- Field of the evidence.
  raw_value,                          -- The source's word.
  mapping_row,                        -- Row of statuses.csv that mapped it.
  actor_type,                         -- staff, or system where a job did it; empty where unknown.
  cast(row_number() over (
    partition by referral_key, axis
    order by moment, case value when 'new' then 0 when 'requested' then 1 when 'contacting' then 1 when 'acknowledged' then 3 when 'completed' then 4 else 2 end, evidence desc, source, field, value
  ) as integer) as sequence           -- Order of the events of this referral and axis.
from moved
