// For a page of each family of rows: a headline that several filters are asked of, and the query on the rows of test/site-rows.ts that
// says what it must be.

export interface Together {
  readonly path: string;
  /** Text of the headline. */
  readonly label: string;
  /** The third filter, beside Cardiology and Medicaid: its key and its value. */
  readonly third: readonly [key: string, value: string];
  /** What the figure is, where the columns of the episode `e` are limited. */
  readonly sql: (where: string) => string;
  readonly percent: boolean;
  /** A cell of a table by the names of a dimension, for the same filters. */
  readonly cell?: { readonly row: string; readonly column: string; readonly sql: (where: string) => string };
}

const north = ["referring_location", "North Clinic"] as const;
const year = (day: string) => `${day} >= '2025-01-01' and ${day} < '2026-01-01'`;
const newest = (day: string) => `${day} >= '2025-04-01' and ${day} < '2026-04-01'`;
const episodes =
  (met: string, of = "true") =>
  (where: string) =>
    `select count(*) filter (where ${met}) / count(*) as n from core.episode e
   where exclusion is null and (${of}) and ${year("e.ordered_on")} and ${where}`;
const events = (table: string, met: string, of: string) => (where: string) =>
  `select count(*) filter (where ${met}) / count(*) as n from core.${table} one
   join core.episode_member using (referral_key) join core.episode e using (episode_key)
   where e.exclusion is null and (${of}) and ${where}`;
const went = (what: string) => (where: string) =>
  `select ${what} as n from core.leakage l join core.episode e using (episode_key) where ${year("e.ordered_on")} and ${where}`;
const seen = "cast(e.visit_at as date) - e.ordered_on <= 90";

/** Days until half have an appointment, of the last twelve months whose 90 days and 14 of lag have passed by May 2, 2026. */
const median = (where: string) =>
  `select quantile_disc(case when days <= 90 then days else 999 end, 0.5) as n from (
     select coalesce(cast(e.scheduled_at as date) - e.ordered_on, 999) as days from core.episode e
     where exclusion is null and ${year("e.ordered_on")} and ${where})`;

export const togethers: readonly Together[] = [
  {
    path: "index.html",
    label: "Completed within 90 days",
    third: north,
    sql: episodes(seen),
    percent: true,
    cell: {
      row: "Cardiology",
      column: "Referrals",
      sql: (where) =>
        `select sum(referrals) as n from marts.referral_month e where ${newest("ordered_month")} and ${where}`,
    },
  },
  {
    path: "access.html",
    label: "Open more than 90 days",
    third: ["referring_provider", "Dr. 3"],
    sql: (where) => `select count(*) as n from core.referral e where open and age > 90 and ${where}`,
    percent: false,
  },
  {
    path: "flow.html",
    label: "Scheduled within 90 days",
    third: ["referring_provider", "Dr. 3"],
    sql: episodes("cast(e.scheduled_at as date) - e.ordered_on <= 90"),
    percent: true,
    cell: { row: "Cardiology", column: "Seen", sql: episodes(seen) },
  },
  {
    path: "scheduling.html",
    label: "No-shows",
    third: north,
    sql: events(
      "appointment",
      "one.outcome = 'no_show'",
      `one.outcome in ('no_show', 'completed') and ${newest("starts_at")}`,
    ),
    percent: true,
    cell: { row: "Cardiology", column: "Days to an appointment", sql: median },
  },
  {
    path: "authorization.html",
    label: "Standard, decided in 7 days",
    third: north,
    sql: events(
      "authorization",
      "decided_at <= submitted_at + interval 7 day",
      `not expedited and ${newest("submitted_at")}`,
    ),
    percent: true,
  },
  {
    path: "outreach.html",
    label: "Attempts answered",
    third: ["receiving_location", "North Specialty Center"],
    sql: events("contact", "reached", newest("attempted_at")),
    percent: true,
  },
  {
    path: "loop.html",
    label: "No note 14 days",
    third: north,
    sql: (where) =>
      `select count(*) filter (where note_received_at is null or cast(note_received_at as date) - cast(visit_at as date) > 14) / count(*) as n
       from core.episode e where exclusion is null and ${year("visit_at")} and ${where}`,
    percent: true,
  },
  {
    path: "leakage.html",
    label: "Leakage, realized",
    third: ["receiving_location", "North Specialty Center"],
    sql: went(
      "count(*) filter (where actual_network = 'out') / count(*) filter (where actual_network in ('in', 'out'))",
    ),
    percent: true,
    cell: {
      row: "Cardiology",
      column: "Known dollars outside",
      sql: went("sum(dollars)"),
    },
  },
  {
    path: "payers.html",
    label: "Completed within 90 days",
    third: north,
    sql: episodes(seen),
    percent: true,
    cell: {
      row: "Medicaid",
      column: "Leakage, realized",
      sql: went(
        "count(*) filter (where actual_network = 'out') / count(*) filter (where actual_network in ('in', 'out'))",
      ),
    },
  },
];
