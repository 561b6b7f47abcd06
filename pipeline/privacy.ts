// Decides which counts of people may be published. docs/privacy.md explains it to a privacy officer; test/privacy.test.ts attacks it.
//
// A count from 1 to limit−1 is small. Nothing small is published, and no sum or difference of what is published is small:
// 1. A name (a specialty, a payer ...) is shown at the finest step of a tree (month in quarter in year; age band in wider band)
//    at which every one of its counts is 0 or at least the limit. A step is split for all of its parts or not at all.
// 2. Whatever is not shown at a step is, together, the rest of that step: the total less what is shown. The rest too must be
//    0 or at least the limit; where it is not, the smallest name that mends it is shown one step coarser.
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

export interface Cut {
  readonly tree: Tree;
  readonly limit: number;
  /** Counts of everybody, and the nodes at which they are published. */
  readonly total: Counts;
  readonly totalShown: Shown;
  readonly names: ReadonlyMap<string, Counts>;
  /** The nodes a name may be shown at or above; default: those of the total. */
  readonly within?: ReadonlyMap<string, Shown>;
  /** Says that showing this name at these nodes gives something small away together with what is published elsewhere. */
  readonly reveals?: (name: string, shown: Shown) => boolean;
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

/** The finest nodes at which counts are safe: each split is safe in all of its parts or not made. */
export function finest(tree: Tree, counts: Counts, limit: number, within?: Shown): Set<number> {
  const shown = new Set<number>();
  const visit = (node: number) => {
    const children = tree.children[node]!;
    if (children.length && !within?.has(node) && children.every((child) => safe(counts[child]!, limit))) {
      for (const child of children) visit(child);
    } else if (!within || reaches(tree, within, node)) shown.add(node);
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

/** Shows every name of a cut as finely as rules 1 and 2 allow. Deterministic: names in the map's order, ties by that order. */
export function protect(cut: Cut): Map<string, Set<number>> {
  const { tree, limit, total } = cut;
  const shown = new Map<string, Set<number>>();
  for (const [name, counts] of cut.names) {
    const nodes = finest(tree, counts, limit, cut.within?.get(name) ?? cut.totalShown);
    while (nodes.size && cut.reveals?.(name, nodes)) coarsen(tree, nodes, Math.max(...nodes));
    shown.set(name, nodes);
  }
  const known = tree.parent.map((_, node) => node).filter((node) => reaches(tree, cut.totalShown, node));
  for (let changed = true; changed; ) {
    changed = false;
    for (const node of known) {
      const rest = [...total[node]!];
      const resolved: string[] = [];
      for (const [name, counts] of cut.names) {
        if (!reaches(tree, shown.get(name)!, node)) continue;
        add(rest, counts[node]!, -1);
        resolved.push(name);
      }
      if (safe(rest, limit)) continue;
      const name = mend(resolved, (name) => cut.names.get(name)![node]!, rest, limit);
      if (name === undefined) throw new Error("a total was published that is not safe itself");
      const nodes = shown.get(name)!;
      coarsen(tree, nodes, node);
      while (nodes.size && cut.reveals?.(name, nodes)) coarsen(tree, nodes, Math.max(...nodes));
      changed = true;
    }
  }
  return shown;
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
