// The relation DuckDB selects from: the file itself where all is rows, a copy of the rows, or a table that csv-parse filled.
import { createReadStream } from "node:fs";
import { chmod, constants, copyFile, symlink, truncate } from "node:fs/promises";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { parse } from "csv-parse";
import { identifier, literal } from "../duckdb.ts";
import { type Dialect, eachRecord } from "./records.ts";
import type { Table } from "./sniff.ts";
import type { Survey } from "./survey.ts";
import { Judge, type Layout, type Verdict } from "./verdict.ts";
import { TextWriter } from "./writer.ts";

/** A surveyed UTF-8 text. `mark` is the length of its byte order mark. */
export interface Text {
  readonly path: string;
  readonly mark: number;
  readonly table: Table;
  readonly layout: Layout;
  readonly survey: Survey;
}

export interface Relation {
  readonly sql: string;
  readonly read: "in place" | "copy" | "careful";
  readonly drop?: string;
}

/** Makes the relation of a text's rows; files it needs go into `folder`. */
export async function relationOf(
  connection: DuckDBConnection,
  text: Text,
  folder: string,
  careful: boolean,
): Promise<Relation> {
  const { table, survey } = text;
  const width = table.header.length;
  if (survey.plain && !careful) {
    // Under a name of ours: DuckDB takes *, ? and [ in a path as a pattern.
    const rowsOnly = join(folder, "rows");
    if (survey.rowsEnd === survey.bytes) await symlink(text.path, rowsOnly);
    else {
      await copyFile(text.path, rowsOnly, constants.COPYFILE_FICLONE);
      await chmod(rowsOnly, 0o600);
      await truncate(rowsOnly, survey.rowsEnd);
    }
    return { sql: readCsv(rowsOnly, table.dialect, width, table.data.line - 1, survey.crlf), read: "in place" };
  }
  const copy = join(folder, "copy");
  await writeCopy(text, copy);
  const dialect: Dialect = { ...table.dialect, escape: table.dialect.quote || '"' };
  if (!careful) return { sql: readCsv(copy, dialect, width, 0, false), read: "copy" };
  const sql = await carefulTable(connection, copy, dialect, width);
  return { sql, read: "careful", drop: `drop table if exists ${sql}` };
}

/** Writes the rows, and nothing else, to a file that every reader takes alike. */
async function writeCopy(text: Text, to: string): Promise<void> {
  const { table, layout } = text;
  const judge = new Judge(layout);
  const out = new TextWriter(to);
  const begin = { offset: table.data.offset + text.mark, line: table.data.line };
  try {
    await eachRecord(text.path, table.dialect, begin, (record, place) => {
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
 * A read_csv call with nothing left to guess, but for CR LF: named as `new_line`, with strict_mode and skip, DuckDB 1.5.5 gives no rows
 * and no error. Left out it takes the first line end it meets for all, which is right as no cell of a file read in place holds one.
 */
function readCsv(path: string, dialect: Dialect, width: number, skip: number, crlf: boolean): string {
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
    ...(crlf ? [] : ["new_line = '\\n'"]),
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
