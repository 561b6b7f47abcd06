// The steps of age in which open referrals are published: the field's bands, within wider ones for small numbers.
import { type Tree, tree } from "../../pipeline/privacy.ts";
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
  const all = add(0, ever, -1);
  const wide = [
    { bounds: [0, 8, 15, 31], node: add(0, 31, all) },
    { bounds: [31, 61, 91, ever], node: add(31, ever, all) },
  ];
  for (const { bounds, node } of wide) {
    for (let i = 1; i < bounds.length; i++) leaf.push(add(bounds[i - 1]!, bounds[i]!, node, true));
  }
  return { tree: tree(parent), steps, leaf };
}
