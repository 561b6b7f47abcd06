// Leakage in four figures, and in the sentences that are certain.
import { define } from "./define.ts";
import type { Finding } from "./findings.ts";
import { count, dollars, list, percent, plural, points, rate } from "./format.ts";
import type { Headline } from "./headline.ts";
import { spanLabel } from "./kit.ts";
import type { Leakage } from "./leakage-facts.ts";
import { methods } from "./methods.ts";
import { highest, isKnown, lowest, realized, type Seen } from "./seen.ts";
import type { Filters } from "./state.ts";
import { differ, wilson } from "./sure.ts";
import { shareTarget } from "./target.ts";

export function head(leakage: Leakage, filters: Filters): Headline[] {
  const { any, data, facts, mine, money, none, seen, span } = leakage;
  const aim = { target: data.target, better: "lower" } as const;
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

/** Said only when certain. */
export function found(leakage: Leakage, filters: Filters): Finding[] {
  const { data, facts, mine, seen, site, span } = leakage;
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
        return isKnown(own) && wilson(own.left, own.left + own.stayed, 3.09).low > realized(of) ? [{ name, own }] : [];
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
