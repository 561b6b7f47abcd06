// Published counts and questions to them: how many, by what, in which period, for the reader's filters. The tables hold one
// dimension each; a question across dimensions goes to the cube, which only an internal site has.
import { cubeOf } from "./cubes.ts";
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
  /** Where every combination is published, for questions across dimensions; only without a cell limit. */
  readonly cube?: CubeColumns;
}

/** Which cube holds a fact, and what each of its counts is there: groups of kinds or columns, added up. */
export interface CubeColumns {
  readonly file: string;
  readonly columns: Readonly<Record<string, readonly string[]>>;
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
  /** Counts by smallest step that were asked of the cube already. */
  readonly #known = new Map<string, ReadonlyMap<number, number>>();

  constructor(data: FactData, dimensions: readonly Dimension[]) {
    this.data = data;
    this.#dimensions = new Map(dimensions.map((dimension) => [dimension.key, dimension]));
  }

  /** The filters as codes; null when a chosen value does not exist, or the fact is not counted by what is chosen. */
  #chosen(filters: Filters): Map<string, number> | null {
    const codes = new Map<string, number>();
    for (const [key, { values }] of this.#dimensions) {
      const value = filters[key];
      if (value === undefined) continue;
      const code = this.data.dimensions.includes(key) ? values.indexOf(value) : -1;
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
    if (!tables.all!.counts[count]) return [];
    const [[key, code] = ["all", undefined]] = chosen;
    const table = chosen.size <= 1 ? tables[key] : undefined;
    if (table) {
      const values = table.counts[count]!;
      table.step.forEach((step, row) => {
        const n = values[row] ?? null;
        if (n !== null && inside[step] && (code === undefined || table.value![row] === code)) sums.set(step, n);
      });
    } else {
      const together = this.#together(chosen, count);
      if (!together) return null;
      for (const [step, n] of together) if (inside[step]) sums.set(step, n);
    }
    return [...sums].map(([i, n]) => ({ step: steps[i]!, count: n })).sort((a, b) => a.step.low - b.step.low);
  }

  /** By smallest step, for several names together; null without a cube. */
  #together(chosen: ReadonlyMap<string, number>, count: string): ReadonlyMap<number, number> | null {
    const key = `${count} ${[...chosen].flat().join(" ")}`;
    const known = this.#known.get(key);
    if (known) return known;
    const found = this.#scan(chosen, count);
    if (!found) return null;
    const sums = new Map(this.data.steps.flatMap(({ leaf }, i) => (leaf ? [[i, 0]] : [])));
    for (const row of found.rows) {
      const step = found.step(row);
      if (step !== undefined) sums.set(step, sums.get(step)! + found.of(row));
    }
    if (this.#known.size > 4000) this.#known.clear();
    this.#known.set(key, sums);
    return sums;
  }

  /** Rows of the cube that have these names, with what each counts and the step it belongs to. */
  #scan(chosen: ReadonlyMap<string, number>, count: string) {
    const where = this.data.cube;
    const names = where?.columns[count];
    const cube = where && names && cubeOf(where.file);
    const rows = cube?.rows(chosen);
    if (!cube || !rows) return null;
    const leaf = new Map(this.data.steps.flatMap((step, i) => (step.leaf ? [[step.low, i]] : [])));
    const { step, codes } = cube.data;
    return { rows, codes, of: cube.counter(names!), step: (row: number) => leaf.get(step[row]!) };
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
    const table = chosen.size === 0 ? tables[by] : undefined;
    if (table) {
      const values = table.counts[count]!;
      table.step.forEach((step, row) => {
        if (inside[step]) sums[table.value![row]!]! += values[row] ?? 0;
      });
    } else {
      const found = this.#scan(chosen, count);
      const codes = found?.codes.get(by);
      if (!found || !codes) return null;
      for (const row of found.rows) {
        const step = found.step(row);
        if (step !== undefined && inside[step]) sums[codes[row]!]! += found.of(row);
      }
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

  /** Whether the fact is counted by everything that is chosen. */
  counts(filters: Filters): boolean {
    return [...this.#dimensions.keys()].every(
      (key) => filters[key] === undefined || this.data.dimensions.includes(key),
    );
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
