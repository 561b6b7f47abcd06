// `keepage status` and `keepage rejects`: what stands, what is late, what was held and what to do about it. They only read.
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { wallClock } from "./asof.ts";
import type { Workspace } from "./config.ts";
import { literal, rows } from "./duckdb.ts";
import { KeepageError, nearest } from "./errors.ts";
import { printable, sift } from "./inbox.ts";
import { quoted } from "./init.ts";
import { type RunRow, readState, runRows } from "./ledger.ts";
import { cutOff } from "./lock.ts";
import { currentRelease, type ReleaseFacts, releaseFacts } from "./publish.ts";
import { type Answer, openRelease } from "./query.ts";
import {
  forgottenFiles,
  type OffFiles,
  offFiles,
  type Standing,
  staleSources,
  standingFiles,
  todoOf,
  todoOfOff,
} from "./standing.ts";

export interface SourceStatus {
  readonly source: string;
  readonly label: string;
  /** Files whose rows count. */
  readonly files: number;
  readonly superseded: number;
  readonly held: number;
  /** Rows of the files that count. */
  readonly rows: number;
  readonly rejected: number;
  /** Newest as-of of any file that counts, yyyy-MM-dd HH:mm:ss; null where none came. */
  readonly last_as_of: string | null;
  /** Whole days from that day to today. */
  readonly days_old: number | null;
  readonly expected_every_days: number | null;
  readonly late: boolean;
}

export interface HeldFile {
  readonly name: string;
  readonly source: string;
  readonly code: string;
  readonly why: string;
  readonly todo: string;
  /** It was taken out of the inbox. */
  readonly gone: boolean;
}

export interface UnreadFile {
  readonly name: string;
  readonly why: string;
}

export interface UnmappedWords {
  readonly source: string;
  readonly field: string;
  readonly words: number;
  readonly records: number;
}

export interface StatusReport {
  readonly organization: string;
  readonly workspace: string;
  readonly current: string | null;
  readonly releases: readonly (ReleaseFacts & { readonly current: boolean })[];
  readonly last_run: RunRow | null;
  /** When a later run began that was killed, yyyy-MM-dd HH:mm; null where none was. */
  readonly cut_off: string | null;
  readonly sources: readonly SourceStatus[];
  readonly held: readonly HeldFile[];
  /** Files that people left out for good. */
  readonly forgotten: readonly {
    readonly name: string;
    readonly source: string;
    /** Another file of this name counts. */
    readonly other: boolean;
  }[];
  /** Files of the inbox that no source takes. */
  readonly unread: readonly UnreadFile[];
  /** Files of sources that are not switched on. */
  readonly off: readonly OffFiles[];
  /** Words of the current release that no mapping row knows. */
  readonly unmapped: readonly UnmappedWords[];
  /** Sources whose way of reading changed since their files were loaded. */
  readonly stale: readonly string[];
  readonly text: string;
}

/** What stands in a workspace today. Throws E401 while a run writes the state. */
export async function status(workspace: Workspace): Promise<StatusReport> {
  const state = await readState(workspace);
  let files: Standing[] = [];
  let forgotten: { name: string; source: string }[] = [];
  let off: OffFiles[] = [];
  let last: RunRow | undefined;
  if (state) {
    try {
      files = await standingFiles(state.connection, workspace);
      forgotten = await forgottenFiles(state.connection);
      off = await offFiles(state.connection, workspace);
      [last] = await runRows(state.connection, 1);
    } finally {
      state.close();
    }
  }
  const current = currentRelease(workspace);
  const cut = cutOff(workspace);
  const today = wallClock(new Date(), workspace.settings.time_zone).slice(0, 10);
  const report = {
    organization: workspace.settings.name,
    workspace: workspace.dir,
    current,
    releases: releaseFacts(workspace)
      .reverse()
      .map((facts) => ({ ...facts, current: facts.run_id === current })),
    last_run: last ?? null,
    cut_off: cut && wallClock(cut, workspace.settings.time_zone).slice(0, 16),
    sources: workspace.sources.map((s) => sourceStatus(s, files, today)),
    held: files.filter((f) => f.standing === "held").map((f) => heldFile(f, workspace)),
    forgotten: forgotten.map((f) => ({
      ...f,
      other: files.some((o) => o.name === f.name && o.standing === "effective"),
    })),
    unread: unread(workspace),
    off,
    unmapped: await unmapped(workspace),
    stale: staleSources(workspace, files),
  };
  return { ...report, text: asText(report) };
}

