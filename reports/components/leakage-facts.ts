// What is known of leakage, as its page asks: the months and filters that count, who stayed and who left, and why a figure is empty.
import { adding, counting } from "./cubes.ts";
import { type Dimension, Fact, type FactData, type Span } from "./facts.ts";
import { combines } from "./kit.ts";
import type { SiteData } from "./page.ts";
import { chosenPeriod, spanOf } from "./periods.ts";
import { seenOf } from "./seen.ts";
import type { Filters } from "./state.ts";

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

export type Leakage = ReturnType<typeof leakageOf>;

export function leakageOf(site: SiteData, data: LeakageData) {
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

  return { any, combined, data, dimensions, facts, mine, missing, money, none, seen, site, span };
}
