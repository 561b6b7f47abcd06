// What figures of the same people give away together. Completed lies inside scheduled, refused beside both: whoever has the numbers
// subtracts them. Which figure lies inside which is taken from the people there are: their kinds, each the set of figures it counts in.
import type { Counts, Shown } from "./privacy.ts";

/** A stretch of months, or of days of age, from `low` up to but not including `high`. */
export interface Stretch {
  readonly low: number;
  readonly high: number;
}

/** Counts of one name as groups of people, where they are shown. */
export interface Told {
  /** One per part of the counts, as `group` of `Together` gives it. */
  readonly groups: readonly string[];
  readonly steps: readonly Stretch[];
  readonly counts: Counts;
  readonly shown: Shown;
}

/** A count as a sum of known counts, each taken so many times. */
type Sum = readonly { readonly group: string; readonly times: number }[];

interface Solved {
  /** Groups of which the count follows. */
  readonly groups: ReadonlyMap<string, Sum>;
  /** The same and everything else that follows, who is in one group and not in another: all that is no known count itself. */
  readonly sums: readonly Sum[];
}

export class Together {
  readonly #limit: number;
  readonly #members = new Map<string, ReadonlySet<number>>();
  readonly #kinds: number;
  readonly #stretches: readonly Stretch[];
  /** By cut and name, by stretch: the groups whose count is published. */
  readonly #told = new Map<string, Map<string, Map<string, number>>>();
  readonly #solved = new Map<string, Solved>();
  readonly #within = new Map<string, boolean>();

  /** Kinds of people, as the groups that each is in, and the stretches of time at which figures can be compared. */
  constructor(kinds: readonly Iterable<string>[], stretches: readonly Stretch[], limit: number) {
    this.#limit = limit;
    this.#kinds = kinds.length;
    this.#stretches = [...new Map(stretches.map(({ low, high }) => [`${low} ${high}`, { low, high }])).values()];
    const members = new Map<string, Set<number>>();
    kinds.forEach((groups, kind) => {
      for (const group of groups) members.set(group, (members.get(group) ?? new Set()).add(kind));
    });
    this.#all = members;
  }

  readonly #all: ReadonlyMap<string, ReadonlySet<number>>;

