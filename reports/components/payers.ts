// Payers: whether patients of one payer wait or lose out more than those of another, and what the payer has to do with it.
import { bars } from "./bars.ts";
import { Fact } from "./facts.ts";
import { empty } from "./figure.ts";
import { type Finding, findings } from "./findings.ts";
import { count, list, plural, rate } from "./format.ts";
import { headlines } from "./headline.ts";
import { Kit, type PageData, spanLabel, together } from "./kit.ts";
import type { LeakageData } from "./leakage-facts.ts";
import type { Metric } from "./metric.ts";
import type { NetworkData } from "./network.ts";
import type { SiteData } from "./page.ts";
import { spanOf } from "./periods.ts";
import { type Filters, live } from "./state.ts";
import { differ } from "./sure.ts";
import { type Column, table } from "./table.ts";

/** One period for all measures, that of the first: payers are compared, and small ones are shown where years end. */
class OnePeriod extends Kit {
  override span(_: Metric, filters: Filters) {
    return super.span(this.figures.share("completed_90"), filters);
  }
}

export function payersPage(site: SiteData, data: PageData, leakage: LeakageData, network: NetworkData) {
  const kit = new OnePeriod(site, data);
  /** Decisions have a newest year of their own: they are complete sooner than visits. */
  const decisions = new Kit(site, data);
  const destination = new Fact(leakage.destination, site.dimensions);
  const extent = destination.extent();
  const names = kit.names("payer");
  const missing = "No referral has been ordered long enough ago to tell.";
  const span = (filters: Filters) =>
    spanOf(
      kit.periods.find(({ key }) => key === filters.period) ?? kit.periods[0]!,
      extent,
      Math.min(leakage.mature, extent.high),
    ).now;
  const left = (payer: string, filters: Filters) => {
    const others = kit.others("payer", filters) ?? {};
    // Leakage is not counted by every filter.
    if (Object.keys(others).some((key) => !leakage.keys.includes(key))) return null;
    const at = (part: string) => destination.total({ ...others, payer }, span(filters), part);
    const [stayed, out] = ["stayed", "left"].map(at);
    return stayed == null || out == null || stayed + out === 0 ? null : { met: out, of: stayed + out };
  };
  const gaps = (payer: string) => network.gaps.filter((gap) => gap.payer === payer).length;
  const elsewhere = (filters: Filters) => kit.dimensions.some(({ key }) => key !== "payer" && filters[key]);
  const apart = (filters: Filters) => kit.others("payer", filters) === null;

  return {
    filters: kit.filters(),
    headlines: live((filters) =>
      headlines([
        kit.share("completed_90", filters),
        kit.share("no_show", filters),
        decisions.share("authorization_denied", filters),
        kit.days("days_to_authorization_standard", filters),
      ]),
    ),
    findings: live((filters) => findings(elsewhere(filters) ? [] : found(filters))),
    trend: kit.trend("completed_90", { title: "Are more patients seen within 90 days?", missing }),
    completed: kit.bars("completed_90", "payer", { title: "Whose patients are seen least?", missing }),
    denied: decisions.bars("authorization_denied", "payer", {
      title: "Which payers deny most?",
      missing: "No feed brings authorizations: what payers decide is not known.",
    }),
    leakage: live((filters) => {
      if (apart(filters)) return together();
      const rows = names.flatMap((label) => {
        const of = left(label, filters);
        return of ? [{ label, value: of.met / of.of }] : [];
      });
      return bars({
        title: "Whose patients are seen outside?",
        subtitle: `Leakage, realized, ordered ${spanLabel(span(filters))}`,
        unit: "Leakage, realized",
        format: rate,
        bars: rows.sort((a, b) => b.value - a.value),
        empty: leakage.roster
          ? kit.combines
            ? kit.tooFew(filters)
            : "Too few to show."
          : "No provider roster has been loaded: nobody can be told to be inside or outside the network.",
      });
    }),
    gaps: live((filters) => {
      const mine = network.gaps.filter((gap) => !filters.payer || gap.payer === filters.payer);
      if (!network.clinicians) return empty("No provider roster has been loaded: who takes which payer is not known.");
      const rows = names.flatMap((label) => {
        const value = mine.filter((gap) => gap.payer === label);
        return value.length ? [{ label, value: value.length }] : [];
      });
      return bars({
        title: "For whose patients do we have nobody?",
        subtitle: "Specialties in use for which none of ours takes new patients of the payer",
        unit: "Specialties",
        bars: rows.sort((a, b) => b.value - a.value),
        note: mine.length ? `${list([...new Set(mine.map(({ specialty }) => specialty))])}.` : undefined,
        empty: "For every payer and specialty in use, some of ours take new patients.",
      });
    }),
    table: live((filters) => {
      if (apart(filters)) return together();
      const shown = names.filter((name) => !filters.payer || filters.payer === name);
      const leak: Column<string> = {
        label: "Leakage, realized",
        number: true,
        value: (name) => {
          const of = left(name, filters);
          return of && Math.round((1000 * of.met) / of.of) / 1000;
        },
        show: (name) => {
          const of = left(name, filters);
          return of ? rate(of.met / of.of) : "–";
        },
      };
      return table<string>({
        caption: `Payers, ordered ${spanLabel(kit.span(kit.figures.share("completed_90"), filters).now)}`,
        file: "payers",
        columns: [
          { label: "Payer", value: (name) => name },
          kit.ofColumn("completed_90", "payer", filters, "Episodes"),
          kit.shareColumn("scheduled_90", "payer", filters),
          kit.shareColumn("completed_90", "payer", filters),
          kit.shareColumn("no_show", "payer", filters),
          kit.shareColumn("authorization_denied", "payer", filters),
          kit.shareColumn("authorization_in_time_standard", "payer", filters),
          kit.daysColumn("days_to_authorization_standard", "payer", "Days to a decision"),
          leak,
          { label: "Access gaps", number: true, value: (name) => (network.clinicians ? gaps(name) : null) },
        ],
        rows: shown.filter((name) =>
          kit.figures
            .share("completed_90")
            .over(
              { ...kit.others("payer", filters), payer: name },
              kit.span(kit.figures.share("completed_90"), filters).now,
            ),
        ),
      });
    }),
  };

  /** Said only when certain. */
  function found(filters: Filters): Finding[] {
    const result: Finding[] = [];
    const say = (key: string, sentence: (names: string, rate: string) => string, worse: "higher" | "lower") => {
      const metric = kit.figures.share(key);
      const { now } = kit.span(metric, filters);
      const all = metric.over({}, now);
      if (!all || all.met === null || all.of === null) return;
      const apart = names.flatMap((name) => {
        const own = /^Unknown/.test(name) ? null : metric.over({ payer: name }, now);
        if (!own || own.met === null || own.of === null) return [];
        const others = { met: all.met! - own.met, of: all.of! - own.of };
        const bad = worse === "higher" ? own.rate > all.rate : own.rate < all.rate;
        return bad && Math.abs(own.rate - all.rate) > 0.02 && differ({ met: own.met, of: own.of }, others)
          ? [{ name, own }]
          : [];
      });
      apart.sort((a, b) => (worse === "higher" ? b.own.rate - a.own.rate : a.own.rate - b.own.rate));
      if (!apart.length) return;
      result.push({
        tone: "concern",
        sentence: sentence(list(apart.map(({ name }) => name)), rate(all.rate)),
        figures: `${metric.data.label}: ${list(apart.map(({ name, own }) => `${name} ${rate(own.rate)} of ${count(own.of!)}`))}; all payers ${rate(all.rate)}. ${spanLabel(now)}.`,
      });
    };
    if (filters.payer) return result;
    say(
      "completed_90",
      (who) => `Fewer patients of ${who} are seen within 90 days than of the other payers, beyond chance.`,
      "lower",
    );
    say("authorization_denied", (who) => `${who} denies more requests than the others, beyond chance.`, "higher");
    say(
      "no_show",
      (who) => `More appointments of ${who} patients are missed than of the others, beyond chance.`,
      "higher",
    );
    const worst = names.map((name) => ({ name, n: gaps(name) })).sort((a, b) => b.n - a.n)[0];
    if (worst && worst.n > 1)
      result.push({
        tone: "note",
        sentence: `${worst.name} has the most access gaps: ${plural(worst.n, "specialty", "specialties")} without anyone of ours taking new patients.`,
        figures: `${list(network.gaps.filter((gap) => gap.payer === worst.name).map(({ specialty }) => specialty))}.`,
      });
    return result;
  }
}
