// Equity: the same measures by need and background, with how sure each is. Differences are shown as they are, never adjusted away.
import { numberColumn, rateColumn, shareText } from "./columns.ts";
import { define } from "./define.ts";
import type { Dimension } from "./facts.ts";
import { empty } from "./figure.ts";
import { filterBar } from "./filters.ts";
import { type Finding, findings } from "./findings.ts";
import { count, percent, points, rate } from "./format.ts";
import { type Headline, headlines } from "./headline.ts";
import { intervals } from "./intervals.ts";
import { monthStart, spanLabel } from "./kit.ts";
import { Metric, type MetricData, type Rate } from "./metric.ts";
import { footer, type SiteData } from "./page.ts";
import { chosenSpan, periods } from "./periods.ts";
import { type Filters, live } from "./state.ts";
import { differ, wilson } from "./sure.ts";
import { table } from "./table.ts";
import { trend } from "./trend.ts";

export interface EquityData {
  readonly dimensions: readonly Dimension[];
  /** The first is what the charts show. */
  readonly shares: readonly MetricData[];
}

type Exact = Rate & { readonly met: number; readonly of: number };
const exact = (share: Rate | null): share is Exact => share !== null && share.met !== null && share.of !== null;
/** Not groups of people, but of what nobody wrote down. */
const unsaid = /^(Unknown|None recorded|Unmapped)$/;

const questions: Readonly<Record<string, string>> = {
  language: "Do patients who speak another language get there?",
  interpreter: "Do patients who need an interpreter?",
  barrier: "Do patients with a barrier to care?",
  transport: "Do patients who need a ride?",
  distance_band: "Do patients who live far away?",
  payer: "Do patients of every payer?",
};

