// Loading everything anew from the archive (`keepage run --rebuild`): what is read again, what is carried over, and what would be lost.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Arrival } from "./arrival.ts";
import { instantOf, wallClock } from "./asof.ts";
import type { Workspace } from "./config.ts";
import { type DuckDBConnection, rows } from "./duckdb.ts";
import { KeepageError } from "./errors.ts";
import { claimOf } from "./inbox.ts";
import { insertRuns, type RunRow, runRows } from "./ledger.ts";
import { ledgerTables, type State } from "./state.ts";

/** A file of the archive, and what people said about it. */
interface Archived extends Arrival {
  readonly sha256: string;
  readonly forgotten: boolean;
}

/** What the ledger says of a file that cannot be read again. */
type Entry = Readonly<Record<string, string | null>>;

/** What the old state leaves to the new one. */
export interface Inheritance {
  /** Files to read: those of the archive, then those that lie in the inbox alone. */
  readonly arrivals: readonly Arrival[];
  readonly forgotten: readonly Archived[];
  /** Ledger lines of files that are not read again: no source takes them now, or they never came as far as the archive. */
  readonly carried: readonly Entry[];
  readonly runs: readonly RunRow[];
}

/**
 * Every file the ledger knows, under its own name and time, and every run.
 * @throws KeepageError E406 where files whose rows the state holds are no longer in the archive: the new state would lack them
 */
export async function inherit(state: State, workspace: Workspace, inbox: readonly Arrival[]): Promise<Inheritance> {
  const zone = workspace.settings.time_zone;
  const known = await rows<{
    sha256: string;
    name: string;
    modified: string;
    accepted: boolean;
    forgotten: boolean;
    loaded: boolean;
  }>(
    state.connection,
    `select sha256, name, strftime(modified_at, '%Y-%m-%dT%H:%M:%S') as modified, bool_or(accepted) as accepted,
       bool_or(status = 'forgotten') as forgotten, bool_or(status = 'loaded') as loaded
     from ledger.file group by sha256, name, modified_at order by min(as_of), name, sha256`,
  );
  const named = (a: { name: string; modified: Date }) => `${a.name} ${wallClock(a.modified, "UTC")}`;
  const files = known.map(({ modified, ...file }) => {
    const path = join(state.archive, file.sha256);
    return { ...file, path, there: existsSync(path), modified: instantOf(modified, zone) };
  });
  const present = new Set(inbox.map(named));
  const lost = files.filter((f) => f.loaded && !f.there && !present.has(named(f)));
  if (lost.length) {
    const names = lost.map((f) => f.name);
    const more = names.length > 3 ? ` and ${names.length - 3} more` : "";
    throw new KeepageError(
      "E406",
      `The archive lacks ${names.length === 1 ? "a file" : `${names.length} files`} whose rows are in use: ${names.slice(0, 3).join(", ")}${more}. Nothing was changed.`,
    );
  }
  const archived: Archived[] = [];
  const left: typeof files = [];
  for (const file of files) {
    const claim = file.there ? claimOf(file.name, workspace) : null;
    if (claim) archived.push({ ...file, ...claim });
    else if (!present.has(named(file))) left.push(file);
  }
  const columns = Object.keys(ledgerTables.file).map((column) => `${column}::varchar as ${column}`);
  const entries = await rows<Record<string, string | null>>(
    state.connection,
    `select ${columns.join(", ")} from ledger.file order by ledger.file.file_id`,
  );
  const kept = new Set(archived.map(named));
  return {
    arrivals: [...archived, ...inbox.filter((a) => !kept.has(named(a)))],
    forgotten: archived.filter((a) => a.forgotten),
    carried: entries.filter((e) => left.some((f) => f.sha256 === e.sha256 && f.name === e.name)),
    runs: await runRows(state.connection),
  };
}

/** Writes into an empty state what the old one knew beside its files' rows. */
export async function bequeath({ connection }: State, { runs, carried }: Inheritance): Promise<void> {
  await insertRuns(connection, runs.toReversed());
  for (const entry of carried) {
    // Its rows are not here: it waits, and counts nowhere, until a source takes it and everything is loaded anew once more.
    const waits =
      entry.status === "loaded"
        ? {
            status: "held",
            code: "E112",
            message: "no source took it when everything was loaded anew",
            loaded: "0",
            rejected: "0",
          }
        : {};
    const line = Object.entries({ ...entry, ...waits });
    const values = line.map((_, n) => `$${n + 1}::varchar`).join(", ");
    await connection.run(
      `insert into ledger.file (${line.map(([column]) => column).join(", ")}) values (${values})`,
      line.map(([, value]) => value),
    );
  }
}

/** Leaves out again what people had left out. */
export async function stillForgotten(connection: DuckDBConnection, { forgotten }: Inheritance): Promise<void> {
  for (const { sha256, name } of forgotten)
    await connection.run("update ledger.file set status = 'forgotten' where sha256 = $1 and name = $2", [sha256, name]);
}
