// Finds the records of a delimited text in its bytes: where each begins and ends, how many cells it has, what is wrong with it.
//
// Why not leave this to a parser: a reject must name the line that an editor shows, a stray quote must cost one line and not the
// rest of the file, and a file of gigabytes must be gone over at the speed of the disk. DuckDB then reads the cells of the records
// found sound here; a differential test holds both, and csv-parse, to the same rows.
import { isAscii, isUtf8 } from "node:buffer";
import { open } from "node:fs/promises";

/** How a text file separates its cells: single ASCII characters. `quote: false` means that quotes are data. */
export interface Dialect {
  readonly delimiter: string;
  readonly quote: string | false;
  readonly escape: string;
}

/** No record may be longer than this many bytes. */
export const recordLimit = 1 << 20;

/** What editors, spreadsheets and web pages leave around a value: blanks, also those that do not break or take no room. */
export const blanks: readonly string[] = [..." \t\n\v\f\r\u00a0\u2007\u200b\u202f\u3000\ufeff"];

const lf = 10;
const cr = 13;
const space = 32;

// What a byte may be to the reader; anything else is 0, plain data.
const isDelimiter = 1;
const isLineEnd = 2;
const isQuote = 3;
const isEscape = 4;
const isNul = 5;

// Bytes that a blank may begin or end with in UTF-8 (see `blanks`), and the "=" of ="00123".
const edges = new Uint8Array(256);
edges.fill(1, 0, space + 1);
for (const byte of ["=".charCodeAt(0), ...blanks.flatMap((blank) => [...Buffer.from(blank)])]) edges[byte] = 1;

const incomplete = -1;
const broken = -2;

/**
 * One record at a time over a buffer; call `read`, then look at the fields. The object is reused and allocates nothing.
 * Line feed, carriage return and both together each end a line. A quote counts only at the start of a cell (spaces before it are
 * skipped); elsewhere it is data. A flawed record ends at its first line end, so that a stray quote costs one line.
 */
export class RecordReader {
  readonly dialect: Dialect;
  bytes: Buffer = Buffer.alloc(0);
  /** First byte of the record; one past its last, without and with the line end. */
  start = 0;
  stop = 0;
  end = 0;
  cells = 0;
  /** Of the cells, those without a byte (quotes aside). */
  empties = 0;
  /** Physical lines. */
  lines = 0;
  /** quote: never closed, or closed in the middle of a cell. oversize: longer than recordLimit. */
  flaw: undefined | "quote" | "oversize";
  /** The line end lies beyond the buffer (an oversize record only). */
  endless = false;
  nul = false;
  /** Has quoted cells that other readers may take otherwise: write it anew. */
  odd = false;
  /** Length of the line end: 0 at the end of the file, 1, or 2 for CR LF. */
  lineEnd = 0;
  /** By column: 1 once a cell began or ended with a byte that may be part of a blank, or began with "=". */
  readonly ragged: Uint8Array;
  readonly #kinds = new Uint8Array(256);
  readonly #quote: number;
  readonly #escape: number;
  #to = 0;
  #last = false;

