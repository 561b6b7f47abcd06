// Equity: the same measures by language, interpreter, transport, barrier, distance and payer. Episodes of a group are counted as
// everywhere else and go through the same door; groups that lie inside one another are guarded together.
import { type Kysely, sql } from "kysely";
import type { Inside } from "../../pipeline/site/privacy.ts";
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
  const inside = site.limit > 0 ? await insides(db, dimensions) : [];
  const content: EquityData = { dimensions, shares: await sharesBy(site, measures, dimensions, inside) };
  return new Map([["equity.json", JSON.stringify(content)]]);
}

/** Groups that never occur without a certain group of another kind: who needs no interpreter and who speaks English. */
async function insides(db: Kysely<Warehouse>, dimensions: readonly Dimension[]): Promise<Inside[]> {
  const { rows } = await sql<Record<string, string>>`
    select distinct coalesce(language, 'Unknown') as language,
      case when interpreter_needed then 'Needed' when not interpreter_needed then 'Not needed' else 'Unknown' end as interpreter,
      coalesce(barrier, 'None recorded') as barrier,
      case when transport_needed then 'Needed' when not transport_needed then 'Not needed' else 'Unknown' end as transport,
      coalesce(payer, 'Unknown') as payer
    from core.episode`.execute(db);
  const known = dimensions.filter(({ key }) => rows[0] && key in rows[0]);
  const found: Inside[] = [];
  for (const inner of known)
    for (const outer of known) {
      if (inner === outer) continue;
      const seen = Map.groupBy(rows, (row) => row[inner.key]!);
      const alone = inner.values.flatMap((name) => {
        const outers = new Set((seen.get(name) ?? []).map((row) => row[outer.key]!));
        return outers.size === 1 ? [{ name, outer: [...outers][0]! }] : [];
      });
      for (const [name, names] of Map.groupBy(alone, ({ outer }) => outer))
        found.push({
          outer: { cut: outer.key, name },
          inner: { cut: inner.key, names: names.map(({ name }) => name) },
        });
    }
  return found;
}
