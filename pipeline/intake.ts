// One file into the state: copied and hashed, read as text cells, cast by declared formats only, good rows to raw, bad rows to the ledger, in one transaction.
import { createHash } from "node:crypto";
import { type Arrival, archive, type FileFacts, unopened } from "./arrival.ts";
import { endOf, proveAsOf, settleAsOf } from "./asof.ts";
import type { Source, Workspace } from "./config.ts";
import { entity, rawColumn } from "./contract.ts";
import { type DuckDBConnection, identifier, literal, rows } from "./duckdb.ts";
import { insertFile, nextFileId, recordHeld } from "./entries.ts";
import { type ErrorCode, KeepageError } from "./errors.ts";
import { cast } from "./formats/cast.ts";
import { openCells } from "./formats/cells.ts";
import { columnsOf, foldHeader, headerIndex, lacking, wantedColumns } from "./formats/columns.ts";
import { commonest, recordDamaged, recordRejects } from "./rejects.ts";
import type { Feed } from "./settings/feeds.ts";
import { addColumns, identityFields, type State } from "./state.ts";

export interface Outcome {
  readonly name: string;
  readonly source: string;
  readonly result: "loaded" | "repeated" | "forgotten" | "held" | "unsettled";
  /** Number in the ledger of a file that was loaded. */
  readonly file_id?: number;
  readonly records: number;
  readonly loaded: number;
  readonly rejected: number;
  readonly code?: ErrorCode;
  readonly message?: string;
  readonly warnings: readonly string[];
  readonly seconds: number;
}

/** Takes one file in. Never throws for what is wrong with the file: that is an outcome. */
export async function intake(state: State, workspace: Workspace, arrival: Arrival, runId: string): Promise<Outcome> {
  const began = performance.now();
  const { source, name } = arrival;
  const outcome = (result: Outcome["result"], more: Partial<Outcome> = {}): Outcome => ({
    name,
    source: source.name,
    result,
    records: 0,
    loaded: 0,
    rejected: 0,
    warnings: [],
    ...more,
    seconds: (performance.now() - began) / 1000,
  });

  const file: FileFacts = {
    path: "",
    sha256: "",
    bytes: 0,
    name,
    asOf: null,
    asOfFrom: "file time",
    captures: arrival.captures,
  };
  try {
    const copy = await archive(state, arrival);
    if (!copy) return outcome("unsettled", { message: "is still being written; left for the next run" });
    Object.assign(file, copy);
  } catch (error) {
    const refused = unopened(error, arrival);
    // A file without bytes is known by its name and time.
    file.sha256 = createHash("sha256").update(`unopened ${name} ${arrival.modified.toISOString()}`).digest("hex");
    await recordHeld(state, workspace, arrival, file, refused, runId);
    return outcome("held", { code: refused.code, message: refused.message });
  }
  const known = await rows<{
    as_of_from: string;
    as_of: string;
    scope: string;
    part: string;
    name: string;
    status: string;
    loaded: number;
    rejected: number;
    records: number;
  }>(
    state.connection,
    `select as_of_from, strftime(as_of, '%Y-%m-%d %H:%M:%S') as as_of, scope, part, name, status, loaded, rejected, records
     from ledger.file where sha256 = $1 and source = $2 and status <> 'held'`,
    [file.sha256, source.name],
  );
  if (known.some((k) => k.status === "forgotten" && k.name === name)) return outcome("forgotten");
  try {
    if (arrival.clash) throw arrival.clash;
    // The same bytes tell something new only where the name says another day, scope or part: a list that did not change. Under one name
    // they never do: a copy with another time, such as that of a workspace which moved, is the same file.
    const zone = workspace.settings.time_zone;
    const { as_of: asOf, scope = source.scope, part = "" } = arrival.captures;
    const twin = known.find(
      (k) =>
        k.status === "loaded" &&
        k.scope === scope &&
        k.part === part &&
        (k.name === name || k.as_of_from !== "name" || !asOf || k.as_of === endOf(asOf, arrival.modified, zone)),
    );
    if (twin) return outcome("repeated", { records: twin.records, loaded: twin.loaded, rejected: twin.rejected });
    const loaded = await load(state, workspace, arrival, file, runId);
    return outcome("loaded", loaded);
  } catch (error) {
    if (!(error instanceof KeepageError) || !error.code.startsWith("E1")) throw error;
    if (!recorded.has(error)) await recordHeld(state, workspace, arrival, file, error, runId);
    return outcome("held", { code: error.code, message: error.message });
  }
}

