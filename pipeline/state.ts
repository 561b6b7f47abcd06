// The private state of a workspace: raw rows, the ledger of runs, files and rejects, and who the patients are. Append-only, owner-only.
import { createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Workspace } from "./config.ts";
import { type EntityName, entity, entityNames, rawSystemColumns, rawTable } from "./contract.ts";
import { type Database, type DuckDBConnection, identifier, literal, open, rows } from "./duckdb.ts";
import { KeepageError, ofMachine } from "./errors.ts";

/** Fields of `identity.patient` that the contract marks as personal, once each. */
export const identityFields: readonly string[] = [
  ...new Set(entityNames.flatMap((e) => Object.entries(entity(e).fields).flatMap(([n, f]) => (f.identity ? [n] : [])))),
];

export const ledgerTables = {
  run: {
    run_id: "VARCHAR", // start time in the workspace's zone, yyyyMMdd-HHmmss
    started_at: "TIMESTAMP",
    finished_at: "TIMESTAMP",
    status: "VARCHAR", // done, held, missing, failed
    release: "VARCHAR",
    message: "VARCHAR",
  },
  file: {
    file_id: "INTEGER",
    sha256: "VARCHAR",
    name: "VARCHAR",
    source: "VARCHAR",
    scope: "VARCHAR",
    part: "VARCHAR",
    version: "VARCHAR",
    as_of: "TIMESTAMP",
    as_of_from: "VARCHAR", // name, title, file time
    rows: "VARCHAR", // snapshot, changes
    modified_at: "TIMESTAMP",
    bytes: "BIGINT",
    status: "VARCHAR", // loaded, held, forgotten
    code: "VARCHAR",
    message: "VARCHAR",
    todo: "VARCHAR", // what to do about a held file
    records: "INTEGER",
    loaded: "INTEGER",
    rejected: "INTEGER",
    footers: "INTEGER",
    warnings: "VARCHAR",
    settings: "VARCHAR", // hash of what the source said when the file was loaded
    accepted: "BOOLEAN",
    run_id: "VARCHAR",
  },
  key: { fingerprint: "VARCHAR" }, // tells the key with which the state was made, and nothing of it
  load: { file_id: "INTEGER", entity: "VARCHAR", loaded: "INTEGER", rejected: "INTEGER" },
  reject: {
    file_id: "INTEGER",
    line: "INTEGER", // line of the file, or row of the sheet
    entity: "VARCHAR",
    record_id: "VARCHAR",
    field: "VARCHAR",
    value: "VARCHAR", // masked where it may identify a person
    rule: "VARCHAR",
    message: "VARCHAR",
    kept: "BOOLEAN", // the row was loaded without this value
  },
} as const;

/** DDL of identity.patient. One row per patient and set of values; `last_as_of` is the newest file that showed them. */
export function identityTable(): Record<string, string> {
  const date = (field: string) => (field.endsWith("_date") ? "DATE" : "VARCHAR");
  return {
    patient_key: "VARCHAR",
    namespace: "VARCHAR",
    patient_id: "VARCHAR",
    ...Object.fromEntries(identityFields.map((f) => [f, date(f)])),
    last_as_of: "TIMESTAMP",
  };
}

function ddl(schema: string, table: string, columns: Record<string, string>): string {
  const list = Object.entries(columns).map(([name, type]) => `${identifier(name)} ${type}`);
  return `create table if not exists ${schema}.${table} (${list.join(", ")})`;
}

export interface State extends Database {
  /** Key of the patient hash; never leaves the process. */
  readonly key: string;
  readonly path: string;
  readonly archive: string;
  readonly temp: string;
  /** Sets as many threads as reading a file of so many bytes is worth: sharing out a small one takes longer than reading it. */
  threadsFor(bytes: number): Promise<void>;
}

const smallFile = 8 << 20;

const anew = "put all exports into the inbox again, and start anew: `keepage run --rebuild`.";

/**
 * Proves that nothing of the state went away beside what it belongs to: to begin a new one without a word would leave out of the release
 * all that came before, and with a new key every patient would be another one.
 * @throws KeepageError E402 with what to restore
 */
