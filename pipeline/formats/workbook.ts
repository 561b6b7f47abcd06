// Writes workbooks that people work in: frozen header, filter, widths, choices in a cell, real dates, and text that is never a formula.
// On paper: as many pages wide as keeps it readable, the header and the leading columns on every one.
//
// A row is written as it comes, so memory does not grow with the rows. The parts of an .xlsx file are few and fixed; yazl packs them.
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ZipFile } from "yazl";

export interface SheetColumn {
  readonly header: string;
  /** In characters. */
  readonly width?: number;
  /** text (default): exactly as given. number: numbers. date, datetime: Date (UTC fields are shown) or "yyyy-MM-dd[ HH:mm[:ss]]". */
  readonly type?: "text" | "number" | "date" | "datetime";
  /** Days before this one ("yyyy-MM-dd") stand out. */
  readonly overdueBefore?: string;
  /** The values to choose from in this column's cells. */
  readonly choices?: readonly string[];
}

export type SheetValue = string | number | bigint | boolean | Date | null | undefined;

type SheetRows = Iterable<readonly SheetValue[]>;

export interface WorkbookSheet {
  readonly name: string;
  /** So many columns at the left stay in view, and stand on every printed page. */
  readonly leading?: number;
  /** Stands at the head of every printed page. */
  readonly note?: string;
  readonly columns: readonly SheetColumn[];
  /** Rows, or batches of rows as they come. */
  readonly rows: SheetRows | AsyncIterable<SheetRows>;
}

/** Rows that a sheet can hold below its header. */
export const sheetRowLimit = 1_048_575;

const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const relations = "http://schemas.openxmlformats.org/package/2006/relationships";
const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

// Styles by number: 0 plain, 1 header, 2 text, 3 date, 4 date and time, 5 number.
const styleOf = { text: 2, number: 5, date: 3, datetime: 4 } as const;

/**
 * Writes a workbook. Throws RangeError for more rows than a sheet holds, two sheets of one name, or a name that Excel refuses; what was
 * written of the file until then is left to the caller.
 */
export async function writeWorkbook(
  path: string,
  workbook: { readonly sheets: readonly WorkbookSheet[] },
): Promise<void> {
  const { sheets } = workbook;
  const names = new Set(sheets.map((s) => s.name.toLowerCase()));
  if (sheets.length === 0 || names.size < sheets.length)
    throw new RangeError("a workbook needs sheets of different names");
  for (const { name } of sheets)
    if (!/^(?!')[^\\/?*[\]:]{1,31}(?<!')$/.test(name)) throw new RangeError(`"${name}" cannot name a sheet`);
  const lists = sheets.flatMap((sheet) => sheet.columns.flatMap((column) => (column.choices ? [column.choices] : [])));
  const all = [...sheets.map((s) => s.name), ...(lists.length > 0 ? ["Lists"] : [])];
  if (lists.length > 0 && names.has("lists")) throw new RangeError('"Lists" is the sheet of choices');
  const zip = new ZipFile();
  // A fixed time, so that the same rows give the same bytes.
  const options = { mtime: new Date(1980, 0, 1), mode: 0o100644, forceDosTimestamp: true, compressionLevel: 1 };
  const part = (name: string, xml: string) => zip.addBuffer(Buffer.from(declaration + xml), name, options);
  part("[Content_Types].xml", contentTypes(all.length));
  part(
    "_rels/.rels",
    `<Relationships xmlns="${relations}">${relation(1, "officeDocument", "xl/workbook.xml")}</Relationships>`,
  );
  part("xl/workbook.xml", workbookXml(sheets, all));
  part("xl/_rels/workbook.xml.rels", workbookRelations(all.length));
  part("xl/styles.xml", styles);
  // A source that fails must end the file as well: yazl would wait for it.
  const stop = new AbortController();
  zip.once("error", (error) => stop.abort(error));
  let list = 0;
  for (const [i, sheet] of sheets.entries()) {
    const first = list;
    list += sheet.columns.filter((column) => column.choices).length;
    zip.addReadStreamLazy(`xl/worksheets/sheet${i + 1}.xml`, options, (give) =>
      give(
        null,
        Readable.from(sheetXml(sheet, first, lists)).once("error", (error) => stop.abort(error)),
      ),
    );
  }
  if (lists.length > 0) part(`xl/worksheets/sheet${all.length}.xml`, listsXml(lists));
  zip.end();
  try {
    await pipeline(zip.outputStream, createWriteStream(path, { mode: 0o600 }), { signal: stop.signal });
  } catch (error) {
    throw stop.signal.aborted ? stop.signal.reason : error;
  }
}

