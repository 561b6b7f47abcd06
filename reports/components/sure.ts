// How sure a share of counted people is, for sentences that are only said when certain.

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Wilson's score interval (E. B. Wilson, JASA 22, 1927); z 1.96 is 95%, 3.09 is 99.8%. */
export function wilson(met: number, of: number, z = 1.96): Interval {
  if (of <= 0) return { low: 0, high: 1 };
  const p = met / of;
  const middle = p + (z * z) / (2 * of);
  const half = z * Math.sqrt((p * (1 - p)) / of + (z * z) / (4 * of * of));
  const scale = 1 + (z * z) / of;
  return { low: Math.max(0, (middle - half) / scale), high: Math.min(1, (middle + half) / scale) };
}

/** Whether two shares differ by more than chance: intervals of the difference by Newcombe (Statistics in Medicine 17, 1998, method 10). */
export function differ(a: { met: number; of: number }, b: { met: number; of: number }, z = 3.09): boolean {
  if (!a.of || !b.of) return false;
  const [p, q] = [a.met / a.of, b.met / b.of];
  const [x, y] = [wilson(a.met, a.of, z), wilson(b.met, b.of, z)];
  const low = p - q - Math.hypot(p - x.low, y.high - q);
  const high = p - q + Math.hypot(x.high - p, q - y.low);
  return low > 0 || high < 0;
}

/** Over-dispersion: the mean of squared scores, winsorised at their 10th and 90th percentile (Spiegelhalter, Statistics in Medicine 24, 2005). */
export function dispersion(scores: readonly number[]): number {
  const sorted = [...scores].sort((a, b) => a - b);
  const at = (p: number) => {
    const place = p * (sorted.length - 1);
    const below = Math.floor(place);
    return sorted[below]! + (place - below) * ((sorted[below + 1] ?? sorted[below]!) - sorted[below]!);
  };
  const [low, high] = [at(0.1), at(0.9)];
  return scores.reduce((sum, z) => sum + Math.min(high, Math.max(low, z)) ** 2, 0) / scores.length;
}
