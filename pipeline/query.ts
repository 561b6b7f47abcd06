// Ad hoc SQL on the current release: read-only, no files, no network; the private identity only for those who own it.
import { existsSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance, DuckDBTypeId, type DuckDBValue } from "@duckdb/node-api";
import type { Workspace } from "./config.ts";
import { type Database, type DuckDBConnection, literal } from "./duckdb.ts";
import { KeepageError } from "./errors.ts";
import { printable } from "./inbox.ts";
import { attachIdentity, firstLine } from "./state.ts";

export interface Answer {
  readonly columns: readonly string[];
  /** Text as DuckDB writes it; null where null. */
  readonly rows: readonly (readonly (string | null)[])[];
  /** Columns of numbers and of yes and no, which JSON tells from text; by place. */
  readonly kinds?: readonly ("number" | "boolean" | "text")[];
}

/** Opens the current release for reading. Throws E302 where there is none. */
export async function openRelease(workspace: Workspace, withIdentity = false): Promise<Omit<Database, "connect">> {
  const link = join(workspace.current, "warehouse.duckdb");
  if (!existsSync(link)) throw new KeepageError("E302", `${workspace.dir} has no release.`);
  const instance = await DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const connection = await instance.connect();
  // The link is resolved once, so that a swap in the middle of a query changes nothing.
  await connection.run(`attach ${literal(realpathSync(link))} as release (read_only)`);
  await connection.run("use release");
  if (withIdentity) await openIdentity(connection, workspace);
  await connection.run("set enable_external_access = false");
  await connection.run("set lock_configuration = true");
  return {
    connection,
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

async function openIdentity(connection: DuckDBConnection, workspace: Workspace): Promise<void> {
  const path = join(workspace.state, "state.duckdb");
  const owner = statSync(path, { throwIfNoEntry: false })?.uid;
  if (owner === undefined) throw new KeepageError("E402", `${path} does not exist.`);
  if (process.getuid && owner !== process.getuid()) {
    throw new KeepageError("E402", "Only the owner of the state file may see identities.", {
      todo: "Ask whoever runs keepage here.",
    });
  }
  await attachIdentity(connection, workspace);
}

/** Answers one query. Throws E403 with DuckDB's own sentence. */
export async function ask(connection: DuckDBConnection, query: string): Promise<Answer> {
  try {
    const reader = await connection.runAndReadAll(query);
    const rows = reader.getRows().map((row) => row.map(shown));
    const kinds = reader.columnTypes().map(({ typeId }) => kindOf.get(typeId) ?? "text");
    return { columns: reader.deduplicatedColumnNames(), rows, kinds };
  } catch (cause) {
    const hint = /^(?:Did you mean|Candidate bindings:) .*$/m.exec(cause instanceof Error ? cause.message : "")?.[0];
    const text = firstLine(cause);
    throw new KeepageError("E403", [text, hint].filter(Boolean).join(" "), {
      cause,
      ...(/schema "identity" does not exist/.test(text) && {
        todo: "`keepage sql --with-identity` attaches who the patients are, for the owner of the state file.",
      }),
    });
  }
}

const { TINYINT, SMALLINT, INTEGER, BIGINT, UTINYINT, USMALLINT, UINTEGER, HUGEINT, FLOAT, DOUBLE, DECIMAL, BOOLEAN } =
  DuckDBTypeId;
const kindOf = new Map<DuckDBTypeId, "number" | "boolean">([
  ...[TINYINT, SMALLINT, INTEGER, BIGINT, UTINYINT, USMALLINT, UINTEGER, HUGEINT, FLOAT, DOUBLE, DECIMAL].map(
    (id) => [id, "number"] as const,
  ),
  [BOOLEAN, "boolean"],
]);

function shown(value: DuckDBValue): string | null {
  return value === null ? null : String(value);
}

/** Tables of the release with their comments, for people who ask without a query. */
export const tablesQuery = `select schema_name || '.' || table_name as "table", estimated_size as rows, split_part(comment, chr(10), 1) as about
from duckdb_tables() where database_name = 'release' order by case schema_name when 'marts' then 0 when 'core' then 1 else 2 end, 1`;

/** Aligned text table. */
export function asTable({ columns, rows }: Answer): string {
  const cell = (value: string | null) => printable((value ?? "").replaceAll(/\s+/g, " "));
  const widths = columns.map((c, i) =>
    Math.min(
      80,
      rows.reduce((width, r) => Math.max(width, cell(r[i]!).length), c.length),
    ),
  );
  const numeric = columns.map(
    (_, i) => rows.length > 0 && rows.every((r) => r[i] === null || /^-?[\d.,%]+$/.test(r[i]!)),
  );
  const line = (values: readonly (string | null)[]) =>
    values
      .map((v, i) => {
        const text = cell(v).length > widths[i]! ? `${cell(v).slice(0, widths[i]! - 1)}…` : cell(v);
        return numeric[i] ? text.padStart(widths[i]!) : text.padEnd(widths[i]!);
      })
      .join("  ")
      .trimEnd();
  return [line(columns), widths.map((w) => "─".repeat(w)).join("  "), ...rows.map(line)].join("\n");
}

/** RFC 4180 text. */
export function asCsv({ columns, rows }: Answer): string {
  const cell = (value: string | null) =>
    value === null ? "" : /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
  return [columns, ...rows].map((r) => r.map(cell).join(",")).join("\n");
}

/** A list of objects. Numbers too long for JSON's readers, infinity and what is no number stay text. */
export function asJson({ columns, rows, kinds }: Answer): string {
  const typed = (value: string | null, kind = "text") => {
    if (value === null || kind === "text") return value;
    if (kind === "boolean") return value === "true";
    const number = Number(value);
    return Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number)) ? number : value;
  };
  return JSON.stringify(
    rows.map((r) => Object.fromEntries(columns.map((c, i) => [c, typed(r[i]!, kinds?.[i])]))),
    null,
    2,
  );
}
