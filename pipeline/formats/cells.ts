// From a file's bytes to a relation of text cells that DuckDB can select from, with every record of the file accounted for.
//
// One pass in TypeScript finds the records and judges them; DuckDB then reads the cells with nothing left to guess. A file that is
// all rows is read in place. Any other is written anew without what is no row. So DuckDB only meets records known to be sound, and an error or a row too few is a failure to report, never a row quietly skipped: its option to
// store rejects is not used. `careful` reads with csv-parse instead, should the two ever disagree.
import { mkdir, mkdtemp, open, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { type Encoding, recode, unpack } from "./decode.ts";
import { resourcesToText } from "./fhir.ts";
import type { MergedCell } from "./merged.ts";
import { relationOf, type Text } from "./relation.ts";
import { headBytes, sniffEncoding, sniffKind, sniffTable, type TableHints } from "./sniff.ts";
import { type CellReject, shortage, surveyOf } from "./survey.ts";
import { Unreadable } from "./unreadable.ts";
import { wildcards } from "./verdict.ts";

export { type CellReject, rejectLimit } from "./survey.ts";
export { Unreadable } from "./unreadable.ts";

/** What the source declares of its files. Declared beats sniffed. */
export interface CellHints extends TableHints {
  readonly format?: "text" | "xlsx" | "ndjson" | undefined;
  readonly encoding?: Encoding | undefined;
  /** A sheet of the workbook; with * in it, every sheet so named that has the columns. */
  readonly sheet?: string | undefined;
  /** What the lower rows of a workbook's merged cells hold: the value of the first, or nothing, which is also read where nobody says. */
  readonly merged?: "fill_down" | "first_row" | undefined;
  /** FHIR resource type of an NDJSON file; `columns` are paths into it. */
  readonly resource?: string | undefined;
  /** First filled cells of lines that are no rows, besides the built-in ones. */
  readonly footer?: RegExp | readonly string[] | undefined;
}

export interface Cells {
  /** To select from: VARCHAR columns c0, c1 ... in file order. An empty cell is NULL. */
  readonly relation: string;
  /** Names of c0, c1 ... */
  readonly header: readonly string[];
  /**
   * Where rows stand, by their position from 0, as numbers that `place` reads. `create table t as select ... from relation` keeps the
   * order, so that a row's position is t's rowid.
   */
  places(positions: readonly number[]): number[];
  /** The physical line (sheet row), from 1, of a place, and its sheet where several were read. */
  place(number: number): { readonly line: number; readonly sheet?: string };
  /** Rows in the relation. A reader that gets another number must not go on; see `careful`. */
  readonly records: number;
  /** The first `rejectLimit` records that are no rows, and how many there are. */
  readonly rejected: readonly CellReject[];
  readonly rejectedCount: number;
  readonly footers: number;
  readonly repeatedHeaders: number;
  readonly blank: number;
  /** By column: 1 where a cell may have blanks around its value, or be written as ="00123"; 0 where none is. */
  readonly ragged: Uint8Array;
  /** All records below the header: the sum of the five above. */
  readonly physical: number;
  /** Cells of a sheet merged over several rows, whose lower rows were read as empty; from and to are places. */
  readonly merged: readonly MergedCell[];
  /** Text of the lines above the header. */
  readonly titles: readonly string[];
  readonly warnings: readonly string[];
  readonly dialect: {
    readonly format: "text" | "xlsx" | "ndjson";
    readonly encoding?: Encoding;
    readonly gzip: boolean;
    readonly delimiter?: string;
    readonly quote?: string | false;
    readonly escape?: string;
    readonly headerLine: number;
    readonly sheet?: string;
    /** How the relation reads: the file itself, a copy without what is no row, or a table filled by csv-parse. */
    readonly read: "in place" | "copy" | "careful";
  };
  /** Removes the copy. */
  close(): Promise<void>;
}

export interface CellOptions {
  /** Folder for copies; made if missing. */
  readonly temp: string;
  /** Read with csv-parse instead of DuckDB, after DuckDB failed or gave another number of rows. */
  readonly careful?: boolean;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Opens a file as text cells. Throws Unreadable when it cannot be read at all. */
export async function openCells(
  connection: DuckDBConnection,
  path: string,
  hints: CellHints,
  options: CellOptions,
): Promise<Cells> {
  await mkdir(options.temp, { recursive: true });
  const folder = await mkdtemp(join(options.temp, "cells-"));
  try {
    return await openIn(folder, connection, path, hints, options);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function openIn(
  folder: string,
  connection: DuckDBConnection,
  path: string,
  hints: CellHints,
  options: CellOptions,
): Promise<Cells> {
  let file = resolve(path);
  const ndjson = hints.format === "ndjson";
  // An export without a resource of a type may well hold an empty file for it.
  const kindOf = (head: Buffer): ReturnType<typeof sniffKind> | "ndjson" =>
    ndjson && head[0] !== 0x1f ? "ndjson" : sniffKind(head);
  let kind = kindOf(await headOf(file));
  const gzip = kind === "gzip";
  if (gzip) {
    const unpacked = join(folder, "unpacked");
    await unpack(file, (await stat(file)).size, unpacked);
    file = unpacked;
    kind = kindOf(await headOf(file));
  }
  if (kind === "gzip") throw new Unreadable("E101", "It is packed twice.", "binary", { todo: "Unpack it once." });
  const opened = await openers[kind](folder, file, hints, options);
  const { table, survey } = opened;
  const { count } = survey;
  const relation = await relationOf(connection, opened, folder, options.careful ?? false);
  const { numberOf, place } = opened;
  return {
    relation: relation.sql,
    header: table.header,
    places: (positions) => survey.lines.of(positions).map(numberOf),
    place,
    records: count.row,
    rejected: survey.rejected.map((reject) => ({ ...reject, line: numberOf(reject.line) })),
    rejectedCount: count.rejected,
    footers: count.footer,
    repeatedHeaders: count.header,
    blank: count.blank,
    ragged: survey.ragged,
    physical: count.row + count.rejected + count.footer + count.header + count.blank,
    merged: opened.merged ?? [],
    titles: table.titles,
    warnings: [...differs(hints.format, opened.dialect.format), ...opened.warnings, ...shortage(survey)],
    dialect: { ...opened.dialect, gzip, headerLine: place(numberOf(table.headerLine)).line, read: relation.read },
    async close() {
      if (relation.drop) await connection.run(relation.drop);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function differs(declared: CellHints["format"], found: Cells["dialect"]["format"]): string[] {
  const words = { text: "text", xlsx: "a workbook", ndjson: "NDJSON" };
  return declared && declared !== found
    ? [`Read as ${words[found]}, which it is; ${words[declared]} was declared.`]
    : [];
}

async function headOf(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const buffer = Buffer.alloc(Math.min(headBytes, (await file.stat()).size));
    let held = 0;
    for (let read = -1; read !== 0 && held < buffer.length; held += read)
      read = (await file.read(buffer, held, buffer.length - held, held)).bytesRead;
    return buffer.subarray(0, held);
  } finally {
    await file.close();
  }
}

/** A line of a text is its place. */
const itself = { numberOf: (line: number) => line, place: (line: number) => ({ line }) };

const openers = { zip: openSheet, text: openText, ndjson: openResources };

interface Opened extends Text {
  readonly dialect: Pick<Cells["dialect"], "format" | "encoding" | "delimiter" | "quote" | "escape" | "sheet">;
  /** The place of a line of the text, as a number. */
  readonly numberOf: (line: number) => number;
  readonly place: Cells["place"];
  readonly merged?: readonly MergedCell[];
  readonly warnings: readonly string[];
}

const footersOf = ({ footer }: CellHints) => (footer instanceof RegExp ? [footer] : (footer ?? []).map(wildcards));

async function openText(folder: string, file: string, hints: CellHints, options: CellOptions): Promise<Opened> {
  const head = await headOf(file);
  const warnings: string[] = [];
  const sniffed = sniffEncoding(head, hints.encoding);
  if (sniffed.warning) warnings.push(sniffed.warning);
  const attempt = async (encoding: Encoding, quote: string | false | undefined) => {
    const recoded = join(folder, encoding);
    if (encoding !== "utf-8") await recode(file, encoding, recoded);
    const path = encoding === "utf-8" ? file : recoded;
    const mark = encoding === "utf-8" ? sniffed.mark : 0;
    const bytes = encoding === "utf-8" ? head : await headOf(path);
    const table = sniffTable(bytes.subarray(mark), bytes.length < headBytes, { ...hints, quote });
    const layout = { ...table, footers: footersOf(hints), ragged: false };
    const survey = await surveyOf(path, table, layout, mark, options.onProgress);
    return { path, encoding, mark, table, layout, survey };
  };
  let text = await attempt(sniffed.encoding, hints.quote);
  if (text.survey.undecodable > 0 && !text.survey.beyondAscii && !hints.encoding && text.encoding === "utf-8") {
    text = await attempt("windows-1252", hints.quote);
    warnings.push("Read as windows-1252: it is not UTF-8. Declare `encoding` in source.yaml.");
  }
  // Exports with tabs or bars between cells often know no quotes at all: a `"` is an inch, or a remark someone typed.
  if (text.survey.strayQuotes > 0 && hints.quote === undefined && /[\t|]/.test(text.table.dialect.delimiter)) {
    const bare = await attempt(text.encoding, false);
    if (bare.survey.count.rejected < text.survey.count.rejected) {
      text = bare;
      warnings.push("Quotes are read as data: as quotes they do not match. Declare `quote: false` in source.yaml.");
    }
  }
  const dialect = { format: "text" as const, encoding: text.encoding, ...text.table.dialect };
  return { ...text, dialect, ...itself, warnings };
}

async function openSheet(folder: string, file: string, hints: CellHints, options: CellOptions): Promise<Opened> {
  // Loaded only for workbooks: most runs have none.
  const { placeOf, sheetToText } = await import("./sheet.ts");
  const path = join(folder, "sheet");
  const { sheets, rows, headerLine, merged, warnings } = await sheetToText(file, hints, path);
  const head = await headOf(path);
  const table = sniffTable(head, head.length < headBytes, {
    columns: hints.columns,
    headerRows: hints.headerRows,
    headerLine,
    delimiter: ",",
  });
  const layout = { ...table, footers: footersOf(hints), ragged: true };
  const survey = await surveyOf(path, table, layout, 0, options.onProgress);
  const numberOf = (line: number) => rows.of([line - 1])[0]!;
  const place = (number: number) => {
    const { sheet, row } = placeOf(number);
    return { line: row, ...(sheets.length > 1 && { sheet: sheets[sheet]! }) };
  };
  const dialect = { format: "xlsx" as const, sheet: hints.sheet?.includes("*") ? hints.sheet : sheets[0]! };
  return { path, mark: 0, table, layout, survey, dialect, numberOf, place, merged, warnings };
}

async function openResources(folder: string, file: string, hints: CellHints, options: CellOptions): Promise<Opened> {
  const { columns, resource = "" } = hints;
  const path = join(folder, "resources");
  const text = await resourcesToText(file, { columns, resource, onProgress: options.onProgress }, path);
  const layout = { ...text.table, footers: [], ragged: false };
  return { ...text, path, mark: 0, layout, dialect: { format: "ndjson" }, ...itself };
}
