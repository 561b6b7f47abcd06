-- Words of the sources that no mapping row knows: counted and shown, never put into another bucket.
-- grain: source, entity, field, raw_value
select
  source,                                           -- Source that uses it.
  entity,                                           -- Entity of the field.
  field,                                            -- Field of the contract.
  raw_value,                                        -- The word, folded; (free text) for whatever may name a person.
  min(examples) as examples,                        -- The three commonest ways in which it is written; never of whom it is said.
  cast(sum(records) as integer) as records,         -- Records whose newest row says it, or observations for a status.
  cast(min(first_seen) as date) as first_seen       -- As-of of the first file that said it.
from core.unmapped_word
group by source, entity, field, raw_value
