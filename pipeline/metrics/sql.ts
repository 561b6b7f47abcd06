// Metric definitions as models: marts.metric, the figures in long form, and marts.metric_definition, what they mean.
import { literal } from "../duckdb.ts";
import { GrainSql, never, periods } from "./grain.ts";
import type { Metric, Metrics } from "./metrics.ts";
import { definitionSql } from "./recipe.ts";

/** The models that the definitions make, by table name in marts. */
export function metricModels(metrics: Metrics): { readonly table: string; readonly sql: string }[] {
  return [
    { table: "metric", sql: metricSql(metrics) },
    { table: "metric_definition", sql: definitionSql(metrics) },
  ];
}

const head = `-- One row per metric, cut, value and period: what was counted, of how many, and what was left out and why. Made from
-- models/metrics. An eligible row is excluded, immature (its window has not passed), unknown or in the denominator.
-- Small numbers stand here as they are; what is published for leaders hides them.
--
-- A month is that of the metric's own time, mostly of the order. The last 12 months end with the newest month whose every
-- row is mature; \`immature\` counts what is younger. Pairs of cuts are given for the last 12 months.
-- Intervals: Wilson, 95% (E. B. Wilson, JASA 22, 1927; R. G. Newcombe, Statistics in Medicine 17, 1998, method 3).
-- grain: metric, cut, value, second_value, period, month
-- check: format <> 'percent' or numerator between 0 and denominator
-- check: least(denominator, excluded, immature, unknown) >= 0
-- check: rate is null or format <> 'percent' or (low <= rate + 1e-12 and rate <= high + 1e-12)
`;

function metricSql(metrics: Metrics): string {
  const all = metrics.grains.flatMap((grain) => grain.metrics);
  const windows = [...new Set(all.map((metric) => metric.days ?? 0))].sort((a, b) => a - b);
  const ids = new Map(all.map((metric, i) => [metric.name, i + 1]));
  const grains = metrics.grains.map((grain) => new GrainSql(grain, metrics, ids).all());
  const cells = grains.flatMap((grain) => grain.cells);
  const values = grains.flatMap((grain) => grain.values ?? []);
  const pairs = grains.flatMap((grain) => grain.pairs ?? []);
  const union = (name: string, from: typeof cells) =>
    `${name} as materialized (\n${from.flatMap(({ long }) => long.map((select) => `  ${select}`)).join("\n  union all\n")}\n)`;
  const ctes = [
    runSql(windows),
    declaredSql(all, windows),
    `cuts as (
  select * from (values (0, 'total', false, true), ${metrics.cuts.map(({ name, many, medians }, i) => `(${i + 1}, ${literal(name)}, ${many}, ${medians === "month"})`).join(", ")}) c(cut, name, many, medians)
),
labels as (
  select c.cut, v.code, v.value from cuts c join marts.cut_value v on v.cut = c.name
)`,
    ...grains.flatMap((grain) => [
      ...grain.rows,
      ...[...grain.cells, grain.pairs, grain.values].flatMap((made) => made?.cells ?? []),
    ]),
    union("monthly", cells),
    ...(pairs.length ? [union("paired", pairs)] : []),
    ...(values.length ? [union("valued", values), rankedSql] : []),
    figureSql(pairs.length > 0),
    publishedSql(values.length > 0),
  ];
  return `${head}with ${ctes.join(",\n")}\n${finalSql}`;
}

/** The as-of day, and for each window the twelve months that end with the last whose every row is mature. */
function runSql(windows: readonly number[]): string {
  const months = windows.flatMap((days) => {
    const last = `as_of_date${days === 0 ? "" : ` - ${days} - lag_days`} + 1`;
    const month = (back: number) => `cast(date_trunc('month', ${last}) - interval ${back} month as date)`;
    return [`${month(1)} as w${days}_to`, `${month(12)} as w${days}_from`, `${month(24)} as w${days}_before`];
  });
  return `run as (
  select as_of_date, lag_days, cast(date_trunc('month', as_of_date) as date) as as_of_month,
    ${months.join(",\n    ")}
  from seeds.run
)`;
}

function declaredSql(all: readonly Metric[], windows: readonly number[]): string {
  const rows = all.map(
    ({ name, kind, format, time, days, headline }, i) =>
      `(${i + 1}, ${[name, kind, format].map(literal).join(", ")}, ${time === "now"}, ${headline}, ${days ?? 0})`,
  );
  const month = (end: string) => `case d.days ${windows.map((w) => `when ${w} then w${w}_${end}`).join(" ")} end`;
  return `declared as (
  select d.*, run.as_of_month, ${["to", "from", "before"].map((end) => `${month(end)} as ${end}_month`).join(",\n    ")}
  from (values
    ${rows.join(",\n    ")}
  ) d(id, metric, kind, format, now, headline, days)
  cross join run
)`;
}

/** The smallest value that half, or nine in ten, of the rows do not exceed. */
const rankedSql = `ranked as (
  select id, cut, code, word, period, month,
    min(value) filter (where 2 * up_to >= total) as median,
    min(value) filter (where 10 * up_to >= 9 * total) as p90
  from (
    select *,
      sum(rows) over (partition by id, cut, code, word, period, month order by value) as up_to,
      sum(rows) over (partition by id, cut, code, word, period, month) as total
    from valued
  )
  group by id, cut, code, word, period, month
)`;

