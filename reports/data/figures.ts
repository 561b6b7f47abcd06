// The figures of a page: metrics of marts.metric with their words from marts.metric_definition, as shares, counts or days, each as
// finely as small groups allow. Pages name the metrics they show; everything else is the same for all.
import type { FactData, Table } from "../components/facts.ts";
import type { CountData, DaysData, DaysTable, FiguresData } from "../components/figures.ts";
import type { MetricData } from "../components/metric.ts";
import { monthNumber } from "./calendar.ts";
import { fileOf, withCube } from "./cubes.ts";
import { familiesOf } from "./families.ts";
import { familyOf } from "./kinds.ts";
import { type MetricRow, metricPublisher } from "./metrics.ts";
import { publishFact } from "./publish.ts";
import { signals } from "./signals.ts";
import { countedKeys, cutKeys, type Site } from "./site.ts";

export interface FigureNames {
  /** Shares; those that matter most first: they are shown most finely where groups are small. */
  readonly shares?: readonly string[];
  readonly counts?: readonly string[];
  /** Medians and 90th percentiles of days. */
  readonly days?: readonly string[];
}

/** Shares of the same things counted one inside another limit each other, whatever page they stand on. */
const publishers = new WeakMap<Site, ReturnType<typeof metricPublisher>>();
const published = new WeakMap<Site, Map<string, ReturnType<ReturnType<typeof metricPublisher>>>>();

/** How a share is published on every page that shows it. */
export const settled = (site: Site, name: string) => published.get(site)?.get(name)?.decisions;

export async function figures(site: Site, names: FigureNames): Promise<FiguresData> {
  const { shares = [], counts = [], days = [] } = names;
  const families = await familiesOf(site);
  const wanted = [...shares, ...counts, ...days.flatMap((name) => [name, `${name}_p90`])];
  if (wanted.length === 0) return { shares: [], counts: [], days: [], signals: [] };
  const definitions = new Map(
    (await site.db.selectFrom("marts.metric_definition").selectAll().where("metric", "in", wanted).execute()).map(
      (row) => [row.metric, row],
    ),
  );
  const define = (name: string) => {
    const found = definitions.get(name);
    if (!found) throw new Error(`marts.metric_definition has no metric "${name}"`);
    return found;
  };
  const about = (name: string) => {
    const { label, sentence, good, window_days: days, eligible, numerator, target } = define(name);
    return {
      key: name,
      label: label ?? name,
      definition: sentence ?? "",
      better: good === "up" ? ("higher" as const) : good === "down" ? ("lower" as const) : ("neither" as const),
      maturityDays: days === null ? 0 : days + site.run.lagDays,
      numerator: numerator ?? "",
      denominator: eligible ?? "",
      target,
    };
  };
  const rows = await read(site, [...shares, ...counts]);
  const done = published.get(site) ?? new Map();
  published.set(site, done);
  const publish =
    publishers.get(site) ??
    metricPublisher({
      limit: site.limit,
      calendar: site.calendar,
      dimensions: [...site.dimensions.values(), ...site.contacts],
      // Of names only rates and their numbers are told, of everybody also what was left out.
      tells: (cut, column) => cut === "" || column === "met" || column === "unmet",
    });
  publishers.set(site, publish);
  const told: MetricData[] = [];
  for (const name of shares) {
    const { grain, counted_by } = define(name);
    const family = `${grain} by ${counted_by}`;
    const metric =
      done.get(name) ??
      publish(
        { ...about(name), calendar: families.get(family), ...(await familyOf(site, family, name)) },
        rows.get(name) ?? [],
      );
    done.set(name, metric);
    const columns = { met: [`${name}.met`], unmet: [`${name}.unmet`] };
    told.push({ ...metric.data, fact: withCube(site, slim(metric.data.fact), fileOf(family), columns) });
  }
  return {
    shares: told,
    signals: await signals(site, told),
    counts: counts.map((name): CountData => ({ ...about(name), fact: countFact(site, rows.get(name) ?? []) })),
    days: await Promise.all(
      days.map(async (name): Promise<DaysData> => {
        const { grain, counted_by } = define(name);
        // Medians do not add up: they are taken anew from the days of all who have the chosen names.
        const cube = site.limit === 0 && { cube: { file: fileOf(`${grain} by ${counted_by}`), column: name } };
        return { ...about(name), ...(await daysOf(site, name)), ...cube };
      }),
    ),
  };
}

