// What every page has: the list of pages that opens on a small screen, and the foot that says as of when.
import type { Dimension } from "./facts.ts";
import { type Feed, freshness, type Run } from "./freshness.ts";
import "./menu.ts";
import "./state.ts";

export interface SiteData {
  readonly run: Run;
  readonly feeds: readonly Feed[];
  /** What people are counted by. */
  readonly dimensions: readonly Dimension[];
}

/** What readers do not filter by: the source says more of our feeds than of patients, the others are known of contacts only. */
export const unfiltered: ReadonlySet<string> = new Set(["source", "channel", "hour_band", "contact_language"]);

export function footer({ run, feeds }: Pick<SiteData, "run" | "feeds">): void {
  freshness(run, feeds);
}
