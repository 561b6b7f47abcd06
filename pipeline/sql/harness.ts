// Worked examples of models: given these rows, expect those. Tables are aligned text that a clinician can review.
//
//     await expectModel("core.referral_span", {
//       given: { "core.referral_event": `
//         referral_key | axis    | value | ...
//         epic:1       | request | new   | ...` },
//       expect: `...`,
//     });
import { join } from "node:path";
import { buildModels, located, makeInputs } from "../build.ts";
import { runChecks } from "../checks.ts";
import { home } from "../config.ts";
import { type DuckDBConnection, identifier, literal, open, rows } from "../duckdb.ts";
import { KeepageError, KeepageErrors, nearest } from "../errors.ts";
import { loadModels, type Model, rawInputs, seedInputs, type TableTypes } from "../models.ts";
import { lastNumber } from "../seeds.ts";
import { compareRows, formatTable, parseTable, type TextTable } from "./texttable.ts";

export type Given = Readonly<Record<string, string>>;

export interface Example {
  /**
   * Rows by table, as text. Columns left out are null, tables left out are empty.
   * Where every table is one that the model itself reads, that model alone runs; otherwise all that stand between run.
   */
  readonly given: Given;
  /** Rows of the model; columns left out may hold anything. A first line alone expects no rows. */
  readonly expect: string;
  /** The rows must come in this order. */
  readonly ordered?: boolean;
  /** Checks that fail, by their text (the grain as "grain"); [] for none. Not run where this is left out. */
  readonly failing?: readonly string[];
}

/** Several models from the same rows; every model between the given tables and these runs. */
export interface ChainExample {
  readonly given: Given;
  readonly expect: Given;
}

export interface HarnessOptions {
  /** Folder of the models, or the models; those that ship unless told. */
  readonly models?: string | readonly Model[];
  /** Seed tables by name; those of pipeline/seeds.ts unless told. */
  readonly seeds?: TableTypes;
  /** Rows for each example whose models read the table and which gives none itself, such as `seeds.run`. */
  readonly given?: Given;
}

export interface Harness {
  /** Throws an Error with the rows that differ, or one that says what is wrong with the example. */
  expectModel(name: string, example: Example): Promise<void>;
  expectModels(example: ChainExample): Promise<void>;
  /** Rows of a model as text by column, for examples that need more than a comparison; `chain` runs all models between. */
  rowsOf(name: string, given: Given, chain?: boolean): Promise<Record<string, string | null>[]>;
  close(): void;
}

/** Opens an empty warehouse. Models are made in it, without rows, when an example first needs them. About 10 ms an example. */
export async function openHarness(options: HarnessOptions = {}): Promise<Harness> {
  const { models = join(home, "models"), seeds } = options;
  const loaded = typeof models === "string" ? await load(models, seeds) : models;
  const database = await open(":memory:", { threads: 1 });
  await makeInputs(database.connection, rawInputs(), seedInputs(seeds));
  if (seeds === undefined) await database.connection.run(`insert into seeds.slice values (0, ${lastNumber})`);
  const tables = [...Object.keys(rawInputs()), ...Object.keys(seedInputs(seeds)), ...loaded.map(({ name }) => name)];
  const bench = new Bench(database.connection, loaded, new Set(tables), options.given ?? {});
  return {
    expectModel: (name, example) =>
      bench.run({ [name]: example.expect }, example.given, async (connection) => {
        await bench.compare(name, example.expect, example.ordered ?? false);
        if (example.failing) await bench.compareChecks(connection, name, example.failing);
      }),
    expectModels: ({ given, expect }) =>
      bench.run(
        expect,
        given,
        async () => {
          for (const [name, rowsExpected] of Object.entries(expect)) await bench.compare(name, rowsExpected, false);
        },
        true,
      ),
    rowsOf: (name, given, chain = false) =>
      bench.run(
        { [name]: "" },
        given,
        (connection) => rows<Record<string, string | null>>(connection, `select columns(*)::varchar from ${name}`),
        chain,
      ),
    close: () => database.close(),
  };
}

