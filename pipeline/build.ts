// Builds models in order: types checked, table made, comments written, checks run; a SQL error is shown in the file's line.
import { type CheckResult, checkErrors, runChecks } from "./checks.ts";
import { type DuckDBConnection, identifier, literal, rows } from "./duckdb.ts";
import { KeepageError, KeepageErrors, ofMachine } from "./errors.ts";
import { buildOrder, type Model, type TableTypes } from "./models.ts";
import { failureColumn, sqlFailure } from "./sql/failure.ts";
import { excerpt } from "./sql/text.ts";

export interface ModelResult {
  readonly name: string;
  /** Null for a view that has no checks: counting would run it. */
  readonly rows: number | null;
  readonly checks: readonly CheckResult[];
  readonly seconds: number;
}

export interface BuildOptions {
  /** A second connection to the same database: two models are then built side by side where neither needs the other. */
  readonly beside?: DuckDBConnection;
  /** In how many parts the referrals' histories are derived, so that memory holds one part at a time; 1 unless told. */
  readonly slices?: number;
  /** Called when a model is begun: how many of all are built, and which is next. */
  readonly onProgress?: (done: number, total: number, what: string) => void;
  /** Called when it stands. */
  readonly onModel?: (built: ModelResult) => void;
  /** throw (default): blocking failures end the build, once all models stand; report: they are in the result only. */
  readonly checks?: "throw" | "report" | "skip";
}

/**
 * Builds models in the order given. Names such as `raw.x`, `seeds.x`, `staging.x` must resolve on the connection, as
 * schemas or as attached databases; missing schemas for the models' own layers are made. Where a database `scratch` is
 * attached, staging tables are kept there behind a view, so that dropping the schema leaves nothing of them in the file.
 * @throws KeepageError E201 at the first model whose SQL fails or whose columns have a type its layer may not hold;
 *   KeepageErrors E203 with every blocking check that fails, after all models are built
 */
export async function buildModels(
  connection: DuckDBConnection,
  models: readonly Model[],
  options: BuildOptions = {},
): Promise<ModelResult[]> {
  await makeLayers(connection, models);
  const results = new Map<Model, ModelResult>();
  const scratch = await isAttached(connection, "scratch");
  const readers = readersOf(models);
  const lanes = options.beside ? [connection, options.beside] : [connection];
  const check = options.checks !== "skip";
  const parts = partsOf(models, options.slices ?? 1);
  const total = parts.reduce((sum, { part }) => sum + part.length, 0);
  let begun = 0;
  for (const { part, slice, of } of parts) {
    if (of > 1) await setSlice(connection, slice, of);
    const last = slice === of;
    // What all slices read stays until the last of them has read it.
    const reading = last ? readers : readersOf(part);
    await inOrderOfNeed(part, lanes, async (lane, model) => {
      const started = performance.now();
      options.onProgress?.(begun++, total, of > 1 ? `${model.name}, part ${slice} of ${of}` : model.name);
      const append = slice > 1 && model.layer !== "staging";
      await makeTable(lane, model, models, { append, scratch });
      const proof = check && (last || model.layer === "staging") ? await prove(lane, model) : { rows: 0, checks: [] };
      if (scratch) await dropRead(lane, model, reading);
      const seconds = (performance.now() - started) / 1000;
      const done = together(results.get(model), { name: model.name, ...proof, seconds }, model);
      results.set(model, done);
      if (last) options.onModel?.(done);
    });
  }
  const built = models.map((model) => results.get(model)!);
  await writeComments(connection, models);
  await checkTypes(connection, models);
  const failed = (options.checks ?? "throw") === "throw" ? checkErrors(built.flatMap(({ checks }) => checks)) : [];
  if (failed.length > 0) throw new KeepageErrors(failed);
  return built;
}

interface Part {
  readonly part: readonly Model[];
  /** From 1. */
  readonly slice: number;
  readonly of: number;
}

/**
 * The models in the order they are built: what every slice needs, then slice by slice what reads seeds.slice, directly or through
 * staging, then the rest. In one slice all is one part.
 * @throws KeepageError E201 where a model of a slice needs one that needs all slices
 */
