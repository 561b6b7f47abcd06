// Metric definitions: each is declared once, becomes rows of marts.metric, and means what its recipe says.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { home } from "../pipeline/config.ts";
import { type Database, rows } from "../pipeline/duckdb.ts";
import { KeepageErrors } from "../pipeline/errors.ts";
import { readMetrics } from "../pipeline/metrics/metrics.ts";
import { loadModels } from "../pipeline/models.ts";
import { openHarness } from "../pipeline/sql/harness.ts";
import { sampleWarehouse } from "./sample.ts";

describe("on any rows", () => {
  let database: Database;
  beforeAll(async () => {
    database = await sampleWarehouse({ only: ["marts.metric", "marts.metric_definition"] });
  });
  afterAll(() => database.close());
  const query = <T>(sql: string) => rows<T>(database.connection, sql);

  test("every metric is the number its recipe computes anew, row by row", async () => {
    const metrics = await query<{ metric: string; recipe: string; counted_by: string }>(
      "select metric, recipe, counted_by from marts.metric_definition order by place",
    );
    expect(metrics.length).toBeGreaterThan(60);
    const silent: string[] = [];
    for (const { metric, recipe, counted_by } of metrics) {
      const columns = "numerator, denominator, excluded, unknown, rate";
      const published = await query(
        `select ${columns} from marts.metric where metric = '${metric}' and cut = 'total'
         and period = '${counted_by === "now" ? "now" : "last 12 months"}'`,
      );
      const [again] = await query<Record<string, unknown>>(`select numerator::integer as numerator,
        denominator::integer as denominator, excluded::integer as excluded, unknown::integer as unknown, rate::double as rate from (${recipe})`);
      if (published.length === 0) silent.push(metric);
      else expect({ metric, ...published[0]! }).toEqual({ metric, ...again });
    }
    expect(silent).toEqual([]);
  });

  test("a share has no more in the numerator than in the denominator", async () => {
    expect(
      await query("select * from marts.metric where format = 'percent' and not (numerator between 0 and denominator)"),
    ).toEqual([]);
  });

  test("the values of every single cut add up to the total, month by month and over each window", async () => {
    const counts = ["numerator", "denominator", "excluded", "immature", "unknown"];
    const sums = counts.map((name) => `sum(${name})::integer as ${name}`).join(", ");
    const differ = counts.map((name) => `t.${name} <> c.${name}`).join(" or ");
    const found = await query<{ cuts: number; wrong: number }>(`
      with t as (select * from marts.metric where cut = 'total'),
      c as (select metric, cut, period, month, ${sums} from marts.metric where cut <> 'total' and cut not like '%×%' group by all)
      select count(*)::integer as cuts, (count(*) filter (where ${differ}))::integer as wrong
      from t join c on c.metric = t.metric and c.period = t.period and c.month = t.month`);
    expect(found[0]!.cuts).toBeGreaterThan(10_000);
    expect(found[0]!.wrong).toBe(0);
  });

  test("in, out, unknown and not completed are all, in every cut; the bounds contain the point", async () => {
    const same = (one: string) =>
      `(${one}.cut, ${one}.value, ${one}.period, ${one}.month) = (r.cut, r.value, r.period, r.month)`;
    const [row] = await query<{ n: number; wrong: number; outside: number }>(`
      select count(*)::integer as n,
        (count(*) filter (where r.denominator + r.unknown + n.numerator <> n.denominator + n.unknown))::integer as wrong,
        (count(*) filter (where r.rate is not null and not coalesce(r.rate between l.rate and h.rate, false)))::integer as outside
      from marts.metric r
      join marts.metric n on n.metric = 'leakage_not_completed' and ${same("n")}
      left join marts.metric l on l.metric = 'leakage_realized_low' and ${same("l")}
      left join marts.metric h on h.metric = 'leakage_realized_high' and ${same("h")}
      where r.metric = 'leakage_realized'`);
    expect(row).toEqual({ n: row?.n, wrong: 0, outside: 0 });
    expect(row?.n).toBeGreaterThan(1000);
  });

  test("pairs of cuts add up to either cut", async () => {
    const wrong = await query(`
      with pairs as (
        select metric, split_part(cut, ' × ', 1) as cut, first_value as value, cut as pair, sum(denominator)::integer as d, sum(immature)::integer as i
        from marts.metric where cut like '%×%' group by all
        union all
        select metric, split_part(cut, ' × ', 2), second_value, cut, sum(denominator)::integer, sum(immature)::integer
        from marts.metric where cut like '%×%' group by all
      )
      select p.* from pairs p
      join marts.metric m on m.metric = p.metric and m.cut = p.cut and m.value = p.value and m.period = 'last 12 months'
      where m.denominator <> p.d or m.immature <> p.i`);
    expect(wrong).toEqual([]);
    const [{ n }] = (await query(
      "select count(distinct cut)::integer as n from marts.metric where cut like '%×%'",
    )) as [{ n: number }];
    expect(n).toBe(15);
  });

  test("rows in another order give the same figures", async () => {
    const other = await sampleWarehouse({ only: ["marts.metric"], shuffle: 7 });
    const all = "select m::varchar as row from marts.metric m order by 1";
    const [a, b] = [await query(all), await rows(other.connection, all)];
    other.close();
    expect(a).toEqual(b);
  });
});

