// The figures that pages load, as pages ask for them: shares, counts, and days with their median and 90th percentile.
import { cubeOf } from "./cubes.ts";
import { type Dimension, Fact, type FactData } from "./facts.ts";
import { Metric, type MetricData, type Words } from "./metric.ts";
import type { SignalData } from "./signals.ts";
import type { Filters } from "./state.ts";

export interface CountData extends Words {
  readonly fact: FactData;
}

/** A month, "last 12 months" or "now"; months are numbered as in facts. */
export interface DaysStep {
  readonly label: string;
  readonly low: number;
  readonly high: number;
}

export interface DaysTable {
  readonly step: readonly number[];
  readonly value: readonly number[];
  /** Null where more than half never got there in the days that everybody was given. */
  readonly median: readonly (number | null)[];
  readonly p90: readonly (number | null)[];
}

export interface DaysData extends Words {
  readonly steps: readonly DaysStep[];
  readonly tables: Readonly<Record<string, DaysTable>>;
  /** Where every combination is published; only without a cell limit. */
  readonly cube?: { readonly file: string; readonly column: string };
}

export interface FiguresData {
  readonly shares: readonly MetricData[];
  readonly counts: readonly CountData[];
  readonly days: readonly DaysData[];
  readonly signals: readonly SignalData[];
}

export interface DaysFigure {
  readonly step: DaysStep;
  readonly median: number | null;
  readonly p90: number | null;
}

/** Days of one kind; an answer is null where the site holds none. */
export class Days {
  readonly data: DaysData;
  readonly #dimensions: ReadonlyMap<string, Dimension>;
  readonly #known = new Map<string, DaysFigure[]>();

  constructor(data: DaysData, dimensions: readonly Dimension[]) {
    this.data = data;
    this.#dimensions = new Map(dimensions.map((dimension) => [dimension.key, dimension]));
  }

  #rows(filters: Filters, period: string): DaysFigure[] | null {
    const chosen = [...this.#dimensions.values()].filter(({ key }) => filters[key] !== undefined);
    const table = chosen.length > 1 ? undefined : this.data.tables[chosen[0]?.key ?? "all"];
    if (!table && chosen.length) return this.#together(chosen, filters, period);
    const code = chosen[0] ? chosen[0].values.indexOf(filters[chosen[0].key]!) : 0;
    if (!table) return null;
    return table.step.flatMap((at, row) => {
      const step = this.data.steps[at]!;
      return table.value[row] === code && step.label === period
        ? [{ step, median: table.median[row] ?? null, p90: table.p90[row] ?? null }]
        : [];
    });
  }

  /** The same for several names together, from all rows; null without a cube. */
  #together(chosen: readonly Dimension[], filters: Filters, period: string): DaysFigure[] | null {
    const cube = this.data.cube && cubeOf(this.data.cube.file);
    const codes = chosen.map(({ key, values }) => [key, values.indexOf(filters[key]!)] as const);
    const rows = cube && codes.every(([, code]) => code >= 0) && cube.rows(new Map(codes));
    if (!cube || !rows) return null;
    const key = [period, ...codes].join("/");
    const known = this.#known.get(key);
    if (known) return known;
    const found = this.data.steps
      .filter(({ label }) => label === period)
      .flatMap((step) => {
        const { people, median, p90 } = cube.spread(this.data.cube!.column, rows, step);
        return people < 2 ? [] : [{ step, median, p90: people < 10 ? null : p90 }];
      });
    if (this.#known.size > 4000) this.#known.clear();
    this.#known.set(key, found);
    return found;
  }

  /** Over the last twelve months whose outcomes are in, or as of now for what is open. */
  over(filters: Filters): DaysFigure | null {
    return this.#rows(filters, "last 12 months")?.[0] ?? this.#rows(filters, "now")?.[0] ?? null;
  }

  /** By month, in order of time; months of which the median is not known are left out. */
  series(filters: Filters): (DaysFigure & { readonly median: number })[] | null {
    const rows = this.#rows(filters, "month");
    return (
      rows
        ?.flatMap((row) => (row.median === null ? [] : [{ ...row, median: row.median }]))
        .sort((a, b) => a.step.low - b.step.low) ?? null
    );
  }

  /** Whether anything was counted at all. */
  get known(): boolean {
    return (this.data.tables.all?.step.length ?? 0) > 0;
  }
}

/** A page's figures by their names in marts.metric. */
export class Figures {
  readonly #shares: ReadonlyMap<string, Metric>;
  readonly #counts: ReadonlyMap<string, Fact>;
  readonly #days: ReadonlyMap<string, Days>;

  constructor(data: FiguresData, dimensions: readonly Dimension[], asOf: string) {
    this.#shares = new Map(data.shares.map((one) => [one.key, new Metric(one, dimensions, asOf)]));
    this.#counts = new Map(data.counts.map((one) => [one.key, new Fact(one.fact, dimensions)]));
    this.#days = new Map(data.days.map((one) => [one.key, new Days(one, dimensions)]));
  }

  share(key: string): Metric {
    return found(this.#shares.get(key), key);
  }
  count(key: string): Fact {
    return found(this.#counts.get(key), key);
  }
  days(key: string): Days {
    return found(this.#days.get(key), key);
  }
}

function found<T>(figure: T | undefined, key: string): T {
  if (!figure) throw new Error(`this page loads no figure "${key}"`);
  return figure;
}