async function load(dir: string, seeds: TableTypes | undefined): Promise<Model[]> {
  try {
    return await loadModels(dir, seeds === undefined ? {} : { seeds });
  } catch (error) {
    throw withPlaces(error);
  }
}

/** A test runner shows the message alone: it has to say file and line. */
function withPlaces(error: unknown): unknown {
  const errors = error instanceof KeepageErrors ? error.errors : error instanceof KeepageError ? [error] : [];
  if (errors.length === 0) return error;
  return new Error(errors.map(({ place, message, todo }) => `${place}: ${message}\n  ${todo}`).join("\n"), {
    cause: error,
  });
}

let shipped: Promise<Harness> | undefined;

/** `expectModel` on the models that ship; opened once for each process. */
export async function expectModel(name: string, example: Example): Promise<void> {
  shipped ??= openHarness();
  return (await shipped).expectModel(name, example);
}

/** `expectModels` on the models that ship. */
export async function expectModels(example: ChainExample): Promise<void> {
  shipped ??= openHarness();
  return (await shipped).expectModels(example);
}

type Columns = ReadonlyMap<string, string>;

class Bench {
  private readonly connection: DuckDBConnection;
  private readonly models: readonly Model[];
  private readonly byName: ReadonlyMap<string, Model>;
  private readonly tables: ReadonlySet<string>;
  private readonly defaults: Given;
  private readonly standing = new Set<string>();
  private readonly types = new Map<string, Columns>();
  private queue: Promise<unknown> = Promise.resolve();

  constructor(connection: DuckDBConnection, models: readonly Model[], tables: ReadonlySet<string>, defaults: Given) {
    this.connection = connection;
    this.models = models;
    this.byName = new Map(models.map((model) => [model.name, model]));
    this.tables = tables;
    this.defaults = defaults;
  }

  /** Runs the models between `given` and `targets` in a transaction that is rolled back; one example at a time. */
  run<T>(targets: Given, given: Given, then: (connection: DuckDBConnection) => Promise<T>, chain = false): Promise<T> {
    const job = this.queue.then(() => this.runNow(targets, given, then, chain));
    this.queue = job.catch(() => undefined);
    return job;
  }

  private async runNow<T>(
    targets: Given,
    given: Given,
    then: (connection: DuckDBConnection) => Promise<T>,
    chain: boolean,
  ): Promise<T> {
    const { run, inputs } = this.plan(Object.keys(targets), given, chain);
    await this.makeEmpty(Object.keys(targets));
    const { connection } = this;
    await connection.run("begin");
    try {
      for (const [table, text] of Object.entries({ ...this.defaults, ...given }))
        if (inputs.has(table)) await this.fill(table, text);
      for (const model of run) {
        const prefix = `insert into ${model.name} `;
        try {
          await connection.run(prefix + model.sql);
        } catch (error) {
          throw withPlaces(await located(connection, error, prefix, model, []));
        }
      }
      return await then(connection);
    } finally {
      await connection.run("rollback");
    }
  }

  /** Models to run, in order, and the tables whose rows they start from. */
  private plan(targets: readonly string[], given: Given, chain: boolean): { run: Model[]; inputs: Set<string> } {
    const models = targets.map((name) => this.model(name));
    const direct = models.length === 1 && Object.keys(given).every((table) => models[0]!.reads.includes(table));
    const run = new Set<Model>();
    const inputs = new Set<string>();
    const visit = (model: Model) => {
      if (run.has(model)) return;
      run.add(model);
      for (const name of model.reads) {
        const upstream = this.byName.get(name);
        if (upstream && !(name in given) && (chain || !direct)) visit(upstream);
        else inputs.add(name);
      }
    };
    for (const model of models) visit(model);
    for (const table of Object.keys(given)) {
      if (inputs.has(table)) continue;
      if (!this.tables.has(table)) throw new Error(`There is no table ${table}${meant(table, this.tables)}`);
      const names = `${targets.join(", ")} ${targets.length > 1 ? "do" : "does"}`;
      const readable = inputs.size > 0 ? `Rows may be given of ${[...inputs].sort().join(", ")}.` : "It reads nothing.";
      throw new Error(`${names} not read ${table}. ${readable}`);
    }
    return { run: this.models.filter((model) => run.has(model)), inputs };
  }

