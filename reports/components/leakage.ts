// Leakage: how much of the care we order is given elsewhere, what is not known, and what could have stayed.
import { type Bar, bars } from "./bars.ts";
import { numberColumn, shareColumn } from "./columns.ts";
import { adding, counting } from "./cubes.ts";
import { define } from "./define.ts";
import { type Dimension, Fact, type FactData, type Span } from "./facts.ts";
import { empty } from "./figure.ts";
import { filterBar } from "./filters.ts";
import { type Finding, findings } from "./findings.ts";
import { count, decimal, dollars, list, percent, plural, points, rate } from "./format.ts";
import { type Headline, headlines } from "./headline.ts";
import { combines, monthStart, others, spanLabel, together } from "./kit.ts";
import { methods } from "./methods.ts";
import { footer, type SiteData } from "./page.ts";
import { chosenPeriod, periods, spanOf } from "./periods.ts";
import { highest, isKnown, lowest, realized, type Seen, seenOf, seenParts } from "./seen.ts";
import { split } from "./split.ts";
import { type Filters, live } from "./state.ts";
import { differ, wilson } from "./sure.ts";
import { table } from "./table.ts";
import { shareTarget, targetShare } from "./target.ts";
import { trend } from "./trend.ts";

export interface Opportunity {
  readonly specialty: string;
  readonly location: string;
  readonly payer: string;
  readonly known: number;
  readonly avoidable: number;
  readonly aYear: number;
  readonly low: number;
  readonly high: number;
  readonly dollars: number | null;
  readonly providers: number;
  readonly wait: number | null;
}

export interface LeakageData {
  /** Dimensions that these facts are cut by. */
  readonly keys: readonly string[];
  /** First month of orders too young to tell. */
  readonly mature: number;
  /** stayed, left (with dollars, low and high), unknown, unseen; left as avoidable, unproven and reasons. */
  readonly destination: FactData;
  /** meant_in, meant_out, meant_unknown. */
  readonly ordered: FactData;
  /** For how many of those who left the dollars are known and missing, for everybody. */
  readonly dollars: FactData;
  readonly places: Dimension;
  readonly placeFact: FactData;
  readonly claims: FactData;
  /** First month of service whose claims are not all in; null without claims. */
  readonly claimsMature: number | null;
  readonly chain: FactData;
  readonly opportunity: readonly Opportunity[] | null;
  /** A roster says who is ours. */
  readonly roster: boolean;
  /** Share of leakage, realized, that the organization aims to stay below; null where it named none. */
  readonly target: number | null;
  /** Samples of open slots say how long patients would have waited. */
  readonly samples: boolean;
}

