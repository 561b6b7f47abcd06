// `keepage draft FILE`: a first honest source.yaml and statuses.csv from an export's own headers and values. What the values do not
// prove is marked "decide" rather than guessed; no patient's data is written or shown.
import {
  chmodSync,
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";
import { constants, gunzipSync } from "node:zlib";
import { readSources, shippedSources } from "../config.ts";
import { type EntityName, entity, entityNames } from "../contract.ts";
import { type DuckDBConnection, open } from "../duckdb.ts";
import { KeepageError, nearest } from "../errors.ts";
import { type Cells, openCells } from "../formats/cells.ts";
import { quoted, schemaComment } from "../init.ts";
import { namePattern, titlePattern, undated } from "../settings/filename.ts";
import { readTitleDate } from "../settings/patterns.ts";
import { type Drafted, type DraftedField, sourceFile, statusesFile } from "./drafted.ts";
import { candidates, draftField, fits, hintOn, isDated, wordsOf } from "./fields.ts";
import { assign, fieldsFor, guessEntity, nameParts } from "./headers.ts";
import { Columns } from "./profile.ts";

export interface DraftOptions {
  /** Folder of the source; from the file's name, unless told. */
  readonly name?: string | undefined;
  /** What a row is, where the headers do not tell. */
  readonly entity?: string | undefined;
  /** Folder of the workspace. */
  readonly workspace: string;
}

export interface DraftReport {
  readonly name: string;
  readonly folder: string;
  readonly entity: EntityName;
  readonly fields: number;
  readonly words: number;
  readonly undecidedWords: number;
  readonly lines: readonly string[];
}

/**
 * Writes sources/NAME/{source.yaml,statuses.csv} in the workspace.
 * @throws KeepageError E010 where the headers do not tell what a row is, E012 where the source exists, E1xx where the file cannot be read
 */
export async function draft(file: string, options: DraftOptions): Promise<DraftReport> {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat?.isFile()) throw new KeepageError("E010", `${file} ${stat ? "is not a file" : "does not exist"}.`);
  const given = options.entity === undefined ? undefined : entityNamed(options.entity);
  const name = options.name ?? nameOf(basename(file));
  if (!/^[a-z0-9][a-z0-9-]*$/.test(name) || name === "policies" || name === "reference")
    throw new KeepageError("E010", `"${name}" cannot name a source: use lower-case letters, digits and hyphens.`);
  const folder = join(options.workspace, "sources", name);
  if (existsSync(join(folder, "source.yaml")))
    throw new KeepageError("E012", `${relative("", folder)} has a source.yaml already.`);

  if (await isNdjson(file)) {
    throw new KeepageError("E101", `${basename(file)} holds JSON, one object a line; drafts are made from tables.`, {
      todo: "A FHIR bulk export needs no draft: switch on the shipped source fhir-bulk.",
    });
  }
  const temp = mkdtempSync(join(tmpdir(), "keepage-draft-"));
  chmodSync(temp, 0o700);
  const database = await open(":memory:", { temp: join(temp, "spill") });
  try {
    const { cells, relation } = await read(database.connection, file, temp);
    proveHeader(cells.header);
    const columns = await Columns.of(database.connection, relation, cells.header);
    const drafted = await describe({ file, name, folder, given, cells, columns });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "source.yaml"), sourceFile(drafted));
    writeFileSync(join(folder, "statuses.csv"), statusesFile(drafted));
    return report(drafted, folder, cells, options.workspace);
  } finally {
    database.close();
    rmSync(temp, { recursive: true, force: true });
  }
}

/** One JSON object a line, gzipped or not. */
async function isNdjson(file: string): Promise<boolean> {
  const head = createReadStream(file, { end: 4095 });
  for await (const chunk of head) {
    const bytes = chunk as Buffer;
    const zipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const text = zipped ? gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }) : bytes;
    return /^\ufeff?\s*\{\s*"/.test(text.toString("utf8", 0, 64));
  }
  return false;
}

