// Metric definitions: one YAML file per grain in models/metrics, each metric declared once. pipeline/metrics/sql.ts turns them
// into the models marts.metric and marts.metric_definition.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { z } from "zod";
import type { DuckDBConnection } from "../duckdb.ts";
import { KeepageError, KeepageErrors, nearest } from "../errors.ts";
import { readYaml } from "../settings/yaml.ts";
import { parseQuery } from "../sql/tree.ts";

const name = z.string().regex(/^[a-z][a-z0-9_]*$/, { error: "is not a name in lower case letters, digits and _" });
const template = z
  .string()
  .regex(/^([a-z0-9_]|\{[a-z]+\})+$/, { error: "is not a name, with {words} from `for` in it" });
const sql = z.union([z.string().min(1), z.boolean()]).transform(String);
const parameter = z.union([z.string(), z.number(), z.boolean()]);

const metricSchema = z.strictObject({
  label: z.string().min(1).describe("Name for people."),
  sentence: z.string().min(1).describe("What it counts, in one sentence."),
  good: z.enum(["up", "down", "neither"]).describe("Direction that is good."),
  format: z.enum(["percent", "days", "count", "dollars"]).describe("How the figure is written."),
  for: z
    .union([z.record(name, z.array(parameter).min(1)), z.array(z.record(name, parameter)).min(1)])
    .optional()
    .describe("Makes one metric for each value; {word} in the other settings stands for it."),
  time: z.string().optional().describe("Date that the row is counted under; `now` for what stands at the as-of day."),
  window: z
    .union([z.int().min(0), z.string().regex(/^\{[a-z]+\}$/)])
    .optional()
    .describe("Days that every row is given; younger rows are immature."),
  eligible: sql.optional().describe("Rows it is about; all, unless told."),
  excluded: sql.optional().describe("Eligible rows left out and shown apart, beside those the grain excludes."),
  immature: sql.optional().describe("Eligible rows whose time has not passed, beside those younger than the window."),
  unknown: sql.optional().describe("Eligible rows of which no source says how they ended."),
  numerator: sql.optional().describe("Rows of the denominator that count."),
  amount: z.string().optional().describe("Whole number to add up instead of counting rows."),
  mean: z.string().optional().describe("Whole number to add up and divide by the rows."),
  value: z
    .string()
    .optional()
    .describe("Whole number whose median and 90th percentile are given; null is not reached."),
  headline: z
    .union([z.boolean(), z.string().regex(/^\{[a-z]+\}$/)])
    .optional()
    .describe("Also by pairs of cuts, by month for cuts of many values, and watched for signals in every cut."),
  source: z.string().optional().describe("Where the definition comes from; ours, unless told."),
  published: z.string().optional().describe("Published figures, with year and population."),
});

const grainSchema = z.strictObject({
  grain: name.describe("What one row is."),
  from: z.string().min(1).describe("Select that gives the rows, with a column for each cut."),
  time: z.string().min(1).describe("Date that a row is counted under, unless the metric says otherwise."),
  excluded: sql.optional().describe("Rows left out of every metric of the grain."),
  cuts: z.array(name).optional().describe("Cuts the rows have as columns."),
  words: z.boolean().optional().describe("These columns hold the values themselves, not codes of marts.cut_value."),
  cuts_of: name.optional().describe("Grain whose cuts the rows share, by its key."),
  key: name.optional().describe("Column that names the row, for grains that share its cuts."),
  metrics: z.record(template, metricSchema),
});

const cutsSchema = z.strictObject({
  cuts: z.record(
    name,
    z.strictObject({
      label: z.string().min(1),
      text: z.boolean().default(false).describe("The column holds the value itself, not a code of marts.cut_value."),
      pairs: z.boolean().default(false).describe("Paired with the other cuts that pair."),
      many: z.boolean().default(false).describe("So many values that only headline metrics are given by month."),
      together: name.optional().describe("Cuts of one word are counted in one pass: their combinations are few."),
      medians: z.enum(["month", "window"]).default("window").describe("Whether medians are also given by month."),
    }),
  ),
});

