// Reads a published warehouse through Kysely: typed queries over DuckDB, read-only, values as plain JSON-safe ones.
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from "kysely";
import { type Database, type DuckDBConnection, open } from "./duckdb.ts";

/** A value as readers get it: DATE is "2026-05-02", TIMESTAMP is "2026-05-02 06:15:00", every number a number. */
export type Plain = string | number | boolean | null;

/** The client's value as a plain one. A number too large for JavaScript is an error rather than a wrong number. */
export function plain(value: unknown): Plain {
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value === "bigint") {
    const number = Number(value);
    if (!Number.isSafeInteger(number)) throw new RangeError(`${value} does not fit a JavaScript number`);
    return number;
  }
  if (typeof value === "object" && "toDouble" in value && typeof value.toDouble === "function") return value.toDouble();
  return String(value);
}

class Connection implements DatabaseConnection {
  readonly #connection: DuckDBConnection;
  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }
  async executeQuery<R>(query: CompiledQuery) {
    const reader = await this.#connection.runAndReadAll(query.sql, query.parameters as Plain[]);
    return { rows: reader.convertRowObjects(plain) as R[] };
  }
  async *streamQuery<R>(query: CompiledQuery) {
    yield await this.executeQuery<R>(query);
  }
}

/** Opens the warehouse read-only on first use; one connection serves everybody. */
class WarehouseDriver extends DummyDriver implements Driver {
  readonly #path: string;
  #database: Promise<Database> | undefined;
  constructor(path: string) {
    super();
    this.#path = path;
  }
  override async acquireConnection(): Promise<DatabaseConnection> {
    this.#database ??= open(this.#path, { readOnly: true });
    return new Connection((await this.#database).connection);
  }
  override async destroy() {
    (await this.#database)?.close();
  }
}

/** A read-only Kysely over `warehouse.duckdb`; `T` maps "schema.table" to its columns. Call `destroy()` when done. */
export function openWarehouse<T>(path: string): Kysely<T> {
  return new Kysely<T>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new WarehouseDriver(path),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
}
