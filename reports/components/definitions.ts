// Definitions: every measure in a sentence, what it counts of what, how long it waits before it counts, and where it comes from.
import { html } from "htl";
import { empty } from "./figure.ts";
import { count, plural } from "./format.ts";
import { headlines } from "./headline.ts";
import { methods } from "./methods.ts";
import { footer, type SiteData } from "./page.ts";
import { table } from "./table.ts";

export interface Definition {
  readonly key: string;
  readonly label: string;
  readonly sentence: string;
  readonly good: "up" | "down" | "neither";
  readonly kind: string;
  /** What is counted one by one: episode, appointment ... */
  readonly grain: string;
  /** Date whose month it is counted in. */
  readonly by: string;
  /** Days that everything counted is given; null where it is complete at once. */
  readonly days: number | null;
  /** Days added because sources come late. */
  readonly lag: number;
  /** Conditions in the words of the warehouse. */
  readonly numerator: string | null;
  readonly denominator: string | null;
  readonly excluded: string | null;
  readonly unknown: string | null;
  readonly source: string;
  readonly published: string | null;
}

const grains: Readonly<Record<string, string>> = {
  episode: "Referral episodes",
  appointment: "Appointments",
  authorization: "Authorizations",
  contact: "Attempts to reach patients",
  outreach: "Outreach to one patient",
};
const spoken = (word: string) => {
  const words = word.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
};
const good = { up: "higher is better", down: "lower is better", neither: "neither" } as const;

const maturity = ({ days, lag }: Definition) =>
  days === null
    ? "complete at once"
    : `${plural(days + lag, "day")} after the month (${days} given to each, ${lag} for late sources)`;

/** Conditions as the warehouse knows them are for those who check a figure; everybody else has the sentence. */
const condition = (text: string | null) =>
  text === null || text === "true" ? "all of them" : html`<code>${text}</code>`;

export function definitionsPage(site: SiteData, all: readonly Definition[]) {
  footer(site);
  // What most figures count comes first.
  const rows = [...all].sort((a, b) => Number(b.grain === "episode") - Number(a.grain === "episode"));
  const groups = Map.groupBy(rows, ({ grain }) => grain);
  const borrowed = all.filter(({ source }) => source !== "ours").length;
  const published = all.filter((one) => one.published).length;
  return {
    headlines: headlines([
      {
        label: "Measures",
        value: count(all.length),
        compare: `and ${plural(Object.keys(methods).length, "method")} of counting leakage`,
      },
      {
        label: "Follow somebody else's rule",
        value: count(borrowed),
        compare: `of ${count(all.length)}; the others are ours, and say so`,
      },
      {
        label: "Have published figures",
        value: count(published),
        compare: "to hold ours against; year and population matter",
      },
    ]),
    table: all.length
      ? table<Definition>({
          caption: "Every measure, in a sentence",
          file: "definitions",
          columns: [
            {
              label: "Measure",
              value: (one) => one.label,
              show: (one) => html`<a href=${`#${one.key}`}>${one.label}</a>`,
            },
            { label: "What it says", value: (one) => one.sentence },
            { label: "Counted are", value: (one) => grains[one.grain] ?? spoken(one.grain) },
            { label: "Good is", value: (one) => good[one.good] },
            { label: "Days given", number: true, value: (one) => one.days },
            { label: "Source", value: (one) => one.source },
          ],
          rows,
        })
      : empty("No measure is defined."),
    details: opening(
      html`<div class="definitions">${[...groups].map(
        ([grain, metrics], n) => html`<details open=${n === 0}>
        <summary><h3>${grains[grain] ?? spoken(grain)}</h3> <span>${plural(metrics.length, "measure")}</span></summary>
        ${metrics.map(entry)}
      </details>`,
      )}</div>`,
    ),
    leakage: html`<div class="definitions">${Object.values(methods).map(
      (one) => html`<article>
        <h3>${one.label}</h3>
        <p>${one.sentence}</p>
        <dl>
          <dt>Counted</dt><dd>${one.numerator}</dd>
          <dt>Of</dt><dd>${one.denominator}</dd>
          <dt>Final</dt><dd>${one.maturity}</dd>
          <dt>Source</dt><dd>${one.source}</dd>
        </dl>
      </article>`,
    )}</div>`,
  };
}

/** Over a hundred measures are many to scroll past: a group opens by hand, or when an address names a measure of it. */
function opening(groups: HTMLElement): HTMLElement {
  const open = () => {
    const named =
      location.hash && groups.querySelector(`[id="${CSS.escape(decodeURIComponent(location.hash.slice(1)))}"]`);
    if (!named) return;
    named.closest("details")!.open = true;
    named.scrollIntoView();
  };
  addEventListener("hashchange", open);
  addEventListener("beforeprint", () => {
    for (const group of groups.querySelectorAll("details")) group.open = true;
  });
  requestAnimationFrame(open);
  return groups;
}

function entry(one: Definition): HTMLElement {
  return html`<article id=${one.key}>
    <h4>${one.label}</h4>
    <p>${one.sentence}</p>
    <dl>
      ${one.numerator === null ? null : [html`<dt>Counted</dt>`, html`<dd>${condition(one.numerator)}</dd>`]}
      <dt>Of</dt><dd>${condition(one.denominator)}</dd>
      ${one.excluded === null ? null : [html`<dt>Left out</dt>`, html`<dd>${condition(one.excluded)}</dd>`]}
      ${one.unknown === null ? null : [html`<dt>In neither</dt>`, html`<dd>${condition(one.unknown)}</dd>`]}
      <dt>Month of</dt><dd>${one.by === "now" ? "the day of the newest data" : one.by.replaceAll("_", " ")}</dd>
      <dt>Final</dt><dd>${maturity(one)}</dd>
      <dt>Good</dt><dd>${good[one.good]}</dd>
      <dt>Source</dt><dd>${one.source}</dd>
      ${one.published ? [html`<dt>Published</dt>`, html`<dd>${one.published}</dd>`] : null}
    </dl>
  </article>`;
}
