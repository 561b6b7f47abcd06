// The overview's answers: is it getting better, and what needs attention now.
import { bars } from "./bars.ts";
import { changes } from "./changes.ts";
import { numberColumn } from "./columns.ts";
import { Fact, type FactData } from "./facts.ts";
import { type Finding, findings } from "./findings.ts";
import { change, count, plural } from "./format.ts";
import { lateness } from "./freshness.ts";
import { headlines } from "./headline.ts";
import { Kit, monthStart, type PageData, spanLabel, together } from "./kit.ts";
import type { SiteData } from "./page.ts";
import { chosenPeriod, spanOf } from "./periods.ts";
import { type Filters, live } from "./state.ts";
import type { Column } from "./table.ts";
import { trend } from "./trend.ts";
import { Waiting } from "./waiting.ts";

export interface OverviewData extends PageData {
  readonly volume: FactData;
  readonly open: FactData;
}

const missing = "No outcome is known yet: they are counted 90 days after the order, and visits need a feed.";

export function overview(site: SiteData, data: OverviewData) {
  const kit = new Kit(site, data);
  const volume = new Fact(data.volume, site.dimensions);
  const waiting = new Waiting(kit, data.open);
  const chosen = (filters: Filters) => spanOf(chosenPeriod(filters), volume.extent(), volume.extent().high - 1);

  return {
    filters: kit.filters(),
    headlines: live((filters) => {
      const { now: span, before } = chosen(filters);
      const now = volume.total(filters, span);
      const earlier = before && volume.total(filters, before);
      return headlines([
        kit.share("completed_90", filters),
        kit.share("loop_closed", filters),
        {
          label: `Referrals, ${spanLabel(span)}`,
          value: now === null ? "–" : count(now),
          compare:
            now === null
              ? volume.counts(filters)
                ? kit.withheld(filters)
                : "not published by this filter"
              : earlier
                ? `${change(now, earlier)} on the ${plural(span.high - span.low, "month")} before`
                : "no earlier period to compare with",
        },
        waiting.old(filters),
      ]);
    }),
    findings: live((filters) => {
      const said = found(kit, waiting, filters);
      return findings(
        said.length
          ? said
          : [
              {
                tone: "note",
                sentence: "Nothing stands out: no late feed, and no change that chance does not explain.",
                figures: "Compared are the newest quarter whose outcomes are in and the same quarter a year before.",
              },
            ],
      );
    }),
    trend: kit.trend("completed_90", {
      title: "Do more referrals lead to a visit?",
      subtitle: "Share completed within 90 days, by month of order",
      missing,
    }),
    volume: live((filters) => {
      const points = volume.series(filters) ?? [];
      const last = volume.extent().high;
      return trend({
        title: "Are more referrals coming in?",
        subtitle: "By month of order; a wide bar is the monthly average of several months",
        description: `Referrals by month. ${points.length ? `${points[0]!.step.label} to ${points.at(-1)!.step.label}.` : ""}`,
        points: points.map(({ step, count: value }) => ({
          label: step.label,
          from: monthStart(step.low),
          to: monthStart(step.high),
          value,
          state: step.high === last ? "partial" : "final",
          hint: plural(value, "referral"),
        })),
        empty: kit.combines ? kit.tooFew(filters) : "These groups are too small to be shown.",
        note: `The dashed bar is ${points.at(-1)?.step.label ?? "this month"}, which is not over.`,
      });
    }),
    completion: kit.bars(
      "completed_90",
      "specialty",
      { title: "Where do fewest referrals lead to a visit?", missing },
      12,
    ),
    specialty: live((filters) => {
      const { now: span, before } = chosen(filters);
      const now = volume.breakdown("specialty", filters, span);
      if (!now) return together(kit.combines);
      const earlier = before && volume.breakdown("specialty", filters, before);
      const then = new Map(earlier?.groups.map(({ value, count }) => [value, count]));
      return bars({
        title: "Which specialties are asked for?",
        most: 12,
        subtitle: `Referrals, ${spanLabel(span)}`,
        unit: "Referrals",
        ...(earlier && before && { beforeLabel: spanLabel(before) }),
        bars: [
          ...now.groups.map(({ value, count }) => ({
            label: value,
            value: count,
            before: earlier ? (then.get(value) ?? null) : null,
            aside: filters.specialty !== undefined && filters.specialty !== value,
            onchoose: () => kit.choose("specialty", value),
          })),
          ...(now.rest > 0 ? [{ label: "Others, too few to name", value: now.rest, rest: true }] : []),
        ],
        empty: "No referral in this period.",
      });
    }),
    table: live((filters) => {
      const { now: span, before } = chosen(filters);
      const others = kit.others("specialty", filters);
      if (!others) return together();
      const column = (label: string, over: typeof span | null): Column<string> => {
        const groups = new Map(
          over && volume.breakdown("specialty", others, over)?.groups.map(({ value, count }) => [value, count]),
        );
        return numberColumn(label, (name) => groups.get(name) ?? null);
      };
      return kit.table({
        by: "specialty",
        caption: `Specialties, ${spanLabel(span)}`,
        file: "specialties",
        columns: [
          column("Referrals", span),
          ...(before ? [column(spanLabel(before), before)] : []),
          waiting.column("specialty", "Open now", others),
          waiting.column("specialty", "Open more than 90 days", others, true),
          kit.shareColumn("scheduled_90", "specialty", filters, "Scheduled in 90 days"),
          kit.shareColumn("completed_90", "specialty", filters, "Completed in 90 days"),
          kit.shareColumn("loop_closed", "specialty", filters, "Loop closed"),
        ],
        missing: "No referral in this period.",
      });
    }),
  };
}

/** Said only when certain: which feed is late, what changed, what waits longest. */
function found(kit: Kit, waiting: Waiting, filters: Filters): Finding[] {
  const late = kit.site.feeds
    .filter(({ fresh }) => !fresh)
    .map(
      (feed): Finding => ({
        tone: "concern",
        sentence: `${feed.label} is late: what happened there since is missing from every number here.`,
        figures: `${lateness(feed)}${feed.expectDays === null ? "" : `; expected every ${plural(feed.expectDays, "day")}`}.`,
        href: "./health.html",
      }),
    );
  const changed = changes(kit, ["completed_90", "scheduled_90", "loop_closed", "no_show"], filters);
  changed.sort((a, b) => Number(b.tone === "concern") - Number(a.tone === "concern"));
  return [...late, ...changed, ...waiting.found(filters)];
}