/** Months of these metrics for everybody and by each cut of the site; what lies outside the calendar is an error of a source. */
async function read(site: Site, names: readonly string[]): Promise<Map<string, MetricRow[]>> {
  if (names.length === 0) return new Map();
  const rows = await site.db
    .selectFrom("marts.metric")
    .select(["metric", "cut", "value", "month", "numerator", "denominator", "immature", "unknown"])
    .where("period", "=", "month")
    .where("metric", "in", names)
    .where("cut", "in", ["total", ...countedKeys])
    .orderBy("metric")
    .orderBy("cut")
    .orderBy("value")
    .orderBy("month")
    .execute();
  return Map.groupBy(
    rows
      .filter(({ month }) => site.calendar.leaf.has(month))
      .map((row) => ({
        ...row,
        cut: row.cut === "total" ? "all" : row.cut,
        numerator: row.numerator ?? 0,
        denominator: row.denominator ?? 0,
        immature: row.immature ?? 0,
        unknown: row.unknown ?? 0,
      })),
    (row) => row.metric,
  );
}

/** Readers of one name need the rate and its numbers; what was left out is told for everybody. */
function slim(fact: FactData): FactData {
  const tables = Object.entries(fact.tables).map(([key, table]): [string, Table] => {
    if (key === "all") return [key, table];
    const kept = ["met", "unmet", "about"].filter((name) => table.counts[name]);
    const rows = table.step.map((_, row) => row).filter((row) => kept.some((name) => table.counts[name]![row] != null));
    return [
      key,
      {
        step: rows.map((row) => table.step[row]!),
        value: rows.map((row) => table.value![row]!),
        counts: Object.fromEntries(kept.map((name) => [name, rows.map((row) => table.counts[name]![row]!)])),
      },
    ];
  });
  return { ...fact, tables: Object.fromEntries(tables) };
}

function countFact(site: Site, rows: readonly MetricRow[]): FactData {
  const byCut = Map.groupBy(rows, (row) => row.cut);
  const counted = (row: MetricRow, value?: string) => ({
    step: site.calendar.leaf.get(row.month)!,
    ...(value !== undefined && { value }),
    counts: [row.numerator],
  });
  return publishFact({
    limit: site.limit,
    tree: site.calendar.tree,
    steps: site.calendar.steps,
    parts: ["count"],
    everybody: (byCut.get("all") ?? []).map((row) => counted(row)),
    cuts: new Map(
      [...site.dimensions.values()]
        .filter(({ key }) => byCut.has(key))
        .map((dimension) => [dimension, byCut.get(dimension.key)!.map((row) => counted(row, row.value))]),
    ),
    inside: site.inside,
  }).data;
}

/**
 * Medians and 90th percentiles. A quantile is shown only where at least the limit of people stand on either side of it, so that it
 * is nobody's own number: twice the limit for a median, ten times for a 90th percentile.
 */
async function daysOf(site: Site, name: string): Promise<Pick<DaysData, "steps" | "tables">> {
  const rows = await site.db
    .selectFrom("marts.metric")
    .select(["metric", "cut", "value", "period", "month", "denominator", "rate"])
    .where("metric", "in", [name, `${name}_p90`])
    .where("period", "in", ["month", "last 12 months", "now"])
    .where("cut", "in", ["total", ...cutKeys])
    .orderBy("cut")
    .orderBy("value")
    .orderBy("period")
    .orderBy("month")
    .execute();
  const least = Math.max(site.limit, 1);
  const steps: { label: string; low: number; high: number }[] = [];
  const stepOf = new Map<string, number>();
  const tables: Record<string, DaysTable> = {};
  for (const [cut, of] of Map.groupBy(rows, (row) => row.cut)) {
    const dimension = cut === "total" ? undefined : site.dimensions.get(cut as (typeof cutKeys)[number]);
    const table = {
      step: [] as number[],
      value: [] as number[],
      median: [] as (number | null)[],
      p90: [] as (number | null)[],
    };
    const groups = Map.groupBy(of, (row) => `${row.period}\0${row.month}\0${row.value}`);
    for (const group of groups.values()) {
      const { period, month, value } = group[0]!;
      const people = group[0]!.denominator ?? 0;
      if (people < 2 * least) continue;
      if (period === "month" && !site.calendar.leaf.has(month)) continue;
      const code = dimension ? dimension.values.indexOf(value) : 0;
      if (code < 0) continue;
      const key = period === "month" ? month : period;
      let step = stepOf.get(key);
      if (step === undefined) {
        const high = monthNumber(month) + 1;
        const low = period === "month" ? high - 1 : period === "now" ? high : high - 12;
        step = steps.push({ label: period, low, high }) - 1;
        stepOf.set(key, step);
      }
      table.step.push(step);
      table.value.push(code);
      table.median.push(group.find(({ metric }) => metric === name)?.rate ?? null);
      table.p90.push(people < 10 * least ? null : (group.find(({ metric }) => metric !== name)?.rate ?? null));
    }
    tables[cut === "total" ? "all" : cut] = table;
  }
  return { steps, tables };
}
