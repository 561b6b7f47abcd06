// Turns counts of the warehouse into tables that may be published: the one door through which people are counted for the site.
import { type Counts, type Cut, finest, protect, type Shown, type Tree, totals } from "../../pipeline/privacy.ts";
import type { Dimension, FactData, Step, Table } from "../components/facts.ts";

/** Counts of one group in one smallest step; `value` is absent for everybody. */
export interface CountRow {
  readonly step: number;
  readonly value?: string;
  readonly count: number;
}

export interface FactOptions {
  readonly limit: number;
  readonly tree: Tree;
  readonly steps: readonly Step[];
  /** Name of what is counted, "referrals". */
  readonly count: string;
  readonly everybody: readonly CountRow[];
  readonly cuts: ReadonlyMap<Dimension, readonly CountRow[]>;
  /** Says that showing a name ("" is everybody) of a cut at these nodes gives something small away together with other facts. */
  readonly reveals?: ((name: string, shown: Shown, cut: string, counts: Counts) => boolean) | undefined;
}

export interface Published {
  readonly data: FactData;
  /** Per cut ("all" too) and name ("" for everybody) the steps shown, for the rules that look across facts. */
  readonly shown: ReadonlyMap<string, ReadonlyMap<string, Shown>>;
  readonly counts: ReadonlyMap<string, ReadonlyMap<string, Counts>>;
}

/** The publishable tables of one fact: everybody, and one table per dimension. */
export function publishFact(options: FactOptions): Published {
  const { tree, limit } = options;
  const everybody = totals(tree, leaves(options.everybody), 1);
  let allShown: Set<number> = finest(tree, everybody, limit);
  if (options.reveals) {
    // What everybody's table gives away together with other facts is mended by leaving the step out.
    while (allShown.size && options.reveals("", allShown, "all", everybody)) allShown = withoutLast(tree, allShown);
  }
  const tables: Record<string, Table> = { all: table(options.count, [["", everybody, allShown]]) };
  const shown = new Map<string, Map<string, Shown>>([["all", new Map([["", allShown]])]]);
  const counts = new Map<string, Map<string, Counts>>([["all", new Map([["", everybody]])]]);
  for (const [dimension, rows] of options.cuts) {
    const names = new Map<string, Counts>();
    for (const value of dimension.values) {
      names.set(value, totals(tree, leaves(rows.filter((row) => row.value === value)), 1));
    }
    const cut: Cut = { tree, limit, total: everybody, totalShown: allShown, names };
    const { reveals } = options;
    const chosen = protect(
      reveals ? { ...cut, reveals: (name, nodes) => reveals(name, nodes, dimension.key, names.get(name)!) } : cut,
    );
    tables[dimension.key] = table(
      options.count,
      dimension.values.map((value) => [value, names.get(value)!, chosen.get(value)!]),
      true,
    );
    shown.set(dimension.key, chosen);
    counts.set(dimension.key, names);
  }
  const dimensions = [...options.cuts.keys()].map((dimension) => dimension.key);
  return { data: { steps: options.steps, dimensions, tables }, shown, counts };
}

function leaves(rows: readonly CountRow[]): Map<number, number[]> {
  const counts = new Map<number, number[]>();
  for (const { step, count } of rows) counts.set(step, [(counts.get(step)?.[0] ?? 0) + count]);
  return counts;
}

function withoutLast(tree: Tree, shown: Set<number>): Set<number> {
  const last = Math.max(...shown);
  const above = tree.parent[last]!;
  const rest = new Set([...shown].filter((node) => node !== last && (above < 0 || tree.parent[node] !== above)));
  return above < 0 ? rest : rest.add(above);
}

function table(count: string, rows: (readonly [string, Counts, Shown])[], named = false): Table {
  const step: number[] = [];
  const value: number[] = [];
  const numbers: number[] = [];
  rows.forEach(([, counts, shown], code) => {
    for (const node of [...shown].sort((a, b) => a - b)) {
      step.push(node);
      value.push(code);
      numbers.push(counts[node]![0]!);
    }
  });
  return { step, ...(named && { value }), counts: { [count]: numbers } };
}