  constructor(dialect: Dialect, width = 0) {
    this.dialect = dialect;
    this.ragged = new Uint8Array(width);
    const { delimiter, quote } = dialect;
    for (const c of [delimiter, quote || "q", dialect.escape])
      if (c.length !== 1 || c > "\x7f") throw new RangeError(`"${c}" is not a single ASCII character`);
    this.#quote = quote === false ? 256 : quote.charCodeAt(0);
    this.#escape = quote === false ? 256 : dialect.escape.charCodeAt(0);
    if (this.#escape < 256) this.#kinds[this.#escape] = isEscape;
    if (this.#quote < 256) this.#kinds[this.#quote] = isQuote;
    this.#kinds[delimiter.charCodeAt(0)] = isDelimiter;
    this.#kinds[0] = isNul;
    this.#kinds[lf] = isLineEnd;
    this.#kinds[cr] = isLineEnd;
  }

  /** Reads the record that begins at `from`; false when it does not end before `to` and more bytes may come. */
  read(bytes: Buffer, from: number, to: number, last: boolean): boolean {
    const kinds = this.#kinds;
    const ragged = this.ragged;
    this.bytes = bytes;
    this.start = from;
    this.lines = 1;
    this.flaw = undefined;
    this.endless = false;
    this.nul = false;
    this.odd = false;
    this.#to = to;
    this.#last = last;
    let cells = 1;
    let empties = 0;
    let cell = from;
    let i = from;
    for (;;) {
      let kind = 0;
      for (; i < to; i++) {
        kind = kinds[bytes[i]!]!;
        if (kind !== 0) break;
      }
      if (i >= to) break;
      if (kind === isDelimiter) {
        if (i === cell) empties++;
        else if (edges[bytes[cell]!]! + edges[bytes[i - 1]!]! > 0) ragged[cells - 1] = 1;
        cells++;
        cell = ++i;
      } else if (kind === isLineEnd) {
        this.cells = cells;
        if (i === cell) empties++;
        else if (edges[bytes[cell]!]! + edges[bytes[i - 1]!]! > 0) ragged[cells - 1] = 1;
        this.empties = empties;
        return this.#close(i);
      } else if (kind === isQuote) {
        let opening = cell;
        while (bytes[opening] === space) opening++;
        if (opening !== i) {
          i++;
          continue;
        }
        if (opening !== cell || this.#escape !== this.#quote) this.odd = true;
        this.cells = cells;
        const next = this.#quoted(i + 1);
        if (next === broken) return this.cutToFirstLine();
        if (next === incomplete) return this.#unfinished();
        if (next === i + 2) empties++;
        i = next;
      } else {
        if (kind === isNul) this.nul = true;
        i++;
      }
    }
    this.cells = cells;
    if (cell === to) empties++;
    else if (edges[bytes[cell]!]! + edges[bytes[to - 1]!]! > 0) ragged[cells - 1] = 1;
    this.empties = empties;
    return last ? this.#close(to) : this.#unfinished();
  }

  /** Where the cell goes on after its closing quote: at a delimiter, a line end or the end of the file. */
  #quoted(from: number): number {
    const bytes = this.bytes;
    const to = this.#to;
    const quote = this.#quote;
    const escaping = this.#escape;
    const kinds = this.#kinds;
    for (let i = from; i < to; i++) {
      const kind = kinds[bytes[i]!]!;
      if (kind < isLineEnd) continue;
      const next = i + 1 < to ? bytes[i + 1]! : -1;
      if (kind === isLineEnd) {
        if (bytes[i] === lf || next !== lf) this.lines++;
      } else if (kind === isNul) this.nul = true;
      else if (bytes[i] === escaping && (next === quote || next === escaping)) i++;
      else if (next === -1 && !this.#last) return incomplete;
      else if (kind === isQuote) {
        if (edges[bytes[from]!]! + edges[bytes[i - 1]!]! > 0) this.ragged[this.cells - 1] = 1;
        let after = i + 1;
        while (after < to && bytes[after] === space) after++;
        if (after > i + 1) this.odd = true;
        if (after === to) return this.#last ? to : incomplete;
        const follower = kinds[bytes[after]!]!;
        return follower === isDelimiter || follower === isLineEnd ? after : broken;
      }
    }
    return this.#last ? broken : incomplete;
  }

  /** Ends the record at `at`, a line end or the end of the buffer. */
  #close(at: number): boolean {
    const { bytes } = this;
    const more = at < this.#to;
    if (more && bytes[at] === cr && at + 1 === this.#to && !this.#last) return this.#unfinished();
    this.stop = at;
    this.lineEnd = !more ? 0 : bytes[at] === cr && bytes[at + 1] === lf && at + 1 < this.#to ? 2 : 1;
    this.end = at + this.lineEnd;
    if (at - this.start <= recordLimit) return true;
    if (this.lines > 1) return this.cutToFirstLine();
    this.flaw = "oversize";
    return true;
  }

  /** Takes only the record's first line, as one with a quote gone astray. False when that line's end is not there yet. */
  cutToFirstLine(): boolean {
    this.lines = 1;
    this.flaw = "quote";
    for (let i = this.start; i < this.#to; i++) if (this.bytes[i] === lf || this.bytes[i] === cr) return this.#close(i);
    return this.#last ? this.#close(this.#to) : this.#unfinished();
  }

  #unfinished(): boolean {
    if (this.#to - this.start <= recordLimit + 2) return false;
    if (this.lines > 1) return this.cutToFirstLine();
    this.flaw = "oversize";
    this.endless = true;
    this.stop = this.#to;
    this.end = this.#to;
    return true;
  }

  /** The record's text. */
  text(): string {
    return this.bytes.toString("utf8", this.start, this.stop);
  }
}

/** What `eachRecord` tells beside the record itself. */
export interface Place {
  /** Physical line, from 1. */
  readonly line: number;
  /** The record's first byte in the file. */
  readonly offset: number;
  /** The bytes are UTF-8. */
  readonly valid: boolean;
}

/** What was seen on the way. */
export interface Survey {
  readonly bytes: number;
  /** Valid text beyond ASCII was met, so the file is UTF-8 and nothing else. */
  readonly beyondAscii: boolean;
  /** By column, as `RecordReader.ragged`. */
  readonly ragged: Uint8Array;
}

const chunk = 4 << 20;

/**
 * Calls `visit` for each record of a UTF-8 file from a byte offset on, in bounded memory. When `visit` returns false, only the
 * record's first line is consumed, and it is visited again as flawed.
 */
export async function eachRecord(
  path: string,
  dialect: Dialect,
  begin: { readonly offset: number; readonly line: number },
  visit: (record: RecordReader, place: Place) => boolean,
  { onBytes, width = 0 }: { readonly onBytes?: (bytes: number) => void; readonly width?: number } = {},
): Promise<Survey> {
  const reader = new RecordReader(dialect, width);
  const place = { line: begin.line, offset: 0, valid: true };
  const file = await open(path);
  const size = Math.min(chunk, (await file.stat()).size + 4096);
  const buffer = Buffer.allocUnsafe(size);
  let held = 0;
  let offset = begin.offset;
  let skipping = false;
  let beyondAscii = false;
  try {
    for (let last = false; !last; ) {
      const { bytesRead } = await file.read(buffer, held, size - held, offset);
      offset += bytesRead;
      held += bytesRead;
      last = bytesRead === 0;
      onBytes?.(bytesRead);
      let at = 0;
      if (skipping) {
        at = lineStart(buffer, held, last);
        if (at < 0) {
          // A carriage return may be half of a line end.
          const half = held > 0 && buffer[held - 1] === cr ? 1 : 0;
          buffer.copyWithin(0, held - half, held);
          held = half;
          continue;
        }
        skipping = false;
        place.line++;
      }
      // Valid up to the last line feed: then every record that ends before it is. Others are looked at one by one.
      const checked = buffer.subarray(0, held).lastIndexOf(lf) + 1;
      const region = buffer.subarray(at, Math.max(at, checked));
      const valid = isUtf8(region);
      if (valid && !beyondAscii && !isAscii(region)) beyondAscii = true;
      while (at < held && reader.read(buffer, at, held, last)) {
        place.offset = offset - held + at;
        place.valid = valid && reader.end <= checked;
        if (!place.valid) {
          const record = buffer.subarray(reader.start, reader.stop);
          place.valid = isUtf8(record);
          if (place.valid && !beyondAscii && !isAscii(record)) beyondAscii = true;
        }
        if (!visit(reader, place)) {
          if (!reader.cutToFirstLine()) break;
          visit(reader, place);
        }
        at = reader.end;
        if (reader.endless) skipping = true;
        else place.line += reader.lines;
      }
      buffer.copyWithin(0, at, held);
      held -= at;
    }
  } finally {
    await file.close();
  }
  return { bytes: offset, beyondAscii, ragged: reader.ragged };
}

/** The first byte after the first line end, or -1 when there is none yet. */
function lineStart(buffer: Buffer, held: number, last: boolean): number {
  const bytes = buffer.subarray(0, held);
  const feed = bytes.indexOf(lf);
  const back = bytes.indexOf(cr);
  if (feed < 0 && back < 0) return -1;
  if (back < 0 || (feed >= 0 && feed < back)) return feed + 1;
  if (back + 1 === held && !last) return -1;
  return bytes[back + 1] === lf ? back + 2 : back + 1;
}

/** The cells of a sound record's text. */
export function splitCells(text: string, dialect: Dialect): string[] {
  const { delimiter, quote, escape: escaping } = dialect;
  if (quote === false || !text.includes(quote)) return text.split(delimiter);
  const cells: string[] = [];
  for (let i = 0; ; i++) {
    let opening = i;
    while (text[opening] === " ") opening++;
    if (text[opening] !== quote) {
      const end = text.indexOf(delimiter, i);
      cells.push(text.slice(i, end < 0 ? undefined : end));
      if (end < 0) return cells;
      i = end;
      continue;
    }
    let cell = "";
    for (i = opening + 1; i < text.length; i++) {
      const next = text[i + 1];
      if (text[i] === escaping && (next === quote || next === escaping)) cell += text[++i];
      else if (text[i] === quote) break;
      else cell += text[i];
    }
    cells.push(cell);
    i = text.indexOf(delimiter, i + 1);
    if (i < 0) return cells;
  }
}

/** Cells as one record that every reader takes alike. */
export function joinCells(cells: readonly string[], dialect: Dialect): string {
  const { delimiter, quote } = dialect;
  if (quote === false) return cells.join(delimiter);
  return cells
    .map((cell) =>
      cell.includes(delimiter) || cell.includes(quote) || /[\r\n]|^ | $/.test(cell)
        ? quote + cell.replaceAll(quote, quote + quote) + quote
        : cell,
    )
    .join(delimiter);
}
