// Access and aging: who is waiting, how long, and where they stand.
import { bars } from "./bars.ts";
import { shareColumn } from "./columns.ts";
import { type Dimension, Fact, type FactData } from "./facts.ts";
import { type Finding, findings } from "./findings.ts";
import { change, count, longDay, plural } from "./format.ts";
import { headlines } from "./headline.ts";
import { Kit, monthStart, type PageData, spanLabel, together } from "./kit.ts";
import type { SiteData } from "./page.ts";
import { type Filters, live } from "./state.ts";
import type { Column } from "./table.ts";
import { trend } from "./trend.ts";
import { over90, Waiting } from "./waiting.ts";

/** How many episodes were open when a month ended; months are numbered as in facts. */
export interface MonthEnd {
  readonly month: number;
  readonly open: number;
}

export interface AccessData extends PageData {
  readonly monthEnds: readonly MonthEnd[];
  readonly volume: FactData;
  readonly open: FactData;
  readonly stages: { readonly fact: FactData; readonly dimension: Dimension };
}

const missing = "No referral is old enough to tell, or no appointments and visits have been loaded.";

export function accessPage(site: SiteData, data: AccessData) {
  const kit = new Kit(site, data, true);
  const waiting = new Waiting(kit, data.open);
  const volume = new Fact(data.volume, site.dimensions);
  const stages = new Fact(data.stages.fact, [data.stages.dimension]);
  /** Referrals of an ordinary month: the newest whole quarter by three. */
  const monthly = (filters: Filters) => {
    const high = volume.extent().high - 1;
    const quarter = high - (high % 3);
    const referrals = volume.total(filters, { low: quarter - 3, high: quarter });
    return referrals && referrals / 3;
  };
  return {
    filters: kit.filters(),
    headlines: live((filters) =>
      headlines([
        waiting.now(filters, monthly(filters)),
        waiting.old(filters),
        kit.days("days_to_scheduled", filters, "Days until an appointment is made"),
        kit.days("days_to_visit", filters, "Days to the visit"),
      ]),
    ),
    findings: live((filters) =>
      findings([
        ...waiting.found(filters).map(({ href: _, ...finding }) => finding),
        ...grown(data.monthEnds, kit.chosen(filters)),
      ]),
    ),
    ages: live((filters) => waiting.ages(filters)),
    stages: live((filters) => {
      const groups = kit.chosen(filters) ? null : stages.breakdown("stage", {});
      return bars({
        title: "Where do they stand?",
        subtitle: `Open referrals, as of ${longDay(site.run.asOf)}`,
        unit: "Open referrals",
        bars: groups
          ? [
              ...groups.groups.map((group) => ({ label: group.value, value: group.count })),
              ...(groups.rest > 0 ? [{ label: "Others, too few to name", value: groups.rest, rest: true }] : []),
            ]
          : [],
        empty: kit.chosen(filters)
          ? "Counted for everybody only. Clear the filter to see where referrals stand."
          : "No referral is open.",
      });
    }),
    backlog: live((filters) => {
      const drawn = data.monthEnds.map(({ month, open }) => ({
        label: spanLabel({ low: month, high: month + 1 }),
        from: monthStart(month),
        to: monthStart(month + 1),
        value: open,
        state: "final" as const,
        hint: `${plural(open, "episode")} open`,
      }));
      return trend({
        title: "Is the backlog growing?",
        subtitle: "Open at the end of each month; the last is today's. Repeated orders for the same need count once",
        description: `Open at each month's end: ${drawn.length ? `${count(drawn[0]!.value)} in ${drawn[0]!.label}, ${count(drawn.at(-1)!.value)} in ${drawn.at(-1)!.label}` : "not known"}.`,
        kind: "line",
        points: kit.chosen(filters) ? [] : drawn,
        empty: kit.chosen(filters)
          ? "Counted for everybody only. Clear the filter to see it."
          : "Too few are open, or too few end in a month, to show this.",
      });
    }),
    trend: kit.daysTrend("days_to_scheduled", {
      title: "Is an appointment made sooner?",
      subtitle: "Days from the order until half have an appointment, by month of order",
      missing,
    }),
    place: live((filters) =>
      longest(kit, waiting, "receiving_location", "Which places have the longest waits?", filters),
    ),
    specialty: live((filters) =>
      longest(kit, waiting, "specialty", "Which specialties have the longest waits?", filters),
    ),
    table: live((filters) => {
      const others = kit.others("specialty", filters);
      if (!others) return together();
      const open = waiting.column("specialty", "Open now", others);
      const old = waiting.column("specialty", "Open more than 90 days", others, true);
      return kit.table({
        by: "specialty",
        caption: `Open referrals and waits by specialty, as of ${longDay(site.run.asOf)}`,
        file: "access",
        columns: [
          open,
          old,
          share(open, old),
          kit.daysColumn("days_to_scheduled", "specialty", "Days to an appointment"),
          kit.daysColumn("days_to_visit", "specialty", "Days to the visit"),
        ],
        missing: "No referral is open.",
      });
    }),
  };
}

function share(open: Column<string>, old: Column<string>): Column<string> {
  return shareColumn("Share over 90 days", (name) => {
    const [all, some] = [open.value(name), old.value(name)];
    return typeof all === "number" && typeof some === "number" && all > 0 ? some / all : null;
  });
}

/** Said only where the backlog has grown or shrunk by a fifth in a year. */
function grown(ends: readonly MonthEnd[], chosen: string | null): Finding[] {
  const now = ends.at(-1);
  const then = ends.find(({ month }) => now && month === now.month - 12);
  if (!now || !then || chosen || Math.abs(now.open / then.open - 1) < 0.2) return [];
  const more = now.open > then.open;
  return [
    {
      tone: more ? "concern" : "improvement",
      sentence: `The backlog ${more ? "is larger" : "is smaller"} than a year ago: ${change(now.open, then.open)}.`,
      figures: `${count(now.open)} open now, ${count(then.open)} at the end of ${spanLabel({ low: then.month, high: then.month + 1 })}; repeated orders count once.`,
    },
  ];
}

/** Open more than 90 days by name, most first. */
function longest(kit: Kit, waiting: Waiting, by: string, title: string, filters: Filters): HTMLElement {
  const others = kit.others(by, filters);
  if (!others) return together();
  const mine = waiting.filters(others);
  const groups = mine && waiting.open.breakdown(by, mine, over90);
  if (kit.combines && !groups) return together(true);
  const isUnknown = ({ value }: { value: string }) => /^(Unknown|Unmapped)$/.test(value);
  const known = groups?.groups.filter((group) => !isUnknown(group)) ?? [];
  const unknown = groups?.groups.filter(isUnknown) ?? [];
  return bars({
    title,
    subtitle: "Open more than 90 days",
    unit: "Open more than 90 days",
    format: count,
    most: 10,
    bars: [
      ...known.map((group) => ({
        label: group.value,
        value: group.count,
        aside: filters[by] !== undefined && filters[by] !== group.value,
        onchoose: () => kit.choose(by, group.value),
      })),
      ...unknown.map((group) => ({ label: "Not known, or not yet", value: group.count, rest: true })),
      ...(groups && groups.rest > 0 ? [{ label: "Others, too few to name", value: groups.rest, rest: true }] : []),
    ],
    empty: "No referral has been open for more than 90 days.",
  });
}
