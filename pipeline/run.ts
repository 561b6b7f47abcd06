// The main job: take in what arrived, build the models, prove them, publish. A failure before the last rename leaves yesterday's release up.
import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Arrival } from "./arrival.ts";
import { wallClock } from "./asof.ts";
import { home, type Workspace } from "./config.ts";
import { missingFiles, type NewWord, newWords } from "./drift.ts";
import { type DuckDBConnection, open, rows } from "./duckdb.ts";
import { KeepageError } from "./errors.ts";
import { arrived } from "./inbox.ts";
import { intake, type Outcome } from "./intake.ts";
import { ledgerTime, type RunRow, recordRun } from "./ledger.ts";
import { lock } from "./lock.ts";
import { buildModels, loadModels, type ModelResult, withReads } from "./models.ts";
import { prune, swap, writeFacts } from "./publish.ts";
import { bequeath, type Inheritance, inherit, stillForgotten } from "./rebuild.ts";
import { policiesOf, writeSeeds } from "./seeds.ts";
import type { Policy } from "./settings/policies.ts";
import {
  accept,
  forget,
  forgottenFiles,
  looksShort,
  type OffFiles,
  offFiles,
  type Standing,
  staleSources,
  standingFiles,
} from "./standing.ts";
import { attachState, firstLine, openState, proveWhole } from "./state.ts";
import { lateSources } from "./status.ts";
import { worklistMarts, writeWorklists } from "./worklists.ts";

export interface RunOptions {
  /** Build the site too (default). */
  readonly site?: boolean;
  /** Load everything again from the archive with the sources as they are now. */
  readonly rebuild?: boolean;
  /** Names of held snapshots that are right after all. */
  readonly accept?: readonly string[];
  /** Tables to build, together with all that they read; every model unless told. Without a site these must hold what worklists read. */
  readonly models?: readonly string[];
  /** Names of files to leave out for good. */
  readonly forget?: readonly string[];
  readonly onEvent?: (event: RunEvent) => void;
}

export type RunEvent =
  | { kind: "file"; outcome: Outcome }
  | { kind: "ignored"; name: string; message: string }
  | { kind: "standing"; file: Standing }
  | { kind: "model"; model: ModelResult }
  | { kind: "stale"; source: string }
  | { kind: "missing"; message: string }
  | { kind: "late"; source: string; days_old: number | null; expected_every_days: number | null }
  | { kind: "drift"; word: NewWord }
  | { kind: "publish"; what: string; count: number; seconds: number }
  | { kind: "progress"; done: number; total: number; what: string };

export interface RunReport {
  readonly runId: string;
  readonly release: string;
  readonly outcomes: readonly Outcome[];
  readonly held: readonly Standing[];
  /** What counted in the release before and that nothing accounts for now, a sentence for each source. */
  readonly missing: readonly string[];
  readonly models: readonly ModelResult[];
  readonly seconds: number;
}

/** Runs the whole job on a workspace. Throws KeepageError; what is wrong with single files is in the report. */
export async function run(workspace: Workspace, options: RunOptions = {}): Promise<RunReport> {
  const began = performance.now();
  const emit = options.onEvent ?? (() => {});
  if (workspace.sources.length === 0) {
    throw new KeepageError(
      "E011",
      `${workspace.settings.name} has no source yet: nothing would be read from the inbox.`,
    );
  }
  // Settings are proved before anything is taken in.
  const policies = policiesOf(workspace);
  const release = lock(workspace);
  const started = ledgerTime(workspace);
  let runId = "";
  let end: Pick<RunRow, "status" | "release" | "message"> = { status: "failed", release: null, message: null };
  try {
    mkdirSync(workspace.inbox, { recursive: true });
    mkdirSync(workspace.releases, { recursive: true });
    rmSync(join(workspace.state, "temp"), { recursive: true, force: true });
    prune(workspace, workspace.settings.run.keep_releases);
    runId = nextRunId(workspace);
    const outcomes: Outcome[] = [];
    const taken = await takeIn(workspace, options, runId, outcomes, emit);
    const { files } = taken;
    const held = files.filter((f) => f.standing === "held");
    if (!files.some((f) => f.standing === "effective")) {
      throw new KeepageError("E302", "No file of any source could be loaded, so there is nothing to publish.", {
        todo: `Put exports into ${workspace.inbox}; \`keepage status\` shows what was held and why.`,
      });
    }
    const built = await build(workspace, policies, taken, runId, options, emit);
    prune(workspace, workspace.settings.run.keep_releases);
    for (const { source, days_old, expected_every_days } of lateSources(workspace, files))
      emit({ kind: "late", source, days_old, expected_every_days });
    const { missing } = built;
    const message = missing.length ? missing.join("; ") : held.map((f) => f.name).join(", ");
    const status = missing.length ? "missing" : held.length ? "held" : "done";
    end = { status, release: runId, message: message || null };
    return {
      runId,
      release: built.release,
      outcomes,
      held,
      missing,
      models: built.models,
      seconds: (performance.now() - began) / 1000,
    };
  } catch (error) {
    end = { ...end, message: firstLine(error) };
    throw error;
  } finally {
    // The release stands by now, or the reason why it does not is on its way: a ledger that cannot be written hides neither.
    const row = { run_id: runId, started_at: started, finished_at: ledgerTime(workspace), ...end };
    if (runId) await recordRun(workspace, row).catch(() => {});
    release();
  }
}

