// As of when, from what, and what is late: at the foot of every page.
import { html } from "htl";
import { list, longDay, longTime, plural } from "./format.ts";

export interface Run {
  readonly id: string;
  readonly asOf: string;
  readonly organization: string;
  readonly cellLimit: number;
}

export interface Feed {
  readonly label: string;
  readonly last_as_of: string | null;
  readonly days_late: number | null;
  readonly expected_days: number | null;
  readonly files_held: number;
  readonly fresh: boolean;
}

/** Fills the footer that is part of every page. */
export function freshness(run: Run, feeds: readonly Feed[]): void {
  const late = feeds.filter((feed) => !feed.fresh);
  const state = feeds.length
    ? late.length
      ? `${plural(feeds.length - late.length, "feed")} of ${feeds.length} up to date. Late: ${list(late.map(lateness))}.`
      : `All ${feeds.length} feeds are up to date.`
    : "No feed has been loaded yet.";
  const suppressed = run.cellLimit > 0 ? ` Groups of fewer than ${run.cellLimit} people are not shown.` : "";
  document
    .getElementById("freshness")
    ?.replaceChildren(
      html`<span><strong>As of ${longTime(run.asOf)}.</strong> ${state}${suppressed} <span class="run">Run ${run.id}</span></span>`,
    );
}

export const lateness = (feed: Feed) =>
  feed.last_as_of === null
    ? `${feed.label} (nothing loaded yet)`
    : `${feed.label} (newest data ${longDay(feed.last_as_of)}${feed.days_late ? `, ${plural(feed.days_late, "day")} late` : ""})`;