  private model(name: string): Model {
    const model = this.byName.get(name);
    if (model) return model;
    throw new Error(`There is no model ${name}${meant(name, this.byName.keys())}`);
  }

  /** Makes tables without rows for the models and all they read; views become tables, so that rows can be given. */
  private async makeEmpty(names: readonly string[]): Promise<void> {
    const needed = new Set<Model>();
    const visit = (name: string) => {
      const model = this.byName.get(name);
      if (!model || needed.has(model) || this.standing.has(name)) return;
      needed.add(model);
      for (const read of model.reads) visit(read);
    };
    for (const name of names) visit(name);
    for (const model of this.models) {
      if (!needed.has(model)) continue;
      try {
        await buildModels(this.connection, [{ ...model, materialize: "table" }], { checks: "skip" });
      } catch (error) {
        throw withPlaces(error);
      }
      await this.connection.run(`delete from ${model.name}`); // a model may make rows out of none
      this.standing.add(model.name);
    }
  }

  private async columns(table: string): Promise<Columns> {
    const known = this.types.get(table);
    if (known) return known;
    const found = await rows<{ column_name: string; column_type: string }>(this.connection, `describe ${table}`);
    const columns = new Map(found.map(({ column_name, column_type }) => [column_name, column_type]));
    this.types.set(table, columns);
    return columns;
  }

  private async typesOf(table: string, names: readonly string[]): Promise<string[]> {
    const columns = await this.columns(table);
    return names.map((name) => {
      const type = columns.get(name);
      if (type !== undefined) return type;
      throw new Error(`${table} has no column ${name}${meant(name, columns.keys())}`);
    });
  }

  private async fill(table: string, text: string): Promise<void> {
    const given = parseTable(text);
    if (given.rows.length === 0) return;
    const types = await this.typesOf(table, given.columns);
    const value = (cell: string | null, i: number) => (cell === null ? "null" : `${literal(cell)}::${types[i]}`);
    const values = given.rows.map((row) => `(${row.map(value).join(", ")})`);
    try {
      const names = given.columns.map(identifier).join(", ");
      await this.connection.run(`insert into ${table} (${names}) values ${values.join(", ")}`);
    } catch (error) {
      throw await this.misfit(table, given.rows, given.columns, types, error);
    }
  }

  /** Compares the model's rows with those expected; throws where they differ. */
  async compare(name: string, text: string, ordered: boolean): Promise<void> {
    const { columns, rows: expected } = parseTable(text);
    if (columns.length === 0) throw new Error(`Name the columns of ${name} to expect, even where no rows are.`);
    const types = await this.typesOf(name, columns);
    const list = columns.map((column, i) => `${identifier(column)}::varchar as c${i}`).join(", ");
    const found = await rows<Record<string, string | null>>(this.connection, `select ${list} from ${name}`);
    const actual = found.map((row) => columns.map((_, i) => row[`c${i}`] ?? null));
    const wanted = await this.canonical(name, expected, columns, types);
    const equal = (a: string | null, b: string | null, i: number) => sameCell(a, b, types[i]!);
    const { same, pairs } = compareRows(wanted, actual, equal, ordered);
    if (pairs.length === 0) return;
    const shown = [
      ...same.map((i) => ({ cells: wanted[i]!, mark: " " })),
      ...pairs.flatMap(({ left, right }) => [
        ...(left === null ? [] : [{ cells: wanted[left]!, mark: "-" }]),
        ...(right === null ? [] : [{ cells: actual[right]!, mark: "+" }]),
      ]),
    ];
    const order = ordered ? ", in this order" : "";
    throw new Error(`${name} gives other rows (- expected${order}, + got):\n${formatTable(columns, shown)}`);
  }

