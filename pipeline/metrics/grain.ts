// One grain of the metrics as SQL. Its rows are read once and kept narrow: a code for each cut, a month, and one bit for
// each thing that is counted. Each cut is then one small aggregate over those rows, whatever the number of metrics.
import { type Counter, Counters, type Sum, sumsOf, taken } from "./bits.ts";
import type { Cut, Grain, Metric, Metrics } from "./metrics.ts";

/** Stands for "never" among days, where a quantile has to see it. */
export const never = 2147483647;

/** Periods by number; a row's place among the windows of a metric has the same numbers. */
export const periods = { month: 0, last: 1, previous: 2, after: 3, now: 4 } as const;

/** What the figures of one metric are made from. */
interface Part {
  readonly metric: Metric;
  readonly time: number;
  /** Column that says where a row stands among the metric's windows. */
  readonly window: string;
  /** Column of whole numbers to add up or rank; null where rows are counted. */
  readonly number: string | null;
  readonly numerator: Counter;
  readonly denominator: Counter;
  readonly excluded: Counter | null;
  readonly immature: Counter | null;
  readonly unknown: Counter | null;
}

/** A common table expression, and selects that read it in long form. */
export interface Cells {
  readonly cells: string;
  readonly long: readonly string[];
}

const and = (...terms: (string | null)[]) => terms.filter((term) => term && term !== "true").join(" and ") || "true";
const or = (...terms: string[]) => terms.filter((term) => term !== "false").join(" or ") || "false";
const not = (condition: string) => (condition === "false" ? null : `not ${condition}`);
const isAdded = ({ kind }: Metric) => kind === "amount" || kind === "mean";

/** What one grain adds to the statement of marts.metric. */
export class GrainSql {
  private readonly grain: Grain;
  private readonly parent: Grain | undefined;
  private readonly cuts: readonly Cut[];
  private readonly allCuts: readonly Cut[];
  /** Dates that rows are counted under; what stands now is counted under the first, whose months add up to all rows. */
  private readonly times: readonly string[];
  private readonly parts: readonly Part[];
  private readonly conditions = new Map<string, string>();
  private readonly states = new Map<string, string>();
  private readonly numbers = new Map<string, string>();
  private readonly counters = new Counters();

  /** Numbers of the metrics, by name. */
  private readonly ids: ReadonlyMap<string, number>;

  constructor(grain: Grain, all: Metrics, ids: ReadonlyMap<string, number>) {
    this.ids = ids;
    this.grain = grain;
    this.parent = all.grains.find((other) => other.name === grain.cutsOf);
    this.allCuts = all.cuts;
    const shared = [...grain.cuts, ...(this.parent?.cuts ?? [])];
    this.cuts = all.cuts.flatMap(({ name }) => shared.find((cut) => cut.name === name) ?? []);
    this.times = [...new Set([grain.time, ...grain.metrics.map(({ time }) => time)])].filter((time) => time !== "now");
    this.parts = grain.metrics.map((metric) => this.part(metric));
    this.counters.place();
  }

  /** A metric's states: every eligible row is excluded, immature, unknown or in the denominator, the first that holds. */
  private part(metric: Metric): Part {
    const { days, kind, expression } = metric;
    const time = Math.max(this.times.indexOf(metric.time), 0);
    const young = days === null ? "false" : `t${time}_age < ${days} + lag_days`;
    const eligible = this.condition(metric.eligible);
    const excluded = this.condition(or(this.grain.excluded, metric.excluded));
    const immature = this.condition(or(young, metric.immature));
    const unknown = this.condition(metric.unknown);
    const counted = this.state(and(eligible, not(excluded), not(immature), not(unknown)));
    const within = days === null ? "" : ` and ${expression} <= ${days}`;
    const hit = kind === "share" ? expression : kind === "value" ? `(${expression}) is not null${within}` : "true";
    const window = `t${time}_w${days ?? 0}`;
    const count = (state: string, of = "true", isImmature = false) => this.counters.of(state, of, window, isImmature);
    return {
      metric,
      time,
      window,
      number: this.number(metric, counted, hit),
      numerator: count(counted, hit),
      denominator: count(counted),
      excluded: excluded === "false" ? null : count(this.state(and(eligible, excluded))),
      immature: immature === "false" ? null : count(this.state(and(eligible, not(excluded), immature)), "true", true),
      unknown: unknown === "false" ? null : count(this.state(and(eligible, not(excluded), not(immature), unknown))),
    };
  }

