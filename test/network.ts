// Seed rows that examples of the network models start from: the settings that ship, unless an example says otherwise.
export const settings = `
  roster   | name_score | distance_miles | language  | capacity_days | chain_days | continuity_days
  complete | 0.92       | 30             | preferred | 45            | 180        | 730`;

export const partialRoster = settings.replace("complete", "partial ");

/** Days within which a visit may answer a referral. */
export const windows = `
  priority  | days
  emergency | 90
  urgent    | 90
  soon      | 120
  routine   | 180`;

/** The run's day. */
export const run = `
  as_of            | as_of_date | episode_days
  2026-07-01 06:00 | 2026-07-01 | 90`;
