// What a file is, from its first megabyte: kind, encoding, delimiter, where the header is. Never a guess on types: the header is the
// line that holds most of the columns the source maps, and whatever the source declares is not sniffed at all.
import { isUtf8 } from "node:buffer";
import { nearest } from "../errors.ts";
import { decoder, type Encoding } from "./decode.ts";
import { type Dialect, RecordReader, recordLimit, splitCells } from "./records.ts";
import { Unreadable } from "./unreadable.ts";
import { cleanName, uniqueNames } from "./verdict.ts";

export {
  hasOffset,
  matchFile,
  readAsOf,
  readTitleDate,
  strptimeFormat,
} from "../settings/patterns.ts";

/** How much of a file is looked at. */
export const headBytes = 2 * recordLimit;
/** The header must be among this many records. */
export const headRecords = 120;
/** More columns than this are refused: no export of ours has them, and a wrong delimiter often does. */
export const columnLimit = 6000;

const saveAsXlsx =
  "Open it in Excel and save it as an Excel workbook (.xlsx) or as CSV UTF-8, or export it again as CSV.";

/** Kind of file by its first bytes. Throws Unreadable for kinds that no reader here takes. */
export function sniffKind(head: Buffer): "gzip" | "zip" | "text" {
  if (head.length === 0) throw new Unreadable("E101", "It is empty.", "empty", { todo: "Export it again." });
  const is = (...bytes: number[]) => bytes.every((byte, i) => head[i] === byte);
  if (is(0x1f, 0x8b)) return "gzip";
  if (is(0x50, 0x4b, 3, 4) || is(0x50, 0x4b, 5, 6)) return "zip";
  if (is(0xd0, 0xcf, 0x11, 0xe0)) {
    if (head.includes(Buffer.from("EncryptedPackage", "utf16le")))
      throw new Unreadable("E101", "It is a workbook locked with a password.", "spreadsheet_locked", {
        todo: "Save it without a password.",
      });
    throw new Unreadable("E101", "It is a workbook of the old .xls kind.", "spreadsheet_legacy", { todo: saveAsXlsx });
  }
  const magic = [
    "%PDF",
    "SQLite format 3",
    "PAR1",
    "\x89PNG",
    "\xff\xd8\xff",
    "BZh",
    "7z\xbc\xaf",
    "Rar!",
    "\x28\xb5\x2f\xfd",
  ];
  if (magic.some((m) => head.subarray(0, m.length).equals(Buffer.from(m, "latin1"))))
    throw new Unreadable("E101", "It is not a table of text.", "binary");
  const opening = head
    .toString("latin1", 0, 1024)
    .replace(/^\xef\xbb\xbf/, "")
    .trimStart()
    .toLowerCase();
  if (/^(?:<!doctype html|<html|<table|<meta|<head|<style)/.test(opening))
    throw new Unreadable("E101", "It is a web page, whatever its name says.", "html", { todo: saveAsXlsx });
  if (opening.startsWith("<?xml") || opening.startsWith("<workbook"))
    throw new Unreadable("E101", "It is XML.", "xml", { todo: saveAsXlsx });
  return "text";
}

/** The encoding of a text file by its first bytes, and how many of them are its byte order mark. */
export function sniffEncoding(
  head: Buffer,
  declared?: Encoding,
): { encoding: Encoding; mark: number; warning?: string } {
  if (head.length > 3 && head[0] === 0xff && head[1] === 0xfe && head[2] === 0 && head[3] === 0)
    throw new Unreadable("E101", "It is UTF-32 text.", "binary", { todo: "Export it again as UTF-8." });
  const found = byMark(head) ?? byNuls(head);
  // A mark is proof; without one a declaration stands.
  if (found && (found.mark > 0 || !declared)) {
    const disagrees = declared !== undefined && declared !== found.encoding;
    return disagrees
      ? { ...found, warning: `Read as ${found.encoding}, by its byte order mark; ${declared} was declared.` }
      : found;
  }
  const encoding = declared ?? (looksUtf8(head) ? "utf-8" : "windows-1252");
  const sample = decoder(encoding).write(head.subarray(0, 65_536));
  let controls = 0;
  for (const byte of sample) if (byte < 32 && (byte < 9 || byte > 13) && byte !== 26) controls++;
  if (controls > 8 && controls * 50 > sample.length) throw new Unreadable("E101", "It is not text.", "binary");
  return { encoding, mark: 0 };
}

function byMark(head: Buffer): { encoding: Encoding; mark: number } | undefined {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { encoding: "utf-8", mark: 3 };
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: "utf-16le", mark: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: "utf-16be", mark: 2 };
  return undefined;
}

