// An adversary with pencil and paper: knows every published sum, solves the equations, and asks which groups of people follow.
// Exact arithmetic modulo a prime: a group that follows over the fractions follows here, and the reverse but for chance of 1 in 2^26.

const prime = 67_108_859; // the largest below 2^26, so that a product of two still is a whole number here
const times = (a: number, b: number) => (a * b) % prime;

function inverse(value: number): number {
  let result = 1;
  let base = value;
  for (let power = prime - 2; power > 0; power = Math.floor(power / 2)) {
    if (power % 2) result = times(result, base);
    base = times(base, base);
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
  /** True when the size of the group of these cells follows from the published sums by adding and subtracting. */
  follows(cells: Iterable<number>): boolean;
}

/** What can be known of `size` cells from these sums. */
export function solve(size: number, sums: readonly Sum[]): Knowledge {
  const nobody = new Set<number>();
  for (const { cells, count } of sums) if (count === 0) for (const cell of cells) nobody.add(cell);
  /** Row-reduced basis of the published sums, by the cell that only this row has. */
  const basis = new Map<number, Float64Array>();
  const subtract = (row: Float64Array, known: Float64Array, factor: number) => {
    for (let i = 0; i < size; i++) {
      if (known[i] !== 0) row[i] = (row[i]! + times(prime - factor, known[i]!)) % prime;
    }
  };
  const reduced = (cells: Iterable<number>) => {
    const row = new Float64Array(size);
    for (const cell of cells) if (!nobody.has(cell)) row[cell] = 1;
    for (const [pivot, known] of basis) if (row[pivot] !== 0) subtract(row, known, row[pivot]!);
    return row;
  };
  for (const { cells } of sums) {
    const row = reduced(cells);
    const pivot = row.findIndex((value) => value !== 0);
    if (pivot < 0) continue;
    const scale = inverse(row[pivot]!);
    for (let i = 0; i < size; i++) row[i] = times(row[i]!, scale);
    for (const known of basis.values()) if (known[pivot] !== 0) subtract(known, row, known[pivot]!);
    basis.set(pivot, row);
  }
  return { nobody, follows: (cells) => reduced(cells).every((value) => value === 0) };
}

/**
 * The same question asked of very many groups: a random change of the cells that no published sum notices. A group whose sum it
 * leaves alone follows, but for a chance of 1 in 2^26.
 */
export function nullVector(
  size: number,
  sums: readonly Iterable<number>[],
  nobody: ReadonlySet<number>,
): { follows(cells: Iterable<number>): boolean } {
  const basis: { pivot: number; row: Float64Array }[] = [];
  for (const cells of sums) {
    const row = new Float64Array(size);
    for (const cell of cells) if (!nobody.has(cell)) row[cell] = 1;
    for (const { pivot, row: known } of basis) {
      const factor = row[pivot]!;
      if (factor !== 0)
        for (let i = 0; i < size; i++)
          if (known[i] !== 0) row[i] = (row[i]! + times(prime - factor, known[i]!)) % prime;
    }
    const pivot = row.findIndex((value) => value !== 0);
    if (pivot < 0) continue;
    const scale = inverse(row[pivot]!);
    for (let i = 0; i < size; i++) row[i] = times(row[i]!, scale);
    basis.push({ pivot, row });
  }
  let seed = 20_260_502;
  const change = Float64Array.from({ length: size }, (_, cell) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return nobody.has(cell) ? 0 : seed % prime;
  });
  // Later rows have no earlier pivots in them: from the last to the first, each pivot is set so that its own sum stays.
  for (const { pivot, row } of basis.toReversed()) {
    let sum = 0;
    for (let i = 0; i < size; i++) if (i !== pivot && row[i] !== 0) sum = (sum + times(row[i]!, change[i]!)) % prime;
    change[pivot] = (prime - sum) % prime;
  }
  return {
    follows(cells) {
      let sum = 0;
      for (const cell of cells) sum += change[cell]!;
      return sum % prime === 0;
    },
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
