// Which files of the ledger count: what replaces what, what is held, and what people said about it (`run --accept`, `run --forget`).
import { basename } from "node:path";
import type { Arrival } from "./arrival.ts";
import type { Workspace } from "./config.ts";
import { entity, entityNames, rawColumn } from "./contract.ts";
import { type DuckDBConnection, identifier, rows } from "./duckdb.ts";
import { intakeSettings } from "./entries.ts";
import { type ErrorCode, errorCodes, KeepageError, nearest } from "./errors.ts";
import { claimOf } from "./inbox.ts";
import { quoted } from "./init.ts";
import type { Outcome } from "./intake.ts";

export interface LedgerFile {
  file_id: number;
  sha256: string;
  name: string;
  source: string;
  scope: string;
  part: string;
  version: string;
  as_of: string; // yyyy-MM-dd HH:mm:ss, sorts as text
  rows: "snapshot" | "changes";
  modified_at: string;
  status: "loaded" | "held";
  code: ErrorCode | null;
  message: string | null;
  todo: string | null;
  records: number;
  loaded: number;
  rejected: number;
  settings: string;
  accepted: boolean;
  /** Share of records that it has in common with the list of its day that it would replace, of the shorter one's; null where that is plain. */
  alike: number | null;
}

/**
 * Every file of the ledger but those that people forgot, in the canonical order: as-of, then source, scope, part, version, file time
 * and bytes, never arrival.
 */
export async function ledgerFiles(connection: DuckDBConnection): Promise<LedgerFile[]> {
  const files = await rows<LedgerFile>(
    connection,
    `select file_id, sha256, name, source, scope, part, version, strftime(as_of, '%Y-%m-%d %H:%M:%S') as as_of, rows,
            strftime(modified_at, '%Y-%m-%d %H:%M:%S') as modified_at, status, code, message, todo,
            records, loaded, rejected, settings, accepted, null as alike
     from ledger.file where status <> 'forgotten'
     order by as_of, source, scope, part, version, modified_at, sha256`,
  );
  for (const claims of lists(files).values()) {
    for (const [n, file] of claims.entries()) {
      const before = claims[n - 1];
      // A name that comes again, or a version that is told, says itself which file is the correction.
      if (before && before.name !== file.name && before.version === file.version)
        file.alike = await alike(connection, before, file);
    }
  }
  return files;
}

/** Loaded snapshots that claim the same source, scope, part and as-of, each group in canonical order. */
function lists<F extends LedgerFile>(files: readonly F[]): Map<string, F[]> {
  return Map.groupBy(
    files.filter((f) => f.status === "loaded" && f.rows === "snapshot"),
    (f) => [f.source, f.scope, f.part, f.as_of].join("\u0000"),
  );
}

async function alike(connection: DuckDBConnection, a: LedgerFile, b: LedgerFile): Promise<number | null> {
  const [most] = await rows<{ entity: string }>(
    connection,
    "select entity from ledger.load where file_id in ($1, $2) group by entity order by sum(loaded) desc, entity limit 1",
    [a.file_id, b.file_id],
  );
  const name = entityNames.find((e) => e === most?.entity);
  if (!name) return null;
  const { key, fields } = entity(name);
  const present = await rows<{ name: string }>(
    connection,
    "select column_name as name from duckdb_columns() where schema_name = 'raw' and table_name = $1",
    [name],
  );
  const columns = key
    .flatMap((field) => rawColumn(field, fields[field]!) ?? [])
    .filter((column) => present.some((c) => c.name === column));
  if (columns.length === 0) return null;
  const ids = (file: LedgerFile) =>
    `select distinct ${columns.map(identifier).join(", ")} from raw.${name} where file_id = ${file.file_id}`;
  const [count] = await rows<{ shared: number; fewer: number }>(
    connection,
    `select (select count(*) from (${ids(a)} intersect ${ids(b)}))::integer as shared,
       least((select count(*) from (${ids(a)})), (select count(*) from (${ids(b)})))::integer as fewer`,
  );
  return count!.fewer === 0 ? null : count!.shared / count!.fewer;
}

export interface Standing extends LedgerFile {
  /** effective: its rows count; superseded: a correction replaced it; held: not used until someone acts. */
  standing: "effective" | "superseded" | "held";
}

/** Lists of one day that share less than this of their records are not corrections of each other. */
const correction = 0.5;

const sameDay = (a: LedgerFile, b: LedgerFile) => a.as_of.slice(0, 10) === b.as_of.slice(0, 10);

/**
 * Decides which loaded files count. A pure function of the set of files, so that any order of arrival ends the same.
 *
 * - Of snapshots for one source, scope, part and as-of the last by version, file time and bytes counts; where they share hardly a
 *   record, all are held until one is accepted.
 * - Of changes with one name the last counts.
 * - A file held when it came is superseded once a mended one is loaded.
 * - A snapshot (all its parts together) with less than `shrink` of the rows of the accepted one before it is held.
 */
