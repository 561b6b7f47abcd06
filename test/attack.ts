// Attacks published counts of people: everything that follows by adding and subtracting, across tables, months, names and figures,
// and every range into which a hidden count can be narrowed. Knows the truth only to say whether what it found is small.
import { nullVector } from "./adversary.ts";

/** People who are alike in everything published: when, by which names, and in which groups they are counted. */
export interface Row {
  readonly people: number;
  /** Number of the month, or 0 where there is no course of time. */
  readonly month: number;
  /** Value by cut; a row lacks cuts by which it is not counted. */
  readonly names: Readonly<Record<string, string>>;
  /** Groups such as "completed_90.met". */
  readonly groups: ReadonlySet<string>;
}

/** A published count: so many people of a group (of a name of a cut; "" of "" is everybody) from month `low` up to `high`. */
export interface Known {
  readonly cut: string;
  readonly name: string;
  readonly low: number;
  readonly high: number;
  readonly group: string;
  readonly count: number;
  /** Where it stands, for people. */
  readonly file: string;
}

export interface Leak {
  readonly how: string;
  readonly what: string;
  readonly people: string;
}

interface Step {
  readonly low: number;
  readonly high: number;
}

/** Stands for everybody beside the names of a cut. */
const everybody = "\u0000";

const small = (count: number, limit: number) => count > 0 && count < limit;

/** Differences of one count between months: known between any two months that published stretches join. */
class Stretches {
  readonly #edges: { low: number; high: number; count: number }[] = [];
  #joined: Map<number, { root: number; sum: number }> | null = null;

  add(low: number, high: number, count: number) {
    this.#edges.push({ low, high, count });
    this.#joined = null;
  }

  /** The count from one month up to another, or null where it does not follow. */
  count(low: number, high: number): number | null {
    this.#joined ??= this.#join();
    const from = this.#joined.get(low);
    const to = this.#joined.get(high);
    return from && to && from.root === to.root ? to.sum - from.sum : null;
  }

  #join() {
    const joined = new Map<number, { root: number; sum: number }>();
    const next = new Map<number, { to: number; sum: number }[]>();
    for (const { low, high, count } of this.#edges) {
      next.set(low, [...(next.get(low) ?? []), { to: high, sum: count }]);
      next.set(high, [...(next.get(high) ?? []), { to: low, sum: -count }]);
    }
    for (const root of next.keys()) {
      if (joined.has(root)) continue;
      joined.set(root, { root, sum: 0 });
      for (const queue = [root]; queue.length > 0; ) {
        const at = queue.pop()!;
        for (const { to, sum } of next.get(at)!) {
          if (joined.has(to)) continue;
          joined.set(to, { root, sum: joined.get(at)!.sum + sum });
          queue.push(to);
        }
      }
    }
    return joined;
  }
}

/** The rows of a universe, counted by cut, name, month and kind (the groups that a row is in, as one number). */
class Universe {
  readonly groups: readonly string[];
  /** Members of each group: the kinds that are in it. */
  readonly members: ReadonlyMap<string, ReadonlySet<number>>;
  readonly kinds: number;
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly #counts = new Map<string, Map<number, Float64Array>>();
  readonly #rows: readonly Row[];
  readonly #within = new Map<string, boolean>();

  constructor(rows: readonly Row[], cuts: readonly string[]) {
    this.#rows = rows;
    const kinds = new Map<string, number>();
    const members = new Map<string, Set<number>>();
    const values = new Map<string, Set<string>>(cuts.map((cut) => [cut, new Set()]));
    const kindOf = rows.map(({ groups }) => {
      const key = [...groups].sort().join(" ");
      const kind = kinds.get(key) ?? kinds.size;
      kinds.set(key, kind);
      for (const group of groups) members.set(group, (members.get(group) ?? new Set()).add(kind));
      return kind;
    });
    this.kinds = kinds.size;
    rows.forEach(({ people, month, names }, i) => {
      for (const cut of ["", ...cuts]) {
        const name = cut ? names[cut] : "";
        if (name === undefined) continue;
        values.get(cut)?.add(name);
        const key = `${cut}\0${name}`;
        const months = this.#counts.get(key) ?? new Map<number, Float64Array>();
        this.#counts.set(key, months);
        const counts = months.get(month) ?? new Float64Array(this.kinds);
        months.set(month, counts);
        counts[kindOf[i]!]! += people;
      }
    });
    this.members = members;
    this.groups = [...members.keys()];
    this.values = new Map([...values].map(([cut, names]) => [cut, [...names]]));
  }