describe("a definition", () => {
  const made: string[] = [];
  afterAll(() => {
    for (const dir of made) rmSync(dir, { recursive: true });
  });
  /** The shipped models with one more file of metrics. */
  const withFile = (text: string): string => {
    const dir = mkdtempSync(join(tmpdir(), "metrics-"));
    made.push(dir);
    cpSync(join(home, "models"), dir, { recursive: true });
    writeFileSync(join(dir, "metrics", "order.yaml"), text);
    return dir;
  };
  const grain = `grain: order
from: select ordered_on, stage, contact_attempts from core.referral
time: ordered_on
metrics:
`;
  const complaint = async (promise: Promise<unknown>): Promise<string> => {
    const error = await promise.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof KeepageErrors)) throw error ?? new Error("nothing was thrown");
    return error.errors
      .map((e) => `${e.place} ${e.message}`.replaceAll(/\S*metrics-\w+\//g, "").replaceAll(/(episode.yaml):\d+/g, "$1"))
      .join("\n");
  };

  test("is all that a new metric takes", async () => {
    const models = await loadModels(
      withFile(`${grain}  lost_orders:
    label: Orders without a stage
    sentence: Share of orders that stand nowhere.
    good: down
    format: percent
    numerator: stage is null
`),
    );
    const harness = await openHarness({ models });
    const run = "as_of_date | lag_days\n2026-09-28 | 14";
    const given = { "core.referral": "referral_key | ordered_on | stage\na | 2026-08-03 | pending\nb | 2026-08-04 |" };
    const tables = ["episode", "episode_member", "appointment", "contact", "authorization"];
    const empty = Object.fromEntries(
      tables.map((table) => [`core.${table}`, table === "contact" ? "contact_key" : "source"]),
    );
    const found = await harness.rowsOf(
      "marts.metric",
      { "seeds.run": run, ...empty, "core.episode_member": "referral_key", ...given },
      true,
    );
    harness.close();
    expect(
      found
        .filter(({ metric }) => metric === "lost_orders")
        .map(({ cut, period, month, numerator, denominator, rate }) => [
          cut,
          period,
          month,
          numerator,
          denominator,
          rate,
        ]),
    ).toEqual([
      ["total", "month", "2026-08-01", "1", "2", "0.5"],
      ["total", "last 12 months", "2026-08-01", "1", "2", "0.5"],
    ]);
  });

  test("that cannot be read is told with its file", async () => {
    const cases = [
      "  a:\n    label: A\n    sentence: S.\n    good: up\n    format: share\n",
      "  a:\n    label: A\n    sentence: S.\n    good: up\n    format: percent\n",
      "  a:\n    label: A\n    sentence: S.\n    good: up\n    format: count\n    numerator: stage is null\n",
      "  a_{x}:\n    label: A\n    sentence: S.\n    good: up\n    format: count\n",
      "  episodes:\n    label: A\n    sentence: S.\n    good: up\n    format: count\n",
      "  a:\n    label: A\n    sentence: S.\n    good: up\n    format: percent\n    numerator: stage is\n",
      "  a:\n    label: A\n    sentence: S.\n    good: up\n    format: percent\n    numeratr: stage is null\n",
    ];
    const said: string[] = [];
    for (const text of cases) said.push(await complaint(loadModels(withFile(grain + text))));
    expect(said.join("\n")).toMatchInlineSnapshot(`
      "metrics/order.yaml:9 metrics/order.yaml:9: "metrics.a.format" is wrong: expected one of "percent"|"days"|"count"|"dollars".
      metrics/order.yaml:5 a: a percentage, and nothing else, has a numerator.
      metrics/order.yaml:5 a: a percentage, and nothing else, has a numerator.
      metrics/order.yaml:5 a_{x}: {x} is not in its \`for\`.
      metrics/order.yaml:5 Metric "episodes" is defined twice, also at metrics/episode.yaml.
      metrics/order.yaml:5 a: "stage is" cannot be read: syntax error at or near ")".
      metrics/order.yaml:10 metrics/order.yaml:10: metrics.a: "numeratr" is not a setting; the nearest is "numerator"."
    `);
  });

  test("belongs to a cut list that is known", async () => {
    const dir = withFile(grain.replace("metrics:", "cuts: [speciality]\nmetrics: {}"));
    expect(await complaint(Promise.resolve().then(() => readMetrics(join(dir, "metrics"))))).toMatchInlineSnapshot(
      `"metrics/order.yaml:4 cuts.yaml knows no cut "speciality"; the nearest is "specialty"."`,
    );
  });
});
