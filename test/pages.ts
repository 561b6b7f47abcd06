// The pages of the site and what each must show when all feeds are there; browser tests go through this list.

export interface PageFacts {
  /** Path within the site. */
  readonly path: string;
  /** Charts, splits and the like: elements of class "figure". */
  readonly figures: number;
  /** Tables of its own, each with a download. */
  readonly tables: number;
  /** A share among its headlines: which, of what metric, and the months it is told for by default. */
  readonly share?: { readonly label: string; readonly metric: string; readonly from: string; readonly before: string };
}

const year = { from: "2025-01-01", before: "2026-01-01" };
const newest = { from: "2025-04-01", before: "2026-04-01" };

export const pages: readonly PageFacts[] = [
  {
    path: "index.html",
    figures: 4,
    tables: 1,
    share: { label: "Completed within 90 days", metric: "completed_90", ...year },
  },
  { path: "access.html", figures: 6, tables: 1 },
  {
    path: "flow.html",
    figures: 5,
    tables: 1,
    share: { label: "Scheduled within 90 days", metric: "scheduled_90", ...year },
  },
  {
    path: "scheduling.html",
    figures: 5,
    tables: 1,
    share: { label: "Scheduled within 30 days", metric: "scheduled_30", ...year },
  },
  {
    path: "authorization.html",
    figures: 3,
    tables: 2,
    share: { label: "Standard, decided in 7 days", metric: "authorization_in_time_standard", ...newest },
  },
  {
    path: "outreach.html",
    figures: 4,
    tables: 1,
    share: { label: "Reached in 14 days", metric: "reached_14", ...newest },
  },
  { path: "loop.html", figures: 5, tables: 2, share: { label: "Loop closed", metric: "loop_closed", ...year } },
  { path: "leakage.html", figures: 6, tables: 1 },
  { path: "network.html", figures: 3, tables: 2 },
  { path: "providers.html", figures: 4, tables: 1 },
  { path: "specialty/cardiology.html", figures: 2, tables: 1 },
  { path: "equity.html", figures: 7, tables: 1 },
  { path: "payers.html", figures: 5, tables: 1 },
  { path: "health.html", figures: 2, tables: 3 },
  { path: "definitions.html", figures: 0, tables: 1 },
  { path: "privacy.html", figures: 0, tables: 0 },
];