  /** The column that holds a condition on the grain's rows; null counts as false. */
  private condition(sql: string): string {
    return sql === "true" || sql === "false" ? sql : columnFor(this.conditions, sql, "condition");
  }

  /** The column that holds a state made of conditions. */
  private state(sql: string): string {
    return sql === "true" ? sql : columnFor(this.states, sql, "state");
  }

  private number({ kind, expression }: Metric, counted: string, hit: string): string | null {
    if (kind === "count" || kind === "share") return null;
    const ranked = `case when ${counted} then case when ${hit} then ${expression} else ${never} end end`;
    return columnFor(this.numbers, kind === "value" ? ranked : `case when ${counted} then ${expression} end`, "number");
  }

  /** Everything of the grain: its rows, and the cells that figures are made from. */
  all(): { rows: string[]; cells: Cells[]; pairs: Cells | null; values: Cells | null } {
    const pairs = this.pairs();
    const values = this.values();
    return {
      rows: [...this.rows(), ...(pairs || values ? [this.recent()] : [])],
      cells: [...this.times.keys()].map((time) => this.cells(time)),
      pairs,
      values,
    };
  }

  /** Parts that need their rows again, beside the sums by month. */
  private get again(): Part[] {
    return this.parts.filter(({ metric }) => metric.time !== "now" && (metric.headline || metric.kind === "value"));
  }

  private get windows(): string[] {
    return [...new Set(this.again.map(({ window }) => window))];
  }

  private rows(): string[] {
    const { name, from, key } = this.grain;
    const { parent } = this;
    const times = this.times.flatMap((time, t) => [
      `cast(date_trunc('month', ${time}) as date) as t${t}_month`,
      `run.as_of_date - cast(${time} as date) as t${t}_age`,
    ]);
    const inherited = parent ? ["p.counted", ...parent.cuts.map((cut) => `p.${cut.name}`)] : [];
    const flags = this.windows.map((window) => {
      const [time, days] = window.split("_");
      return `case when ${time}_month > ${days}_to then ${periods.after} when ${time}_month >= ${days}_from then ${periods.last} when ${time}_month >= ${days}_before then ${periods.previous} else 0 end as ${window}`;
    });
    const kept = [
      ...this.cuts.map(({ name: cut, text }) => (text ? `coalesce(${cut}, 'Unknown') as ${cut}` : cut)),
      ...(key ? [key, "counted"] : []),
      ...this.times.map((_, t) => `t${t}_month`),
    ];
    const join = parent ? `\n  left join ${parent.name}_row p on p.${parent.key} = g.${parent.key}` : "";
    const declared = (columns: ReadonlyMap<string, string>, wrap = (sql: string) => sql) =>
      [...columns].map(([sql, as]) => `${wrap(sql)} as ${as}`);
    return [
      `${name}_from as (\n${from.replaceAll(/^/gm, "  ")}\n)`,
      `${name}_timed as (
  select g.*, run.*, ${list([...inherited, ...times])}
  from ${name}_from g
  cross join run${join}
  where ${this.times[0]} is not null
)`,
      `${name}_told as (
  select *, ${list([...flags, ...declared(this.conditions, (sql) => `coalesce(${sql}, false)`)])}
  from ${name}_timed
)`,
      `${name}_state as (
  select ${list(["*", ...declared(this.states)])}
  from ${name}_told
)`,
      `${name}_row as materialized (
  select
    ${list([...kept, ...this.windows, ...declared(this.numbers), ...this.counters.columns()])}
  from ${name}_state
)`,
    ];
  }

