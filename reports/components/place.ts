// One specialty or one location: the same measures as everywhere, for this one, beside everybody.
import { numberColumn, rateColumn, shareText } from "./columns.ts";
import { Fact } from "./facts.ts";
import type { FiguresData } from "./figures.ts";
import { type Finding, findings } from "./findings.ts";
import { count, points, rate } from "./format.ts";
import { type Headline, headlines } from "./headline.ts";
import { Kit, spanLabel } from "./kit.ts";
import type { LeakageData } from "./leakage-facts.ts";
import { methods } from "./methods.ts";
import type { Metric } from "./metric.ts";
import type { SiteData } from "./page.ts";
import { spanOf } from "./periods.ts";
import { isKnown, realized, seenOf, seenParts } from "./seen.ts";
import { split } from "./split.ts";
import { filters, live, setFilters } from "./state.ts";
import { differ } from "./sure.ts";
import { table } from "./table.ts";
import { shareTarget } from "./target.ts";

export interface Place {
  readonly kind: "specialty" | "location";
  /** Dimension it is a value of. */
  readonly key: "specialty" | "receiving_location" | "referring_location";
  readonly name: string;
  /** Path of its page, without ending. */
  readonly path: string;
}

export interface PlaceData {
  readonly figures: FiguresData;
  readonly pages: readonly Place[];
}

/** One period for all measures, that of the first: they are compared, and small groups are shown where years end. */
class OnePeriod extends Kit {
  override span(_: Metric, chosen: Parameters<Kit["span"]>[1]) {
    return super.span(this.figures.share("completed_90"), chosen);
  }
}

export function placePage(site: SiteData, data: PlaceData, leakage: LeakageData, address: string) {
  const path = address
    .replace(/\.html$/, "")
    .split("/")
    .slice(-2)
    .join("/");
  const kit = new OnePeriod(site, data.figures);
  const place = data.pages.find((page) => page.path === path);
  if (!place) throw new Error(`no specialty or location has the page ${path}`);
  const { key, name } = place;
  document.title = document.title.replace(/^[^|]*/, `${name} `);
  // Where readers go from here, this place goes along as the filter.
  setFilters({
    ...Object.fromEntries(
      Object.keys(filters())
        .filter((one) => one !== "period")
        .map((one) => [one, ""]),
    ),
    [key]: name,
  });
  const mine = { [key]: name };
  const destination = new Fact(leakage.destination, site.dimensions);
  const extent = destination.extent();
  const now = spanOf(kit.periods[0]!, extent, Math.min(leakage.mature, extent.high)).now;
  const known = leakage.keys.includes(key) && key !== "receiving_location";
  const seen = (of: Record<string, string>) => seenOf((part) => destination.total(of, now, part));
  const own = known ? seen(mine) : null;
  const missing = "No referral has been ordered long enough ago to tell.";
  const metrics = data.figures.shares.map(({ key }) => kit.figures.share(key));

  const leaked = (): Headline => {
    const all = seen({});
    return isKnown(own)
      ? {
          label: methods.realized.label,
          value: rate(realized(own)),
          compare: isKnown(all) ? `everybody ${rate(realized(all))}` : spanLabel(now),
        }
      : {
          label: methods.realized.label,
          value: "–",
          compare: known ? "too few to show" : "counted by who refers, not by who receives",
        };
  };

  return {
    title: name,
    headlines: live(() => headlines([...metrics.slice(0, 3).map((metric) => against(metric)), leaked()])),
    findings: live(() => findings(found())),
    trend: kit.trend("completed_90", { title: "Are more patients seen within 90 days?", missing }),
    split: split({
      title: "Where were they seen?",
      subtitle: `Episodes ordered ${spanLabel(now)}`,
      parts: seenParts(own),
      empty: known
        ? leakage.roster
          ? "Too few to show."
          : "No provider roster has been loaded: nobody can be told to be inside or outside the network."
        : "Leakage is counted by who refers: this place receives.",
    }),
    table: live((chosen) =>
      table<Metric>({
        caption: `${name} beside everybody, ${spanLabel(kit.span(metrics[0]!, chosen).now)}`,
        file: path.replace("/", "-"),
        columns: [
          { label: "Measure", value: (metric) => metric.data.label },
          rateColumn(name, (metric) => metric.over(mine, kit.span(metric, chosen).now)),
          rateColumn("Everybody", (metric) => metric.over({}, kit.span(metric, chosen).now)),
          numberColumn("Counted here", (metric) => metric.over(mine, kit.span(metric, chosen).now)?.of ?? null),
        ],
        rows: metrics,
      }),
    ),
  };

  function against(metric: Metric): Headline {
    const { now } = kit.span(metric, filters());
    const share = metric.over(mine, now);
    const all = metric.over({}, now);
    return {
      label: metric.data.label,
      value: share ? shareText(share) : "–",
      compare:
        share && all
          ? `${points(share.rate - all.rate, share.of === null)} against everybody, ${shareText(all)}`
          : "too few to show",
      target: share && shareTarget(metric.data, share.rate, share.of === null),
    };
  }

  /** Said only when certain. */
  function found(): Finding[] {
    return metrics.flatMap((metric) => {
      const { now } = kit.span(metric, filters());
      const share = metric.over(mine, now);
      const all = metric.over({}, now);
      if (share?.met == null || share.of === null || all?.met == null || all.of === null) return [];
      const others = { met: all.met - share.met, of: all.of - share.of };
      if (!differ({ met: share.met, of: share.of }, others) || Math.abs(share.rate - all.rate) < 0.02) return [];
      const good = share.rate > all.rate === (metric.data.better !== "lower");
      return [
        {
          tone: good ? ("improvement" as const) : ("concern" as const),
          sentence: `${metric.data.label}: ${good ? "better" : "worse"} than elsewhere, beyond chance.`,
          figures: `${rate(share.rate)} of ${count(share.of)}, elsewhere ${rate(others.met / others.of)} of ${count(others.of)}. ${spanLabel(now)}.`,
        },
      ];
    });
  }
}
