// Metrics for the site: each rate by month for everybody and by each cut, as finely as small groups allow. Where what is left out of
// a rate would follow from its exact numbers, the rate is published rounded to a whole percent and its numbers are not.
import { type Counts, finest, type Inside, reaches, type Shown } from "../../pipeline/site/privacy.ts";
import type { Dimension, FactData, Table } from "../components/facts.ts";
import type { MetricData } from "../components/metric.ts";
import type { Calendar } from "./calendar.ts";
import { type CountRow, type Published, publishFact } from "./publish.ts";

/** A row of marts.metric: one month of one metric for everybody (cut "all") or for one value of a cut. */
export interface MetricRow {
  readonly cut: string;
  readonly value: string;
  readonly month: string;
  readonly numerator: number;
  readonly denominator: number;
  readonly immature: number;
  readonly unknown: number;
}

export interface MetricFacts extends Omit<MetricData, "fact" | "end"> {
  /** Metrics of one family count some of the same people inside one another: 30, 60 and 90 days. */
  readonly family?: string | undefined;
  /** Metrics of its family of which neither lies inside the other: the difference of the two is no group of people. */
  readonly crosses?: readonly string[] | undefined;
  /** Steps of its family, where they are not those of all. */
  readonly calendar?: Calendar | undefined;
}

/** Who is excluded by rule (entered in error, a test patient) is in no table of the site, so nothing can be subtracted to find them. */
const parts = ["met", "unmet", "immature", "unknown"] as const;
const levels: readonly Readonly<Record<string, readonly string[]>>[] = [
  { all: parts },
  { met: ["met"], unmet: ["unmet"], left: ["immature", "unknown"] },
  { immature: ["immature"], unknown: ["unknown"] },
];

export interface MetricsOptions {
  readonly limit: number;
  readonly calendar: Calendar;
  readonly dimensions: readonly Dimension[];
  readonly inside?: readonly Inside[];
}

/** Publishes metrics one after the other; those published earlier limit later ones of their family. */
export function metricPublisher({ limit, calendar: common, dimensions, inside }: MetricsOptions) {
  const families = new Map<string, { key: string; counts: Counted[] }[]>();
  return (facts: MetricFacts, rows: readonly MetricRow[]): MetricData => {
    const { family, crosses = [], calendar = common, ...about } = facts;
    const earlier = (families.get(family ?? "") ?? []).filter(({ key }) => !crosses.includes(key));
    const known = Map.groupBy(
      earlier.flatMap((metric) => metric.counts),
      (counts) => `${counts.cut}\0${counts.name}`,
    );
    const byCut = Map.groupBy(rows, (row) => row.cut);
    const taken: Counted[] = [];
    const published = publishFact({
      limit,
      tree: calendar.tree,
      steps: calendar.steps,
      parts,
      levels,
      everybody: (byCut.get("all") ?? []).map(({ value: _, ...row }) => counted(row, calendar)),
      cuts: new Map(
        dimensions
          .filter(({ key }) => byCut.has(key))
          .map((dimension) => [dimension, byCut.get(dimension.key)!.map((row) => counted(row, calendar))]),
      ),
      ...(inside && { inside }),
      reveals: (cut, name, shown, counts, columns) => {
        const now: Counted = { cut, name, shown: new Set(shown), counts, columns };
        const fault = limit > 0 ? nearMiss(now, known.get(`${cut}\0${name}`) ?? [], limit, calendar) : null;
        if (fault === null) taken.push(now);
        return fault;
      },
    });
    if (family !== undefined)
      families.set(family, [...(families.get(family) ?? []), { key: facts.key, counts: latest(taken) }]);
    return {
      ...about,
      end: calendar.end,
      fact: limit > 0 ? withRounded(published, rows, { limit, calendar, dimensions }) : published.data,
    };
  };
}

interface Counted {
  readonly cut: string;
  readonly name: string;
  readonly shown: Shown;
  readonly counts: Counts;
  readonly columns: readonly string[];
}

function counted(row: Omit<MetricRow, "value"> & { value?: string }, calendar: Calendar): CountRow {
  const step = calendar.leaf.get(row.month);
  if (step === undefined) throw new RangeError(`a metric has the month ${row.month}, which the calendar has not`);
  return {
    step,
    ...(row.value !== undefined && { value: row.value }),
    counts: [row.numerator, row.denominator - row.numerator, row.immature, row.unknown],
  };
}

