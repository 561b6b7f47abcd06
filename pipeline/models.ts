// The model files: read from models/{staging,core,marts}, linted, and put into the order they are built in.
// A file's path is its table's name: models/core/referral.sql is core.referral.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { contract, entityNames, rawTable } from "./contract.ts";
import { open, rows } from "./duckdb.ts";
import { KeepageError, KeepageErrors, nearest } from "./errors.ts";
import { lintMetrics, type Metrics, readMetrics } from "./metrics/metrics.ts";
import { metricModels } from "./metrics/sql.ts";
import { seedTables } from "./seeds.ts";
import { lint, mayRead } from "./sql/lint.ts";

export { type BuildOptions, buildModels, type ModelResult } from "./build.ts";

export const layers = ["staging", "core", "marts"] as const;
export type Layer = (typeof layers)[number];

export interface Check {
  /** A warning is reported and does not hold back a release. */
  readonly kind: "check" | "warn";
  /** Boolean SQL over one row of the model. As in a SQL CHECK, null passes. */
  readonly expression: string;
  readonly line: number;
}

export interface ModelColumn {
  readonly name: string;
  readonly comment: string;
  readonly line: number;
}

export interface Model {
  /** `layer.table` */
  readonly name: string;
  readonly layer: Layer;
  readonly table: string;
  /** Path to show in messages. */
  readonly file: string;
  /** The file as it is. */
  readonly sql: string;
  readonly comment: string;
  /** Columns that tell one row from another; each is never null. Empty where a staging model declares none. */
  readonly grain: readonly string[];
  readonly grainLine: number;
  readonly checks: readonly Check[];
  readonly materialize: "view" | "table";
  /** Output columns in order with their comments; empty where a star leaves them open (staging only). */
  readonly columns: readonly ModelColumn[];
  /** Tables it reads, its checks included, as `schema.table`, sorted. */
  readonly reads: readonly string[];
}

/** Column types of tables, by table name and column name. */
export type TableTypes = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Columns and types of every `raw` table, keyed `raw.<entity>`: the contract's own. */
export function rawInputs(): TableTypes {
  return Object.fromEntries(entityNames.map((name) => [`raw.${name}`, rawTable(name)]));
}

/** Columns and types of the seed tables, keyed `seeds.<name>`. */
export function seedInputs(seeds: TableTypes = seedTables): TableTypes {
  return Object.fromEntries(Object.entries(seeds).map(([name, columns]) => [`seeds.${name}`, columns]));
}

export interface LoadOptions {
  /** Seed tables, by name; those of pipeline/seeds.ts unless told. */
  readonly seeds?: TableTypes;
}

/**
 * Reads and lints every model below `dir`, in the order they are built in: each after all it reads, otherwise by layer
 * and name. No folder, no models.
 * @throws KeepageErrors with every problem found, each with file and line (E201: wrong, E202: breaks a rule).
 */
export async function loadModels(dir: string, options: LoadOptions = {}): Promise<Model[]> {
  if (options.seeds) return readModels(dir, options);
  // A schedule runs for months: what it has read it reads again only once a file is another.
  const print = fingerprint(dir);
  const known = readBefore.get(dir);
  if (known?.print === print) return known.models;
  const models = await readModels(dir, options);
  readBefore.set(dir, { print, models });
  return models;
}

const readBefore = new Map<string, { print: string; models: Model[] }>();

/** Changes whenever a file below the folder comes, goes or is written. */
function fingerprint(dir: string): string {
  if (!existsSync(dir)) return "";
  const paths = readdirSync(dir, { recursive: true, encoding: "utf8" }).sort();
  return paths.map((path) => `${path}:${statSync(join(dir, path)).mtimeMs}`).join("\n");
}

async function readModels(dir: string, options: LoadOptions): Promise<Model[]> {
  const errors: KeepageError[] = [];
  const metrics = readMetrics(join(dir, "metrics"));
  const files = [...modelFiles(dir, errors), ...compiledModels(dir, metrics)];
  const models: Model[] = [];
  const database = await open(":memory:", { threads: 1 });
  try {
    const unsteady = await unsteadyFunctions(database.connection);
    if (metrics) errors.push(...(await lintMetrics(database.connection, metrics)));
    if (errors.length > 0) throw new KeepageErrors(errors);
    const sources = files.map(({ layer, table, path, sql }) => {
      const file = relative(process.cwd(), path).startsWith("..") ? path : relative(process.cwd(), path);
      return { name: `${layer}.${table}`, layer, table, file, sql: sql ?? readFileSync(path, "utf8") };
    });
    for (const linted of await Promise.all(sources.map((s) => lint(database.connection, s, unsteady)))) {
      errors.push(...linted.errors);
      if (linted.model) models.push(linted.model);
    }
  } finally {
    database.close();
  }
  const known = new Set([
    ...files.map(({ layer, table }) => `${layer}.${table}`),
    ...Object.keys(contract).map((name) => `raw.${name}`),
    ...Object.keys(seedInputs(options.seeds)),
  ]);
  for (const model of models) errors.push(...unknownTables(model, known));
  if (errors.length > 0) throw new KeepageErrors(errors);
  return buildOrder(models);
}

