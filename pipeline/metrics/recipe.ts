// What each metric means, as rows of marts.metric_definition: words for people, and a query that computes the figure anew.
import { literal } from "../duckdb.ts";
import { type Grain, type Metric, type Metrics, publishedNames } from "./metrics.ts";

/** The model marts.metric_definition. */
export function definitionSql(metrics: Metrics): string {
  const rows = metrics.grains.flatMap((grain) =>
    grain.metrics.flatMap((metric) =>
      publishedNames(metric).map((name, i) => definitionRow(metrics, grain, metric, name, i)),
    ),
  );
  const value = (name: string, i: number) => (name === "recipe" ? `g.rows || d.c${i}` : `d.c${i}`);
  return `${head}${columns.map(([name, type, comment], i) => `  cast(${value(name, i)} as ${type}) as ${name}, -- ${comment}`).join("\n")}
  t.target -- What the organization aims for, a share or days; null where its settings name no target.
from (values
  ${rows.map((row, n) => `(${[...row, n + 1].map(cell).join(", ")})`).join(",\n  ")}
) d(${columns.map((_, i) => `c${i}`).join(", ")})
join (values
  ${metrics.grains.map((grain) => `(${[grain.name, rowsOf(grain)].map(cell).join(", ")})`).join(",\n  ")}
) g(grain, rows) on g.grain = d.c${columns.findIndex(([name]) => name === "grain")}
left join seeds.target t on t.metric = d.c0
`;
}

const head = `-- One row per metric: what it is called, what it counts and how, which direction is good, and where it comes from.
-- grain: metric
select
`;

const columns = [
  ["metric", "varchar", "Name, as in marts.metric."],
  ["label", "varchar", "Name for people."],
  ["sentence", "varchar", "What it counts."],
  ["good", "varchar", "Direction that is good: up, down or neither."],
  ["format", "varchar", "percent, days, count or dollars."],
  ["kind", "varchar", "count, share, amount, mean or value (a quantile)."],
  ["grain", "varchar", "What is counted, one by one."],
  ["counted_by", "varchar", "Date whose month a row is counted in; now for what stands at the as-of day."],
  [
    "window_days",
    "integer",
    "Days that every row is given, beside the lag of the exports; null where it is complete at once.",
  ],
  ["eligible", "varchar", "Condition of the rows it is about."],
  ["numerator", "varchar", "Condition of what counts, or the number that is added up or ranked."],
  ["excluded", "varchar", "Condition of what is left out."],
  ["unknown", "varchar", "Condition of rows of which no source says."],
  ["headline", "boolean", "Also given for pairs of cuts, by month for cuts of many values, and watched for every cut."],
  ["source", "varchar", "Where the definition comes from."],
  ["published", "varchar", "Published figures; year and population matter."],
  ["recipe", "varchar", "Query that counts the last 12 months anew, row by row."],
  ["place", "integer", "Order to show metrics in."],
] as const;

type Cell = string | number | boolean | null;

function cell(value: Cell): string {
  if (value === null) return "null";
  return typeof value === "string" ? literal(value) : String(value);
}

function definitionRow(metrics: Metrics, grain: Grain, metric: Metric, name: string, part: number): Cell[] {
  const { kind, expression, days, published } = metric;
  const suffix = kind === "value" ? [", median", ", 90th percentile"][part] : "";
  const excluded = [grain.excluded, metric.excluded].filter((sql) => sql !== "false").join(" or ");
  return [
    name,
    metric.label + suffix,
    metric.sentence,
    metric.good,
    metric.format,
    kind,
    grain.name,
    metric.time,
    days,
    metric.eligible,
    kind === "count" ? null : expression,
    excluded || null,
    metric.unknown === "false" ? null : metric.unknown,
    metric.headline && part === 0,
    metric.source,
    published,
    recipe(metrics, grain, metric, part),
  ];
}

/** How a recipe begins, the same for all metrics of a grain: so long that it is written once. */
function rowsOf({ from }: Grain): string {
  return `with rows_of_grain as (
${from.replaceAll(/^/gm, "  ")}
),
`;
}

/** A query that computes a metric's total from the tables alone, but for how it begins: the plain meaning of its definition. */
function recipe(metrics: Metrics, grain: Grain, metric: Metric, part = 0): string {
  const { kind, expression, days, time } = metric;
  const parent = metrics.grains.find((other) => other.name === grain.cutsOf);
  const young = days === null ? "false" : `age_of_row < ${days} + lag_days`;
  const old = days === null ? "" : ` - ${days} - lag_days`;
  const within = days === null ? "" : ` and ${expression} <= ${days}`;
  const hit = kind === "share" ? expression : kind === "value" ? `${expression} is not null${within}` : "true";
  const either = (...terms: string[]) => terms.filter((term) => term !== "false").join(" or ") || "false";
  const now = time === "now";
  const day = now ? "run.as_of_date" : `cast(${time} as date)`;
  const counted = "state = 'counted'";
  const figure = {
    count: "numerator",
    share: "cast(numerator as double) / nullif(denominator, 0)",
    amount: "amount",
    mean: "cast(amount as double) / nullif(denominator, 0)",
    value: `case when quantile < 2147483647 then quantile end`,
  }[kind];
  const number = kind === "count" || kind === "share" ? "null" : expression;
  return `timed as (
  select g.*, run.as_of_date, run.lag_days, run.as_of_date - ${day} as age_of_row, ${day} as day_of_row${
    parent ? ", coalesce(parent.counted, false) as counted" : ""
  }
  from rows_of_grain g
  cross join seeds.run run${
    parent
      ? `\n  left join (select ${parent.key}, exclusion is null as counted from core.${parent.name}) parent on parent.${parent.key} = g.${parent.key}`
      : ""
  }
),
states as (
  select day_of_row, as_of_date, lag_days, ${number} as number, coalesce(${hit}, false) as hit,
    case
      when not coalesce(${metric.eligible}, false) then 'not eligible'
      when coalesce(${either(grain.excluded, metric.excluded)}, false) then 'excluded'
      when coalesce(${either(young, metric.immature)}, false) then 'immature'
      when coalesce(${metric.unknown}, false) then 'unknown'
      else 'counted'
    end as state
  from timed
),
counts as (
  select
    count(*) filter (where ${counted} and hit) as numerator,
    count(*) filter (where ${counted}) as denominator,
    count(*) filter (where state = 'excluded') as excluded,
    count(*) filter (where state = 'unknown') as unknown,
    sum(number) filter (where ${counted}) as amount,
    quantile_disc(case when hit then number else 2147483647 end, ${part === 0 ? 0.5 : 0.9}) filter (where ${counted}) as quantile
  from states${
    now
      ? ""
      : `
  where day_of_row >= date_trunc('month', as_of_date${old} + 1) - interval 12 month
    and day_of_row < date_trunc('month', as_of_date${old} + 1)`
  }
)
select ${kind === "amount" || kind === "mean" ? "amount as numerator" : "numerator"}, denominator, excluded, unknown, ${figure} as rate
from counts`;
}
