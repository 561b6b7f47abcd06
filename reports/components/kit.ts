// What pages about metrics have in common: filters, periods, and a share or days as a headline, a trend, bars or a column.
import { bars } from "./bars.ts";
import { numberColumn, rateColumn, shareText } from "./columns.ts";
import { adding, counting } from "./cubes.ts";
import { define } from "./define.ts";
import type { Dimension, Span } from "./facts.ts";
import { empty } from "./figure.ts";
import { type Days, type DaysFigure, Figures, type FiguresData } from "./figures.ts";
import { filterBar } from "./filters.ts";
import { count, months, percent, plural, points, rate } from "./format.ts";
import type { Headline } from "./headline.ts";
import type { Metric, Rate } from "./metric.ts";
import { footer, type SiteData, unfiltered } from "./page.ts";
import { type Choice, chosenSpan, periods } from "./periods.ts";
import { Signals } from "./signals.ts";
import { type Filters, filters as inAddress, live, setFilters } from "./state.ts";
import { type Column, table } from "./table.ts";
import { daysTarget, shareTarget, targetShare } from "./target.ts";
import { trend } from "./trend.ts";

export type PageData = FiguresData;

export interface SharePlot {
  readonly title: string;
  readonly subtitle?: string;
  /** Said where no such thing has been loaded: what is missing. */
  readonly missing: string;
}

export const monthStart = (month: number) => new Date(Date.UTC(Math.floor(month / 12), month % 12, 1));
/** "Apr 2025–Mar 2026" */
export const spanLabel = ({ low, high }: Span) => months(monthStart(low), high - low);

const better = (metric: Metric, now: number, before: number) =>
  metric.data.better === "neither" || now === before
    ? null
    : now > before === (metric.data.better === "higher")
      ? "improvement"
      : "concern";

export class Kit {
  readonly site: SiteData;
  readonly figures: Figures;
  readonly signals: Signals;
  /** What readers filter by on this page. */
  readonly dimensions: readonly Dimension[];
  readonly periods: readonly Choice[];

  constructor(site: SiteData, data: PageData, now = false) {
    this.site = site;
    this.dimensions = site.dimensions.filter(({ key }) => !unfiltered.has(key));
    this.figures = new Figures(data, site.dimensions, site.run.asOf);
    this.signals = new Signals(data.signals, site.dimensions);
    this.periods = now ? [] : periods;
    footer(site);
  }

  filters(): HTMLElement {
    return filterBar({ periods: this.periods, dimensions: this.dimensions, single: !this.combines });
  }

  /** Whether filters are taken together: where there is no cell limit. */
  get combines(): boolean {
    return combines(this.site);
  }

  /** What is chosen beside a name of `by`, for what is told by its names; null where the two are not told together. */
  others(by: string, filters: Filters): Filters | null {
    return others(this.site, this.dimensions, by, filters);
  }

  /** The months that the chosen period means for a metric: its newest whole quarters whose outcomes are in. */
  span(metric: Metric, filters: Filters): { readonly now: Span; readonly before: Span | null } {
    return chosenSpan(metric, filters);
  }

  /** Name of the chosen part of the organization, "Cardiology"; null for everybody. */
  chosen(filters: Filters): string | null {
    const names = this.dimensions.flatMap(({ key }) => filters[key] ?? []);
    return names.length ? names.join(", ") : null;
  }

  share(key: string, filters: Filters, label?: string): Headline {
    const metric = this.figures.share(key);
    const name = define(label ?? metric.data.label, metric.data.definition);
    if (!metric.known) return { label: name, value: "–", compare: "nothing loaded to count this from" };
    const { now, before } = this.span(metric, filters);
    const value = metric.over(filters, now);
    if (!value) return { label: name, value: "–", compare: this.withheld(filters) };
    return {
      label: name,
      value: value.of === null ? `≈ ${percent(value.rate)}` : rate(value.rate),
      compare: this.#compared(metric, filters, { now, before, value }),
      target: shareTarget(metric.data, value.rate, value.of === null),
    };
  }

