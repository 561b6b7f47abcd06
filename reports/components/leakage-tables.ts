// Leakage by specialty, and what to fix first.
import { numberColumn, shareColumn } from "./columns.ts";
import { empty } from "./figure.ts";
import { count, decimal, dollars } from "./format.ts";
import { others, spanLabel, together } from "./kit.ts";
import type { Leakage, Opportunity } from "./leakage-facts.ts";
import { highest, isKnown, lowest, realized, type Seen } from "./seen.ts";
import type { Filters } from "./state.ts";
import { wilson } from "./sure.ts";
import { table } from "./table.ts";

export function specialties(leakage: Leakage, filters: Filters): HTMLElement {
  const { any, data, dimensions, facts, missing, money, none, seen, site, span } = leakage;
  const beside = others(site, dimensions, "specialty", filters);
  if (!beside) return together();
  const { now } = span(filters);
  interface Line {
    readonly name: string;
    readonly of: Seen | null;
    readonly episodes: number | null;
    readonly avoidable: number | null;
    readonly dollars: number | null;
  }
  const names = site.dimensions.find(({ key }) => key === "specialty")?.values ?? [];
  const rows: Line[] = names.flatMap((name) => {
    const mine = { ...beside, specialty: name };
    const episodes = facts.destination.total(mine, now, "episodes");
    if (!episodes) return [];
    return [
      {
        name,
        episodes,
        of: seen(mine, now),
        avoidable: facts.destination.total(mine, now, "avoidable"),
        dollars: money(mine, now).amount || null,
      },
    ];
  });
  if (!rows.length) return empty(any && data.roster ? none() : missing);
  rows.sort((a, b) => (b.of?.left ?? -1) - (a.of?.left ?? -1));
  const share = (label: string, of: (seen: Seen) => number) =>
    shareColumn<Line>(label, (line) => (isKnown(line.of) ? of(line.of) : null));
  return table<Line>({
    caption: `Leakage, realized, by specialty, ordered ${spanLabel(now)}`,
    file: "leakage-by-specialty",
    columns: [
      { label: "Specialty", value: (line) => line.name },
      numberColumn("Episodes", (line) => line.episodes),
      numberColumn("Stayed", (line) => line.of?.stayed ?? null),
      numberColumn("Outside", (line) => line.of?.left ?? null),
      numberColumn("Unknown", (line) => line.of?.unknown ?? null),
      share("Leakage, realized", realized),
      share("At least", lowest),
      share("At most", highest),
      numberColumn("Avoidable", (line) => line.avoidable),
      numberColumn("Known dollars outside", (line) => line.dollars, { show: dollars }),
    ],
    rows,
  });
}

/** What to fix first: cells where there is no limit, else specialties by what could have stayed. */
export function fixFirst(leakage: Leakage, filters: Filters): HTMLElement {
  const { data, facts, missing, money, seen, site, span } = leakage;
  if (!data.roster) return empty(missing);
  if (!data.samples)
    return empty(
      "No samples of open slots have been loaded: what could have stayed cannot be told from what could not.",
    );
  if (data.opportunity) {
    const { specialty, referring_location, payer } = filters;
    const wanted = (name: string, chosen: string | undefined) => chosen === undefined || chosen === name;
    const rows = data.opportunity.filter(
      (one) => wanted(one.specialty, specialty) && wanted(one.location, referring_location) && wanted(one.payer, payer),
    );
    if (!rows.length && data.opportunity.length)
      return empty("Nothing avoidable is expected here. Clear a filter to see the rest.");
    const tenths = (label: string, value: (one: Opportunity) => number) =>
      numberColumn(label, value, { show: decimal, decimals: 1 });
    return table<Opportunity>({
      caption: "Avoidable episodes to expect in a year, most dollars first",
      file: "leakage-opportunity",
      most: 25,
      columns: [
        { label: "Specialty", value: (one) => one.specialty },
        { label: "Referred by", value: (one) => one.location },
        { label: "Payer", value: (one) => one.payer },
        tenths("Avoidable a year", (one) => one.aYear),
        tenths("At least", (one) => one.low),
        tenths("At most", (one) => one.high),
        numberColumn("Dollars a year", (one) => one.dollars, { show: dollars, decimals: 0 }),
        { label: "Clinicians with room", number: true, value: (one) => one.providers },
        { label: "Days they would have waited", number: true, value: (one) => one.wait },
      ],
      rows,
    });
  }
  const { now } = span({});
  const years = (now.high - now.low) / 12;
  interface Line {
    readonly name: string;
    readonly aYear: number;
    readonly low: number;
    readonly high: number;
    readonly each: number | null;
  }
  const rows: Line[] = (site.dimensions.find(({ key }) => key === "specialty")?.values ?? []).flatMap((name) => {
    const of = seen({ specialty: name }, now);
    const avoidable = facts.destination.total({ specialty: name }, now, "avoidable");
    const { amount } = money({ specialty: name }, now);
    if (!isKnown(of) || !avoidable) return [];
    const n = of.stayed + of.left;
    const sure = wilson(avoidable, n);
    const each = amount ? amount / of.left : null;
    return [{ name, aYear: avoidable / years, low: (sure.low * n) / years, high: (sure.high * n) / years, each }];
  });
  if (!rows.length) return empty("No specialty has enough avoidable episodes to be named.");
  rows.sort((a, b) => b.aYear * (b.each ?? 0) - a.aYear * (a.each ?? 0) || b.aYear - a.aYear);
  const number = (label: string, value: (line: Line) => number | null, show = count) =>
    numberColumn(label, value, { show, decimals: 0 });
  return table<Line>({
    caption: "Avoidable episodes to expect in a year, most dollars first",
    file: "leakage-opportunity",
    columns: [
      { label: "Specialty", value: (line) => line.name },
      number("Avoidable a year", (line) => line.aYear),
      number("At least", (line) => line.low),
      number("At most", (line) => line.high),
      number("Known dollars each", (line) => line.each, dollars),
      number("Dollars a year", (line) => line.each && line.each * line.aYear, dollars),
    ],
    rows,
  });
}
