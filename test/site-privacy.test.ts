// An outsider with the files of a finished site: every number in them is taken down, solved, and compared with the truth.
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Database, open, rows } from "../pipeline/duckdb.ts";
import { buildSite } from "../pipeline/site/site.ts";
import type { Dimension, FactData } from "../reports/components/facts.ts";
import { type Sum, solve } from "./adversary.ts";
import { writeWarehouse } from "./site-warehouse.ts";

const limit = 11;
// The end of a month, so that bands of age and months have edges in common.
const asOf = "2026-05-31";
let work: string;
let files: string[];
let published: { dimensions: Dimension[]; volume: FactData; open: FactData };
let truth: Database;

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), "keepage-privacy-"));
  // Few people, so that most groups are small.
  await writeWarehouse(join(work, "warehouse.duckdb"), { referrals: 6_000, cellLimit: limit, asOf });
  await buildSite({ warehouse: join(work, "warehouse.duckdb"), out: join(work, "site"), temp: join(work, "temp") });
  files = (await readdir(join(work, "site"), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const load = async (name: string) =>
    JSON.parse(await readFile(files.find((file) => file.includes(`published/${name}.`))!, "utf8"));
  published = { ...(await load("overview")), dimensions: (await load("site")).dimensions };
  truth = await open(join(work, "warehouse.duckdb"), { readOnly: true });
}, 120_000);

afterAll(async () => {
  truth?.close();
  await rm(work, { recursive: true, force: true });
});

/** One person's referral as the outsider could know it: name, month, days of age, open or not. */
interface Cell {
  readonly name: string;
  readonly month: number;
  readonly age: number;
  readonly open: boolean;
  readonly people: number;
}

/** All cells of a cut that the tables can tell apart: names by day of order by open or closed, and how many people there are. */
async function cellsOf(cut: string): Promise<Cell[]> {
  const found = await rows<{ name: string; month: number; age: number; open: boolean; people: number }>(
    truth.connection,
    `select name, month, age, o.open, coalesce(people, 0)::integer as people
     from (select distinct ${cut} as name from core.referral) names
     cross join (select distinct year(ordered_on)::integer * 12 + month(ordered_on)::integer - 1 as month, band as age
       from (select ordered_on, ${band} as band from core.referral)) days
     cross join (values (true), (false)) as o(open)
     left join (select ${cut} as name, year(ordered_on)::integer * 12 + month(ordered_on)::integer - 1 as month, ${band} as age, open,
         count(*) as people from core.referral group by all) r using (name, month, age, open)
     order by all`,
  );
  return found;
}
/** First day of the age band: with the month, as fine as any table of the site. */
const band = `case when date '${asOf}' - ordered_on <= 7 then 0 when date '${asOf}' - ordered_on <= 14 then 8
  when date '${asOf}' - ordered_on <= 30 then 15 when date '${asOf}' - ordered_on <= 60 then 31
  when date '${asOf}' - ordered_on <= 90 then 61 else 91 end`;

/** Every row of a fact's tables as a sum over cells; the part of the fact says which cells it counts at all. */
function sumsOf(
  fact: FactData,
  cut: Dimension,
  cells: readonly Cell[],
  key: "month" | "age",
  counts: (cell: Cell) => boolean,
): Sum[] {
  const sums: Sum[] = [];
  for (const table of ["all", cut.key]) {
    const { step, value, counts: columns } = fact.tables[table]!;
    step.forEach((node, row) => {
      const { low, high } = fact.steps[node]!;
      const name = value && cut.values[value[row]!];
      const inside = cells.flatMap((cell, i) =>
        counts(cell) && (name === undefined || cell.name === name) && cell[key] >= low && cell[key] < high ? [i] : [],
      );
      const count = columns.referrals![row]!;
      sums.push({ cells: inside, count });
      expect(
        inside.reduce((sum, i) => sum + cells[i]!.people, 0),
        `${table} ${name} ${fact.steps[node]!.label}`,
      ).toBe(count);
    });
  }
  return sums;
}

describe("the files of a site with a limit", () => {
  test("publish true numbers, none of them small", () => {
    for (const fact of [published.volume, published.open]) {
      for (const [name, table] of Object.entries(fact.tables)) {
        expect(table.step.length, name).toBeGreaterThan(0);
        for (const count of table.counts.referrals!)
          expect(count === 0 || count! >= limit, `${name}: ${count}`).toBe(true);
      }
    }
  });

  test.each(["specialty", "receiving_location", "payer"])(
    "give away no small group by %s, in any stretch of months or ages, open or closed",
    async (key) => {
      const cut = published.dimensions.find((dimension) => dimension.key === key)!;
      const cells = await cellsOf(key);
      const sums = [
        ...sumsOf(published.volume, cut, cells, "month", () => true),
        ...sumsOf(published.open, cut, cells, "age", (cell) => cell.open),
      ];
      const { follows } = solve(cells.length, sums);
      const months = [...new Set(cells.map(({ month }) => month))].sort((a, b) => a - b);
      const ages = [...new Set(cells.map(({ age }) => age))].sort((a, b) => a - b);
      const groups = [[], ...cut.values.map((name) => [name])];
      for (let a = 0; a < cut.values.length; a++)
        for (let b = a + 1; b < cut.values.length; b++) groups.push([cut.values[a]!, cut.values[b]!]);
      let small = 0;
      for (const names of groups)
        for (const state of [null, true, false])
          for (const [key, values] of [
            ["month", months],
            ["age", ages],
          ] as const)
            for (let from = 0; from < values.length; from++)
              for (let to = from; to < values.length; to++) {
                const group = cells.flatMap((cell, i) =>
                  (names.length === 0 || names.includes(cell.name)) &&
                  (state === null || cell.open === state) &&
                  cell[key] >= values[from]! &&
                  cell[key] <= values[to]!
                    ? [i]
                    : [],
                );
                const people = group.reduce((sum, i) => sum + cells[i]!.people, 0);
                if (people === 0 || people >= limit) continue;
                small++;
                expect(follows(group), `${people} of ${names} ${state} ${key} ${values[from]}–${values[to]}`).toBe(
                  false,
                );
              }
      expect(small).toBeGreaterThan(500); // there was something to find
    },
    120_000,
  );

  test("hold no cube of all combinations", async () => {
    const cube = files.find((file) => file.endsWith(".cube"))!;
    expect((await readFile(cube)).length).toBe(0);
  });
});
