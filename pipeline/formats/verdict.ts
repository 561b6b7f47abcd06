// What a record of a delimited text is: a row of the table, or one of the things around it that are counted and left out.
import { type Dialect, joinCells, type Place, type RecordReader, splitCells } from "./records.ts";

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
  ].join("|"),
  "i",
);

/** A declared footer ("Total*", * and ? as in file names) as a regular expression over the first filled cell. */
export function footerPattern(pattern: string): RegExp {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\/]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "isu");
}

/** A column's name as people would copy it: one line, single blanks, no byte order mark. */
export function cleanName(cell: string): string {
  return cell.replaceAll("\ufeff", "").replaceAll(/\s+/g, " ").trim();
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

const dashes = /^[-=+|,;\t ]*(?:--|==)[-=+|,;\t ]*$/;

/** Judges records one by one; stateless but for `mended`. */
export class Judge {
  /** The text of the last record that was mended. */
  mended = "";
  readonly #layout: Layout;
  readonly #width: number;
  /** The first word of the header. */
  readonly #headerStart: Buffer;
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
    this.#headerStart = Buffer.from(layout.labels.find((label) => label !== "")?.split(" ")[0] ?? "");
    // The end-of-file mark of DOS counts as blank.
    for (const c of ` \t\x1a${delimiter}${quote || ""}`) this.#blank[c.charCodeAt(0)] = 1;
    this.#suspect.set(this.#blank);
    for (const byte of ["-".charCodeAt(0), "=".charCodeAt(0), "+".charCodeAt(0), 0xef]) this.#suspect[byte] = 1;
    if (this.#headerStart.length > 0) this.#suspect[this.#headerStart[0]!] = 1;
    if (layout.footers.length > 0) this.#suspect.fill(1);
  }

  judge(record: RecordReader, place: Place): Verdict {
    const width = this.#width;
    if (
      record.cells === width &&
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
    const verdict = this.#furniture(record);
    if (verdict) return verdict;
    if (flaw) return "quote_unbalanced";
    if (record.nul) return "nul_byte";
    if (!place.valid) return "undecodable";
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
  #furniture(record: RecordReader): "header" | "footer" | undefined {
    const { bytes, start, stop, cells, empties, flaw } = record;
    const { dialect, labels, footers } = this.#layout;
    let at = start;
    if (bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf) at += 3;
    while (at < stop && this.#blank[bytes[at]!] === 1) at++;
    if (!flaw && cells >= (this.#layout.ragged ? 1 : this.#layout.named) && this.#startsLikeHeader(bytes, at)) {
      const found = splitCells(record.text(), dialect);
      if (labels.every((label, i) => label === cleanName(found[i] ?? ""))) return "header";
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
    const starts = this.#headerStart;
    for (let i = 0; i < starts.length; i++) if (bytes[at + i] !== starts[i]) return false;
    return starts.length > 0;
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
