// Turns counts of the warehouse into tables that may be published: the one door through which people are counted for the site.
import {
  type Counted,
  type Counts,
  type Decision,
  decide,
  type Inside,
  type Shown,
  type Tree,
  totals,
} from "../../pipeline/site/privacy.ts";
import type { Dimension, FactData, Step, Table } from "../components/facts.ts";

/** Counts of one group in one smallest step; `value` is absent for everybody. */
export interface CountRow {
  readonly step: number;
  readonly value?: string;
  /** One per part, in the order of `parts`. */
  readonly counts: readonly number[];
}

export interface FactOptions {
  readonly limit: number;
  readonly tree: Tree;
  readonly steps: readonly Step[];
  /** Parts into which the people of a step are divided, nobody in two of them. */
  readonly parts: readonly string[];
  /**
   * Sums of parts in the order in which they matter; each is shown as finely as those before it allow. By default all parts
   * at once. [{ all: ["met", "unmet"] }, { met: ["met"], unmet: ["unmet"] }] shows how many everywhere, and the split where it can.
   */
  readonly levels?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly everybody: readonly CountRow[];
  readonly cuts: ReadonlyMap<Dimension, readonly CountRow[]>;
  readonly inside?: readonly Inside[];
  /** A node at which a name ("" is everybody) gives something small away together with other facts; null when none does. */
  readonly reveals?:
    | ((cut: string, name: string, shown: Shown, counts: Counts, columns: readonly string[]) => number | null)
    | undefined;
}

export interface Published {
  readonly data: FactData;
  /** Where the first level is shown and what it counts, for the rules that look across facts; everybody is "" of "". */
  shown(cut: string, name: string): Shown | undefined;
  counts(cut: string, name: string): Counts | undefined;
}

/** The publishable tables of one fact: everybody, and one table per dimension. */
export function publishFact(options: FactOptions): Published {
  const { tree, limit, parts } = options;
  const levels = options.levels ?? [Object.fromEntries(parts.map((part) => [part, [part]]))];
  const everybody = totals(tree, leaves(options.everybody), parts.length);
  const cuts = new Map<string, Map<string, Counts>>();
  for (const [{ key, values }, rows] of options.cuts) {
    const byValue = Map.groupBy(rows, (row) => row.value);
    cuts.set(
      key,
      new Map(values.map((value) => [value, totals(tree, leaves(byValue.get(value) ?? []), parts.length)])),
    );
  }
  const all: Writable = { step: [], counts: {} };
  const tables = new Map(
    [...options.cuts.keys()].map(({ key }) => [key, { step: [], value: [], counts: {} } as Writable]),
  );
  let within: Decision | undefined;
  let first: { counted: Counted; decision: Decision } | undefined;
  for (const level of levels) {
    const groups = Object.values(level).map((names) => names.map((name) => parts.indexOf(name)));
    const sum = (counts: Counts): Counts =>
      counts.map((of) => groups.map((group) => group.reduce((total, part) => total + of[part]!, 0)));
    const { reveals } = options;
    const summed = new Map(
      [...cuts].map(([cut, names]) => [cut, new Map([...names].map(([name, of]) => [name, sum(of)]))]),
    );
    const counted: Counted = {
      tree,
      limit,
      total: sum(everybody),
      cuts: summed,
      ...(options.inside && { inside: options.inside }),
      ...(within && { within }),
      reveals:
        reveals &&
        ((cut, name, shown) =>
          reveals(cut, name, shown, cut ? summed.get(cut)!.get(name)! : sum(everybody), Object.keys(level))),
    };
    const decision = decide(counted);
    write(all, Object.keys(level), undefined, counted.total, decision.total);
    for (const [{ key, values }] of options.cuts) {
      values.forEach((value, code) => {
        write(
          tables.get(key)!,
          Object.keys(level),
          code,
          summed.get(key)!.get(value)!,
          decision.cuts.get(key)!.get(value)!,
        );
      });
    }
    within = decision;
    first ??= { counted, decision };
  }
  const { counted, decision } = first!;
  return {
    data: {
      steps: options.steps,
      dimensions: [...cuts.keys()],
      tables: { all: all as Table, ...Object.fromEntries(tables as Map<string, Table>) },
    },
    shown: (cut, name) => (cut ? decision.cuts.get(cut)?.get(name) : decision.total),
    counts: (cut, name) => (cut ? counted.cuts.get(cut)?.get(name) : counted.total),
  };
}

function leaves(rows: readonly CountRow[]): Map<number, readonly number[]> {
  const counts = new Map<number, number[]>();
  for (const { step, counts: own } of rows) {
    const before = counts.get(step);
    counts.set(step, before ? before.map((count, part) => count + own[part]!) : [...own]);
  }
  return counts;
}

interface Writable {
  readonly step: number[];
  readonly value?: number[];
  readonly counts: Record<string, (number | null)[]>;
}

/** Adds rows for the nodes shown; columns that other rows have and these have not are null. */
function write(table: Writable, columns: readonly string[], value: number | undefined, counts: Counts, shown: Shown) {
  for (const column of columns) table.counts[column] ??= table.step.map(() => null);
  for (const node of [...shown].sort((a, b) => a - b)) {
    table.step.push(node);
    if (value !== undefined) table.value!.push(value);
    for (const [column, values] of Object.entries(table.counts)) {
      const i = columns.indexOf(column);
      values.push(i < 0 ? null : counts[node]![i]!);
    }
  }
}