  /** Against the period before; without one, its newest quarter against the same quarter a year before. */
  #compared(
    metric: Metric,
    filters: Filters,
    { now, before, value }: { now: Span; before: Span | null; value: Rate },
  ): string {
    const by = (a: Rate, b: Rate) => points(a.rate - b.rate, a.of === null || b.of === null);
    const earlier = before && metric.over(filters, before);
    if (earlier) return `${spanLabel(now)}: ${by(value, earlier)} on ${spanLabel(before)}`;
    const quarter = { low: now.high - 3, high: now.high };
    const yearAgo = { low: quarter.low - 12, high: quarter.high - 12 };
    const newest = quarter.low >= now.low ? metric.over(filters, quarter) : null;
    const then = yearAgo.low >= metric.extent.low ? metric.over(filters, yearAgo) : null;
    if (newest && then) return `${spanLabel(now)}; last quarter ${by(newest, then)} on a year before`;
    const all = Object.keys(filters).some((key) => this.dimensions.some((one) => one.key === key))
      ? metric.over({}, now)
      : null;
    return all
      ? `${spanLabel(now)}; ${shareText(all)} for everybody`
      : `${spanLabel(now)}; nothing earlier to compare with`;
  }

  days(key: string, filters: Filters, label?: string): Headline {
    const days = this.figures.days(key);
    const name = define(label ?? days.data.label.replace(/, median$/, ""), days.data.definition);
    if (!days.known) return { label: name, value: "–", compare: "nothing loaded to count this from" };
    const value = days.over(filters);
    if (!value) return { label: name, value: "–", compare: this.withheld(filters) };
    return {
      label: name,
      value: value.median === null ? "> 90 days" : plural(value.median, "day"),
      compare: this.#half(days, value, filters),
      target: daysTarget(days.data, value.median),
    };
  }

  /** Why a number is not there, in few words. */
  withheld(filters: Filters): string {
    if (this.#several(filters) && !this.combines) return "counted for one filter at a time";
    return this.combines ? (counting() ? adding : "too few to tell") : "too few to show";
  }

  #several(filters: Filters): boolean {
    return this.dimensions.filter(({ key }) => filters[key]).length > 1;
  }

  /** What a median is compared with: the slowest tenth, and everybody where a name is chosen. */
  #half(days: Days, { p90 }: DaysFigure, filters: Filters): string {
    const all = this.chosen(filters) ? days.over({}) : null;
    const slow = p90 === null ? "half take longer" : `half take longer, 1 in 10 over ${plural(p90, "day")}`;
    return all && all.median !== null ? `${slow}; ${plural(all.median, "day")} for everybody` : slow;
  }

  /** A share by month with what chance explains, signals, and months whose outcomes are not in. */
  trend(key: string, { title, subtitle, missing }: SharePlot): HTMLElement {
    const metric = this.figures.share(key);
    return live((filters) => {
      const points = metric.series(filters) ?? [];
      const signals = this.signals.of(key, filters);
      const last = metric.extent.high;
      const lasting = points.filter((point) => point.of === null || point.of > 0);
      const drawn = lasting.map((point) => {
        const signal = signals?.at(point.step);
        return {
          label: point.step.label,
          from: monthStart(point.step.low),
          to: monthStart(point.step.high),
          value: point.rate,
          state: point.immature ? ("immature" as const) : ("final" as const),
          ...(signal?.tone && { signal: signal.tone }),
          hint: point.of === null ? `about ${percent(point.rate)}` : `${rate(point.rate)} of ${count(point.of)}`,
        };
      });
      const young = metric.data.maturityDays > 31 && metric.mature < last;
      const limits = signals && lasting.some((point) => signals.at(point.step)) ? signals : null;
      return trend({
        title,
        subtitle: subtitle ?? metric.data.label,
        description: describe(title, drawn),
        kind: "line",
        format: rate,
        axis: wide(drawn) ? percent : rate,
        points: drawn,
        ...(limits && { limits: lasting.map((point) => limits.at(point.step)) }),
        ...(metric.data.target != null && { target: metric.data.target }),
        empty: metric.known ? this.tooFew(filters) : missing,
        note: [
          limits
            ? "The band is what chance explains. A triangle (worse) or diamond (better) is more than chance: outside the band, or part of a long run."
            : "",
          metric.data.target == null ? "" : `The long dashes are the target, ${targetShare(metric.data.target)}.`,
          young
            ? `Referrals since ${spanLabel({ low: metric.mature, high: metric.mature + 1 })} are too young to tell.`
            : "",
        ]
          .filter(Boolean)
          .join(" "),
      });
    });
  }

  /** The median of days by month. */
  daysTrend(key: string, { title, subtitle, missing }: SharePlot): HTMLElement {
    const days = this.figures.days(key);
    return live((filters) => {
      const found = days.series(filters) ?? [];
      const drawn = found.map(({ step, median }) => ({
        label: spanLabel(step),
        from: monthStart(step.low),
        to: monthStart(step.high),
        value: median,
        state: "final" as const,
        hint: plural(median, "day"),
      }));
      return trend({
        title,
        subtitle: subtitle ?? days.data.label,
        description: describe(title, drawn, (value) => plural(value, "day")),
        kind: "line",
        format: (value) => plural(value, "day"),
        axis: count,
        points: drawn,
        ...(days.data.target != null && {
          target: days.data.target,
          note: `The long dashes are the target, ${plural(days.data.target, "day")}.`,
        }),
        empty: days.known ? this.tooFew(filters) : missing,
      });
    });
  }

  /** A share by the names of a dimension, against the period before; a name chooses itself as the filter. */
  bars(key: string, by: string, { title, subtitle, missing }: SharePlot, most = 12): HTMLElement {
    const metric = this.figures.share(key);
    return live((filters) => {
      const { now, before } = this.span(metric, filters);
      const others = this.others(by, filters);
      if (!others) return together();
      const groups = metric.breakdown(by, others, now);
      const sign = metric.data.better === "lower" ? -1 : 1;
      groups.sort((a, b) => sign * (a.rate - b.rate));
      const earlier = new Map(before ? metric.breakdown(by, others, before).map((one) => [one.value, one]) : []);
      // What only contacts are counted by cannot be chosen, and goes with no filter.
      const filterable = this.dimensions.some(({ key }) => key === by);
      return bars({
        title,
        subtitle: subtitle ?? `${metric.data.label}, ${spanLabel(now)}`,
        unit: metric.data.label,
        format: (value) => rate(value),
        ...(earlier.size && before && { beforeLabel: spanLabel(before) }),
        bars: groups.slice(0, most).map((group) => ({
          label: group.value,
          value: group.rate,
          ...(group.of === null && { text: shareText(group) }),
          before: earlier.get(group.value)?.rate ?? null,
          aside: filters[by] !== undefined && filters[by] !== group.value,
          ...(filterable && { onchoose: () => this.choose(by, group.value) }),
        })),
        note:
          groups.length > most
            ? `The ${most} ${metric.data.better === "lower" ? "highest" : "lowest"} of ${groups.length}; the table has all.`
            : undefined,
        empty: metric.known ? this.tooFew(filters) : missing,
      });
    });
  }

  choose(key: string, value: string): void {
    const dropped = this.combines ? [] : this.dimensions;
    setFilters({ ...Object.fromEntries(dropped.map((one) => [one.key, ""])), [key]: value });
  }

  /** A column of shares by name for a table of the names of `by`. */
  shareColumn(key: string, by: string, filters: Filters, label?: string): Column<string> {
    const metric = this.figures.share(key);
    const { now } = this.span(metric, filters);
    const others = this.others(by, filters) ?? {};
    const of = (name: string) => metric.over({ ...others, [by]: name }, now);
    return rateColumn(label ?? metric.data.label, of);
  }

  /** How many a share is of. */
  ofColumn(key: string, by: string, filters: Filters, label: string): Column<string> {
    const metric = this.figures.share(key);
    const { now } = this.span(metric, filters);
    const others = this.others(by, filters) ?? {};
    return numberColumn(label, (name) => metric.over({ ...others, [by]: name }, now)?.of ?? null);
  }

  daysColumn(key: string, by: string, label: string, part: "median" | "p90" = "median"): Column<string> {
    const days = this.figures.days(key);
    const others = this.others(by, inAddress()) ?? {};
    return numberColumn(label, (name) => days.over({ ...others, [by]: name })?.[part] ?? null);
  }

  /** A table of the names of a dimension; names of which nothing is published are left out. */
  table(options: {
    readonly by: string;
    readonly caption: string;
    readonly file: string;
    readonly columns: readonly Column<string>[];
    readonly missing: string;
  }): HTMLElement {
    const { by, caption, file, columns, missing } = options;
    const label = this.site.dimensions.find(({ key }) => key === by)?.label ?? by;
    const rows = this.names(by).filter((name) => columns.some(({ value }) => value(name) !== null));
    if (rows.length === 0) return empty(counting() ? adding : missing);
    return table<string>({ caption, file, columns: [{ label, value: (name) => name }, ...columns], rows });
  }

  /** Names of a dimension, by the alphabet; the unknown last. */
  names(by: string): string[] {
    const values = this.site.dimensions.find(({ key }) => key === by)?.values ?? [];
    const last = (name: string) => Number(/^(unknown|unmapped)$/i.test(name));
    return [...values].sort((a, b) => last(a) - last(b) || a.localeCompare(b, "en-US"));
  }

  /** Why a figure is empty; `combined` is false for one that several filters together are never told of. */
  tooFew(filters: Filters, combined = true): string {
    if (this.combines) {
      if (!combined && this.#several(filters)) return "This is counted for one filter at a time. Clear one to see it.";
      return counting() ? adding : "Too few to tell for these filters.";
    }
    const chosen = this.dimensions.filter(({ key }) => filters[key]);
    return chosen.length > 1
      ? "Not published for two filters together: the groups would be too small. Clear one to see this."
      : chosen.length
        ? `Too few referrals of ${this.chosen(filters)} to show this.`
        : "Too few referrals to show this.";
  }

  better = better;
}