/** Errors whose held file the ledger has already. */
const recorded = new WeakSet<KeepageError>();

async function load(
  state: State,
  workspace: Workspace,
  arrival: Arrival,
  file: FileFacts,
  runId: string,
  careful = false,
): Promise<Partial<Outcome>> {
  const { connection } = state;
  const { source } = arrival;
  await state.threadsFor(file.bytes);
  const wanted = wantedColumns(source);
  const cells = await openCells(
    connection,
    file.path,
    {
      ...(source.format.format && { format: source.format.format }),
      ...(source.format.encoding && { encoding: source.format.encoding }),
      ...(source.format.delimiter && { delimiter: source.format.delimiter }),
      ...(source.format.quote !== undefined && { quote: source.format.quote }),
      ...(source.format.escape && { escape: source.format.escape }),
      ...(source.format.header_line && { headerLine: source.format.header_line }),
      ...(source.format.header_rows && { headerRows: source.format.header_rows }),
      ...(source.format.sheet && { sheet: source.format.sheet }),
      ...(source.format.merged && { merged: source.format.merged }),
      ...(source.format.resource && { resource: source.format.resource }),
      columns: wanted.all,
      footer: [...source.footers],
    },
    { temp: state.temp, careful },
  );
  try {
    const header = headerIndex(cells.header);
    const absent = wanted.needed.filter((c) => c.every((n) => header(n) === undefined));
    if (absent.length) {
      const unknown = cells.header.filter((h) => !wanted.known.has(foldHeader(h)));
      throw new KeepageError("E104", lacking(absent, unknown));
    }
    const warnings = [...cells.warnings];
    const missing = wanted.all.filter((n) => header(n) === undefined);
    if (missing.length) warnings.push(`${columnsOf(missing)} ${missing.length === 1 ? "is" : "are"} not in the file`);
    const fresh = cells.header.filter((h) => !wanted.known.has(foldHeader(h)));
    if (fresh.length)
      warnings.push(
        `new ${columnsOf(fresh)}: map ${fresh.length === 1 ? "it or add it" : "them or add them"} to \`ignore\``,
      );

    settleAsOf(file, source, cells.titles, arrival.modified, workspace.settings.time_zone);
    proveAsOf(file, arrival.modified, workspace.settings.time_zone);
    const typed: { feed: Feed; table: string; applies: number; bad: number; flawed: number }[] = [];
    for (const [n, feed] of source.feeds.entries()) {
      const table = `typed_${n}`;
      const select = cast(feed, source, header, {
        relation: cells.relation,
        key: state.key,
        timeZone: workspace.settings.time_zone,
        ragged: cells.ragged,
      });
      try {
        await connection.run(`create or replace temp table ${table} as ${select}`);
      } catch (error) {
        if (careful || !(error instanceof Error) || !/CSV|Invalid Input/.test(error.message)) throw error;
        return await load(state, workspace, arrival, file, runId, true);
      }
      const [count] = await rows<{ all: number; applies: number; bad: number; flawed: number }>(
        connection,
        `select count(*)::integer as all, (count(*) filter (where applies))::integer as applies, (count(*) filter (where applies and bad))::integer as bad, (count(*) filter (where applies and flaws is not null))::integer as flawed from ${table}`,
      );
      // Two readers must agree on the number of rows; where DuckDB's does not, csv-parse reads the file.
      if (count!.all !== cells.records) {
        if (!careful) return await load(state, workspace, arrival, file, runId, true);
        throw new KeepageError("E101", `${count!.all} rows could be read of ${cells.records}`);
      }
      typed.push({ feed, table, ...count! });
    }
    const primary = typed[0]!;
    const structural = cells.rejectedCount;
    const rejected = structural + primary.bad;
    const records = primary.applies + structural;
    const share = records ? rejected / records : 0;
    if (share > workspace.settings.hold.reject_share) {
      const first = (await commonest(connection, primary.feed, primary.table, cells)) ?? cells.rejected[0]?.message;
      const error = new KeepageError(
        "E105",
        `${rejected.toLocaleString("en-US")} of ${records.toLocaleString("en-US")} rows were rejected (${(share * 100).toFixed(1)}%)${first ? `, such as: ${first}` : ""}`,
      );
      // People mend what they can see: what was wrong with the rows is kept beside the held file.
      await recordHeld(state, workspace, arrival, file, error, runId, async (fileId) => {
        for (const { feed, table } of typed) await recordRejects(connection, feed, table, fileId, cells);
        await recordDamaged(connection, primary.feed, fileId, cells);
      });
      recorded.add(error);
      throw error;
    }

    warnings.push(...(await repeats(connection, source, primary)));
    await connection.run("begin");
    try {
      const fileId = await nextFileId(connection);
      for (const { feed, table, applies, bad, flawed } of typed) {
        await persist(state, source, feed, table, fileId, file.asOf!);
        if (flawed) await recordRejects(connection, feed, table, fileId, cells);
        await connection.run("insert into ledger.load values ($1, $2, $3, $4)", [
          fileId,
          feed.entity,
          applies - bad,
          bad,
        ]);
      }
      await recordDamaged(connection, primary.feed, fileId, cells);
      const loaded = primary.applies - primary.bad;
      await insertFile(connection, workspace, arrival, file, runId, fileId, {
        status: "loaded",
        records,
        loaded,
        rejected,
        footers: cells.footers,
        warnings,
      });
      await connection.run("commit");
      return { file_id: fileId, records, loaded, rejected, warnings };
    } catch (error) {
      await connection.run("rollback");
      throw error;
    }
  } finally {
    await cells.close();
    for (const n of source.feeds.keys()) await connection.run(`drop table if exists typed_${n}`);
  }
}

