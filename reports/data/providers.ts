// Providers and places: shares by who refers and who receives, for funnel plots. A clinician mostly lies inside one place and one
// specialty: they are decided together, so that nothing small is left of a place when its clinicians are taken away.
import { type Kysely, sql } from "kysely";
import type { Warehouse } from "../../pipeline/warehouse.types.ts";
import type { Dimension } from "../components/facts.ts";
import type { ProvidersData, Spread } from "../components/providers.ts";
import { sharesBy } from "./bycut.ts";
import { figures } from "./figures.ts";
import { places } from "./places.ts";
import { clinicianCuts, siteOf } from "./site.ts";

const measures = ["completed_90", "no_show", "loop_closed"] as const;
const clinicians = {
  receiving_provider: ["specialty", "receiving_location"],
  referring_provider: ["referring_location"],
} as const;
type Key = keyof typeof clinicians;

export async function providers(db: Kysely<Warehouse>): Promise<Map<string, string>> {
  const site = await siteOf(db);
  const dimensions: Dimension[] = [];
  for (const key of Object.keys(clinicians) as Key[]) {
    const { rows } = await sql<{ value: string }>`
      select distinct value from marts.metric where metric = ${measures[0]} and cut = ${key} and value <> 'Unknown' order by value`.execute(
      db,
    );
    dimensions.push({ key, label: clinicianCuts[key], values: rows.map(({ value }) => value) });
  }
  const shares = await sharesBy(site, measures, dimensions);
  const content: ProvidersData = {
    // Places are published by every page in the same way; only clinicians are added here.
    places: await figures(site, { shares: [...measures], counts: [], days: [] }),
    clinicians: dimensions,
    shares: shares.map((share) => ({
      ...share,
      fact: {
        ...share.fact,
        dimensions: share.fact.dimensions.filter((key) => key in clinicians),
        tables: Object.fromEntries(
          Object.entries(share.fact.tables).filter(([key]) => key === "all" || key in clinicians),
        ),
      },
    })),
    spreads: await spreads(db, site.limit),
    pages: await places(db),
  };
  return new Map([
    ["providers.json", JSON.stringify(content)],
    ["places.json", JSON.stringify({ figures: content.places, pages: content.pages })],
  ]);
}

/**
 * The share of all who are known, and how much more they vary than chance would have them: where the funnel stands. With a limit the
 * share is rounded so that its last digit is at least the limit of people.
 */
async function spreads(db: Kysely<Warehouse>, limit: number): Promise<Spread[]> {
  const rows = await db
    .selectFrom("marts.provider_comparison")
    .select([
      "metric",
      "cut",
      (e) => e.fn.max("theta").as("theta"),
      (e) => e.fn.max("phi").as("phi"),
      (e) => e.fn.sum<number>("denominator").as("people"),
    ])
    .where("metric", "in", measures)
    .groupBy(["metric", "cut"])
    .orderBy("metric")
    .orderBy("cut")
    .execute();
  return rows.flatMap(({ metric, cut, theta, phi, people }) => {
    const finest = people >= 1000 * limit ? 1000 : 100;
    if (theta === null || phi === null || people < 100 * limit) return [];
    const center = limit > 0 ? Math.round(theta * finest) / finest : theta;
    return [{ metric, cut, center, phi: limit > 0 ? Math.round(phi * 10) / 10 : phi }];
  });
}
