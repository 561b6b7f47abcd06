// Reads a cube file: gzipped Arrow whose columns are codes and counts.
import { tableFromIPC } from "apache-arrow";
import type { Cube } from "./facts.ts";

/** Column "step" and "c:<dimension>" hold codes, "n:<count>" counts. */
export async function readCube(bytes: ArrayBuffer): Promise<Cube> {
  const unzipped = new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")));
  const table = tableFromIPC(new Uint8Array(await unzipped.arrayBuffer()));
  const codes = new Map<string, ArrayLike<number>>();
  const counts = new Map<string, ArrayLike<number>>();
  let step: ArrayLike<number> = [];
  for (const field of table.schema.fields) {
    const values: ArrayLike<number> = table.getChild(field.name)!.toArray();
    if (field.name === "step") step = values;
    else (field.name.startsWith("c:") ? codes : counts).set(field.name.slice(2), values);
  }
  return { length: table.numRows, step, codes, counts };
}
