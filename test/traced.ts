// Where the overview's numbers come from: each number that stands on the page is computed anew from marts.metric (and the limits
// of what chance explains from marts.signal), and none is left over.
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { type DuckDBConnection, literal, rows } from "../pipeline/duckdb.ts";
import { spoken } from "../pipeline/words.ts";
import { change, count, percent, points, rate } from "../reports/components/format.ts";

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const spanPattern = `(?:(?:${months.join("|")})(?: \\d{4})?–)?(?:${months.join("|")}) \\d{4}`;

/** A stretch of months as pages write it, "Apr 2025–Mar 2026" or "Oct 2024"; `shift` moves it by so many months. */
interface Span {
  readonly from: string;
  readonly before: string;
}
const firstDay = (month: number) => `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}-01`;
function spanOf(text: string, shift = 0, last?: number): Span {
  const parts = text.split("–").map((part) => part.split(" "));
  const year = Number(parts.at(-1)![1]);
  const number = ([month, own]: string[]) => Number(own ?? year) * 12 + months.indexOf(month!);
  const high = number(parts.at(-1)!) + 1;
  const low = last === undefined ? number(parts[0]!) : high - last;
  return { from: firstDay(low + shift), before: firstDay(high + shift) };
}

interface Sum {
  readonly n: number;
  readonly of: number;
}

/** Asks marts.metric as somebody would who does not know the site. */
export class Trace {
  readonly #connection: DuckDBConnection;
  readonly #wrong: string[] = [];
  #checked = 0;

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  /** Sums of a metric's months, or of what stands now, for everybody or for one specialty. */
  async sum(metric: string, span: Span | "now", specialty?: string): Promise<Sum> {
    const period =
      span === "now" ? "period = 'now'" : `period = 'month' and month >= '${span.from}' and month < '${span.before}'`;
    const cut = specialty === undefined ? "cut = 'total'" : `cut = 'specialty' and value = ${literal(specialty)}`;
    const [row] = await rows<Sum>(
      this.#connection,
      `select coalesce(sum(numerator), 0)::integer as n, coalesce(sum(denominator), 0)::integer as "of"
       from marts.metric where metric = ${literal(metric)} and ${period} and ${cut}`,
    );
    return row!;
  }

  async share(metric: string, span: Span, specialty?: string): Promise<number> {
    const { n, of } = await this.sum(metric, span, specialty);
    return n / of;
  }

  /** Names of metrics by what they are called. */
  async labels(): Promise<Map<string, string>> {
    const found = await rows<{ metric: string; label: string }>(
      this.#connection,
      "select metric, label from marts.metric_definition",
    );
    return new Map(found.map(({ metric, label }) => [label, metric]));
  }

  /** What chance explains of one month. */
  async limits(metric: string, { from }: Span, specialty?: string): Promise<{ low: number; high: number }> {
    const cut = specialty === undefined ? "cut = 'total'" : `cut = 'specialty' and value = ${literal(specialty)}`;
    const [row] = await rows<{ low: number; high: number }>(
      this.#connection,
      `select low, high from marts.signal where preferred and metric = ${literal(metric)} and month = '${from}' and ${cut}`,
    );
    return row!;
  }

  same(what: string, shown: string, expected: string): void {
    this.#checked++;
    if (shown !== expected) this.#wrong.push(`${what}: the page says ${shown}, marts.metric ${expected}`);
  }

  /** A share as the page writes it: exact, or a whole percent where its numbers are not published. */
  sameShare(what: string, shown: string, expected: number): void {
    const about = /^(?:≈ |about )?(\d+)%$/.exec(shown);
    if (!about) this.same(what, shown, rate(expected));
    else this.#checked++;
    if (about && Math.abs(Number(about[1]) / 100 - expected) > 0.03) this.same(what, shown, percent(expected));
  }

  /** Limits are written to half a percent where a month of the series is not published. */
  near(what: string, shown: string, expected: number): void {
    this.#checked++;
    if (Math.abs(Number.parseFloat(shown) / 100 - expected) > 0.0051) this.same(what, shown, rate(expected));
  }

