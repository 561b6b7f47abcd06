// Network and capacity: where a new patient can be seen, how soon, and by whom not at all.
import { bars } from "./bars.ts";
import { numberColumn } from "./columns.ts";
import { define } from "./define.ts";
import { type Dimension, Fact, type FactData } from "./facts.ts";
import { empty } from "./figure.ts";
import { filterBar } from "./filters.ts";
import { type Finding, findings } from "./findings.ts";
import { count, decimal, list, plural, rate } from "./format.ts";
import { type Headline, headlines } from "./headline.ts";
import { intervals } from "./intervals.ts";
import { monthStart, spanLabel, together } from "./kit.ts";
import type { LeakageData } from "./leakage-facts.ts";
import { footer, type SiteData } from "./page.ts";
import { periods, spanOf } from "./periods.ts";
import { type Filters, live, setFilters } from "./state.ts";
import { differ, wilson } from "./sure.ts";
import { table } from "./table.ts";
import { trend } from "./trend.ts";

export interface Wait {
  readonly month: number;
  /** "" is everybody. */
  readonly specialty: string;
  /** Third next available in days: the median clinician, averaged over the month's samples. */
  readonly days: number | null;
  /** Clinicians without a third open slot in sight, of those sampled. */
  readonly full: number;
  readonly sampled: number;
  /** Open slots in the next 30 days. */
  readonly open: number | null;
}

export interface Pair {
  readonly specialty: string;
  readonly payer: string;
  readonly contracted: number;
  readonly accepting: number;
  readonly soonest: number | null;
  readonly days: number | null;
  /** Of the last 365 days; null where too few to show. */
  readonly episodes: number | null;
}
export type Gap = Pair;

export interface Assertion {
  readonly label: string;
  readonly assertion: string;
}

export interface NetworkData {
  readonly waits: readonly Wait[];
  readonly clinicians: { readonly listed: number; readonly accepting: number; readonly before: number | null } | null;
  readonly pairs: readonly Pair[];
  /** Pairs that nobody of ours takes. */
  readonly gaps: readonly Gap[];
  readonly bands: Dimension;
  readonly bandFact: FactData;
  readonly assertions: readonly Assertion[];
  readonly assertionFact: FactData;
}

const third =
  "Days to the third open slot for a new patient, as sampled: one or two early slots may be chance cancellations, the third is what most patients get. The clinician in the middle of those sampled; clinicians without a third slot in sight are counted apart.";
const longWait = 30;

