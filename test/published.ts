// What the files of a site say of people, number by number, and the truth of the same numbers row by row from the warehouse: the two
// things that test/attack.ts needs. A table of counts that this file does not know is an error, so that nothing is published unattacked.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Database } from "../pipeline/duckdb.ts";
import type { Dimension, FactData } from "../reports/components/facts.ts";
import { attack, type Known } from "./attack.ts";
import { type Attacked, addOrders, addOthers, readGrains, stages, valuesOf } from "./counted.ts";

export type Json = null | string | number | boolean | readonly Json[] | { readonly [key: string]: Json };
export type Content = Readonly<Record<string, Json>>;

export const isObject = (json: Json | undefined): json is Content =>
  typeof json === "object" && json !== null && !Array.isArray(json);
export const isFact = (json: Json | undefined): json is Content =>
  isObject(json) && "tables" in json && "steps" in json && isCounts(json.tables);
const isCounts = (tables: Json | undefined) =>
  isObject(tables) && Object.values(tables).every((table) => isObject(table) && "counts" in table);
const factOf = (json: Json): FactData => JSON.parse(JSON.stringify(json));

/** The files of a site that hold numbers, by name. */
export type Published = ReadonlyMap<string, Content>;

/** Reads them from a built site. */
export function readPublished(site: string): Published {
  const folder = join(site, "_file/data/published");
  return new Map(
    readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .map((name): [string, Content] => [
        name.replace(/\.[0-9a-f]{8}(?=\.json$)/, ""),
        JSON.parse(readFileSync(join(folder, name), "utf8")),
      ]),
  );
}

const dimensionsOf = (contents: Published): Dimension[] =>
  JSON.parse(JSON.stringify(contents.get("site.json")!.dimensions));

/** What an outsider finds in these files: counts from 1 to limit−1, and numbers told against their rule. */
export async function found(truth: Database, contents: Published, limit: number) {
  const universes = [...(await published(truth, contents)).values()];
  return {
    leaks: universes.flatMap(({ rows, known }) => attack(rows, known, limit)),
    /** Counts that were attacked, and small ones among what there is to find. */
    counts: universes.reduce((sum, { known }) => sum + known.length, 0),
  };
}

/** How the site's codes are read: the warehouse's own word for a value of a cut. */
export async function addressed(truth: Database, contents: Published) {
  const values = await valuesOf(truth);
  const dimensions = dimensionsOf(contents);
  return {
    nameOf: (cut: string, code: number) => {
      const spelled = dimensions.find(({ key }) => key === cut)?.values[code] ?? "";
      return values.get(cut)?.get(spelled) ?? spelled;
    },
  };
}