export function partsOf(models: readonly Model[], slices: number): Part[] {
  const byName = new Map(models.map((model) => [model.name, model]));
  const sliced = new Set<Model>();
  const rest = new Set<Model>();
  for (const model of buildOrder(models)) {
    const reads = model.reads.flatMap((name) => byName.get(name) ?? []);
    const inSlices = reads.filter((read) => sliced.has(read));
    const whole = reads.find((read) => rest.has(read));
    if (model.reads.includes("seeds.slice") || inSlices.some(({ layer }) => layer === "staging")) {
      if (whole)
        throw new KeepageError(
          "E201",
          `${model.name} is derived slice by slice, but reads ${whole.name}, which needs all of them.`,
          {
            place: `${model.file}:1`,
            todo: "Read what each slice has in staging, or move the reading into a model of its own.",
          },
        );
      sliced.add(model);
    } else if (inSlices.length > 0 || whole) rest.add(model);
  }
  if (slices === 1) return [{ part: models, slice: 1, of: 1 }];
  const of = (wanted: (model: Model) => boolean) => models.filter(wanted);
  const part = of((model) => sliced.has(model));
  return [
    { part: of((model) => !sliced.has(model) && !rest.has(model)), slice: 1, of: 1 },
    ...Array.from({ length: slices }, (_, n) => ({ part, slice: n + 1, of: slices })),
    { part: of((model) => rest.has(model)), slice: 1, of: 1 },
  ];
}

/** Lets seeds.slice name the nth part of all numbers that hash() gives. */
async function setSlice(connection: DuckDBConnection, slice: number, of: number): Promise<void> {
  const bound = (n: number) => (BigInt(n) << 64n) / BigInt(of);
  await connection.run(`update seeds.slice set first_no = ${bound(slice - 1)}, last_no = ${bound(slice) - 1n}`);
}

/** A model's results of several slices as one: staging counts each slice's own rows, core is counted once it is whole. */
function together(before: ModelResult | undefined, now: ModelResult, { layer }: Model): ModelResult {
  if (!before) return now;
  const checks = now.checks.map((check, n) => {
    const earlier = before.checks[n];
    return earlier && earlier.failing > check.failing ? earlier : check;
  });
  const rows = layer === "staging" && before.rows !== null && now.rows !== null ? before.rows + now.rows : now.rows;
  return { ...now, rows, checks, seconds: before.seconds + now.seconds };
}

/**
 * Gives each model to the first lane that is free once all that the model reads stands; of several, the first in order.
 * After a failure no model is begun; it is thrown when every lane has ended.
 */
async function inOrderOfNeed(
  models: readonly Model[],
  lanes: readonly DuckDBConnection[],
  build: (lane: DuckDBConnection, model: Model) => Promise<void>,
): Promise<void> {
  const waiting = [...models];
  const missing = new Set(models.map(({ name }) => name));
  let turn = Promise.withResolvers<void>();
  const work = async (lane: DuckDBConnection) => {
    while (waiting.length > 0) {
      const next = waiting.findIndex(({ reads }) => !reads.some((name) => missing.has(name)));
      if (next < 0) {
        await turn.promise;
        continue;
      }
      const [model] = waiting.splice(next, 1);
      try {
        await build(lane, model!);
        missing.delete(model!.name);
      } catch (error) {
        waiting.length = 0;
        throw error;
      } finally {
        turn.resolve();
        turn = Promise.withResolvers();
      }
    }
  };
  for (const end of await Promise.allSettled(lanes.map(work))) if (end.status === "rejected") throw end.reason;
}

/** For each staging table the models that read it, directly or through views. */
function readersOf(models: readonly Model[]): Map<Model, Set<Model>> {
  const byName = new Map(models.map((model) => [model.name, model]));
  const readers = new Map<Model, Set<Model>>();
  const read = (reader: Model, model: Model) => {
    for (const name of model.reads) {
      const source = byName.get(name);
      if (source?.materialize === "view") read(reader, source);
      else if (source?.layer === "staging") readers.set(source, (readers.get(source) ?? new Set()).add(reader));
    }
  };
  for (const model of models) read(model, model);
  return readers;
}

