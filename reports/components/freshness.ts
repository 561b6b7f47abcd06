// As of when, from what, what is late, and what the exports leave out: at the foot of every page.
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
  /** What its exports hold and what they leave out; null where the source does not say. */
  readonly covers: string | null;
  /** As-of of its newest file in use. */
  readonly lastAsOf: string | null;
  /** Days within which a file should come; null where none is declared. */
  readonly expectDays: number | null;
  /** Median days between its files: what only a change between two of them tells is known that coarsely. */
  readonly everyDays: number | null;
  /** Days from its newest file to the run's as-of. */
  readonly daysOld: number | null;
  readonly filesHeld: number;
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
      html`<p><strong>As of ${longTime(run.asOf)}.</strong> ${state}${suppressed} <span class="run">Run ${run.id}</span></p>`,
      ...(feeds.length ? [coverage(feeds)] : []),
    );
}

/** Every rate is of what the exports hold; what they leave out is in none. */
function coverage(feeds: readonly Feed[]): HTMLElement {
  return html`<details class="covers"><summary>What the exports hold</summary><ul>${feeds.map(
    ({ label, covers, everyDays }) =>
      html`<li><strong>${label}</strong> ${covers ?? "does not say what it leaves out"}${everyDays ? `; a file every ${plural(everyDays, "day")}` : ""}</li>`,
  )}</ul></details>`;
}

export function lateness(feed: Feed): string {
  if (feed.lastAsOf === null) return `${feed.label} (nothing loaded yet)`;
  const late = feed.daysOld !== null && feed.expectDays !== null ? feed.daysOld - feed.expectDays : 0;
  return `${feed.label} (newest data ${longDay(feed.lastAsOf)}${late > 0 ? `, ${plural(late, "day")} late` : ""})`;
}