/** The time of day, or a name after the newest release's where clocks were put back: releases are told apart and ordered by their names. */
function nextRunId(workspace: Workspace): string {
  const stamp = wallClock(new Date(), workspace.settings.time_zone).replaceAll(/[-:]/g, "").replace(" ", "-");
  const names = readdirSync(workspace.releases).sort();
  const newest = names.at(-1) ?? "";
  if (newest < stamp) return stamp;
  const [, time = newest, n = "1"] = /^(.*-\d{6})(?:-(\d+))?$/.exec(newest) ?? [];
  return `${time}-${String(Number(n) + 1).padStart(3, "0")}`;
}

/** How every file stands once all is taken in. */
export interface Taken {
  readonly files: Standing[];
  readonly rejected: Rejected[];
  /** Files that people left out for good. */
  readonly forgotten: readonly { readonly name: string }[];
  readonly off: readonly OffFiles[];
}

type Rejected = { file_id: number; entity: string; record_id: string };

/** Takes in what lies in the inbox (or the archive, with `rebuild`), and tells how every file of the ledger stands after that. */
export async function takeIn(
  workspace: Workspace,
  options: RunOptions,
  runId: string,
  outcomes: Outcome[],
  emit: (event: RunEvent) => void,
): Promise<Taken> {
  const draft = "state.rebuild.duckdb";
  for (const left of [draft, `${draft}.wal`]) rmSync(join(workspace.state, left), { force: true });
  if (!options.rebuild) proveWhole(workspace);
  let arrivals: readonly Arrival[] = await arrived(workspace, (name, message) =>
    emit({ kind: "ignored", name, message }),
  );
  let state = await openState(workspace, undefined, options.rebuild);
  let old: Inheritance | undefined;
  if (options.rebuild) {
    try {
      old = await inherit(state, workspace, arrivals);
    } finally {
      state.close();
    }
    arrivals = old.arrivals;
    state = await openState(workspace, draft);
    await bequeath(state, old);
  }
  const tell = (outcome: Outcome) => {
    outcomes.push(outcome);
    emit({ kind: "file", outcome });
  };
  // Whether a list that looks short is held shows once all files are here; what became of it is told once, then.
  const short: Outcome[] = [];
  try {
    if (!options.rebuild) await judge(state.connection, workspace, options);
    for (const [n, arrival] of arrivals.entries()) {
      emit({ kind: "progress", done: n, total: arrivals.length, what: arrival.name });
      const outcome = await intake(state, workspace, arrival, runId);
      if (await looksShort(state.connection, workspace, arrival, outcome)) short.push(outcome);
      else tell(outcome);
    }
    if (old) {
      await stillForgotten(state.connection, old);
      await judge(state.connection, workspace, options);
    }
    const files = await standingFiles(state.connection, workspace);
    const told = new Set<Standing>();
    for (const outcome of short) {
      const named = files.filter((f) => f.source === outcome.source && f.name === outcome.name);
      const file = named.sort((a, b) => b.file_id - a.file_id)[0];
      if (file?.standing !== "held") tell(outcome);
      else {
        told.add(file);
        tell({ ...outcome, result: "held", ...(file.code && { code: file.code, message: file.message ?? "" }) });
      }
    }
    for (const file of files)
      if (file.status === "loaded" && file.standing === "held" && !told.has(file)) emit({ kind: "standing", file });
    // Whoever drops a file in must not think that it counts where another one does.
    const fresh = new Set(outcomes.map((o) => o.file_id));
    for (const file of files)
      if (file.standing === "superseded" && fresh.has(file.file_id)) emit({ kind: "standing", file });
    for (const source of staleSources(workspace, files)) emit({ kind: "stale", source });
    const rejected = await rows<Rejected>(
      state.connection,
      `select distinct r.file_id, r.entity, r.record_id from ledger.reject r join ledger.file f using (file_id)
       where r.record_id is not null and not r.kept and f.status = 'loaded' order by all`,
    );
    const forgotten = await forgottenFiles(state.connection);
    const off = await offFiles(state.connection, workspace);
    await state.connection.run("checkpoint");
    return { files, rejected, forgotten, off };
  } catch (error) {
    old = undefined;
    throw error;
  } finally {
    state.close();
    // A state that is loaded anew takes the old one's place when all of it is there, and not before.
    if (old) renameSync(join(workspace.state, draft), join(workspace.state, "state.duckdb"));
  }
}

