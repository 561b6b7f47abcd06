// The flow page: of 100 referrals, how many reach each step, how the others end, and how that unfolds over half a year.
import { bars } from "./bars.ts";
import { changes } from "./changes.ts";
import { curves } from "./curves.ts";
import { Fact, type FactData } from "./facts.ts";
import { type Finding, findings } from "./findings.ts";
import { flow } from "./flow.ts";
import { count, percent, plural, rate } from "./format.ts";
import { headlines } from "./headline.ts";
import { Kit, type PageData, spanLabel } from "./kit.ts";
import type { SiteData } from "./page.ts";
import { type Filters, live } from "./state.ts";

/** Shares ended so by some days after the order, for everybody ("all") or one value of a dimension. */
export interface CurveData {
  readonly cut: string;
  readonly value: number;
  readonly days: readonly number[];
  readonly completed: readonly number[];
  readonly refused: readonly number[];
  readonly others: readonly number[];
  readonly unexplained: readonly number[];
}

/** Days that referrals stay in one stage of open work, over the last year. */
export interface Hold {
  readonly cut: string;
  readonly value: number;
  readonly stage: string;
  readonly median: number;
  readonly p90: number | null;
  /** Days that policies allow, in the middle case. */
  readonly limit: number | null;
  /** Share of the stays that took longer than their limit; null where there is none, or too few to tell. */
  readonly late: number | null;
  /** Days beyond limits, all stays of the year together, rounded. */
  readonly over: number | null;
  /** No other stage costs as many days beyond limits. */
  readonly most: boolean;
}

/** How many of `ordered` came past contact, appointment, visit and note, and ended before each; the others wait for it. */
export interface Way {
  readonly cut: string;
  readonly value: number;
  /** 100 where exact numbers are not published. */
  readonly ordered: number;
  readonly passed: readonly number[];
  readonly lost: readonly number[];
}

/** Who holds a referral in a stage. */
const holders: Readonly<Record<string, string>> = {
  pending: "Receiver, to make an appointment",
  scheduled: "Calendar, until the appointment",
  awaiting_authorization: "Payer",
  awaiting_information: "Referrer, for records",
  no_showed: "Us, after a missed appointment",
  canceled_appointment: "Us, after a canceled appointment",
  outcome_unknown: "Us, to record the visit",
  completed: "Receiver, to write the note",
};

export interface FlowData extends PageData {
  readonly ways: readonly Way[];
  readonly outcomes: FactData;
  readonly curves: readonly CurveData[];
  readonly holds: readonly Hold[];
}

const missing = "No outcome is known yet: they are counted 90 days after the order, and visits need a feed.";

interface Part {
  readonly label: string;
  readonly value: number | null;
}

