// Goes over a text once: how many rows, what else there is and on which lines, and whether DuckDB can read the file as it is.
import { stat } from "node:fs/promises";
import { eachRecord } from "./records.ts";
import type { Table } from "./sniff.ts";
import { type CellRule, Judge, type Layout } from "./verdict.ts";

/** A record that is no row. */
export interface CellReject {
  readonly line: number;
  readonly rule: CellRule | "json_unreadable";
  /** A sentence for people. */
  readonly message: string;
  /** What was found, such as the number of columns; never the record's content. */
  readonly value?: string;
}

/** Rejects kept with their line and reason; more are only counted. */
export const rejectLimit = 100_000;

export interface Count {
  row: number;
  blank: number;
  footer: number;
  header: number;
  rejected: number;
}

export interface Survey {
  readonly count: Count;
  readonly rejected: readonly CellReject[];
  readonly lines: LineMap;
  /** Down to the last row there are only rows, each one line, all with the same line end: DuckDB can read that as it is. */
  readonly plain: boolean;
  /** Lines end with CR LF. */
  readonly crlf: boolean;
  /** Where the last row ends, and the file. */
  readonly rowsEnd: number;
  readonly bytes: number;
  readonly undecodable: number;
  readonly strayQuotes: number;
  readonly beyondAscii: boolean;
  /** By column: whether a cell may have blanks around its value, or be written as ="00123". */
  readonly ragged: Uint8Array;
  /** How many rows the last line below the table says there are, if it does. */
  readonly claimed?: number | undefined;
}

/** Surveys a table's data. `mark` is the length of the file's byte order mark. */
export async function surveyOf(
  path: string,
  table: Table,
  layout: Layout,
  mark: number,
  onProgress?: (done: number, total: number) => void,
): Promise<Survey> {
  const judge = new Judge(layout);
  const count: Count = { row: 0, blank: 0, footer: 0, header: 0, rejected: 0 };
  const rejected: CellReject[] = [];
  const width = table.named;
  const lines = new LineMap();
  let nextLine = -1;
  let plain = table.plainHead;
  let ends = 0;
  let besides = 0;
  let rowsEnd = table.data.offset + mark;
  let undecodable = 0;
  let strayQuotes = 0;
  let claimed: number | undefined;
  const total = (await stat(path)).size;
  let done = 0;
  const { beyondAscii, bytes, ragged } = await eachRecord(
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
      if (verdict === "footer") claimed = claimOf(record.text().slice(0, 256), table.dialect.delimiter) ?? claimed;
      if (verdict === "blank" || verdict === "footer" || verdict === "header") count[verdict]++;
      else {
        count.rejected++;
        if (verdict === "undecodable") undecodable++;
        if (verdict === "quote_unbalanced") strayQuotes++;
        if (rejected.length < rejectLimit) rejected.push(reject(place.line, verdict, record.cells, width));
      }
      return true;
    },
    {
      width: table.header.length,
      onBytes(bytes) {
        done += bytes;
        onProgress?.(done, total);
      },
    },
  );
  for (const end of table.lineEnds) ends |= end === "\n" ? 1 : end === "\r\n" ? 2 : 4;
  return {
    count,
    rejected,
    lines,
    plain: plain && (ends === 1 || ends === 2),
    crlf: ends === 2,
    rowsEnd,
    bytes,
    undecodable,
    strayQuotes,
    beyondAscii,
    ragged,
    claimed,
  };
}

const counted =
  /^(?:(?:grand )?total|(?:row|record|referral)s? count)\b[a-z ]*\W*(\d[\d,]*)\W*$|^\W*(\d[\d,]*) (?:rows?|records?|referrals?)\b/i;

/** The count in a line such as "Total Referrals: 1,234" or "(1234 rows affected)". */
function claimOf(line: string, delimiter: string): number | undefined {
  // "1,234" without quotes is two cells of a comma's table, and one number.
  const text = line.replaceAll('"', "").replaceAll(delimiter, delimiter === "," ? "," : " ");
  const found = counted.exec(
    text
      .replaceAll(/,(?!\d{3}\b)/g, " ")
      .replaceAll(/\s+/g, " ")
      .trim(),
  );
  const digits = found?.[1] ?? found?.[2];
  return digits === undefined ? undefined : Number(digits.replaceAll(",", ""));
}

/** Said when a list counts more rows below itself than it has. */
export function shortage({ claimed, count }: Survey): string[] {
  const rows = count.row + count.rejected;
  if (claimed === undefined || claimed <= rows) return [];
  const [said, came] = [claimed, rows].map((n) => n.toLocaleString("en-US"));
  return [
    `The line below the table counts ${said}, and ${came} ${rows === 1 ? "row" : "rows"} came: is the export cut short?`,
  ];
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
        message: `The record has ${columns}, the header ${width}: perhaps a delimiter stands in a cell without quotes.`,
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
export class LineMap {
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
