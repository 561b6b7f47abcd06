// Writes a cube file: every row of a fact as codes and counts, gzipped Arrow. Only for sites without a cell limit.
import { gzipSync } from "node:zlib";
import { tableFromArrays, tableToIPC } from "apache-arrow";
import type { Dimension } from "../components/facts.ts";

/** Codes take the narrowest type that holds them; rows come sorted, which is what makes the file small. */
export function cubeFile(
  step: readonly number[],
  codes: ReadonlyMap<Dimension, readonly number[]>,
  counts: Readonly<Record<string, readonly number[]>>,
): Uint8Array {
  const columns: Record<string, Uint8Array | Uint16Array | Int32Array> = { step: Uint16Array.from(step) };
  for (const [dimension, values] of codes) {
    columns[`c:${dimension.key}`] = dimension.values.length < 256 ? Uint8Array.from(values) : Uint16Array.from(values);
  }
  for (const [name, values] of Object.entries(counts)) columns[`n:${name}`] = Int32Array.from(values);
  return gzipSync(tableToIPC(tableFromArrays(columns), "stream"), { level: 9 });
}
