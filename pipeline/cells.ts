// From a file's bytes to a relation of text cells that DuckDB can select from, with every record of the file accounted for.
//
// One pass in TypeScript finds the records and judges them; DuckDB then reads the cells with nothing left to guess. A file that is
// all rows is read in place. Any other is written anew without what is no row. So DuckDB only meets records known to be sound, and an error or a row too few is a failure to report, never a row quietly skipped: its option to
// store rejects is not used. `careful` reads with csv-parse instead, should the two ever disagree.
import { createReadStream } from "node:fs";
import { chmod, constants, copyFile, mkdir, mkdtemp, open, rm, stat, symlink, truncate } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { parse } from "csv-parse";
import { type Encoding, recode, unpack } from "./decode.ts";
import { identifier, literal } from "./duckdb.ts";
import { type Dialect, eachRecord } from "./records.ts";
import { headBytes, sniffEncoding, sniffKind, sniffTable, type Table } from "./sniff.ts";
import { Unreadable } from "./unreadable.ts";
import { type CellRule, footerPattern, Judge, type Verdict } from "./verdict.ts";
import { TextWriter } from "./writer.ts";

export { Unreadable } from "./unreadable.ts";

/** What the source declares of its files. Declared beats sniffed. */
export interface CellHints {
  readonly format?: "text" | "xlsx" | "ndjson" | undefined;
  readonly encoding?: Encoding | undefined;
  readonly delimiter?: string | undefined;
  /** false: a quote is data. */
  readonly quote?: string | false | undefined;
  readonly escape?: string | undefined;
  /** Physical line (sheet row) of the header, from 1. */
  readonly headerLine?: number | undefined;
  /** Lines the header takes, when labels stand above labels. */
  readonly headerRows?: number | undefined;
  readonly sheet?: string | undefined;
  /** Header names that the source maps: the header is the line that holds most of them. Empty: the first line that looks like one. */
  readonly columns: readonly string[];
  /** First filled cells of lines that are no rows, besides the built-in ones. */
  readonly footer?: RegExp | readonly string[] | undefined;
}

/** A record that is no row. */
export interface CellReject {
  readonly line: number;
  readonly rule: CellRule;
  /** A sentence for people. */
  readonly message: string;
  /** What was found, such as the number of columns; never the record's content. */
  readonly value?: string;
}