export function proveWhole(workspace: Workspace): void {
  const file = join(workspace.state, "state.duckdb");
  const archive = join(workspace.state, "archive");
  const begun = existsSync(workspace.current) || (existsSync(archive) && readdirSync(archive).length > 0);
  if (!existsSync(file)) {
    if (!begun) return;
    throw new KeepageError("E402", `${file} is missing, and with it all that earlier runs took in.`, {
      todo: `Restore the folder state from a backup. Without one, ${anew}`,
    });
  }
  if (existsSync(join(workspace.state, "key"))) return;
  throw new KeepageError("E402", `${join(workspace.state, "key")} is missing: it tells who is the same patient.`, {
    todo: "Restore it from a backup. Without one, `keepage run --rebuild` loads everything anew with a new key.",
  });
}

/** Why the state file does not open, and what helps. */
export function unopened(path: string, cause: unknown): KeepageError {
  const message = firstLine(cause);
  const damaged = /not a valid DuckDB database|checksum|corrupt/i.test(message);
  return (
    ofMachine(cause) ??
    new KeepageError("E402", `${path} cannot be opened: ${message}`, {
      cause,
      ...(damaged && {
        todo: `It is damaged: restore the folder state from a backup. Without one, move this file away, ${anew}`,
      }),
    })
  );
}

/** Columns of the ledger that a state file lacks, which another version of keepage has made. */
async function lackingColumns(connection: DuckDBConnection): Promise<{ table: string; name: string; type: string }[]> {
  const present = await rows<{ name: string }>(
    connection,
    "select table_name || '.' || column_name as name from duckdb_columns() where schema_name = 'ledger'",
  );
  const known = new Set(present.map((c) => c.name));
  return Object.entries(ledgerTables).flatMap(([table, columns]) =>
    Object.entries(columns).flatMap(([name, type]) => (known.has(`${table}.${name}`) ? [] : [{ table, name, type }])),
  );
}

/** Throws E402 for a state that another version of keepage has made. */
export async function proveVersion(connection: DuckDBConnection, path: string): Promise<void> {
  const [first] = await lackingColumns(connection);
  if (!first) return;
  throw new KeepageError(
    "E402",
    `${path} was made by another version of keepage: its ledger.${first.table} has no ${first.name}.`,
    { todo: "`keepage run --rebuild` loads everything anew with this version." },
  );
}

/** Throws E402 for a key of another state: with it every patient of a new file would be another one than before. */
async function proveKey(connection: DuckDBConnection, key: string, dir: string): Promise<void> {
  const fingerprint = createHash("sha256").update(`keepage key ${key}`).digest("hex").slice(0, 16);
  const [made] = await rows<{ fingerprint: string }>(connection, "select fingerprint from ledger.key");
  if (!made) await connection.run("insert into ledger.key values ($1)", [fingerprint]);
  else if (made.fingerprint !== fingerprint)
    throw new KeepageError("E402", `${join(dir, "key")} is not the key with which this state was made.`, {
      todo: "Restore key and state.duckdb from the same backup. Without one, `keepage run --rebuild` loads everything anew with this key.",
    });
}

/**
 * Opens the state for writing; only the run that holds the lock may. One that another version has made is refused, but where it is
 * only read, to be loaded anew.
 */
export async function openState(workspace: Workspace, name = "state.duckdb", anyVersion = false): Promise<State> {
  const dir = workspace.state;
  const archive = join(dir, "archive");
  const temp = join(dir, "temp");
  for (const folder of [dir, archive, temp]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // A copy or a restored backup may have come with the rights of its new place.
    chmodSync(folder, 0o700);
  }
  const path = join(dir, name);
  // Before the state: whoever finds a state finds its key too.
  const key = readKey(dir);
  let database: Database;
  try {
    if (!existsSync(path)) await create(path);
    database = await open(path, { memory: workspace.settings.run.memory, temp: join(temp, "spill") });
  } catch (cause) {
    throw unopened(path, cause);
  }
  chmodSync(path, 0o600);
  const { connection } = database;
  await connection.run("set preserve_insertion_order = true");
  // A list of more than five nulls would become a hash join per column, and planning that takes longer than a small file's reading.
  await connection.run("set disabled_optimizers = 'in_clause'");
  for (const schema of ["raw", "ledger", "identity"]) await connection.run(`create schema if not exists ${schema}`);
  for (const [table, columns] of Object.entries(ledgerTables)) await connection.run(ddl("ledger", table, columns));
  if (anyVersion)
    for (const { table, name, type } of await lackingColumns(connection))
      await connection.run(`alter table ledger.${table} add column ${name} ${type}`);
  else
    try {
      await proveVersion(connection, path);
      await proveKey(connection, key, dir);
    } catch (error) {
      database.close();
      throw error;
    }
  for (const table of entityNames) await connection.run(ddl("raw", table, rawSystemColumns));
  await connection.run(ddl("identity", "patient", identityTable()));
  let alone = false;
  const threadsFor = async (bytes: number) => {
    if (alone === bytes < smallFile) return;
    alone = bytes < smallFile;
    await connection.run(alone ? "set threads = 1" : "reset threads");
  };
  return { ...database, key, path, archive, temp, threadsFor };
}

