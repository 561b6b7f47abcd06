// Providers and places: who differs from the others by more than chance. Funnel plots, never a league table.
import { html } from "htl";
import { numberColumn, rateColumn, shareText } from "./columns.ts";
import type { Dimension } from "./facts.ts";
import type { FiguresData } from "./figures.ts";
import { filterBar } from "./filters.ts";
import { type Finding, findings } from "./findings.ts";
import { count, list, rate } from "./format.ts";
import { type FunnelLimit, type FunnelPoint, funnel } from "./funnel.ts";
import { type Headline, headlines } from "./headline.ts";
import { spanLabel } from "./kit.ts";
import { Metric, type MetricData } from "./metric.ts";
import { footer, type SiteData } from "./page.ts";
import { chosenSpan, periods } from "./periods.ts";
import type { Place } from "./place.ts";
import { type Filters, live } from "./state.ts";
import { dispersion } from "./sure.ts";
import { table } from "./table.ts";

/** Where the funnel of a metric stands over the last year: the share of all who are known, and their over-dispersion. */
export interface Spread {
  readonly metric: string;
  readonly cut: string;
  readonly center: number;
  readonly phi: number;
}

export interface ProvidersData {
  readonly spreads: readonly Spread[];
  readonly places: FiguresData;
  readonly clinicians: readonly Dimension[];
  readonly shares: readonly MetricData[];
  readonly pages: readonly Place[];
}

interface Kind {
  readonly key: string;
  readonly label: string;
  readonly title: string;
  readonly metrics: readonly Metric[];
  readonly values: readonly string[];
}

interface Plot {
  readonly points: readonly (FunnelPoint & { readonly met: number })[];
  readonly limits: readonly FunnelLimit[];
  readonly center: number;
}