/** Sources of which a file should have come by now. */
export function lateSources(workspace: Workspace, files: readonly Standing[]): SourceStatus[] {
  const today = wallClock(new Date(), workspace.settings.time_zone).slice(0, 10);
  return workspace.sources.map((s) => sourceStatus(s, files, today)).filter((s) => s.late);
}

function sourceStatus(source: Workspace["sources"][number], files: readonly Standing[], today: string): SourceStatus {
  const own = files.filter((f) => f.source === source.name);
  const effective = own.filter((f) => f.standing === "effective");
  const newest =
    effective
      .map((f) => f.as_of)
      .sort()
      .at(-1) ?? null;
  const days = newest === null ? null : Math.round((Date.parse(today) - Date.parse(newest.slice(0, 10))) / 86_400_000);
  const every = source.expect_days ?? null;
  return {
    source: source.name,
    label: source.label,
    files: effective.length,
    superseded: own.filter((f) => f.standing === "superseded").length,
    held: own.filter((f) => f.standing === "held").length,
    rows: effective.reduce((sum, f) => sum + f.loaded, 0),
    rejected: effective.reduce((sum, f) => sum + f.rejected, 0),
    last_as_of: newest,
    days_old: days,
    expected_every_days: every,
    late: every !== null && days !== null && days > every,
  };
}

function heldFile(file: Standing, workspace: Workspace): HeldFile {
  const { name, source, message } = file;
  const gone = !existsSync(join(workspace.inbox, name));
  const todo = gone ? todoOfGone(file) : todoOf(file);
  return { name, source, code: file.code ?? "E999", why: message ?? "", todo, gone };
}

/** What to do about a held file that was taken out of the inbox: what the archive keeps of it can be read again. */
function todoOfGone(file: Standing): string {
  if (file.code === "E112") return todoOf(file);
  const read =
    file.status === "loaded" || file.code === "E110"
      ? ""
      : "; once mended, `keepage run --rebuild` reads the archive's copy";
  return `It is no longer in the inbox${read}. If nobody needs it: \`keepage run --forget ${quoted(file.name)}\`. ${todoOf(file)}`;
}

/** Words without a meaning by source and field; none where no release can be read. */
async function unmapped(workspace: Workspace): Promise<UnmappedWords[]> {
  if (!existsSync(join(workspace.current, "warehouse.duckdb"))) return [];
  try {
    const release = await openRelease(workspace);
    try {
      return await rows<UnmappedWords>(
        release.connection,
        `select source, field, count(*)::integer as words, sum(records)::integer as records
         from marts.unmapped_value group by source, field order by source, field`,
      );
    } finally {
      release.close();
    }
  } catch {
    // What stands in the state is told also beside a release that is damaged or was made of a few tables.
    return [];
  }
}

/** Files of the inbox that no run will read, with the reason. */
function unread(workspace: Workspace): UnreadFile[] {
  if (!existsSync(workspace.inbox)) return [];
  return sift(workspace).flatMap((found) =>
    "reason" in found && !found.known ? [{ name: found.name, why: found.reason }] : [],
  );
}

const number = (n: number) => n.toLocaleString("en-US");
const plural = (n: number, one: string, many = `${one}s`) => `${number(n)} ${n === 1 ? one : many}`;

