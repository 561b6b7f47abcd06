// Nobody can find a small group of people in what is published, however the published numbers are added and subtracted.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Counts, decide, reaches, type Shown, safe, type Tree, totals, tree } from "../pipeline/site/privacy.ts";
import { everyGroup, type Sum, solve } from "./adversary.ts";

interface World {
  readonly tree: Tree;
  readonly limit: number;
  /** Per name, leaf and part how many people there are. */
  readonly people: readonly (readonly (readonly number[])[])[];
}

const leavesOf = (tree: Tree) => tree.parent.map((_, node) => node).filter((node) => tree.children[node]!.length === 0);

function below(tree: Tree, node: number): number[] {
  const children = tree.children[node]!;
  return children.length ? children.flatMap((child) => below(tree, child)) : [node];
}

/** Publishes a world as the site does, and returns every published sum over its cells (name × leaf × part). */
function publish(world: World): {
  sums: Sum[];
  shown: ReadonlyMap<string, Shown>;
  total: Shown;
  counts: Map<string, Counts>;
} {
  const { tree, limit, people } = world;
  const leaves = leavesOf(tree);
  const parts = people[0]![0]!.length;
  const counts = new Map<string, Counts>();
  people.forEach((name, i) => {
    counts.set(String(i), totals(tree, new Map(leaves.map((leaf, j) => [leaf, name[j]!])), parts));
  });
  const everybody = tree.parent.map((_, node) =>
    Array.from({ length: parts }, (_, part) => [...counts.values()].reduce((sum, name) => sum + name[node]![part]!, 0)),
  );
  const { total, cuts } = decide({ tree, limit, total: everybody, cuts: new Map([["name", counts]]) });
  const shown = cuts.get("name")!;
  const cell = (name: number, leaf: number, part: number) =>
    (name * leaves.length + leaves.indexOf(leaf)) * parts + part;
  const sums: Sum[] = [];
  const add = (names: number[], node: number, count: Counts[number]) => {
    count.forEach((people, part) => {
      sums.push({
        cells: names.flatMap((name) => below(tree, node).map((leaf) => cell(name, leaf, part))),
        count: people,
      });
    });
  };
  for (const node of total)
    add(
      people.map((_, name) => name),
      node,
      everybody[node]!,
    );
  for (const [name, nodes] of shown) for (const node of nodes) add([Number(name)], node, counts.get(name)![node]!);
  // What anybody subtracts first: the rest of each step. Where it is nobody, all of its cells are.
  for (let node = 0; node < tree.parent.length; node++) {
    if (!reaches(tree, total, node)) continue;
    const hidden = people.map((_, name) => name).filter((name) => !reaches(tree, shown.get(String(name))!, node));
    const rest = Array.from({ length: parts }, (_, part) =>
      hidden.reduce((sum, name) => sum + counts.get(String(name))![node]![part]!, 0),
    );
    if (hidden.length) add(hidden, node, rest);
  }
  return { sums, shown, total, counts };
}

const trees = [
  [-1, 0, 0], // a quarter of two months
  [-1, 0, 0, 1, 1, 2, 2], // a year of two quarters of two months
  [-1, 0, 0, -1], // a quarter, and the month that is not over
  [-1, 0, 0, 0],
].map(tree);

const worlds = (cells: number, most: number) =>
  fc
    .record({
      tree: fc.constantFrom(...trees),
      limit: fc.integer({ min: 2, max: 6 }),
      parts: fc.integer({ min: 1, max: 2 }),
      names: fc.integer({ min: 1, max: 5 }),
    })
    .filter(({ tree, parts, names }) => leavesOf(tree).length * parts * names <= cells)
    .chain(({ tree, limit, parts, names }) =>
      fc.record({
        tree: fc.constant(tree),
        limit: fc.constant(limit),
        people: fc.array(
          fc.array(fc.array(fc.integer({ min: 0, max: most }), { minLength: parts, maxLength: parts }), {
            minLength: leavesOf(tree).length,
            maxLength: leavesOf(tree).length,
          }),
          { minLength: names, maxLength: names },
        ),
      }),
    );