/** UTF-16 without a mark: in Western text every other byte is zero. */
function byNuls(head: Buffer): { encoding: Encoding; mark: number } | undefined {
  const pairs = Math.min(head.length, 4096) >> 1;
  let even = 0;
  let odd = 0;
  for (let i = 0; i < pairs * 2; i += 2) {
    if (head[i] === 0) even++;
    if (head[i + 1] === 0) odd++;
  }
  if (odd > pairs * 0.6 && even < pairs * 0.02) return { encoding: "utf-16le", mark: 0 };
  if (even > pairs * 0.6 && odd < pairs * 0.02) return { encoding: "utf-16be", mark: 0 };
  return undefined;
}

/** UTF-8, or UTF-8 with some damage: some line holds letters beyond ASCII that are right, or all lines are. */
function looksUtf8(head: Buffer): boolean {
  let damaged = false;
  for (let at = 0; at < head.length; ) {
    const feed = head.indexOf(10, at);
    const end = feed < 0 ? head.length : feed + 1;
    const line = head.subarray(at, end);
    if (isUtf8(line)) {
      if (line.some((byte) => byte > 127)) return true;
    } else if (feed >= 0 || at === 0) damaged = true;
    at = end;
  }
  return !damaged;
}

/** What is asked of a text's head. */
export interface TableHints {
  /** Header names that the source maps: the header is the line that holds most of them. Empty: the first line that looks like one. */
  readonly columns: readonly string[];
  readonly delimiter?: string | undefined;
  /** false: a quote is data. */
  readonly quote?: string | false | undefined;
  readonly escape?: string | undefined;
  /** Physical line (sheet row) of the header, from 1. */
  readonly headerLine?: number | undefined;
  /** Lines the header takes, when labels stand above labels. */
  readonly headerRows?: number | undefined;
}

/** The table in a text, found. */
export interface Table {
  readonly dialect: Dialect;
  /** The header's cells, cleaned, and the names made of them. */
  readonly labels: readonly string[];
  readonly header: readonly string[];
  readonly headerLine: number;
  /** Columns up to the last one that has a name. */
  readonly named: number;
  /** Columns from this one on have neither a name nor, in most rows, a value: a row with one there is shifted. */
  readonly used: number;
  readonly titles: readonly string[];
  /** First byte and line of the data. */
  readonly data: { readonly offset: number; readonly line: number };
  /** Every record up to the data is one sound line, so that a reader can skip them by counting lines. */
  readonly plainHead: boolean;
  /** Line ends seen up to the data. */
  readonly lineEnds: ReadonlySet<string>;
}

interface HeadRecord {
  readonly cells: readonly string[];
  readonly flawed: boolean;
  readonly line: number;
  readonly lines: number;
  readonly end: number;
  readonly lineEnd: string;
}

/** Finds the header and the dialect in a head of UTF-8 text (without byte order mark). Throws Unreadable. */
export function sniffTable(head: Buffer, whole: boolean, hints: TableHints): Table {
  const separator = /^"?sep=(.)"?[ \t]*[,;\t|]*(?:\r\n|\r|\n)/i.exec(head.toString("latin1", 0, 64));
  const delimiters = hints.delimiter ? [hints.delimiter] : separator ? [separator[1]!] : [",", "\t", ";", "|"];
  const quote = hints.quote ?? '"';
  const wanted = new Set(hints.columns.map((name) => cleanName(name).toLowerCase()));
  let best: { records: HeadRecord[]; dialect: Dialect; at: number; matches: number; filled: number } | undefined;
  for (const delimiter of delimiters) {
    const dialect = { delimiter, quote, escape: hints.escape ?? (quote || '"') };
    const records = readHead(head, whole, dialect);
    for (const [at, record] of records.entries()) {
      if (hints.headerLine !== undefined && record.line !== hints.headerLine) continue;
      if (separator && at === 0) continue;
      const names = headerCells(records, at, hints.headerRows).map((cell) => cleanName(cell).toLowerCase());
      const matches = new Set(names.filter((name) => wanted.has(name))).size;
      const filled = wanted.size > 0 ? names.filter(Boolean).length : tableLike(records, at, names);
      if (!best || matches > best.matches || (matches === best.matches && filled > best.filled))
        best = { records, dialect, at, matches, filled };
    }
  }
  if (!best && hints.headerLine !== undefined)
    throw new Unreadable("E102", `It has no line ${hints.headerLine}.`, "no_header");
  if (!best || (whole && best.records.every((record) => record.cells.every((cell) => cleanName(cell) === ""))))
    throw new Unreadable("E101", "It holds nothing but blanks.", "empty", { todo: "Export it again." });
  const { records, dialect, at, matches } = best;
  const raw = headerCells(records, at, hints.headerRows);
  if (hints.headerLine === undefined && matches < Math.min(2, wanted.size)) throw noHeader(hints.columns, raw);
  const last = at + (hints.headerRows ?? 1) - 1;
  const titles = records.slice(separator ? 1 : 0, at).map((r) => r.cells.map(cleanName).filter(Boolean).join(" "));
  const until = records.slice(0, last + 1);
  const end = until.at(-1)!;
  const rows = records.slice(last + 1).filter((record) => !record.flawed);
  const labels = fitWidth(raw.map(cleanName), rows);
  const named = labels.findLastIndex((label) => label !== "") + 1;
  if (labels.length > columnLimit)
    throw new Unreadable(
      "E103",
      `It has ${labels.length} columns; at most ${columnLimit} are read.`,
      "too_many_columns",
      {
        todo: "Export only the columns needed, or correct `delimiter` in source.yaml.",
      },
    );
  return {
    dialect,
    labels,
    header: uniqueNames(labels),
    headerLine: records[at]!.line,
    named,
    used: Math.max(named, labels.findLastIndex((_, i) => mostFill(rows, i)) + 1),
    titles: titles.filter(Boolean),
    data: { offset: end.end, line: end.line + end.lines },
    plainHead: until.every(
      (r) => !r.flawed && r.lines === 1 && !(dialect.quote && r.cells.join().includes(dialect.quote)),
    ),
    lineEnds: new Set(until.map((r) => r.lineEnd)),
  };
}