  /** People by kind. */
  kindsOf(cut: string, name: string, { low, high }: Step): Float64Array {
    const sum = new Float64Array(this.kinds);
    for (const [month, counts] of this.#counts.get(`${cut}\0${name}`) ?? [])
      if (month >= low && month < high) for (let kind = 0; kind < this.kinds; kind++) sum[kind]! += counts[kind]!;
    return sum;
  }

  /** Per name of the outer cut the names of the inner one that never occur without it. */
  inside(inner: string, outer: string): Map<string, string[]> {
    const seen = new Map<string, Set<string>>();
    for (const { names } of this.#rows) {
      const [name, around] = [names[inner], names[outer]];
      if (name !== undefined && inner !== outer) seen.set(name, (seen.get(name) ?? new Set()).add(around ?? ""));
    }
    const found = new Map<string, string[]>();
    for (const [name, around] of seen) {
      const [only] = around;
      if (around.size === 1 && only) found.set(only, [...(found.get(only) ?? []), name]);
    }
    return found;
  }

  /** Whether everybody of one group is in the other, whoever they are. */
  within(inner: string, outer: string): boolean {
    const key = `${inner}\0${outer}`;
    const members = this.members.get(outer);
    const within = this.#within.get(key) ?? [...(this.members.get(inner) ?? [])].every((kind) => members?.has(kind));
    this.#within.set(key, within);
    return within;
  }
}

/** Every count from 1 to limit−1 that the published counts of one universe give away. */
export function attack(rows: readonly Row[], known: readonly Known[], limit: number): Leak[] {
  const cuts = [...new Set(known.map(({ cut }) => cut))].filter(Boolean);
  const universe = new Universe(rows, cuts);
  const leaks: Leak[] = [];
  const found = (how: string, what: string, people: number | string) =>
    leaks.push({ how, what, people: String(people) });
  for (const of of Map.groupBy(known, ({ cut, name, low, high }) => `${cut}\0${name}\0${low} ${high}`).values()) {
    const { cut, name, low, high } = of[0]!;
    const counts = universe.kindsOf(cut, name, { low, high });
    for (const { group, count, file } of of) {
      const truth = [...(universe.members.get(group) ?? [])].reduce((sum, kind) => sum + counts[kind]!, 0);
      if (truth !== count) found("not true", `${file}: ${group} of ${name} ${low}–${high}, in truth ${truth}`, count);
    }
  }
  const stretches = new Map<string, Map<string, Stretches>>();
  for (const { cut, name, group, low, high, count } of known) {
    const own = stretches.get(`${cut}\0${name}`) ?? new Map<string, Stretches>();
    stretches.set(`${cut}\0${name}`, own);
    const of = own.get(group) ?? new Stretches();
    own.set(group, of);
    of.add(low, high, count);
  }
  const published = (cut: string, name: string, group: string, { low, high }: Step) =>
    stretches.get(`${cut}\0${name}`)?.get(group)?.count(low, high) ?? null;
  const steps = stretchesOf(known);
  const groups = [...new Set(known.map(({ group }) => group))];
  const follows = solver(universe, groups);
  for (const cut of ["", ...cuts]) {
    const names = cut ? universe.values.get(cut)! : [];
    for (const step of steps) {
      /** Per name the groups of which the count follows, at this step. */
      const told = new Map<string, Map<string, number>>();
      for (const name of [everybody, ...names]) {
        const at: [string, string] = name === everybody ? ["", ""] : [cut, name];
        const direct: string[] = [];
        const zero: string[] = [];
        for (const [group, of] of stretches.get(at.join("\0")) ?? []) {
          const count = of.count(step.low, step.high);
          if (count !== null) direct.push(group);
          if (count === 0) zero.push(group);
        }
        if (direct.length === 0) {
          told.set(name, new Map());
          continue;
        }
        const { derived, targets } = follows(direct.sort(), zero.sort());
        const counts = universe.kindsOf(...at, step);
        const size = (members: readonly number[]) => members.reduce((sum, kind) => sum + counts[kind]!, 0);
        for (const { what, members } of targets)
          if (small(size(members), limit))
            found("figures of one name", `${what} of ${cut} ${name} ${step.low}–${step.high}`, size(members));
        told.set(name, new Map(derived.map(({ group, members }) => [group, size(members)])));
      }
      if (cut)
        rests(universe, cut, names, told, (what, people) => {
          if (small(people, limit)) found("what is left of a cut", `${what}, ${step.low}–${step.high}`, people);
        });
    }
    for (const group of cut ? groups : []) narrow(universe, { cut, group, steps, published, limit, found });
  }
  const groupsOf = (cut: string, name: string) => stretches.get(`${cut}\0${name}`)?.keys() ?? [];
  nested(universe, { cuts, groupsOf, steps, published, limit, found });
  return leaks;
}

/** Every stretch at which something is told, each of its months, and the pieces of two that overlap. */
function stretchesOf(known: readonly Known[]): Step[] {
  const found = new Map<string, Step>();
  const add = (low: number, high: number) => found.set(`${low} ${high}`, { low, high });
  for (const { low, high } of known) add(low, high);
  const told = [...found.values()];
  for (const { low, high } of told) for (let month = low; month < high; month++) add(month, month + 1);
  for (const a of told)
    for (const b of told)
      if (a.low < b.low && b.low < a.high && a.high < b.high) {
        add(a.low, b.low);
        add(b.low, a.high);
        add(a.high, b.high);
      }
  return [...found.values()];
}

interface Target {
  readonly what: string;
  readonly members: readonly number[];
}

/** What follows for one name from the groups whose counts are known, solved once for each set of them. */
function solver(universe: Universe, groups: readonly string[]) {
  const solved = new Map<string, { derived: (Target & { group: string })[]; targets: Target[] }>();
  const pairs: Target[] = [];
  const sets = new Map(groups.map((group) => [group, universe.members.get(group) ?? new Set<number>()]));
  for (const [a, of] of sets)
    for (const [b, other] of sets) {
      if (a === b) continue;
      const apart = [...of].filter((kind) => !other.has(kind)).sort((x, y) => x - y);
      if (apart.length > 0 && apart.length < of.size) pairs.push({ what: `${a} without ${b}`, members: apart });
      if (a < b && apart.length < of.size)
        pairs.push({ what: `${a} and ${b}`, members: [...of].filter((kind) => other.has(kind)).sort((x, y) => x - y) });
    }
  const single = [...sets].map(([group, members]) => ({
    group,
    what: group,
    members: [...members].sort((x, y) => x - y),
  }));
  // The same people by another name are told once.
  const targets = [...new Map([...pairs, ...single].map((target) => [target.members.join(" "), target])).values()];
  return (direct: readonly string[], zero: readonly string[]) => {
    const key = `${direct.join(" ")}|${zero.join(" ")}`;
    const before = solved.get(key);
    if (before) return before;
    const nobody = new Set(zero.flatMap((group) => [...sets.get(group)!]));
    const vector = nullVector(
      universe.kinds,
      direct.map((group) => sets.get(group)!),
      nobody,
    );
    const follows = (members: readonly number[]) => vector.follows(members);
    const derived = single.filter(({ members }) => follows(members));
    const result = { derived, targets: targets.filter(({ members }) => follows(members)) };
    solved.set(key, result);
    return result;
  };
}

/** What is left of everybody when all names whose count follows are taken away, and differences of two such rests. */
function rests(
  universe: Universe,
  cut: string,
  names: readonly string[],
  told: ReadonlyMap<string, ReadonlyMap<string, number>>,
  tell: (what: string, people: number) => void,
) {
  const rest = new Map<string, { people: number; hidden: ReadonlySet<string> }>();
  for (const [group, all] of told.get(everybody)!) {
    const shown = names.filter((name) => told.get(name)!.has(group));
    if (shown.length === 0) continue;
    const people = all - shown.reduce((sum, name) => sum + told.get(name)!.get(group)!, 0);
    rest.set(group, { people, hidden: new Set(names.filter((name) => !shown.includes(name))) });
    tell(`${group} of every ${cut} but ${shown.length}`, people);
  }
  for (const [outer, a] of rest)
    for (const [inner, b] of rest)
      if (outer !== inner && isWithin(b.hidden, a.hidden) && universe.within(inner, outer))
        tell(`${outer} without ${inner} of what is left by ${cut}`, a.people - b.people);
}

/** More people than there are. */
const most = 1e9;

interface Search {
  readonly steps: readonly Step[];
  readonly published: (cut: string, name: string, group: string, step: Step) => number | null;
  readonly limit: number;
  readonly found: (how: string, what: string, people: number | string) => void;
}

/** Ranges of the hidden counts of one group by one cut, from the sums along names and along time, until none gets narrower. */
function narrow(universe: Universe, search: Search & { readonly cut: string; readonly group: string }) {
  const { cut, group, steps, published, limit, found } = search;
  const stretches = steps;
  const names = universe.values.get(cut)!;
  if (!names.some((name) => stretches.some((step) => published(cut, name, group, step) !== null))) return;
  const low: number[] = [];
  const high: number[] = [];
  // Cells name by name, everybody first.
  for (const name of [everybody, ...names])
    for (const step of stretches) {
      const count = name === everybody ? published("", "", group, step) : published(cut, name, group, step);
      low.push(count ?? 0);
      high.push(count ?? most);
    }
  const label = (i: number) => {
    const step = stretches[i % stretches.length]!;
    return `${group} of ${cut} ${names[Math.floor(i / stretches.length) - 1] ?? "everybody"}, ${step.low}–${step.high}`;
  };
  const sums: { whole: number; parts: number[] }[] = [];
  stretches.forEach((step, s) => {
    const cell = (name: number, of: number) => name * stretches.length + of;
    sums.push({ whole: cell(0, s), parts: names.map((_, name) => cell(name + 1, s)) });
    const inside = stretches.flatMap((one, i) => (i !== s && one.low >= step.low && one.high <= step.high ? [i] : []));
    const parts = inside.filter(
      (i) =>
        !inside.some(
          (w) => w !== i && stretches[w]!.low <= stretches[i]!.low && stretches[w]!.high >= stretches[i]!.high,
        ),
    );
    if (parts.reduce((sum, i) => sum + stretches[i]!.high - stretches[i]!.low, 0) !== step.high - step.low) return;
    for (let name = 0; name <= names.length; name++)
      sums.push({ whole: cell(name, s), parts: parts.map((i) => cell(name, i)) });
  });
  for (let changed = true, rounds = 0; changed && rounds < 30; rounds++) {
    changed = false;
    const limitTo = (i: number, least: number, most: number) => {
      if (least > low[i]!) [low[i], changed] = [least, true];
      if (most < high[i]!) [high[i], changed] = [most, true];
    };
    for (const { whole, parts } of sums) {
      const least = parts.reduce((sum, i) => sum + low[i]!, 0);
      const up = parts.reduce((sum, i) => sum + high[i]!, 0);
      limitTo(whole, least, up);
      for (const i of parts) {
        const [own, top] = [low[i]!, high[i]!];
        limitTo(i, low[whole]! - (up - top), high[whole]! - (least - own));
      }
    }
  }
  low.forEach((least, i) => {
    if (least >= 1 && high[i]! < limit) found("a range", label(i), `${least} to ${high[i]}`);
  });
}

/** Names that lie wholly inside a name of another cut: what is left of the outer one when those whose count is known are taken away. */
function nested(
  universe: Universe,
  search: Search & {
    readonly cuts: readonly string[];
    readonly groupsOf: (cut: string, name: string) => Iterable<string>;
  },
) {
  const { cuts, groupsOf, steps, published, limit, found } = search;
  for (const inner of cuts)
    for (const outer of cuts)
      for (const [name, inside] of universe.inside(inner, outer))
        for (const group of groupsOf(outer, name))
          for (const step of steps) {
            const all = published(outer, name, group, step);
            if (all === null) continue;
            const known = inside.map((one) => published(inner, one, group, step)).filter((count) => count !== null);
            const left = all - known.reduce((sum, count) => sum + count, 0);
            if (known.length > 0 && small(left, limit))
              found(
                "a name inside another",
                `${group} of ${outer} ${name} without ${known.length} by ${inner}, ${step.low}–${step.high}`,
                left,
              );
          }
}

const isWithin = <T>(inner: ReadonlySet<T>, outer: ReadonlySet<T>) => [...inner].every((one) => outer.has(one));
