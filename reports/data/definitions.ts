// What every metric means: words only, straight from their one declaration.
import type { Definition } from "../components/definitions.ts";
import { type Site, siteOf } from "./site.ts";

export async function definitions(db: Site["db"]): Promise<Map<string, string>> {
  const { run } = await siteOf(db);
  const rows = await db.selectFrom("marts.metric_definition").selectAll().orderBy("place").execute();
  const content: Definition[] = rows.map((row) => ({
    key: row.metric,
    label: row.label ?? row.metric,
    sentence: row.sentence ?? "",
    good: row.good === "up" || row.good === "down" ? row.good : "neither",
    kind: row.kind ?? "",
    grain: row.grain ?? "",
    by: row.counted_by ?? "",
    days: row.window_days,
    lag: row.window_days === null ? 0 : run.lagDays,
    numerator: row.numerator,
    denominator: row.eligible,
    excluded: row.excluded,
    unknown: row.unknown,
    source: row.source ?? "ours",
    published: row.published,
  }));
  return new Map([["definitions.json", JSON.stringify(content)]]);
}
