-- Why CMS50 and the operational closure differ: patients of the denominator by what each rule says and the reason.
-- grain: measurement_year, numerator, operational_closed, reason
-- check: patients > 0
select
  measurement_year,                                              -- Calendar year of the measurement period.
  numerator,                                                     -- 1: closed by the official measure.
  operational_closed,                                            -- 1: some referral of the year closed by our own rule.
  reason,                                                        -- Plain word of marts.cms50.
  cast(count(*) as integer) as patients                          -- Patients.
from marts.cms50
where denominator = 1
group by measurement_year, numerator, operational_closed, reason
