-- One row per way in which a source says something about a referral: the field, its word, and the mapping row that gave it a meaning.
-- grain: statement
select
  statement,                          -- Number that events and appointments carry.
  source,                             -- Source.
  field,                              -- Field of the contract.
  word as raw_value,                  -- The source's word; empty where a time says it all.
  place as mapping_row                -- Row of statuses.csv that mapped it; empty where none did.
from staging.statement
