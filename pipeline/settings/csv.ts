// CSV files that people keep by hand: read with the line of each record; lines that begin with # and empty ones are passed over.
import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";

export interface Line {
  readonly record: Readonly<Record<string, string>>;
  readonly info: { readonly lines: number };
}

/** Records by the names of the first line. Throws csv-parse's error, with its line, where the file is no such table. */
export function readLines(file: string, options: { trim?: boolean; relax_column_count_less?: boolean } = {}): Line[] {
  const bytes = readFileSync(file);
  // Excel's "Unicode text": read as UTF-8 it would be a column of strange signs.
  const text = bytes[0] === 0xff && bytes[1] === 0xfe ? bytes.toString("utf16le") : bytes.toString("utf8");
  return parse(text, {
    bom: true,
    columns: true,
    info: true,
    comment: "#",
    comment_no_infix: true,
    skip_empty_lines: true,
    ...options,
  });
}
