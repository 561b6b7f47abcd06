// Counts or rates by month: bars or a line, with limits and signals, and unfinished months drawn as unfinished.

import { figure } from "./figure.ts";
import { count as whole } from "./format.ts";
import { barsOrLine } from "./trend-marks.ts";

export interface TrendPoint {
  readonly label: string;
  /** First day of the stretch and first day after it. */
  readonly from: Date;
  readonly to: Date;
  readonly value: number;
  /** "final"; "immature": its outcomes are not all in; "partial": the month is not over. */
  readonly state: "final" | "immature" | "partial";
  readonly signal?: "improvement" | "concern";
  /** What the number says, in words, when hovered. */
  readonly hint?: string;
}

/** What common causes explain, for each point: limits may widen where there are few. Without a center: bounds of what is not known. */
export interface TrendLimits {
  readonly center?: number;
  readonly low: number;
  readonly high: number;
}

export interface TrendOptions {
  readonly title: string;
  readonly subtitle?: string;
  readonly description: string;
  readonly points: readonly TrendPoint[];
  readonly kind?: "bars" | "line";
  /** One for all points, or one per point; null where a point has none yet. */
  readonly limits?: TrendLimits | readonly (TrendLimits | null)[];
  /** A target drawn across, in words in the subtitle. */
  readonly target?: number | null;
  readonly format?: (value: number) => string;
  /** How the axis writes numbers, where that is shorter. */
  readonly axis?: (value: number) => string;
  readonly empty?: string;
  readonly note?: Node | string;
}

const states = { final: "complete", immature: "outcomes not all in yet", partial: "month not over" } as const;

export function trend(options: TrendOptions): HTMLElement {
  const format = options.format ?? whole;
  const { points } = options;
  return figure({
    title: options.title,
    description: options.description,
    ...(options.subtitle && { subtitle: options.subtitle }),
    ...(options.empty && { empty: options.empty }),
    ...(options.note && { note: options.note }),
    rows: points,
    draw: (width) =>
      barsOrLine({ ...options, kind: options.kind ?? "bars", format, axis: options.axis ?? format, width }),
    columns: [
      { label: "Period", value: (point) => point.from.toISOString().slice(0, 10), show: (point) => point.label },
      { label: "Value", number: true, value: (point) => point.value, show: (point) => format(point.value) },
      { label: "State", value: (point) => states[point.state] },
      ...(points.some((point) => point.signal)
        ? [{ label: "Signal", value: (point: TrendPoint) => point.signal ?? null }]
        : []),
    ],
  });
}
