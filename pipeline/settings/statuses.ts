// statuses.csv: what a source's words mean. Keyed by field and raw value, never global: the same word differs between systems.
import { existsSync } from "node:fs";
import { basename, dirname, relative } from "node:path";
import { axes, vocabularies } from "../axes.ts";
import { KeepageError, KeepageErrors, nearest } from "../errors.ts";
import { type Line, readLines } from "./csv.ts";

export interface StatusRow {
  /** Contract field that holds the raw value. */
  readonly field: string;
  /** Raw value, folded. */
  readonly raw: string;
  /** Optional second field and its folded value that must hold too. */
  readonly when_field: string | null;
  readonly when_raw: string | null;
  /** Null where the value is known and moves no axis. */
  readonly axis: string | null;
  readonly value: string | null;
  /** statuses.csv:line, so that every derived state can name the row that produced it. */
  readonly place: string;
}

/** A word that a draft left to a person: no axis, and a note that begins with "decide". Until then it counts as unmapped. */
export interface Undecided {
  readonly field: string;
  readonly raw: string;
  readonly note: string;
  /** statuses.csv:line */
  readonly place: string;
}

const header = ["field", "raw", "when_field", "when_raw", "axis", "value", "note"];
const meanings: Record<string, readonly string[]> = { ...axes, ...vocabularies };

/** Trimmed, inner blanks collapsed, lower case: models fold with the same rule (`staging.*` in SQL). */
export function fold(raw: string): string {
  return raw.trim().replaceAll(/\s+/g, " ").toLowerCase();
}

/** A note may be left out together with its comma. */
const linesOf = (file: string) => readLines(file, { relax_column_count_less: true });

const isUndecided = (record: Line["record"]) => !record.axis?.trim() && /^\s*decide\b/i.test(record.note ?? "");

/** Words of a statuses.csv that a draft left to a person. */
export function undecided(file: string): Undecided[] {
  if (!existsSync(file)) return [];
  let lines: Line[];
  try {
    lines = linesOf(file);
  } catch {
    // What is wrong with the file is told where its rows are read.
    return [];
  }
  return lines.flatMap(({ record, info }) =>
    isUndecided(record)
      ? [
          {
            field: record.field ?? "",
            raw: record.raw ?? "",
            note: record.note ?? "",
            place: `${relative("", file)}:${info.lines}`,
          },
        ]
      : [],
  );
}

/** Reads the files of a source and its ancestors; a later file's row replaces an earlier one with the same key. */
export function readStatuses(files: readonly string[]): StatusRow[] {
  const problems: KeepageError[] = [];
  const byKey = new Map<string, StatusRow>();
  for (const file of files) {
    if (!existsSync(file)) continue;
    const shown = relative("", file);
    const own = new Map<string, StatusRow>();
    const fail = (line: number, text: string) =>
      problems.push(new KeepageError("E006", `${shown}:${line}: ${text}`, { place: `${shown}:${line}` }));
    let records: Line[];
    try {
      records = linesOf(file);
    } catch (error) {
      fail((error as { lines?: number }).lines ?? 1, error instanceof Error ? error.message : String(error));
      continue;
    }
    for (const key of Object.keys(records[0]?.record ?? {})) {
      if (!header.includes(key)) fail(1, `column "${key}" is unknown; the columns are ${header.join(",")}.`);
    }
    for (const { record, info } of records) {
      const axis = record.axis?.trim() ?? "";
      const value = record.value?.trim() ?? "";
      const values = meanings[axis];
      let ignored = false;
      if (isUndecided(record)) continue;
      if (!record.field || record.raw === undefined) fail(info.lines, "needs a field and a raw value.");
      else if (axis === "" && value === "") ignored = true;
      else if (!values)
        fail(
          info.lines,
          `axis "${axis}" is unknown; the nearest is "${nearest(axis, Object.keys(meanings)) ?? Object.keys(meanings).join(", ")}".`,
        );
      else if (!values.includes(value)) {
        const near = nearest(value, values);
        fail(
          info.lines,
          `${value ? `"${value}" is no value of ${axis}` : `${axis} needs a value`}; ${near ? `the nearest is "${near}"` : `it may be ${values.join(", ")}`}.`,
        );
      }
      const row: StatusRow = {
        field: record.field?.trim() ?? "",
        raw: fold(record.raw ?? ""),
        when_field: record.when_field?.trim() || null,
        when_raw: record.when_raw?.trim() ? fold(record.when_raw) : null,
        axis: ignored ? null : axis,
        value: ignored ? null : value,
        // Named by the source, not by where the workspace lies: it is published.
        place: `${basename(dirname(file))}/statuses.csv:${info.lines}`,
      };
      const key = [row.field, row.raw, row.when_field, row.when_raw, row.axis].join("\u0000");
      const twin = own.get(key);
      if (twin && twin.value !== row.value)
        fail(info.lines, `says "${value}" where ${twin.place} says "${twin.value}".`);
      own.set(key, row);
    }
    for (const [key, row] of own) byKey.set(key, row);
  }
  if (problems.length) throw new KeepageErrors(problems);
  return [...byKey.values()];
}