/** In place of what is not told for two filters together; a site that combines them is still reading. */
export const together = (combined = false) =>
  empty(
    combined
      ? counting()
        ? adding
        : "This is counted for one filter at a time. Clear the other filters to see it."
      : "Not published for two filters together: the groups would be too small. Clear the other filter to see this.",
  );

/** Whether a site answers filters together: only one without a cell limit has every combination. */
export const combines = (site: Pick<SiteData, "run">) => site.run.cellLimit === 0;

/** The chosen names of other dimensions than `by`; null where a site does not tell names of two dimensions together. */
export function others(
  site: Pick<SiteData, "run">,
  dimensions: readonly Pick<Dimension, "key">[],
  by: string,
  filters: Filters,
): Filters | null {
  const chosen = dimensions.flatMap(({ key }) => (key !== by && filters[key] ? [[key, filters[key]] as const] : []));
  return chosen.length && !combines(site) ? null : Object.fromEntries(chosen);
}

/** Whether whole percents tell the ticks of an axis apart. */
const wide = (drawn: readonly { readonly value: number }[]) =>
  Math.max(0, ...drawn.map(({ value }) => value)) - Math.min(1, ...drawn.map(({ value }) => value)) >= 0.04;

function describe(
  title: string,
  drawn: readonly { label: string; value: number; state: string; signal?: string }[],
  say: (value: number) => string = rate,
): string {
  const final = drawn.filter(({ state }) => state === "final");
  const first = final[0];
  const last = final.at(-1);
  const signals = drawn.filter(({ signal }) => signal);
  if (!first || !last) return title;
  return `${title} ${say(first.value)} in ${first.label}, ${say(last.value)} in ${last.label}.${signals.length ? ` Signals: ${signals.map(({ label }) => label).join(", ")}.` : ""}`;
}