describe("one table", () => {
  test("gives no group of 1 to limit−1 people, in any sum or difference whatever", () => {
    fc.assert(
      fc.property(worlds(12, 9), (world) => {
        const { sums } = publish(world);
        const people = world.people.flat(2);
        for (const group of everyGroup(people.length, sums)) {
          const size = group.reduce((sum, cell) => sum + people[cell]!, 0);
          expect(safe([size], world.limit), `${size} people in cells ${group}`).toBe(true);
        }
      }),
      { numRuns: 600, seed: 20260502 },
    );
  });

  test("leaves every small cell at least two possible values", () => {
    fc.assert(
      fc.property(worlds(8, 7), (world) => {
        const { sums } = publish(world);
        const people = world.people.flat(2);
        people.forEach((count, cell) => {
          if (count > 0 && count < world.limit) expect(otherValue(people, sums, cell), `cell ${cell}`).toBe(true);
        });
      }),
      { numRuns: 300, seed: 20260502 },
    );
  });

  test("is the same whoever asks, and publishes everything where there is no limit", () => {
    fc.assert(
      fc.property(worlds(24, 30), (world) => {
        expect(publish(world)).toEqual(publish(world));
        const { shown, tree } = { ...publish({ ...world, limit: 0 }), tree: world.tree };
        for (const nodes of shown.values()) expect([...nodes].sort()).toEqual(leavesOf(tree).sort());
      }),
      { numRuns: 100, seed: 20260502 },
    );
  });

  test("shows a name as finely as its numbers allow when it has nothing small", () => {
    const years = trees[1]!;
    const large = Array.from({ length: 3 }, () => leavesOf(years).map(() => [50]));
    const { shown } = publish({ tree: years, limit: 11, people: large });
    for (const nodes of shown.values()) expect([...nodes].sort()).toEqual(leavesOf(years).sort());
    // One small month of one name hides that name's months of the quarter, and one other name's, and nothing else.
    large[0]![0] = [3];
    const mended = publish({ tree: years, limit: 11, people: large }).shown;
    expect([...mended.get("0")!].sort()).toEqual([1, 5, 6]);
    expect([...mended.values()].filter((nodes) => nodes.size === 4).length).toBe(1);
  });
});

/** Whether some other whole, non-negative counts fit every published sum and differ in this cell. */
function otherValue(people: readonly number[], sums: readonly Sum[], cell: number): boolean {
  const order = [cell, ...people.map((_, i) => i).filter((i) => i !== cell)];
  const left = sums.map(({ count }) => count);
  const open = sums.map(({ cells }) => cells.length);
  const of = people.map((_, i) => sums.flatMap(({ cells }, sum) => (cells.includes(i) ? [sum] : [])));
  const value = new Array<number>(people.length).fill(0);
  const most = Math.max(...sums.map(({ count }) => count), 20);
  const place = (at: number): boolean => {
    if (at === order.length) return value[cell] !== people[cell];
    const i = order[at]!;
    const high = of[i]!.length ? Math.min(...of[i]!.map((sum) => left[sum]!)) : most;
    for (let n = 0; n <= high; n++) {
      if (at === 0 && n === people[cell]) continue;
      for (const sum of of[i]!) {
        left[sum]! -= n;
        open[sum]! -= 1;
      }
      value[i] = n;
      const fits = of[i]!.every((sum) => left[sum]! >= 0 && (open[sum]! > 0 || left[sum] === 0));
      if (fits && place(at + 1)) return true;
      for (const sum of of[i]!) {
        left[sum]! += n;
        open[sum]! += 1;
      }
    }
    return false;
  };
  return place(0);
}

