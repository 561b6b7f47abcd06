// The steps of age in which open referrals are published: the field's bands, within wider ones where numbers are small.
import { type Tree, tree } from "../../pipeline/site/privacy.ts";
import type { Step } from "../components/facts.ts";

export interface Ages {
  readonly tree: Tree;
  readonly steps: readonly Step[];
  /** Step of a band, by its order from 1. */
  readonly leaf: readonly number[];
}

/** Older than any referral, in days. */
const ever = 36_500;

export function ages(): Ages {
  const parent: number[] = [];
  const steps: Step[] = [];
  const leaf: number[] = [Number.NaN];
  const add = (low: number, high: number, above: number, isLeaf = false) => {
    const label = high === ever ? (low === 0 ? "Any age" : `More than ${low - 1} days`) : `${low}–${high - 1} days`;
    steps.push({ label, low, high, leaf: isLeaf });
    return parent.push(above) - 1;
  };
  // More than 90 days is what leaders look at first, so it is the first to be told apart.
  const any = add(0, ever, -1);
  const upTo90 = add(0, 91, any);
  const month = add(0, 31, upTo90);
  const quarter = add(31, 91, upTo90);
  leaf.push(add(0, 8, month, true), add(8, 15, month, true), add(15, 31, month, true));
  leaf.push(add(31, 61, quarter, true), add(61, 91, quarter, true), add(91, ever, any, true));
  return { tree: tree(parent), steps, leaf };
}
