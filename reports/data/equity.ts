// Equity: the same measures by language, interpreter, transport, barrier, distance and payer. Episodes of a group are counted as
// everywhere else and go through the same door; groups that lie inside one another are guarded together.
import { type Kysely, sql } from "kysely";
import type { Warehouse } from "../../pipeline/warehouse.types.ts";
import type { EquityData } from "../components/equity.ts";
import type { Dimension } from "../components/facts.ts";
import { sharesBy } from "./bycut.ts";
import { siteOf } from "./site.ts";

const labels = {
  language: "Language",
  interpreter: "Interpreter",
  barrier: "Barrier to care",
  transport: "Ride",
  distance_band: "Distance from home",
  payer: "Payer",
} as const;

const measures = ["completed_90", "scheduled_90", "no_show", "loop_closed"] as const;

export async function equity(db: Kysely<Warehouse>): Promise<Map<string, string>> {
  const site = await siteOf(db);
  const { rows } = await sql<{ cut: string; value: string }>`
    select distinct cut, value from marts.metric where metric = ${measures[0]} and cut in (${sql.join(Object.keys(labels))})
    order by cut, value`.execute(db);
  const dimensions = Object.entries(labels).map(
    ([key, label]): Dimension => ({
      key,
      label,
      values: rows.filter(({ cut }) => cut === key).map(({ value }) => value),
    }),
  );
  const content: EquityData = { dimensions, shares: await sharesBy(site, measures, dimensions) };
  return new Map([["equity.json", JSON.stringify(content)]]);
}
