// Columns of numbers and shares in a table: what is not known or not told is shown as a dash and downloaded as nothing.
import { count, percent, rate } from "./format.ts";
import type { Rate } from "./metric.ts";
import type { Column } from "./table.ts";

export interface NumberOptions {
  /** How it is shown; whole, by default. */
  readonly show?: (value: number) => string;
  /** Decimals of what is sorted and downloaded; all, by default. */
  readonly decimals?: number;
}

export function numberColumn<T>(
  label: string,
  value: (row: T) => number | null,
  { show = count, decimals }: NumberOptions = {},
): Column<T> {
  return {
    label,
    number: true,
    value: (row) => {
      const n = value(row);
      return n === null || decimals === undefined ? n : rounded(n, decimals);
    },
    show: (row) => {
      const n = value(row);
      return n === null ? "–" : show(n);
    },
  };
}

/** Shares of one, shown as percents with a decimal. */
export const shareColumn = <T>(label: string, value: (row: T) => number | null): Column<T> =>
  numberColumn(label, value, { show: rate, decimals: 3 });

/** Shares that may be published rounded. */
export function rateColumn<T>(label: string, of: (row: T) => Rate | null): Column<T> {
  return {
    label,
    number: true,
    value: (row) => {
      const share = of(row);
      return share && rounded(share.rate, 3);
    },
    show: (row) => {
      const share = of(row);
      return share ? shareText(share) : "–";
    },
  };
}

/** Exact shares with a decimal, rounded ones without. */
export const shareText = (share: Rate) => (share.of === null ? `≈ ${percent(share.rate)}` : rate(share.rate));

function rounded(value: number, decimals: number): number {
  const unit = 10 ** decimals;
  return Math.round(value * unit) / unit;
}