function readHead(head: Buffer, whole: boolean, dialect: Dialect): HeadRecord[] {
  const reader = new RecordReader(dialect);
  const records: HeadRecord[] = [];
  let at = 0;
  let line = 1;
  while (at < head.length && records.length < headRecords && reader.read(head, at, head.length, whole)) {
    if (reader.flaw === "oversize") {
      if (records.length > 0) break;
      throw new Unreadable("E103", `Its first line is longer than ${recordLimit >> 20} MB.`, "line_too_long", {
        todo: "Export it again with one record per line.",
      });
    }
    const flawed = reader.flaw !== undefined;
    const text = reader.text();
    records.push({
      cells: flawed ? text.split(dialect.delimiter) : splitCells(text, dialect),
      flawed,
      line,
      lines: reader.lines,
      end: reader.end,
      lineEnd: head.toString("latin1", reader.stop, reader.end),
    });
    at = reader.end;
    line += reader.lines;
  }
  return records;
}

/** Header cells; with two rows and more, the upper label (merged over the columns to its right) and the lower one joined. */
function headerCells(records: readonly HeadRecord[], at: number, rows = 1): string[] {
  if (rows === 1) return [...records[at]!.cells];
  const levels = records.slice(at, at + rows).map((r) => r.cells);
  const width = Math.max(...levels.map((cells) => cells.length));
  const above = levels.map(() => "");
  return Array.from({ length: width }, (_, column) => {
    const labels = levels.map((cells, level) => {
      const own = cleanName(cells[column] ?? "");
      if (own) for (let below = level; below < above.length; below++) above[below] = "";
      if (own) above[level] = own;
      return level === levels.length - 1 ? own : above[level]!;
    });
    return labels.at(-1) === "" && cleanName(levels[0]?.[column] ?? "") === "" ? "" : labels.filter(Boolean).join(" ");
  });
}

/** Without names to look for: how many of the following records are as wide as this one, if it could be a header. */
function tableLike(records: readonly HeadRecord[], at: number, names: readonly string[]): number {
  if (names.length < 2 || names.some((name) => /^[\d./:$-]+$/.test(name))) return 0;
  const filled = names.filter(Boolean).length;
  const alike = records.slice(at + 1).filter((r) => r.cells.length === names.length).length;
  return filled * 1000 + alike * names.length - at;
}

/**
 * The header as wide as the rows: programs leave delimiters at the ends of rows that the header lacks, and the other way round.
 * Only unnamed cells are added or taken away, and only when most rows agree.
 */
function fitWidth(labels: readonly string[], rows: readonly HeadRecord[]): string[] {
  const named = labels.findLastIndex((label) => label !== "") + 1;
  const widths = new Map<number, number>();
  for (const row of rows) widths.set(row.cells.length, (widths.get(row.cells.length) ?? 0) + 1);
  const [usual] = [...widths].sort((a, b) => b[1] - a[1])[0] ?? [labels.length];
  const beyond = rows.filter((row) => row.cells.length === usual).flatMap((row) => row.cells.slice(labels.length));
  if (usual < named || beyond.some((cell) => cell.trim() !== "")) return [...labels];
  return Array.from({ length: usual }, (_, i) => labels[i] ?? "");
}

/** Do most rows have a value in a column? */
function mostFill(rows: readonly HeadRecord[], column: number): boolean {
  return rows.filter((row) => (row.cells[column] ?? "").trim() !== "").length * 2 > rows.length;
}

function noHeader(columns: readonly string[], cells: readonly string[]): Unreadable {
  const names = cells.map(cleanName).filter(Boolean);
  const missing = columns.slice(0, 6).map((column) => {
    const near = nearest(column, names);
    return near ? `"${column}" (nearest: "${near}")` : `"${column}"`;
  });
  const more = columns.length > 6 ? ` and ${columns.length - 6} more` : "";
  return new Unreadable(
    "E102",
    `No line holds the columns that the source maps: ${missing.join(", ")}${more}.`,
    "no_header",
  );
}
