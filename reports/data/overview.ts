// The overview: how much comes in, who is open, and the few figures that say whether it is getting better.
import type { Kysely } from "kysely";
import type { Warehouse } from "../../pipeline/warehouse.types.ts";
import { figures } from "./figures.ts";
import { siteOf } from "./site.ts";
import { waiting } from "./waiting.ts";

export async function overview(db: Kysely<Warehouse>): Promise<Map<string, string>> {
  const site = await siteOf(db);
  const { volume, open } = await waiting(site);
  const content = {
    ...(await figures(site, { shares: ["completed_90", "scheduled_90", "loop_closed", "no_show"] })),
    volume: volume.data,
    open: open.data,
  };
  return new Map([["overview.json", JSON.stringify(content)]]);
}