  /** Rows of the last twelve mature months, and those after them. */
  private recent(): string {
    const seen = this.windows.map((window) => `${window} in (${periods.last}, ${periods.after})`);
    return `${this.grain.name}_recent as materialized (
  select * from ${this.grain.name}_row where ${seen.join(" or ") || "false"}
)`;
  }

  /** Counts by month for each cut. Cuts that go together are counted in one pass over the rows, then apart. */
  private cells(time: number): Cells {
    const parts = this.parts.filter((part) => part.time === time);
    const name = `${this.grain.name}_cell${time}`;
    const month = `t${time}_month`;
    const sums = this.sums(parts);
    const grouped = [...Map.groupBy(this.cuts, (cut) => cut.together ?? cut.name).values()];
    const passes = grouped.length > 0 ? grouped : [[]];
    const names = (cuts: readonly Cut[]) => cuts.map((cut) => cut.name);
    const first = `${name}_pass as materialized (
  select ${list([
    ...names(this.cuts),
    month,
    `case ${passes
      .slice(1)
      .map((cuts, i) => `when grouping(${cuts[0]!.name}) = 0 then ${i + 1}`)
      .join(" ")} else 0 end as pass`.replace("case  else 0 end", "0"),
    ...sums.map(({ sql, as }) => `${sql} as ${as}`),
  ])}
  from ${this.grain.name}_row${time === 0 ? "" : `\n  where ${month} is not null`}
  group by grouping sets (${passes.map((cuts) => `(${[...names(cuts), month].join(", ")})`).join(", ")})
)`;
    const selects = passes.map(
      (cuts, i) => `select ${this.cutColumns(cuts)}, ${month} as month,
    ${list(sums.map(({ as }) => `cast(sum(${as}) as bigint) as ${as}`))}
  from ${name}_pass where pass = ${i}
  group by grouping sets (${[...(i === 0 ? [`(${month})`] : []), ...names(cuts).map((cut) => `(${cut}, ${month})`)].join(", ")})`,
    );
    return {
      cells: `${first},\n${materialized(name, selects)}`,
      long: [this.long(parts, "cut, code, word, month", name)],
    };
  }

  /** The same over pairs of cuts, for the last twelve mature months as a whole; null where no metric asks for it. */
  private pairs(): Cells | null {
    const parts = this.parts.filter(
      ({ metric }) => metric.headline && metric.time !== "now" && metric.kind !== "value",
    );
    const cuts = this.cuts.filter((cut) => cut.pairs);
    if (parts.length === 0 || cuts.length < 2) return null;
    const name = `${this.grain.name}_pair`;
    const inWindow = ({ window, immature }: Counter) => `${window} = ${immature ? periods.after : periods.last}`;
    const pick = (from: readonly Cut[], what: (cut: Cut) => string | number) =>
      `case ${from.map((cut) => `when grouping(${cut.name}) = 0 then ${what(cut)}`).join(" ")} end`;
    const back = cuts.toReversed();
    const number = (cut: Cut) => this.numberOf(cut);
    const select = `select ${pick(cuts, number)} as cut, ${pick(back, number)} as cut2,
    ${pick(cuts, (cut) => cut.name)} as code, ${pick(back, (cut) => cut.name)} as code2,
    ${list(this.sums(parts, inWindow).map(({ sql, as }) => `${sql} as ${as}`))}
  from ${this.grain.name}_recent
  group by grouping sets (${cuts.flatMap((a, i) => cuts.slice(i + 1).map((b) => `(${a.name}, ${b.name})`)).join(", ")})`;
    return {
      cells: materialized(name, [select]),
      long: [this.long(parts, "cut, cut2, code, code2", name)],
    };
  }

