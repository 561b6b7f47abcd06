// Decides which counts of people may be published. reports/privacy.md explains it to a privacy officer; test/privacy.test.ts and test/attack.ts attack it.
//
// A count from 1 to limit−1 is small. Nothing small is published, and no sum or difference of what is published is small:
// 1. A name (a specialty, a payer ...) is shown at the finest step of a tree (month in quarter in year; age band in wider band)
//    at which every one of its counts is 0 or at least the limit. A step is split for all of its parts or not at all.
// 2. Whatever is not shown at a step is, together, the rest of that step: the total less what is shown. The rest too must be
//    0 or at least the limit; where it is not, the smallest name that mends it is shown one step coarser.
// 3. Where some names lie wholly inside another (a clinician in a location), what is left of the outer one is a rest as well.
// 4. Figures of the same people are guarded beside one another: pipeline/site/together.ts.
// So every table divides people already counted into groups that have nobody or at least `limit` people, and adding or taking
// away such groups only ever gives whole groups again.

/** A tree of steps in which counts may be shown. Nodes are numbered; a parent's number is smaller than its children's. */
export interface Tree {
  /** Parent of each node, -1 for a root. */
  readonly parent: readonly number[];
  readonly children: readonly (readonly number[])[];
}

/** Counts of one name: per node the parts into which its people are divided (numerator, rest, excluded ...). */
export type Counts = readonly (readonly number[])[];

/** Nodes at which a name is shown: none above another. */
export type Shown = ReadonlySet<number>;

/** Names that lie wholly inside another name of the same people: everybody of theirs is also of that one. */
export interface Inside {
  readonly outer: { readonly cut: string; readonly name: string };
  readonly inner: { readonly cut: string; readonly names: readonly string[] };
}

/** People counted by a tree of steps, divided into parts and cut by names in several ways. */
export interface Counted {
  readonly tree: Tree;
  readonly limit: number;
  /** Counts of everybody. */
  readonly total: Counts;
  /** Per cut, "payer", the counts of its names. The names of one cut together are everybody. */
  readonly cuts: ReadonlyMap<string, ReadonlyMap<string, Counts>>;
  readonly inside?: readonly Inside[];
  /** An earlier decision on the same people in fewer parts: nothing is shown finer than there. */
  readonly within?: Decision;
  /** What is published of the same counts already: everybody and these cuts are shown just so. */
  readonly settled?: Decision | undefined;
  /**
   * Where showing a name of a cut ("" of "" is everybody) at these nodes gives something small away together with other facts:
   * one of the nodes, to be shown coarser; null when all is well.
   */
  readonly reveals?: ((cut: string, name: string, shown: Shown) => number | null) | undefined;
  /** The same of what is left of everybody when the shown names of a cut are taken away: a name and its node to be shown coarser. */
  readonly rest?: ((cut: string, total: Shown, names: ReadonlyMap<string, Shown>) => Fault | null) | undefined;
}

/** A name of a cut, and a node at which it must not be shown. */
export interface Fault {
  readonly name: string;
  readonly node: number;
}

export interface Decision {
  readonly total: Shown;
  readonly cuts: ReadonlyMap<string, ReadonlyMap<string, Shown>>;
}

/** A tree from each node's parent. */
export function tree(parent: readonly number[]): Tree {
  const children: number[][] = parent.map(() => []);
  parent.forEach((above, node) => {
    if (above >= node) throw new RangeError("a parent comes before its children");
    if (above >= 0) children[above]!.push(node);
  });
  return { parent, children };
}

/** Adds the leaves' counts up to the roots. `leaves` maps a node without children to its parts. */
export function totals(tree: Tree, leaves: ReadonlyMap<number, readonly number[]>, parts: number): number[][] {
  const counts = tree.parent.map(() => new Array<number>(parts).fill(0));
  for (let node = tree.parent.length - 1; node >= 0; node--) {
    const own = leaves.get(node);
    if (own) add(counts[node]!, own, 1);
    const above = tree.parent[node]!;
    if (above >= 0) add(counts[above]!, counts[node]!, 1);
  }
  return counts;
}

function add(sums: number[], counts: readonly number[], sign: 1 | -1) {
  for (let part = 0; part < sums.length; part++) sums[part]! += sign * counts[part]!;
}

/** True where every part is nobody or enough people. */
export const safe = (parts: readonly number[], limit: number) => parts.every((count) => count === 0 || count >= limit);

/** The finest nodes at which counts are safe: each split is safe in all of its parts or not made, and no finer than any bound. */
export function finest(tree: Tree, counts: Counts, limit: number, bounds: readonly Shown[] = []): Set<number> {
  const shown = new Set<number>();
  const visit = (node: number) => {
    const children = tree.children[node]!;
    const split = children.length > 0 && bounds.every((bound) => !bound.has(node));
    if (split && children.every((child) => safe(counts[child]!, limit))) for (const child of children) visit(child);
    else if (bounds.every((bound) => reaches(tree, bound, node))) shown.add(node);
  };
  tree.parent.forEach((above, node) => {
    if (above < 0 && safe(counts[node]!, limit)) visit(node);
  });
  return shown;
}

/** Every leaf below a node lies at or below a shown node that is at or below it: the node's count follows from what is shown. */
export function reaches(tree: Tree, shown: Shown, node: number): boolean {
  if (shown.has(node)) return true;
  const children = tree.children[node]!;
  return children.length > 0 && children.every((child) => reaches(tree, shown, child));
}

