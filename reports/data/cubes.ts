// Every combination of names that occurs, family by family, so that an internal site answers several filters together. Where there
// is a cell limit the files are there, because pages name them, and empty.
import { type Kysely, sql } from "kysely";
import type { Warehouse } from "../../pipeline/warehouse.types.ts";
import { notCounted } from "../components/cube.ts";
import type { FactData } from "../components/facts.ts";
import { ages } from "./ages.ts";
import { monthNumber } from "./calendar.ts";
import { type CubeRows, cubeFile } from "./cube.ts";
import { episodes, rowsNamed, told } from "./kinds.ts";
import { type Site, siteOf } from "./site.ts";

/** Families whose figures pages show: what is counted, by which date. */
const families = [
  episodes,
  "episode by visit_on",
  "appointment by starts_at",
  "appointment by canceled_on",
  "authorization by submitted_at",
  "authorization by decided_at",
  "outreach by first_on",
  "contact by attempted_at",
] as const;

/** "episode by ordered_on" lies in episode_ordered_on. */
export const fileOf = (family: string) => family.replace(" by ", "_");

/** The cube files by name. */
export async function cubes(db: Kysely<Warehouse>): Promise<Map<string, Uint8Array>> {
  const site = await siteOf(db);
  const files = new Map<string, Uint8Array>();
  const add = async (name: string, rows: () => Promise<CubeRows>) => {
    files.set(`${name}.cube`, site.limit === 0 ? cubeFile(await rows()) : new Uint8Array());
  };
  for (const family of families) await add(fileOf(family), () => familyRows(site, family));
  await add("orders", () => orders(site));
  await add("open", () => open(site));
  await add("claims", () => claims(site));
  return files;
}

/** Names the cube that answers for a fact, and what each count is there; nothing where there is a limit. */
export function withCube(
  { limit, dimensions, clinicians }: Site,
  fact: FactData,
  file: string,
  columns: Readonly<Record<string, readonly string[]>>,
): FactData {
  if (limit > 0) return fact;
  // All but claims is also told by what has no table, such as the clinician, from the cube alone.
  const every = [...dimensions.keys(), ...clinicians.map(({ key }) => key)];
  const more = file === "claims" ? [] : every.filter((key) => !fact.dimensions.includes(key));
  return { ...fact, dimensions: [...fact.dimensions, ...more], cube: { file, columns } };
}

interface Row {
  readonly month: string;
  readonly [column: string]: string | number | null;
}

async function familyRows(site: Site, family: string): Promise<CubeRows> {
  const rows = rowsNamed(family);
  if (!rows) throw new Error(`the definitions have no rows "${family}"`);
  const { grain, parent, time } = rows;
  const { from, states, days, went, key, leakage, groupsOf } = told(rows);
  const cuts = [...grain.cuts, ...(parent?.cuts ?? [])].filter(({ name }) => dimensionOf(site, name));
  const names = sql.join(cuts.map(({ name }) => sql.ref(name)));
  const dollars = key ? sql`, coalesce(sum(l.dollars), 0)::double as dollars` : sql``;
  const taken = sql.raw(days.map(({ name }) => `, "${name}"`).join(""));
  const { rows: found } = await sql<Row & { states: string; went: string }>`
    with told as (
      select strftime(${sql.raw(`cast(${time} as date)`)}, '%Y-%m-01') as month, ${names}, ${sql.raw([`${states} as states${key}`, ...days.map((one) => `${one.sql} as "${one.name}"`)].join(", "))}
      from (${sql.raw(from)}) where ${sql.raw(grain.time)} is not null
    )
    select month, ${names}, states ${taken}, ${sql.raw(went)} as went, count(*)::integer as rows ${dollars}
    from told t ${sql.raw(leakage)}
    where ${sql.raw([`replace(states, '|', '') <> ''`, ...days.map(({ name }) => `"${name}" <> ${notCounted}`)].join(" or "))}
    group by all
    order by month, ${names}, states, went`.execute(site.db);
  const mine = found.filter(({ month }) => site.calendar.leaf.has(month));
  const groups = new Map<string, number>();
  const kinds = new Map<string, number>();
  const of: number[][] = [];
  const kindOf = (states: string, went: string) => {
    const text = `${states} ${went}`;
    const known = kinds.get(text);
    if (known !== undefined) return known;
    of.push(
      [...groupsOf(states, went)].map((group) => {
        const place = groups.get(group) ?? groups.size;
        groups.set(group, place);
        return place;
      }),
    );
    kinds.set(text, of.length - 1);
    return of.length - 1;
  };
  const row = mine.map(({ states, went }) => kindOf(states, went));
  const coded = await codesOfCuts(site);
  return {
    ...columns(site, mine, cuts, coded),
    counts: {
      rows: mine.map((one) => Number(one.rows)),
      ...(key && { dollars: mine.map((one) => Number(one.dollars)) }),
    },
    days: Object.fromEntries(days.map(({ name }) => [name, mine.map((one) => Number(one[name]))])),
    kinds: { groups: [...groups.keys()], of, row },
  };
}

