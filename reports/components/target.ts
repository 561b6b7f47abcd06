// A target in words: what the organization aims for, and how far a figure is from it.
import { percent, plural, points, rate } from "./format.ts";
import type { Words } from "./metric.ts";

export interface TargetWords {
  readonly words: string;
  readonly met: boolean;
}

type Aim = Pick<Words, "target" | "better">;

/** "65%", "62.5%" */
export const targetShare = (target: number) =>
  (Number.isInteger(Math.round(target * 1e4) / 100) ? percent : rate)(target);

/** "Target 65%: 19.1 points short", "Target at most 8%: met"; null without a target. `about` where the share is a rounded one. */
export function shareTarget({ target, better }: Aim, share: number, about = false): TargetWords | null {
  if (target == null) return null;
  return told(targetShare(target), better, share - target, points(Math.abs(share - target), about).replace("+", ""));
}

/** "Target at most 14 days: 6 days over"; a median that is not reached is over. */
export function daysTarget({ target, better }: Aim, median: number | null): TargetWords | null {
  if (target == null) return null;
  const by = (median ?? Number.POSITIVE_INFINITY) - target;
  return told(plural(target, "day"), better, by, median === null ? "not reached" : plural(Math.abs(by), "day"));
}

function told(target: string, better: Words["better"], by: number, far: string): TargetWords {
  const lower = better === "lower";
  const met = lower ? by <= 0 : by >= 0;
  const name = `Target ${lower ? "at most " : ""}${target}`;
  if (met) return { words: `${name}: met`, met };
  return {
    words:
      far === "not reached" || far === "no change"
        ? `${name}: just missed`
        : `${name}: ${far} ${lower ? "over" : "short"}`,
    met,
  };
}