interface ModelFile {
  readonly layer: Layer;
  readonly table: string;
  readonly path: string;
  /** Its text, where it is not the file's own but made from it. */
  readonly sql?: string;
}

/** Models that are made from metric definitions rather than written. */
function compiledModels(dir: string, metrics: Metrics | null): ModelFile[] {
  if (!metrics) return [];
  const path = join(dir, "metrics");
  return metricModels(metrics).map(({ table, sql }) => ({ layer: "marts", table, path, sql }));
}

function modelFiles(dir: string, errors: KeepageError[]): ModelFile[] {
  if (!existsSync(dir)) return [];
  const found: ModelFile[] = [];
  const paths = readdirSync(dir, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".sql"));
  for (const path of paths.sort()) {
    const [folder, file, ...deeper] = path.split(/[\\/]/);
    const layer = layers.find((name) => name === folder);
    const table = file?.slice(0, -".sql".length) ?? "";
    const place = `${join(dir, path)}:1`;
    if (!layer || !file || deeper.length > 0)
      errors.push(
        new KeepageError("E202", "This model stands in no layer.", {
          place,
          todo: "Move the file into models/staging, models/core or models/marts; its path is its table's name.",
        }),
      );
    else if (!/^[a-z][a-z0-9_]*$/.test(table))
      errors.push(
        new KeepageError("E202", `"${table}" is not a table name that needs no quotes.`, {
          place,
          todo: "Name the file in lower case letters, digits and underscores, a letter first.",
        }),
      );
    else found.push({ layer, table, path: join(dir, path) });
  }
  return found;
}

/** Functions whose result is not settled by their arguments, as DuckDB's own catalog marks them. */
async function unsteadyFunctions(connection: Parameters<typeof rows>[0]): Promise<Set<string>> {
  const found = await rows<{ name: string }>(
    connection,
    "select distinct lower(function_name) as name from duckdb_functions() where stability <> 'CONSISTENT'",
  );
  return new Set(found.map(({ name }) => name));
}

function unknownTables(model: Model, known: ReadonlySet<string>): KeepageError[] {
  const unknown = model.reads.filter((name) => {
    const [schema, ...table] = name.split(".");
    if (table.length !== 1 || !mayRead[model.layer].includes(schema!)) return false; // said already, by the lint
    return !known.has(name);
  });
  return unknown.map((name) => {
    const near = nearest(name, known);
    const line = model.sql.split("\n").findIndex((text) => text.toLowerCase().includes(name)) + 1;
    return new KeepageError("E201", `${model.name} reads ${name}, which does not exist.`, {
      place: `${model.file}:${Math.max(line, 1)}`,
      todo: near ? `Did you mean ${near}?` : "Correct the name, or add the model.",
    });
  });
}

/**
 * Models in the order they are built in. Reads of tables outside `models` are no concern here.
 * @throws KeepageError E201 that names the circle, where models read each other in one.
 */
export function buildOrder(models: readonly Model[]): Model[] {
  const byName = new Map(models.map((model) => [model.name, model]));
  const ordered = new Set<Model>();
  const path: Model[] = [];
  const visit = (model: Model) => {
    if (ordered.has(model)) return;
    if (path.includes(model)) {
      const circle = [...path.slice(path.indexOf(model)), model];
      throw new KeepageError("E201", `Models read each other in a circle: ${circle.map((m) => m.name).join(" → ")}.`, {
        place: `${model.file}:1`,
        todo: "Take one of these reads out, or move what both need into a model of its own.",
      });
    }
    path.push(model);
    for (const name of model.reads) {
      const read = byName.get(name);
      if (read) visit(read);
    }
    path.pop();
    ordered.add(model);
  };
  const rank = (model: Model) => `${layers.indexOf(model.layer)} ${model.table}`;
  for (const model of [...models].sort((a, b) => (rank(a) < rank(b) ? -1 : 1))) visit(model);
  return [...ordered];
}

/** The models named and all that they read, in the order given. */
export function withReads(models: readonly Model[], names: readonly string[]): Model[] {
  const wanted = new Set(names);
  for (const model of [...models].reverse())
    if (wanted.has(model.name)) for (const read of model.reads) wanted.add(read);
  return models.filter(({ name }) => wanted.has(name));
}
