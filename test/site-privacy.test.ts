// Small groups of people in what pages load: referrals by month and by age solved together, down to every stretch of days, and what
// the attack of test/attack.ts finds where a table is unsafe. test/pages.test.ts sets the same attack on every file of a real site.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Database, open, rows } from "../pipeline/duckdb.ts";
import { openWarehouse } from "../pipeline/warehouse.ts";
import type { Warehouse } from "../pipeline/warehouse.types.ts";
import type { Dimension, FactData } from "../reports/components/facts.ts";
import { cubes } from "../reports/data/cubes.ts";
import { overview } from "../reports/data/overview.ts";
import { forReaders, siteOf } from "../reports/data/site.ts";
import { nullVector, type Sum } from "./adversary.ts";
import { attack, type Known, type Row } from "./attack.ts";
import { writeWarehouse } from "./site-warehouse.ts";

const limit = 11;
// The end of a month, so that bands of age and months have edges in common.
const asOf = "2026-05-31";
let work: string;
let published: { dimensions: Dimension[]; volume: FactData; open: FactData };
let files: ReadonlyMap<string, Uint8Array | string>;
let truth: Database;

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), "keepage-privacy-"));
  // Few people, so that most groups are small.
  await writeWarehouse(join(work, "warehouse.duckdb"), { referrals: 6_000, cellLimit: limit, asOf, rows: true });
  const db = openWarehouse<Warehouse>(join(work, "warehouse.duckdb"));
  files = new Map<string, Uint8Array | string>([...(await overview(db)), ...(await cubes(db))]);
  published = { ...JSON.parse(String(files.get("overview.json"))), dimensions: forReaders(await siteOf(db)) };
  await db.destroy();
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
      const nobody = new Set(sums.filter(({ count }) => count === 0).flatMap((sum) => sum.cells));
      const { follows } = nullVector(
        cells.length,
        sums.map((sum) => sum.cells),
        nobody,
      );
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

  test("hold no cube of all combinations", () => {
    const held = [...files].filter(([name]) => name.endsWith(".cube"));
    expect(held.length).toBeGreaterThan(8);
    expect(held.filter(([, content]) => content.length > 0)).toEqual([]);
    // Nor is a page told to look for one.
    expect(String(files.get("overview.json"))).not.toContain('"cube"');
  });
});

describe("the attack", () => {
  const row = (people: number, month: number, names: Record<string, string>, ...groups: string[]): Row => ({
    people,
    month,
    names,
    groups: new Set(groups),
  });
  /** Publishes a count as it is. */
  const tell = (rows: readonly Row[], cut: string, name: string, low: number, high: number, group: string): Known => ({
    ...{ cut, name, low, high, group, file: "unsafe.json" },
    count: rows
      .filter(
        (one) => (!cut || one.names[cut] === name) && one.month >= low && one.month < high && one.groups.has(group),
      )
      .reduce((sum, { people }) => sum + people, 0),
  });
  const ways = (rows: readonly Row[], known: readonly Known[]) => [
    ...new Set(attack(rows, known, limit).map(({ how, people }) => `${how}: ${people}`)),
  ];
  const clinics = [
    row(40, 0, { clinic: "North", doctor: "Ames" }, "all", "met"),
    row(20, 0, { clinic: "North", doctor: "Boyd" }, "all", "unmet"),
    row(30, 0, { clinic: "South", doctor: "Cole" }, "all", "met"),
    row(4, 0, { clinic: "East", doctor: "Dunn" }, "all", "met"),
    row(25, 1, { clinic: "North", doctor: "Ames" }, "all", "met"),
    row(50, 1, { clinic: "South", doctor: "Cole" }, "all", "unmet"),
  ];

  test("finds nothing in safe tables", () => {
    const safe = [
      tell(clinics, "", "", 0, 2, "all"),
      tell(clinics, "", "", 0, 2, "met"),
      tell(clinics, "clinic", "North", 0, 2, "all"),
    ];
    expect(ways(clinics, safe)).toEqual([]);
  });

  test("finds a count that is not true", () => {
    expect(ways(clinics, [{ ...tell(clinics, "", "", 0, 2, "all"), count: 170 }])).toContain("not true: 170");
  });

  test("finds the one name that a cut leaves out", () => {
    const known = [
      tell(clinics, "", "", 0, 2, "all"),
      ...["North", "South"].map((name) => tell(clinics, "clinic", name, 0, 2, "all")),
    ];
    expect(ways(clinics, known)).toContain("what is left of a cut: 4");
  });

  test("finds the difference of two figures that lie inside one another", () => {
    const nested = [row(30, 0, {}, "scheduled", "completed"), row(5, 0, {}, "scheduled"), row(60, 0, {})];
    const known = ["scheduled", "completed"].map((group) => tell(nested, "", "", 0, 1, group));
    expect(ways(nested, known)).toContain("figures of one name: 5");
  });

  test("finds a month between a quarter and its other months, and a shift of two stretches", () => {
    const months = [row(20, 0, {}, "all"), row(20, 1, {}, "all"), row(3, 2, {}, "all"), row(18, 3, {}, "all")];
    const quarter = [
      tell(months, "", "", 0, 3, "all"),
      tell(months, "", "", 0, 2, "all"),
      tell(months, "", "", 2, 3, "all"),
    ];
    expect(ways(months, quarter)).toContain("figures of one name: 3");
    const shifted = [
      { ...tell(months, "", "", 0, 3, "all") },
      { ...tell(months, "", "", 0, 1, "all") },
      { ...tell(months, "", "", 1, 2, "all") },
    ];
    expect(ways(months, [...shifted, tell(months, "", "", 2, 4, "all"), tell(months, "", "", 3, 4, "all")])).toContain(
      "figures of one name: 3",
    );
  });

  test("finds what a name leaves of the one around it", () => {
    const known = [
      tell(clinics, "clinic", "North", 0, 1, "all"),
      ...["Ames"].map((name) => tell(clinics, "doctor", name, 0, 1, "all")),
    ];
    const fewer = clinics.map((one) => (one.names.doctor === "Boyd" ? { ...one, people: 6 } : one));
    expect(ways(clinics, known)).toEqual([]);
    expect(
      ways(fewer, [tell(fewer, "clinic", "North", 0, 1, "all"), tell(fewer, "doctor", "Ames", 0, 1, "all")]),
    ).toContain("a name inside another: 6");
  });

  test("finds a range that is too narrow though no sum gives the count", () => {
    // Two hidden names share 12 people of a month; one of them has at most 4 of them, as its quarter says.
    const hidden = [
      row(2, 0, { payer: "A" }, "all"),
      row(10, 0, { payer: "B" }, "all"),
      row(2, 1, { payer: "A" }, "all"),
      row(30, 1, { payer: "B" }, "all"),
      row(20, 0, { payer: "C" }, "all"),
      row(20, 1, { payer: "C" }, "all"),
    ];
    const known = [
      tell(hidden, "", "", 0, 1, "all"),
      tell(hidden, "", "", 1, 2, "all"),
      tell(hidden, "payer", "C", 0, 1, "all"),
      tell(hidden, "payer", "C", 1, 2, "all"),
      tell(hidden, "payer", "A", 0, 2, "all"),
    ];
    expect(ways(hidden, known).some((way) => way.startsWith("a range"))).toBe(true);
  });
});