/** An empty database under its name at once or not at all: a half-written one could never be opened again. */
async function create(path: string): Promise<void> {
  const draft = `${path}.new`;
  for (const left of [draft, `${draft}.wal`]) rmSync(left, { force: true });
  (await open(draft)).close();
  renameSync(draft, path);
}

/** Columns that the state file's raw tables have. */
async function rawColumns(connection: DuckDBConnection): Promise<Set<string>> {
  const present = await rows<{ name: string }>(
    connection,
    "select table_name || '.' || column_name as name from duckdb_columns() where schema_name = 'raw'",
  );
  return new Set(present.map((c) => c.name));
}

/** A raw table has the columns that some source has filled so far; this adds what a file brings anew. */
export async function addColumns(
  connection: DuckDBConnection,
  table: EntityName,
  columns: readonly string[],
): Promise<void> {
  // Of this table alone: to list the columns of every table takes ten times as long, for each file anew.
  const present = await rows<{ name: string }>(connection, `select name from pragma_table_info('raw.${table}')`);
  const known = new Set(present.map(({ name }) => name));
  const types = rawTable(table);
  for (const name of columns) {
    if (!known.has(name))
      await connection.run(`alter table raw.${table} add column ${identifier(name)} ${types[name]}`);
  }
}

/**
 * The select behind the view `raw.<entity>`: every field of the contract, typed nulls where no source fills it. A column that is
 * known to be null costs nothing to store, and lets DuckDB leave out whole branches of a model.
 */
async function rawViews(connection: DuckDBConnection): Promise<Record<EntityName, string>> {
  const present = await rawColumns(connection);
  const select = (table: EntityName) =>
    Object.entries(rawTable(table))
      .map(([name, type]) =>
        present.has(`${table}.${name}`) ? identifier(name) : `null::${type} as ${identifier(name)}`,
      )
      .join(", ");
  return Object.fromEntries(entityNames.map((t) => [t, `select ${select(t)} from state.raw.${t}`])) as Record<
    EntityName,
    string
  >;
}

/** Puts the private state beside the release: `raw` and `identity` resolve, nothing of the state can be written. */
export async function attachState(connection: DuckDBConnection, workspace: Workspace): Promise<void> {
  await attachIdentity(connection, workspace);
  await connection.run("attach ':memory:' as raw; attach ':memory:' as scratch");
  for (const [name, select] of Object.entries(await rawViews(connection)))
    await connection.run(`create view raw.${name} as ${select}`);
}

/** Attaches `identity.patient`: one row per patient, for each value the newest that any file showed. */
export async function attachIdentity(connection: DuckDBConnection, workspace: Workspace): Promise<void> {
  const path = join(workspace.state, "state.duckdb");
  try {
    await connection.run(`attach ${literal(path)} as state (read_only)`);
  } catch (cause) {
    throw unopened(path, cause);
  }
  await connection.run("attach ':memory:' as identity");
  await connection.run(`create view identity.patient as ${latestIdentity("state.identity.patient")}`);
}

function readKey(dir: string): string {
  const file = join(dir, "key");
  if (!existsSync(file)) {
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, randomBytes(32).toString("hex"), { mode: 0o600 });
    renameSync(draft, file);
  }
  chmodSync(file, 0o600);
  const key = readFileSync(file, "utf8").trim();
  if (/^[0-9a-f]{64}$/.test(key)) return key;
  throw new KeepageError("E402", `${file} is damaged: it holds no key of 64 hexadecimal digits.`, {
    todo: "Restore it from a backup: with another key every patient would be a new one.",
  });
}

/** One row per patient of a relation like `state.identity.patient`: for each value the newest that any file showed. */
export function latestIdentity(relation: string): string {
  // Of two values in files of one moment the same one wins in every run.
  const order = (column: string) => `cast(epoch(last_as_of) as bigint) * 1048576 + (hash(${column}) & 1048575)::bigint`;
  const latest = ["namespace", "patient_id", ...identityFields].map(
    (column) => `arg_max(${column}, ${order(column)}) filter (where ${column} is not null) as ${column}`,
  );
  return `select patient_key, ${latest.join(", ")} from ${relation} group by patient_key`;
}

export function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
}