function asText(r: Omit<StatusReport, "text">): string {
  const lines: string[] = [`${r.organization}   ${relative("", r.workspace) || "."}`, ""];
  if (r.last_run) lines.push(`last run   ${r.last_run.started_at.slice(0, 16)}, ${runWord(r.last_run)}`);
  if (r.cut_off) lines.push(`cut off    ${r.cut_off}, a run that did not come to its end: keepage run`);
  if (r.last_run || r.cut_off) lines.push("");
  lines.push("releases");
  if (r.releases.length === 0) lines.push("  none yet: keepage run");
  const wide = Math.max(0, ...r.releases.map((x) => x.run_id.length));
  for (const x of r.releases) {
    const made = `${plural(x.files, "file")}, ${plural(x.pages, "page")}, ${plural(x.worklists, "worklist")}`;
    lines.push(
      `  ${x.run_id.padEnd(wide)}${x.current ? "  current" : "         "}  as of ${x.as_of.slice(0, 10)}  ${made}`,
    );
  }
  lines.push("", "sources");
  if (r.sources.length === 0) lines.push("  none is switched on: keepage help draft");
  const widths = [0, 1, 2, 3].map((i) => Math.max(0, ...r.sources.map((s) => sourceCells(s)[i]!.length)));
  for (const s of r.sources) {
    const [name, files, rows, asOf, fresh] = sourceCells(s) as [string, string, string, string, string];
    lines.push(
      `  ${name.padEnd(widths[0]!)}  ${files.padStart(widths[1]!)}  ${rows.padStart(widths[2]!)}  ${asOf.padEnd(widths[3]!)}  ${fresh}`.trimEnd(),
    );
  }
  if (r.held.length)
    lines.push("", `held: nothing of ${r.held.length === 1 ? "this file is" : "these files is"} in the release`);
  for (const h of r.held) lines.push(`  ${printable(h.name)}`, `    ${printable(h.why)} (${h.code})`, `    ${h.todo}`);
  if (r.unread.length) lines.push("", "in the inbox, and not read");
  for (const u of r.unread) lines.push(`  ${printable(u.name)}`, `    ${u.why}`);
  if (r.forgotten.length) {
    lines.push("", "left out for good; `keepage run --accept FILE` takes one back");
    for (const f of r.forgotten)
      lines.push(`  ${printable(f.name)}${f.other ? ", another file than the one of this name that counts" : ""}`);
  }
  if (r.off.length) lines.push("", "of sources that are not switched on");
  for (const o of r.off) lines.push(`  ${o.source}`, `    ${printable(todoOfOff(o))}`);
  if (r.unmapped.length) {
    lines.push(
      "",
      "words without a meaning, counted as unmapped: a row of statuses.csv gives one (of specialties.csv a specialty)",
    );
    for (const u of r.unmapped)
      lines.push(`  ${u.source}  ${u.field}: ${plural(u.words, "word")}, ${plural(u.records, "record")}`);
    lines.push('  `keepage sql "from marts.unmapped_value"` lists them');
  }
  if (r.stale.length) {
    lines.push("", "read otherwise now than when their files were loaded");
    lines.push(`  ${r.stale.join(", ")}: \`keepage run --rebuild\` loads the files anew`);
  }
  return lines.join("\n");
}

function runWord(run: RunRow): string {
  if (run.status === "failed") return `failed: ${run.message ?? ""}`;
  if (run.status === "missing") return `done, but ${run.message}`;
  return run.status === "held" ? "done, with files held" : "done";
}

function sourceCells(s: SourceStatus): string[] {
  const rejected = s.rejected ? `, ${number(s.rejected)} rejected` : "";
  return [
    s.source,
    plural(s.files, "file"),
    `${plural(s.rows, "row")}${rejected}`,
    s.last_as_of ? `as of ${s.last_as_of.slice(0, 10)}` : "nothing came yet",
    freshness(s),
  ];
}

function freshness(s: SourceStatus): string {
  if (s.days_old === null) return "";
  const age = s.days_old === 0 ? "today" : `${plural(s.days_old, "day")} old`;
  if (s.expected_every_days === null) return age;
  const expected = `expected every ${plural(s.expected_every_days, "day")}`;
  return s.late ? `LATE: ${age}, ${expected}` : `${age}, ${expected}`;
}

/** Rejected rows and values, newest file first: file, line, field, value (masked), rule, message. All files, or those of one name. */
export async function rejects(workspace: Workspace, file?: string): Promise<Answer> {
  const columns = ["file", "line", "field", "value", "rule", "message"];
  const state = await readState(workspace);
  if (!state) return { columns, rows: [] };
  try {
    if (file !== undefined) {
      const names = (await rows<{ name: string }>(state.connection, "select distinct name from ledger.file")).map(
        (f) => f.name,
      );
      if (!names.includes(file)) {
        const near = nearest(file, names);
        throw new KeepageError(
          "E010",
          `No file named "${file}" was taken in${near ? `; the nearest is "${near}"` : ""}.`,
          {
            todo: "`keepage status` shows what came.",
          },
        );
      }
    }
    const found = await state.connection.runAndReadAll(
      `select f.name, r.line::varchar, r.field, r.value, r.rule, r.message
         || case when r.kept then ' The row was loaded without it.' else '' end
       from ledger.reject r join ledger.file f using (file_id)
       ${file === undefined ? "" : `where f.name = ${literal(file)}`}
       order by f.as_of desc, f.name, f.file_id desc, r.line, r.field`,
    );
    const kinds = columns.map((c) => (c === "line" ? "number" : "text"));
    return { columns, rows: found.getRows() as (string | null)[][], kinds };
  } finally {
    state.close();
  }
}
