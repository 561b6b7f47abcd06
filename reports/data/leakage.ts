// Leakage: where referred patients were seen, why those who left did, where to, and what claims show beside it. Each figure is a
// method of its own; people are counted per episode, in the month of the order.
import { type RawBuilder, sql } from "kysely";
import { spoken } from "../../pipeline/words.ts";
import type { Dimension, FactData } from "../components/facts.ts";
import type { LeakageData, Opportunity } from "../components/leakage-facts.ts";
import { monthNumber } from "./calendar.ts";
import { countCuts, withAmounts, without } from "./counting.ts";
import { fileOf, withCube } from "./cubes.ts";
import { familiesOf } from "./families.ts";
import { insidesOf } from "./insides.ts";
import { destinationLevels, episodes as family, familyOf, meantParts, orderedLevels, seenParts } from "./kinds.ts";
import { publishFact } from "./publish.ts";
import { type Site, siteOf } from "./site.ts";

const cutKeys = ["specialty", "referring_location", "payer"] as const;

export async function leakage(db: Site["db"]): Promise<Map<string, string>> {
  const common = await siteOf(db);
  // The years of the other figures of episodes, so that they can be read beside one another.
  const site: Site = { ...common, calendar: (await familiesOf(common)).get(family) ?? common.calendar };
  const dimensions = cutKeys.map((key) => site.dimensions.get(key)!);
  // Without a limit there is no group too small, so that patients are also told by where they were sent and by whom.
  const told = site.limit === 0 ? [...site.dimensions.values()].filter(({ key }) => key !== "source") : dimensions;
  const destination = await publishDestination(site, told);
  const content: LeakageData = {
    keys: [...told, ...site.clinicians].map(({ key }) => key),
    mature: firstYoung(site.run.asOfDate, 90 + site.run.lagDays),
    destination,
    ordered: await publishOrdered(site, told),
    dollars: await publishDollars(site),
    ...(await publishPlaces(site)),
    ...(await publishClaims(site, dimensions)),
    chain: await publishChain(site, dimensions[0]!),
    opportunity: site.limit === 0 ? await opportunities(site) : null,
    roster: await exists(db, sql`select 1 from core.roster where affiliated limit 1`),
    samples: await exists(db, sql`select 1 from core.capacity_sample limit 1`),
    target: await targetOf(db, "leakage_realized"),
  };
  return new Map([["leakage.json", JSON.stringify(content)]]);
}

/** First month of which some day lies less than so many days before the run: its visits and their claims are still coming. */
function firstYoung(asOf: string, days: number): number {
  return monthNumber(new Date(Date.parse(`${asOf}T00:00:00Z`) + 86_400_000 * (1 - days)).toISOString());
}

/** What the organization aims for, where its settings say. */
async function targetOf(db: Site["db"], metric: string): Promise<number | null> {
  const found = await db
    .selectFrom("marts.metric_definition")
    .select("target")
    .where("metric", "=", metric)
    .executeTakeFirst();
  return found?.target ?? null;
}

export async function exists(db: Site["db"], query: RawBuilder<unknown>): Promise<boolean> {
  return (await query.execute(db)).rows.length > 0;
}

const episodes = (columns: RawBuilder<unknown>) => sql`
  select e.ordered_month as month, e.specialty, e.referring_location, e.payer, e.receiving_location,
    coalesce(e.referral_type, 'unknown') as referral_type, ${columns}
  from core.leakage l
  join core.episode e on e.episode_key = l.episode_key`;

const sum = (name: string, of: readonly string[]) => ({ [name]: of });
const each = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, [name]]));

async function publishDestination(site: Site, dimensions: readonly Dimension[]): Promise<FactData> {
  const { together, inside } = await familyOf(site, family);
  const amounts = ["dollars", "low", "high"];
  const from = episodes(sql`
    (l.actual_network = 'in')::integer as stayed,
    (l.avoidability = 'avoidable')::integer as avoidable,
    (l.avoidability = 'unproven')::integer as unproven,
    (l.avoidability = 'not_avoidable' and l.reason in ('patient_choice', 'continuity'))::integer as choice,
    (l.avoidability = 'not_avoidable' and l.reason = 'service_not_offered')::integer as offered,
    (l.avoidability = 'not_avoidable' and l.reason in ('payer', 'payer_mandate'))::integer as payer_rule,
    (l.avoidability = 'not_avoidable' and l.reason in ('closed', 'wait', 'age', 'language', 'distance'))::integer as room,
    (l.actual_network = 'unknown')::integer as unknown,
    (l.actual_network = 'not_completed')::integer as unseen,
    l.dollars, l.dollars_low as low, l.dollars_high as high`);
  const counted = await countCuts({ ...site, from, columns: seenParts }, dimensions);
  const published = publishFact({
    limit: site.limit,
    tree: site.calendar.tree,
    steps: site.calendar.steps,
    parts: seenParts,
    levels: destinationLevels,
    inside,
    ...counted,
    family: { together, groups: seenParts },
  });
  const money = await countCuts({ ...site, from, columns: amounts }, dimensions);
  const { data } = withAmounts(published, "left", amounts, money, site.calendar);
  return withCube(site, data, fileOf(family), { ...Object.assign({}, ...destinationLevels), dollars: ["dollars"] });
}