export interface Cut {
  readonly name: string;
  readonly label: string;
  readonly text: boolean;
  readonly pairs: boolean;
  readonly many: boolean;
  readonly together?: string | undefined;
  readonly medians: "month" | "window";
}

export interface Metric {
  readonly name: string;
  readonly label: string;
  readonly sentence: string;
  readonly good: "up" | "down" | "neither";
  readonly format: "percent" | "days" | "count" | "dollars";
  readonly time: string;
  /** Days of the fixed window; null where rows are complete at once. */
  readonly days: number | null;
  readonly eligible: string;
  readonly excluded: string;
  readonly immature: string;
  readonly unknown: string;
  /** What the figure is: a number of rows, a share of them, a sum over them, that sum for each row, or its quantiles. */
  readonly kind: "count" | "share" | "amount" | "mean" | "value";
  /** Condition of the numerator, or the number that is added up or ranked. */
  readonly expression: string;
  readonly headline: boolean;
  readonly source: string;
  readonly published: string | null;
  /** file:line of the definition */
  readonly place: string;
}

export interface Grain {
  readonly name: string;
  readonly from: string;
  readonly time: string;
  readonly excluded: string;
  readonly cuts: readonly Cut[];
  readonly cutsOf: string | null;
  readonly key: string | null;
  readonly metrics: readonly Metric[];
}

export interface Metrics {
  readonly cuts: readonly Cut[];
  readonly grains: readonly Grain[];
}

/** Names that a definition publishes: a value gives its median and its 90th percentile. */
export function publishedNames({ name: metric, kind }: Metric): string[] {
  return kind === "value" ? [metric, `${metric}_p90`] : [metric];
}

/**
 * Reads the definitions below `dir` (models/metrics); null where there are none.
 * @throws KeepageErrors with file and line of everything that is wrong
 */
export function readMetrics(dir: string): Metrics | null {
  const cutsFile = join(dir, "cuts.yaml");
  if (!existsSync(cutsFile)) return null;
  const cuts: Cut[] = Object.entries(readYaml(cutsFile, cutsSchema).cuts).map(([cut, c]) => ({ name: cut, ...c }));
  const errors: KeepageError[] = [];
  const grains: Grain[] = [];
  const files = readdirSync(dir).filter((file) => file.endsWith(".yaml") && file !== "cuts.yaml");
  for (const file of files.sort()) {
    try {
      grains.push(readGrain(join(dir, file), cuts));
    } catch (error) {
      if (!(error instanceof KeepageErrors)) throw error;
      errors.push(...error.errors);
    }
  }
  const seen = new Map<string, string>();
  for (const { metrics } of grains)
    for (const { name: metric, place } of metrics) {
      const other = seen.get(metric);
      if (other) errors.push(wrong(place, `Metric "${metric}" is defined twice, also at ${other}.`));
      seen.set(metric, place);
    }
  if (errors.length) throw new KeepageErrors(errors);
  for (const { name: grain, cutsOf, metrics } of grains) {
    const parent = grains.find((g) => g.name === cutsOf);
    if (cutsOf && !parent?.key)
      errors.push(wrong(metrics[0]?.place ?? dir, `Grain "${grain}" shares cuts of "${cutsOf}", which names no key.`));
  }
  if (errors.length) throw new KeepageErrors(errors);
  // A grain comes after the one whose cuts it shares.
  return { cuts, grains: grains.sort((a, b) => Number(a.cutsOf !== null) - Number(b.cutsOf !== null)) };
}

const kindsOf = [
  ["share", "numerator"],
  ["amount", "amount"],
  ["mean", "mean"],
  ["value", "value"],
] as const;

