// Closing the loop: three nested rates, how long notes take, what was closed without evidence, and the official measure beside.
import type { Kysely } from "kysely";
import type { Warehouse } from "../../pipeline/warehouse.types.ts";
import type { Cms50 } from "../components/loop.ts";
import { figures } from "./figures.ts";
import { type Site, siteOf } from "./site.ts";

export async function loop(db: Kysely<Warehouse>): Promise<Map<string, string>> {
  const site = await siteOf(db);
  const data = await figures(site, {
    shares: [
      "loop_closed",
      "loop_visit",
      "loop_acknowledged",
      "note_open_14",
      "note_open_7",
      "note_open_30",
      "closed_without_evidence",
    ],
    days: ["days_to_note"],
  });
  return new Map([["loop.json", JSON.stringify({ ...data, cms50: await cms50(site) })]]);
}

/** The official measure by year, with why it differs from our own rule; small groups are told together or not at all. */
async function cms50({ db, limit }: Site): Promise<Cms50[]> {
  const years = await db.selectFrom("marts.cms50_rate").selectAll().orderBy("measurement_year").execute();
  const reasons = await db.selectFrom("marts.cms50_difference").selectAll().orderBy("reason").execute();
  return years.map((year) => {
    const { denominator, numerator } = year;
    const enough = (count: number | null) => count !== null && (count === 0 || count >= limit);
    const shown = denominator !== null && numerator !== null && enough(numerator) && enough(denominator - numerator);
    const why = Map.groupBy(
      reasons.filter((row) => row.measurement_year === year.measurement_year && row.numerator === 0),
      (row) => row.reason,
    );
    const counted = [...why].map(([reason, rows]) => ({
      reason,
      patients: rows.reduce((sum, row) => sum + (row.patients ?? 0), 0),
    }));
    return {
      year: year.measurement_year,
      missing: year.missing,
      denominator: shown ? denominator : null,
      numerator: shown ? numerator : null,
      reasons: shown && counted.every(({ patients }) => enough(patients)) ? counted : [],
    };
  });
}
