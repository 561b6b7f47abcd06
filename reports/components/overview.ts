// The overview's answers: what came in, who is still open and how old that is, by specialty.
import { bars } from "./bars.ts";
import { define } from "./define.ts";
import { type Dimension, Fact, type FactData, type Span } from "./facts.ts";
import { empty } from "./figure.ts";
import { filterBar, type Period } from "./filters.ts";
import { type Finding, findings } from "./findings.ts";
import { change, count, decimal, longDay, months as monthsLabelOf, plural, rate } from "./format.ts";
import { type Feed, lateness, type Run } from "./freshness.ts";
import { headlines } from "./headline.ts";
import { footer } from "./page.ts";
import { type Filters, live, onFilters, setFilters } from "./state.ts";
import { table } from "./table.ts";
import { trend } from "./trend.ts";

export interface OverviewData {
  readonly run: Run;
  readonly feeds: readonly Feed[];
  readonly dimensions: readonly Dimension[];
  readonly volume: FactData;
  readonly open: FactData;
  readonly cube: boolean;
}

const openMeans =
  "A referral is open until it is completed, canceled, declined, returned, expired or closed. A missed or canceled appointment leaves it open.";

interface Choice extends Period, Span {
  readonly before: Span | null;
}

/** Whole quarters, so that a period never cuts through a step in which small groups are published. */
function choices(volume: Fact): Choice[] {
  const { low, high } = volume.extent();
  const current = high - 1;
  const end = current - (current % 3); // first month of the unfinished quarter
  const quarters = (key: string, label: string, n: number): Choice => ({
    key,
    label,
    low: end - 3 * n,
    high: end,
    before: end - 6 * n >= low ? { low: end - 6 * n, high: end - 3 * n } : null,
  });
  return [
    quarters("4q", "Last 4 full quarters", 4),
    quarters("1q", "Last full quarter", 1),
    quarters("2q", "Last 2 full quarters", 2),
    { key: "all", label: "Everything so far", low, high, before: null },
  ].filter((choice) => choice.low >= low || choice.key === "4q");
}

const monthsLabel = ({ low, high }: Span) => monthsLabelOf(monthStart(low), high - low);
const monthStart = (month: number) => new Date(Date.UTC(Math.floor(month / 12), month % 12, 1));

