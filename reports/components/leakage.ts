// Leakage: how much of the care we order is given elsewhere, what is not known, and what could have stayed.
import { type Bar, bars } from "./bars.ts";
import { empty } from "./figure.ts";
import { filterBar } from "./filters.ts";
import { findings } from "./findings.ts";
import { count, percent, rate } from "./format.ts";
import { headlines } from "./headline.ts";
import { monthStart, spanLabel } from "./kit.ts";
import { chainTable, claimsSplit, claimsTrend } from "./leakage-claims.ts";
import { type LeakageData, leakageOf } from "./leakage-facts.ts";
import { found, head } from "./leakage-findings.ts";
import { fixFirst, specialties } from "./leakage-tables.ts";
import { footer, type SiteData } from "./page.ts";
import { periods } from "./periods.ts";
import { highest, isKnown, lowest, realized, seenParts } from "./seen.ts";
import { split } from "./split.ts";
import { type Filters, live } from "./state.ts";
import { targetShare } from "./target.ts";
import { trend } from "./trend.ts";

export function leakagePage(site: SiteData, data: LeakageData) {
  footer(site);
  const leakage = leakageOf(site, data);
  const { any, combined, dimensions, facts, mine, missing, none, seen, span } = leakage;
  const single = (filters: Filters) => data.keys.filter((key) => filters[key]).length <= 1;

  return {
    filters: filterBar({ periods, dimensions, single: !combined }),
    headlines: live((filters) => headlines(head(leakage, filters))),
    findings: live((filters) => findings(found(leakage, filters))),
    split: live((filters) => {
      const { now } = span(filters);
      const of = seen(filters, now);
      return split({
        title: "Where were referred patients seen?",
        subtitle: `Episodes ordered ${spanLabel(now)}`,
        parts: seenParts(of),
        ...(isKnown(of) && {
          answer: `Of those known to be seen, ${rate(realized(of))} were seen outside. Had every unknown stayed it would be ${rate(lowest(of))}; had every one left, ${rate(highest(of))}.`,
        }),
        empty: any && data.roster ? none() : missing,
      });
    }),
    trend: live((filters) => {
      const series = (name: string) => facts.destination.series(mine(filters), undefined, name) ?? [];
      const [stayed, left, unknown] = [series("stayed"), series("left"), series("unknown")];
      const drawn = left.flatMap(({ step, count: out }, i) => {
        const of = { stayed: stayed[i]!.count, left: out, unknown: unknown[i]!.count, unseen: 0 };
        if (!isKnown(of)) return [];
        const point = {
          label: step.label,
          from: monthStart(step.low),
          to: monthStart(step.high),
          value: realized(of),
          state: step.high > data.mature ? ("immature" as const) : ("final" as const),
          hint: `${rate(realized(of))} of ${count(of.stayed + of.left)} known; ${count(of.unknown)} unknown`,
        };
        return [{ point, limit: { low: lowest(of), high: highest(of) } }];
      });
      return trend({
        title: "Is more care leaving?",
        subtitle: "Leakage, realized, by month of order; the band is what it could be, whatever the unknown did",
        description: `Leakage by month${drawn.length ? `, ${rate(drawn.at(-1)!.point.value)} in ${drawn.at(-1)!.point.label}` : ""}.`,
        kind: "line",
        format: rate,
        axis: percent,
        points: drawn.map(({ point }) => point),
        limits: drawn.map(({ limit }) => limit),
        target: data.target,
        note: `Hollow: ordered less than 90 days before the newest data, so that visits and claims are still coming.${data.target === null ? "" : ` The long dashes are the target, ${targetShare(data.target)}.`}`,
        empty:
          any && data.roster
            ? combined || single(filters)
              ? none()
              : "Not published for two filters together."
            : missing,
      });
    }),
    why: live((filters) => {
      const { now } = span(filters);
      const at = (name: string) => facts.destination.total(mine(filters), now, name);
      const [left, avoidable] = [at("left"), at("avoidable")];
      const reason = (name: string, label: string): Bar[] => {
        const value = at(name);
        return value ? [{ label, value, aside: true }] : [];
      };
      /** The parts of a reason where they are published, else the reason as a whole. */
      const parted = (parts: Bar[], ...whole: Parameters<typeof reason>) => (parts.length ? parts : reason(...whole));
      const named: Bar[] = [
        ...reason("choice", "Patient's choice, or a specialist they had"),
        ...reason("offered", "We do not offer it"),
        ...parted(
          [
            ...reason("payer_rule", "The payer's network or its mandate"),
            ...parted(
              [
                ...reason("room", "None of ours had room in time, or fitted"),
                ...reason("unproven", "Not shown either way"),
              ],
              "room_or_unproven",
              "None of ours is known to have had room",
            ),
          ],
          "blocked",
          "The payer's network, or no room with us",
        ),
      ];
      named.sort((a, b) => b.value - a.value);
      const told = named.reduce((sum, bar) => sum + bar.value, 0) + (avoidable ?? 0);
      return bars({
        title: "Why did they leave?",
        subtitle: `Episodes seen outside, ordered ${spanLabel(now)}; in color, those that could have stayed`,
        unit: "Episodes",
        bars:
          left === null || avoidable === null
            ? []
            : [
                ...(avoidable ? [{ label: "Avoidable: one of ours could have seen them", value: avoidable }] : []),
                ...named,
                ...(left > told ? [{ label: "Other reasons, too few to name", value: left - told, rest: true }] : []),
              ],
        note: data.samples
          ? undefined
          : "No samples of open slots have been loaded: nobody can show that one of ours had room.",
        empty: any && data.roster ? (combined ? none() : "Too few left to show why.") : missing,
      });
    }),
    where: live((filters) => {
      const { now } = span(filters);
      if (data.keys.some((key) => filters[key]))
        return empty("Where patients went is published for everybody together only. Clear the filter to see it.");
      const found = facts.place.breakdown("place", {}, now, "people");
      const left = facts.destination.total({}, now, "left");
      const named = found?.groups ?? [];
      const told = named.reduce((sum, group) => sum + group.count, 0);
      return bars({
        title: "Where did they go?",
        subtitle: `Episodes seen outside, ordered ${spanLabel(now)}`,
        unit: "Episodes",
        most: 10,
        bars: [
          ...named.map(({ value, count }) => ({ label: value, value: count })),
          ...(left !== null && left > told
            ? [{ label: "Others, too few to name", value: left - told, rest: true }]
            : []),
        ],
        empty: any && data.roster ? none() : missing,
      });
    }),
    table: live((filters) => specialties(leakage, filters)),
    first: live((filters) => fixFirst(leakage, filters)),
    claims: live((filters) => claimsTrend(leakage, filters)),
    claimsAnswer: live((filters) => claimsSplit(leakage, filters)),
    chain: live((filters) => chainTable(leakage, filters)),
  };
}
