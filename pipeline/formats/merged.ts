// Cells merged over several rows of a sheet, the way people keep logs: the file has their value in the first row alone.

/** A cell that reaches down over further rows. */
export interface MergedCell {
  /** Its column, from 0; of a range of several columns the first, which holds the value. */
  readonly column: number;
  /** Row that holds the value. */
  readonly from: number;
  /** Last row. */
  readonly to: number;
}

/** Fills the lower rows of merged cells with the value of their first, row by row. */
export class Filler {
  readonly #merged: readonly MergedCell[];
  readonly #open = new Map<number, { value: string; to: number }>();
  #next = 0;

  constructor(merged: readonly MergedCell[]) {
    this.#merged = [...merged].sort((a, b) => a.from - b.from);
  }

  /** The row's cells, filled. Rows come in order. A row without a cell of its own stays empty: it belongs to the record above. */
  fill(row: number, cells: readonly string[]): readonly string[] {
    for (; (this.#merged[this.#next]?.from ?? Number.POSITIVE_INFINITY) <= row; this.#next++) {
      const { column, from, to } = this.#merged[this.#next]!;
      if (from === row) this.#open.set(column, { value: cells[column] ?? "", to });
    }
    if (this.#open.size === 0) return cells;
    const own = cells.some((cell) => cell !== "");
    const filled = [...cells];
    for (const [column, { value, to }] of this.#open) {
      if (row > to) this.#open.delete(column);
      else if (own && (filled[column] ?? "") === "") {
        while (filled.length < column) filled.push("");
        filled[column] = value;
      }
    }
    return filled;
  }
}

/** Said of cells whose lower rows were read as empty without anyone having said so. */
export function mergedWarning(merged: readonly MergedCell[], header: readonly string[]): string[] {
  if (merged.length === 0) return [];
  const columns = [...new Set(merged.map((m) => m.column))].sort((a, b) => a - b);
  const names = columns.map((column) => `"${header[column] ?? `Column ${column + 1}`}"`).join(", ");
  const [cells, are, have] = merged.length === 1 ? ["cell", "is", "it has its"] : ["cells", "are", "they have their"];
  return [
    `${merged.length.toLocaleString("en-US")} ${cells} in ${names} ${are} merged over several rows, and ${have} value in the first of them only. To read it in all of them, declare \`format: { merged: fill_down }\` in source.yaml; \`merged: first_row\` if it is right as it is.`,
  ];
}