/** Everything published, by the people it counts: universes that have nobody in common, or no way to tell who. */
export async function published(truth: Database, contents: Published): Promise<Map<string, Attacked>> {
  const dimensions = dimensionsOf(contents);
  const values = await valuesOf(truth);
  const universes = new Map<string, Attacked>();
  const universe = (name: string) => {
    const of = universes.get(name) ?? { rows: [], known: [] };
    universes.set(name, of);
    return of;
  };
  const grains = await readGrains(truth);
  for (const [family, rows] of grains.rows) universe(family).rows.push(...rows);
  const episodes = universe("episode by ordered_on");
  await addOrders(truth, episodes.rows);
  const met = new Set<Json>();
  for (const [file, content] of contents) {
    const own: Dimension[] = [...dimensions];
    for (const key of ["dimensions", "clinicians"])
      if (Array.isArray(content[key])) own.unshift(...(JSON.parse(JSON.stringify(content[key])) as Dimension[]));
    const place = content.places;
    if (isObject(place) && Array.isArray(place.values)) own.unshift(JSON.parse(JSON.stringify(place)));
    const take = (
      json: Json | undefined,
      name: string,
      to: (column: string) => string | null,
      options: TakeOptions = {},
    ) => {
      if (!isFact(json)) return;
      met.add(json);
      universe(name).known.unshift(...knownOf(factOf(json), `${file}`, own, values, to, options));
    };
    const shares = (json: Json) => {
      if (!Array.isArray(json)) return;
      for (const share of json as Content[]) {
        const key = String(share.key);
        take(share.fact, grains.family.get(key)!, (column) => (column === "about" ? null : `${key}.${column}`));
      }
    };
    walk(content, (json) => shares(json.shares ?? null));
    take(content.volume, "episode by ordered_on", () => "orders", {
      called: (cut) => (cut === "receiving_location" ? `${cut} of the order` : cut),
    });
    take(content.outcomes, "episode by ordered_on", (column) => `outcome.${column}`);
    for (const key of ["destination", "ordered", "dollars"])
      take(content[key], "episode by ordered_on", (column) =>
        ["dollars", "low", "high"].includes(column) ? null : `leakage.${column}`,
      );
    take(content.placeFact, "episode by ordered_on", () => "leakage.left");
    take(content.claims, "claims", (column) => (column.includes("dollars") ? null : column));
    take(content.chain, "chain", (column) => column);
    take(content.open, "open", () => "open", { at: (day) => ageEdges.indexOf(day) });
    if (isObject(content.stages)) {
      own.unshift({ key: "stage", label: "", values: await stages(truth) });
      take(content.stages.fact, "stages", () => "open");
    }
    if (isObject(content.audit)) {
      own.unshift(JSON.parse(JSON.stringify(content.audit.dimension)));
      take(content.audit.fact, "closers", (column) => column);
    }
    if (isObject(content.bands)) own.unshift(JSON.parse(JSON.stringify(content.bands)));
    take(content.bandFact, "bands", (column) => column);
    if (Array.isArray(content.assertions))
      own.unshift({ key: "assertion", label: "", values: content.assertions.map((_, i) => String(i)) });
    take(content.assertionFact, "assertions", (column) => column);
    if (isObject(content.dimension)) own.unshift(JSON.parse(JSON.stringify(content.dimension)));
    take(content.rows, "feeds", (column) => column);
  }
  for (const [file, content] of contents)
    walk(content, (json) => {
      for (const [key, one] of Object.entries(json))
        if (isFact(one) && !met.has(one)) throw new Error(`${file} has counts in "${key}" that nobody attacks`);
    });
  await addOthers(truth, universe);
  return universes;
}

const ageEdges = [0, 8, 15, 31, 61, 91, 36_500];

function walk(json: Json, visit: (object: Content) => void) {
  if (Array.isArray(json)) for (const one of json) walk(one, visit);
  else if (isObject(json)) {
    visit(json);
    for (const one of Object.values(json)) walk(one, visit);
  }
}

interface TakeOptions {
  /** A repeat may go elsewhere than the order that its episode is told by. */
  readonly called?: (cut: string) => string;
  /** Months from the edge of a step. */
  readonly at?: (edge: number) => number;
}

function knownOf(
  { steps, tables }: FactData,
  file: string,
  dimensions: readonly Dimension[],
  values: ReadonlyMap<string, ReadonlyMap<string, string>>,
  to: (column: string) => string | null,
  { called = (cut) => cut, at = (edge) => edge }: TakeOptions,
): Known[] {
  return Object.entries(tables).flatMap(([key, table]) => {
    const dimension = dimensions.find((one) => one.key === key);
    if (key !== "all" && !dimension) throw new Error(`${file} is cut by ${key}, of which it has no names`);
    const cut = key === "all" ? "" : called(key);
    return Object.entries(table.counts).flatMap(([column, counts]) => {
      const group = to(column);
      if (group === null) return [];
      return counts.flatMap((count, row): Known[] => {
        if (count === null) return [];
        const spelled = dimension ? dimension.values[table.value![row]!]! : "";
        const name = values.get(key)?.get(spelled) ?? spelled;
        const { low, high } = steps[table.step[row]!]!;
        return [{ cut, name, low: at(low), high: at(high), group, count, file }];
      });
    });
  });
}
