// Rows as aligned text, for examples that people read and review:
//
//     referral_key | status | set_at
//     epic:1       | new    | 2026-01-05 09:00
//
// A cell is null when it is empty or reads null; quotes keep text as it is ('', 'null', ' x ', 'a|b').
// Lines that start with -- are remarks, and so are rules such as ---|---. The first line may have bars at both ends; then
// all lines do. A row of nothing but nulls says so: null.

export interface TextTable {
  readonly columns: readonly string[];
  /** Cells as text, null for nothing; as many in each row as there are columns. */
  readonly rows: readonly (readonly (string | null)[])[];
}

/** Reads a table; throws an Error that names the line it cannot read. */
export function parseTable(text: string): TextTable {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("--") && !/^[-|+ ]+$/.test(line));
  const barred = lines[0]?.startsWith("|") ?? false; // bars at both ends, too
  const [head, ...body] = lines.map((line) => splitCells(barred ? line.replace(/^\||\|$/g, "") : line));
  const columns = (head ?? []).map((cell) => cell.text);
  const twice = columns.find((column, i) => columns.indexOf(column) !== i);
  if (twice !== undefined) throw new Error(`The column ${twice} stands twice in "${lines[0]}".`);
  for (const [i, cells] of body.entries())
    if (cells.length !== columns.length)
      throw new Error(
        `"${lines[i + 1]}" has ${cells.length} cells where the first line names ${columns.length} columns.`,
      );
  return {
    columns,
    rows: body.map((cells) =>
      cells.map(({ text, quoted }) => (!quoted && (text === "" || text === "null") ? null : text)),
    ),
  };
}

function splitCells(line: string): { text: string; quoted: boolean }[] {
  const cells: { text: string; quoted: boolean }[] = [];
  // A cell in quotes, in which '' stands for one, or anything up to the next bar.
  for (const found of line.matchAll(/\s*(?:'((?:[^']|'')*)'\s*(?=\||$)|([^|]*))(?:\||$)/gy)) {
    const [whole, quoted, plain] = found;
    cells.push(
      quoted === undefined
        ? { text: plain!.trim(), quoted: false }
        : { text: quoted.replaceAll("''", "'"), quoted: true },
    );
    if (!whole.endsWith("|")) break;
  }
  return cells;
}

/** Writes rows under their columns, aligned; null as an empty cell. Each row may have a mark before it. */
export function formatTable(
  columns: readonly string[],
  rows: readonly { readonly cells: readonly (string | null)[]; readonly mark?: string }[],
): string {
  const lines = [{ cells: columns, mark: " " }, ...rows.map(({ cells, mark }) => ({ cells: cells.map(shown), mark }))];
  const widths = columns.map((_, i) => Math.max(...lines.map(({ cells }) => cells[i]!.length)));
  return lines
    .map(({ cells, mark }) => `${mark ?? " "} ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(" | ")}`.trimEnd())
    .join("\n");
}

function shown(cell: string | null): string {
  if (cell === null) return "";
  return cell === "" || cell === "null" || cell !== cell.trim() || /[|\n]/.test(cell) || cell.startsWith("'")
    ? `'${cell.replaceAll("'", "''")}'`
    : cell;
}

/** Rows that both sides have, those only the first has, those only the second has; near ones of these side by side. */
export interface Comparison {
  readonly same: readonly number[];
  readonly pairs: readonly { readonly left: number | null; readonly right: number | null }[];
}

/**
 * Matches rows by a test of two cells.
 * @param ordered rows must come in the same order, too
 */
export function compareRows<L, R>(
  left: readonly (readonly L[])[],
  right: readonly (readonly R[])[],
  equal: (a: L, b: R, column: number) => boolean,
  ordered: boolean,
): Comparison {
  const alike = (i: number, j: number) =>
    left[i]!.filter((cell, column) => equal(cell, right[j]![column]!, column)).length;
  const whole = (i: number, j: number) => alike(i, j) === left[i]!.length;
  const free = new Set(right.keys());
  const same: number[] = [];
  const lacking: number[] = [];
  for (const i of left.keys()) {
    const j = ordered ? i : [...free].find((candidate) => whole(i, candidate));
    if (j !== undefined && free.has(j) && whole(i, j)) {
      free.delete(j);
      same.push(i);
    } else lacking.push(i);
  }
  const pairs: { left: number | null; right: number | null }[] = [];
  for (const i of lacking) {
    let best: number | null = null;
    for (const j of free) if (alike(i, j) > (best === null ? 0 : alike(i, best))) best = j;
    if (ordered) best = free.has(i) ? i : null;
    if (best !== null) free.delete(best);
    pairs.push({ left: i, right: best });
  }
  for (const j of free) pairs.push({ left: null, right: j });
  return { same, pairs };
}
