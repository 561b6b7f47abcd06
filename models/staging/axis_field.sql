-- The field in which a source states an axis first: a word there without a mapping leaves the axis unmapped.
select field, axis
from (values
  ('status', 'request'),
  ('scheduling_status', 'scheduling'),
  ('authorization_status', 'authorization'),
  ('information_status', 'information'),
  ('visit_status', 'visit'),
  ('appointment_status', 'visit')
) as stated (field, axis)
