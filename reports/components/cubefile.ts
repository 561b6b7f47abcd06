// Reads a cube file: gzipped Arrow whose columns are codes and counts, with the kinds of its rows beside them.
import { tableFromIPC } from "apache-arrow";
import { Cube, type Kinds } from "./cube.ts";

/** Columns: "step"; "c:<dimension>" holds codes, "n:<count>" counts, "d:<figure>" days, "kind" the number of a kind. */
export async function readCube(bytes: ArrayBuffer): Promise<Cube> {
  const unzipped = new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")));
  const table = tableFromIPC(new Uint8Array(await unzipped.arrayBuffer()));
  const column = (name: string): ArrayLike<number> => table.getChild(name)?.toArray() ?? [];
  const columns = (mark: string) =>
    new Map(
      table.schema.fields
        .filter(({ name }) => name.startsWith(mark))
        .map(({ name }) => [name.slice(mark.length), column(name)]),
    );
  const kinds: Kinds = JSON.parse(table.schema.metadata.get("kinds") ?? '{"groups":[],"of":[]}');
  return new Cube({
    length: table.numRows,
    step: column("step"),
    codes: columns("c:"),
    counts: columns("n:"),
    days: columns("d:"),
    kind: column("kind"),
    kinds,
  });
}