export function equityPage(site: SiteData, data: EquityData) {
  footer(site);
  const metrics = data.shares.map((one) => new Metric(one, data.dimensions, site.run.asOf));
  const main = metrics[0]!;
  // One period for all measures, that of the first: groups are compared, and small ones are shown where years end.
  const span = (_: Metric, filters: Filters) => chosenSpan(main, filters).now;
  const missing = (key: string) =>
    main.known
      ? `No feed says more of ${data.dimensions.find((one) => one.key === key)?.label.toLowerCase()} than “unknown”, or the groups are too small to show.`
      : "No referral has been ordered long enough ago to tell.";

  interface Difference {
    readonly dimension: Dimension;
    readonly value: string;
    readonly own: Exact;
    readonly others: { readonly met: number; readonly of: number };
    readonly sure: boolean;
  }
  /** Each group against the others of whom the same is known. */
  function differences(metric: Metric, filters: Filters): Difference[] {
    const now = span(metric, filters);
    return data.dimensions.flatMap((dimension) => {
      const groups = metric
        .breakdown(dimension.key, {}, now)
        .filter(exactGroup)
        .filter(({ value }) => !/^(Unknown|Unmapped)$/.test(value));
      const all = {
        met: groups.reduce((sum, { met }) => sum + met, 0),
        of: groups.reduce((sum, { of }) => sum + of, 0),
      };
      return groups.flatMap(({ value, ...own }) => {
        if (unsaid.test(value) || own.of === all.of) return [];
        const others = { met: all.met - own.met, of: all.of - own.of };
        return [{ dimension, value, own, others, sure: differ(own, others) }];
      });
    });
  }
  const gap = ({ own, others }: Difference) => own.rate - others.met / others.of;
  /** Who they are, as one would say it: "Somali speakers", "needing a ride". */
  const name = ({ dimension, value }: Pick<Difference, "dimension" | "value">) => {
    if (dimension.key === "language") return `${value} speakers`;
    if (dimension.key === "interpreter")
      return value === "Needed" ? "Needing an interpreter" : "Needing no interpreter";
    if (dimension.key === "transport") return value === "Needed" ? "Needing a ride" : "Needing no ride";
    if (dimension.key === "distance_band") return `${value} from here`;
    return dimension.key === "barrier" ? `Barrier: ${value.charAt(0).toLowerCase()}${value.slice(1)}` : value;
  };

  function head(filters: Filters): Headline[] {
    const all = main.over({}, span(main, filters));
    const worst = differences(main, filters)
      .filter((one) => one.sure && gap(one) < 0)
      .sort((a, b) => gap(a) - gap(b));
    const first: Headline = {
      label: define(main.data.label, main.data.definition),
      value: all ? shareText(all) : "–",
      compare: all
        ? `everybody, ${spanLabel(span(main, filters))}${all.of === null ? "" : `, of ${count(all.of)}`}`
        : "nothing to count this from",
    };
    return [
      first,
      ...worst.slice(0, 3).map((one) => ({
        label: name(one),
        value: rate(one.own.rate),
        compare: `${points(gap(one))} against the others; ${count(one.own.of)} episodes`,
      })),
    ];
  }

  return {
    filters: filterBar({ periods, dimensions: [], single: true }),
    headlines: live((filters) => headlines(head(filters))),
    findings: live((filters) => findings(metrics.flatMap((metric) => found(metric, filters)).slice(0, 6))),
    trend: live((filters) => {
      const widest = differences(main, filters)
        .filter((one) => one.sure)
        .filter((one) => gap(one) < 0 && (main.series({ [one.dimension.key]: one.value })?.length ?? 0) >= 8)
        .sort((a, b) => gap(a) - gap(b))[0];
      const drawn = (main.series(widest ? { [widest.dimension.key]: widest.value } : {}) ?? []).map((point) => ({
        label: point.step.label,
        from: monthStart(point.step.low),
        to: monthStart(point.step.high),
        value: point.rate,
        state: point.immature ? ("immature" as const) : ("final" as const),
        hint: `${shareText(point)}${point.of === null ? "" : ` of ${count(point.of)}`}`,
      }));
      const all = main.over({}, span(main, filters));
      return trend({
        title: widest ? `Is it getting better? ${name(widest)}` : "Is it getting better?",
        subtitle: `${main.data.label}, by month of order${all && widest ? "; dashed: everybody" : ""}`,
        description: `${main.data.label} by month.`,
        kind: "line",
        points: drawn,
        format: rate,
        axis: percent,
        target: widest && all ? all.rate : null,
        empty: main.known ? "Too few to show by month." : missing("language"),
        note: "Hollow: too young to tell.",
      });
    }),
    groups: data.dimensions.map(({ key, label }) =>
      live((filters) => {
        const now = span(main, filters);
        const all = main.over({}, now);
        const rows = main
          .breakdown(key, {}, now)
          .filter(exactGroup)
          .map(({ value, met, of, rate }) => ({ label: value, rate, ...wilson(met, of), n: of }));
        const said = rows.filter((row) => !unsaid.test(row.label));
        return intervals({
          title: questions[key] ?? label,
          subtitle: `${main.data.label}, ${spanLabel(now)}`,
          intervals: said.length
            ? rows.sort((a, b) => Number(unsaid.test(a.label)) - Number(unsaid.test(b.label)) || b.n - a.n)
            : [],
          overall: all?.rate ?? 0,
          empty: missing(key),
        });
      }),
    ),
    table: live((filters) => {
      interface Line {
        readonly dimension: Dimension;
        readonly value: string;
      }
      const lines: Line[] = data.dimensions.flatMap((dimension) =>
        dimension.values
          .filter((value) => metrics.some((metric) => metric.over({ [dimension.key]: value }, span(metric, filters))))
          .map((value) => ({ dimension, value })),
      );
      if (!lines.length) return empty(missing("language"));
      const share = (metric: Metric, { dimension, value }: Line) =>
        metric.over({ [dimension.key]: value }, span(metric, filters));
      return table<Line>({
        caption: `All groups, ${spanLabel(span(main, filters))}`,
        file: "equity",
        columns: [
          { label: "Group", value: ({ value }) => value },
          { label: "By", value: ({ dimension }) => dimension.label },
          numberColumn("Episodes", (line) => share(main, line)?.of ?? null),
          ...metrics.map((metric) => rateColumn<Line>(metric.data.label, (line) => share(metric, line))),
        ],
        rows: lines,
      });
    }),
  };

  /** The widest gap of each kind of group, where it is more than chance. */
  function found(metric: Metric, filters: Filters): Finding[] {
    const sign = metric.data.better === "lower" ? -1 : 1;
    const sure = differences(metric, filters).filter(
      (one) => one.sure && sign * gap(one) < -0.03 && one.dimension.key !== "payer",
    );
    const widest = [...Map.groupBy(sure, ({ dimension }) => dimension.key).values()].map(
      (of) => of.sort((a, b) => sign * (gap(a) - gap(b)))[0]!,
    );
    return widest
      .sort((a, b) => sign * (gap(a) - gap(b)))
      .slice(0, 2)
      .map((one) => ({
        tone: "concern",
        sentence: `${name(one)}: ${metric.data.label.charAt(0).toLowerCase()}${metric.data.label.slice(1)} ${rate(one.own.rate)}, against ${rate(one.others.met / one.others.of)} of the others.`,
        figures: `${count(one.own.met)} of ${count(one.own.of)}; others ${count(one.others.met)} of ${count(one.others.of)}. ${spanLabel(span(metric, filters))}; beyond chance at 99.8%.`,
      }));
  }
}

function exactGroup<T extends Rate>(group: T): group is T & Exact {
  return exact(group);
}