export function overview(data: OverviewData, loadCube: () => Promise<ArrayBuffer>) {
  const volume = new Fact(data.volume, data.dimensions);
  const open = new Fact(data.open, data.dimensions);
  const periods = choices(volume);
  const period = (filters: Filters) => periods.find(({ key }) => key === filters.period) ?? periods[0]!;
  footer(data);
  if (data.cube) {
    onFilters(async (filters) => {
      if (volume.cube || !data.dimensions.some(({ key }) => filters[key])) return;
      const { readCube } = await import("./cubefile.ts");
      volume.cube = await readCube(await loadCube());
      setFilters({});
    });
  }
  const shown = data.dimensions.filter(({ key }) => key !== "source");
  const openFilters = (filters: Filters) =>
    data.volume.dimensions.some((key) => filters[key] && !data.open.dimensions.includes(key)) ? null : filters;

  return {
    filters: filterBar({ periods, dimensions: shown, single: !data.cube }),
    findings: live((filters) => findings(found(data, open, openFilters(filters)))),
    headlines: live((filters) => {
      const chosen = period(filters);
      const now = volume.total(filters, chosen);
      const before = chosen.before && volume.total(filters, chosen.before);
      const mine = openFilters(filters);
      const waiting = mine && open.total(mine);
      const old = mine && open.total(mine, { low: 91, high: 36_500 });
      const withheld = "too few to show";
      const months = chosen.high - chosen.low;
      const last = volume.extent().high - 1; // the month that is not over
      const month = volume.total(filters, { low: last - 1, high: last });
      const yearAgo =
        last - 13 >= volume.extent().low ? volume.total(filters, { low: last - 13, high: last - 12 }) : null;
      return headlines([
        {
          label: `Referrals, ${monthsLabel(chosen)}`,
          value: now === null ? "–" : count(now),
          compare:
            now === null
              ? withheld
              : before
                ? `${change(now, before)} on the ${plural(months, "month")} before`
                : "no earlier period to compare with",
        },
        {
          label: `Referrals, ${monthsLabel({ low: last - 1, high: last })}`,
          value: month === null ? "–" : count(month),
          compare:
            month === null
              ? withheld
              : yearAgo
                ? `${change(month, yearAgo)} on a year before`
                : "no year before to compare with",
        },
        {
          label: define("Open now", openMeans),
          value: waiting === null ? "–" : count(waiting),
          compare:
            waiting === null
              ? withheld
              : now
                ? `as many as come in during ${decimal((waiting * months) / now)} months`
                : "",
        },
        {
          label: "Open more than 90 days",
          value: old === null ? "–" : count(old),
          compare: old === null || !waiting ? withheld : `${rate(old / waiting)} of all open referrals`,
        },
      ]);
    }),
    volume: live((filters) => {
      const points = volume.series(filters) ?? [];
      const last = volume.extent().high;
      return trend({
        title: "Are more referrals coming in?",
        subtitle: "Referrals by month of order; a wide bar is the monthly average of several months",
        description: `Referrals by month. ${points.length ? `${points[0]!.step.label} to ${points.at(-1)!.step.label}.` : ""}`,
        points: points.map(({ step, count: value }) => ({
          label: step.label,
          from: monthStart(step.low),
          to: monthStart(step.high),
          value,
          state: step.high === last ? "partial" : "final",
          hint: plural(value, "referral"),
        })),
        empty: data.cube ? "No referral matches these filters." : "These groups are too small to be shown.",
        note: `The dashed bar is ${points.at(-1)?.step.label ?? "this month"}, which is not over.`,
      });
    }),
    age: live((filters) => {
      const mine = openFilters(filters);
      const points = mine ? open.series(mine) : null;
      return bars({
        title: "How long have the open referrals waited?",
        subtitle: `Days since the order, as of ${longDay(data.run.asOf)}`,
        unit: "Open referrals",
        bars: (points ?? []).map(({ step, count: value }) => ({ label: step.label, value })),
        empty: mine
          ? "This group is too small to be shown by age."
          : "Open referrals are not published by this filter. Clear it, or choose a specialty, a payer or a place referred to.",
      });
    }),
    specialty: live((filters) => {
      const chosen = period(filters);
      const now = volume.breakdown("specialty", filters, chosen);
      const before = chosen.before && volume.breakdown("specialty", filters, chosen.before);
      if (!now) return together();
      const earlier = new Map(before?.groups.map(({ value, count }) => [value, count]));
      return bars({
        title: "Which specialties are asked for?",
        most: 12,
        subtitle: `Referrals, ${monthsLabel(chosen)}`,
        unit: "Referrals",
        ...(before && { beforeLabel: chosen.before ? monthsLabel(chosen.before) : "Before" }),
        bars: [
          ...now.groups.map(({ value, count }) => ({
            label: value,
            value: count,
            before: before ? (earlier.get(value) ?? null) : null,
            aside: filters.specialty !== undefined && filters.specialty !== value,
            onchoose: () =>
              setFilters({
                ...Object.fromEntries(data.cube ? [] : shown.map(({ key }) => [key, ""])),
                specialty: value,
              }),
          })),
          ...(now.rest > 0 ? [{ label: "Others, too few to name", value: now.rest, rest: true }] : []),
        ],
      });
    }),
    table: live((filters) => {
      const chosen = period(filters);
      const now = volume.breakdown("specialty", filters, chosen);
      if (!now) return together();
      const before = chosen.before && volume.breakdown("specialty", filters, chosen.before);
      const mine = openFilters(filters);
      const waiting = mine && open.breakdown("specialty", mine);
      const old = mine && open.breakdown("specialty", mine, { low: 91, high: 36_500 });
      const of = (groups: { groups: readonly { value: string; count: number }[] } | null | undefined, name: string) =>
        groups?.groups.find(({ value }) => value === name)?.count ?? null;
      interface Line {
        name: string;
        now: number;
        before: number | null;
        waiting: number | null;
        old: number | null;
      }
      const rows: Line[] = now.groups.map(({ value, count }) => ({
        name: value,
        now: count,
        before: of(before, value),
        waiting: of(waiting, value),
        old: of(old, value),
      }));
      const number = (label: string, value: (line: Line) => number | null) => ({
        label,
        number: true,
        value,
        show: (line: Line) => {
          const n = value(line);
          return n === null ? "–" : count(n);
        },
      });
      return table<Line>({
        caption: `Specialties, ${monthsLabel(chosen)}`,
        file: "specialties",
        columns: [
          { label: "Specialty", value: (line) => line.name },
          number("Referrals", (line) => line.now),
          number(chosen.before ? monthsLabel(chosen.before) : "Before", (line) => line.before),
          number("Open now", (line) => line.waiting),
          number("Open more than 90 days", (line) => line.old),
        ],
        rows,
      });
    }),
  };
}

const together = () =>
  empty("Not published for two filters together: the groups would be too small. Clear the other filter to see this.");

/** Said only when certain: what waits longest, and which feed is late. */
function found(data: OverviewData, open: Fact, filters: Filters | null): Finding[] {
  const result: Finding[] = [];
  for (const feed of data.feeds.filter(({ fresh }) => !fresh)) {
    result.push({
      tone: "concern",
      sentence: `${feed.label} is late: what happened there since is missing from every number here.`,
      figures: `${lateness(feed)}${feed.expectDays === null ? "" : `; expected every ${plural(feed.expectDays, "day")}`}.`,
    });
  }
  const waiting = filters && open.total(filters);
  const old = filters && open.total(filters, { low: 91, high: 36_500 });
  if (waiting && old !== null && old / waiting >= 0.1) {
    result.push({
      tone: "concern",
      sentence:
        old / waiting > 0.5
          ? "More than half of the open referrals have waited more than 90 days."
          : `${rate(old / waiting)} of open referrals have waited more than 90 days.`,
      figures: `${count(old)} of ${count(waiting)} open referrals${old / waiting > 0.5 ? `, ${rate(old / waiting)}` : ""}.`,
    });
  }
  return result;
}