function readGrain(path: string, cuts: readonly Cut[]): Grain {
  const declared = readYaml(path, grainSchema);
  const file = relative("", path).startsWith("..") ? path : relative("", path);
  const lines = readFileSync(path, "utf8").split("\n");
  const placeOf = (key: string) =>
    `${file}:${
      Math.max(
        lines.findIndex((line) => line.trim().replaceAll('"', "").startsWith(`${key}:`)),
        0,
      ) + 1
    }`;
  const errors: KeepageError[] = [];
  const own = (declared.cuts ?? []).flatMap((cut) => {
    const known = cuts.find((c) => c.name === cut);
    const near = nearest(
      cut,
      cuts.map((c) => c.name),
    );
    if (!known)
      errors.push(
        wrong(placeOf("cuts"), `cuts.yaml knows no cut "${cut}"${near ? `; the nearest is "${near}"` : ""}.`),
      );
    return known ? [declared.words ? { ...known, text: true } : known] : [];
  });
  const metrics = Object.entries(declared.metrics).flatMap(([pattern, settings]) =>
    spread(settings.for).map((values): Metric => {
      const place = placeOf(pattern);
      const fill = (text: string) =>
        text.replaceAll(/\{([a-z]+)\}/g, (_, word: string) => {
          if (values[word] === undefined) errors.push(wrong(place, `${pattern}: {${word}} is not in its \`for\`.`));
          return String(values[word]);
        });
      const metric = fill(pattern);
      const { format, window } = settings;
      const kinds = kindsOf.filter(([, key]) => settings[key] !== undefined);
      const [kind, key] = kinds[0] ?? ["count", null];
      if (kinds.length > 1)
        errors.push(wrong(place, `${metric}: give one of ${kindsOf.map(([, word]) => word).join(", ")}.`));
      if ((format === "percent") !== (kind === "share"))
        errors.push(wrong(place, `${metric}: a percentage, and nothing else, has a numerator.`));
      return {
        name: metric,
        label: fill(settings.label),
        sentence: fill(settings.sentence),
        good: settings.good,
        format,
        time: fill(settings.time ?? declared.time),
        days: window === undefined ? null : Number(fill(String(window))),
        eligible: fill(settings.eligible ?? "true"),
        excluded: fill(settings.excluded ?? "false"),
        immature: fill(settings.immature ?? "false"),
        unknown: fill(settings.unknown ?? "false"),
        kind,
        expression: key ? fill(settings[key]!) : "true",
        headline: fill(String(settings.headline ?? false)) === "true",
        source: fill(settings.source ?? "ours"),
        published: settings.published === undefined ? null : fill(settings.published),
        place,
      };
    }),
  );
  if (errors.length) throw new KeepageErrors(errors);
  return {
    name: declared.grain,
    from: declared.from.trim(),
    time: declared.time,
    excluded: declared.excluded ?? "false",
    cuts: own,
    cutsOf: declared.cuts_of ?? null,
    key: declared.key ?? null,
    metrics,
  };
}

type Values = Readonly<Record<string, z.output<typeof parameter>>>;

/** { days: [30, 60] } as [{ days: 30 }, { days: 60 }]; several words in every combination. */
function spread(over: z.output<typeof metricSchema>["for"]): Values[] {
  if (over === undefined) return [{}];
  if (Array.isArray(over)) return over;
  return Object.entries(over).reduce<Values[]>(
    (made, [word, values]) => made.flatMap((before) => values.map((value) => ({ ...before, [word]: value }))),
    [{}],
  );
}

function wrong(place: string, what: string): KeepageError {
  return new KeepageError("E201", what, { place });
}

/** Every expression of a metric that cannot be read as SQL. */
export async function lintMetrics(connection: DuckDBConnection, metrics: Metrics): Promise<KeepageError[]> {
  const keys = ["eligible", "excluded", "immature", "unknown", "expression"] as const;
  const expressions = metrics.grains.flatMap((grain) =>
    grain.metrics.flatMap((metric) => keys.map((key) => ({ metric, text: metric[key] }))),
  );
  const parses = await Promise.all(expressions.map(({ text }) => parseQuery(connection, `select (${text})`)));
  return expressions.flatMap(({ metric, text }, n) => {
    const parsed = parses[n]!;
    return "error" in parsed
      ? wrong(metric.place, `${metric.name}: "${text}" cannot be read: ${parsed.error.message}.`)
      : [];
  });
}