/** What was finally shown: the last word on each cut, name and level. */
function latest(taken: readonly Counted[]): Counted[] {
  return [...new Map(taken.map((entry) => [`${entry.cut}\0${entry.name}\0${entry.columns}`, entry])).values()];
}

/** Counts that lie inside one another and differ by a small number give that number away; the node where they do, or null. */
function nearMiss(now: Counted, earlier: readonly Counted[], limit: number, { tree }: Calendar): number | null {
  for (const other of earlier) {
    for (const node of now.shown) {
      if (!reaches(tree, other.shown, node)) continue;
      for (const mine of sums(now, node))
        for (const theirs of sums(other, node)) {
          const apart = Math.abs(mine - theirs);
          if (apart > 0 && apart < limit) return node;
        }
    }
  }
  return null;
}

/** A metric's counts at a node, and its denominator. */
function sums({ counts, columns }: Counted, node: number): number[] {
  const own = counts[node]!;
  const met = columns.indexOf("met");
  return met < 0 ? [...own] : [...own, own[met]! + own[columns.indexOf("unmet")]!];
}

/** Adds the column "about", whole percents, at the finest steps where the exact numbers are withheld but would not be small. */
function withRounded(published: Published, rows: readonly MetricRow[], options: MetricsOptions): FactData {
  const { limit, calendar } = options;
  const { tree } = calendar;
  const tables: Record<string, Table> = {};
  const byName = Map.groupBy(rows, (row) => `${row.cut}\0${row.cut === "all" ? "" : row.value}`);
  for (const [key, table] of Object.entries(published.data.tables)) {
    const dimension = options.dimensions.find((one) => one.key === key);
    const step = [...table.step];
    const value = table.value && [...table.value];
    const columns = Object.fromEntries(Object.entries(table.counts).map(([name, of]) => [name, [...of]]));
    const about: (number | null)[] = step.map(() => null);
    const exactly = new Map<number, Set<number>>();
    table.step.forEach((node, row) => {
      if (table.counts.met?.[row] == null) return;
      const code = table.value?.[row] ?? 0;
      exactly.set(code, (exactly.get(code) ?? new Set()).add(node));
    });
    for (const [code, name] of (dimension?.values ?? [""]).entries()) {
      const cut = dimension ? key : "";
      const all = published.shown(cut, name);
      if (!all) continue;
      const counts = split(byName.get(`${key}\0${name}`) ?? [], calendar);
      const exact = exactly.get(code) ?? new Set<number>();
      for (const node of finest(tree, counts, Math.max(limit, 1), [all])) {
        const [met, unmet] = counts[node]! as [number, number];
        if (reaches(tree, exact, node) || met < limit || unmet < limit) continue;
        const percent = Math.round((100 * met) / (met + unmet));
        if (!ambiguous(published.counts(cut, name)![node]![0]!, percent, limit)) continue;
        step.push(node);
        value?.push(code);
        for (const values of Object.values(columns)) values.push(null);
        about.push(percent);
      }
    }
    tables[key] = { step, ...(value && { value }), counts: { ...columns, about } };
  }
  return { ...published.data, tables };
}

/** Whether a rounded rate of people whose number is known leaves at least three possibilities for how many were left out. */
function ambiguous(all: number, percent: number, limit: number): boolean {
  let possible = 0;
  for (let left = 0; left <= all - 2 * limit && possible < 3; left++) {
    const of = all - left;
    const met = Math.round((percent * of) / 100);
    const fits = [met - 1, met, met + 1].some(
      (n) => n >= limit && of - n >= limit && Math.round((100 * n) / of) === percent,
    );
    if (fits) possible++;
  }
  return possible >= 3;
}

/** Met and unmet per node. */
function split(rows: readonly MetricRow[], { tree, leaf }: Calendar): number[][] {
  const counts = tree.parent.map(() => [0, 0]);
  for (const { month, numerator, denominator } of rows) {
    for (let node = leaf.get(month)!; node >= 0; node = tree.parent[node]!) {
      counts[node]![0]! += numerator;
      counts[node]![1]! += denominator - numerator;
    }
  }
  return counts;
}
