// What all pages share: the run, the names by which people are counted, the months, and which names lie inside others. Read once.
import { type Kysely, sql } from "kysely";
import type { Inside } from "../../pipeline/site/privacy.ts";
import type { Warehouse } from "../../pipeline/warehouse.types.ts";
import { spoken } from "../../pipeline/words.ts";
import type { Dimension } from "../components/facts.ts";
import { type Calendar, calendar } from "./calendar.ts";
import { insidesOf } from "./insides.ts";
import { type RunFacts, readRun } from "./run.ts";

/** What readers filter by, in the order of the filter bar. */
export const cuts = {
  specialty: "Specialty",
  receiving_location: "Referred to",
  referring_location: "Referred by",
  payer: "Payer",
  referral_type: "Type",
  source: "Source",
} as const;
export type CutKey = keyof typeof cuts;
export const cutKeys = Object.keys(cuts) as CutKey[];

/** What an internal site is filtered by beside these; figures by clinician are small, so others have a page that compares them. */
export const clinicianCuts = {
  receiving_provider: "Clinician referred to",
  referring_provider: "Clinician who refers",
} as const;

/** What attempts to reach patients are counted by beside these; not a filter, as nothing else has it. */
export const contactCuts = { channel: "Channel", hour_band: "Time of day", contact_language: "Language" } as const;
type ContactKey = keyof typeof contactCuts;
export const countedKeys: readonly string[] = [...cutKeys, ...Object.keys(contactCuts)];

export interface Site {
  readonly db: Kysely<Warehouse>;
  readonly run: RunFacts;
  readonly limit: number;
  readonly calendar: Calendar;
  /** Values are the warehouse's own; `forReaders` spells them out. */
  readonly dimensions: ReadonlyMap<CutKey, Dimension>;
  readonly contacts: readonly Dimension[];
  /** Only without a limit. */
  readonly clinicians: readonly Dimension[];
  /** Sources by their folders, as people call them. */
  readonly labels: ReadonlyMap<string, string>;
  /** Names inside other names; only where there is a limit. */
  readonly inside: readonly Inside[];
}

const opened = new WeakMap<Kysely<Warehouse>, Promise<Site>>();

/** The site of a warehouse; the same one for every page. */
export function siteOf(db: Kysely<Warehouse>): Promise<Site> {
  const site = opened.get(db) ?? readSite(db);
  opened.set(db, site);
  return site;
}

async function readSite(db: Kysely<Warehouse>): Promise<Site> {
  const run = await readRun(db);
  const dimensions = new Map<CutKey, Dimension>();
  for (const key of cutKeys) dimensions.set(key, { key, label: cuts[key], values: await values(db, key) });
  const first = await db
    .selectFrom("marts.referral_month")
    .select((e) => e.fn.min("ordered_month").as("month"))
    .executeTakeFirst();
  return {
    db,
    run,
    limit: run.cellLimit,
    calendar: calendar(first?.month ?? run.asOfDate, run.asOfDate),
    dimensions,
    contacts: await contacts(db),
    clinicians: run.cellLimit === 0 ? await clinicians(db) : [],
    labels: new Map(
      (await db.selectFrom("marts.source_health").select(["source", "label"]).execute()).flatMap(({ source, label }) =>
        label === null ? [] : [[source, label]],
      ),
    ),
    inside: run.cellLimit > 0 ? await insidesOf(db, sql`select * from marts.referral_month`, cutKeys) : [],
  };
}

/** Dimensions as pages get them: values as people say them. */
export function forReaders(site: Site): Dimension[] {
  const sources = site.dimensions.get("source")!;
  return [...site.dimensions.values(), ...site.clinicians, ...site.contacts].map((dimension) => ({
    ...dimension,
    values: dimension.values.map((value) =>
      dimension === sources ? (site.labels.get(value) ?? value) : spoken(value),
    ),
  }));
}

async function clinicians(db: Kysely<Warehouse>): Promise<Dimension[]> {
  const keys = Object.keys(clinicianCuts) as (keyof typeof clinicianCuts)[];
  const rows = await db
    .selectFrom("marts.cut_value")
    .select(["cut", "value"])
    .where("cut", "in", keys)
    .orderBy("value")
    .execute();
  return keys.flatMap((key) => {
    const values = rows.filter(({ cut }) => cut === key).map(({ value }) => value);
    return values.length ? [{ key, label: clinicianCuts[key], values }] : [];
  });
}

async function contacts(db: Kysely<Warehouse>): Promise<Dimension[]> {
  const rows = await db
    .selectFrom("marts.metric")
    .select(["cut", "value"])
    .distinct()
    .where("cut", "in", Object.keys(contactCuts))
    .orderBy("value")
    .execute();
  return (Object.keys(contactCuts) as ContactKey[]).map((key) => ({
    key,
    label: contactCuts[key],
    values: rows.filter(({ cut }) => cut === key).map(({ value }) => value),
  }));
}

/** Every value that a referral or an episode has. */
async function values(db: Kysely<Warehouse>, key: CutKey): Promise<string[]> {
  const { rows } = await sql<{ value: string }>`
    select ${sql.ref(key)} as value from marts.referral_month
    union select value from marts.cut_value where cut = ${key}
    order by value`.execute(db);
  return rows.map((row) => row.value);
}