export interface Cells {
  /** To select from: VARCHAR columns c0, c1 ... in file order. An empty cell is NULL. */
  readonly relation: string;
  /** Names of c0, c1 ... */
  readonly header: readonly string[];
  /**
   * The physical lines (sheet rows), from 1, of rows by their position from 0. `create table t as select ... from relation` keeps the
   * order, so that a row's position is t's rowid.
   */
  lines(positions: readonly number[]): number[];
  /** Rows in the relation. A reader that gets another number must not go on; see `careful`. */
  readonly records: number;
  /** The first `rejectLimit` records that are no rows, and how many there are. */
  readonly rejected: readonly CellReject[];
  readonly rejectedCount: number;
  readonly footers: number;
  readonly repeatedHeaders: number;
  readonly blank: number;
  /** All records below the header: the sum of the five above. */
  readonly physical: number;
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

/** Rejects kept with their line and reason; more are only counted. */
export const rejectLimit = 100_000;

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
  let kind = sniffKind(await headOf(file));
  const gzip = kind === "gzip";
  if (gzip) {
    const unpacked = join(folder, "unpacked");
    await unpack(file, (await stat(file)).size, unpacked);
    file = unpacked;
    kind = sniffKind(await headOf(file));
    if (kind === "gzip") throw new Unreadable("E101", "It is packed twice.", "binary", { todo: "Unpack it once." });
  }
  if (kind === "zip") throw new Unreadable("E101", "It is a zip archive.", "zip_other");
  const text = await openText(folder, file, hints, options);
  const { table, count, encoding, survey, utf8, warnings } = text;
  const { dialect } = table;
  let relation: string;
  let read: Cells["dialect"]["read"] = options.careful ? "careful" : "copy";
  if (survey.plain && !options.careful) {
    // Under a name of ours: DuckDB takes *, ? and [ in a path as a pattern.
    const rowsOnly = join(folder, "rows");
    if (survey.rowsEnd === survey.bytes) await symlink(utf8, rowsOnly);
    else {
      await copyFile(utf8, rowsOnly, constants.COPYFILE_FICLONE);
      await chmod(rowsOnly, 0o600);
      await truncate(rowsOnly, survey.rowsEnd);
    }
    relation = readCsv(rowsOnly, dialect, table.header.length, table.data.line - 1);
    read = "in place";
  } else {
    const copy = join(folder, "copy");
    await writeCopy(utf8, table, text.footers, text.mark, copy);
    const plain: Dialect = { ...dialect, escape: dialect.quote || '"' };
    relation = options.careful
      ? await carefulTable(connection, copy, plain, table.header.length)
      : readCsv(copy, plain, table.header.length, 0);
  }
  return {
    relation,
    header: table.header,
    lines: (positions) => survey.lines.of(positions),
    records: count.row,
    rejected: survey.rejected,
    rejectedCount: count.rejected,
    footers: count.footer,
    repeatedHeaders: count.header,
    blank: count.blank,
    physical: count.row + count.rejected + count.footer + count.header + count.blank,
    titles: table.titles,
    warnings,
    dialect: { format: "text", encoding, gzip, ...dialect, headerLine: table.headerLine, read },
    async close() {
      if (options.careful) await connection.run(`drop table if exists ${relation}`);
      await rm(folder, { recursive: true, force: true });
    },
  };
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

/** A text file, surveyed. `utf8` is the file to read: the original, or a recoded copy. */
interface Text {
  readonly utf8: string;
  readonly encoding: Encoding;
  readonly mark: number;
  readonly table: Table;
  readonly footers: readonly RegExp[];
  readonly survey: Surveyed;
  readonly count: Count;
  readonly warnings: readonly string[];
}

interface Count {
  row: number;
  blank: number;
  footer: number;
  header: number;
  rejected: number;
}

interface Surveyed {
  readonly count: Count;
  readonly rejected: readonly CellReject[];
  readonly lines: LineMap;
  /** Down to the last row there are only rows, each one line, all with the same line end: DuckDB can read that as it is. */
  readonly plain: boolean;
  /** Where the last row ends, and the file. */
  readonly rowsEnd: number;
  readonly bytes: number;
  readonly undecodable: number;
  readonly strayQuotes: number;
  readonly beyondAscii: boolean;
}

async function openText(folder: string, file: string, hints: CellHints, options: CellOptions): Promise<Text> {
  const head = await headOf(file);
  const warnings: string[] = [];
  const sniffed = sniffEncoding(head, hints.encoding);
  if (sniffed.warning) warnings.push(sniffed.warning);
  const footers = hints.footer instanceof RegExp ? [hints.footer] : (hints.footer ?? []).map(footerPattern);
  const attempt = async (encoding: Encoding, quote: string | false | undefined): Promise<Text> => {
    const recoded = join(folder, encoding);
    if (encoding !== "utf-8") await recode(file, encoding, recoded);
    const utf8 = encoding === "utf-8" ? file : recoded;
    const mark = encoding === "utf-8" ? sniffed.mark : 0;
    const bytes = encoding === "utf-8" ? head : await headOf(utf8);
    const table = sniffTable(bytes.subarray(mark), bytes.length < headBytes, { ...hints, quote });
    const survey = await surveyOf(utf8, table, footers, mark, options.onProgress);
    return { utf8, encoding, mark, table, footers, survey, count: survey.count, warnings };
  };
  let text = await attempt(sniffed.encoding, hints.quote);
  if (text.survey.undecodable > 0 && !text.survey.beyondAscii && !hints.encoding && text.encoding === "utf-8") {
    text = await attempt("windows-1252", hints.quote);
    warnings.push("Read as windows-1252: it is not UTF-8. Declare `encoding` in source.yaml.");
  }
  // Exports with tabs or bars between cells often know no quotes at all: a `"` is an inch, or a remark someone typed.
  if (text.survey.strayQuotes > 0 && hints.quote === undefined && /[\t|]/.test(text.table.dialect.delimiter)) {
    const bare = await attempt(text.encoding, false);
    if (bare.count.rejected < text.count.rejected) {
      text = bare;
      warnings.push("Quotes are read as data: as quotes they do not match. Declare `quote: false` in source.yaml.");
    }
  }
  return text;
}

async function surveyOf(
  path: string,
  table: Table,
  footers: readonly RegExp[],
  mark: number,
  onProgress: CellOptions["onProgress"],
): Promise<Surveyed> {
  const judge = new Judge({ ...table, footers });
  const count: Count = { row: 0, blank: 0, footer: 0, header: 0, rejected: 0 };
  const rejected: CellReject[] = [];
  const width = table.header.length;
  const lines = new LineMap();
  let nextLine = -1;
  let plain = table.plainHead;
  let ends = 0;
  let besides = 0;
  let rowsEnd = table.data.offset + mark;
  let undecodable = 0;
  let strayQuotes = 0;
  const total = (await stat(path)).size;
  let done = 0;
  const { beyondAscii, bytes } = await eachRecord(
    path,
    table.dialect,
    { offset: table.data.offset + mark, line: table.data.line },
    (record, place) => {
      const verdict = judge.judge(record, place);
      if (verdict === "cut") return false;
      if (verdict === "row" || verdict === "mended") {
        if (place.line !== nextLine) lines.jump(count.row, place.line);
        nextLine = place.line + 1;
        count.row++;
        // 1: LF, 2: CR LF, 4: CR
        if (record.lineEnd > 0) ends |= record.lineEnd === 2 ? 2 : record.bytes[record.stop] === 10 ? 1 : 4;
        if (verdict === "mended" || record.lines > 1 || besides > 0) plain = false;
        rowsEnd = place.offset + record.end - record.start;
        return true;
      }
      besides++;
      if (verdict === "blank" || verdict === "footer" || verdict === "header") count[verdict]++;
      else {
        count.rejected++;
        if (verdict === "undecodable") undecodable++;
        if (verdict === "quote_unbalanced") strayQuotes++;
        if (rejected.length < rejectLimit) rejected.push(reject(place.line, verdict, record.cells, width));
      }
      return true;
    },
    (bytes) => {
      done += bytes;
      onProgress?.(done, total);
    },
  );
  for (const end of table.lineEnds) ends |= end === "\n" ? 1 : end === "\r\n" ? 2 : 4;
  return {
    count,
    rejected,
    lines,
    plain: plain && (ends === 1 || ends === 2),
    rowsEnd,
    bytes,
    undecodable,
    strayQuotes,
    beyondAscii,
  };
}

function reject(line: number, rule: CellRule, cells: number, width: number): CellReject {
  const columns = cells === 1 ? "1 column" : `${cells} columns`;
  switch (rule) {
    case "columns_missing":
      return { line, rule, message: `The record has ${columns}, the header ${width}.`, value: columns };
    case "columns_extra":
      return {
        line,
        rule,
        message: `The record has ${columns}, the header ${width}: perhaps a delimiter inside a cell without quotes.`,
        value: columns,
      };
    case "quote_unbalanced":
      return { line, rule, message: "A quoted cell does not end, or ends in its middle." };
    case "line_too_long":
      return { line, rule, message: "The record is longer than 1 MB." };
    case "undecodable":
      return { line, rule, message: "The record holds bytes that are no text in the file's encoding." };
    case "nul_byte":
      return { line, rule, message: "The record holds a NUL byte." };
  }
}

/** Which line each row begins on: kept only where rows do not follow line by line. */
class LineMap {
  readonly #positions: number[] = [];
  readonly #lines: number[] = [];

