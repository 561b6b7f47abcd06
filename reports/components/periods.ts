// The periods that readers choose from: whole quarters, so that a period never cuts through a step in which
// small groups are published.
import type { Span } from "./facts.ts";
import type { Period } from "./filters.ts";
import type { Metric } from "./metric.ts";
import type { Filters } from "./state.ts";

export interface Choice extends Period {
  /** So many whole quarters, the newest or those so many quarters ago; everything where absent. */
  readonly quarters?: number;
  readonly ago?: number;
}

export const periods: readonly Choice[] = [
  { key: "4q", label: "Last 4 full quarters", quarters: 4 },
  { key: "1q", label: "Last full quarter", quarters: 1 },
  { key: "2q", label: "Last 2 full quarters", quarters: 2 },
  { key: "year-ago", label: "The 4 quarters before", quarters: 4, ago: 4 },
  { key: "all", label: "Everything so far" },
];

/** The months a choice stands for, ending before month `end`, with those before them where there are any. */
export function spanOf(
  choice: Choice,
  extent: Span,
  end: number,
): { readonly now: Span; readonly before: Span | null } {
  if (choice.quarters === undefined) return { now: { low: extent.low, high: end }, before: null };
  const last = end - (end % 3) - 3 * (choice.ago ?? 0);
  const low = last - 3 * choice.quarters;
  const before = { low: 2 * low - last, high: low };
  return {
    now: { low: Math.max(low, Math.min(extent.low, last)), high: last },
    before: before.low >= extent.low ? before : null,
  };
}

/** The same for a metric: its newest quarters are those whose outcomes are in. */
export function chosenSpan(metric: Metric, filters: Filters) {
  const choice = chosenPeriod(filters);
  return spanOf(choice, metric.extent, choice.quarters === undefined ? metric.mature : metric.data.end);
}

export const chosenPeriod = (filters: Filters) => periods.find(({ key }) => key === filters.period) ?? periods[0]!;
