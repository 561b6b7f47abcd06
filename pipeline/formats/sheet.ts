// From a workbook to a text file with the same cells: one record per row of the sheet that holds the mapped columns.
import { Filler, type MergedCell, mergedWarning } from "./merged.ts";
import { joinCells } from "./records.ts";
import { headRecords, sniffTable, type Table } from "./sniff.ts";
import { LineMap } from "./survey.ts";
import { Unreadable } from "./unreadable.ts";
import { TextWriter } from "./writer.ts";
import { type SheetEntry, type SheetNotes, type SheetRow, Workbook } from "./xlsx.ts";

const dialect = { delimiter: ",", quote: '"', escape: '"' } as const;

export interface SheetHints {
  readonly sheet?: string | undefined;
  /** Row number. */
  readonly headerLine?: number | undefined;
  readonly headerRows?: number | undefined;
  readonly merged?: "fill_down" | "first_row" | undefined;
  readonly columns: readonly string[];
}

export interface SheetText {
  readonly sheet: string;
  /** Row numbers by the text's line - 1. */
  readonly rows: LineMap;
  /** The text's line of the declared header. */
  readonly headerLine: number | undefined;
  /** Cells merged over several rows of the table whose lower rows were read as empty. */
  readonly merged: readonly MergedCell[];
  readonly warnings: readonly string[];
}

/** Writes the right sheet of a workbook as CSV. Throws Unreadable. */
export async function sheetToText(path: string, hints: SheetHints, to: string): Promise<SheetText> {
  const workbook = await Workbook.open(path);
  try {
    const { sheet, table, firstRow, others } = await choose(workbook, hints);
    const inTable = (merged: readonly MergedCell[]) =>
      merged.filter((m) => m.from >= firstRow && m.column < table.named);
    // The sheet lists them below its rows: to fill them, it is read twice.
    const filler =
      hints.merged === "fill_down"
        ? new Filler(inTable((await workbook.eachRow(sheet, () => true)).merged))
        : undefined;
    const rows = new LineMap();
    const out = new TextWriter(to);
    let line = 1;
    let next = -1;
    let headerLine: number | undefined;
    let notes: SheetNotes;
    try {
      notes = await workbook.eachRow(sheet, ({ number, cells: own }) => {
        const cells = filler?.fill(number, own) ?? own;
        // Rows lack the empty cells at their end.
        const record = joinCells(
          cells.length < table.named ? [...cells, ...empty(table.named - cells.length)] : cells,
          dialect,
        );
        out.text(`${record}\n`);
        if (number !== next) rows.jump(line - 1, number);
        next = number + 1;
        if (number === hints.headerLine) headerLine = line;
        line++;
        const breaks = lineBreaks(record);
        if (breaks > 0) {
          line += breaks;
          next = -1;
        }
        return true;
      });
    } finally {
      out.close();
    }
    const merged = filler ? [] : inTable(notes.merged);
    const warnings = warningsOf(notes);
    if (hints.merged === undefined) warnings.push(...mergedWarning(merged, table.header));
    if (others.length > 0)
      warnings.push(
        `Only sheet "${sheet.name}" was read; ${others.map((s) => `"${s.name}"`).join(", ")} ${others.length > 1 ? "have" : "has"} the same columns.`,
      );
    return { sheet: sheet.name, rows, headerLine, merged, warnings };
  } finally {
    workbook.close();
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

interface Chosen {
  readonly sheet: SheetEntry;
  readonly table: Table;
  /** Row in which its data begins. */
  readonly firstRow: number;
  /** Other visible sheets with the same columns. */
  readonly others: readonly SheetEntry[];
}

async function choose(workbook: Workbook, hints: SheetHints): Promise<Chosen> {
  const { sheets } = workbook;
  const named = hints.sheet?.toLowerCase();
  const candidates =
    named === undefined
      ? [...sheets.filter((s) => !s.hidden), ...sheets.filter((s) => s.hidden)]
      : sheets.filter((s) => s.name.toLowerCase() === named);
  if (candidates.length === 0) {
    const message =
      named === undefined ? "The workbook has no sheet with cells." : `The workbook has no sheet "${hints.sheet}".`;
    throw new Unreadable("E102", message, "no_sheet", {
      todo: `Correct \`sheet\` in source.yaml: the workbook has ${sheets.map((s) => `"${s.name}"`).join(", ") || "none"}.`,
    });
  }
  let chosen: Omit<Chosen, "others"> | undefined;
  const others: SheetEntry[] = [];
  let refusal: unknown;
  for (const sheet of candidates) {
    try {
      const found = await tableIn(workbook, sheet, hints);
      if (!chosen) chosen = { sheet, ...found };
      else if (!sheet.hidden && (hints.columns.length > 0 || sameColumns(found.table, chosen.table)))
        others.push(sheet);
    } catch (error) {
      if (!(error instanceof Unreadable) || (error.problem !== "no_header" && error.problem !== "empty")) throw error;
      refusal ??= error;
    }
  }
  if (!chosen) throw refusal;
  return { ...chosen, others };
}

const sameColumns = (a: Table, b: Table) => a.header.join("\n") === b.header.join("\n");

/** The table at the head of a sheet. Throws Unreadable where there is none. */
async function tableIn(
  workbook: Workbook,
  sheet: SheetEntry,
  hints: SheetHints,
): Promise<Pick<Chosen, "table" | "firstRow">> {
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
  return { table, firstRow: head[first]?.number ?? Number.POSITIVE_INFINITY };
}