  /** Everything was as expected, and at least so many numbers were there. */
  done(least: number): void {
    expect(this.#wrong).toEqual([]);
    expect(this.#checked).toBeGreaterThanOrEqual(least);
  }

  /** How much a share changed from one stretch to another, in points. */
  async changed(metric: string, now: Span, then: Span): Promise<string> {
    return points((await this.share(metric, now)) - (await this.share(metric, then)));
  }
}

type Cells = readonly (readonly string[])[];

/** Traces every number of the overview, as it opens. */
export async function traceOverview(page: Page, connection: DuckDBConnection, least: number): Promise<void> {
  const trace = new Trace(connection);
  const values = await names(connection);
  for (const more of await page.getByRole("button", { name: /^Show all/ }).all()) await more.click();
  const read = await page.evaluate(() => {
    const text = (element: Element | null | undefined) => (element?.textContent ?? "").trim();
    const cells = (table: HTMLTableElement) => [...table.rows].map((row) => [...row.cells].map(text));
    const main = document.querySelector("main")!;
    const figures = [...main.querySelectorAll("figure")].map((figure) => ({
      subtitle: text(figure.querySelector(".subtitle")),
      table: cells(figure.querySelector("details table")!),
      bars: [...figure.querySelectorAll(".bars .row")].map((row) => [
        text(row.querySelector(".label")),
        text(row.querySelector(".amount")),
      ]),
    }));
    const own = [...main.querySelectorAll("table")].filter((table) => !table.closest("details")).at(-1)!;
    const headlines = [...main.querySelectorAll(".headline")].map((headline) =>
      [".name", ".value", ".compare", ".target"].map((part) => text(headline.querySelector(part))),
    );
    const said = [...main.querySelectorAll(".findings li")].map((li) => [...li.querySelectorAll("p")].map(text));
    // What is left when all of these are taken away holds no number but dates, windows and how many are drawn.
    const rest = main.cloneNode(true) as Element;
    for (const gone of rest.querySelectorAll(".headline, .findings, table, .chart, .bars, button, select, [popover]"))
      gone.remove();
    return { figures, table: cells(own), caption: text(own.caption), headlines, said, rest: rest.textContent ?? "" };
  });
  await headlines(trace, read.headlines);
  const [completed, volume, worst, wanted] = read.figures;
  for (const [label, value] of body(completed!.table))
    trace.sameShare(`completed in ${label}`, value!, await trace.share("completed_90", spanOf(label!)));
  for (const [label, value] of body(volume!.table))
    trace.same(`referrals of ${label}`, value!, count((await trace.sum("referrals", spanOf(label!))).n));
  const over = span(worst!.subtitle);
  for (const [name, value] of [...body(worst!.table), ...worst!.bars])
    trace.sameShare(`completed of ${name}`, value!, await trace.share("completed_90", over, values.get(name!) ?? "?"));
  await amounts(trace, wanted!, values);
  await specialties(trace, read.table, { now: span(read.caption), mature: over }, values);
  await findings(trace, read.said, values);
  expect(
    read.rest
      .replaceAll(new RegExp(spanPattern, "g"), "")
      .replaceAll(/\b\d+ (days|others|months|quarters|(low|high)est of \d+)\b|target, \d+%/g, ""),
  ).not.toMatch(/\d/);
  trace.done(least);
}

const body = (cells: Cells) => cells.slice(1);
const span = (text: string, shift = 0) => spanOf(new RegExp(spanPattern).exec(text)![0], shift);

/** Specialties as the site spells them, with how the warehouse does. */
async function names(connection: DuckDBConnection): Promise<Map<string, string>> {
  const found = await rows<{ value: string }>(
    connection,
    "select distinct value from marts.metric where cut = 'specialty'",
  );
  return new Map(found.map(({ value }) => [spoken(value), value]));
}

async function headlines(trace: Trace, shown: Cells): Promise<void> {
  for (const [name, value, compare, target] of shown) {
    if (name!.startsWith("Referrals, ")) {
      const now = span(name!);
      const referrals = (await trace.sum("referrals", now)).n;
      trace.same(name!, value!, count(referrals));
      if (!compare!.startsWith("no ")) {
        const before = (await trace.sum("referrals", span(name!, -12))).n;
        trace.same(`${name}, compared`, compare!, `${change(referrals, before)} on the 12 months before`);
      }
    } else if (name === "Open more than 90 days") {
      const old = (await trace.sum("open_referrals_over_90", "now")).n;
      trace.same(name, value!, count(old));
      const all = (await trace.sum("open_referrals", "now")).n;
      trace.same(`${name}, compared`, compare!, `${rate(old / all)} of all open referrals`);
    } else {
      const metric = name!.startsWith("Completed") ? "completed_90" : "loop_closed";
      const label = new RegExp(spanPattern).exec(compare!)![0];
      const share = await trace.share(metric, spanOf(label));
      trace.sameShare(name!, value!, share);
      const quarter = compare!.includes("last quarter")
        ? `${label}; last quarter ${await trace.changed(metric, spanOf(label, 0, 3), spanOf(label, -12, 3))} on a year before`
        : `${label}: ${await trace.changed(metric, spanOf(label), spanOf(label, -12))} on ${compare!.split(" on ")[1]}`;
      trace.same(`${name}, compared`, compare!, quarter);
      const aim = /^Target (\d+)%: ([\d.]+) points short$/.exec(target!);
      if (aim) trace.same(`${name}, target`, aim[2]!, (Number(aim[1]) - 100 * share).toFixed(1));
    }
  }
}

async function amounts(
  trace: Trace,
  { subtitle, table, bars }: { subtitle: string; table: Cells; bars: Cells },
  values: Map<string, string>,
) {
  const now = span(subtitle);
  const then = table[0]![2] ? span(table[0]![2]) : null;
  const all = (await trace.sum("referrals", now)).n;
  let named = 0;
  for (const [name, value, before] of body(table)) {
    if (name!.startsWith("Others")) {
      trace.same("others", value!, count(all - named));
      continue;
    }
    const n = (await trace.sum("referrals", now, values.get(name!) ?? "?")).n;
    named += n;
    trace.same(`referrals to ${name}`, value!, count(n));
    if (then && before !== "–")
      trace.same(
        `referrals to ${name} before`,
        before!,
        count((await trace.sum("referrals", then, values.get(name!) ?? "?")).n),
      );
  }
  const drawn = bars.filter(([name]) => !/^\d+ others$/.test(name!));
  const sum = drawn.reduce((total, [, value]) => total + Number(value!.replaceAll(",", "")), 0);
  for (const [name, value] of drawn)
    if (values.has(name!)) trace.same(`bar of ${name}`, value!, table.find((row) => row[0] === name)![1]!);
  const tail = bars.find(([name]) => /^\d+ others$/.test(name!));
  if (tail) trace.same("bar of the others", tail[1]!, count(all - sum));
}

/** Shares are those of the newest year whose outcomes are in, counts those of the newest full quarters. */
async function specialties(trace: Trace, table: Cells, over: { now: Span; mature: Span }, values: Map<string, string>) {
  const [head, ...lines] = table;
  const shares: Record<string, string> = {
    "Scheduled in 90 days": "scheduled_90",
    "Completed in 90 days": "completed_90",
    "Loop closed": "loop_closed",
  };
  for (const [name, ...cells] of lines) {
    const own = values.get(name!) ?? "?";
    for (const [i, shown] of cells.entries()) {
      const label = head![i + 1]!;
      const what = `${label} of ${name}`;
      if (shown === "–") continue;
      const metric = shares[label];
      if (metric) trace.sameShare(what, shown, await trace.share(metric, over.mature, own));
      else if (label === "Open now") trace.same(what, shown, count((await trace.sum("open_referrals", "now", own)).n));
      else if (label === "Open more than 90 days")
        trace.same(what, shown, count((await trace.sum("open_referrals_over_90", "now", own)).n));
      else
        trace.same(
          what,
          shown,
          count((await trace.sum("referrals", label === "Referrals" ? over.now : span(label), own)).n),
        );
    }
  }
}

/** Each sentence with the figures behind it: late feeds, shares that changed or left their limits, and the open ones. */
async function findings(trace: Trace, said: Cells, values: Map<string, string>): Promise<void> {
  const metrics = await trace.labels();
  for (const [sentence, figures] of said) {
    if (/is late|^Nothing stands out/.test(sentence!)) continue;
    const open = /^([\d,]+) of ([\d,]+) open referrals/.exec(figures!);
    if (open) {
      trace.same(sentence!, open[1]!, count((await trace.sum("open_referrals_over_90", "now")).n));
      trace.same(sentence!, open[2]!, count((await trace.sum("open_referrals", "now")).n));
      continue;
    }
    const [, name, label] = /^(?:([^:]+): )?(.+?) (?:rose|fell) /.exec(sentence!)!;
    const metric = metrics.get(label!)!;
    const own = name && (values.get(name) ?? "?");
    const now = span(sentence!);
    const limits = /^([\d.]+%)(?: of ([\d,]+))?; chance explains ([\d.]+%) to ([\d.]+%)\.$/.exec(figures!);
    if (limits) {
      const { n, of } = await trace.sum(metric, now, own);
      const { low, high } = await trace.limits(metric, now, own);
      trace.same(sentence!, limits.slice(1, 3).join(), [rate(n / of), limits[2] && count(of)].join());
      trace.near(sentence!, limits[3]!, low);
      trace.near(sentence!, limits[4]!, high);
      continue;
    }
    const then = sentence!.includes("a year before") ? span(sentence!, -12) : span(sentence!.split(" in ").at(-1)!);
    const [a, b] = [await trace.sum(metric, now, own), await trace.sum(metric, then, own)];
    trace.same(
      sentence!,
      figures!,
      `${count(a.n)} of ${count(a.of)}, before ${count(b.n)} of ${count(b.of)}: more than chance explains.`,
    );
    trace.same(sentence!, /to ([\d.]+%)/.exec(sentence!)![1]!, rate(a.n / a.of));
    trace.same(sentence!, /from ([\d.]+%)/.exec(sentence!)![1]!, rate(b.n / b.of));
  }
}
