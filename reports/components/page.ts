// What every page has: the list of pages that opens on a small screen, and the foot that says as of when.
import { type Feed, freshness, type Run } from "./freshness.ts";
import "./menu.ts";
import "./state.ts";

export interface SiteData {
  readonly run: Run;
  readonly feeds: readonly Feed[];
}

export function footer({ run, feeds }: SiteData): void {
  freshness(run, feeds);
}
