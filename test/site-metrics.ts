// Invented figures for the invented referrals of test/site-warehouse.ts: marts.metric as the pipeline shapes it, with the real
// definitions. Every share is that of the referrals whose number lies below it, so shares lie inside one another as real ones do.
import { join, resolve } from "node:path";
import type { DuckDBConnection } from "../pipeline/duckdb.ts";
import { readMetrics } from "../pipeline/metrics/metrics.ts";
import { metricModels } from "../pipeline/metrics/sql.ts";

const cuts = ["specialty", "receiving_location", "referring_location", "payer", "referral_type", "source"];

/** Fills marts.metric_definition, marts.cut_value and, unless it shall be empty, marts.metric from core.referral. */
export async function addMetrics(connection: DuckDBConnection, empty = false): Promise<void> {
  const metrics = readMetrics(join(resolve(import.meta.dirname, ".."), "models/metrics"))!;
  const definition = metricModels(metrics).find(({ table }) => table === "metric_definition")!;
  await connection.run("create table seeds.target as select 'completed_90' as metric, 0.9::double as target");
  await connection.run(`create or replace table marts.metric_definition as ${definition.sql}`);
  await connection.run(`create or replace table marts.cut_value as
    ${cuts
      .map(
        (cut) => `select '${cut}' as cut, (row_number() over (order by value))::integer as code, value
          from (select distinct ${cut} as value from core.referral)`,
      )
      .join(" union all ")}`);
  await connection.run(`create or replace table marts.metric as ${empty ? counts : `${figures} union all ${counts}`}`);
}

const columns = (cut: string) =>
  cut === "total" ? "'total' as cut, 'All' as value" : `'${cut}' as cut, ${cut} as value`;
const row = (metric: string, cut: string, period: string, month: string) =>
  `select ${metric} as metric, ${columns(cut)}, value as first_value, '' as second_value, '${period}' as period, ${month} as month, 'count' as format,
    sum(referrals)::integer as numerator, count(*)::integer as denominator, 0 as excluded, 0 as immature, 0 as unknown,
    sum(referrals)::double as rate, null::double as low, null::double as high`;

/** Orders by month and open ones by age: what any referral list tells. */
const counts = [
  ...["total", ...cuts].map(
    (cut) => `${row("'referrals'", cut, "month", "ordered_month")} from marts.referral_month group by all`,
  ),
  ...["total", "specialty", "receiving_location", "payer"].flatMap((cut) =>
    ["''", "'_' || replace(replace(age_band, '-', '_'), '90+', 'over_90')"].map((band) => {
      const figures = row(`'open_referrals' || ${band}`, cut, "now", "date_trunc('month', run.as_of_date)::date");
      return `${figures} from marts.open_age, seeds.run run group by all`;
    }),
  ),
].join("\n    union all ");

const figures = `
    with declared as (
      select metric, kind, format, place, coalesce(window_days, 0) + 14 as days, counted_by = 'now' as now, good,
        0.15 + 0.7 * (hash(metric) % 1009) / 1009.0 as share
      from marts.metric_definition
    ),
    told as (
      select cut.name as cut, cut.value as value, date_trunc('month', r.ordered_on)::date as month, r.open, hash(r.i) % 20 as draw,
        count(*) as referrals
      from core.referral r, lateral (values ('total', 'All'), ${cuts.map((cut) => `('${cut}', r.${cut})`).join(", ")}) cut(name, value)
      group by all
    ),
    counted as (
      select d.metric, d.kind, d.format, t.cut, t.value, case when d.now then 'now' else 'month' end as period,
        case when d.now then date_trunc('month', run.as_of_date)::date else t.month end as month, t.referrals,
        d.days > 14 and not d.now and run.as_of_date - t.month < d.days + 30 as young,
        (t.draw + 0.5) / 20 < d.share as met, (hash(t.draw, t.value) % 91)::integer as days
      from told t
      cross join seeds.run run
      join declared d on d.kind in ('share', 'count') or (d.kind = 'value' and d.metric not like '%_p90')
      where (not d.now or t.open) and d.metric not like '%referrals%'
    ),
    monthly as (
      select metric, kind, format, cut, value, period, month,
        coalesce(sum(referrals) filter (where not young and (met or kind <> 'share')), 0) as n,
        coalesce(sum(referrals) filter (where not young), 0) as d, coalesce(sum(referrals) filter (where young), 0) as i, quantile_disc(days, 0.5) filter (where not young) as middle, quantile_disc(days, 0.9) filter (where not young) as late
      from counted group by all
    ),
    windows as (
      select metric, kind, format, cut, value, 'last 12 months' as period, max(month) as month, sum(n) as n, sum(d) as d, sum(i) as i,
        quantile_disc(middle, 0.5) as middle, max(late) as late
      from monthly m
      where kind = 'value' and period = 'month' and d > 0 group by all
    ),
    figures as (from monthly union all from windows)
    select metric, cut, value, value as first_value, '' as second_value, period, month, format, n::integer as numerator,
      d::integer as denominator, 0::integer as excluded, i::integer as immature, 0::integer as unknown,
      (case kind when 'share' then n / nullif(d, 0) when 'value' then middle else n end)::double as rate,
      null::double as low, null::double as high
    from figures
    union all
    select metric || '_p90', cut, value, value, '', period, month, format, n::integer, d::integer, 0, i::integer, 0, late::double, null, null
    from figures where kind = 'value'`;
