// A rule across two tables: open referrals of some age are some of the referrals ordered in the months that hold those days, and
// what is left over are the closed ones. Few left over would be a small count that nobody published and anybody could subtract.
import type { Counts, Shown } from "../../pipeline/site/privacy.ts";
import type { Step } from "../components/facts.ts";
import { monthNumber } from "./calendar.ts";
import type { Published } from "./publish.ts";

export interface WithinOptions {
  readonly volume: Published;
  readonly months: readonly Step[];
  readonly ages: readonly Step[];
  readonly asOf: string;
  readonly limit: number;
}

const day = 86_400_000;

/**
 * For a name shown by age at some steps: the step to leave out because a stretch of published months less the ages that lie
 * wholly inside it leaves 1 to limit−1 referrals; null when none does.
 */
export function revealsClosed({ volume, months, ages, asOf, limit }: WithinOptions) {
  const today = Date.parse(`${asOf}T00:00:00Z`);
  const monthOf = (time: number) => monthNumber(new Date(time).toISOString());
  return (cut: string, name: string, shown: Shown, counts: Counts): number | null => {
    const ordered = volume.shown(cut, name);
    const total = volume.counts(cut, name);
    if (!ordered || !total) return null;
    const open = [...shown].map((node) => ({
      node,
      first: monthOf(today - (ages[node]!.high - 1) * day),
      last: monthOf(today - ages[node]!.low * day),
      count: counts[node]![0]!,
    }));
    const stretches = [...ordered].map((node) => ({ ...months[node]!, count: total[node]![0]! }));
    stretches.sort((a, b) => a.low - b.low);
    const start = stretches[0]?.low ?? 0;
    for (let from = 0; from < stretches.length; from++) {
      let referrals = 0;
      for (let to = from; to < stretches.length; to++) {
        if (to > from && stretches[to]!.low !== stretches[to - 1]!.high) break;
        referrals += stretches[to]!.count;
        const low = stretches[from]!.low;
        const inside = open.filter(
          // The oldest age reaches back to the first order there is.
          ({ first, last }) => Math.max(first, start) >= low && last < stretches[to]!.high,
        );
        const left = referrals - inside.reduce((sum, { count }) => sum + count, 0);
        if (inside.length && left > 0 && left < limit) return Math.max(...inside.map(({ node }) => node));
      }
    }
    return null;
  };
}
