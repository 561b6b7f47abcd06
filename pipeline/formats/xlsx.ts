// Reads a workbook's sheet as text cells, row by row: what a person sees in the cell, with dates as ISO and ids as their digits.
//
// yauzl and saxes rather than a spreadsheet library: of those tried, none gives the raw cell (its type, its number as written, its
// row's number and whether it is hidden) from a stream, and reading 200,000 rows took them seven times the memory.
import type { MergedCell } from "./merged.ts";
import { Package } from "./ooxml.ts";
import { serialText, styleOf } from "./serial.ts";
import { Unreadable } from "./unreadable.ts";

export { type SheetColumn, type SheetValue, type WorkbookSheet, writeWorkbook } from "./workbook.ts";

/** A sheet as the workbook lists it. */
export interface SheetEntry {
  readonly name: string;
  readonly hidden: boolean;
  readonly part: string;
}

/** One row: its number as the sheet shows it, and its cells from column A on, "" where empty. */
export interface SheetRow {
  readonly number: number;
  readonly cells: readonly string[];
}

/** What a sheet holds that text cannot tell. */
export interface SheetNotes {
  hiddenRows: number;
  /** Cells with an error such as #N/A; read as empty. */
  errors: number;
  /** Numbers of 16 digits and more: a workbook keeps 15. */
  imprecise: number;
  /** Formulas without a value: the file was never calculated. Read as empty. */
  uncalculated: number;
  /** Cells merged over several rows; known once every row was visited. */
  merged: MergedCell[];
}

/** More cells in a row than a sheet can have. */
const columnLimit = 16_384;
/** Shared strings kept in memory, in characters. */
const stringLimit = 400 * 2 ** 20;

export class Workbook {
  readonly sheets: readonly SheetEntry[];
  readonly #package: Package;
  readonly #epoch1904: boolean;
  readonly #styles: readonly string[];
  readonly #strings: readonly string[];

  private constructor(from: Package, sheets: SheetEntry[], epoch1904: boolean, styles: string[], strings: string[]) {
    this.#package = from;
    this.sheets = sheets;
    this.#epoch1904 = epoch1904;
    this.#styles = styles;
    this.#strings = strings;
  }

  /** Throws Unreadable. Holds the shared strings and nothing else of the cells. */
  static async open(path: string): Promise<Workbook> {
    const from = await Package.open(path);
    try {
      const root = await relations(from, "_rels/.rels", "");
      const main = [...root.values()].find((r) => r.type.endsWith("/officeDocument"))?.target ?? "xl/workbook.xml";
      const folder = main.slice(0, main.lastIndexOf("/") + 1);
      const parts = await relations(from, `${folder}_rels/${main.slice(folder.length)}.rels`, folder);
      const sheets: SheetEntry[] = [];
      let epoch1904 = false;
      await from.walk(main, {
        open(name, attributes) {
          if (name === "workbookPr") epoch1904 = /^(?:1|true)$/.test(attributes.date1904 ?? "");
          if (name !== "sheet") return;
          const part = parts.get(
            attributes["r:id"] ?? Object.entries(attributes).find(([k]) => k.endsWith(":id"))?.[1] ?? "",
          );
          // Chart and macro sheets have no cells.
          if (part?.type.endsWith("/worksheet"))
            sheets.push({
              name: attributes.name ?? "",
              hidden: /hidden/i.test(attributes.state ?? ""),
              part: part.target,
            });
        },
      });
      const ofType = (type: string) => [...parts.values()].find((r) => r.type.endsWith(type))?.target;
      const styles = await readStyles(from, ofType("/styles"));
      const strings = await readStrings(from, ofType("/sharedStrings"));
      return new Workbook(from, sheets, epoch1904, styles, strings);
    } catch (error) {
      from.close();
      throw error;
    }
  }