/** In lists of up to this many rows, records that come more than once are told. */
const repeatsLimit = 250_000;

/** A list names each record once; where it does not, its last row counts, and people should know. */
async function repeats(
  connection: DuckDBConnection,
  source: Source,
  { feed, table, applies }: { readonly feed: Feed; readonly table: string; readonly applies: number },
): Promise<string[]> {
  const { key, fields } = entity(feed.entity);
  const [id = ""] = key;
  if (source.rows !== "snapshot" || applies > repeatsLimit || key.length !== 1 || fields[id]!.type !== "id") return [];
  const [found] = await rows<{ n: number }>(
    connection,
    `select (count(${identifier(id)}) - count(distinct ${identifier(id)}))::integer as n from ${table} where applies and not bad`,
  );
  const more = found!.n;
  return more
    ? [
        `${more.toLocaleString("en-US")} ${more === 1 ? "row repeats" : "rows repeat"} a ${id} of the list: the last row of each counts`,
      ]
    : [];
}

async function persist(
  state: State,
  source: Source,
  feed: Feed,
  table: string,
  fileId: number,
  asOf: string,
): Promise<void> {
  const { connection } = state;
  const filled = Object.keys(feed.columns);
  const fields = entity(feed.entity).fields;
  const columns = filled.flatMap((f) => rawColumn(f, fields[f]!) ?? []);
  const list = columns.map(identifier).join(", ");
  await addColumns(connection, feed.entity, columns);
  await connection.run(
    `insert into raw.${feed.entity} (file_id, row_number, ${list})
     select ${fileId}, (rowid + 1)::integer, ${list} from ${table} where applies and not bad`,
  );
  if (!filled.includes("patient_id")) return;
  const personal = identityFields.filter((f) => filled.includes(f));
  const same = ["patient_id", ...personal].map((f) => `known.${f} is not distinct from seen.${f}`);
  const blank = identityFields.filter((f) => !personal.includes(f)).map((f) => `known.${f} is null`);
  const names = ["patient_key", "patient_id", ...personal];
  await connection.run(
    `merge into identity.patient known
     using (select distinct ${names.join(", ")} from ${table} where applies and not bad and patient_key is not null) seen
     on known.patient_key = seen.patient_key and ${[...same, ...blank].join(" and ")}
     when matched and known.last_as_of < timestamp ${literal(asOf)} then update set last_as_of = timestamp ${literal(asOf)}
     when not matched then insert (${names.join(", ")}, namespace, last_as_of)
       values (${names.map((n) => `seen.${n}`).join(", ")}, ${literal(source.patients)}, timestamp ${literal(asOf)})`,
  );
}