export function leakagePage(site: SiteData, data: LeakageData) {
  footer(site);
  const dimensions = site.dimensions.filter(({ key }) => data.keys.includes(key));
  const fact = (of: FactData) => new Fact(of, [...site.dimensions, data.places]);
  const facts = {
    destination: fact(data.destination),
    ordered: fact(data.ordered),
    dollars: fact(data.dollars),
    place: fact(data.placeFact),
    claims: fact(data.claims),
    chain: fact(data.chain),
  };
  const extent = facts.destination.extent();
  const any = data.destination.tables.all!.step.length > 0;
  const mine = (filters: Filters): Filters =>
    Object.fromEntries(Object.entries(filters).filter(([key]) => data.keys.includes(key)));
  const span = (filters: Filters, mature = data.mature) =>
    spanOf(chosenPeriod(filters), extent, Math.min(mature, extent.high));

  const seen = (filters: Filters, of: Span) => seenOf((name) => facts.destination.total(mine(filters), of, name));

  const missing = data.roster
    ? "Nothing has been ordered long enough ago to tell."
    : "No provider roster has been loaded: nobody can be told to be inside or outside the network.";
  const combined = combines(site);
  const none = () => (combined ? (counting() ? adding : "too few to tell") : "too few to show");

  /** Allowed dollars of those who left, as far as known, and the share of them for whom they are known. */
  function money(filters: Filters, of: Span) {
    const amount = facts.destination.total(mine(filters), of, "dollars");
    const chosen = Object.keys(mine(filters)).length > 0;
    const at = (name: string) => (chosen ? null : facts.dollars.total({}, of, name));
    const [known, missing] = [at("known"), at("missing")];
    return {
      amount,
      share: known !== null && missing !== null && known + missing > 0 ? known / (known + missing) : null,
    };
  }

  const aim = { target: data.target, better: "lower" } as const;

  function head(filters: Filters): Headline[] {
    const { now, before } = span(filters);
    const found = seen(filters, now);
    const earlier = before && seen(filters, before);
    const at = (name: string) => facts.ordered.total(mine(filters), now, name);
    const [meantIn, meantOut] = [at("meant_in"), at("meant_out")];
    const avoidable = facts.destination.total(mine(filters), now, "avoidable");
    const unproven = facts.destination.total(mine(filters), now, "unproven");
    const paid = money(filters, now);
    const nothing = any && data.roster ? none() : "needs a provider roster";
    return [
      {
        label: define("Leakage, realized", methods.realized.sentence),
        value: isKnown(found) ? rate(realized(found)) : "–",
        compare: isKnown(found)
          ? `between ${rate(lowest(found))} and ${rate(highest(found))} whatever the unknown did${isKnown(earlier) ? `; ${points(realized(found) - realized(earlier))} on the year before`.replace("the year before", spanLabel(before!)) : ""}`
          : nothing,
        target: isKnown(found) ? shareTarget(aim, realized(found)) : null,
      },
      {
        label: define("Leakage, ordered", methods.ordered.sentence),
        value:
          meantIn !== null && meantOut !== null && meantIn + meantOut > 0 ? rate(meantOut / (meantIn + meantOut)) : "–",
        compare:
          meantIn !== null && meantOut !== null && meantIn + meantOut > 0
            ? `${count(meantOut)} of ${count(meantIn + meantOut)} were meant for outside when ordered`
            : nothing,
      },
      {
        label: define("Leakage, net", methods.net.sentence),
        value: avoidable !== null && isKnown(found) ? rate(avoidable / (avoidable + found.stayed)) : "–",
        compare:
          avoidable !== null && isKnown(found)
            ? unproven
              ? `up to ${rate((avoidable + unproven) / (avoidable + unproven + found.stayed))} if all that is unproven could have stayed`
              : `avoidable only: ${count(avoidable)} could have been seen by one of ours`
            : isKnown(found) && !data.samples
              ? "needs samples of open slots"
              : nothing,
      },
      {
        label: define("Dollars outside, realized", methods.dollars.sentence),
        value: paid.amount ? dollars(paid.amount) : "–",
        compare: paid.amount
          ? paid.share === 1
            ? "allowed, for everyone who left"
            : paid.share === null
              ? "allowed, as far as claims tell"
              : `allowed, for ${percent(paid.share)} of those who left; of the others nobody knows`
          : isKnown(found)
            ? "needs claims, or a table of what visits are worth"
            : nothing,
      },
    ];
  }

  const single = (filters: Filters) => data.keys.filter((key) => filters[key]).length <= 1;

  return {
    filters: filterBar({ periods, dimensions, single: !combined }),
    headlines: live((filters) => headlines(head(filters))),
    findings: live((filters) => findings(found(filters))),
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
    table: live((filters) => specialties(filters)),
    first: live(first),
    claims: live((filters) => claimsTrend(filters)),
    claimsAnswer: live((filters) => claimsSplit(filters)),
    chain: live((filters) => chainTable(filters)),
  };

  function specialties(filters: Filters): HTMLElement {
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
  function first(filters: Filters): HTMLElement {
    if (!data.roster) return empty(missing);
    if (!data.samples)
      return empty(
        "No samples of open slots have been loaded: what could have stayed cannot be told from what could not.",
      );
    if (data.opportunity) {
      const { specialty, referring_location, payer } = filters;
      const wanted = (name: string, chosen: string | undefined) => chosen === undefined || chosen === name;
      const rows = data.opportunity.filter(
        (one) =>
          wanted(one.specialty, specialty) && wanted(one.location, referring_location) && wanted(one.payer, payer),
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

  function claimsTrend(filters: Filters): HTMLElement {
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
                data.claimsMature !== null && step.high > data.claimsMature
                  ? ("immature" as const)
                  : ("final" as const),
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
      empty: noClaims(filters),
    });
  }

  function noClaims(filters: Filters): string {
    if (!data.roster) return missing;
    if (!facts.claims.counts(mine(filters))) return "Claims are not counted by these filters.";
    return data.claims.tables.all!.step.length
      ? combined
        ? none()
        : "Too few visits to show."
      : "No claims have been loaded: care that patients sought on their own stays unseen.";
  }

  function claimsSplit(filters: Filters): HTMLElement {
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
      empty: noClaims(filters),
    });
  }

  function chainTable(filters: Filters): HTMLElement {
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

  /** Said only when certain. */
  function found(filters: Filters): Finding[] {
    const result: Finding[] = [];
    const { now, before } = span(filters);
    const of = seen(filters, now);
    if (!isKnown(of)) return result;
    const earlier = before && seen(filters, before);
    const counts = ({ left, stayed }: Seen) => ({ met: left, of: left + stayed });
    if (isKnown(earlier) && differ(counts(of), counts(earlier))) {
      const more = realized(of) > realized(earlier);
      result.push({
        tone: more ? "concern" : "improvement",
        sentence: `${more ? "More" : "Less"} care is leaving than in ${spanLabel(before!)}.`,
        figures: `Leakage, realized: ${rate(realized(of))} of ${count(of.left + of.stayed)} known, before ${rate(realized(earlier))} of ${count(earlier.left + earlier.stayed)}.`,
      });
    }
    if (!filters.specialty && !data.keys.some((key) => filters[key])) {
      const names = site.dimensions.find(({ key }) => key === "specialty")?.values ?? [];
      const high = names
        .flatMap((name) => {
          const own = /^Unknown|^Unmapped/.test(name) ? null : seen({ specialty: name }, now);
          return isKnown(own) && wilson(own.left, own.left + own.stayed, 3.09).low > realized(of)
            ? [{ name, own }]
            : [];
        })
        .sort((a, b) => realized(b.own) - realized(a.own));
      const closed = high.filter(({ own }) => own.stayed === 0);
      const others = high.filter(({ own }) => own.stayed > 0);
      if (closed.length)
        result.push({
          tone: "note",
          sentence: `${list(closed.map(({ name }) => name))} is seen outside only: we do not seem to offer it.`
            .replace(" is seen", closed.length > 1 ? " are seen" : " is seen")
            .replace("offer it", closed.length > 1 ? "offer them" : "offer it"),
          figures: `${list(closed.map(({ name, own }) => `${name}: ${plural(own.left, "episode")}`))}, none known to have stayed.`,
        });
      if (others.length)
        result.push({
          tone: "concern",
          sentence: `${list(others.slice(0, 4).map(({ name }) => name))} ${others.length > 1 ? "lose" : "loses"} more than the others, beyond chance.`,
          figures: `Leakage, realized: ${list(others.slice(0, 4).map(({ name, own }) => `${name} ${rate(realized(own))} of ${count(own.left + own.stayed)}`))}; overall ${rate(realized(of))}.`,
        });
    }
    const claims = (name: string) => facts.claims.total(mine(filters), now, name);
    const [ins, outs] = [claims("claims_visits_in"), claims("claims_visits_out")];
    if (
      ins !== null &&
      outs !== null &&
      ins + outs > 0 &&
      differ({ met: outs, of: ins + outs }, counts(of)) &&
      outs / (ins + outs) > realized(of)
    ) {
      result.push({
        tone: "note",
        sentence: "Claims show more care outside than referrals do: patients also go there on their own.",
        figures: `Leakage by claims visits ${rate(outs / (ins + outs))} of ${count(ins + outs)}; of referred visits ${rate(realized(of))}.`,
      });
    }
    const share = of.unknown / (of.stayed + of.left + of.unknown);
    if (share > 0.15) {
      result.push({
        tone: "note",
        sentence: `Of ${percent(share)} of the episodes that may have been seen, nobody knows where: the true figure may be far from the point.`,
        figures: `${count(of.unknown)} of ${count(of.stayed + of.left + of.unknown)}; the bounds run from ${rate(lowest(of))} to ${rate(highest(of))}.`,
      });
    }
    return result;
  }
}
