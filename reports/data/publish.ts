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
import type { Together, Told } from "../../pipeline/site/together.ts";
import type { Dimension, FactData, Step, Table } from "../components/facts.ts";

/** Counts of one group in one smallest step; `value` is absent for everybody. */
export interface CountRow {
  readonly step: number;
  readonly value?: string;
  /** One per part, in the order of `parts`. */
  readonly counts: readonly number[];
}

/** Columns as sums of parts. */
export type Level = Readonly<Record<string, readonly string[]>>;

/** How a fact belongs to other figures of the same people. */
export interface PartOf {
  readonly together: Together;
  /** The group that each part is. */
  readonly groups: readonly string[];
  /** What a cut is called among them, where it is not the same ("" is everybody); by default its own name. */
  readonly cut?: (cut: string) => string;
  /** Whether a column of a cut is published at all; by default it is. */
  readonly tells?: (cut: string, column: string) => boolean;
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
  readonly levels?: readonly Level[];
  readonly everybody: readonly CountRow[];
  readonly cuts: ReadonlyMap<Dimension, readonly CountRow[]>;
  readonly inside?: readonly Inside[];
  /** Decisions on the same counts, level by level, of which everybody and the cuts in common are published already. */
  readonly settled?: readonly Decision[] | undefined;
  /** A node at which a name ("" is everybody) gives something small away together with other facts; null when none does. */
  readonly reveals?: ((cut: string, name: string, shown: Shown, counts: Counts) => number | null) | undefined;
  /** Other figures of the same people, and the group that each part is among them. */
  readonly family?: PartOf | undefined;
}

export interface Published {
  readonly data: FactData;
  /** One per level. */
  readonly decisions: readonly Decision[];
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
  const decisions: Decision[] = [];
  for (const level of levels) {
    const settled = options.settled?.[decisions.length];
    const groups = Object.values(level).map((names) => names.map((name) => parts.indexOf(name)));
    const sum = (counts: Counts): Counts =>
      counts.map((of) => groups.map((group) => group.reduce((total, part) => total + of[part]!, 0)));
    const { reveals, family } = options;
    const joined = groups.map((of) => family?.together.group(of.map((part) => family.groups[part]!)) ?? "");
    const told = (cut: string, counts: Counts, shown: Shown): Told => ({
      groups: joined.map((group, i) => (family?.tells?.(cut, Object.keys(level)[i]!) === false ? "" : group)),
      steps: options.steps,
      counts,
      shown,
    });
    const called = (cut: string) => family?.cut?.(cut) ?? cut;
    const people = sum(everybody);
    const summed = new Map(
      [...cuts].map(([cut, names]) => [cut, new Map([...names].map(([name, of]) => [name, sum(of)]))]),
    );
    const counted: Counted = {
      tree,
      limit,
      total: people,
      cuts: summed,
      ...(options.inside && { inside: options.inside }),
      ...(within && { within }),
      settled,
      reveals: (cut, name, shown) => {
        const own = cut ? summed.get(cut)!.get(name)! : people;
        return (
          reveals?.(cut, name, shown, own) ?? family?.together.fault(called(cut), name, told(cut, own, shown)) ?? null
        );
      },
      rest:
        family &&
        ((cut, total, names) =>
          family.together.rest(
            called(cut),
            told("", people, total),
            new Map([...names].map(([name, shown]) => [name, told(cut, summed.get(cut)!.get(name)!, shown)])),
          )),
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
    if (family) {
      if (!settled) family.together.settle("", "", told("", people, decision.total));
      for (const [cut, names] of decision.cuts)
        if (!settled?.cuts.has(cut))
          for (const [name, shown] of names)
            family.together.settle(called(cut), name, told(cut, summed.get(cut)!.get(name)!, shown));
    }
    within = decision;
    decisions.push(decision);
    first ??= { counted, decision };
  }
  const { counted, decision } = first!;
  return {
    data: {
      steps: options.steps,
      dimensions: [...cuts.keys()],
      tables: { all: all as Table, ...Object.fromEntries(tables as Map<string, Table>) },
    },
    decisions,
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
