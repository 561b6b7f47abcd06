// Writes a cube file: every row of a fact as codes and counts, gzipped Arrow. Only for sites without a cell limit.
import { gzipSync } from "node:zlib";
import { tableFromArrays, tableToIPC } from "apache-arrow";
import type { Kinds } from "../components/cube.ts";

export interface CubeRows {
  /** Where each row's smallest step begins. */
  readonly step: readonly number[];
  /** By dimension, with how many values it has; a code beyond them is of none. */
  readonly codes: ReadonlyMap<string, { readonly of: number; readonly row: readonly number[] }>;
  readonly counts: Readonly<Record<string, readonly number[]>>;
  /** Days by figure. */
  readonly days?: Readonly<Record<string, readonly number[]>>;
  /** Absent where the counts say all. */
  readonly kinds?: Kinds & { readonly row: readonly number[] };
}

/** Numbers take the narrowest type that holds them; rows come sorted, which is what makes the file small. */
export function cubeFile({ step, codes, counts, days = {}, kinds }: CubeRows): Uint8Array {
  const columns: Record<string, Column> = { step: Uint16Array.from(step) };
  for (const [key, { of, row }] of codes) columns[`c:${key}`] = narrow(row, of);
  for (const [name, row] of Object.entries(counts)) {
    const whole = row.every(Number.isInteger);
    columns[`n:${name}`] = whole
      ? narrow(
          row,
          row.reduce((most, n) => Math.max(most, n), 0),
        )
      : Float64Array.from(row);
  }
  for (const [name, row] of Object.entries(days)) columns[`d:${name}`] = Int16Array.from(row);
  if (kinds) columns.kind = narrow(kinds.row, kinds.of.length);
  const table = tableFromArrays(columns);
  if (kinds) table.schema.metadata.set("kinds", JSON.stringify({ groups: kinds.groups, of: kinds.of }));
  return gzipSync(tableToIPC(table, "stream"), { level: 9 });
}

type Column = Uint8Array | Uint16Array | Int16Array | Int32Array | Float64Array;

function narrow(row: readonly number[], highest: number): Column {
  return highest < 256 ? Uint8Array.from(row) : highest < 65_536 ? Uint16Array.from(row) : Int32Array.from(row);
}