async function* sheetXml(
  sheet: WorkbookSheet,
  firstList: number,
  lists: readonly (readonly string[])[],
): AsyncGenerator<Buffer> {
  const { columns } = sheet;
  const letters = columns.map((_, i) => columnLetters(i));
  const last = letters.at(-1) ?? "A";
  const cells = columns.map((column) => new Cells(column.type ?? "text"));
  let xml = `${declaration}<worksheet xmlns="${main}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView workbookViewId="0">${pane(sheet.leading ?? 0)}</sheetView></sheetViews>`;
  xml += `<cols>${columns.map((c, i) => `<col min="${i + 1}" max="${i + 1}" width="${widthOf(c)}" customWidth="1" style="${styleOf[c.type ?? "text"]}"/>`).join("")}</cols>`;
  xml += `<sheetData><row r="1">${columns.map((c, i) => `<c r="${letters[i]}1"${text(c.header, 1)}`).join("")}</row>`;
  let row = 1;
  for await (const batch of Symbol.iterator in sheet.rows ? [sheet.rows] : sheet.rows) {
    for (const values of batch) {
      if (++row > sheetRowLimit + 1) throw new RangeError(`"${sheet.name}" has more rows than a sheet can hold`);
      xml += `<row r="${row}">`;
      for (let i = 0; i < cells.length; i++) {
        const held = cells[i]!.of(values[i]);
        if (held !== "") xml += `<c r="${letters[i]}${row}"${held}`;
      }
      xml += "</row>";
      if (xml.length > pieceLength) {
        yield Buffer.from(xml);
        xml = "";
      }
    }
  }
  xml += `</sheetData><autoFilter ref="A1:${last}${row}"/>`;
  for (const [i, { overdueBefore }] of columns.entries()) {
    const before = serialOf(overdueBefore);
    if (before === undefined) continue;
    const first = `${letters[i]}2`;
    const rule = `<cfRule type="expression" dxfId="0" priority="${i + 1}"><formula>AND(ISNUMBER(${first}),${first}&lt;${before})</formula></cfRule>`;
    xml += `<conditionalFormatting sqref="${first}:${letters[i]}${Math.max(row, 2)}">${rule}</conditionalFormatting>`;
  }
  const chosen = columns.flatMap((column, i) => (column.choices ? [i] : []));
  if (chosen.length > 0) {
    const rules = chosen.map((column, i) => {
      const range = `${letters[column]}2:${letters[column]}${Math.max(row, 2)}`;
      const letter = columnLetters(firstList + i);
      const source = `Lists!$${letter}$1:$${letter}$${Math.max(1, lists[firstList + i]!.length)}`;
      return `<dataValidation type="list" allowBlank="1" showErrorMessage="1" sqref="${range}"><formula1>${source}</formula1></dataValidation>`;
    });
    xml += `<dataValidations count="${rules.length}">${rules.join("")}</dataValidations>`;
  }
  xml += `<pageMargins left="0.4" right="0.4" top="0.6" bottom="0.6" header="0.3" footer="0.3"/><pageSetup orientation="landscape" fitToWidth="${pagesWide(columns)}" fitToHeight="0"/>`;
  xml += `<headerFooter><oddHeader>${pageHead(sheet.note ?? "")}</oddHeader><oddFooter>&amp;CPage &amp;P of &amp;N</oddFooter></headerFooter>`;
  yield Buffer.from(`${xml}</worksheet>`);
}

const widthOf = ({ width, header }: SheetColumn) => width ?? Math.max(10, header.length + 3);
/** On a page of this many characters the letters are still large enough to read. */
const pageCharacters = 150;
const pagesWide = (columns: readonly SheetColumn[]) =>
  Math.max(1, Math.round(columns.reduce((sum, column) => sum + widthOf(column), 0) / pageCharacters));

function pane(leading: number): string {
  const cell = `${columnLetters(leading)}2`;
  return leading > 0
    ? `<pane xSplit="${leading}" ySplit="1" topLeftCell="${cell}" activePane="bottomRight" state="frozen"/>`
    : `<pane ySplit="1" topLeftCell="${cell}" activePane="bottomLeft" state="frozen"/>`;
}

/** What is printed at the head of a page: the sheet's name on the left, a note on the right. An ampersand begins a code, two are one. */
const pageHead = (note: string) => escaped(`&L&A&R${note.replaceAll("&", "&&")}`);

/** Few large pieces instead of many small ones. */
const pieceLength = 1 << 18;

/** Cells of one column as XML, without the reference that they begin with: "" for an empty one. Most columns say few things often. */
class Cells {
  readonly #type: NonNullable<SheetColumn["type"]>;
  readonly #known = new Map<SheetValue, string>();

  constructor(type: NonNullable<SheetColumn["type"]>) {
    this.#type = type;
  }