/** Orders that count, repeats included, with the names of `site` as tables have them. */
const counted = (site: Site) => {
  const clinician = (of: "referring" | "receiving") =>
    sql`coalesce(r.${sql.ref(`${of}_provider`)}, r.${sql.ref(`${of}_npi`)}, 'Unknown') as ${sql.ref(`${of}_provider`)}`;
  const cuts = [...site.dimensions.keys(), ...site.clinicians.map(({ key }) => key)];
  const from = sql`
    select date_trunc('month', r.ordered_on) as month, r.is_open, run.as_of_date - r.ordered_on as age, r.specialty,
      coalesce(r.referring_location, 'Unknown') as referring_location,
      coalesce(r.receiving_location, 'Unknown') as receiving_location, coalesce(r.payer, 'Unknown') as payer, r.referral_type,
      r.source, ${clinician("referring")}, ${clinician("receiving")}
    from core.referral r cross join seeds.run run where r.exclusion is null`;
  return { cuts, names: sql.join(cuts.map((cut) => sql.ref(cut))), from };
};

/** Orders by month. */
async function orders(site: Site): Promise<CubeRows> {
  const { cuts, names, from } = counted(site);
  const { rows } = await sql<Row>`
    select strftime(month, '%Y-%m-01') as month, ${names}, count(*)::integer as referrals
    from (${from}) group by all order by all`.execute(site.db);
  return summed(site, rows, cuts, ["referrals"]);
}

/** Open orders by age, in bands of as many days as ages.ts has. */
async function open(site: Site): Promise<CubeRows> {
  const { cuts, names, from } = counted(site);
  const lows = ages()
    .steps.filter(({ leaf }) => leaf)
    .map(({ low }) => low)
    .sort((a, b) => b - a);
  const band = sql.join(
    lows.map((low) => sql`when age >= ${sql.lit(low)} then ${sql.lit(low)}`),
    sql` `,
  );
  const { rows } = await sql<Row & { low: number }>`
    select case ${band} else 0 end as low, '' as month, ${names}, count(*)::integer as referrals
    from (${from}) where is_open group by all order by all`.execute(site.db);
  return { ...summed(site, rows, cuts, ["referrals"]), step: rows.map(({ low }) => low) };
}

/** Visits to specialists in claims, by month of service. */
async function claims(site: Site): Promise<CubeRows> {
  const cuts = ["specialty", "referring_location", "payer"];
  const parts = ["claims_visits_in", "claims_visits_out", "claims_visits_unknown"];
  const amounts = ["claims_dollars_in", "claims_dollars_out"];
  const names = sql.join(cuts.map((cut) => sql`coalesce(${sql.ref(cut)}, 'Unknown') as ${sql.ref(cut)}`));
  const sums = sql.join(
    [...parts, ...amounts].map((name) => sql`coalesce(sum(${sql.ref(name)}), 0)::double as ${sql.ref(name)}`),
  );
  const { rows } = await sql<Row>`
    select strftime(month, '%Y-%m-01') as month, ${names}, ${sums} from marts.leakage
    where claims_visits_in + claims_visits_out + claims_visits_unknown > 0
    group by all order by all`.execute(site.db);
  return summed(site, rows, cuts, [...parts, ...amounts]);
}

/** Rows whose cuts hold the values themselves and whose numbers are added up. */
function summed(site: Site, rows: readonly Row[], cuts: readonly string[], names: readonly string[]): CubeRows {
  const mine = rows.filter(({ month }) => month === "" || site.calendar.leaf.has(month));
  return {
    ...columns(
      site,
      mine,
      cuts.map((name) => ({ name, text: true })),
      new Map(),
    ),
    counts: Object.fromEntries(names.map((name) => [name, mine.map((row) => Number(row[name]))])),
  };
}

const dimensionOf = (site: Site, name: string) =>
  [...site.dimensions.values(), ...site.clinicians, ...site.contacts].find(({ key }) => key === name);

/** Values by the codes that rows hold instead of them. */
async function codesOfCuts({ db }: Site): Promise<ReadonlyMap<string, string>> {
  const rows = await db.selectFrom("marts.cut_value").select(["cut", "code", "value"]).execute();
  return new Map(rows.map(({ cut, code, value }) => [`${cut} ${code}`, value]));
}

/** Steps and codes of rows; what is no value of a dimension ("No episode") gets the place after the last. */
function columns(
  site: Site,
  rows: readonly Row[],
  cuts: readonly { readonly name: string; readonly text: boolean }[],
  coded: ReadonlyMap<string, string>,
): Pick<CubeRows, "step" | "codes"> {
  const codes = cuts.map(({ name, text }) => {
    const { values } = dimensionOf(site, name)!;
    const places = new Map(values.map((value, i) => [value, i]));
    const place = (value: string | number | null) =>
      places.get(String(text ? value : coded.get(`${name} ${value}`))) ?? values.length;
    return [name, { of: values.length, row: rows.map((row) => place(row[name] ?? null)) }] as const;
  });
  return { step: rows.map(({ month }) => (month ? monthNumber(month) : 0)), codes: new Map(codes) };
}
