// Referrals by month of order and the open ones by age, for everybody and by each name: what Overview and Access share.
import { type Kysely, sql } from "kysely";
import type { Warehouse } from "../../pipeline/warehouse.types.ts";
import type { Dimension } from "../components/facts.ts";
import { ages } from "./ages.ts";
import { withCube } from "./cubes.ts";
import { insidesOf } from "./insides.ts";
import { episodes, familyOf } from "./kinds.ts";
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
  const family = await familyOf(site, episodes);
  const volume = publishFact({
    limit,
    tree: time.tree,
    steps: time.steps,
    parts: ["referrals"],
    everybody: await months(db, time.leaf),
    cuts: await cutsOf(site, cutKeys, (key) => months(db, time.leaf, key)),
    inside,
    family: {
      together: family.together,
      groups: ["orders"],
      // A repeat may go elsewhere than the order that its episode is told by.
      cut: (cut) => (cut === "receiving_location" ? `${cut} of the order` : cut),
    },
  });
  const age = ages();
  const open = publishFact({
    limit,
    tree: age.tree,
    steps: age.steps,
    parts: ["referrals"],
    everybody: await openByAge(db, age.leaf),
    cuts: await cutsOf(site, openKeys, (key) => openByAge(db, age.leaf, key)),
    inside: limit > 0 ? [...inside, ...(await insidesOf(db, sql`select * from marts.open_age`, openKeys))] : [],
    reveals:
      limit > 0 ? revealsClosed({ volume, months: time.steps, ages: age.steps, asOf: run.asOfDate, limit }) : undefined,
  });
  const counted = { referrals: ["referrals"] };
  return {
    volume: { ...volume, data: withCube(site, volume.data, "orders", counted) },
    open: { ...open, data: withCube(site, open.data, "open", counted) },
  };
}

async function cutsOf<K extends CutKey>(site: Site, keys: readonly K[], read: (key: K) => Promise<CountRow[]>) {
  const result = new Map<Dimension, readonly CountRow[]>();
  for (const key of keys) result.set(site.dimensions.get(key)!, await read(key));
  return result;
}

/** Orders by month, as marts.metric has them; what lies outside the calendar is an error of a source. */
async function months(db: Kysely<Warehouse>, leaf: ReadonlyMap<string, number>, key?: CutKey): Promise<CountRow[]> {
  const rows = await counted(db, "month", ["referrals"], key);
  return rows.flatMap(({ month, value, count }) => {
    const step = leaf.get(month);
    return step === undefined ? [] : [{ step, ...(key && { value }), counts: [count] }];
  });
}

const bands = ["0_7", "8_14", "15_30", "31_60", "61_90", "over_90"].map((band) => `open_referrals_${band}`);

async function openByAge(
  db: Kysely<Warehouse>,
  leaf: readonly number[],
  key?: (typeof openKeys)[number],
): Promise<CountRow[]> {
  const rows = await counted(db, "now", bands, key);
  return rows.map(({ metric, value, count }) => ({
    step: leaf[bands.indexOf(metric) + 1]!,
    ...(key && { value }),
    counts: [count],
  }));
}

/** Numbers of marts.metric, of everybody or by the names of a cut. */
async function counted(db: Kysely<Warehouse>, period: "month" | "now", metrics: readonly string[], key?: CutKey) {
  const rows = await db
    .selectFrom("marts.metric")
    .select(["metric", "value", "month", "numerator"])
    .where("metric", "in", metrics)
    .where("period", "=", period)
    .where("cut", "=", key ?? "total")
    .execute();
  return rows.flatMap(({ numerator, ...row }) => (numerator ? [{ ...row, count: numerator }] : []));
}