function entityNamed(text: string): EntityName {
  const found = entityNames.find((n) => n === text);
  if (found) return found;
  const near = nearest(text, entityNames);
  throw new KeepageError("E010", `"${text}" is no entity${near ? `; the nearest is "${near}"` : ""}.`, {
    todo: `--entity is one of ${entityNames.join(", ")}.`,
  });
}

/** What a file's name says besides its day and its kind. */
function stemOf(file: string): string {
  const stem = namePattern(file)
    .stem.replaceAll(/[_\d.()-]+/g, " ")
    .trim();
  return (
    stem ||
    file
      .replace(/\..*$/, "")
      .replaceAll(/[_\d.()-]+/g, " ")
      .trim()
  );
}

/** Referral WQ_20260502 (2).csv.gz is referral-wq. A shipped source's name is not taken from it. */
function nameOf(file: string): string {
  const words = stemOf(file)
    .toLowerCase()
    .match(/[a-z]+/g) ?? ["source"];
  const name = words.join("-").slice(0, 40);
  return shippedSources().includes(name) || name === "policies" || name === "reference" ? `our-${name}` : name;
}

/** The file's cells as a table of our own, so that each column can be read several times. */
async function read(
  connection: DuckDBConnection,
  file: string,
  temp: string,
): Promise<{ cells: Cells; relation: string }> {
  const load = async (careful: boolean) => {
    const cells = await openCells(connection, file, { columns: [], merged: "first_row" }, { temp, careful });
    try {
      const made = await connection.runAndReadAll(
        `create or replace temp table drafted as select * from ${cells.relation}`,
      );
      const loaded = Number(made.getRows()[0]?.[0] ?? 0);
      if (loaded !== cells.records && !careful) return null;
    } catch (error) {
      if (careful) throw error;
      return null;
    } finally {
      await cells.close();
    }
    return cells;
  };
  return { cells: (await load(false)) ?? (await load(true))!, relation: "drafted" };
}

/** A file without a header line would put a patient into source.yaml. */
function proveHeader(header: readonly string[]): void {
  const isData = (cell: string) =>
    /^[\d\s./:$,()+-]{2,}$/.test(cell) ||
    /\d[/.-]\d{1,2}[/.-]\d/.test(cell) ||
    /\d{5,}/.test(cell) ||
    cell.includes("@");
  const found = header.filter(isData).length;
  if (found === 0 && header.length > 1) return;
  throw new KeepageError(
    "E102",
    header.length > 1
      ? `${found} of ${header.length} cells of its first line are data, not names of columns.`
      : "It has one column only.",
    { todo: "Export it again with a header line." },
  );
}

interface Known {
  readonly file: string;
  readonly name: string;
  readonly folder: string;
  readonly given: EntityName | undefined;
  readonly cells: Cells;
  readonly columns: Columns;
}

