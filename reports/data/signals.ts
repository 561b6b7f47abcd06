// Limits and signals of a page's shares, from marts.signal. A centre line is a mean of months: it is published only for names of
// which every month is published exactly, alone or within a quarter. Where some stand within a quarter, limits are half percents
// and only the other months have them, so that nothing can be read off them about a hidden month.
import type { Span } from "../components/facts.ts";
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
    const exact = exactOf(share, key, code);
    const known = series.flatMap(({ month, centre, low, high, verdict, rule }) =>
      centre === null || low === null || high === null
        ? []
        : [{ month: monthNumber(month), centre, low, high, verdict, rule }],
    );
    const told = known.filter(({ month }) => exact.some(({ low, high }) => low === month && high === month + 1));
    const whole = told.length === known.length;
    const months = new Set(known.map(({ month }) => month));
    // Quarters that hold other months of the series, and none that is not of it.
    const covered = known.every(({ month }) =>
      exact.some(({ low, high }) => low <= month && month < high && within(months, low, high)),
    );
    if (code < 0 || known.length !== series.length || !covered || told.length < 6) continue;
    // Half percents, and of a month outside so that it stays outside.
    const limit = (value: number, round = Math.round) => (whole ? value : round(value * 200) / 200);
    found.push({
      metric,
      cut: key,
      value: code,
      month: told.map(({ month }) => month),
      center: told.map(({ centre }) => limit(centre)),
      low: told.map(({ low, rule }) => limit(low, rule === "outside" ? Math.ceil : Math.round)),
      high: told.map(({ high, rule }) => limit(high, rule === "outside" ? Math.floor : Math.round)),
      tone: told.map(({ verdict }) => (verdict === "concern" || verdict === "improvement" ? verdict : null)),
      outside: told.map(({ rule }) => rule === "outside"),
    });
  }
  return found;
}

const within = (months: ReadonlySet<number>, low: number, high: number) =>
  Array.from({ length: high - low }, (_, i) => low + i).every((month) => months.has(month));

/** Steps of which a share's exact numbers are published. */
function exactOf({ fact }: MetricData, cut: string, code: number): Span[] {
  const table = fact.tables[cut];
  if (!table) return [];
  return table.step.flatMap((step, row) =>
    table.counts.met?.[row] != null && (!table.value || table.value[row] === code) ? [fact.steps[step]!] : [],
  );
}