/** Drops the scratch tables that this model was the last to read: their memory is worth more to those that follow. */
async function dropRead(connection: DuckDBConnection, model: Model, readers: Map<Model, Set<Model>>): Promise<void> {
  for (const [source, waiting] of readers) {
    if (!waiting.delete(model) || waiting.size > 0) continue;
    await connection.run(`drop view ${source.name}; drop table scratch.main.${source.table}`);
  }
}

/** Makes the tables that models start from, without rows: enough to bind every model. */
export async function makeInputs(connection: DuckDBConnection, ...inputs: readonly TableTypes[]): Promise<void> {
  const tables = inputs.flatMap((types) => Object.entries(types));
  const schemas = new Set(tables.map(([name]) => name.split(".")[0]!));
  const statements = [...schemas].map((schema) => `create schema if not exists ${schema}`);
  for (const [name, columns] of tables) {
    const list = Object.entries(columns).map(([column, type]) => `${identifier(column)} ${type}`);
    statements.push(`create table ${name} (${list.join(", ")})`);
  }
  await connection.run(statements.join(";\n"));
}

/** Whether a database is attached under this name. */
async function isAttached(connection: DuckDBConnection, name: string): Promise<boolean> {
  const found = await rows(connection, "select 1 from duckdb_databases() where database_name = $1", [name]);
  return found.length > 0;
}

async function makeLayers(connection: DuckDBConnection, models: readonly Model[]): Promise<void> {
  const databases = await rows<{ name: string }>(connection, "select database_name as name from duckdb_databases()");
  for (const layer of new Set(models.map((model) => model.layer)))
    if (!databases.some(({ name }) => name === layer)) await connection.run(`create schema if not exists ${layer}`);
}

interface Making {
  /** Whether this is a further slice of a table that stands. */
  readonly append: boolean;
  /** Whether there is a database `scratch` for staging tables. */
  readonly scratch: boolean;
}

/** Makes a model's table or view, or adds a slice to it. */
async function makeTable(
  connection: DuckDBConnection,
  model: Model,
  models: readonly Model[],
  { append, scratch }: Making,
): Promise<void> {
  const { name, materialize, sql } = model;
  const apart = scratch && materialize === "table" && model.layer === "staging";
  const target = apart ? `scratch.main.${model.table}` : name;
  // On one line with the file's first, so that DuckDB's line numbers are the file's.
  const prefix = append ? `insert into ${target} ` : `create or replace ${materialize} ${target} as `;
  try {
    await connection.run(prefix + sql);
  } catch (error) {
    throw await located(connection, error, prefix, model, models);
  }
  if (apart) await connection.run(`create or replace view ${name} as select * from ${target}`);
}

/** Counts a table's rows and runs its checks. A view without checks is not counted: counting would run it. */
async function prove(connection: DuckDBConnection, model: Model): Promise<Pick<ModelResult, "rows" | "checks">> {
  if (model.grain.length + model.checks.length > 0) return runChecks(connection, model);
  if (model.materialize === "view") return { rows: null, checks: [] };
  const [counted] = await rows(connection, `select count(*) as n from ${model.name}`);
  return { rows: Number(counted!.n), checks: [] };
}

const plainTypes = /^(INTEGER|DOUBLE|DECIMAL\(\d+,\d+\)|VARCHAR|BOOLEAN|DATE|TIMESTAMP)$/;

/** What to write instead of a type that core and marts do not hold. */
const instead: readonly (readonly [RegExp, string])[] = [
  [/^(U?BIGINT|U?HUGEINT|U?SMALLINT|U?TINYINT|UINTEGER)$/, "INTEGER"],
  [/^FLOAT$/, "DOUBLE"],
  [/^TIMESTAMP/, "TIMESTAMP"],
  [/^(ENUM|UUID|JSON|TIME)/, "VARCHAR"],
  [/^INTERVAL$/, "DOUBLE, as a number of days"],
];