async function describe({ file, name, folder, given, cells, columns }: Known): Promise<Drafted> {
  const what = given ?? guessed(cells.header);
  const { header } = cells;
  const dated = new Set<string>();
  for (const column of header) {
    const mayBe = fieldsFor(column, what).some((r) => isDated(what, r.field));
    if (!mayBe) continue;
    const { read: some, values } = await columns.dates(column);
    if (values === 0 || some / values >= 0.5) dated.add(column);
  }
  const directions = new Set<string>();
  for (const column of header) {
    const words = fieldsFor(column, what).some((r) => r.field === "direction") && (await columns.words(column, 8));
    if (words && words.length > 0 && words.every((w) => direction.test(w.raw))) directions.add(column);
  }
  const assigned = assign(header, what, (column, field) => {
    // "Referral Type" holds directions in some systems, and kinds of referral in others.
    if (what === "referral" && field === "type" && directions.has(column)) return false;
    if (field === "direction" && !directions.has(column) && !/direction/i.test(column)) return false;
    return fits(columns, dated, what, column, field);
  });
  const parts = entity(what).fields.patient_name && !assigned.has("patient_name") ? nameParts(header) : [];
  const fields: DraftedField[] = [];
  const nulls = new Set<string>();
  const taken = new Set<string>([...assigned.values(), ...parts]);
  if (parts.length) fields.push({ field: "patient_name", from: parts, decide: [] });
  for (const [field, column] of assigned) {
    const made = await draftField(what, field, column, header, columns);
    for (const from of made.from) taken.add(from);
    fields.push(made);
    for (const value of await columns.nothings(column, isDated(what, field))) nulls.add(value);
  }
  const { words, freeText } = await wordsOf(what, assigned, columns);
  const pattern = namePattern(basename(file));
  const title = titlePattern(cells.titles);
  const asOf = pattern.dated !== "day" && title && readTitleDate(cells.titles, title) ? title : undefined;
  const order = Object.keys(entity(what).fields);
  const missing = order.filter((f) => entity(what).fields[f]!.required && !assigned.has(f));
  const free = header.filter((h) => !taken.has(h));
  const lacking: { field: string; candidates: string[]; formats: readonly string[] }[] = [];
  for (const field of missing) {
    const found = await candidates(what, field, free, columns);
    const formats = isDated(what, field) && found[0] ? (await columns.dates(found[0])).formats : [];
    lacking.push({ field, candidates: found, formats });
  }
  return {
    name,
    label: stemOf(basename(file)) || name,
    schema: schemaComment(join(folder, "source.yaml"), "source"),
    file: basename(file),
    entity: what,
    files: asOf ? undated(pattern.files) : pattern.files,
    filesNote: asOf ? "" : pattern.doubt,
    asOf,
    rows: /work ?list|(?<![a-z])wq(?![a-z])|queue|open|snapshot|roster|census|tracker/i.test(basename(file))
      ? "snapshot"
      : "changes",
    format: formatOf(cells),
    formatNote: cells.merged.length
      ? "cells are merged over several rows: does their value hold in each (fill_down) or in the first alone (first_row)?"
      : "",
    nulls: [...nulls],
    fields: fields.sort((a, b) => order.indexOf(a.field) - order.indexOf(b.field)),
    missing: lacking,
    unused: free.map((column) => ({ header: column, hint: hintOn(what, column, assigned, columns) })),
    words,
    freeText,
  };
}

/** Words that tell a direction rather than a kind of referral. */
const direction = /^(i|o|in|out|incoming|outgoing|inbound|outbound|internal|external)( referrals?)?$/i;

function guessed(header: readonly string[]): EntityName {
  const [best, next] = guessEntity(header);
  if (best && best.fields >= 3 && best.score > next!.score * 1.15) return best.entity;
  throw new KeepageError(
    "E010",
    best && best.fields >= 3
      ? `By its headers a row could be a ${best.entity} or a ${next!.entity}.`
      : "The headers do not tell what a row of this file is.",
    { todo: `Say it with --entity: ${entityNames.join(", ")}.` },
  );
}

function formatOf({ dialect, merged }: Cells): Record<string, string | boolean> {
  const format: Record<string, string | boolean> = {};
  if (dialect.format === "xlsx" && dialect.sheet) format.sheet = dialect.sheet;
  if (merged.length) format.merged = "fill_down";
  if (dialect.format !== "text") return format;
  if (dialect.delimiter && dialect.delimiter !== ",") format.delimiter = dialect.delimiter;
  if (dialect.quote === false) format.quote = false;
  if (dialect.encoding && dialect.encoding !== "utf-8") format.encoding = dialect.encoding;
  return format;
}