function figureSql(pairs: boolean): string {
  const sums = (names: string[], where = "") => names.map((name) => `sum(m.${name})${where} as ${name}`).join(", ");
  const paired = `
  union all
  select p.id, p.cut, p.cut2, p.code, p.code2, null, ${periods.last}, d.to_month, p.n, p.d, p.x, p.i, p.u
  from paired p
  join declared d on d.id = p.id`;
  return `-- Windows are sums of months; rows younger than the last mature month are immature.
figure as (
  select m.id, m.cut, 0 as cut2, m.code, cast(null as integer) as code2, m.word,
    ${periods.month} as period, m.month, m.n, m.d, m.x, m.i, m.u
  from monthly m
  join declared d on d.id = m.id and not d.now
  join cuts c on c.cut = m.cut and (d.headline or not c.many)
  union all
  select m.id, m.cut, 0, m.code, null, m.word, w.period, w.to_month,
    ${sums(["n", "d", "x"], " filter (where m.month <= w.to_month)")}, sum(m.i) as i,
    ${sums(["u"], " filter (where m.month <= w.to_month)")}
  from monthly m
  join (
    select id, ${periods.last} as period, from_month, to_month, date '9999-12-31' as until_month from declared where not now
    union all
    select id, ${periods.previous}, before_month, cast(from_month - interval 1 month as date), cast(from_month - interval 1 month as date)
    from declared where not now
  ) w on w.id = m.id and m.month between w.from_month and w.until_month
  group by m.id, m.cut, m.code, m.word, w.period, w.to_month
  union all
  select m.id, m.cut, 0, m.code, null, m.word, ${periods.now}, d.as_of_month, ${sums(["n", "d", "x", "i", "u"])}
  from monthly m
  join declared d on d.id = m.id and d.now
  group by m.id, m.cut, m.code, m.word, d.as_of_month${pairs ? paired : ""}
)`;
}

function publishedSql(values: boolean): string {
  const row = "f.cut, f.cut2, f.code, f.code2, f.word, f.period, f.month, f.n, f.d, f.x, f.i, f.u";
  // A median is null where it is not reached; cells whose quantiles are not taken stay out.
  const quantile = (name: string, as: string) => `
  union all
  select ${as}, d.format, ${row}, cast(nullif(q.${name}, ${never}) as double)
  from figure f
  join declared d on d.id = f.id and d.kind = 'value'
  join cuts c on c.cut = f.cut
  left join ranked q on q.id = f.id and q.cut = f.cut and q.code is not distinct from f.code
    and q.word is not distinct from f.word and q.period = f.period
    and q.month is not distinct from case f.period when ${periods.month} then f.month end
  where f.cut2 = 0 and (q.id is not null or (f.d = 0 and (f.period in (${periods.last}, ${periods.now}) or (f.period = ${periods.month} and c.medians))))`;
  return `published as (
  select d.metric, d.format, ${row},
    case when d.kind in ('share', 'mean') then cast(f.n as double) / nullif(f.d, 0) else cast(f.n as double) end as rate
  from figure f
  join declared d on d.id = f.id and d.kind <> 'value'${
    values ? quantile("median", "d.metric") + quantile("p90", "d.metric || '_p90'") : ""
  }
)`;
}

/** Standard normal quantile of a two-sided 95% interval. */
const z = 1.959963984540054;

const wilson = (sign: "+" | "-") =>
  `(p.rate + ${z * z} / (2 * p.d) ${sign} ${z} * sqrt(p.rate * (1 - p.rate) / p.d + ${z * z} / (4 * p.d * p.d))) / (1 + ${z * z} / p.d)`;

const finalSql = `select
  p.metric,                                                   -- Metric, as in marts.metric_definition.
  a.name || coalesce(' × ' || b.name, '') as cut,             -- What it is cut by: total, specialty, ..., or a pair such as specialty × payer.
  coalesce(av.value, p.word, case p.cut when 0 then 'All' else 'No episode' end)
    || case when p.cut2 > 0 then ' × ' || coalesce(bv.value, 'No episode') else '' end as value, -- Value of the cut; of both, as in Cardiology × Medicaid.
  coalesce(av.value, p.word, case p.cut when 0 then 'All' else 'No episode' end) as first_value, -- Value of the first cut.
  case when p.cut2 > 0 then coalesce(bv.value, 'No episode') else '' end as second_value,        -- Value of the second; empty but for pairs.
  case p.period when ${periods.month} then 'month' when ${periods.last} then 'last 12 months' when ${periods.previous} then 'previous 12 months' else 'now' end as period, -- month, last 12 months, previous 12 months, or now.
  p.month,                                                    -- The month; for twelve of them the last.
  p.format,                                                   -- percent, days, count or dollars.
  try_cast(coalesce(p.n, 0) as integer) as numerator,         -- What counts; for medians, rows whose day came within the window; null beyond two billion.
  cast(coalesce(p.d, 0) as integer) as denominator,           -- Of how many.
  cast(coalesce(p.x, 0) as integer) as excluded,              -- Eligible, and left out by rule.
  cast(coalesce(p.i, 0) as integer) as immature,              -- Eligible, and too young to tell.
  cast(coalesce(p.u, 0) as integer) as unknown,               -- Eligible, and no source says.
  p.rate,                                                     -- The figure: numerator ÷ denominator, a count, or days; null where nothing was counted or a median is not reached.
  case when p.format = 'percent' and p.d > 0 then greatest(0, ${wilson("-")}) end as low, -- Lower end of the 95% interval of a share.
  case when p.format = 'percent' and p.d > 0 then least(1, ${wilson("+")}) end as high    -- Upper end of it.
from published p
join cuts a on a.cut = p.cut
left join cuts b on b.cut = nullif(p.cut2, 0)
left join labels av on av.cut = p.cut and av.code = p.code
left join labels bv on bv.cut = p.cut2 and bv.code = p.code2
`;
