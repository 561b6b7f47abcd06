// Referrals by month of order and the open ones by age, for everybody and by each name: what Overview and Access share.
import type { Kysely } from "kysely";
import type { Warehouse } from "../../pipeline/warehouse.types.ts";
import type { Dimension } from "../components/facts.ts";
import { ages } from "./ages.ts";
import { type CountRow, type Published, publishFact } from "./publish.ts";
import { type CutKey, cutKeys, type Site } from "./site.ts";
import { revealsClosed } from "./within.ts";

export const openKeys = ["specialty", "receiving_location", "payer"] as const;

export interface Waiting {
  readonly volume: Published;
  readonly open: Published;
}

const decided = new WeakMap<Site, Promise<Waiting>>();

/** The same decision for every page: two different ones could be subtracted. */
export function waiting(site: Site): Promise<Waiting> {
  const known = decided.get(site) ?? publish(site);
  decided.set(site, known);
  return known;
}

async function publish(site: Site): Promise<Waiting> {
  const { db, limit, inside, run, calendar: time } = site;
  const volume = publishFact({
    limit,
    tree: time.tree,
    steps: time.steps,
    parts: ["referrals"],
    everybody: await months(db, time.leaf),
    cuts: await cutsOf(site, cutKeys, (key) => months(db, time.leaf, key)),
    inside,
  });
  const age = ages();
  const open = publishFact({
    limit,
    tree: age.tree,
    steps: age.steps,
    parts: ["referrals"],
    everybody: await openByAge(db, age.leaf),
    cuts: await cutsOf(site, openKeys, (key) => openByAge(db, age.leaf, key)),
    inside,
    reveals:
      limit > 0 ? revealsClosed({ volume, months: time.steps, ages: age.steps, asOf: run.asOfDate, limit }) : undefined,
  });
  return { volume, open };
}

async function cutsOf<K extends CutKey>(site: Site, keys: readonly K[], read: (key: K) => Promise<CountRow[]>) {
  const result = new Map<Dimension, readonly CountRow[]>();
  for (const key of keys) result.set(site.dimensions.get(key)!, await read(key));
  return result;
}

async function months(db: Kysely<Warehouse>, leaf: ReadonlyMap<string, number>, key?: CutKey): Promise<CountRow[]> {
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