  of(value: SheetValue): string {
    const known = this.#known.get(value);
    if (known !== undefined) return known;
    const made = cell(value, this.#type);
    if (this.#known.size < 4096 && !(value instanceof Date)) this.#known.set(value, made);
    return made;
  }
}

function cell(value: SheetValue, type: NonNullable<SheetColumn["type"]>): string {
  if (value === null || value === undefined || value === "") return "";
  if (typeof value === "boolean") return ` t="b"><v>${value ? 1 : 0}</v></c>`;
  if (type === "date" || type === "datetime") {
    const serial = serialOf(value);
    if (serial !== undefined) return ` s="${styleOf[type]}"><v>${serial}</v></c>`;
  }
  if (type === "number" && typeof value !== "object") {
    const number = typeof value === "string" ? Number(value) : value;
    if (typeof number === "bigint" || Number.isFinite(number)) return ` s="${styleOf.number}"><v>${number}</v></c>`;
  }
  return text(value instanceof Date ? value.toISOString() : String(value), styleOf.text);
}

/** Days since the end of 1899; undefined for what is no date after February 1900, which is then written as text. */
function serialOf(value: SheetValue): number | undefined {
  let at = Number.NaN;
  if (value instanceof Date) at = value.getTime();
  else if (typeof value === "string" && /^\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?$/.test(value))
    at = Date.parse(`${value.replace(" ", "T")}${value.length === 10 ? "T00:00" : ""}Z`);
  const serial = (at - Date.UTC(1899, 11, 30)) / 86_400_000;
  return serial >= 61 && serial < 2_958_466 ? serial : undefined;
}

/** Text is stored as text, in a column formatted as text: "=1+1" stays what it is, also when someone edits it. */
function text(value: string, style: number): string {
  const kept = value.length > 32_767 ? `${value.slice(0, 32_766)}…` : value;
  const space = /^\s|\s$|\s\s|[\t\n\r]/.test(kept) ? ' xml:space="preserve"' : "";
  return ` t="inlineStr" s="${style}"><is><t${space}>${escaped(kept)}</t></is></c>`;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escaped(value: string): string {
  // Most cells need nothing. An underscore that begins what looks like an escape is escaped itself.
  if (!/[&<>"\p{Cc}\p{Surrogate}\ufffe\uffff]|_x[0-9A-Fa-f]{4}_/u.test(value)) return value;
  return value
    .toWellFormed()
    .replaceAll(/_(?=x[0-9A-Fa-f]{4}_)/g, "_x005F_")
    .replaceAll(/[&<>"]/g, (c) => entities[c]!)
    .replaceAll(
      /(?![\t\n])[\p{Cc}\ufffe\uffff]/gu,
      (c) => `_x${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}_`,
    );
}

function columnLetters(column: number): string {
  const rest = Math.floor(column / 26);
  return (rest > 0 ? columnLetters(rest - 1) : "") + String.fromCharCode(65 + (column % 26));
}

function relation(id: number, type: string, target: string): string {
  return `<Relationship Id="rId${id}" Type="${office}/${type}" Target="${target}"/>`;
}

function contentTypes(sheets: number): string {
  const kind = "application/vnd.openxmlformats-officedocument.spreadsheetml";
  const part = (name: string, type: string) =>
    `<Override PartName="/xl/${name}.xml" ContentType="${kind}.${type}+xml"/>`;
  const each = Array.from({ length: sheets }, (_, i) => part(`worksheets/sheet${i + 1}`, "worksheet"));
  return `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${part("workbook", "sheet.main")}${each.join("")}${part("styles", "styles")}</Types>`;
}

function workbookXml(sheets: readonly WorkbookSheet[], all: readonly string[]): string {
  const entry = (name: string, i: number) =>
    `<sheet name="${escaped(name)}" sheetId="${i + 1}"${i >= sheets.length ? ' state="hidden"' : ""} r:id="rId${i + 1}"/>`;
  // Repeated on every printed page.
  const titles = sheets
    .map(({ name, leading = 0 }, i) => {
      const quoted = escaped(`'${name.replaceAll("'", "''")}'`);
      const left = leading > 0 ? `${quoted}!$A:$${columnLetters(leading - 1)},` : "";
      return `<definedName name="_xlnm.Print_Titles" localSheetId="${i}">${left}${quoted}!$1:$1</definedName>`;
    })
    .join("");
  return `<workbook xmlns="${main}" xmlns:r="${office}"><sheets>${all.map(entry).join("")}</sheets><definedNames>${titles}</definedNames></workbook>`;
}

function workbookRelations(sheets: number): string {
  const each = Array.from({ length: sheets }, (_, i) => relation(i + 1, "worksheet", `worksheets/sheet${i + 1}.xml`));
  return `<Relationships xmlns="${relations}">${each.join("")}${relation(sheets + 1, "styles", "styles.xml")}</Relationships>`;
}

const styles = `<styleSheet xmlns="${main}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="6"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1" applyAlignment="1"><alignment wrapText="1" vertical="top"/></xf><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment horizontal="left"/></xf><xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment horizontal="left"/></xf><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1"><alignment horizontal="right" indent="1"/></xf></cellXfs><dxfs count="1"><dxf><font><b/><color rgb="FFB3261E"/></font></dxf></dxfs></styleSheet>`;

/** Choices stand on a hidden sheet, a list a column: in the rule itself they could hold no comma and 255 characters in all. */
function listsXml(lists: readonly (readonly string[])[]): string {
  const longest = Math.max(...lists.map((list) => list.length));
  const rows = Array.from({ length: longest }, (_, r) => {
    const cells = lists.map((list, c) =>
      r < list.length ? `<c r="${columnLetters(c)}${r + 1}"${text(list[r]!, styleOf.text)}` : "",
    );
    return `<row r="${r + 1}">${cells.join("")}</row>`;
  });
  return `<worksheet xmlns="${main}"><sheetData>${rows.join("")}</sheetData></worksheet>`;
}
