// The steps of time in which counts are published: months within calendar quarters within calendar years. The month that is not
// over yet stands alone, so that it never holds back the months before it.
import { type Tree, tree } from "../../pipeline/privacy.ts";
import type { Step } from "../components/facts.ts";
import { months } from "../components/format.ts";

export interface Calendar {
  readonly tree: Tree;
  readonly steps: readonly Step[];
  /** Step of a month, by "2026-04-01". */
  readonly leaf: ReadonlyMap<string, number>;
}

/** Months counted from year 0: January 2026 is 2026 × 12. */
export const monthNumber = (date: string) => Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1;
const firstDay = (month: number) => `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}-01`;

/** Every month from `first` to the month of `asOf`. */
export function calendar(first: string, asOf: string): Calendar {
  const low = monthNumber(first);
  const current = monthNumber(asOf);
  const parent: number[] = [];
  const steps: Step[] = [];
  const leaf = new Map<string, number>();
  const add = (from: number, to: number, above: number, isLeaf: boolean) => {
    const label = months(new Date(`${firstDay(from)}T00:00:00Z`), to - from);
    steps.push({ label, low: from, high: to, leaf: isLeaf });
    if (isLeaf) leaf.set(firstDay(from), steps.length - 1);
    return parent.push(above) - 1;
  };
  for (let year = low - (low % 12); year < current; year += 12) {
    const inYear = add(Math.max(year, low), Math.min(year + 12, current), -1, false);
    for (let quarter = year; quarter < year + 12; quarter += 3) {
      const from = Math.max(quarter, low);
      const to = Math.min(quarter + 3, current);
      if (from >= to) continue;
      const inQuarter = add(from, to, inYear, false);
      for (let month = from; month < to; month++) add(month, month + 1, inQuarter, true);
    }
  }
  add(current, current + 1, -1, true);
  return { tree: tree(parent), steps, leaf };
}
