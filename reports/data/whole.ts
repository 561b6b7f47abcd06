// Facts without a course of time: one step that holds everything.
import { type Tree, tree } from "../../pipeline/site/privacy.ts";
import type { Step } from "../components/facts.ts";

export const whole: { readonly tree: Tree; readonly steps: readonly Step[] } = {
  tree: tree([-1]),
  steps: [{ label: "All", low: 0, high: 1, leaf: true }],
};
