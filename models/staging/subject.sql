-- One row per referral: when it was first and last seen, the address of its newest row, and whether nothing about it ever changed.
-- grain: referral_no
-- materialize: table
with span as (
  select
    referral_no,
    min(address) as first_address,
    max(address) as last_address,
    max(address) filter (where content is not null) as address,
    min(source_no) = max(source_no) as one_source,
    -- One list, the same content, on every day of the list from the first to the last: what followed the first sighting adds nothing.
    min(list_no) = max(list_no) and min(content) = max(content) and count(*) = max(place) - min(place) + 1 as quiet
  from staging.sighting
  group by referral_no
)
select
  s.referral_no, r.referral_key, r.source, coalesce(p.person_key, r.patient_key) as patient_key, r.ordered_at, s.address, s.one_source, s.quiet,
  o.as_of as first_as_of,
  o.place = 1 as from_first_load,
  l.as_of as last_as_of,
  l.next_as_of as left_as_of
from span s
join staging.referral r on r.address = s.address
join staging.file o on o.sequence = s.first_address // 4294967296
join staging.file l on l.sequence = s.last_address // 4294967296
left join staging.patient_link p on p.patient_key = r.patient_key
