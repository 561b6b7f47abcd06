// A metric as the site knows it: its words, its rate by month, over a period and by name, each with the numbers it is made of.
import { covers, type Dimension, Fact, type FactData, type Group, type Span, type Step } from "./facts.ts";
import type { Filters } from "./state.ts";

/** What a figure is called and what it counts, in words. */
export interface Words {
  readonly key: string;
  readonly label: string;
  /** One sentence. */
  readonly definition: string;
  readonly better: "higher" | "lower" | "neither";
  /** What the organization aims for, a share or days; null or absent where it named none. */
  readonly target?: number | null;
}

export interface MetricData extends Words {
  readonly numerator: string;
  readonly denominator: string;
  /** Days after the end of a month until its outcomes are in. */
  readonly maturityDays: number;
  /** First month after its newest four quarters: those in which all figures of the same things are complete. */
  readonly end: number;
  readonly fact: FactData;
}

export interface Rate {
  readonly rate: number;
  /** Null where only the rounded rate is published. */
  readonly met: number | null;
  readonly of: number | null;
}

export interface RatePoint extends Rate {
  readonly step: Step;
  readonly immature: boolean;
}

const day = 86_400_000;

export class Metric {
  readonly data: MetricData;
  readonly #fact: Fact;
  readonly #asOf: number;

  /** `asOf` is the run's day, "2026-05-02". */
  constructor(data: MetricData, dimensions: readonly Dimension[], asOf: string) {
    this.data = data;
    this.#fact = new Fact(data.fact, dimensions);
    this.#asOf = Date.parse(`${asOf.slice(0, 10)}T00:00:00Z`);
  }

  /** Whether anything was counted at all. */
  get known(): boolean {
    return this.#exact({})?.some(({ of }) => of > 0) || Boolean(this.#fact.series({}, undefined, "about")?.length);
  }

  /** First month after those whose outcomes are all in. */
  get mature(): number {
    const last = new Date(this.#asOf + day - this.data.maturityDays * day);
    return last.getUTCFullYear() * 12 + last.getUTCMonth();
  }

  /** From the first month to the last that the site has. */
  get extent(): Span {
    return this.#fact.extent();
  }

  #immature(step: Step): boolean {
    return step.high > this.mature;
  }

  /** The rate by step, in order of time; null where the site holds none for these filters. */
  series(filters: Filters, span?: Span): RatePoint[] | null {
    const all = this.#all(filters, span);
    return all?.filter((point) => point.of !== 0) ?? null;
  }

  /** Also steps in which nobody was counted. */
  #all(filters: Filters, span?: Span): RatePoint[] | null {
    const exact = this.#exact(filters, span);
    const about = this.#fact.series(filters, span, "about");
    if (!exact || !about) return null;
    const points: RatePoint[] = exact.map((point) => ({ ...point, immature: this.#immature(point.step) }));
    const rounded: RatePoint[] = about.map(({ step, count }) => ({
      step,
      rate: count / 100,
      met: null,
      of: null,
      immature: this.#immature(step),
    }));
    return once(points, rounded);
  }

  #exact(filters: Filters, span?: Span) {
    const met = this.#fact.series(filters, span, "met");
    const unmet = this.#fact.series(filters, span, "unmet");
    if (!met || !unmet) return null;
    return met.map(({ step, count }, i) => {
      const of = count + (unmet[i]?.count ?? 0);
      return { step, rate: of > 0 ? count / of : 0, met: count, of };
    });
  }

  /**
   * The rate over a span: exact where its numbers are published for all of it, else about, else null. Young months are left out,
   * months without numbers are not: a rate of half a year is not told as that of the year.
   */
  over(filters: Filters, span: Span): Rate | null {
    const high = Math.min(span.high, this.mature);
    const whole = { low: Math.max(span.low, this.extent.low), high };
    const exact = this.#exact(filters, whole);
    if (exact && covers(exact, whole)) {
      const met = exact.reduce((sum, point) => sum + point.met, 0);
      const of = exact.reduce((sum, point) => sum + point.of, 0);
      return of > 0 ? { rate: met / of, met, of } : null;
    }
    const points = this.#all(filters, whole);
    if (!points?.length || !covers(points, whole)) return null;
    const weights = points.map((point) => point.step.high - point.step.low);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const rate = points.reduce((sum, point, i) => sum + point.rate * weights[i]!, 0) / total;
    return { rate: Math.round(rate * 100) / 100, met: null, of: null };
  }

  /** How many were left out of the rate over a span, for everybody; null where that is not published. */
  left(column: "excluded" | "immature" | "unknown", span: Span): number | null {
    return this.#fact.total({}, span, column);
  }

  /** The rate over a span by the values of a dimension; values without enough people are left out. */
  breakdown(by: string, filters: Filters, span: Span): (Rate & Pick<Group, "value">)[] {
    const values = this.#fact.values(by);
    return values.flatMap((value) => {
      const rate = this.over({ ...filters, [by]: value }, span);
      return rate ? [{ value, ...rate }] : [];
    });
  }
}

/** Each month once, in order of time: rounded rates of small steps rather than the exact one that holds them, if they fill it. */
function once(exact: readonly RatePoint[], rounded: readonly RatePoint[]): RatePoint[] {
  const inside = (step: Step) => rounded.filter((point) => point.step.low >= step.low && point.step.high <= step.high);
  const coarse = exact.filter(({ step }) => !covers(inside(step), step));
  const fine = rounded.filter(
    ({ step }) => !coarse.some((point) => point.step.low <= step.low && point.step.high >= step.high),
  );
  return [...coarse, ...fine].sort((a, b) => a.step.low - b.step.low);
}
