// A file's entry in the ledger: what became of it, whether it was loaded or held.
import { createHash } from "node:crypto";
import type { Arrival, FileFacts } from "./arrival.ts";
import { endOf, wallClock } from "./asof.ts";
import type { Source, Workspace } from "./config.ts";
import { type DuckDBConnection, rows } from "./duckdb.ts";
import type { KeepageError } from "./errors.ts";
import type { State } from "./state.ts";

export async function nextFileId(connection: DuckDBConnection): Promise<number> {
  const [row] = await rows<{ id: number }>(
    connection,
    "select coalesce(max(file_id), 0)::integer + 1 as id from ledger.file",
  );
  return row!.id;
}

export async function insertFile(
  connection: DuckDBConnection,
  workspace: Workspace,
  arrival: Arrival,
  file: FileFacts,
  runId: string,
  fileId: number,
  facts: {
    status: "loaded" | "held";
    code?: string;
    message?: string;
    todo?: string;
    records: number;
    loaded: number;
    rejected: number;
    footers: number;
    warnings: readonly string[];
  },
): Promise<void> {
  const { source, captures } = arrival;
  await connection.run(
    `insert into ledger.file by name select $1::integer as file_id, $2 as sha256, $3 as name, $4 as source, $5 as scope, $6 as part, $7 as version,
       $8::varchar::timestamp as as_of, $9 as as_of_from, $10 as rows, $11::varchar::timestamp as modified_at, $12::bigint as bytes,
       $13 as status, $14 as code, $15 as message, $16::integer as records, $17::integer as loaded, $18::integer as rejected,
       $19::integer as footers, $20 as warnings, $21 as settings, $22::boolean as accepted, $23 as run_id, $24 as todo`,
    [
      fileId,
      file.sha256,
      file.name,
      source.name,
      captures.scope ?? source.scope,
      captures.part ?? "",
      captures.version ?? "",
      file.asOf,
      file.asOfFrom,
      source.rows,
      wallClock(arrival.modified, workspace.settings.time_zone),
      file.bytes,
      facts.status,
      facts.code ?? null,
      facts.message ?? null,
      facts.records,
      facts.loaded,
      facts.rejected,
      facts.footers,
      facts.warnings.join("\n") || null,
      intakeSettings(source),
      arrival.accepted,
      runId,
      facts.todo ?? null,
    ],
  );
}

/** Hash of all that decides how a file of this source is read; status words are applied later and do not count. */
export function intakeSettings(source: Source): string {
  const { statuses: _, label: __, covers: ___, expect_days: ____, unused_files: _____, ...rest } = source;
  return createHash("sha256").update(JSON.stringify(rest)).digest("hex").slice(0, 16);
}

/** A held file leaves one line in the ledger, what was wrong with its rows, and its bytes in the archive; nothing of it is loaded. */
export async function recordHeld(
  state: State,
  workspace: Workspace,
  arrival: Arrival,
  file: FileFacts,
  error: KeepageError,
  runId: string,
  rejects?: (fileId: number) => Promise<void>,
): Promise<void> {
  const { connection } = state;
  const zone = workspace.settings.time_zone;
  const named = file.captures.as_of;
  file.asOf ??= named ? endOf(named, arrival.modified, zone) : wallClock(arrival.modified, zone);
  await connection.run("begin");
  try {
    const before = "select file_id from ledger.file where sha256 = $1 and name = $2 and status = 'held'";
    const same = [file.sha256, file.name];
    await connection.run(`delete from ledger.reject where file_id in (${before})`, same);
    await connection.run(`delete from ledger.file where file_id in (${before})`, same);
    const fileId = await nextFileId(connection);
    await rejects?.(fileId);
    await insertFile(connection, workspace, arrival, file, runId, fileId, {
      status: "held",
      code: error.code,
      message: error.message,
      todo: error.todo,
      records: 0,
      loaded: 0,
      rejected: 0,
      footers: 0,
      warnings: [],
    });
    await connection.run("commit");
  } catch (failure) {
    await connection.run("rollback");
    throw failure;
  }
}
