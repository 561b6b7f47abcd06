// Shares by cuts that only one page needs (language, clinician ...), with the words of their definition. The total of everybody is
// left to the pages that publish it for all: here it only decides.
import { sql } from "kysely";
import type { Inside } from "../../pipeline/site/privacy.ts";
import type { Dimension, Table } from "../components/facts.ts";
import type { MetricData } from "../components/metric.ts";
import { crossing, familiesOf, figures } from "./figures.ts";
import { type MetricRow, metricPublisher } from "./metrics.ts";
import type { Site } from "./site.ts";

export async function sharesBy(
  site: Site,
  names: readonly string[],
  dimensions: readonly Dimension[],
  inside: readonly Inside[] = [],
): Promise<MetricData[]> {
  const { db, limit, calendar } = site;
  const { rows } = await sql<MetricRow & { metric: string }>`
    select metric, case when cut = 'total' then 'all' else cut end as cut, value, month, numerator, denominator, immature, unknown
    from marts.metric
    where period = 'month' and metric in (${sql.join([...names])}) and cut in (${sql.join(["total", ...dimensions.map(({ key }) => key)])})
    order by metric, cut, value, month`.execute(db);
  const grains = new Map(
    (await db.selectFrom("marts.metric_definition").select(["metric", "grain", "counted_by"]).execute()).map((row) => [
      row.metric,
      `${row.grain} by ${row.counted_by}`,
    ]),
  );
  const families = await familiesOf(site);
  const everybody = await figures(site, { shares: names });
  const publish = metricPublisher({ limit, calendar, dimensions, inside });
  return everybody.shares.map((own) => {
    const mine = rows.filter(({ metric, month }) => metric === own.key && calendar.leaf.has(month));
    const { fact } = publish(
      {
        ...own,
        family: grains.get(own.key),
        calendar: families.get(grains.get(own.key) ?? ""),
        crosses: crossing(own.key),
      },
      mine,
    );
    const tables: Record<string, Table> = { all: own.fact.tables.all! };
    for (const { key } of dimensions) if (fact.tables[key]) tables[key] = slim(fact.tables[key]);
    return {
      ...own,
      fact: { steps: fact.steps, dimensions: dimensions.map(({ key }) => key).filter((key) => tables[key]), tables },
    };
  });
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
