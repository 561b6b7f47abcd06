// The cubes of a site without a cell limit, made from a real, small demo: added up by one name they give the figures of marts.metric,
// and by two the pairs that it has.
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { open } from "../pipeline/duckdb.ts";
import { openWarehouse } from "../pipeline/warehouse.ts";
import type { Warehouse } from "../pipeline/warehouse.types.ts";
import type { Cube } from "../reports/components/cube.ts";
import { readCube } from "../reports/components/cubefile.ts";
import { monthNumber } from "../reports/data/calendar.ts";
import { cubes, fileOf } from "../reports/data/cubes.ts";
import { cutKeys, siteOf } from "../reports/data/site.ts";
import { ask, theDemo } from "./demo.ts";

vi.setConfig({ hookTimeout: 600_000 });

/** A row of marts.metric, with where its rows lie. */
interface Told {
  readonly metric: string;
  readonly kind: string;
  readonly family: string;
  readonly cut: string;
  readonly value: string;
  readonly second: string;
  readonly month: string;
  readonly n: number;
  readonly d: number;
  readonly rate: number | null;
}

let told: Told[];
const read = new Map<string, Cube>();
let codes: (key: string, value: string) => number;

beforeAll(async () => {
  const demo = await theDemo();
  const path = join(demo.dir, "internal.duckdb");
  copyFileSync(join(demo.dir, "current/warehouse.duckdb"), path);
  const database = await open(path);
  await database.connection.run("update seeds.run set cell_limit = 0");
  database.close();
  const db = openWarehouse<Warehouse>(path);
  const { dimensions } = await siteOf(db);
  codes = (key, value) => [...dimensions.values()].find((one) => one.key === key)!.values.indexOf(value);
  for (const [name, bytes] of await cubes(db)) read.set(name, await readCube(Uint8Array.from(bytes).buffer));
  await db.destroy();
  const keys = cutKeys.map((key) => `'${key}'`).join(", ");
  told = await ask<Told>(
    demo,
    `select m.metric, d.kind, d.grain || ' by ' || d.counted_by as family, m.cut, m.first_value as value, m.second_value as second,
       strftime(m.month, '%Y-%m-01') as month, m.numerator as n, m.denominator as d, m.rate
     from marts.metric m join marts.metric_definition d on d.metric = m.metric
     where (m.period = 'month' and month(m.month) % 3 = 0 and m.cut in (${keys}) and d.kind = 'share')
       or (m.period = 'last 12 months' and d.kind in ('share', 'value') and m.first_value <> 'No episode' and m.second_value <> 'No episode'
         and list_has_all([${keys}], string_split(m.cut, ' × ')) and (d.kind = 'value' or m.second_value <> ''))`,
  );
}, 600_000);

const cubeOf = (one: Told) => read.get(`${fileOf(one.family)}.cube`);
const chosen = ({ cut, value, second }: Told) => {
  const [first, other] = cut.split(" × ") as [string, string?];
  return new Map([[first, codes(first, value)], ...(other ? [[other, codes(other, second)] as const] : [])]);
};

describe("cubes of a real demo", () => {
  test("give every share of one name by month, and of two over a year, as marts.metric has it", () => {
    let checked = 0;
    const wrong: unknown[] = [];
    for (const one of told) {
      const cube = cubeOf(one);
      if (one.kind !== "share" || !cube?.data.kinds.groups.some((group) => group.startsWith(`${one.metric}.`)))
        continue;
      const high = monthNumber(one.month) + 1;
      const low = one.second === "" ? high - 1 : high - 12;
      const inside = cube
        .rows(chosen(one))!
        .filter((row) => cube.data.step[row]! >= low && cube.data.step[row]! < high);
      const sum = (part: string) => {
        const count = cube.counter([`${one.metric}.${part}`]);
        return inside.reduce((total, row) => total + count(row), 0);
      };
      const [met, unmet] = [sum("met"), sum("unmet")];
      if (met !== one.n || met + unmet !== one.d) wrong.push([one, met, unmet]);
      checked++;
    }
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(checked).toBeGreaterThan(5_000);
  });

  test("give every median and 90th percentile of one name over a year as marts.metric has it", () => {
    let checked = 0;
    const wrong: unknown[] = [];
    for (const one of told.filter(({ kind }) => kind === "value")) {
      const name = one.metric.replace(/_p90$/, "");
      const cube = cubeOf(one);
      if (!cube?.data.days.has(name) || one.d === 0) continue;
      const high = monthNumber(one.month) + 1;
      const found = cube.spread(name, cube.rows(chosen(one))!, { low: high - 12, high });
      const rate = name === one.metric ? found.median : found.p90;
      if (found.people !== one.d || rate !== one.rate) wrong.push([one, found]);
      checked++;
    }
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(checked).toBeGreaterThan(200);
  });

  test("give the orders and the open ones of a name as the marts have them", async () => {
    const marts = {
      orders: ["marts.referral_month", cutKeys],
      open: ["marts.open_age", ["specialty", "receiving_location", "payer"]],
    } as const;
    for (const [name, [table, cuts]] of Object.entries(marts)) {
      const cube = read.get(`${name}.cube`)!;
      const count = cube.counter(["referrals"]);
      for (const cut of cuts) {
        const found = await ask<{ value: string; n: bigint }>(
          await theDemo(),
          `select ${cut} as value, sum(referrals)::bigint as n from ${table} group by all`,
        );
        expect(found.length).toBeGreaterThan(0);
        for (const { value, n } of found) {
          const sum = cube.rows(new Map([[cut, codes(cut, value)]]))!.reduce((total, row) => total + count(row), 0);
          expect([name, cut, value, sum]).toEqual([name, cut, value, Number(n)]);
        }
      }
    }
  });
});
