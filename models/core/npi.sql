-- One row per number that stands in an NPI field of any source: whether it can be one, and where it is used.
-- The check digit is Luhn's over the prefix 80840 and the first nine digits, as NPPES issues them.
-- grain: npi
with used as (
  select npi, 'roster' as place, count(*) as mentions from staging.provider where npi is not null group by npi
  union all
  select referring_npi, 'referral', count(*) from core.referral where referring_npi is not null group by referring_npi
  union all
  select receiving_npi, 'referral', count(*) from core.referral where receiving_npi is not null group by receiving_npi
  union all
  select provider_npi, 'appointment', count(*) from core.appointment where provider_npi is not null group by provider_npi
  union all
  select rendering_npi, 'visit', count(*) from staging.visit where rendering_npi is not null group by rendering_npi
  union all
  select provider_npi, 'capacity', count(*) from staging.capacity where provider_npi is not null group by provider_npi
),
numbers as (
  select
    npi,
    regexp_full_match(npi, '[0-9]{10}') as ten_digits,
    sum(mentions) filter (where place = 'roster') as roster_lines,
    sum(mentions) filter (where place = 'referral') as referrals,
    sum(mentions) filter (where place = 'appointment') as appointments,
    sum(mentions) filter (where place = 'visit') as visit_lines
  from used
  group by npi
),
-- Every second digit from the left is doubled, with its own digits added; the prefix adds 24.
digits as (
  select
    n.npi,
    (24 + sum(
      case
        when p.place % 2 = 0 then cast(substr(n.npi, p.place, 1) as integer)
        when cast(substr(n.npi, p.place, 1) as integer) > 4 then 2 * cast(substr(n.npi, p.place, 1) as integer) - 9
        else 2 * cast(substr(n.npi, p.place, 1) as integer)
      end
    )) % 10 = 0 as right_sum
  from numbers n, (select cast(range as integer) as place from range(1, 11)) p
  where n.ten_digits
  group by n.npi
)
select
  n.npi,                                                          -- The number as written.
  coalesce(d.right_sum, false) as valid,                          -- Ten digits with a right check digit; anything else identifies nobody.
  n.roster_lines is not null as listed,                           -- Some roster file lists it.
  cast(coalesce(n.roster_lines, 0) as integer) as roster_lines,   -- Lines of all roster files.
  cast(coalesce(n.referrals, 0) as integer) as referrals,         -- Referrals that name it.
  cast(coalesce(n.appointments, 0) as integer) as appointments,   -- Appointments that name it.
  cast(coalesce(n.visit_lines, 0) as integer) as visit_lines      -- Encounters and claim lines that it rendered.
from numbers n
left join digits d on d.npi = n.npi
