// Published counts and questions to them: how many, by what, in which period, for the reader's filters. The tables hold one
// dimension each; a question across dimensions goes to the cube, which only an internal site has.
import type { Filters } from "./state.ts";

export interface Dimension {
  readonly key: string;
  readonly label: string;
  readonly values: readonly string[];
}

/** A step in which counts are published: months from `low` up to `high` (year × 12 + month), or days of age. */
export interface Step {
  readonly label: string;
  readonly low: number;
  readonly high: number;
  /** Smallest steps have no others inside. */
  readonly leaf: boolean;
}

/** Rows of one table as columns: step, value (absent in the table of everybody) and the counts; null where shown at other steps. */
export interface Table {
  readonly step: readonly number[];
  readonly value?: readonly number[];
  readonly counts: Readonly<Record<string, readonly (number | null)[]>>;
}

export interface FactData {
  readonly steps: readonly Step[];
  readonly dimensions: readonly string[];
  /** "all" and one per dimension. */
  readonly tables: Readonly<Record<string, Table>>;
}

/** Every row of a fact: codes per dimension and the smallest step, for questions across dimensions. */
export interface Cube {
  readonly length: number;
  readonly step: ArrayLike<number>;
  readonly codes: ReadonlyMap<string, ArrayLike<number>>;
  readonly counts: ReadonlyMap<string, ArrayLike<number>>;
}

/** A stretch of time or age, from `low` up to but not including `high`. */
export interface Span {
  readonly low: number;
  readonly high: number;
}

export interface Point {
  readonly step: Step;
  readonly count: number;
}

export interface Group {
  readonly value: string;
  readonly count: number;
}

export interface Breakdown {
  readonly groups: readonly Group[];
  /** Counted, but in groups too small to be named in this period. */
  readonly rest: number;
  readonly total: number;
}

/** Answers questions to one fact. An answer is null where the site holds no such numbers. */
export class Fact {
  readonly data: FactData;
  readonly #dimensions: ReadonlyMap<string, Dimension>;
  cube: Cube | null = null;

  constructor(data: FactData, dimensions: readonly Dimension[]) {
    this.data = data;
    this.#dimensions = new Map(dimensions.map((dimension) => [dimension.key, dimension]));
  }

  /** The filters this fact knows, as codes; null when a chosen value does not exist. */
  #chosen(filters: Filters): Map<string, number> | null {
    const codes = new Map<string, number>();
    for (const key of this.data.dimensions) {
      const value = filters[key];
      if (value === undefined) continue;
      const code = this.#dimensions.get(key)!.values.indexOf(value);
      if (code < 0) return null;
      codes.set(key, code);
    }
    return codes;
  }

  /** Counts by step, in order of time or age. Where small steps are not published, the wider one that holds them is. */
  series(filters: Filters, span?: Span, count = "referrals"): Point[] | null {
    const chosen = this.#chosen(filters);
    if (!chosen) return null;
    const { steps, tables } = this.data;
    const inside = steps.map((step) => !span || (step.low >= span.low && step.high <= span.high));
    const sums = new Map<number, number>();
    if (chosen.size <= 1) {
      if (!tables.all!.counts[count]) return [];
      const [[key, code] = ["all", undefined]] = chosen;
      const table = tables[key]!;
      const values = table.counts[count]!;
      table.step.forEach((step, row) => {
        const n = values[row] ?? null;
        if (n !== null && inside[step] && (code === undefined || table.value![row] === code)) sums.set(step, n);
      });
    } else {
      if (!this.cube) return null;
      for (const [i, step] of steps.entries()) if (step.leaf && inside[i]) sums.set(i, 0);
      scan(this.cube, chosen, inside, count, this.cube.step, (step, n) => sums.set(step, (sums.get(step) ?? 0) + n));
    }
    return [...sums].map(([i, n]) => ({ step: steps[i]!, count: n })).sort((a, b) => a.step.low - b.step.low);
  }

  /** The sum over a span, or null where it is not known for the whole of it. */
  total(filters: Filters, span?: Span, count = "referrals"): number | null {
    const points = this.series(filters, span, count);
    if (!points || !covers(points, span ?? this.extent())) return null;
    return points.reduce((sum, point) => sum + point.count, 0);
  }

  /** Counts by the values of a dimension, largest first, for the filters on the others. */
  breakdown(by: string, filters: Filters, span?: Span, count = "referrals"): Breakdown | null {
    const { [by]: own, ...others } = filters;
    const chosen = this.#chosen(others);
    if (!chosen) return null;
    const dimension = this.#dimensions.get(by)!;
    const total = this.total(others, span, count);
    const { steps, tables } = this.data;
    const whole = span ?? this.extent();
    const inside = steps.map((step) => step.low >= whole.low && step.high <= whole.high);
    const sums = new Float64Array(dimension.values.length);
    if (chosen.size === 0) {
      const table = tables[by]!;
      const values = table.counts[count]!;
      table.step.forEach((step, row) => {
        if (inside[step]) sums[table.value![row]!]! += values[row] ?? 0;
      });
    } else {
      if (!this.cube) return null;
      scan(this.cube, chosen, inside, count, this.cube.codes.get(by)!, (code, n) => {
        sums[code]! += n;
      });
    }
    const groups = dimension.values.map((value, i) => ({ value, count: sums[i]! })).filter((group) => group.count > 0);
    groups.sort((a, b) => b.count - a.count);
    const named = groups.reduce((sum, group) => sum + group.count, 0);
    return { groups, rest: (total ?? named) - named, total: total ?? named };
  }

  /** The values of a dimension; none where this fact is not cut by it. */
  values(by: string): readonly string[] {
    return this.data.dimensions.includes(by) ? this.#dimensions.get(by)!.values : [];
  }

  /** From the first to the last step published for everybody. */
  extent(): Span {
    const steps = this.data.tables.all!.step.map((i) => this.data.steps[i]!);
    return { low: Math.min(...steps.map((s) => s.low)), high: Math.max(...steps.map((s) => s.high)) };
  }
}

/** Whether steps, in order of time, leave no gap in a span. */
export function covers(points: readonly { readonly step: Step }[], span: Span): boolean {
  let reached = span.low;
  for (const { step } of points) {
    if (step.low > reached) return false;
    reached = step.high;
  }
  return reached >= span.high;
}

function scan(
  cube: Cube,
  chosen: ReadonlyMap<string, number>,
  inside: readonly boolean[],
  count: string,
  target: ArrayLike<number>,
  add: (code: number, n: number) => void,
) {
  const values = cube.counts.get(count)!;
  const tests = [...chosen].map(([key, code]) => ({ codes: cube.codes.get(key)!, code }));
  rows: for (let row = 0; row < cube.length; row++) {
    if (!inside[cube.step[row]!]) continue;
    for (const { codes, code } of tests) if (codes[row] !== code) continue rows;
    add(target[row]!, values[row]!);
  }
}
