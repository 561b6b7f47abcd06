// The overview: how much comes in, who is open, and the few figures that say whether it is getting better.
import type { Kysely } from "kysely";
import type { Warehouse } from "../../pipeline/warehouse.types.ts";
import type { Dimension } from "../components/facts.ts";
import { cubeFile } from "./cube.ts";
import { figures } from "./figures.ts";
import { cutKeys, type Site, siteOf } from "./site.ts";
import { waiting } from "./waiting.ts";

export async function overview(db: Kysely<Warehouse>): Promise<Map<string, Uint8Array | string>> {
  const site = await siteOf(db);
  const { volume, open } = await waiting(site);
  const content = {
    ...(await figures(site, { shares: ["completed_90", "scheduled_90", "loop_closed", "no_show"] })),
    volume: volume.data,
    open: open.data,
    cube: site.limit === 0,
  };
  return new Map<string, Uint8Array | string>([
    ["overview.json", JSON.stringify(content)],
    ["referral_month.cube", site.limit === 0 ? await cube(site) : new Uint8Array()],
  ]);
}

/** Every combination that occurs, for questions across dimensions. */
async function cube({ db, calendar: { leaf }, dimensions }: Site) {
  const rows = await db
    .selectFrom("marts.referral_month")
    .select(["ordered_month as month", ...cutKeys, (e) => e.fn.sum<number>("referrals").as("count")])
    .groupBy(["ordered_month", ...cutKeys])
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
