// What has changed for certain: a share in its newest whole quarter against the same quarter a year before, or the one before it.
import type { Span } from "./facts.ts";
import type { Finding } from "./findings.ts";
import { count, rate } from "./format.ts";
import { type Kit, spanLabel } from "./kit.ts";
import type { Metric, Rate } from "./metric.ts";
import type { Filters } from "./state.ts";

export interface Change {
  readonly now: Rate & Counted;
  readonly then: Rate & Counted;
  readonly quarter: Span;
  readonly before: Span;
  /** How many standard errors the two shares lie apart; above zero where it rose. */
  readonly z: number;
}

interface Counted {
  readonly met: number;
  readonly of: number;
}

/** Two-sided error of 1 in 100, and where the largest of many is looked for, of about 1 in 2,000. */
const certain = 2.576;
const certainOfMany = 3.5;

/** Pooled two-proportion z-test (NIST/SEMATECH e-Handbook, 7.3.3); null where the numbers are not published or too few. */
export function changeOf(metric: Metric, filters: Filters): Change | null {
  const high = metric.data.end;
  const quarter = { low: high - 3, high };
  const yearAgo = { low: high - 15, high: high - 12 };
  const before = yearAgo.low >= metric.extent.low ? yearAgo : { low: high - 6, high: high - 3 };
  if (before.low < metric.extent.low) return null;
  const now = metric.over(filters, quarter);
  const then = metric.over(filters, before);
  if (!counted(now) || !counted(then)) return null;
  const pooled = (now.met + then.met) / (now.of + then.of);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / now.of + 1 / then.of));
  return error > 0 ? { now, then, quarter, before, z: (now.rate - then.rate) / error } : null;
}

function counted(share: Rate | null): share is Rate & Counted {
  return share !== null && share.met !== null && share.of !== null && share.of >= 30;
}

const when = ({ quarter, before }: Change) =>
  quarter.low - before.low === 12 ? `a year before` : `in ${spanLabel(before)}`;

function said(metric: Metric, change: Change, name: string | null): Finding {
  const rose = change.z > 0;
  const good = metric.data.better === "neither" ? null : rose === (metric.data.better === "higher");
  const { now, then, quarter } = change;
  return {
    tone: good === null ? "note" : good ? "improvement" : "concern",
    sentence: `${name ? `${name}: ` : ""}${metric.data.label} ${rose ? "rose" : "fell"} to ${rate(now.rate)} in ${spanLabel(quarter)}, from ${rate(then.rate)} ${when(change)}.`,
    figures: `${count(now.met)} of ${count(now.of)}, before ${count(then.met)} of ${count(then.of)}: more than chance explains.`,
  };
}

/** The newest month of a share outside its limits, among the last three that are complete. */
function outside(kit: Kit, key: string, filters: Filters, name: string | null): Finding[] {
  const metric = kit.figures.share(key);
  const signals = kit.signals.of(key, filters);
  const points =
    metric
      .series(filters)
      ?.filter((point) => !point.immature)
      .slice(-3) ?? [];
  const last = points.findLast((point) => signals?.at(point.step)?.outside);
  const at = last && signals?.at(last.step);
  if (!last || !at?.tone) return [];
  return [
    {
      tone: at.tone,
      sentence: `${name ? `${name}: ` : ""}${metric.data.label} ${last.rate < at.low ? "fell below" : "rose above"} its limits in ${last.step.label}.`,
      figures: `${rate(last.rate)}${last.of === null ? "" : ` of ${count(last.of)}`}; chance explains ${rate(at.low)} to ${rate(at.high)}.`,
    },
  ];
}

/** Sentences on the shares that left their limits or changed for everybody, or for the chosen name; then the largest change of one name of `by`. */
export function changes(kit: Kit, keys: readonly string[], filters: Filters, by = "specialty"): Finding[] {
  const name = kit.chosen(filters);
  const result: Finding[] = [];
  for (const key of keys) {
    const metric = kit.figures.share(key);
    result.push(...outside(kit, key, filters, name));
    const change = changeOf(metric, filters);
    if (change && Math.abs(change.z) >= certain) result.push(said(metric, change, name));
  }
  if (name) return result;
  for (const key of keys) {
    const metric = kit.figures.share(key);
    const sign = metric.data.better === "lower" ? 1 : -1;
    const worst = kit
      .names(by)
      .flatMap((value) => {
        const change = changeOf(metric, { [by]: value });
        return change && sign * change.z >= certainOfMany ? [{ value, change }] : [];
      })
      .sort((a, b) => sign * (b.change.z - a.change.z))[0];
    if (worst) result.push(said(metric, worst.change, worst.value));
  }
  return result;
}
