// From a workbook to a text file with the same cells: one record per row of the sheet, or the sheets, that hold the mapped columns.
import { headerIndex } from "./columns.ts";
import { Filler, type MergedCell, mergedWarning } from "./merged.ts";
import { joinCells } from "./records.ts";
import { headRecords, sniffTable, type Table } from "./sniff.ts";
import { LineMap } from "./survey.ts";
import { Unreadable } from "./unreadable.ts";
import { wildcards } from "./verdict.ts";
import { TextWriter } from "./writer.ts";
import { type SheetEntry, type SheetNotes, type SheetRow, Workbook } from "./xlsx.ts";

const dialect = { delimiter: ",", quote: '"', escape: '"' } as const;

export interface SheetHints {
  /** A sheet's name; with * in it, every visible sheet so named that has the columns. */
  readonly sheet?: string | undefined;
  /** Row number. */
  readonly headerLine?: number | undefined;
  readonly headerRows?: number | undefined;
  readonly merged?: "fill_down" | "first_row" | undefined;
  readonly columns: readonly string[];
}

export interface SheetText {
  /** The sheets read, in their order: one, unless several are asked for. */
  readonly sheets: readonly string[];
  /** Places by the text's line - 1: see `placeOf`. */
  readonly rows: LineMap;
  /** The text's line of the declared header. */
  readonly headerLine: number | undefined;
  /** Cells merged over several rows of the table whose lower rows were read as empty; their rows are places. */
  readonly merged: readonly MergedCell[];
  readonly warnings: readonly string[];
}

/** A row of one of several sheets as one number, so that rows that follow each other do so as numbers: a sheet has fewer rows than this. */
const sheetSpan = 1 << 21;
const place = (sheet: number, row: number) => sheet * sheetSpan + row;
/** Which sheet, from 0, and which row of it. */
export const placeOf = (number: number) => ({ sheet: Math.floor(number / sheetSpan), row: number % sheetSpan });

/** Writes the right sheet of a workbook as CSV, or several below one header. Throws Unreadable. */
export async function sheetToText(path: string, hints: SheetHints, to: string): Promise<SheetText> {
  const workbook = await Workbook.open(path);
  try {
    const { chosen, warnings } = await choose(workbook, hints);
    const head = chosen.reduce((best, one) => (mapped(one, hints) > mapped(best, hints) ? one : best));
    const text = new RowsText(to);
    const merged: MergedCell[] = [];
    let headerLine: number | undefined;
    try {
      const titled = place(chosen.indexOf(head), 0);
      let above = head.above;
      await workbook.eachRow(head.sheet, ({ number, cells }) => {
        if (above-- === 0) return false;
        if (number === hints.headerLine) headerLine = text.line;
        text.row(titled + number, cells, head.table.named);
        return true;
      });
      for (const [n, one] of chosen.entries()) {
        const inTable = (all: readonly MergedCell[]) =>
          all.filter((m) => m.from >= one.firstRow && m.column < one.table.named);
        // The sheet lists them below its rows: to fill them, it is read twice.
        const filler =
          hints.merged === "fill_down"
            ? new Filler(inTable((await workbook.eachRow(one.sheet, () => true)).merged))
            : undefined;
        const arranged = arrangement(one, head);
        let above = one.above;
        const notes = await workbook.eachRow(one.sheet, ({ number, cells: own }) => {
          if (above > 0) {
            above--;
            return true;
          }
          text.row(place(n, number), arranged(filler?.fill(number, own) ?? own), head.table.named);
          return true;
        });
        const unfilled = filler ? [] : inTable(notes.merged);
        const of = chosen.length > 1 ? `Sheet "${one.sheet.name}": ` : "";
        const said = warningsOf(notes);
        if (hints.merged === undefined) said.push(...mergedWarning(unfilled, one.table.header));
        warnings.push(...said.map((warning) => of + warning), ...unread(one, head));
        for (const { column, from, to } of unfilled) merged.push({ column, from: place(n, from), to: place(n, to) });
      }
    } finally {
      text.close();
    }
    return { sheets: chosen.map(({ sheet }) => sheet.name), rows: text.rows, headerLine, merged, warnings };
  } finally {
    workbook.close();
  }
}

