// Closing the loop: three nested rates, how long notes take, what was closed without evidence, and the official measure beside.
import type { Kysely } from "kysely";
import type { Warehouse } from "../../pipeline/warehouse.types.ts";
import type { Dimension } from "../components/facts.ts";
import type { Cms50 } from "../components/loop.ts";
import { figures } from "./figures.ts";
import { publishFact } from "./publish.ts";
import { type Site, siteOf } from "./site.ts";
import { whole } from "./whole.ts";

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
  return new Map([["loop.json", JSON.stringify({ ...data, audit: await audit(site), cms50: await cms50(site) })]]);
}

/** Who closes records: people or jobs of each source, all orders so far, and how many of them without a visit and without a note. */
async function audit({ db, limit, labels }: Site) {
  const rows = await db.selectFrom("marts.closure_audit").selectAll().orderBy("source").orderBy("is_job").execute();
  const closers = [
    ...Map.groupBy(rows, ({ source, is_job }) => `${labels.get(source) ?? source}: ${is_job ? "jobs" : "people"}`),
  ];
  const counted = closers.map(([value, of]) => {
    const sum = (part: "closed" | "without_evidence") => of.reduce((total, row) => total + (row[part] ?? 0), 0);
    return { step: 0, value, counts: [sum("without_evidence"), sum("closed") - sum("without_evidence")] };
  });
  const dimension: Dimension = { key: "closer", label: "Closed by", values: closers.map(([value]) => value) };
  const fact = publishFact({
    ...whole,
    limit,
    parts: ["without", "with"],
    levels: [{ all: ["without", "with"] }, { without: ["without"], with: ["with"] }],
    everybody: counted.map(({ counts }) => ({ step: 0, counts })),
    cuts: new Map([[dimension, counted]]),
  }).data;
  return { fact, dimension };
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
