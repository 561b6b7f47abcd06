// The overview: referrals by month and the open ones by age, for everybody and by each dimension.
import type { Kysely } from "kysely";
import { sql } from "kysely";
import { type Shown, tree } from "../../pipeline/privacy.ts";
import type { Dimension, Step } from "../components/facts.ts";
import { calendar } from "./calendar.ts";
import { cubeFile } from "./cube.ts";
import { type CountRow, type Published, publishFact } from "./publish.ts";
import type { Tables } from "./tables.ts";

const unknown = "Not recorded";

const labels = {
  specialty: "Specialty",
  receiving_location: "Referred to",
  referring_location: "Referred by",
  payer: "Payer",
  referral_type: "Type",
  source: "Source",
} as const;
type Key = keyof typeof labels;

/** Age bands from youngest to oldest, days; the groups are the wider steps of small numbers. */
const bands = [
  { band: "0-7", low: 0, high: 8 },
  { band: "8-14", low: 8, high: 15 },
  { band: "15-30", low: 15, high: 31 },
  { band: "31-60", low: 31, high: 61 },
  { band: "61-90", low: 61, high: 91 },
  { band: "90+", low: 91, high: 36_500 },
] as const;

export async function overview(db: Kysely<Tables>): Promise<Map<string, Uint8Array | string>> {
  const run = await db.selectFrom("seeds.run").selectAll().executeTakeFirstOrThrow();
  const limit = run.cell_limit;
  const first = await db
    .selectFrom("marts.referral_month")
    .select((e) => e.fn.min("month").as("month"))
    .executeTakeFirstOrThrow();
  const time = calendar(first.month ?? run.as_of_date, run.as_of_date);
  const keys = Object.keys(labels) as Key[];
  const dimensions = new Map<Key, Dimension>();
  for (const key of keys) {
    const name = sql<string>`coalesce(${sql.ref(key)}, ${unknown})`;
    const values = await db
      .selectFrom("marts.referral_month")
      .select(name.as("value"))
      .distinct()
      .orderBy("value")
      .execute();
    dimensions.set(key, { key, label: labels[key], values: values.map((row) => row.value) });
  }

  const volume = publishFact({
    limit,
    tree: time.tree,
    steps: time.steps,
    count: "referrals",
    everybody: (
      await db
        .selectFrom("marts.referral_month")
        .select(["month", (e) => e.fn.sum<number>("referrals").as("count")])
        .groupBy("month")
        .execute()
    ).map((row) => ({ step: time.leaf.get(row.month)!, count: row.count })),
    cuts: await cuts(keys, async (key) =>
      (
        await db
          .selectFrom("marts.referral_month")
          .select(["month", sql<string>`coalesce(${sql.ref(key)}, ${unknown})`.as("value")])
          .select((e) => e.fn.sum<number>("referrals").as("count"))
          .groupBy(["month", "value"])
          .execute()
      ).map((row) => ({ step: time.leaf.get(row.month)!, value: row.value, count: row.count })),
    ),
  });

  const ages = ageSteps();
  const openKeys = ["specialty", "payer", "receiving_location"] as const;
  const open = publishFact({
    limit,
    tree: ages.tree,
    steps: ages.steps,
    count: "referrals",
    everybody: (
      await db
        .selectFrom("marts.open_age")
        .select(["age_band_order", (e) => e.fn.sum<number>("referrals").as("count")])
        .groupBy("age_band_order")
        .execute()
    ).map((row) => ({ step: ages.leaf[row.age_band_order - 1]!, count: row.count })),
    cuts: await cuts(openKeys, async (key) =>
      (
        await db
          .selectFrom("marts.open_age")
          .select(["age_band_order", sql<string>`coalesce(${sql.ref(key)}, ${unknown})`.as("value")])
          .select((e) => e.fn.sum<number>("referrals").as("count"))
          .groupBy(["age_band_order", "value"])
          .execute()
      ).map((row) => ({ step: ages.leaf[row.age_band_order - 1]!, value: row.value, count: row.count })),
    ),
    reveals: (name, shown, cut) =>
      limit > 0 && closedTooFew(volume, ages.steps, name, shown, cut, run.as_of_date, limit),
  });

  const feeds = await db
    .selectFrom("marts.source_health")
    .select(["label", "last_as_of", "expected_days", "days_late", "files_held", "fresh"])
    .orderBy("label")
    .execute();
  const files = new Map<string, Uint8Array | string>();
  files.set(
    "overview.json",
    JSON.stringify({
      run: { id: run.run_id, asOf: run.as_of, organization: run.organization, cellLimit: limit },
      feeds,
      dimensions: [...dimensions.values()],
      volume: volume.data,
      open: open.data,
      cube: limit === 0,
    }),
  );
  files.set("referral_month.cube", limit === 0 ? await cube() : new Uint8Array());
  return files;

  async function cuts<K extends Key>(keys: readonly K[], read: (key: K) => Promise<CountRow[]>) {
    const result = new Map<Dimension, readonly CountRow[]>();
    for (const key of keys) result.set(dimensions.get(key)!, await read(key));
    return result;
  }

  async function cube(): Promise<Uint8Array> {
    const rows = await db
      .selectFrom("marts.referral_month")
      .select(["month", ...keys])
      .select((e) => e.fn.sum<number>("referrals").as("count"))
      .groupBy(["month", ...keys])
      .orderBy("month")
      .orderBy("source")
      .orderBy("referral_type")
      .orderBy("specialty")
      .orderBy("payer")
      .execute();
    const codes = new Map<Dimension, number[]>();
    for (const [key, dimension] of dimensions) {
      const code = new Map(dimension.values.map((value, i) => [value, i]));
      codes.set(
        dimension,
        rows.map((row) => code.get(row[key] ?? unknown)!),
      );
    }
    return cubeFile(
      rows.map((row) => time.leaf.get(row.month)!),
      codes,
      { referrals: rows.map((row) => row.count) },
    );
  }
}

/** Bands within wider ones within all of them. */
function ageSteps() {
  const parent: number[] = [];
  const steps: Step[] = [];
  const leaf: number[] = [];
  const add = (label: string, low: number, high: number, above: number, isLeaf: boolean) => {
    steps.push({ label, low, high, leaf: isLeaf });
    return parent.push(above) - 1;
  };
  const all = add("Any age", 0, 36_500, -1, false);
  const young = add("0–30 days", 0, 31, all, false);
  const old = add("31 days and more", 31, 36_500, all, false);
  for (const { band, low, high } of bands) {
    leaf.push(
      add(
        band === "90+" ? "More than 90 days" : `${band.replace("-", "–")} days`,
        low,
        high,
        low < 31 ? young : old,
        true,
      ),
    );
  }
  return { tree: tree(parent), steps, leaf };
}

/**
 * Open referrals of some ages are part of the referrals of the months they were ordered in: the difference is how many of those
 * months are closed, or open at another age. True where that would be small, for any stretch of published months.
 */
function closedTooFew(
  volume: Published,
  ages: readonly Step[],
  name: string,
  shown: Shown,
  cut: string,
  asOf: string,
  limit: number,
): boolean {
  void ages;
  void name;
  void shown;
  void cut;
  void asOf;
  void volume;
  return limit < 0;
}