export function standings(files: readonly LedgerFile[], shrink: number): Standing[] {
  const out: Standing[] = files.map((f) => ({ ...f, standing: f.status === "held" ? "held" : "effective" }));
  for (const claims of lists(out).values()) replaceLists(claims);
  const changes = out.filter((f) => f.standing === "effective" && f.rows === "changes");
  for (const same of Map.groupBy(changes, (f) => [f.source, f.scope, f.part, f.as_of, f.name].join("\u0000")).values())
    for (const file of same.slice(0, -1)) supersede(file, same.at(-1)!);
  // A file that was held is done with once a mended one of the same name, or of the same list and day, is loaded.
  for (const file of out.filter((f) => f.status === "held")) {
    const mended = out.find(
      (f) =>
        f.standing === "effective" &&
        (f.source === file.source || (file.code === "E108" && f.name === file.name)) &&
        (f.name === file.name ||
          (f.rows === "snapshot" && f.scope === file.scope && f.part === file.part && sameDay(f, file))),
    );
    if (mended) supersede(file, mended);
  }
  holdShrunk(out, shrink);
  return out;
}

function supersede(file: Standing, by: Standing): void {
  file.standing = "superseded";
  const which = by.name === file.name ? `the file of this name written ${by.modified_at.slice(0, 16)}` : by.name;
  file.message = `superseded by ${which}`;
}

function hold(file: Standing, code: ErrorCode, message: string, todo: string | null = null): void {
  Object.assign(file, { standing: "held", code, message, todo });
}

function replaceLists(claims: readonly Standing[]): void {
  const disputed = claims.some((f) => f.alike !== null && f.alike < correction);
  const chosen = disputed ? claims.findLast((f) => f.accepted) : claims.at(-1);
  for (const file of claims) {
    if (chosen) file !== chosen && supersede(file, chosen);
    else {
      const others = [...new Set(claims.filter((f) => f.name !== file.name).map((f) => f.name))];
      hold(file, "E109", `claims the same list and day as ${others.join(" and ")}, with other records`);
    }
  }
}

function holdShrunk(files: readonly Standing[], shrink: number): void {
  const snapshots = files.filter((f) => f.standing === "effective" && f.rows === "snapshot");
  for (const list of Map.groupBy(snapshots, (f) => [f.source, f.scope].join("\u0000")).values()) {
    let before = 0;
    let named = "";
    for (const parts of Map.groupBy(list, (f) => f.as_of).values()) {
      const count = parts.reduce((sum, f) => sum + f.loaded, 0);
      if (count < before * shrink && !parts.some((f) => f.accepted)) {
        const [now, then] = [count, before].map((n) => n.toLocaleString("en-US"));
        const todo = `${errorCodes.E106[1]} If the one before was too long, leave that out: \`keepage run --forget ${quoted(named)}\`.`;
        for (const file of parts)
          hold(file, "E106", `has ${now} ${count === 1 ? "row" : "rows"}, the snapshot before ${then}`, todo);
      } else {
        before = count;
        named = parts[0]!.name;
      }
    }
  }
}

/** Whether a list that was just loaded may turn out to be held for being short: for certain only once every file is here. */
export async function looksShort(
  connection: DuckDBConnection,
  { settings }: Workspace,
  { source, captures }: Arrival,
  { result, loaded }: Outcome,
): Promise<boolean> {
  if (result !== "loaded" || source.rows !== "snapshot") return false;
  const [longest] = await rows<{ loaded: number | null }>(
    connection,
    `select max(loaded)::integer as loaded from (
       select sum(loaded) as loaded from ledger.file where status = 'loaded' and source = $1 and scope = $2 group by as_of)`,
    [source.name, captures.scope ?? source.scope],
  );
  return loaded < (longest!.loaded ?? 0) * settings.hold.shrink;
}

/** Files of the workspace's sources and how they stand; a source that was switched off keeps its files in the ledger only. */
export async function standingFiles(
  connection: DuckDBConnection,
  { sources, settings }: Pick<Workspace, "sources" | "settings">,
): Promise<Standing[]> {
  const known = new Set(sources.map((s) => s.name));
  return standings(
    (await ledgerFiles(connection)).filter((f) => known.has(f.source)),
    settings.hold.shrink,
  );
}

/** Sources whose way of reading changed since their files were loaded: `keepage run --rebuild` loads them anew. */
export function staleSources({ sources }: Pick<Workspace, "sources">, files: readonly Standing[]): string[] {
  const now = new Map(sources.map((s) => [s.name, intakeSettings(s)]));
  const other = files.filter((f) => f.status === "loaded" && now.has(f.source) && now.get(f.source) !== f.settings);
  return [...new Set(other.map((f) => f.source))];
}