/** Where everybody and each name may be shown. Deterministic: cuts and names in their order, ties by that order. */
export function decide(counted: Counted): Decision {
  const { tree, limit, within } = counted;
  const { settled } = counted;
  const total = settled ? new Set(settled.total) : finest(tree, counted.total, limit, within && [within.total]);
  if (!settled) silence(counted, "", "", total);
  const cuts = new Map<string, ReadonlyMap<string, Set<number>>>();
  for (const [cut, names] of counted.cuts) {
    const before = settled?.cuts.get(cut);
    if (before) {
      cuts.set(cut, new Map([...before].map(([name, shown]) => [name, new Set(shown)])));
      continue;
    }
    const bounds = new Map([...names.keys()].map((name) => [name, within?.cuts.get(cut)?.get(name) ?? total]));
    for (;;) {
      cuts.set(cut, protect(counted, cut, total, bounds));
      const left = leftOver(counted, cuts, cut) ?? counted.rest?.(cut, total, cuts.get(cut)!) ?? null;
      if (!left) break;
      const nodes = cuts.get(cut)!.get(left.name)!;
      coarsen(tree, nodes, left.node);
      bounds.set(left.name, nodes);
    }
  }
  return { total, cuts };
}

/** Shows the names of one cut as finely as rules 1 and 2 allow within their bounds. */
function protect(counted: Counted, cut: string, totalShown: Shown, bounds: ReadonlyMap<string, Shown>) {
  const { tree, limit, total } = counted;
  const names = counted.cuts.get(cut)!;
  const shown = new Map<string, Set<number>>();
  for (const [name, counts] of names) {
    const nodes = finest(tree, counts, limit, [totalShown, bounds.get(name)!]);
    silence(counted, cut, name, nodes);
    shown.set(name, nodes);
  }
  const known = tree.parent.map((_, node) => node).filter((node) => reaches(tree, totalShown, node));
  for (let changed = true; changed; ) {
    changed = false;
    for (const node of known) {
      const rest = [...total[node]!];
      const resolved: string[] = [];
      for (const [name, counts] of names) {
        if (!reaches(tree, shown.get(name)!, node)) continue;
        add(rest, counts[node]!, -1);
        resolved.push(name);
      }
      if (safe(rest, limit)) continue;
      const name = mend(resolved, (name) => names.get(name)![node]!, rest, limit);
      if (name === undefined) throw new Error("a total is shown that is not safe itself");
      coarsen(tree, shown.get(name)!, node);
      silence(counted, cut, name, shown.get(name)!);
      changed = true;
    }
  }
  return shown;
}

/** Coarsens what gives something away together with other facts, until nothing does. */
function silence({ tree, reveals }: Counted, cut: string, name: string, shown: Set<number>) {
  for (;;) {
    const node = shown.size ? (reveals?.(cut, name, shown) ?? null) : null;
    if (node === null) return;
    coarsen(tree, shown, node);
  }
}

/** Rule 3: a name of this cut to be shown coarser, and the node at which too little is left of an outer name; null when all is well. */
function leftOver(counted: Counted, cuts: ReadonlyMap<string, ReadonlyMap<string, Shown>>, cut: string): Fault | null {
  const { tree, limit } = counted;
  for (const { outer, inner } of counted.inside ?? []) {
    if ((outer.cut !== cut && inner.cut !== cut) || !counted.cuts.has(outer.cut) || !counted.cuts.has(inner.cut))
      continue;
    const outerShown = cuts.get(outer.cut)?.get(outer.name);
    const innerShown = cuts.get(inner.cut);
    if (!outerShown || !innerShown) continue;
    for (let node = 0; node < tree.parent.length; node++) {
      if (!reaches(tree, outerShown, node)) continue;
      const counts = (name: string) => counted.cuts.get(inner.cut)!.get(name)![node]!;
      const rest = [...counted.cuts.get(outer.cut)!.get(outer.name)![node]!];
      // A name that these counts do not have is nobody here, shown or not.
      const resolved = inner.names.filter((name) => {
        const shown = innerShown.get(name);
        return shown !== undefined && reaches(tree, shown, node);
      });
      for (const name of resolved) add(rest, counts(name), -1);
      if (safe(rest, limit)) continue;
      const name = outer.cut === cut ? outer.name : mend(resolved, counts, rest, limit);
      if (name !== undefined) return { name, node };
    }
  }
  return null;
}

/** The smallest name that makes the rest safe, or else the smallest that has anybody. */
function mend(names: string[], counts: (name: string) => readonly number[], rest: readonly number[], limit: number) {
  const size = (name: string) => counts(name).reduce((sum, count) => sum + count, 0);
  const candidates = names.filter((name) => size(name) > 0).sort((a, b) => size(a) - size(b));
  const mends = (name: string) =>
    safe(
      rest.map((count, part) => count + counts(name)[part]!),
      limit,
    );
  return candidates.find(mends) ?? candidates[0];
}

/** Shows the parent of a node in place of everything below that parent; a root is no longer shown at all. */
function coarsen(tree: Tree, shown: Set<number>, node: number) {
  const above = tree.parent[node]!;
  const top = above < 0 ? node : above;
  const remove = (below: number) => {
    shown.delete(below);
    for (const child of tree.children[below]!) remove(child);
  };
  remove(top);
  if (above >= 0) shown.add(above);
}
