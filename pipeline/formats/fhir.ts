// From a FHIR bulk export to text cells: one resource a line in, one row of the mapped paths out, every line accounted for.
import { isUtf8 } from "node:buffer";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { type FhirPath, fhirPath, isObject, type Json } from "./fhirpath.ts";
import type { Dialect } from "./records.ts";
import type { Table } from "./sniff.ts";
import { type CellReject, type Count, LineMap, rejectLimit, type Survey } from "./survey.ts";
import { Unreadable } from "./unreadable.ts";
import { TextWriter } from "./writer.ts";

export interface ResourceHints {
  /** FHIR resource type to read; lines that hold another are counted and left out. */
  readonly resource: string;
  /** Paths into the resource, which become the columns. */
  readonly columns: readonly string[];
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Resources written as a delimited text that every reader takes alike. */
export interface ResourceText {
  readonly table: Table;
  readonly survey: Survey;
  readonly warnings: readonly string[];
}

/** A resource longer than this is refused: none that is read here comes near it. */
export const lineLimit = 16 << 20;
/** Nor does any name, code or list of references that is mapped. */
const cellLimit = 65_536;

const dialect: Dialect = { delimiter: ",", quote: '"', escape: '"' };
const chunkBytes = 1 << 20;

/**
 * Writes the resources of one type in an NDJSON file to `to`, as CSV.
 * @throws Unreadable E101 where the file has lines and none of them is a resource of that type
 */
export async function resourcesToText(path: string, hints: ResourceHints, to: string): Promise<ResourceText> {
  const out = new TextWriter(to);
  const reader = new Resources(hints, out);
  const total = (await stat(path)).size;
  try {
    for await (const bytes of createReadStream(path, { highWaterMark: chunkBytes })) {
      reader.take(bytes as Buffer);
      hints.onProgress?.(reader.bytes, total);
    }
    reader.end();
  } finally {
    out.close();
  }
  reader.prove();
  const { count, rejected, lines } = reader;
  const size = (await stat(to)).size;
  const { columns } = hints;
  return {
    table: {
      dialect,
      labels: columns,
      header: columns,
      headerLine: 0,
      named: columns.length,
      used: columns.length,
      titles: [],
      data: { offset: 0, line: 1 },
      plainHead: true,
      lineEnds: new Set(["\n"]),
    },
    survey: {
      count,
      rejected,
      lines,
      plain: true,
      crlf: false,
      rowsEnd: size,
      bytes: size,
      undecodable: 0,
      strayQuotes: 0,
      beyondAscii: false,
      ragged: new Uint8Array(columns.length).fill(1),
    },
    warnings: reader.warnings(),
  };
}

/** Takes the file's bytes as they come, finds the lines, writes the rows. */
class Resources {
  readonly count: Count = { row: 0, blank: 0, footer: 0, header: 0, rejected: 0 };
  readonly rejected: CellReject[] = [];
  readonly lines = new LineMap();
  bytes = 0;
  readonly #resource: string;
  readonly #paths: readonly FhirPath[];
  readonly #out: TextWriter;
  /** Lines of other kinds, by resource type; "" where there is none. */
  readonly #others = new Map<string, number>();
  #line = 0;
  #nextLine = -1;
  /** Bytes of a line whose end has not come yet. */
  #begun: Buffer[] = [];
  #begunBytes = 0;

  constructor(hints: ResourceHints, out: TextWriter) {
    this.#resource = hints.resource;
    this.#paths = hints.columns.map(fhirPath);
    this.#out = out;
  }

  take(bytes: Buffer): void {
    this.bytes += bytes.length;
    let from = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
      this.#lineOf(bytes.subarray(from, end));
      from = end + 1;
    }
    this.#hold(bytes.subarray(from));
  }

  end(): void {
    if (this.#begunBytes > 0) this.#lineOf(Buffer.alloc(0));
  }

  #hold(bytes: Buffer): void {
    // Of a line too long to keep only its length matters.
    if (this.#begunBytes <= lineLimit) this.#begun.push(bytes);
    this.#begunBytes += bytes.length;
  }

  #lineOf(bytes: Buffer): void {
    let line = bytes;
    let length = bytes.length;
    if (this.#begunBytes > 0) {
      this.#hold(bytes);
      length = this.#begunBytes;
      if (length <= lineLimit) line = Buffer.concat(this.#begun);
      this.#begun = [];
      this.#begunBytes = 0;
    }
    this.#line++;
    if (this.#line === 1 && line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf) line = line.subarray(3);
    if (length > lineLimit) this.#reject("line_too_long", `The line is longer than ${lineLimit >> 20} MB.`);
    else if (!isUtf8(line)) this.#reject("undecodable", "The line holds bytes that are no UTF-8 text.");
    else this.#read(line.toString("utf8"));
  }

  #read(text: string): void {
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      // Blank lines are rare, and JSON.parse finds them for nothing.
      if (text.trim() === "") this.count.blank++;
      else this.#reject("json_unreadable", "The line is not JSON.");
      return;
    }
    const type = isObject(json) && typeof json.resourceType === "string" ? json.resourceType : "";
    if (type !== this.#resource) {
      this.#others.set(type, (this.#others.get(type) ?? 0) + 1);
      this.count.footer++;
      return;
    }
    const cells = this.#paths.map((path) => path(json as Json));
    if (cells.some((cell) => cell.length > cellLimit)) {
      this.#reject(
        "line_too_long",
        `A value of the resource is longer than ${cellLimit.toLocaleString("en-US")} characters.`,
      );
      return;
    }
    if (this.#line !== this.#nextLine) this.lines.jump(this.count.row, this.#line);
    this.#nextLine = this.#line + 1;
    this.count.row++;
    this.#out.text(`${cells.map(cellOf).join(",")}\n`);
  }

  #reject(rule: CellReject["rule"], message: string): void {
    this.count.rejected++;
    if (this.rejected.length < rejectLimit) this.rejected.push({ line: this.#line, rule, message });
  }

  /** A file of nothing but other things has a wrong name. */
  prove(): void {
    if (this.count.row > 0 || this.#others.size === 0) return;
    throw new Unreadable("E101", `No line is a ${this.#resource}: ${this.#otherKinds()}.`, "json", {
      todo: "Export it again, or give it the name of what it holds.",
    });
  }

  warnings(): string[] {
    return this.#others.size === 0 ? [] : [`Lines that are no ${this.#resource} were left out: ${this.#otherKinds()}.`];
  }

  #otherKinds(): string {
    return [...this.#others]
      .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
      .map(([type, n]) => `${n.toLocaleString("en-US")} ${/^\w{1,64}$/.test(type) ? type : "without a resource type"}`)
      .join(", ");
  }
}

/** A cell of the text; fractions of a second end at the microsecond, as DuckDB's do. */
function cellOf(text: string): string {
  if (text === "") return "";
  let cell = text;
  if (cell[10] === "T" && cell.length > 26) cell = cell.replace(/^(.{19}\.\d{6})\d+/, "$1");
  return /[",\r\n\0]/.test(cell) ? `"${cell.replaceAll(/[\r\n\0]+/g, " ").replaceAll('"', '""')}"` : cell;
}
