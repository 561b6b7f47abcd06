-- What a record's codes make it in an official measure: one row per distinct list of codes, measure and role.
-- materialize: table
with spelled as (
  select distinct codes from staging.referral where codes is not null
  union
  select distinct codes from staging.document where codes is not null
  union
  select distinct codes from staging.visit where codes is not null
),
words as (
  select codes, unnest(string_split(codes, ' ')) as word from spelled
)
select distinct w.codes, s.measure, s.role
from words w
join seeds.value_set_code v on replace(v.system || '|' || v.code, ' ', '%20') = w.word
join seeds.measure_set s on s.value_set = v.value_set
