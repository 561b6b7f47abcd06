// Where referred patients were seen: in our system, outside, nobody knows where, or not at all; and the leakage that these tell.
import type { Part } from "./split.ts";

export interface Seen {
  readonly stayed: number;
  readonly left: number;
  readonly unknown: number;
  readonly unseen: number;
}

/** The four counts, each by its name; null where one of them is not told. */
export function seenOf(at: (name: keyof Seen) => number | null): Seen | null {
  const [stayed, left, unknown, unseen] = [at("stayed"), at("left"), at("unknown"), at("unseen")];
  return stayed === null || left === null || unknown === null || unseen === null
    ? null
    : { stayed, left, unknown, unseen };
}

/** Whether of some it is known where they were seen. */
export const isKnown = (seen: Seen | null): seen is Seen => seen !== null && seen.stayed + seen.left > 0;

/** Leakage, realized: of those known to be seen, those seen outside. */
export const realized = ({ stayed, left }: Seen) => left / (stayed + left);
/** Had every unknown stayed. */
export const lowest = ({ stayed, left, unknown }: Seen) => left / (stayed + left + unknown);
/** Had every unknown left. */
export const highest = ({ stayed, left, unknown }: Seen) => (left + unknown) / (stayed + left + unknown);

export const seenParts = (seen: Seen | null): Part[] =>
  seen
    ? [
        { label: "In our system", count: seen.stayed, kind: "ours" },
        { label: "Outside", count: seen.left, kind: "other" },
        { label: "Nobody knows where, or whether", count: seen.unknown, kind: "unknown" },
        { label: "Not seen, or not yet", count: seen.unseen, kind: "none" },
      ]
    : [];