/** Rows as lines of text, and which row each line is. */
class RowsText {
  readonly rows = new LineMap();
  /** The next one, from 1. */
  line = 1;
  readonly #out: TextWriter;
  #next = -1;

  constructor(to: string) {
    this.#out = new TextWriter(to);
  }

  row(number: number, cells: readonly string[], width: number): void {
    // Rows lack the empty cells at their end.
    const record = joinCells(cells.length < width ? [...cells, ...empty(width - cells.length)] : cells, dialect);
    this.#out.text(`${record}\n`);
    if (number !== this.#next) this.rows.jump(this.line - 1, number);
    const breaks = lineBreaks(record);
    this.#next = breaks > 0 ? -1 : number + 1;
    this.line += 1 + breaks;
  }

  close(): void {
    this.#out.close();
  }
}

const empty = (length: number) => Array.from({ length }, () => "");

function lineBreaks(record: string): number {
  return record.includes("\n") || record.includes("\r") ? record.split(/\r\n|\r|\n/).length - 1 : 0;
}

function warningsOf(notes: SheetNotes): string[] {
  const count = (n: number, one: string, many: string) =>
    n === 0 ? [] : [`${n.toLocaleString("en-US")} ${n === 1 ? one : many}`];
  return [
    ...count(notes.hiddenRows, "hidden row was read as well.", "hidden rows were read as well."),
    ...count(
      notes.errors,
      "cell with an error (such as #N/A) was read as empty.",
      "cells with an error (such as #N/A) were read as empty.",
    ),
    ...count(
      notes.imprecise,
      "number of 16 digits or more has lost its last digits.",
      "numbers of 16 digits or more have lost their last digits.",
    ),
    ...count(
      notes.uncalculated,
      "formula without a value was read as empty.",
      "formulas without a value were read as empty.",
    ),
  ];
}

/** A sheet with the columns. */
interface Chosen {
  readonly sheet: SheetEntry;
  readonly table: Table;
  /** Rows that the sheet stores above its data, and the number of the first of these. */
  readonly above: number;
  readonly firstRow: number;
}

/** How many of the mapped columns a sheet has. */
function mapped({ table }: Chosen, { columns }: SheetHints): number {
  const has = headerIndex(table.header);
  return columns.filter((name) => has(name) !== undefined).length;
}

/** A row's cells in the order of another sheet's columns; what lies beyond the named ones stays behind them, to be judged as it is. */
function arrangement(one: Chosen, head: Chosen): (cells: readonly string[]) => readonly string[] {
  if (sameColumns(one.table, head.table)) return (cells) => cells;
  const at = headerIndex(one.table.header);
  const from = head.table.header.slice(0, head.table.named).map((name) => at(name));
  return (cells) => {
    if (cells.every((cell) => cell === "")) return [];
    return [
      ...from.map((column) => (column === undefined ? "" : (cells[column] ?? ""))),
      ...cells.slice(one.table.named),
    ];
  };
}

/** Columns that the sheet has and the one whose header counts has not. */
function unread(one: Chosen, head: Chosen): string[] {
  const has = headerIndex(head.table.header);
  const names = one.table.labels.filter((label) => label !== "" && has(label) === undefined);
  if (names.length === 0) return [];
  return [
    `Sheet "${one.sheet.name}": ${names.map((name) => `"${name}"`).join(", ")} ${names.length > 1 ? "are" : "is"} not on "${head.sheet.name}", and not read.`,
  ];
}

async function choose(workbook: Workbook, hints: SheetHints): Promise<{ chosen: Chosen[]; warnings: string[] }> {
  const { sheets } = workbook;
  const several = hints.sheet?.includes("*") ?? false;
  const candidates = candidatesOf(sheets, hints.sheet);
  if (candidates.length === 0) {
    const message =
      hints.sheet === undefined
        ? "The workbook has no sheet with cells."
        : `The workbook has no sheet "${hints.sheet}".`;
    throw new Unreadable("E102", message, "no_sheet", {
      todo: `Correct \`sheet\` in source.yaml: the workbook has ${sheets.map((s) => `"${s.name}"`).join(", ") || "none"}.`,
    });
  }
  const chosen: Chosen[] = [];
  const others: string[] = [];
  const without: string[] = [];
  let refusal: unknown;
  for (const sheet of candidates) {
    try {
      const found = await tableIn(workbook, sheet, hints);
      if (several || chosen.length === 0) chosen.push({ sheet, ...found });
      else if (!sheet.hidden && (hints.columns.length > 0 || sameColumns(found.table, chosen[0]!.table)))
        others.push(sheet.name);
    } catch (error) {
      if (!(error instanceof Unreadable) || (error.problem !== "no_header" && error.problem !== "empty")) throw error;
      refusal ??= error;
      if (several && error.problem === "no_header") without.push(sheet.name);
    }
  }
  if (chosen.length === 0) throw refusal;
  const warnings: string[] = [];
  if (others.length > 0)
    warnings.push(
      `Only sheet "${chosen[0]!.sheet.name}" was read; ${listed(others)} ${others.length > 1 ? "have" : "has"} the same columns. To read them all, declare \`format: { sheet: "*" }\` in source.yaml.`,
    );
  if (without.length > 0)
    warnings.push(`${without.length > 1 ? "Sheets" : "Sheet"} ${listed(without)} without these columns: not read.`);
  return { chosen, warnings };
}

const listed = (names: readonly string[]) => names.map((name) => `"${name}"`).join(", ");

/** Sheets to look at. What is hidden is looked at last, and only where it is named or nothing is. */
function candidatesOf(sheets: readonly SheetEntry[], wanted: string | undefined): readonly SheetEntry[] {
  if (wanted === undefined) return [...sheets.filter((s) => !s.hidden), ...sheets.filter((s) => s.hidden)];
  if (wanted.includes("*")) {
    const pattern = wildcards(wanted);
    return sheets.filter((s) => !s.hidden && pattern.test(s.name));
  }
  return sheets.filter((s) => s.name.toLowerCase() === wanted.toLowerCase());
}

const sameColumns = (a: Table, b: Table) => a.header.join("\n") === b.header.join("\n");

/** The table at the head of a sheet. Throws Unreadable where there is none. */
async function tableIn(workbook: Workbook, sheet: SheetEntry, hints: SheetHints): Promise<Omit<Chosen, "sheet">> {
  const head: SheetRow[] = [];
  await workbook.eachRow(sheet, (row) => head.push(row) < headRecords);
  const at = head.findIndex((row) => row.number === hints.headerLine);
  if (hints.headerLine !== undefined && at < 0)
    throw new Unreadable("E102", `Sheet "${sheet.name}" has no row ${hints.headerLine}.`, "no_header");
  const records = head.map((row) => joinCells(row.cells, dialect));
  const before = records.slice(0, Math.max(0, at));
  const headerLine = at < 0 ? undefined : at + 1 + before.reduce((sum, record) => sum + lineBreaks(record), 0);
  const table = sniffTable(Buffer.from(records.map((record) => `${record}\n`).join("")), true, {
    columns: hints.columns,
    headerLine,
    headerRows: hints.headerRows,
    ...dialect,
  });
  let line = 1;
  const first = records.findIndex((record) => {
    const begins = line;
    line += 1 + lineBreaks(record);
    return begins >= table.data.line;
  });
  if (first < 0) return { table, above: Number.POSITIVE_INFINITY, firstRow: Number.POSITIVE_INFINITY };
  return { table, above: first, firstRow: head[first]!.number };
}
