// Metrics for the site: each rate by month for everybody and by each cut, as finely as small groups allow. Where what is left out of
// a rate would follow from its exact numbers, the rate is published rounded to a whole percent and its numbers are not.
import { type Decision, finest, type Inside, reaches } from "../../pipeline/site/privacy.ts";
import type { Together } from "../../pipeline/site/together.ts";
import type { Dimension, FactData, Table } from "../components/facts.ts";
import type { MetricData } from "../components/metric.ts";
import type { Calendar } from "./calendar.ts";
import { type CountRow, type Level, type PartOf, type Published, publishFact } from "./publish.ts";

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
  /** Other figures of the same people: what is published earlier limits what comes later. */
  readonly together?: Together | undefined;
  /** Names that lie inside others among these people. */
  readonly inside?: readonly Inside[] | undefined;
  /** What is published of the metric already. */
  readonly settled?: readonly Decision[] | undefined;
  /** Steps of its family, where they are not those of all. */
  readonly calendar?: Calendar | undefined;
}

/** Who is excluded by rule (entered in error, a test patient) is in no table of the site, so nothing can be subtracted to find them. */
const parts = ["met", "unmet", "immature", "unknown"] as const;
export const levels: readonly Level[] = [
  { all: parts },
  { met: ["met"], unmet: ["unmet"], left: ["immature", "unknown"] },
  { immature: ["immature"], unknown: ["unknown"] },
];

export interface MetricsOptions {
  readonly limit: number;
  readonly calendar: Calendar;
  readonly dimensions: readonly Dimension[];
  readonly tells?: PartOf["tells"];
}

/** Publishes metrics one after the other. */
export function metricPublisher({ limit, calendar: common, dimensions, tells }: MetricsOptions) {
  return (facts: MetricFacts, rows: readonly MetricRow[]): { data: MetricData; decisions: readonly Decision[] } => {
    const { together, inside, settled, calendar = common, ...about } = facts;
    const byCut = Map.groupBy(rows, (row) => row.cut);
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
      settled,
      family: together && { together, groups: parts.map((part) => `${facts.key}.${part}`), ...(tells && { tells }) },
    });
    const fact = limit > 0 ? withRounded(published, rows, { limit, calendar, dimensions }) : published.data;
    return { data: { ...about, end: calendar.end, fact }, decisions: published.decisions };
  };
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

/**
 * Whether a rounded rate of people whose number is known leaves it open how many were left out: at least three numbers are possible,
 * and one of them is nobody or enough people.
 */
function ambiguous(all: number, percent: number, limit: number): boolean {
  let possible = 0;
  let harmless = false;
  for (let left = 0; left <= all - 2 * limit && !(possible >= 3 && harmless); left++) {
    const of = all - left;
    const met = Math.round((percent * of) / 100);
    const fits = [met - 1, met, met + 1].some(
      (n) => n >= limit && of - n >= limit && Math.round((100 * n) / of) === percent,
    );
    if (!fits) continue;
    possible++;
    harmless ||= left === 0 || left >= limit;
  }
  return possible >= 3 && harmless;
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
