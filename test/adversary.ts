// An adversary with pencil and paper: knows every published sum, solves the equations, and asks which groups of people follow.
// Exact arithmetic modulo a large prime: a group that follows over the rationals follows here, and the reverse but for chance of 1 in 2^31.

const prime = 2_147_483_647n;
const mod = (value: bigint) => ((value % prime) + prime) % prime;

function inverse(value: bigint): bigint {
  let result = 1n;
  let base = mod(value);
  for (let power = prime - 2n; power > 0n; power >>= 1n) {
    if (power & 1n) result = (result * base) % prime;
    base = (base * base) % prime;
  }
  return result;
}

/** A published sum: which unknown cells it adds up, and what they come to. */
export interface Sum {
  readonly cells: readonly number[];
  readonly count: number;
}

export interface Knowledge {
  /** Cells that are nobody for certain: a sum of counts that is 0 has only such cells. */
  readonly nobody: ReadonlySet<number>;
  /** True when the group of these cells follows from the published sums by adding and subtracting. */
  follows(cells: readonly number[]): boolean;
}

/** What can be known of `size` cells from these sums. */
export function solve(size: number, sums: readonly Sum[]): Knowledge {
  const nobody = new Set<number>();
  for (const { cells, count } of sums) if (count === 0) for (const cell of cells) nobody.add(cell);
  // Row-reduced basis of the published sums, by pivot cell.
  const basis = new Map<number, Map<number, bigint>>();
  const reduce = (row: Map<number, bigint>) => {
    for (const [cell, factor] of [...row]) {
      const known = basis.get(cell);
      const current = row.get(cell);
      if (!known || current === undefined) continue;
      void factor;
      for (const [other, value] of known) {
        const next = mod((row.get(other) ?? 0n) - current * value);
        if (next === 0n) row.delete(other);
        else row.set(other, next);
      }
    }
    return row;
  };
  const fully = (row: Map<number, bigint>) => {
    // Basis rows are kept free of each other's pivots, so one pass is enough.
    return reduce(row);
  };
  for (const { cells } of sums) {
    const row = fully(new Map(cells.filter((cell) => !nobody.has(cell)).map((cell) => [cell, 1n])));
    const pivot = row.keys().next().value;
    if (pivot === undefined) continue;
    const scale = inverse(row.get(pivot)!);
    for (const [cell, value] of row) row.set(cell, mod(value * scale));
    for (const [, known] of basis) {
      const factor = known.get(pivot);
      if (factor === undefined) continue;
      for (const [cell, value] of row) {
        const next = mod((known.get(cell) ?? 0n) - factor * value);
        if (next === 0n) known.delete(cell);
        else known.set(cell, next);
      }
    }
    basis.set(pivot, row);
  }
  if (size < 0) throw new RangeError("size");
  return {
    nobody,
    follows: (cells) => fully(new Map(cells.filter((cell) => !nobody.has(cell)).map((cell) => [cell, 1n]))).size === 0,
  };
}

/** Every group of cells (other than nobody's) that follows; only for a world of few cells. */
export function everyGroup(size: number, sums: readonly Sum[]): number[][] {
  const { nobody } = solve(size, sums);
  const cells = Array.from({ length: size }, (_, cell) => cell).filter((cell) => !nobody.has(cell));
  const free = nullspace(cells, sums);
  const groups: number[][] = [];
  for (let bits = 1; bits < 2 ** cells.length; bits++) {
    if (free.every((vector) => dot(vector, bits) === 0)) groups.push(cells.filter((_, i) => bits & (1 << i)));
  }
  return groups;
}

function dot(vector: readonly number[], bits: number): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) if (bits & (1 << i)) sum += vector[i]!;
  return Math.round(sum * 1e6) / 1e6;
}

/** Directions in which the cells can move without any published sum changing; a group follows when none of them moves it. */
function nullspace(cells: readonly number[], sums: readonly Sum[]): number[][] {
  const rows = sums.map(({ cells: sum }) => cells.map((cell) => (sum.includes(cell) ? 1 : 0)));
  const pivots: number[] = [];
  let rank = 0;
  for (let column = 0; column < cells.length && rank < rows.length; column++) {
    const found = rows.findIndex((row, i) => i >= rank && Math.abs(row[column]!) > 1e-9);
    if (found < 0) continue;
    [rows[rank], rows[found]] = [rows[found]!, rows[rank]!];
    const pivot = rows[rank]!;
    const scale = pivot[column]!;
    for (let j = 0; j < pivot.length; j++) pivot[j]! /= scale;
    rows.forEach((row, i) => {
      const factor = row[column]!;
      if (i === rank || factor === 0) return;
      for (let j = 0; j < row.length; j++) row[j]! -= factor * pivot[j]!;
    });
    pivots.push(column);
    rank++;
  }
  return cells
    .map((_, column) => column)
    .filter((column) => !pivots.includes(column))
    .map((free) => {
      const vector = new Array<number>(cells.length).fill(0);
      vector[free] = 1;
      pivots.forEach((pivot, i) => {
        vector[pivot] = -rows[i]![free]!;
      });
      return vector;
    });
}
