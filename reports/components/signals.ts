// What chance explains of a figure, month by month, and what it does not: limits and signals as the pipeline computed them.
import type { Dimension, Span } from "./facts.ts";
import type { Filters } from "./state.ts";

export interface SignalData {
  readonly metric: string;
  /** "all", or the key of a dimension with the code of its value. */
  readonly cut: string;
  readonly value: number;
  readonly month: readonly number[];
  readonly center: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly tone: readonly ("improvement" | "concern" | null)[];
  /** Beyond the limits, rather than one of a run or a trend. */
  readonly outside: readonly boolean[];
}

export interface SignalAt {
  readonly center: number;
  readonly low: number;
  readonly high: number;
  readonly tone: "improvement" | "concern" | null;
  readonly outside: boolean;
}

export class Signals {
  readonly #data: readonly SignalData[];
  readonly #dimensions: readonly Dimension[];

  constructor(data: readonly SignalData[], dimensions: readonly Dimension[]) {
    this.#data = data;
    this.#dimensions = dimensions;
  }

  /** Those of a metric for everybody or for one chosen name; null where there are none. */
  of(metric: string, filters: Filters): { at(step: Span): SignalAt | null } | null {
    const chosen = this.#dimensions.filter(({ key }) => filters[key] !== undefined);
    if (chosen.length > 1) return null;
    const cut = chosen[0]?.key ?? "all";
    const value = chosen[0] ? chosen[0].values.indexOf(filters[cut]!) : 0;
    const found = this.#data.find((one) => one.metric === metric && one.cut === cut && one.value === value);
    if (!found) return null;
    return {
      at: ({ low, high }) => {
        const i = high - low === 1 ? found.month.indexOf(low) : -1;
        return i < 0
          ? null
          : {
              center: found.center[i]!,
              low: found.low[i]!,
              high: found.high[i]!,
              tone: found.tone[i] ?? null,
              outside: found.outside[i] ?? false,
            };
      },
    };
  }
}