  /** From this position on, rows follow line by line from this line. */
  jump(position: number, line: number): void {
    this.#positions.push(position);
    this.#lines.push(line);
  }

  of(positions: readonly number[]): number[] {
    return positions.map((position) => {
      let low = 0;
      let high = this.#positions.length;
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (this.#positions[middle]! <= position) low = middle;
        else high = middle;
      }
      return this.#lines[low]! + position - this.#positions[low]!;
    });
  }
}

/** Writes the rows, and nothing else, to a file that every reader takes alike. */
async function writeCopy(
  path: string,
  table: Table,
  footers: readonly RegExp[],
  mark: number,
  to: string,
): Promise<void> {
  const judge = new Judge({ ...table, footers });
  const out = new TextWriter(to);
  const begin = { offset: table.data.offset + mark, line: table.data.line };
  try {
    await eachRecord(path, table.dialect, begin, (record, place) => {
      const verdict: Verdict = judge.judge(record, place);
      if (verdict === "cut") return false;
      if (verdict !== "row" && verdict !== "mended") return true;
      if (verdict === "row") out.line(record.bytes, record.start, record.stop);
      else out.text(`${judge.mended}\n`);
      return true;
    });
  } finally {
    out.close();
  }
}

/**
 * A read_csv call with nothing left to guess. `new_line` is left out on purpose: with strict_mode, '\r\n' and skip, DuckDB 1.5.5
 * gives no rows at all and no error; left out, it takes LF or CR LF and refuses a mixture.
 */
function readCsv(path: string, dialect: Dialect, width: number, skip: number): string {
  const columns = Array.from({ length: width }, (_, i) => `'c${i}': 'VARCHAR'`);
  const quote = literal(dialect.quote || "");
  const options = [
    "auto_detect = false",
    "header = false",
    `columns = {${columns.join(", ")}}`,
    `delim = ${literal(dialect.delimiter)}`,
    `quote = ${quote}`,
    `escape = ${quote}`,
    `skip = ${skip}`,
    "encoding = 'utf-8'",
    "comment = ''",
    "nullstr = ''",
    "strict_mode = true",
    "null_padding = false",
    "ignore_errors = false",
    "compression = 'none'",
  ];
  return `read_csv(${literal(path)}, ${options.join(", ")})`;
}

let tables = 0;

/** Reads a copy with csv-parse into a temporary table. */
async function carefulTable(
  connection: DuckDBConnection,
  copy: string,
  dialect: Dialect,
  width: number,
): Promise<string> {
  const name = `cells_${process.pid}_${++tables}`;
  const columns = Array.from({ length: width }, (_, i) => `c${i} varchar`);
  await connection.run(`create temp table ${identifier(name)} (${columns.join(", ")})`);
  const appender = await connection.createAppender(name, "main", "temp");
  const parser = createReadStream(copy).pipe(
    parse({
      delimiter: dialect.delimiter,
      quote: dialect.quote === false ? null : dialect.quote,
      escape: dialect.quote === false ? null : dialect.escape,
      record_delimiter: "\n",
      // A quote within a cell that does not begin with one is data.
      relax_quotes: true,
      bom: false,
    }),
  );
  for await (const record of parser as AsyncIterable<string[]>) {
    for (let i = 0; i < width; i++) {
      const cell = record[i];
      if (cell === undefined || cell === "") appender.appendNull();
      else appender.appendVarchar(cell);
    }
    appender.endRow();
  }
  appender.closeSync();
  return `temp.main.${identifier(name)}`;
}