export function flowPage(site: SiteData, data: FlowData) {
  const kit = new Kit(site, data);
  const { figures } = kit;
  const outcomes = new Fact(data.outcomes, site.dimensions);
  const completed = figures.share("completed_90");
  const keys = ["scheduled_90", "show_through", "completed_90", "loop_closed"] as const;
  return {
    filters: kit.filters(),
    headlines: live((filters) => headlines(keys.map((key) => kit.share(key, filters)))),
    findings: live((filters) =>
      findings([...changes(kit, keys, filters), ...slowest(ofChosen(site, data.holds, filters))]),
    ),
    steps: live((filters) => {
      const [way] = ofChosen(site, data.ways, filters);
      if (way) return wayOf(way, site.run.cellLimit === 0, (key) => figures.days(key).over(filters)?.median ?? null);
      const at = (key: string) => {
        const metric = figures.share(key);
        return metric.over(filters, kit.span(completed, filters).now);
      };
      const [scheduled, seen] = [at("scheduled_90"), at("completed_90")];
      // Of some, no export tells whether they were scheduled: then the two are shares of different wholes.
      const exact = scheduled?.met != null && seen?.met != null && scheduled.of === seen.of;
      const known = scheduled !== null && seen !== null;
      const count = (share: { rate: number; met: number | null }) =>
        exact ? share.met! : Math.round(100 * share.rate);
      const all = exact ? seen.of! : 100;
      const middle = (key: string) => figures.days(key).over(filters)?.median ?? null;
      return flow({
        title: "Of 100 referrals, how many reach each step?",
        subtitle: `Within 90 days, ordered ${spanLabel(kit.span(completed, filters).now)}`,
        exact,
        steps: known
          ? [
              {
                label: "are ordered",
                count: all,
                days: middle("days_to_scheduled"),
                leave: [{ label: "have no appointment", count: all - count(scheduled) }],
              },
              {
                label: "have an appointment made",
                count: count(scheduled),
                days: middle("lead_days"),
                leave: [{ label: "are not seen", count: count(scheduled) - count(seen) }],
              },
              { label: "are seen", count: count(seen), days: middle("days_to_note"), leave: [] },
            ]
          : [],
        empty: completed.known ? kit.tooFew(filters) : missing,
      });
    }),
    ends: live((filters) => {
      const { now } = kit.span(completed, filters);
      const total = outcomes.total(filters, now, "all");
      const part = (label: string, key: string) => ({ label, value: outcomes.total(filters, now, key) });
      /** The finer parts where all of them are published, else the one that they add up to. */
      const split = (one: Part, fine: readonly Part[]) => (fine.every(({ value }) => value !== null) ? fine : [one]);
      const parts = [
        part("Seen", "completed"),
        part("Still open", "open"),
        ...split(part("Patient declined or could not be reached", "refused"), [
          part("Patient could not be reached", "unreachable"),
          part("Patient declined", "declined"),
        ]),
        ...split(part("Ended in another way", "others"), [
          part("Canceled or no longer needed", "canceled"),
          part("Sent back or denied", "returned"),
          part("Expired or closed without a reason", "unexplained"),
        ]),
      ];
      const shown =
        total && parts.every(({ value }) => value !== null)
          ? parts.map(({ label, value }) => ({ label, value: value! / total }))
          : [];
      return bars({
        title: "What has become of them after 90 days?",
        subtitle: `Share of referrals ordered ${spanLabel(now)}; each is counted once`,
        unit: "Share",
        format: rate,
        bars: shown
          .filter(({ value }) => value > 0)
          .map((one) => ({ ...one, aside: one.label !== "Seen" }))
          .sort((a, b) => Number(b.label === "Seen") - Number(a.label === "Seen") || b.value - a.value),
        empty: completed.known ? kit.tooFew(filters) : missing,
      });
    }),
    curves: live((filters) => {
      const [found] = ofChosen(site, data.curves, filters);
      const points = (shares: readonly number[]) => shares.map((share, i) => ({ day: found?.days[i] ?? 0, share }));
      return curves({
        title: "When does it happen?",
        subtitle: "Share of referrals that have ended so, by days since the order; above the curves they are open",
        days: [0, 30, 60, 90, 120, 150, 180],
        curves: found
          ? [
              { label: "Seen", aim: true, points: points(found.completed) },
              { label: "Declined or not reached", points: points(found.refused) },
              { label: "Canceled, returned or denied", points: points(found.others) },
              { label: "No reason given", points: points(found.unexplained) },
            ]
          : [],
        empty: data.curves.length ? kit.tooFew(filters, false) : "No referral has been followed yet.",
      });
    }),
    holds: live((filters) => {
      const found = ofChosen(site, data.holds, filters).filter(({ stage }) => holders[stage]);
      return bars({
        title: "Who holds them, and how long?",
        subtitle: "Days of half of the stays that ended in the last year; red is over what the policy allows",
        unit: "Days",
        bars: found
          .map(({ stage, median, limit, late }) => ({
            label: holders[stage]!,
            value: median,
            ...(limit !== null &&
              median > limit && {
                breach: `over the ${plural(limit, "day")} allowed${late === null ? "" : `, ${percent(late)} were late`}`,
              }),
          }))
          .sort((a, b) => b.value - a.value),
        empty: data.holds.length ? kit.tooFew(filters, false) : "No referral has been followed yet.",
      });
    }),
    specialty: kit.bars("scheduled_90", "specialty", { title: "Where do fewest get an appointment?", missing }),
    table: live((filters) =>
      kit.table({
        by: "specialty",
        caption: `Specialties, ordered ${spanLabel(kit.span(completed, filters).now)}`,
        file: "flow",
        columns: [
          kit.ofColumn("completed_90", "specialty", filters, "Referrals"),
          kit.shareColumn("scheduled_90", "specialty", filters, "Appointment made"),
          kit.shareColumn("completed_90", "specialty", filters, "Seen"),
          kit.shareColumn("loop_closed", "specialty", filters, "Loop closed"),
          kit.daysColumn("days_to_scheduled", "specialty", "Days to an appointment"),
        ],
        missing,
      }),
    ),
  };
}

