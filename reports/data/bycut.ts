// Shares by cuts that only one page needs (language, clinician ...), with the words of their definition. The total of everybody is
// left to the pages that publish it for all: here it only decides.
import { sql } from "kysely";
import type { Dimension, Table } from "../components/facts.ts";
import type { MetricData } from "../components/metric.ts";
import { familiesOf } from "./families.ts";
import { figures, settled } from "./figures.ts";
import { familyOf } from "./kinds.ts";
import { type MetricRow, metricPublisher } from "./metrics.ts";
import type { Site } from "./site.ts";

export async function sharesBy(
  site: Site,
  names: readonly string[],
  dimensions: readonly Dimension[],
): Promise<MetricData[]> {
  const { db, limit, calendar } = site;
  const { rows } = await sql<MetricRow & { metric: string }>`
    select metric, case when cut = 'total' then 'all' else cut end as cut, value, month, numerator, denominator, immature, unknown
    from marts.metric
    where period = 'month' and metric in (${sql.join([...names])}) and cut in (${sql.join(["total", ...site.dimensions.keys(), ...dimensions.map(({ key }) => key)])})
    order by metric, cut, value, month`.execute(db);
  const grains = new Map(
    (await db.selectFrom("marts.metric_definition").select(["metric", "grain", "counted_by"]).execute()).map((row) => [
      row.metric,
      `${row.grain} by ${row.counted_by}`,
    ]),
  );
  const families = await familiesOf(site);
  const everybody = await figures(site, { shares: names });
  const all = new Map([...site.dimensions.values(), ...dimensions].map((dimension) => [dimension.key, dimension]));
  const publish = metricPublisher({
    limit,
    calendar,
    // The filters' cuts are published as on every page: names that lie inside them, or around them, are guarded beside them.
    dimensions: [...all.values()],
    tells: (_, column) => column === "met" || column === "unmet",
  });
  const found: MetricData[] = [];
  for (const own of everybody.shares) {
    const mine = rows.filter(({ metric, month }) => metric === own.key && calendar.leaf.has(month));
    const family = grains.get(own.key) ?? "";
    const { together, inside } = await familyOf(site, family);
    const { fact } = publish(
      {
        ...own,
        calendar: families.get(family),
        together,
        inside,
        settled: settled(site, own.key),
      },
      mine,
    ).data;
    const tables: Record<string, Table> = { all: own.fact.tables.all! };
    for (const { key } of dimensions) if (fact.tables[key]) tables[key] = slim(fact.tables[key]);
    found.push({
      ...own,
      fact: { steps: fact.steps, dimensions: dimensions.map(({ key }) => key).filter((key) => tables[key]), tables },
    });
  }
  return found;
}

/** Rates and their numbers; what was left out of the rate of one name is nobody's question. */
function slim(table: Table): Table {
  const kept = ["met", "unmet", "about"].filter((name) => table.counts[name]);
  const rows = table.step.map((_, row) => row).filter((row) => kept.some((name) => table.counts[name]![row] != null));
  return {
    step: rows.map((row) => table.step[row]!),
    ...(table.value && { value: rows.map((row) => table.value![row]!) }),
    counts: Object.fromEntries(kept.map((name) => [name, rows.map((row) => table.counts[name]![row]!)])),
  };
}
