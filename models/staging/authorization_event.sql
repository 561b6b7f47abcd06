-- Changes of the authorization axis that a payer feed states, or that a list says by a bare yes or no where it has no word for it.
with newest as (
  select hash(authorization_key) as key_no, status, min(address) as address
  from staging.authorization
  group by 1, 2
),
meant as (
  select source, word, min(value) as value, arg_min(statement_no, value) as statement_no
  from staging.word
  where entity = 'authorization' and field = 'status' and axis = 'authorization'
  group by source, word
),
-- Each state of a request by the first row that shows it: a later row overwrites when the payer decided.
stood as (
  select
    a.referral_no, a.source, coalesce(m.value, 'unmapped') as value, m.statement_no, a.submitted_at, a.decided_at, a.appealed_at,
    a.status_at, a.valid_to, a.as_of
  from newest n
  join staging.authorization a on a.address = n.address
  left join meant m on m.source = a.source and m.word = a.status
),
told as (
  select referral_no, 'submitted' as value, submitted_at as moment, hash(source, 'submitted_at', null::varchar, null::varchar) as statement_no
  from stood
  where submitted_at is not null
  union
  select referral_no, 'appealed', appealed_at, hash(source, 'appealed_at', null::varchar, null::varchar)
  from stood
  where appealed_at is not null
  union
  select
    referral_no, value,
    case
      when value in ('approved', 'partially_approved', 'denied')
        then case when appealed_at is null or decided_at > appealed_at then coalesce(decided_at, status_at, as_of) else coalesce(status_at, as_of) end
      when value = 'expired' then coalesce(cast(valid_to as timestamp) + interval 1 day, status_at, as_of)
      else coalesce(status_at, as_of)
    end,
    statement_no
  from stood
  where value not in ('submitted', 'appealed') or (value = 'submitted' and submitted_at is null) or (value = 'appealed' and appealed_at is null)
  union
  -- The denial that an appeal is against.
  select referral_no, 'denied', decided_at, statement_no
  from stood
  where value = 'appealed' and decided_at < appealed_at
)
select t.referral_no, 'authorization' as axis, t.value, greatest(least(t.moment, run.as_of), s.ordered_at) as moment, t.statement_no
from told t
join staging.subject s on s.referral_no = t.referral_no
cross join seeds.run run
union all
select
  o.referral_no, 'authorization', case when o.authorization_required then 'required' else 'not_required' end, o.ordered_at,
  hash(o.source, 'authorization_required', null::varchar, null::varchar)
from staging.reported o
where o.authorization_required is not null and o.previous_as_of is null and o.speaks
  and not exists (select 1 from staging.combination_axis a where a.combination = o.combination and a.axis = 'authorization')