/** Steps of the way, each with those who ended before the next one and those who still wait for it. */
function wayOf({ ordered, passed, lost }: Way, exact: boolean, median: (key: string) => number | null): HTMLElement {
  const left = (i: number, ended: string, waiting: string) => {
    const came = i === 0 ? ordered : passed[i - 1]!;
    return [
      { label: ended, count: lost[i]! },
      { label: waiting, count: Math.max(0, came - lost[i]! - passed[i]!) },
    ].filter(({ count }) => count > 0);
  };
  const typically = (key: string, what: string) => {
    const days = median(key);
    return days === null ? {} : { held: `typically ${plural(days, "day")} ${what}` };
  };
  const [contacted, booked, seen, noted] = passed as [number, number, number, number];
  return flow({
    title: "Of 100 referrals, how many reach each step?",
    subtitle: "Within 90 days of the order; those of the last 12 months whose 90 days have passed",
    exact,
    steps: [
      {
        label: "are ordered",
        count: ordered,
        leave: left(0, "end before anyone is reached for", "wait for a first call"),
      },
      {
        label: "are called, written to or booked",
        count: contacted,
        leave: left(1, "end without an appointment", "wait for an appointment"),
      },
      {
        label: "have an appointment",
        count: booked,
        ...typically("days_to_scheduled", "after the order"),
        leave: left(2, "end before the visit", "have not been seen"),
      },
      { label: "are seen", count: seen, ...typically("lead_days", "later"), leave: left(3, "end", "have no note") },
      { label: "have the note back", count: noted, ...typically("days_to_note", "after the visit"), leave: [] },
    ],
  });
}

/** The stage that costs most days beyond limits, where any does. */
function slowest(holds: readonly Hold[]): Finding[] {
  const worst = holds.find(({ most }) => most);
  const holder = worst && holders[worst.stage];
  if (!worst?.over || !holder || worst.limit === null) return [];
  const late =
    worst.late === null
      ? ""
      : `; ${percent(worst.late)} of stays were longer than allowed, mostly ${plural(worst.limit, "day")}`;
  return [
    {
      tone: "concern",
      sentence: `Most time beyond the limits is lost here: ${holder.charAt(0).toLowerCase()}${holder.slice(1)}.`,
      figures: `About ${count(worst.over)} days beyond limits in the last year, all referrals together${late}.`,
    },
  ];
}

/** The rows of everybody, or of the one chosen name. */
function ofChosen<T extends { readonly cut: string; readonly value: number }>(
  site: SiteData,
  all: readonly T[],
  filters: Filters,
): T[] {
  const chosen = site.dimensions.filter(({ key }) => filters[key] !== undefined);
  if (chosen.length > 1) return [];
  const cut = chosen[0]?.key ?? "all";
  const value = chosen[0] ? chosen[0].values.indexOf(filters[cut]!) : 0;
  return all.filter((one) => one.cut === cut && one.value === value);
}
