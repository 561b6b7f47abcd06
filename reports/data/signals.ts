// Limits and signals of a page's shares, from marts.signal. A centre line is a mean of months: it is published only for names of
// which every month is published exactly, so that nothing of a hidden month stands in it.
import type { MetricData } from "../components/metric.ts";
import type { SignalData } from "../components/signals.ts";
import { monthNumber } from "./calendar.ts";
import { type CutKey, cutKeys, type Site } from "./site.ts";

export async function signals(site: Site, shares: readonly MetricData[]): Promise<SignalData[]> {
  if (shares.length === 0) return [];
  const rows = await site.db
    .selectFrom("marts.signal")
    .select(["metric", "cut", "value", "month", "centre", "low", "high", "verdict", "rule"])
    .where("preferred", "=", true)
    .where(
      "metric",
      "in",
      shares.map(({ key }) => key),
    )
    .where("cut", "in", ["total", ...cutKeys])
    .orderBy("metric")
    .orderBy("cut")
    .orderBy("value")
    .orderBy("month")
    .execute();
  const found: SignalData[] = [];
  for (const series of Map.groupBy(rows, ({ metric, cut, value }) => `${metric}\0${cut}\0${value}`).values()) {
    const { metric, cut, value } = series[0]!;
    const share = shares.find(({ key }) => key === metric)!;
    const key = cut === "total" ? "all" : cut;
    const code = cut === "total" ? 0 : (site.dimensions.get(cut as CutKey)?.values.indexOf(value) ?? -1);
    const exact = monthsOf(share, key, code);
    const known = series.flatMap(({ month, centre, low, high, verdict, rule }) =>
      centre === null || low === null || high === null
        ? []
        : [{ month: monthNumber(month), centre, low, high, verdict, rule }],
    );
    if (code < 0 || known.length !== series.length || !known.every(({ month }) => exact.has(month))) continue;
    found.push({
      metric,
      cut: key,
      value: code,
      month: known.map(({ month }) => month),
      center: known.map(({ centre }) => centre),
      low: known.map(({ low }) => low),
      high: known.map(({ high }) => high),
      tone: known.map(({ verdict }) => (verdict === "concern" || verdict === "improvement" ? verdict : null)),
      outside: known.map(({ rule }) => rule === "outside"),
    });
  }
  return found;
}

/** Months of which a share's exact numbers are published. */
function monthsOf({ fact }: MetricData, cut: string, code: number): Set<number> {
  const table = fact.tables[cut];
  const months = new Set<number>();
  table?.step.forEach((step, row) => {
    const { low, high } = fact.steps[step]!;
    if (high - low === 1 && table.counts.met?.[row] != null && (!table.value || table.value[row] === code))
      months.add(low);
  });
  return months;
}
