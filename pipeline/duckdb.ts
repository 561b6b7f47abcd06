// One way to open DuckDB: bounded memory, no extension downloads, spill files beside the data.
import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from "@duckdb/node-api";

export type { DuckDBConnection } from "@duckdb/node-api";

export interface OpenOptions {
  /** Refuse writes. Readers of published files always do. */
  readonly readOnly?: boolean;
  /** DuckDB memory limit, e.g. "2.5GB". */
  readonly memory?: string;
  readonly threads?: number;
  /** Where DuckDB spills when memory runs out. */
  readonly temp?: string;
}

export interface Database {
  readonly connection: DuckDBConnection;
  /** Another connection to the same database, for work beside the first; closed with it. */
  connect(): Promise<DuckDBConnection>;
  close(): void;
}

/** Opens (or creates) a database file; ":memory:" for none. */
export async function open(path: string, options: OpenOptions = {}): Promise<Database> {
  const instance = await DuckDBInstance.create(path, {
    access_mode: options.readOnly ? "READ_ONLY" : "AUTOMATIC",
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    // Files are written for this engine, not for older readers: tables of few distinct words and many empty columns cost a third less.
    ...(path !== ":memory:" && { storage_compatibility_version: "v1.5.0" }),
    ...(options.memory && { memory_limit: options.memory }),
    ...(options.threads && { threads: String(options.threads) }),
    ...(options.temp && { temp_directory: options.temp }),
  });
  const connections = [await instance.connect()];
  return {
    connection: connections[0]!,
    async connect() {
      const another = await instance.connect();
      connections.push(another);
      return another;
    },
    close() {
      for (const connection of connections) connection.closeSync();
      instance.closeSync();
    },
  };
}

export type Row = Record<string, DuckDBValue>;

/** Rows of a query as plain objects; values as DuckDB's client gives them (BIGINT is a bigint). */
export async function rows<T = Row>(
  connection: DuckDBConnection,
  sql: string,
  values?: readonly DuckDBValue[],
): Promise<T[]> {
  const reader = await connection.runAndReadAll(sql, values ? [...values] : undefined);
  return reader.getRowObjects() as T[];
}

/** An SQL string literal. */
export function literal(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** An SQL identifier. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