  /** Calls `visit` for each row that the sheet stores, until it returns false. Rows in which no cell is filled are passed too. */
  async eachRow(sheet: SheetEntry, visit: (row: SheetRow) => boolean): Promise<SheetNotes> {
    const notes: SheetNotes = { hiddenRows: 0, errors: 0, imprecise: 0, uncalculated: 0, merged: [] };
    const cell = { column: 0, type: "", style: 0, value: "", formula: false };
    let cells: string[] = [];
    let number = 0;
    let inRow = false;
    let reading = false;
    let phonetic = false;
    let below = false;
    let done = false;
    const text = () => this.#text(cell, notes);
    await this.#package.walk(
      sheet.part,
      {
        open(name, attributes) {
          if (below) {
            if (name === "mergeCell") addMerged(attributes.ref ?? "", notes.merged);
          } else if (name === "row") {
            inRow = true;
            number = attributes.r ? Number(attributes.r) : number + 1;
            cells = [];
            cell.column = -1;
            if (/^(?:1|true)$/.test(attributes.hidden ?? "")) notes.hiddenRows++;
          } else if (name === "c" && inRow) {
            cell.column = attributes.r ? columnOf(attributes.r) : cell.column + 1;
            if (!(cell.column < columnLimit)) throw new Error("a cell beyond the last column");
            cell.type = attributes.t ?? "n";
            cell.style = Number(attributes.s ?? 0);
            cell.value = "";
            cell.formula = false;
          } else if (name === "f") cell.formula = true;
          else if (name === "rPh") phonetic = true;
          else if (name === "v" || name === "t") reading = true;
        },
        text(part) {
          if (reading && !phonetic) cell.value += part;
        },
        close(name) {
          if (name === "v" || name === "t") reading = false;
          else if (name === "rPh") phonetic = false;
          else if (name === "c" && inRow) {
            const found = text();
            while (cells.length < cell.column) cells.push("");
            cells[cell.column] = found;
          } else if (name === "row") {
            inRow = false;
            if (!done && !visit({ number, cells })) done = true;
          } else if (name === "sheetData") below = true;
          else if (name === "mergeCells") done = true;
        },
      },
      () => done,
    );
    return notes;
  }

  #text(cell: { type: string; style: number; value: string; formula: boolean }, notes: SheetNotes): string {
    const { type, value } = cell;
    if (type === "s") return this.#strings[Number(value)] ?? "";
    if (type === "inlineStr" || type === "str") return unescaped(value);
    if (value === "") {
      if (cell.formula) notes.uncalculated++;
      return "";
    }
    if (type === "b") return value === "1" || value === "true" ? "TRUE" : "FALSE";
    if (type === "d") return value.replace("T", " ").replace(/ 00:00:00(?:\.0+)?Z?$|\.\d+Z?$|Z$/, "");
    if (type === "e") {
      notes.errors++;
      return "";
    }
    const serial = Number(value);
    if (!Number.isFinite(serial)) return unescaped(value);
    if (Math.abs(serial) >= 1e15) notes.imprecise++;
    return serialText(serial, this.#styles[cell.style] ?? "", this.#epoch1904);
  }

  close(): void {
    this.#package.close();
  }
}

/** Column of a reference such as "AB12", from 0. */
function columnOf(reference: string): number {
  let column = 0;
  for (let i = 0; i < reference.length && i < 4; i++) {
    const letter = reference.charCodeAt(i) & ~32;
    if (letter < 65 || letter > 90) break;
    column = column * 26 + letter - 64;
  }
  return column > 0 ? column - 1 : Number.NaN;
}

/** Keeps a range such as "A2:B4" where it is of several rows. */
function addMerged(range: string, merged: MergedCell[]): void {
  const [, first = "", from, to] = /^([A-Z]{1,3})([0-9]{1,7}):[A-Z]{1,3}([0-9]{1,7})$/.exec(range) ?? [];
  if (Number(to) > Number(from)) merged.push({ column: columnOf(first), from: Number(from), to: Number(to) });
}

/** Characters that XML cannot hold are written as _x000D_. */
function unescaped(text: string): string {
  if (!text.includes("_x")) return text;
  return text
    .replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replaceAll("\r\n", "\n");
}

async function relations(
  from: Package,
  part: string,
  folder: string,
): Promise<Map<string, { type: string; target: string }>> {
  const found = new Map<string, { type: string; target: string }>();
  if (!from.has(part)) return found;
  await from.walk(part, {
    open(name, { Id = "", Type = "", Target = "", TargetMode }) {
      if (name !== "Relationship" || TargetMode === "External") return;
      const target = new URL(Target, `zip:///${folder}`).pathname.slice(1);
      found.set(Id, { type: Type, target: decodeURIComponent(target) });
    },
  });
  return found;
}

/** The kind of each cell style: "date", "time", "000000" (digits to show at least) or "". */
async function readStyles(from: Package, part: string | undefined): Promise<string[]> {
  const formats = new Map<number, string>();
  const styles: string[] = [];
  let inCells = false;
  if (part && from.has(part))
    await from.walk(part, {
      open(name, attributes) {
        if (name === "numFmt") formats.set(Number(attributes.numFmtId), attributes.formatCode ?? "");
        else if (name === "cellXfs") inCells = true;
        else if (name === "xf" && inCells) {
          const id = Number(attributes.numFmtId ?? 0);
          styles.push(styleOf(id, formats.get(id)));
        }
      },
      close(name) {
        if (name === "cellXfs") inCells = false;
      },
    });
  return styles;
}

async function readStrings(from: Package, part: string | undefined): Promise<string[]> {
  const strings: string[] = [];
  if (!part || !from.has(part)) return strings;
  let current = "";
  let size = 0;
  let reading = false;
  let phonetic = false;
  await from.walk(part, {
    open(name) {
      if (name === "si") current = "";
      else if (name === "rPh") phonetic = true;
      else if (name === "t") reading = !phonetic;
    },
    text(text) {
      if (reading) current += text;
    },
    close(name) {
      if (name === "t") reading = false;
      else if (name === "rPh") phonetic = false;
      else if (name === "si") {
        size += current.length + 16;
        if (size > stringLimit)
          throw new Unreadable("E103", "The workbook holds too much text to read safely.", "zip_bomb");
        strings.push(unescaped(current));
      }
    },
  });
  return strings;
}
