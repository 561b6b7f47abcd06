// The ledger beside the run: one row for every run, and reading the state while nobody writes it.
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { instantOf, wallClock } from "./asof.ts";
import type { Workspace } from "./config.ts";
import { type Database, type DuckDBConnection, open, rows } from "./duckdb.ts";
import { KeepageError } from "./errors.ts";
import { firstLine, proveVersion, proveWhole, unopened } from "./state.ts";

/** One run, as ledger.run keeps it. Times are wall clock in the workspace's zone, yyyy-MM-dd HH:mm:ss. */
export interface RunRow {
  readonly run_id: string;
  readonly started_at: string;
  readonly finished_at: string;
  readonly status: "done" | "held" | "missing" | "failed";
  /** The release it published; null where it failed. */
  readonly release: string | null;
  /** Names of held files, what is missing, or why it failed. */
  readonly message: string | null;
}

const stateFile = (workspace: Workspace) => join(workspace.state, "state.duckdb");

/**
 * Opens the private state for reading; null before the first run.
 * @throws KeepageError E401 while a run writes it, E402 where it cannot be opened
 */
export async function readState(workspace: Workspace): Promise<Database | null> {
  const path = stateFile(workspace);
  try {
    // Told apart from a state that this account may not see.
    if (!statSync(path, { throwIfNoEntry: false })) {
      proveWhole(workspace);
      return null;
    }
    const database = await open(path, { readOnly: true, threads: 2 });
    await proveVersion(database.connection, path).catch((error: unknown) => {
      database.close();
      throw error;
    });
    return database;
  } catch (cause) {
    if (cause instanceof KeepageError) throw cause;
    const text = firstLine(cause);
    if (!/conflicting lock|could not set lock|different process/i.test(text)) throw unopened(path, cause);
    const pid = /\bPID (\d+)/.exec(cause instanceof Error ? cause.message : "")?.[1];
    throw new KeepageError("E401", `${pid ? `Process ${pid}` : "A run"} is writing the state of this workspace.`, {
      cause,
      todo: "Ask again when it is done.",
    });
  }
}

/** Every run, newest first: as they were written, whatever the clock said. */
export async function runRows(connection: DuckDBConnection, limit = 1_000_000): Promise<RunRow[]> {
  return rows<RunRow>(
    connection,
    `select run_id, strftime(started_at, '%Y-%m-%d %H:%M:%S') as started_at, strftime(finished_at, '%Y-%m-%d %H:%M:%S') as finished_at,
       status, release, message
     from ledger.run order by rowid desc limit ${limit}`,
  );
}

/** Adds runs, the oldest first: rows of one second are told apart by their order. */
export async function insertRuns(connection: DuckDBConnection, runs: readonly RunRow[]): Promise<void> {
  for (const r of runs) {
    await connection.run(
      `insert into ledger.run by name select $1 as run_id, $2::varchar::timestamp as started_at, $3::varchar::timestamp as finished_at,
         $4 as status, $5 as release, $6 as message`,
      [r.run_id, r.started_at, r.finished_at, r.status, r.release, r.message],
    );
  }
}

/** Writes a run's row once the run is over. Nothing is written where the run ended before there was a state. */
export async function recordRun(workspace: Workspace, run: RunRow): Promise<void> {
  if (!existsSync(stateFile(workspace))) return;
  const database = await open(stateFile(workspace));
  try {
    await insertRuns(database.connection, [run]);
  } finally {
    database.close();
  }
}

/** When the newest run began, or undefined before the first. A run that is at work counts as begun now. */
export async function lastRun(workspace: Workspace): Promise<Date | undefined> {
  let state: Database | null;
  try {
    state = await readState(workspace);
  } catch (error) {
    if (error instanceof KeepageError && error.code === "E401") return new Date();
    throw error;
  }
  if (!state) return undefined;
  try {
    const [newest] = await runRows(state.connection, 1);
    return newest && instantOf(newest.started_at.replace(" ", "T"), workspace.settings.time_zone);
  } finally {
    state.close();
  }
}

/** Now, as the ledger writes times. */
export const ledgerTime = (workspace: Workspace) => wallClock(new Date(), workspace.settings.time_zone);