export function providersPage(site: SiteData, data: ProvidersData) {
  footer(site);
  const placeMetrics = data.places.shares.map((one) => new Metric(one, site.dimensions, site.run.asOf));
  const ownMetrics = data.shares.map((one) => new Metric(one, data.clinicians, site.run.asOf));
  const values = (key: string) => site.dimensions.find((one) => one.key === key)?.values ?? [];
  const kinds: Kind[] = [
    {
      key: "receiving_location",
      label: "Place referred to",
      title: "Which places see their patients?",
      metrics: placeMetrics,
      values: values("receiving_location"),
    },
    {
      key: "referring_location",
      label: "Place that refers",
      title: "Whose referrals get there?",
      metrics: placeMetrics,
      values: values("referring_location"),
    },
    ...data.clinicians.map(({ key, label, values }) => ({
      key,
      label,
      title:
        key === "receiving_provider"
          ? "Which clinicians see their patients?"
          : "Which clinicians’ referrals get there?",
      metrics: ownMetrics,
      values,
    })),
  ];
  const main = placeMetrics[0]!;
  const span = (filters: Filters) => chosenSpan(main, filters).now;
  const missing = main.known
    ? "Too few referrals of each to compare."
    : "No referral has been ordered long enough ago to tell.";

  /** Everybody of a kind who is shown in exact numbers, inside limits around the share of all whose name is known. */
  function plot(metric: Metric, kind: Kind, filters: Filters): Plot | null {
    const now = span(filters);
    const groups = metric
      .breakdown(kind.key, {}, now)
      .flatMap(({ value, met, of }) =>
        met === null || of === null || /^(Unknown|Unmapped)$/.test(value) ? [] : [{ value, met, of }],
      );
    if (groups.length < 2) return null;
    // Of the newest year the warehouse says how all vary; of other periods those who are shown do. Unknown names are nobody to compare with.
    const newest = filters.period === undefined || filters.period === periods[0]!.key;
    const stated = newest && data.spreads.find((one) => one.metric === metric.data.key && one.cut === kind.key);
    const sum = (part: "met" | "of") => groups.reduce((total, group) => total + group[part], 0);
    const center = stated ? stated.center : sum("met") / sum("of");
    if (center <= 0 || center >= 1) return null;
    const phi = stated ? stated.phi : dispersion(groups.map(({ met, of }) => score(met, of, center)));
    const wide = Math.sqrt(Math.max(1, phi));
    const better = metric.data.better === "lower" ? -1 : 1;
    const points = groups.map(({ value, met, of }) => {
      const z = score(met, of, center) / wide;
      const signal =
        Math.abs(z) <= 3.09 || metric.data.better === "neither"
          ? null
          : z * better > 0
            ? ("improvement" as const)
            : ("concern" as const);
      return { label: value, n: of, met, rate: met / of, ...(signal && { signal }) };
    });
    const largest = Math.max(...points.map(({ n }) => n)) * 1.05;
    const smallest = Math.min(...points.map(({ n }) => n));
    const limits = Array.from({ length: 80 }, (_, i) => {
      const n = smallest + ((largest - smallest) * i * i) / 79 ** 2;
      const at = (z: number) => z * wide * Math.sqrt((center * (1 - center)) / n);
      return {
        n,
        low95: Math.max(0, center - at(1.96)),
        high95: Math.min(1, center + at(1.96)),
        low998: Math.max(0, center - at(3.09)),
        high998: Math.min(1, center + at(3.09)),
      };
    });
    return { points, limits, center };
  }

  return {
    filters: filterBar({ periods, dimensions: [], single: true }),
    headlines: live((filters) => headlines(head(filters))),
    findings: live((filters) => findings(found(filters))),
    plots: kinds.map((kind) =>
      live((filters) => {
        const drawn = plot(kind.metrics[0]!, kind, filters);
        return funnel({
          title: kind.title,
          subtitle: `${kind.label}: ${main.data.label.toLowerCase()}, ${spanLabel(span(filters))}`,
          unit: "episodes",
          points: drawn?.points ?? [],
          limits: drawn?.limits ?? [],
          center: drawn?.center ?? 0,
          empty: missing,
        });
      }),
    ),
    table: live((filters) => {
      interface Line {
        readonly kind: Kind;
        readonly name: string;
        readonly outside: string;
      }
      const episodes = ({ kind, name }: Line) => kind.metrics[0]!.over({ [kind.key]: name }, span(filters))?.of ?? null;
      const rows: Line[] = kinds.flatMap((kind) => {
        const drawn = plot(kind.metrics[0]!, kind, filters);
        const signals = new Map(drawn?.points.map((point) => [point.label, point.signal]));
        return kind.values
          .filter(
            (name) =>
              !/^(Unknown|Unmapped)$/.test(name) &&
              kind.metrics.some((metric) => metric.over({ [kind.key]: name }, span(filters))),
          )
          .map((name) => {
            const signal = signals.get(name);
            return {
              kind,
              name,
              outside: signal ? (signal === "concern" ? "worse than chance" : "better than chance") : "within",
            };
          });
      });
      // Whoever differs comes first, then those with most episodes.
      rows.sort(
        (a, b) =>
          Number(a.outside === "within") - Number(b.outside === "within") || (episodes(b) ?? 0) - (episodes(a) ?? 0),
      );
      return table<Line>({
        caption: `Everyone with enough episodes to show, ${spanLabel(span(filters))}`,
        file: "providers",
        most: 40,
        columns: [
          { label: "Name", value: ({ name }) => name },
          { label: "As", value: ({ kind }) => kind.label },
          numberColumn("Episodes", episodes),
          ...placeMetrics.map(({ data }, i) =>
            rateColumn<Line>(data.label, ({ kind, name }) =>
              kind.metrics[i]!.over({ [kind.key]: name }, span(filters)),
            ),
          ),
          { label: "Against the limits", value: ({ outside }) => outside, short: true },
        ],
        rows,
      });
    }),
    specialties: links("specialty"),
    locations: links("location"),
  };

  function links(kind: Place["kind"]): HTMLElement {
    return html`<ul class="columns">${data.pages
      .filter((page) => page.kind === kind)
      .map((page) => html`<li><a href=${`./${page.path}.html`}>${page.name}</a></li>`)}</ul>`;
  }

  function head(filters: Filters): Headline[] {
    const all = main.over({}, span(filters));
    return [
      {
        label: main.data.label,
        value: all ? shareText(all) : "–",
        compare: all ? `everybody, ${spanLabel(span(filters))}` : missing,
      },
      ...kinds.slice(0, 3).map((kind) => {
        const drawn = plot(kind.metrics[0]!, kind, filters);
        const worse = drawn?.points.filter(({ signal }) => signal === "concern").length ?? 0;
        return {
          label: `${kind.label}: worse than chance`,
          value: drawn ? count(worse) : "–",
          compare: drawn
            ? `of ${count(drawn.points.length)} shown; ${count(drawn.points.filter(({ signal }) => signal === "improvement").length)} better`
            : missing,
        };
      }),
    ];
  }

  /** Who lies outside the outer limits. */
  function found(filters: Filters): Finding[] {
    return kinds
      .flatMap((kind) =>
        kind.metrics.flatMap((metric) => {
          const drawn = plot(metric, kind, filters);
          const worse = drawn?.points.filter(({ signal }) => signal === "concern") ?? [];
          if (!drawn || !worse.length || kind.key.endsWith("provider")) return [];
          const named = [...worse].sort((a, b) => b.n - a.n).slice(0, 3);
          return [
            {
              tone: "concern" as const,
              sentence: `${list(named.map(({ label }) => label))}${worse.length > 3 ? ` and ${worse.length - 3} more` : ""}: ${metric.data.label.toLowerCase()} worse than chance explains.`,
              figures: `${list(named.map(({ label, rate: own, n }) => `${label} ${rate(own)} of ${count(n)}`))}; all ${rate(drawn.center)}. ${kind.label}.`,
            },
          ];
        }),
      )
      .slice(0, 4);
  }
}

const score = (met: number, of: number, center: number) =>
  (met / of - center) / Math.sqrt((center * (1 - center)) / of);
