-- How much each source's fields say: of the rows in its files in use, those that fill the field. A rate rests on no more than that.
-- grain: source, entity, field
-- check: filled between 0 and rows
select
  source,                        -- Folder of the source.
  entity,                        -- What the rows are.
  field,                         -- Field that the source maps.
  rows,                          -- Rows in files in use.
  filled,                        -- Of these, with a value.
  filled / nullif(rows, 0) as share -- Share with a value.
from seeds.field_coverage
