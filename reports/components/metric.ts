// A metric as the site knows it: its words, its rate by month, over a period and by name, each with the numbers it is made of.
import { type Dimension, Fact, type FactData, type Group, type Span, type Step } from "./facts.ts";
import type { Filters } from "./state.ts";

export interface MetricData {
  readonly key: string;
  readonly label: string;
  /** One sentence. */
  readonly definition: string;
  readonly numerator: string;
  readonly denominator: string;
  readonly better: "higher" | "lower";
  /** Days after the end of a month until its outcomes are in. */
  readonly maturityDays: number;
  readonly target?: number | null;
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

  /** Whether the outcomes of a step's last month are not all in yet. */
  #immature(step: Step): boolean {
    const end = Date.UTC(Math.floor(step.high / 12), step.high % 12, 1);
    return end + this.data.maturityDays * day > this.#asOf;
  }

  /** The rate by step, in order of time; null where the site holds none for these filters. */
  series(filters: Filters, span?: Span): RatePoint[] | null {
    const exact = this.#exact(filters, span);
    const about = this.#fact.series(filters, span, "about");
    if (!exact || !about) return null;
    const points: RatePoint[] = exact.map((point) => ({ ...point, immature: this.#immature(point.step) }));
    for (const { step, count } of about) {
      points.push({ step, rate: count / 100, met: null, of: null, immature: this.#immature(step) });
    }
    return points.sort((a, b) => a.step.low - b.step.low);
  }

  #exact(filters: Filters, span?: Span) {
    const met = this.#fact.series(filters, span, "met");
    const unmet = this.#fact.series(filters, span, "unmet");
    if (!met || !unmet) return null;
    return met.flatMap(({ step, count }, i) => {
      const of = count + (unmet[i]?.count ?? 0);
      return of > 0 ? [{ step, rate: count / of, met: count, of }] : [];
    });
  }

  /** The rate over a span: exact where its numbers are published for all of it, else about, else null. Young months are left out. */
  over(filters: Filters, span: Span): Rate | null {
    const points = this.series(filters, span)?.filter((point) => !point.immature);
    if (!points?.length) return null;
    if (points.every((point) => point.of !== null)) {
      const met = points.reduce((sum, point) => sum + point.met!, 0);
      const of = points.reduce((sum, point) => sum + point.of!, 0);
      return { rate: met / of, met, of };
    }
    const weights = points.map((point) => point.step.high - point.step.low);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const rate = points.reduce((sum, point, i) => sum + point.rate * weights[i]!, 0) / total;
    return { rate: Math.round(rate * 100) / 100, met: null, of: null };
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