/** What people say about files of the ledger. */
async function judge(connection: DuckDBConnection, workspace: Workspace, options: RunOptions): Promise<void> {
  for (const name of options.accept ?? []) await accept(connection, name);
  for (const name of options.forget ?? []) await forget(connection, workspace, name);
}

/** Rows of exports whose referrals are derived at one time: about 2 GB of memory. */
const rowsOfSlice = 2_000_000;

/** Bytes of a state whose tables are too short to be shared out among threads: to wake them takes longer than the work. */
const smallState = 8 << 20;

async function build(
  workspace: Workspace,
  policies: readonly Policy[],
  { files, rejected, forgotten, off }: Taken,
  runId: string,
  options: RunOptions,
  emit: (event: RunEvent) => void,
): Promise<{ release: string; models: ModelResult[]; missing: string[] }> {
  const release = join(workspace.releases, runId);
  mkdirSync(release, { recursive: true });
  try {
    const warehouse = join(release, "warehouse.duckdb");
    const temp = join(workspace.state, "temp");
    const database = await open(warehouse, {
      memory: workspace.settings.run.memory,
      temp: join(temp, "spill"),
      ...(statSync(join(workspace.state, "state.duckdb")).size < smallState && { threads: 1 }),
    });
    let models: ModelResult[];
    let lists = 0;
    let missing: string[];
    try {
      const { connection } = database;
      await attachState(connection, workspace);
      await writeSeeds(connection, workspace, files, rejected, runId, policies);
      const all = await loadModels(join(home, "models"));
      const wanted = options.models ? withReads(all, options.models) : all;
      const beside = { models: await database.connect(), worklists: await database.connect() };
      const slices = Math.max(1, Math.ceil(files.reduce((sum, { loaded }) => sum + loaded, 0) / rowsOfSlice));
      // Worklists are written as soon as what they read stands, beside the models that follow.
      const needed = new Set(worklistMarts);
      let listing: Promise<void> | undefined;
      const list = async () => {
        const started = performance.now();
        lists = await writeWorklists(beside.worklists, workspace, join(release, "worklists"));
        emit({ kind: "publish", what: "worklists", count: lists, seconds: (performance.now() - started) / 1000 });
      };
      try {
        models = await buildModels(connection, wanted, {
          slices,
          // Two models at once need the memory of both, and save time only where planning them is most of the work.
          ...(slices === 1 && { beside: beside.models }),
          onProgress: (done, total, what) => emit({ kind: "progress", done, total, what }),
          onModel: (model) => {
            emit({ kind: "model", model });
            if (needed.delete(model.name) && needed.size === 0) listing = list();
          },
        });
      } finally {
        await Promise.allSettled([listing]);
      }
      await listing;
      for (const word of await newWords(connection, workspace)) emit({ kind: "drift", word });
      missing = await missingFiles(connection, workspace, [...files, ...forgotten], off);
      for (const message of missing) emit({ kind: "missing", message });
      // Views of the private state and the scratch tables go; what stays in the file is core, marts and seeds.
      await connection.run("drop schema staging cascade; drop table seeds.slice");
      for (const name of ["raw", "identity", "scratch", "state"]) await connection.run(`detach ${name}`);
      await connection.run("checkpoint");
    } finally {
      database.close();
    }
    let pages = 0;
    if (options.site !== false) {
      const began = performance.now();
      // Imported by those who build a site: what it needs takes longer to load than a small file to read.
      const { buildSite, gateSite } = await import("./site/site.ts");
      const site = await buildSite({ warehouse, out: join(release, "site"), temp: join(temp, "site") });
      const faults = await gateSite(join(release, "site"));
      if (faults.length)
        throw new KeepageError("E301", `The site was not published: ${faults.slice(0, 5).join("; ")}.`);
      pages = site.pages;
      emit({ kind: "publish", what: "pages", count: pages, seconds: (performance.now() - began) / 1000 });
    }
    const asOf = files
      .filter((f) => f.standing === "effective")
      .map((f) => f.as_of)
      .sort()
      .at(-1)!;
    writeFacts(release, {
      run_id: runId,
      as_of: asOf,
      files: files.filter((f) => f.standing === "effective").length,
      held: files.filter((f) => f.standing === "held").length,
      models: models.length,
      pages,
      worklists: lists,
    });
    swap(workspace, release);
    return { release, models, missing };
  } catch (error) {
    rmSync(release, { recursive: true, force: true });
    throw error;
  }
}
