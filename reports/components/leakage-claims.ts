// Leakage as claims tell it: visits in and out, and those to which our own specialists sent patients on.
import { numberColumn } from "./columns.ts";
import { empty } from "./figure.ts";
import { count, dollars, percent, rate } from "./format.ts";
import { monthStart, spanLabel, together } from "./kit.ts";
import type { Leakage } from "./leakage-facts.ts";
import { split } from "./split.ts";
import type { Filters } from "./state.ts";
import { table } from "./table.ts";
import { trend } from "./trend.ts";

export function claimsTrend(leakage: Leakage, filters: Filters): HTMLElement {
  const { data, facts, mine } = leakage;
  const series = (name: string) => facts.claims.series(mine(filters), undefined, name) ?? [];
  const [ins, outs] = [series("claims_visits_in"), series("claims_visits_out")];
  const drawn = outs.flatMap(({ step, count: out }, i) => {
    const of = out + ins[i]!.count;
    return of
      ? [
          {
            label: step.label,
            from: monthStart(step.low),
            to: monthStart(step.high),
            value: out / of,
            state:
              data.claimsMature !== null && step.high > data.claimsMature ? ("immature" as const) : ("final" as const),
            hint: `${rate(out / of)} of ${count(of)} specialist visits`,
          },
        ]
      : [];
  });
  return trend({
    title: "And by claims, is more specialist care given elsewhere?",
    subtitle: "Leakage, claims visits, by month of service",
    description: `Share of specialist visits outside${drawn.length ? `, ${rate(drawn.at(-1)!.value)} in ${drawn.at(-1)!.label}` : ""}.`,
    kind: "line",
    format: rate,
    axis: percent,
    points: drawn,
    note: "Hollow: less than nine in ten of the month's claims have come.",
    empty: noClaims(leakage, filters),
  });
}

export function claimsSplit(leakage: Leakage, filters: Filters): HTMLElement {
  const { data, facts, mine, span } = leakage;
  const { now } = span(filters, Math.min(data.claimsMature ?? data.mature, data.mature));
  const at = (name: string) => facts.claims.total(mine(filters), now, name);
  const [ins, outs, unknown] = [at("claims_visits_in"), at("claims_visits_out"), at("claims_visits_unknown")];
  const [dollarsIn, dollarsOut] = [at("claims_dollars_in"), at("claims_dollars_out")];
  const some = ins !== null && outs !== null && unknown !== null && ins + outs > 0;
  return split({
    title: "Where do our patients see specialists?",
    subtitle: `Specialist visits in claims, ${spanLabel(now)}, whoever sent them`,
    parts: some
      ? [
          { label: "In our system", count: ins, kind: "ours" },
          { label: "Outside", count: outs, kind: "other" },
          ...(unknown ? [{ label: "Unknown", count: unknown, kind: "unknown" as const }] : []),
        ]
      : [],
    ...(some && {
      answer: `Leakage by claims visits is ${rate(outs / (ins + outs))}${dollarsIn !== null && dollarsOut !== null && dollarsIn + dollarsOut > 0 ? `, by claims dollars ${rate(dollarsOut / (dollarsIn + dollarsOut))}: ${dollars(dollarsOut)} allowed outside` : ""}.`,
    }),
    empty: noClaims(leakage, filters),
  });
}

export function chainTable(leakage: Leakage, filters: Filters): HTMLElement {
  const { combined, data, facts, site, span } = leakage;
  if (data.keys.some((key) => key !== "specialty" && filters[key])) return together(combined);
  const { now } = span(filters);
  interface Line {
    readonly name: string;
    readonly visits: number;
    readonly out: number | null;
    readonly ins: number | null;
  }
  const line = (name: string, of: Filters): Line[] => {
    const visits = facts.chain.total(of, now, "visits");
    return visits
      ? [{ name, visits, out: facts.chain.total(of, now, "chain_out"), ins: facts.chain.total(of, now, "chain_in") }]
      : [];
  };
  const values = site.dimensions.find(({ key }) => key === "specialty")?.values ?? [];
  const rows = [...line("All specialties", {}), ...values.flatMap((name) => line(name, { specialty: name }))];
  if (!rows.length)
    return empty(
      data.chain.tables.all!.step.length
        ? "Too few visits to show."
        : "No claims tell of visits to which our own specialists sent patients on.",
    );
  return table<Line>({
    caption: `Visits to which our specialists sent patients on, ${spanLabel(now)}`,
    file: "leakage-chain",
    columns: [
      { label: "Specialty seen", value: (one) => one.name },
      numberColumn("Visits", (one) => one.visits),
      numberColumn("Outside", (one) => one.out),
      {
        label: "Leakage, chain",
        number: true,
        value: (one) =>
          one.out !== null && one.ins !== null && one.out + one.ins
            ? Math.round((1000 * one.out) / (one.out + one.ins)) / 1000
            : null,
        show: (one) =>
          one.out !== null && one.ins !== null && one.out + one.ins ? rate(one.out / (one.out + one.ins)) : "–",
      },
    ],
    rows,
  });
}

function noClaims(leakage: Leakage, filters: Filters): string {
  const { combined, data, facts, mine, missing, none } = leakage;
  if (!data.roster) return missing;
  if (!facts.claims.counts(mine(filters))) return "Claims are not counted by these filters.";
  return data.claims.tables.all!.step.length
    ? combined
      ? none()
      : "Too few visits to show."
    : "No claims have been loaded: care that patients sought on their own stays unseen.";
}
