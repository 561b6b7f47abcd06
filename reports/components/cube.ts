// Every combination of names in one table, for questions across dimensions. Rows of one name are found by an index, so that a
// question looks at as many rows as its rarest name has.

/** What the rows of a kind count towards: places in `groups`, by kind. */
export interface Kinds {
  readonly groups: readonly string[];
  readonly of: readonly (readonly number[])[];
}

export interface CubeData {
  readonly length: number;
  /** Where a row's smallest step begins: a month (year × 12 + month) or days of age. */
  readonly step: ArrayLike<number>;
  /** Codes by dimension; one that is no value's place is of none of them. */
  readonly codes: ReadonlyMap<string, ArrayLike<number>>;
  /** Numbers that are added up; "rows" is how many things a row stands for. */
  readonly counts: ReadonlyMap<string, ArrayLike<number>>;
  /** Days, of which medians are taken. */
  readonly days: ReadonlyMap<string, ArrayLike<number>>;
  readonly kind: ArrayLike<number>;
  readonly kinds: Kinds;
}

/** Row numbers by code: those of a code are `rows` from `starts[code]` up to `starts[code + 1]`. */
interface Index {
  readonly starts: Uint32Array;
  readonly rows: Uint32Array;
}

/** Among days: of a row that is not counted, and of one that did not get there in the days that all were given. */
export const notCounted = -32_768;
export const never = 32_767;

/** So many answers are kept; a page asks the same again and again while it draws. */
const most = 4000;

export class Cube {
  readonly data: CubeData;
  readonly #indexes = new Map<string, Index>();
  readonly #found = new Map<string, Uint32Array>();

  constructor(data: CubeData) {
    this.data = data;
  }

  /** Numbers of the rows that have all of these codes; null where the cube is not cut by one of the dimensions. */
  rows(chosen: ReadonlyMap<string, number>): Uint32Array | null {
    const key = [...chosen].map(([dimension, code]) => `${dimension} ${code}`).join("/");
    const known = this.#found.get(key);
    if (known) return known;
    const parts = [...chosen].flatMap(([dimension, code]) => {
      const codes = this.data.codes.get(dimension);
      return codes ? [{ codes, code, rows: this.#of(dimension, codes, code) }] : [];
    });
    if (parts.length < chosen.size) return null;
    parts.sort((a, b) => a.rows.length - b.rows.length);
    const [rarest, ...others] = parts;
    const rows = rarest
      ? others.length
        ? rarest.rows.filter((row) => others.every(({ codes, code }) => codes[row] === code))
        : rarest.rows
      : Uint32Array.from({ length: this.data.length }, (_, row) => row);
    if (this.#found.size >= most) this.#found.clear();
    this.#found.set(key, rows);
    return rows;
  }

  /** What a row counts towards any of these names, which are columns that are added up or groups of kinds. */
  counter(names: readonly string[]): (row: number) => number {
    const { counts, kind, kinds } = this.data;
    const columns = names.map((name) => counts.get(name)).filter((column) => column !== undefined);
    if (columns.length) return (row) => columns.reduce((sum, column) => sum + column[row]!, 0);
    const wanted = new Set(names.map((name) => kinds.groups.indexOf(name)));
    const weights = Uint8Array.from(kinds.of, (groups) => Number(groups.some((group) => wanted.has(group))));
    const rows = counts.get("rows") ?? [];
    return (row) => weights[kind[row]!]! * rows[row]!;
  }

  /**
   * How many took how many days, among these rows and in the steps from `low` up to but not including `high`; the smallest number
   * of days that a part of them did not exceed, as the warehouse takes quantiles. Null where that part never got there.
   */
  spread(name: string, rows: Uint32Array, { low, high }: { readonly low: number; readonly high: number }) {
    const { step, counts, days } = this.data;
    const values = days.get(name) ?? [];
    const weights = counts.get("rows") ?? [];
    const found = new Map<number, number>();
    let people = 0;
    for (const row of rows) {
      const value = values[row]!;
      if (value === notCounted || step[row]! < low || step[row]! >= high) continue;
      found.set(value, (found.get(value) ?? 0) + weights[row]!);
      people += weights[row]!;
    }
    const sorted = [...found].sort(([a], [b]) => a - b);
    const quantile = (part: number) => {
      let reached = 0;
      for (const [value, n] of sorted) {
        reached += n;
        if (reached * 10 >= part * people) return value === never ? null : value;
      }
      return null;
    };
    return { people, median: quantile(5), p90: quantile(9) };
  }

  #of(dimension: string, codes: ArrayLike<number>, code: number): Uint32Array {
    const index = this.#indexes.get(dimension) ?? indexOf(codes);
    this.#indexes.set(dimension, index);
    return index.rows.subarray(index.starts[code] ?? codes.length, index.starts[code + 1] ?? codes.length);
  }
}

function indexOf(codes: ArrayLike<number>): Index {
  let highest = -1;
  for (let row = 0; row < codes.length; row++) highest = Math.max(highest, codes[row]!);
  const starts = new Uint32Array(highest + 2);
  for (let row = 0; row < codes.length; row++) starts[codes[row]! + 1]!++;
  for (let code = 1; code < starts.length; code++) starts[code]! += starts[code - 1]!;
  const next = starts.slice();
  const rows = new Uint32Array(codes.length);
  for (let row = 0; row < codes.length; row++) rows[next[codes[row]!]!++] = row;
  return { starts, rows };
}
