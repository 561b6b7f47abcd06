// Leakage by its methods, in words: each figure carries its method in its name, and pages explain them all in the same words.

export interface Method {
  readonly label: string;
  readonly sentence: string;
  readonly numerator: string;
  readonly denominator: string;
  readonly source: string;
  readonly maturity: string;
}

const visits = "Orders too young for their visit and its claim are drawn as not final.";
const ours = "ours: leakage has no standard definition";

export const methods = {
  realized: {
    label: "Leakage, realized",
    sentence:
      "Of the episodes known to be seen, those seen outside our system. Unknown destinations are in neither; not seen is not leakage.",
    numerator: "First attended visit outside our system on the day of service",
    denominator: "First attended visit known to be inside or outside",
    source: ours,
    maturity: visits,
  },
  ordered: {
    label: "Leakage, ordered",
    sentence: "Of the episodes whose intended destination is known, those meant for outside when ordered.",
    numerator: "Intended destination outside our system on the order day",
    denominator: "Intended destination known to be inside or outside",
    source: ours,
    maturity: "Complete at once.",
  },
  net: {
    label: "Leakage, net",
    sentence:
      "Avoidable episodes, of the avoidable ones and those that stayed. Avoidable: on the day of the order one of our clinicians of that specialty took the payer and met every limit of distance, age and wait.",
    numerator: "Seen outside, and avoidable",
    denominator: "Avoidable, or stayed",
    source: ours,
    maturity: visits,
  },
  dollars: {
    label: "Dollars outside, realized",
    sentence:
      "Allowed amounts of the outside visits of episodes that left, from claims; estimates only where the site has a table of its own.",
    numerator: "Allowed dollars of the outside visits of episodes seen outside",
    denominator: "–",
    source: ours,
    maturity: visits,
  },
  claims: {
    label: "Leakage, claims visits",
    sentence: "Of the specialist visits in claims of attributed, continuously covered patients, those outside.",
    numerator: "Specialist visits outside our system",
    denominator: "Specialist visits known to be inside or outside",
    source: ours,
    maturity: "A month counts when nine in ten of its claims are known.",
  },
  chain: {
    label: "Leakage, chain",
    sentence: "Of the visits to which our own specialists sent patients on, those outside.",
    numerator: "Sent on and seen outside",
    denominator: "Sent on and seen, inside or outside",
    source: ours,
    maturity: visits,
  },
} as const satisfies Record<string, Method>;
