// What a record of a delimited text is: a row of the table, or one of the things around it that are counted and left out.
import { type Dialect, joinCells, type Place, type RecordReader, splitCells } from "./records.ts";
import { Unreadable } from "./unreadable.ts";

/** Why a record is no row; the ids are stable. */
export type CellRule =
  | "columns_missing"
  | "columns_extra"
  | "quote_unbalanced"
  | "line_too_long"
  | "undecodable"
  | "nul_byte";

/** mended: a row, but its text must be written anew (`Judge.mended`). cut: take the first line alone and ask again. */
export type Verdict = "row" | "mended" | "blank" | "footer" | "header" | "cut" | CellRule;

/** What the table looks like, once its header is found. */
export interface Layout {
  readonly dialect: Dialect;
  /** The header's cells, cleaned; "" where a column has no name. */
  readonly labels: readonly string[];
  /** Columns up to the last one that has a name: a row may lack the ones after it. */
  readonly named: number;
  /** A row must be empty from this column on. */
  readonly used: number;
  /** A row may lack any cells at its end, as rows of a sheet do. */
  readonly ragged: boolean;
  readonly footers: readonly RegExp[];
}

/** First cells of lines that are no rows in any export we know. They count only on lines with a third of their cells empty. */
const builtInFooters = new RegExp(
  [
    "^(?:grand |sub-?)?totals?\\s*:?\\s*\\(?[\\d,]*\\)?$",
    "^(?:grand )?total (?:number of |count of |of )?(?:referrals?|records?|rows?|patients?|orders?|appointments?|visits?|items?|count)\\b.{0,40}$",
    "^report (?:generated|printed|produced|created|run|date)\\b",
    "^(?:generated|printed|produced|exported|run) (?:on|at|by|date)\\b",
    "^\\W*end of (?:report|file|data|list|extract|records?)\\b",
    "^\\(?[\\d,]+ (?:rows?|records?|referrals?|results?)(?: (?:affected|selected|returned|found|exported|total))?\\)?\\.?$",
    "^(?:row|record|referral)s? count\\s*[:=]?",
    "^page \\d+ of \\d+$",
    "^\\W*no (?:matching )?(?:rows?|records?|referrals?|results?|data|items?|appointments?|patients?)(?: (?:were |was |is |are )?(?:found|returned|available|to (?:display|show|report)))?\\b.{0,60}$",
  ].join("|"),
  "i",
);

/** A pattern such as "Total*", with * and ? as in file names, as a regular expression over a whole text, whatever its capitals. */
export function wildcards(pattern: string): RegExp {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\/]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "isu");
}