/** Shipped sources whose columns the file mostly has: then it is better to extend one. */
function lookalikes(header: readonly string[]): { name: string; share: number }[] {
  const has = new Set(header.map((h) => h.trim().toLowerCase()));
  return shippedSources()
    .map((name) => {
      const tables = readSources(name, null, { time_zone: "UTC" }).filter((s) => s.format.format !== "ndjson");
      const wanted = new Set(
        tables
          .flatMap((s) => s.feeds)
          .flatMap((f) => Object.values(f.columns).flatMap((c) => c.from ?? c.first_of ?? [])),
      );
      const hits = [...wanted].filter((w) => has.has(w.toLowerCase())).length;
      return { name, share: wanted.size ? hits / wanted.size : 0 };
    })
    .filter((l) => l.share >= 0.6)
    .sort((a, b) => b.share - a.share);
}

/** A list without numbers is told apart by several columns together. */
function keyHint(d: Drafted, field: string): string {
  const { key, fields } = entity(d.entity);
  if (key[0] !== field || fields[field]?.type !== "id") return "";
  return ". Where rows have no number, name columns that together tell them apart: { made_of: [COLUMN, COLUMN] }";
}

function report(d: Drafted, folder: string, cells: Cells, workspace: string): DraftReport {
  const shown = relative("", folder);
  const n = (count: number, one: string, many = `${one}s`) =>
    `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;
  const undecided = d.words.filter((w) => w.meanings.length === 0);
  const lines = [
    `read      ${d.file}: ${n(cells.records, "row")}, ${n(cells.header.length, "column")}${cells.rejectedCount ? `, ${n(cells.rejectedCount, "line")} that are no rows` : ""}`,
    `entity    ${d.entity}: ${entity(d.entity).about}`,
    `wrote     ${join(shown, "source.yaml")}: ${n(d.fields.length, "field")} mapped, ${n(d.unused.length, "column")} left under \`ignore\``,
    `wrote     ${join(shown, "statuses.csv")}: ${n(d.words.length, "word")}, ${d.words.length - undecided.length} filled as shipped sources agree`,
  ];
  // What the draft declares needs no warning.
  for (const text of cells.warnings.filter((w) => !/Declare `/.test(w))) lines.push(`note      ${text}`);
  const alike = lookalikes(cells.header);
  const best = alike.filter((l) => l.share === alike[0]!.share).map((l) => l.name);
  if (best.length) {
    const share = `${Math.round(alike[0]!.share * 100)}% of the columns of the shipped source ${best.join(" and of ")}`;
    lines.push(`similar   it has ${share}: better switch that on, or begin with \`extends: ${best[0]}\``);
  }
  const doubts = d.fields.flatMap((f) => f.decide.map((text) => ({ field: f.field, text })));
  const decide = [
    ...d.missing.map((m) => `${m.field} is needed, and no column is recognized as it${keyHint(d, m.field)}`),
    ...(d.entity === "referral" && !d.fields.some((f) => /(^|_)status$/.test(f.field))
      ? ["no column is recognized as status: without one every referral stays pending"]
      : []),
    ...(d.filesNote ? [d.filesNote] : []),
    ...(d.formatNote ? [d.formatNote] : []),
    `rows: ${d.rows} is a guess: is each file the whole list (snapshot), or what changed (changes)?`,
    ...[...Map.groupBy(doubts, (x) => x.text)].map(([text, of]) => `${of.map((x) => x.field).join(", ")}: ${text}`),
    ...(undecided.length
      ? [`${n(undecided.length, "word")} of statuses.csv: what ${undecided.length === 1 ? "does it" : "do they"} mean?`]
      : []),
    ...d.freeText.map((f) => `${f.field}: free text, not listed in statuses.csv`),
  ];
  for (const [i, text] of decide.entries()) lines.push(`${(i === 0 ? "decide" : "").padEnd(9)} ${text}`);
  const at = relative("", workspace) ? ` --workspace ${quoted(relative("", workspace))}` : "";
  lines.push(
    `next      add ${d.name} under \`sources:\` in ${relative("", join(workspace, "keepage.yaml"))}, then: npx keepage check${at}`,
  );
  return {
    name: d.name,
    folder,
    entity: d.entity,
    fields: d.fields.length,
    words: d.words.length,
    undecidedWords: undecided.length,
    lines,
  };
}