describe("tables by different names of the same people", () => {
  test("give no small group together either, unless one name is known to lie inside another", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 5 }),
        fc.array(
          fc.array(fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 2, maxLength: 3 }), {
            minLength: 2,
            maxLength: 2,
          }),
          {
            minLength: 2,
            maxLength: 3,
          },
        ),
        (limit, drawn) => {
          const width = Math.min(...drawn.flat().map((row) => row.length));
          // people[a][b][leaf]: two cuts of the same people over two months
          const people = drawn.map((a) => Array.from({ length: width }, (_, b) => a.map((row) => row[b]!)));
          const [as, bs, leaves] = [people.length, width, 2];
          const quarter = trees[0]!;
          const cell = (a: number, b: number, leaf: number) => (a * bs + b) * leaves + leaf;
          const flat = people.flat(2);
          const sums: Sum[] = [];
          const cut = (names: number, pick: (name: number, leaf: number) => number[]) => {
            const world = Array.from({ length: names }, (_, name) =>
              [0, 1].map((leaf) => [pick(name, leaf).reduce((sum, i) => sum + flat[i]!, 0)]),
            );
            const published = publish({ tree: quarter, limit, people: world });
            const cellsOf = (name: number, node: number) =>
              (node === 0 ? [0, 1] : [node - 1]).flatMap((leaf) => pick(name, leaf));
            for (const [name, nodes] of published.shown)
              for (const node of nodes)
                sums.push({ cells: cellsOf(Number(name), node), count: published.counts.get(name)![node]![0]! });
            for (const node of published.total) {
              const cells = Array.from({ length: names }, (_, name) => cellsOf(name, node)).flat();
              sums.push({ cells, count: cells.reduce((sum, i) => sum + flat[i]!, 0) });
            }
          };
          const range = (n: number) => Array.from({ length: n }, (_, i) => i);
          cut(as, (a, leaf) => range(bs).map((b) => cell(a, b, leaf)));
          cut(bs, (b, leaf) => range(as).map((a) => cell(a, b, leaf)));
          // The adversary does not know which combinations are empty: only published zeros tell.
          for (const group of everyGroup(flat.length, sums)) {
            const size = group.reduce((sum, i) => sum + flat[i]!, 0);
            expect(safe([size], limit), `${size} people in cells ${group}`).toBe(true);
          }
        },
      ),
      { numRuns: 60, seed: 20260502 },
    );
  });
});

describe("a large table", () => {
  test("gives no small cell, step, or pair of names or steps away", () => {
    let seed = 7;
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const parent = [-1, -1];
    for (const year of [0, 1]) for (let q = 0; q < 4; q++) parent.push(year);
    for (let quarter = 2; quarter < 10; quarter++) for (let m = 0; m < 3; m++) parent.push(quarter);
    const years = tree(parent);
    const leaves = leavesOf(years);
    const sizes = [90, 60, 45, 30, 22, 18, 14, 12, 9, 6, 4, 2, 1, 0.4];
    const people = sizes.map((size) =>
      leaves.map(() => {
        const all = Math.round(size * (0.4 + 1.2 * random()));
        const met = Math.round(all * (0.3 + 0.4 * random()));
        return [met, all - met];
      }),
    );
    const limit = 11;
    const { sums, shown, total, counts } = publish({ tree: years, limit, people });
    const flat = people.flat(2);
    const { follows } = solve(flat.length, sums);
    const cells = (name: number, node: number, part: number) =>
      below(years, node).map((leaf) => (name * leaves.length + leaves.indexOf(leaf)) * 2 + part);
    const check = (group: number[]) => {
      const size = group.reduce((sum, i) => sum + flat[i]!, 0);
      if (!safe([size], limit)) expect(follows(group), `${size} people`).toBe(false);
    };
    for (let node = 0; node < parent.length; node++)
      for (const part of [0, 1])
        for (let a = 0; a < sizes.length; a++) {
          check(cells(a, node, part));
          for (let b = a + 1; b < sizes.length; b++) check([...cells(a, node, part), ...cells(b, node, part)]);
        }
    for (const nodes of shown.values()) for (const node of nodes) expect(reaches(years, total, node)).toBe(true);
    expect(counts.size).toBe(sizes.length);
    expect([...shown.get("0")!].every((node) => leaves.includes(node))).toBe(true);
  });
});

test("a name that lies inside another and has nobody in these counts takes no part", () => {
  const decision = decide({
    tree: tree([-1]),
    limit: 11,
    total: [[40]],
    cuts: new Map([
      ["group", new Map([["heart", [[40]]]])],
      ["clinic", new Map([["north", [[40]]]])],
    ]),
    inside: [{ outer: { cut: "group", name: "heart" }, inner: { cut: "clinic", names: ["north", "south"] } }],
  });
  expect(decision.cuts.get("clinic")?.get("north")).toEqual(new Set([0]));
});