/**
 * Core and marts hold types that survive the way to JavaScript and to another engine. Read from the catalog at once, for all models:
 * asking each model beforehand would plan it twice.
 */
async function checkTypes(connection: DuckDBConnection, models: readonly Model[]): Promise<void> {
  const byName = new Map(models.filter(({ layer }) => layer !== "staging").map((model) => [model.name, model]));
  const columns = await rows<{ table: string; column: string; type: string; place: number }>(
    connection,
    `select schema_name || '.' || table_name as "table", column_name as "column", data_type as type, column_index - 1 as place
     from duckdb_columns() where database_name = current_database() and schema_name in ('core', 'marts') order by all`,
  );
  const errors = columns.flatMap(({ table, column, type, place }) => {
    const model = byName.get(table);
    if (!model || plainTypes.test(type)) return [];
    const cast = instead.find(([pattern]) => pattern.test(type))?.[1];
    return new KeepageError("E201", `Column ${column} of ${table} is ${type}.`, {
      place: `${model.file}:${model.columns[place]?.line ?? 1}`,
      todo: cast
        ? `Cast it to ${cast}.`
        : "Core and marts hold INTEGER, DOUBLE, DECIMAL, VARCHAR, BOOLEAN, DATE and TIMESTAMP; give each part a column.",
    });
  });
  if (errors.length > 0) throw errors.length === 1 ? errors[0]! : new KeepageErrors(errors);
}

/** What stands between a table's comment and its grain in the warehouse, where a shell shows both. */
export const grainMark = "\n\nGrain: ";

/** Comments of core and marts, which stay in the warehouse, in one transaction: each commit waits for the disk. */
async function writeComments(connection: DuckDBConnection, models: readonly Model[]): Promise<void> {
  const statements = ["begin"];
  for (const { name, materialize, grain, comment, columns } of models.filter(({ layer }) => layer !== "staging")) {
    const key = grain.length > 0 ? `${grainMark}${grain.join(", ")}` : "";
    statements.push(`comment on ${materialize} ${name} is ${literal(comment + key)}`);
    for (const column of columns)
      if (column.comment)
        statements.push(`comment on column ${name}.${identifier(column.name)} is ${literal(column.comment)}`);
  }
  await connection.run([...statements, "commit"].join(";\n"));
}

/** Errors that rows raise, rather than the text of the query. */
const dataFailure = /^(Conversion|Out of Range|Invalid Input)$/;

/** The error in terms of the model file: its line, the line's text and a caret. `prefix` stood before the file's text. */
export async function located(
  connection: DuckDBConnection,
  error: unknown,
  prefix: string,
  model: Model,
  models: readonly Model[],
): Promise<Error> {
  // A full disk or memory is no fault of the model, but where it was full is worth knowing.
  const refused = ofMachine(error);
  if (refused) return new KeepageError(refused.code, `${model.name}: ${refused.message}`, { cause: error });
  const failure = sqlFailure(error);
  // Where a row fails inside a view, DuckDB gives the place in the view's text: find the view that fails alone.
  if (dataFailure.test(failure.kind)) {
    for (const view of models.filter(({ name, materialize }) => materialize === "view" && model.reads.includes(name))) {
      const alone = "select max(hash(v)) from (";
      try {
        await rows(connection, `${alone}${view.sql.replace(/;\s*$/, "")}\n) as v`);
      } catch (inner) {
        return located(connection, inner, alone, view, models);
      }
    }
  }
  const { line } = failure;
  const text = line === undefined ? undefined : model.sql.split("\n")[line - 1];
  if (line === undefined || text === undefined)
    return new KeepageError("E201", `${model.name}: ${failure.message}`, { place: `${model.file}:1`, cause: error });
  const before = line === 1 ? prefix : "";
  const column = failureColumn(failure, before + text);
  const shown = excerpt(model.sql, line, column === undefined ? undefined : Math.max(0, column - before.length));
  return new KeepageError("E201", `${model.name}: ${failure.message}\n${shown}`, {
    place: `${model.file}:${line}`,
    cause: error,
  });
}
