// The overview: referrals by month and the open ones by age, for everybody and by each dimension.
import type { Kysely } from "kysely";
import type { Inside } from "../../pipeline/privacy.ts";
import type { Warehouse } from "../../pipeline/warehouse.types.ts";
import type { Dimension } from "../components/facts.ts";
import { ages } from "./ages.ts";
import { calendar } from "./calendar.ts";
import { cubeFile } from "./cube.ts";
import { spoken } from "./names.ts";
import { type CountRow, publishFact } from "./publish.ts";
import { readFeeds, readRun } from "./run.ts";
import { revealsClosed } from "./within.ts";

const labels = {
  specialty: "Specialty",
  receiving_location: "Referred to",
  referring_location: "Referred by",
  payer: "Payer",
  referral_type: "Type",
  source: "Source",
} as const;
type Key = keyof typeof labels;
const keys = Object.keys(labels) as Key[];
const openKeys = ["specialty", "receiving_location", "payer"] as const;

export async function overview(db: Kysely<Warehouse>): Promise<Map<string, Uint8Array | string>> {
  const run = await readRun(db);
  const limit = run.cellLimit;
  const dimensions = new Map<Key, Dimension>();
  for (const key of keys) dimensions.set(key, { key, label: labels[key], values: await values(db, key) });

  const first = await db
    .selectFrom("marts.referral_month")
    .select((e) => e.fn.min("ordered_month").as("month"))
    .executeTakeFirst();
  const time = calendar(first?.month ?? run.asOfDate, run.asOfDate);
  const inside = limit > 0 ? await insides(db, dimensions) : [];
  const volume = publishFact({
    limit,
    tree: time.tree,
    steps: time.steps,
    parts: ["referrals"],
    everybody: await months(db, time.leaf),
    cuts: await cuts(keys, (key) => months(db, time.leaf, key)),
    inside,
  });
  const age = ages();
  const open = publishFact({
    limit,
    tree: age.tree,
    steps: age.steps,
    parts: ["referrals"],
    everybody: await openByAge(db, age.leaf),
    cuts: await cuts(openKeys, (key) => openByAge(db, age.leaf, key)),
    inside,
    reveals:
      limit > 0 ? revealsClosed({ volume, months: time.steps, ages: age.steps, asOf: run.asOfDate, limit }) : undefined,
  });
  const content = {
    run,
    feeds: await readFeeds(db),
    dimensions: [...dimensions.values()].map((dimension) => ({ ...dimension, values: dimension.values.map(spoken) })),
    volume: volume.data,
    open: open.data,
    cube: limit === 0,
  };
  return new Map<string, Uint8Array | string>([
    ["overview.json", JSON.stringify(content)],
    ["referral_month.cube", limit === 0 ? await cube(db, time.leaf, dimensions) : new Uint8Array()],
  ]);

  async function cuts<K extends Key>(keys: readonly K[], read: (key: K) => Promise<CountRow[]>) {
    const result = new Map<Dimension, readonly CountRow[]>();
    for (const key of keys) result.set(dimensions.get(key)!, await read(key));
    return result;
  }
}

async function values(db: Kysely<Warehouse>, key: Key): Promise<string[]> {
  const rows = await db
    .selectFrom("marts.referral_month")
    .select(`${key} as value`)
    .distinct()
    .orderBy("value")
    .execute();
  return rows.map((row) => row.value);
}

/** Names that never occur without a certain name of another dimension: readers who know the organization know that. */
async function insides(db: Kysely<Warehouse>, dimensions: ReadonlyMap<Key, Dimension>): Promise<Inside[]> {
  const found: Inside[] = [];
  for (const inner of keys)
    for (const outer of keys) {
      if (inner === outer) continue;
      const rows = await db
        .selectFrom("marts.referral_month")
        .select([`${inner} as name`, (e) => e.fn.min(outer).as("least"), (e) => e.fn.max(outer).as("most")])
        .groupBy(inner)
        .execute();
      const alone = Map.groupBy(
        rows.filter(({ least, most }) => least === most),
        ({ least }) => least,
      );
      for (const name of dimensions.get(outer)!.values) {
        const names = alone.get(name)?.map((row) => row.name);
        if (names) found.push({ outer: { cut: outer, name }, inner: { cut: inner, names } });
      }
    }
  return found;
}

async function months(db: Kysely<Warehouse>, leaf: ReadonlyMap<string, number>, key?: Key): Promise<CountRow[]> {
  const rows = await db
    .selectFrom("marts.referral_month")
    .select(["ordered_month as month", (e) => e.fn.sum<number>("referrals").as("count")])
    .$if(key !== undefined, (query) => query.select(`${key!} as value`))
    .groupBy(key ? ["ordered_month", key] : ["ordered_month"])
    .execute();
  return rows.map(({ month, value, count }) => ({
    step: leaf.get(month)!,
    ...(value !== undefined && { value }),
    counts: [count],
  }));
}

async function openByAge(
  db: Kysely<Warehouse>,
  leaf: readonly number[],
  key?: (typeof openKeys)[number],
): Promise<CountRow[]> {
  const rows = await db
    .selectFrom("marts.open_age")
    .select(["age_band_order as band", (e) => e.fn.sum<number>("referrals").as("count")])
    .$if(key !== undefined, (query) => query.select(`${key!} as value`))
    .groupBy(key ? ["age_band_order", key] : ["age_band_order"])
    .execute();
  return rows.map(({ band, value, count }) => ({
    step: leaf[band ?? 0]!,
    ...(value !== undefined && { value }),
    counts: [count],
  }));
}

/** Every combination that occurs, for questions across dimensions. */
async function cube(db: Kysely<Warehouse>, leaf: ReadonlyMap<string, number>, dimensions: ReadonlyMap<Key, Dimension>) {
  const rows = await db
    .selectFrom("marts.referral_month")
    .select(["ordered_month as month", ...keys, (e) => e.fn.sum<number>("referrals").as("count")])
    .groupBy(["ordered_month", ...keys])
    .orderBy("ordered_month")
    .orderBy("source")
    .orderBy("referral_type")
    .orderBy("specialty")
    .orderBy("payer")
    .orderBy("referring_location")
    .orderBy("receiving_location")
    .execute();
  const codes = new Map<Dimension, number[]>();
  for (const [key, dimension] of dimensions) {
    const code = new Map(dimension.values.map((value, i) => [value, i]));
    codes.set(
      dimension,
      rows.map((row) => code.get(row[key])!),
    );
  }
  return cubeFile(
    rows.map((row) => leaf.get(row.month)!),
    codes,
    { referrals: rows.map((row) => row.count) },
  );
}