  /** The group of everybody in one of these groups. */
  group(parts: readonly string[]): string {
    const members = [...new Set(parts.flatMap((part) => [...(this.#all.get(part) ?? [])]))].sort((a, b) => a - b);
    const group = members.join(" ");
    if (members.length > 0 && !this.#members.has(group)) {
      this.#members.set(group, new Set(members));
      this.#solved.clear();
      this.#apart = null;
    }
    return group;
  }

  /** Where showing these counts of a name gives something small away: a node to be shown coarser; null when all is well. */
  fault(cut: string, name: string, told: Told): number | null {
    const before = this.#told.get(`${cut}\0${name}`);
    if (!before) return null;
    for (const stretch of this.#stretches) {
      const earlier = before.get(`${stretch.low} ${stretch.high}`);
      const nodes = earlier && inside(told, stretch);
      if (!nodes) continue;
      const known = new Map([...earlier, ...countsOf(told, nodes)]);
      if (this.#solve(known).sums.some((sum) => this.#small(count(sum, known)))) return nodes[0]!;
    }
    return null;
  }

  /** Remembers what is published. */
  settle(cut: string, name: string, told: Told) {
    const key = `${cut}\0${name}`;
    const known = this.#told.get(key) ?? new Map<string, Map<string, number>>();
    this.#told.set(key, known);
    for (const stretch of this.#stretches) {
      const nodes = inside(told, stretch);
      const at = `${stretch.low} ${stretch.high}`;
      if (nodes) known.set(at, new Map([...(known.get(at) ?? []), ...countsOf(told, nodes)]));
    }
  }

  /**
   * Where what is left of everybody, without the names of a cut whose counts follow, is small, or two such rests differ by little:
   * the name to be shown coarser, the smallest shown there, and its node; null when all is well.
   */
  rest(cut: string, everybody: Told, names: ReadonlyMap<string, Told>): { name: string; node: number } | null {
    for (const stretch of this.#stretches) {
      const at = `${stretch.low} ${stretch.high}`;
      const shown = [...names].flatMap(([name, told]) => {
        const nodes = inside(told, stretch);
        const size = nodes && [...countsOf(told, nodes).values()].reduce((sum, people) => sum + people, 0);
        return nodes && size ? [{ name, node: nodes[0]!, size }] : [];
      });
      if (shown.length === 0) continue;
      const follows = (of: string, name: string, told: Told) => {
        const nodes = inside(told, stretch);
        const known = new Map([
          ...(this.#told.get(`${of}\0${name}`)?.get(at) ?? []),
          ...(nodes ? countsOf(told, nodes) : []),
        ]);
        return new Map([...this.#solve(known).groups].map(([group, sum]) => [group, count(sum, known)]));
      };
      const all = follows("", "", everybody);
      const told = [...names].map(([name, own]) => follows(cut, name, own));
      if (this.#betrays(all, told)) return shown.sort((a, b) => a.size - b.size)[0]!;
    }
    return null;
  }

  #betrays(all: ReadonlyMap<string, number>, names: readonly ReadonlyMap<string, number>[]): boolean {
    const rests = [...all].map(([group, total]) => {
      const hidden = new Set<number>();
      let people = total;
      names.forEach((of, name) => {
        const own = of.get(group);
        if (own === undefined) hidden.add(name);
        else people -= own;
      });
      return { group, people, hidden };
    });
    return rests.some(
      (a) =>
        this.#small(a.people) ||
        rests.some(
          (b) => this.#small(a.people - b.people) && this.#inside(b.group, a.group) && isWithin(b.hidden, a.hidden),
        ),
    );
  }

  /** Groups by short numbers. */
  #number(group: string): number {
    const number = this.#numbers.get(group) ?? this.#numbers.size;
    this.#numbers.set(group, number);
    return number;
  }
  readonly #numbers = new Map<string, number>();

  #small = (people: number) => people > 0 && people < this.#limit;

  #inside(inner: string, outer: string): boolean {
    const key = `${inner}\0${outer}`;
    let inside = this.#within.get(key);
    if (inside === undefined) {
      const around = this.#members.get(outer);
      inside = [...(this.#members.get(inner) ?? [])].every((kind) => around?.has(kind));
      this.#within.set(key, inside);
    }
    return inside;
  }

  /** What follows from the counts of these groups; depends only on which they are and which of them have nobody. */
  #solve(known: ReadonlyMap<string, number>): Solved {
    const direct = [...known.keys()].sort();
    const key = direct.map((group) => `${this.#number(group)}${known.get(group) === 0 ? "-" : ""}`).join(" ");
    const before = this.#solved.get(key);
    if (before) return before;
    const groups = new Map<string, Sum>();
    const others = new Map<string, Sum>();
    if (direct.length > 0) {
      const nobody = new Set(direct.flatMap((group) => (known.get(group) === 0 ? [...this.#members.get(group)!] : [])));
      const basis = new Basis(
        this.#kinds,
        direct.map((group) => [group, this.#members.get(group)!]),
        nobody,
      );
      for (const [group, members] of this.#members) {
        const sum = basis.sum(membersOf([...members], this.#kinds));
        if (sum) groups.set(group, sum);
      }
      for (const members of this.#differences()) {
        const sum = basis.sum(members);
        // What is one known count is nothing new.
        if (sum && sum.length > 1) others.set(JSON.stringify(sum), sum);
      }
    }
    const solved = { groups, sums: [...[...groups.values()].filter(({ length }) => length > 1), ...others.values()] };
    this.#solved.set(key, solved);
    return solved;
  }

  /** Who is in one group and not in another, for all of them: each set of kinds once. */
  #differences(): readonly Members[] {
    if (this.#apart) return this.#apart;
    const found = new Map<string, Members>();
    for (const of of this.#members.values())
      for (const other of this.#members.values()) {
        const apart = [...of].filter((kind) => !other.has(kind));
        if (apart.length > 0 && apart.length < of.size) found.set(apart.join(" "), membersOf(apart, this.#kinds));
      }
    this.#apart = [...found.values()];
    return this.#apart;
  }
  #apart: readonly Members[] | null = null;
}

/** Shown nodes that together are a stretch, or null. */
function inside({ steps, shown }: Told, { low, high }: Stretch): number[] | null {
  let missing = high - low;
  const nodes: number[] = [];
  for (const node of shown) {
    const step = steps[node]!;
    if (step.low < low || step.high > high) continue;
    nodes.push(node);
    missing -= step.high - step.low;
  }
  return missing === 0 ? nodes : null;
}

/** Counts by group over these nodes; what is nobody's by definition tells nothing. */
function countsOf({ groups, counts }: Told, nodes: readonly number[]): Map<string, number> {
  const known = new Map<string, number>();
  groups.forEach((group, i) => {
    if (group)
      known.set(
        group,
        nodes.reduce((sum, node) => sum + counts[node]![i]!, 0),
      );
  });
  return known;
}

function count(sum: Sum, known: ReadonlyMap<string, number>): number {
  let total = 0;
  for (const { group, times } of sum) total += times * known.get(group)!;
  return Math.round(total * 1e3) / 1e3;
}

/** Kinds of a group, listed and marked. */
interface Members {
  readonly list: Int32Array;
  readonly has: Uint8Array;
}

function membersOf(kinds: readonly number[], size: number): Members {
  const has = new Uint8Array(size);
  for (const kind of kinds) has[kind] = 1;
  return { list: Int32Array.from(kinds), has };
}

interface BasisRow {
  /** The one kind that no other row has. */
  readonly pivot: number;
  readonly cells: Float64Array;
  /** The sum of groups that the row is. */
  readonly sum: Map<string, number>;
}

/** Known groups as equations, each solved for one kind of people. */
class Basis {
  readonly #rows: BasisRow[] = [];
  /** A random change of the people that no known count notices: a group that it changes does not follow. */
  readonly #change: Float64Array;

  constructor(size: number, known: readonly (readonly [string, Iterable<number>])[], nobody: ReadonlySet<number>) {
    for (const [group, members] of known) {
      const cells = new Float64Array(size);
      for (const kind of members) if (!nobody.has(kind)) cells[kind] = 1;
      const sum = new Map([[group, 1]]);
      for (const row of this.#rows) subtract({ cells, sum }, row);
      const pivot = cells.findIndex((value) => Math.abs(value) > tiny);
      if (pivot < 0) continue;
      const scale = cells[pivot]!;
      for (let i = 0; i < size; i++) cells[i]! /= scale;
      for (const [name, times] of sum) sum.set(name, times / scale);
      const own = { pivot, cells, sum };
      for (const row of this.#rows) subtract(row, own);
      this.#rows.push(own);
    }
    let seed = 20_260_502;
    this.#change = Float64Array.from({ length: size }, (_, kind) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return nobody.has(kind) ? 0 : seed / 2_147_483_647;
    });
    for (const { pivot } of this.#rows) this.#change[pivot] = 0;
    for (const { pivot, cells } of this.#rows) {
      let sum = 0;
      for (let i = 0; i < size; i++) if (i !== pivot && cells[i] !== 0) sum += cells[i]! * this.#change[i]!;
      this.#change[pivot] = -sum;
    }
  }

  /** The members' count as a sum of known counts, or null where it does not follow. */
  sum({ list, has }: Members): Sum | null {
    let changed = 0;
    for (let i = 0; i < list.length; i++) changed += this.#change[list[i]!]!;
    if (Math.abs(changed) > 1e-6) return null;
    const total = new Map<string, number>();
    for (const { pivot, sum } of this.#rows)
      if (has[pivot]) for (const [group, times] of sum) total.set(group, (total.get(group) ?? 0) + times);
    return [...total].flatMap(([group, times]) =>
      Math.abs(times) > tiny ? [{ group, times: Math.round(times * 1e6) / 1e6 }] : [],
    );
  }
}

/** Takes a row away as often as the other has its pivot. */
function subtract(from: Pick<BasisRow, "cells" | "sum">, row: BasisRow) {
  const factor = from.cells[row.pivot]!;
  if (Math.abs(factor) <= tiny) return;
  for (let i = 0; i < row.cells.length; i++) from.cells[i]! -= factor * row.cells[i]!;
  from.cells[row.pivot] = 0;
  for (const [group, times] of row.sum) from.sum.set(group, (from.sum.get(group) ?? 0) - factor * times);
}

const tiny = 1e-7;

const isWithin = <T>(inner: ReadonlySet<T>, outer: ReadonlySet<T>) => [...inner].every((one) => outer.has(one));