export function networkPage(
  site: SiteData,
  data: NetworkData,
  leakage: Pick<LeakageData, "ordered" | "mature" | "keys">,
) {
  footer(site);
  const dimensions = site.dimensions.filter(({ key }) => key === "specialty");
  const specialties = dimensions[0]?.values ?? [];
  const ordered = new Fact(leakage.ordered, site.dimensions);
  const extent = ordered.extent();
  const year = spanOf(periods[0]!, extent, Math.min(leakage.mature, extent.high)).now;
  const noSamples =
    "No samples of open slots have been loaded: how long a new patient waits is not known. A weekly list of open slots is enough.";
  const noRoster = "No provider roster has been loaded: who takes which payer is not known.";

  const series = (specialty = "") => data.waits.filter((wait) => wait.specialty === specialty);
  const newest = data.waits.reduce((most, wait) => Math.max(most, wait.month), 0);
  const at = (specialty: string, month: number) => series(specialty).find((wait) => wait.month === month) ?? null;
  const chosen = (filters: Filters) => filters.specialty ?? "";
  const label = (month: number) => spanLabel({ low: month, high: month + 1 });
  const long = (month: number) =>
    data.waits.filter((wait) => wait.specialty && wait.month === month && wait.days !== null && wait.days > longWait)
      .length;
  const sampledAt = (month: number) => data.waits.filter((wait) => wait.specialty && wait.month === month).length;

  function head(filters: Filters): Headline[] {
    const name = chosen(filters);
    const now = at(name, newest);
    const before = at(name, newest - 12);
    const pairs = data.pairs.filter((pair) => !name || pair.specialty === name);
    const gaps = data.gaps.filter((pair) => !name || pair.specialty === name);
    return [
      {
        label: define("Third next available", third),
        value: now?.days == null ? "–" : plural(Math.round(now.days), "day"),
        compare:
          now?.days == null
            ? newest
              ? "no clinician has a third open slot in sight"
              : "needs samples of open slots"
            : `${label(newest)}${before?.days == null ? "" : `; ${plural(Math.round(before.days), "day")} a year before`}`,
      },
      {
        label: "Specialties over 30 days",
        value: newest ? count(long(newest)) : "–",
        compare: newest
          ? `of ${sampledAt(newest)} sampled${sampledAt(newest - 12) ? `; ${count(long(newest - 12))} a year before` : ""}`
          : "needs samples of open slots",
      },
      {
        label: "Clinicians taking new patients",
        value: data.clinicians ? count(data.clinicians.accepting) : "–",
        compare: data.clinicians
          ? `of ${count(data.clinicians.listed)} of ours${data.clinicians.before === null ? "" : `; ${count(data.clinicians.before)} a year before`}`
          : "needs a provider roster",
      },
      {
        label: define(
          "Access gaps",
          "Specialties for which patients of a payer were referred in the last 365 days while none of our clinicians takes new patients of that payer.",
        ),
        value: data.clinicians ? count(gaps.length) : "–",
        compare: data.clinicians
          ? `of ${plural(pairs.length, "pair")} of specialty and payer in use`
          : "needs a provider roster",
        ...(data.clinicians && gaps.length && { breach: "Nobody takes them." }),
      },
    ];
  }

  return {
    filters: filterBar({ periods: [], dimensions, single: true }),
    headlines: live((filters) => headlines(head(filters))),
    findings: live((filters) => findings(found(chosen(filters)))),
    trend: live((filters) => {
      const name = chosen(filters);
      const points = series(name).flatMap(({ month, days, full, sampled }) =>
        days === null
          ? []
          : [
              {
                label: label(month),
                from: monthStart(month),
                to: monthStart(month + 1),
                value: days,
                state: month === extent.high - 1 ? ("partial" as const) : ("final" as const),
                hint: `${plural(Math.round(days), "day")}${full ? `; ${count(full)} of ${count(sampled)} without a slot in sight` : ""}`,
              },
            ],
      );
      return trend({
        title: name ? `Do new patients wait longer for ${name}?` : "Do new patients wait longer?",
        subtitle: "Third next available in days, the clinician in the middle, by month of the sample",
        description: `Days to the third open slot${points.length ? `, ${Math.round(points.at(-1)!.value)} in ${points.at(-1)!.label}` : ""}.`,
        kind: "line",
        points,
        format: (value) => plural(Math.round(value), "day"),
        axis: count,
        empty: newest ? "No samples of this specialty." : noSamples,
      });
    }),
    waits: live((filters) => {
      const rows = data.waits.filter((wait) => wait.month === newest && wait.specialty && wait.days !== null);
      return bars({
        title: "Which specialties keep new patients waiting?",
        subtitle: `Third next available in days, ${newest ? label(newest) : ""}`,
        unit: "Days",
        beforeLabel: "A year before",
        most: 14,
        bars: [...rows]
          .sort((a, b) => b.days! - a.days!)
          .map(({ specialty, days }) => ({
            label: specialty,
            value: days!,
            before: at(specialty, newest - 12)?.days ?? null,
            aside: Boolean(filters.specialty) && filters.specialty !== specialty,
            onchoose: () => setFilters({ specialty }),
          }))
          .slice(0, 14),
        note: rows.length > 14 ? `The 14 longest of ${rows.length}; the table has all.` : undefined,
        empty: noSamples,
      });
    }),
    leave: leaveByWait(),
    gaps: live((filters) => gapTable(chosen(filters))),
    table: live((filters) => supply(chosen(filters))),
    assertions: assertionTable(),
  };

  function leaveByWait(): HTMLElement {
    const bands = new Fact(data.bandFact, [data.bands]);
    const rows = data.bands.values.flatMap((band) => {
      const [stayed, left] = ["stayed", "left"].map((name) => bands.total({ band }, undefined, name));
      if (!band || stayed == null || left == null || stayed + left === 0) return [];
      const of = stayed + left;
      return [{ label: bandLabel(band), rate: left / of, ...wilson(left, of), n: of }];
    });
    const all = ["stayed", "left"].map((name) => bands.total({}, undefined, name) ?? 0);
    return intervals({
      title: "Do patients leave when the wait with us is long?",
      subtitle: "Leakage, realized, by our wait on the day of the order; all specialties and all orders so far",
      intervals: rows,
      overall: all[0]! + all[1]! ? all[1]! / (all[0]! + all[1]!) : 0,
      empty: data.clinicians ? noSamples : noRoster,
    });
  }

  function gapTable(name: string): HTMLElement {
    if (!data.clinicians) return empty(noRoster);
    const rows = data.gaps.filter((gap) => !name || gap.specialty === name);
    if (!rows.length)
      return empty(
        name
          ? `Some of our clinicians take each payer for ${name}.`
          : "For each specialty and payer in use, some of ours take new patients.",
      );
    return table<Gap>({
      caption: "Nobody of ours takes new patients",
      file: "access-gaps",
      columns: [
        { label: "Specialty", value: (gap) => gap.specialty },
        { label: "Payer", value: (gap) => gap.payer },
        { label: "Ours in the payer's network", number: true, value: (gap) => gap.contracted },
        numberColumn("Referrals, last 365 days", (gap) => gap.episodes),
      ],
      rows: [...rows].sort((a, b) => (b.episodes ?? 0) - (a.episodes ?? 0)),
    });
  }

  function supply(name: string): HTMLElement {
    interface Line {
      readonly specialty: string;
      readonly wait: Wait | null;
      readonly before: Wait | null;
      readonly demand: number | null;
      readonly payers: number;
      readonly taken: number;
    }
    const rows: Line[] = specialties.flatMap((specialty) => {
      if (name && specialty !== name) return [];
      const wait = at(specialty, newest);
      const pairs = data.pairs.filter((pair) => pair.specialty === specialty);
      const [meantIn, unknown] = ["meant_in", "meant_unknown"].map((part) => ordered.total({ specialty }, year, part));
      if (!wait && !pairs.length) return [];
      return [
        {
          specialty,
          wait,
          before: at(specialty, newest - 12),
          demand: meantIn == null || unknown == null ? null : (meantIn + unknown) / (year.high - year.low),
          payers: pairs.length,
          taken: pairs.filter(({ accepting }) => accepting > 0).length,
        },
      ];
    });
    if (!rows.length) return newest || data.clinicians ? together() : empty(`${noSamples} ${noRoster}`);
    const number = (label: string, value: (line: Line) => number | null, show = count) =>
      numberColumn(label, value, { show, decimals: 1 });
    return table<Line>({
      caption: "Waits, room and demand by specialty",
      file: "capacity",
      columns: [
        { label: "Specialty", value: (line) => line.specialty },
        number("Third next available, days", (line) => line.wait?.days ?? null, decimal),
        number("A year before", (line) => line.before?.days ?? null, decimal),
        number("Clinicians sampled", (line) => line.wait?.sampled ?? null),
        number("Without a slot in sight", (line) => line.wait?.full ?? null),
        number("Open slots, next 30 days", (line) => line.wait?.open ?? null, decimal),
        number("Orders for us a month", (line) => line.demand, decimal),
        number("Payers taken", (line) => line.taken),
        number("Payers in use", (line) => line.payers),
      ],
      rows: rows.sort((a, b) => (b.wait?.days ?? -1) - (a.wait?.days ?? -1)),
    });
  }

  function assertionTable(): HTMLElement {
    const fact = new Fact(data.assertionFact, [
      { key: "assertion", label: "", values: data.assertions.map((_, i) => String(i)) },
    ]);
    const of = (i: number, name: string) => fact.total({ assertion: String(i) }, undefined, name);
    const rows = data.assertions
      .map((assertion, i) => ({ ...assertion, i }))
      .filter(({ i }) => of(i, "records") !== null);
    if (!rows.length)
      return empty("No source says of itself what is inside the network, or which way a referral goes.");
    const number = (label: string, name: string) => numberColumn<{ i: number }>(label, ({ i }) => of(i, name));
    return table({
      caption: "What sources say of the network and of directions, and what we find",
      file: "network-assertions",
      columns: [
        { label: "What is said", value: ({ assertion }) => assertion.charAt(0).toUpperCase() + assertion.slice(1) },
        { label: "By", value: ({ label }) => label },
        number("Records", "records"),
        number("Agree", "agree"),
        number("Disagree", "disagree"),
        number("Cannot be told", "unknown"),
      ],
      rows,
    });
  }

  /** Said only when certain. */
  function found(name: string): Finding[] {
    const result: Finding[] = [];
    const gaps = [...data.gaps]
      .filter((gap) => (!name || gap.specialty === name) && gap.episodes !== null)
      .sort((a, b) => b.episodes! - a.episodes!);
    for (const gap of gaps.slice(0, 2)) {
      result.push({
        tone: "concern",
        sentence: `Nobody of ours takes new ${gap.payer} patients for ${gap.specialty}.`,
        figures: `${plural(gap.episodes!, "referral")} in the last 365 days; ${gap.contracted ? `${plural(gap.contracted, "clinician")} in the payer's network, none accepting` : "no clinician in the payer's network"}.`,
      });
    }
    const full = data.waits.filter(
      (wait) =>
        wait.month === newest &&
        wait.specialty &&
        (!name || wait.specialty === name) &&
        wait.open !== null &&
        wait.sampled >= 3 &&
        wait.open < 1,
    );
    if (full.length) {
      result.push({
        tone: "concern",
        sentence: `${list(full.map(({ specialty }) => specialty))} ${full.length > 1 ? "have" : "has"} next to no open slot in the next 30 days.`,
        figures: `${list(full.map(({ specialty, open, days }) => `${specialty}: ${decimal(open!)} open slots${days === null ? "" : `, third next available in ${plural(Math.round(days), "day")}`}`))}.`,
      });
    }
    if (!name) {
      const bands = new Fact(data.bandFact, [data.bands]);
      const counts = (band: string) => {
        const [stayed, left] = ["stayed", "left"].map((part) => bands.total({ band }, undefined, part) ?? 0);
        return { met: left!, of: left! + stayed! };
      };
      const some = data.bands.values.filter((band) => band && counts(band).of > 0);
      const [first, last] = [some[0], some.at(-1)];
      if (first && last && first !== last) {
        const [short, far] = [counts(first), counts(last)];
        if (differ(short, far) && far.met / far.of > short.met / short.of) {
          result.push({
            tone: "note",
            sentence: `More patients leave where our wait is long: ${rate(far.met / far.of)} at ${bandLabel(last).toLowerCase()}, ${rate(short.met / short.of)} at ${bandLabel(first).toLowerCase()}.`,
            figures: `Leakage, realized, of ${count(far.of)} and ${count(short.of)} episodes. Specialties differ in more than their wait.`,
          });
        }
      }
    }
    return result;
  }
}

const bandLabel = (band: string) =>
  band === "no slot" ? "No slot in sight" : band === "61+" ? "More than 60 days" : `${band.replace("-", "–")} days`;