  /** Expected cells as DuckDB writes values of their column's type; ~0.33 stays as it is. */
  private async canonical(
    name: string,
    expected: TextTable["rows"],
    columns: readonly string[],
    types: readonly string[],
  ): Promise<(string | null)[][]> {
    const cells = expected.flatMap((row) => row.map((cell, i) => ({ cell, type: types[i]! })));
    const cast = cells.map(({ cell, type }) =>
      cell === null || (cell.startsWith("~") && isNumber(type))
        ? literal(cell ?? "")
        : `${literal(cell)}::${type}::varchar`,
    );
    if (cast.length === 0) return [];
    try {
      const [row] = await rows<{ cells: { items: string[] } }>(this.connection, `select [${cast.join(", ")}] as cells`);
      const texts = row!.cells.items;
      return expected.map((line, r) => line.map((cell, i) => (cell === null ? null : texts[r * types.length + i]!)));
    } catch (error) {
      throw await this.misfit(name, expected, columns, types, error);
    }
  }

  /** Names the first cell that its column cannot hold; casts within the transaction could not go on after an error. */
  private async misfit(
    table: string,
    cells: TextTable["rows"],
    columns: readonly string[],
    types: readonly string[],
    cause: unknown,
  ): Promise<Error> {
    await this.connection.run("rollback; begin");
    for (const [r, row] of cells.entries()) {
      for (const [i, cell] of row.entries()) {
        if (cell === null || (cell.startsWith("~") && isNumber(types[i]!))) continue;
        const [tried] = await rows<{ fits: boolean }>(
          this.connection,
          `select try_cast(${literal(cell)} as ${types[i]}) is not null as fits`,
        );
        if (!tried!.fits)
          return new Error(`Row ${r + 1} of ${table}: ${columns[i]} cannot be "${cell}"; it is ${types[i]}.`, {
            cause,
          });
      }
    }
    return cause instanceof Error ? cause : new Error(String(cause));
  }

  async compareChecks(connection: DuckDBConnection, name: string, expected: readonly string[]): Promise<void> {
    const { checks } = await runChecks(connection, this.model(name));
    const failed = checks.filter(({ failing }) => failing > 0);
    const names = failed.map(({ kind, text }) => (kind === "grain" ? "grain" : text));
    if ([...names].sort().join("\n") === [...expected].sort().join("\n")) return;
    const said = failed.map(({ message }) => message).join("\n") || "none";
    throw new Error(`Checks of ${name} that should fail: ${expected.join("; ") || "none"}. Those that do:\n${said}`);
  }
}

/** The end of a sentence about a name that is not there. */
function meant(name: string, candidates: Iterable<string>): string {
  const near = nearest(name, candidates);
  return near ? `; did you mean ${near}?` : ".";
}

function isNumber(type: string): boolean {
  return /^(DOUBLE|FLOAT|DECIMAL|.*INT)/.test(type);
}

/** Doubles are equal to nine digits; an expected ~0.33 equals what rounds to the digits written. */
function sameCell(expected: string | null, actual: string | null, type: string): boolean {
  if (expected === actual) return true;
  if (expected === null || actual === null || !isNumber(type)) return false;
  const value = Number(actual);
  const rough = expected.startsWith("~");
  const wanted = Number(rough ? expected.slice(1) : expected);
  const digits = expected.split(".")[1]?.length ?? 0;
  const slack = rough ? 0.5 * 10 ** -digits : 0;
  return Math.abs(value - wanted) <= slack + 1e-9 * Math.max(1, Math.abs(wanted));
}