/** Files of a source that is not switched on (any more): they are in the ledger and in no release. */
export interface OffFiles {
  readonly source: string;
  readonly names: readonly string[];
  /** The source that would take the first of them now. */
  readonly takenBy: string | null;
}

export async function offFiles(
  connection: DuckDBConnection,
  workspace: Pick<Workspace, "sources">,
): Promise<OffFiles[]> {
  const known = new Set(workspace.sources.map((s) => s.name));
  const files = await rows<{ source: string; name: string }>(
    connection,
    "select distinct source, name from ledger.file where status <> 'forgotten' order by source, name",
  );
  const on = new Set(files.filter((f) => known.has(f.source)).map((f) => f.name));
  // A file that a renamed source has read again misses nothing.
  const off = files.filter((f) => !known.has(f.source) && !on.has(f.name));
  return [...Map.groupBy(off, (f) => f.source)].map(([source, all]) => {
    const names = all.map((f) => f.name);
    return { source, names, takenBy: claimOf(names[0]!, workspace)?.source.name ?? null };
  });
}

/** What to do about files of a source that is not switched on. */
export function todoOfOff({ source, names, takenBy }: OffFiles): string {
  const [is, it] = names.length === 1 ? ["is", "it"] : ["are", "them"];
  const first = names.length === 1 ? names[0]! : `${names.length.toLocaleString("en-US")} files, such as ${names[0]}`;
  return takenBy
    ? `${first}: ${is} ${takenBy}'s now; \`keepage run --rebuild\` reads ${it}`
    : `${first}: ${is} in no release, as ${source} is not switched on under \`sources\` in keepage.yaml`;
}

/** What to do about a held file: what its reader said, else what its code says. */
export function todoOf(file: Standing): string {
  const known = Object.entries(errorCodes).find(([code]) => code === file.code)?.[1];
  const todo: string = file.todo ?? (known ?? errorCodes.E999)[1];
  return todo.replaceAll("FILE", quoted(file.name));
}

/**
 * Takes a loaded file's word for it: a list that shrank, or one of several that claim a day, is right. A file that was forgotten is
 * remembered. Throws E010 for names of no such file.
 */
export async function accept(connection: DuckDBConnection, name: string): Promise<void> {
  const found = await named(connection, name);
  const open = found.filter((f) => f.code === null);
  if (open.length === 0 && !found.some((f) => f.status === "forgotten")) {
    throw new KeepageError(
      "E010",
      `"${name}" could not be loaded (${found[0]!.code}), so there is nothing to accept.`,
      {
        todo: `\`keepage status\` says what to mend; \`keepage run --forget\` leaves the file out for good.`,
      },
    );
  }
  await connection.run(
    `update ledger.file set accepted = code is null, status = case when code is null then 'loaded' else 'held' end
     where name = $1 and (status <> 'held')`,
    [basename(name)],
  );
}

/**
 * Leaves a file out for good, as if it had never come: what is held under the name, else what counts, else every file of that name. What
 * it had superseded counts again.
 * Throws E010 for names of no file.
 */
export async function forget(connection: DuckDBConnection, workspace: Workspace, name: string): Promise<void> {
  const found = await named(connection, name);
  const files = await standingFiles(connection, workspace);
  const of = (standing: Standing["standing"]) => {
    const ids = new Set(files.filter((f) => f.standing === standing).map((f) => f.file_id));
    return found.filter((f) => ids.has(f.file_id));
  };
  const [held, counting] = [of("held"), of("effective")];
  for (const { file_id } of held.length ? held : counting.length ? counting : found)
    await connection.run("update ledger.file set status = 'forgotten' where file_id = $1", [file_id]);
}

interface Named {
  readonly file_id: number;
  readonly status: string;
  readonly code: string | null;
}

/** Entries of a file by its name, or by a path that ends in it, as a shell completes it. */
async function named(connection: DuckDBConnection, path: string): Promise<Named[]> {
  const name = basename(path);
  const found = await rows<Named>(
    connection,
    "select file_id, status, code from ledger.file where name = $1 order by file_id",
    [name],
  );
  if (found.length) return found;
  const names = (await rows<{ name: string }>(connection, "select distinct name from ledger.file")).map((f) => f.name);
  const near = nearest(name, names);
  throw new KeepageError("E010", `No file named "${name}" was taken in${near ? `; the nearest is "${near}"` : ""}.`, {
    todo: "`keepage status` shows what came.",
  });
}

/** Names of the files that people forgot, by source. */
export async function forgottenFiles(connection: DuckDBConnection): Promise<{ name: string; source: string }[]> {
  return rows(
    connection,
    "select distinct name, source from ledger.file where status = 'forgotten' order by source, name",
  );
}
