// The steps of time in which counts are published: months within calendar quarters within years of four quarters. The month that is not
// over yet stands alone, so that it never holds back the months before it.
import { type Tree, tree } from "../../pipeline/site/privacy.ts";
import type { Step } from "../components/facts.ts";
import { months } from "../components/format.ts";

export interface Calendar {
  readonly tree: Tree;
  readonly steps: readonly Step[];
  /** Step of a month, by "2026-04-01". */
  readonly leaf: ReadonlyMap<string, number>;
  /** First month after the newest whole year of steps. */
  readonly end: number;
}

/** Months counted from year 0: January 2026 is 2026 × 12. */
export const monthNumber = (date: string) => Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1;
/** "2026-04-01" */
export const firstDay = (month: number) => `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}-01`;

/** Months of a quarter are one step of a year, of which the newest ends with `end`, the first month after it. */
export interface CalendarOptions {
  /** By default the first month of the quarter that is not over. */
  readonly end?: number | undefined;
}

/** First month of the quarter that a month lies in. */
export const quarterOf = (month: number) => month - (((month % 3) + 3) % 3);

/**
 * Every month from `first` to the month of `asOf`. Years are those of the reader's question, the newest four quarters whose numbers
 * are complete and the four before each: what is too small for a quarter is shown for just these.
 */
export function calendar(first: string, asOf: string, options: CalendarOptions = {}): Calendar {
  const low = monthNumber(first);
  const current = monthNumber(asOf);
  const end = quarterOf(Math.min(options.end ?? current, current));
  const parent: number[] = [];
  const steps: Step[] = [];
  const leaf = new Map<string, number>();
  const add = (from: number, to: number, above: number, isLeaf: boolean) => {
    const label = months(new Date(`${firstDay(from)}T00:00:00Z`), to - from);
    steps.push({ label, low: from, high: to, leaf: isLeaf });
    if (isLeaf) leaf.set(firstDay(from), steps.length - 1);
    return parent.push(above) - 1;
  };
  const years = Math.ceil(Math.max(0, end - low) / 12);
  for (let year = end - 12 * years; year < current; year += 12) {
    const inYear = add(Math.max(year, low), Math.min(year + 12, current), -1, false);
    for (let quarter = year; quarter < Math.min(year + 12, current); quarter += 3) {
      const from = Math.max(quarter, low);
      const to = Math.min(quarter + 3, current);
      if (from >= to) continue;
      const inQuarter = add(from, to, inYear, false);
      for (let month = from; month < to; month++) add(month, month + 1, inQuarter, true);
    }
  }
  add(current, current + 1, -1, true);
  return { tree: tree(parent), steps, leaf, end };
}