async function publishOrdered(site: Site, dimensions: readonly Dimension[]): Promise<FactData> {
  const { together, inside } = await familyOf(site, family);
  const parts = meantParts;
  const from = episodes(sql`
    (l.intended_network = 'in')::integer as meant_in,
    (l.intended_network = 'out')::integer as meant_out,
    (l.intended_network = 'unknown')::integer as meant_unknown`);
  const counted = await countCuts({ ...site, from, columns: parts }, dimensions);
  const published = publishFact({
    limit: site.limit,
    tree: site.calendar.tree,
    steps: site.calendar.steps,
    parts,
    levels: orderedLevels,
    inside,
    ...counted,
    family: { together, groups: parts },
  });
  return withCube(site, without(published, ["episodes"]).data, fileOf(family), Object.assign({}, ...orderedLevels));
}

/** For how many of those who left the dollars are known; the dollars themselves stand beside the counts of those who left. */
async function publishDollars(site: Site): Promise<FactData> {
  const { together } = await familyOf(site, family);
  const parts = ["known", "missing", "elsewhere"];
  const from = episodes(sql`
    (l.actual_network = 'out' and l.dollars is not null)::integer as known,
    (l.actual_network = 'out' and l.dollars is null)::integer as missing,
    (l.actual_network <> 'out')::integer as elsewhere`);
  const counted = await countCuts({ ...site, from, columns: parts }, []);
  const published = publishFact({
    limit: site.limit,
    tree: site.calendar.tree,
    steps: site.calendar.steps,
    parts,
    levels: [sum("episodes", parts), each(parts)],
    ...counted,
    family: { together, groups: parts },
  });
  return without(published, ["episodes", "elsewhere"]).data;
}

/** Where those who left were seen: organizations by name. */
async function publishPlaces(site: Site): Promise<Pick<LeakageData, "places" | "placeFact">> {
  const from = sql`
    select e.ordered_month as month, 1 as people, coalesce(o.name, d.location, 'Organization not named') as place
    from core.leakage l
    join core.episode e on e.episode_key = l.episode_key
    left join core.destination d on d.referral_key = l.referral_key
    left join core.organization o on o.organization_key = d.organization_key
    where l.actual_network = 'out'`;
  const { rows } = await sql<{ place: string }>`select distinct place from (${from}) order by place`.execute(site.db);
  const dimension: Dimension = { key: "place", label: "Seen at", values: rows.map(({ place }) => place) };
  const { together } = await familyOf(site, family);
  const { data } = publishFact({
    limit: site.limit,
    tree: site.calendar.tree,
    steps: site.calendar.steps,
    parts: ["people"],
    ...(await countCuts({ ...site, from, columns: ["people"] }, [dimension])),
    family: { together, groups: ["left"] },
  });
  return { places: dimension, placeFact: data };
}

async function publishClaims(
  site: Site,
  dimensions: readonly Dimension[],
): Promise<Pick<LeakageData, "claims" | "claimsMature">> {
  const parts = ["claims_visits_in", "claims_visits_out", "claims_visits_unknown"];
  const amounts = ["claims_dollars_in", "claims_dollars_out"];
  const from = sql`select * from marts.leakage where claims_visits_in + claims_visits_out + claims_visits_unknown > 0`;
  const published = publishFact({
    limit: site.limit,
    tree: site.calendar.tree,
    steps: site.calendar.steps,
    parts,
    levels: [sum("visits", parts), each(parts)],
    inside: site.limit > 0 ? [...site.inside, ...(await insidesOf(site.db, from, cutKeys))] : [],
    ...(await countCuts({ ...site, from, columns: parts }, dimensions)),
  });
  const money = await countCuts({ ...site, from, columns: amounts }, dimensions);
  // A month is complete when nine in ten of its visits are known.
  const { rows } = await sql<{ month: string }>`
    select strftime(month, '%Y-%m-01') as month from (${from})
    group by 1
    having sum(claims_visits_in + claims_visits_out + claims_visits_unknown)
      < 0.9 * sum((claims_visits_in + claims_visits_out + claims_visits_unknown) / greatest(claims_completion, 0.01))
    order by 1`.execute(site.db);
  return {
    claims: withCube(
      site,
      withAmounts(published, "claims_visits_out", amounts, money, site.calendar).data,
      "claims",
      each([...parts, ...amounts]),
    ),
    claimsMature: rows[0] ? monthNumber(rows[0].month) : null,
  };
}

async function publishChain(site: Site, specialty: Dimension): Promise<FactData> {
  const parts = ["chain_in", "chain_out", "chain_unknown"];
  const from = sql`select * from marts.leakage where chain_in + chain_out + chain_unknown > 0`;
  return publishFact({
    limit: site.limit,
    tree: site.calendar.tree,
    steps: site.calendar.steps,
    parts,
    levels: [sum("visits", parts), each(parts)],
    ...(await countCuts({ ...site, from, columns: parts }, [specialty])),
  }).data;
}

/** What to fix first, cell by cell: only where there is no limit, as the cells are small. */
async function opportunities({ db }: Site): Promise<Opportunity[]> {
  const rows = await db.selectFrom("marts.leakage_opportunity").selectAll().orderBy("priority").limit(200).execute();
  return rows.map((row) => ({
    specialty: spoken(row.specialty),
    location: row.referring_location,
    payer: row.payer,
    known: row.episodes ?? 0,
    avoidable: row.avoidable ?? 0,
    aYear: row.avoidable_a_year ?? 0,
    low: row.avoidable_low ?? 0,
    high: row.avoidable_high ?? 0,
    dollars: row.dollars_a_year,
    providers: row.providers_with_room ?? 0,
    wait: row.wait_days,
  }));
}