  /**
   * How many rows have which value: by month of the last 24, and over the last twelve. Quantiles come from these counts,
   * which stay small however many rows there are; no sum of months gives them. Null where no metric is ranked.
   */
  private values(): Cells | null {
    const parts = this.parts.filter(({ metric }) => metric.kind === "value");
    if (parts.length === 0) return null;
    const name = `${this.grain.name}_value`;
    const count = (part: Part, period: number, from: string, cuts: readonly Cut[], by: readonly string[]) => {
      const sets = [by, ...cuts.map((cut) => [cut.name, ...by])].map((set) => `(${[...set, part.number].join(", ")})`);
      return `select ${this.ids.get(part.metric.name)} as id, ${this.cutColumns(cuts)}, ${period} as period, ${by[0] ?? "cast(null as date)"} as month,
    ${part.number} as value, count(*) as rows
  from ${this.grain.name}_${from} and ${part.number} is not null
  group by grouping sets (${sets.join(", ")})`;
    };
    const monthly = this.cuts.filter((cut) => cut.medians === "month");
    const selects = parts.flatMap((part) =>
      part.metric.time === "now"
        ? [count(part, periods.now, "row where true", this.cuts, [])]
        : [
            count(part, periods.month, `row where ${part.window} in (${periods.last}, ${periods.previous})`, monthly, [
              `t${part.time}_month`,
            ]),
            count(part, periods.last, `recent where ${part.window} = ${periods.last}`, this.cuts, []),
          ],
    );
    return {
      cells: materialized(name, selects),
      long: [`select id, cut, code, word, period, month, value, rows from ${name}`],
    };
  }

  /** Number of the cut that a grouping set is of, 0 for the total, and its value as a code or a word. */
  private cutColumns(cuts: readonly Cut[]): string {
    const of = (text: boolean, type: string) => {
      const columns = cuts.filter((cut) => cut.text === text).map((cut) => cut.name);
      return columns.length > 1 ? `coalesce(${columns.join(", ")})` : (columns[0] ?? `cast(null as ${type})`);
    };
    const numbers = cuts.map((cut) => `when grouping(${cut.name}) = 0 then ${this.numberOf(cut)}`);
    const number = numbers.length > 0 ? `case ${numbers.join(" ")} else 0 end` : "0";
    return `${number} as cut, ${of(false, "integer")} as code, ${of(true, "varchar")} as word`;
  }

  private numberOf(cut: Cut): number {
    return this.allCuts.findIndex(({ name }) => name === cut.name) + 1;
  }

  /** Sums of all that these metrics count and add up. */
  private sums(parts: readonly Part[], when?: (counter: Counter) => string): Sum[] {
    const added = new Map(
      parts.filter(({ metric }) => isAdded(metric)).map(({ number, denominator }) => [number!, denominator]),
    );
    return [
      ...sumsOf(
        parts.flatMap((p) => [p.numerator, p.denominator, p.excluded, p.immature, p.unknown]),
        when,
      ),
      ...[...added].map(([as, counter]) => {
        const sql = when ? `case when ${when(counter)} then ${as} else 0 end` : as;
        return { sql: `cast(sum(${sql}) as bigint)`, as };
      }),
    ];
  }

  /**
   * Numerator, denominator, excluded, immature and unknown of each metric from a table of cells, whose rows become as many as there are
   * metrics: to plan a select for each of them takes longer than to run it.
   */
  private long(parts: readonly Part[], columns: string, cells: string): string {
    const each = (of: (part: Part) => string | number) => `unnest([${parts.map(of).join(", ")}])`;
    return `select * from (
    select ${each(({ metric }) => this.ids.get(metric.name)!)} as id, ${columns},
      ${each((part) => (isAdded(part.metric) ? `coalesce(${part.number}, 0)` : taken(part.numerator)))} as n,
      ${each(({ denominator }) => taken(denominator))} as d,
      ${each(({ excluded }) => taken(excluded))} as x,
      ${each(({ immature }) => taken(immature))} as i,
      ${each(({ unknown }) => taken(unknown))} as u
    from ${cells}
  ) where d > 0 or x > 0 or i > 0 or u > 0`;
  }
}

function columnFor(known: Map<string, string>, sql: string, kind: string): string {
  const name = known.get(sql) ?? `${kind}${known.size}`;
  known.set(sql, name);
  return name;
}

function materialized(name: string, selects: readonly string[]): string {
  return `${name} as materialized (\n  ${selects.join("\n  union all\n  ")}\n)`;
}

function list(items: readonly string[]): string {
  return items.join(",\n    ");
}