/** A column's name as people would copy it: one line, single blanks, no byte order mark nor other blank without width. */
export function cleanName(cell: string): string {
  return cell
    .replaceAll(/[\ufeff\u200b]/g, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}

/** Names for a header's clean cells: empty ones become "Column 7", a repeated one "Status (2)". */
export function uniqueNames(labels: readonly string[]): string[] {
  const names = labels.map((label, i) => label || `Column ${i + 1}`);
  const taken = new Set(names);
  const seen = new Map<string, number>();
  return names.map((name) => {
    let n = (seen.get(name) ?? 0) + 1;
    if (n > 1) while (taken.has(`${name} (${n})`)) n++;
    seen.set(name, n);
    return n > 1 ? `${name} (${n})` : name;
  });
}

/** Small letters for capitals, of ASCII alone: as many bytes as before. */
const folded = (text: string) => text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
const upper = (byte: number) => (byte > 96 && byte < 123 ? byte - 32 : byte);

/** Letters as a, digits as 9: what an identifier looks like. */
const shapeOf = (cell: string) =>
  cell
    .replaceAll('"', "")
    .replaceAll(/\p{L}+/gu, "a")
    .replaceAll(/\d+/g, "9");

const dashes = /^[-=+|,;\t ]*(?:--|==)[-=+|,;\t ]*$/;

/** Judges records one by one; stateless but for `mended`. */
export class Judge {
  /** The text of the last record that was mended. */
  mended = "";
  readonly #layout: Layout;
  readonly #width: number;
  /** The first word of each label, small letters. */
  readonly #starts: readonly Buffer[];
  readonly #blank = new Uint8Array(256);
  readonly #suspect = new Uint8Array(256);
  readonly #delimiter: number;
  readonly #quote: number;

  constructor(layout: Layout) {
    this.#layout = layout;
    this.#width = layout.labels.length;
    const { delimiter, quote } = layout.dialect;
    this.#delimiter = delimiter.charCodeAt(0);
    this.#quote = quote === false ? 256 : quote.charCodeAt(0);
    const words = new Set(layout.labels.filter((label) => label !== "").map((label) => folded(label.split(" ")[0]!)));
    this.#starts = [...words].map((word) => Buffer.from(word));
    // The end-of-file mark of DOS counts as blank, and what parts the pages of a print.
    for (const c of ` \t\v\f\x1a${delimiter}${quote || ""}`) this.#blank[c.charCodeAt(0)] = 1;
    this.#suspect.set(this.#blank);
    for (const byte of ["-".charCodeAt(0), "=".charCodeAt(0), "+".charCodeAt(0), 0xef]) this.#suspect[byte] = 1;
    for (const [first] of this.#starts) for (const byte of [first!, upper(first!)]) this.#suspect[byte] = 1;
    if (layout.footers.length > 0) this.#suspect.fill(1);
  }

  judge(record: RecordReader, place: Place): Verdict {
    const width = this.#width;
    if (
      record.cells === width &&
      record.lines === 1 &&
      this.#endsEmpty(record) &&
      !record.flaw &&
      !record.odd &&
      !record.nul &&
      place.valid &&
      record.empties * 3 < width &&
      this.#suspect[record.bytes[record.start]!] === 0
    )
      return "row";
    return this.#look(record, place);
  }

  #look(record: RecordReader, place: Place): Verdict {
    const { bytes, start, stop, flaw, cells } = record;
    const { dialect, named, ragged } = this.#layout;
    const width = this.#width;
    if (flaw === "oversize") return "line_too_long";
    if (!flaw && this.#isBlank(bytes, start, stop)) return "blank";
    const verdict = this.#furniture(record, place);
    if (verdict) return verdict;
    if (flaw) return "quote_unbalanced";
    if (record.nul) return "nul_byte";
    if (!place.valid) return "undecodable";
    if (record.lines > 1 && this.#swallows(record.text())) return "cut";
    if (cells === width && !record.odd && this.#endsEmpty(record)) return "row";
    if (cells >= named || ragged) {
      const found = splitCells(record.text(), dialect);
      if (found.slice(this.#layout.used).every((cell) => cell.trim() === "")) {
        this.mended = joinCells(
          Array.from({ length: width }, (_, i) => (i < this.#layout.used ? (found[i] ?? "") : "")),
          dialect,
        );
        return "mended";
      }
    }
    if (record.lines > 1) return "cut";
    return cells > named ? "columns_extra" : "columns_missing";
  }

  /**
   * A quote that never closed meets another one rows later, and all between would be one cell: then every line by itself is as wide as
   * the table, and begins as the first one does. In a table of few columns a remark of several lines could look so.
   */
  #swallows(text: string): boolean {
    if (this.#width < 4) return false;
    const { delimiter } = this.#layout.dialect;
    const shapes = text
      .split(/\r\n|\r|\n/)
      .map((line) => line.split(delimiter))
      .map((cells) => (cells.length === this.#width ? shapeOf(cells[0]!) : ""));
    return /9/.test(shapes[0]!) && shapes.every((shape) => shape === shapes[0]);
  }

  /** The cells after the last column in use are empty: the record ends in as many delimiters. */
  #endsEmpty(record: RecordReader): boolean {
    for (let i = this.#layout.used - this.#width; i < 0; i++)
      if (record.bytes[record.stop + i] !== this.#delimiter) return false;
    return true;
  }

  #isBlank(bytes: Buffer, start: number, stop: number): boolean {
    for (let i = start; i < stop; i++) if (this.#blank[bytes[i]!] === 0) return false;
    return true;
  }

  /** Repeated headers and the line drawn under them, footers. */
  #furniture(record: RecordReader, place: Place): "header" | "footer" | undefined {
    const { bytes, start, stop, cells, empties, flaw } = record;
    const { dialect, labels, footers } = this.#layout;
    let at = start;
    if (bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf) at += 3;
    while (at < stop && this.#blank[bytes[at]!] === 1) at++;
    if (!flaw && cells >= (this.#layout.ragged ? 1 : this.#layout.named) && this.#startsLikeHeader(bytes, at)) {
      const found = splitCells(record.text(), dialect).map((cell) => folded(cleanName(cell)));
      if (labels.every((label, i) => folded(label) === (found[i] ?? ""))) return "header";
      const named = labels.filter(Boolean).map(folded).sort();
      if (named.length > 2 && named.join("\n") === found.filter(Boolean).sort().join("\n"))
        throw new Unreadable(
          "E102",
          `Line ${place.line} is the header again with its columns in another order: the rows below it are of another table.`,
          "header_changed",
          { todo: "Export it again as one list, or each list by itself." },
        );
    }
    if ((bytes[at] === 0x2d || bytes[at] === 0x3d) && stop - start < 65_536 && dashes.test(record.text()))
      return "header";
    const sparse = cells !== this.#width || empties * 3 >= cells || cells === 1;
    if (!sparse && footers.length === 0) return undefined;
    const first = this.#firstCell(bytes, at, stop, at > start && bytes[at - 1] === this.#quote);
    if ((sparse && builtInFooters.test(first)) || footers.some((pattern) => pattern.test(first))) return "footer";
    return undefined;
  }

  #startsLikeHeader(bytes: Buffer, at: number): boolean {
    return this.#starts.some((start) =>
      start.every((byte, i) => bytes[at + i] === byte || bytes[at + i] === upper(byte)),
    );
  }

  /** The first filled cell, from its first byte that is not blank; at most 256 bytes of it. */
  #firstCell(bytes: Buffer, from: number, stop: number, quoted: boolean): string {
    const end = quoted ? this.#quote : this.#delimiter;
    const limit = Math.min(stop, from + 256);
    let to = from;
    while (to < limit && bytes[to] !== end) to++;
    return bytes.toString("utf8", from, to).trim();
  }
}
