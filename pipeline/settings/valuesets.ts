// Value sets that official measures read: FHIR ValueSets with their expansions, and single codes, as files of the user's own in
// DIR/valuesets. Code systems are licensed, so none ship with keepage.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parse } from "csv-parse/sync";
import { KeepageError } from "../errors.ts";
import { isObject, type Json } from "../formats/fhirpath.ts";

export interface Code {
  readonly system: string;
  readonly code: string;
}

export interface ValueSet {
  /** Canonical address without a version, or the file's name where it has none. */
  readonly url: string;
  /** Object identifier, where it has one. */
  readonly oid: string | undefined;
  readonly version: string;
  readonly title: string;
  readonly codes: readonly Code[];
  /** It lists as many codes as its expansion says there are. */
  readonly complete: boolean;
}

/** A value set that a measure reads, and the one among the user's files that it is. */
export interface MeasureSet {
  readonly measure: string;
  readonly role: string;
  readonly title: string;
  readonly oid: string;
  readonly found: ValueSet | undefined;
}

/** Name of the file of single codes, and what it is called as a value set. */
const directFile = "direct-codes.csv";
export const directSet = "direct-codes";

/**
 * Reads every `*.json` and `direct-codes.csv` of a folder. Of several versions of a set the newest stands; pages of one version are joined.
 * A folder that does not exist has none. Throws E008 on a file that is not what it should be.
 */
export function readValueSets(dir: string): ValueSet[] {
  if (!existsSync(dir)) return [];
  const files = readdirSync(dir).sort();
  const parts = files.filter((f) => /\.json$/i.test(f)).flatMap((f) => setsIn(join(dir, f)));
  const sets = [...Map.groupBy(parts, (p) => p.url).values()].map(newest);
  return files.includes(directFile) ? [...sets, directCodes(join(dir, directFile))] : sets;
}

/** Finds each set that a measure reads: by object identifier or address, else by title. */
export function matchSets(wanted: readonly Omit<MeasureSet, "found">[], sets: readonly ValueSet[]): MeasureSet[] {
  const byOid = new Map(sets.flatMap((s) => (s.oid ? [[s.oid, s] as const] : [])));
  const byTitle = new Map(sets.map((s) => [letters(s.title), s] as const));
  return wanted.map((w) => ({ ...w, found: byOid.get(w.oid) ?? byTitle.get(letters(w.title)) }));
}

/** Published sets are called alike but for blanks, commas and slashes. */
const letters = (title: string) => title.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

interface Part extends Omit<ValueSet, "complete"> {
  /** Entries of the expansion, told apart, and how many it says there are. */
  readonly entries: readonly string[];
  readonly total: number;
}

function newest(parts: readonly Part[]): ValueSet {
  const version = parts
    .map((p) => p.version)
    .sort()
    .at(-1)!;
  const pages = parts.filter((p) => p.version === version);
  const codes = [...new Map(pages.flatMap((p) => p.codes).map((c) => [`${c.system}|${c.code}`, c])).values()];
  const listed = new Set(pages.flatMap((p) => p.entries)).size;
  const total = Math.max(...pages.map((p) => p.total));
  const { url, oid, title } = pages[0]!;
  return { url, oid, version, title, codes, complete: codes.length > 0 && listed >= total };
}

function setsIn(file: string): Part[] {
  let json: Json;
  try {
    json = JSON.parse(readFileSync(file, "utf8").replace(/^\ufeff/, "")) as Json;
  } catch {
    throw wrong(file, "it is not JSON");
  }
  const sets = resourcesIn(json).filter((r) => r.resourceType === "ValueSet");
  if (sets.length === 0) throw wrong(file, "it holds no ValueSet");
  return sets.map((set) => partOf(set, relative("", file)));
}

type Resource = { readonly [key: string]: Json };

/** The resources of a Bundle, of Bundles within it, or the one that the file is. */
function resourcesIn(json: Json | undefined): Resource[] {
  if (!isObject(json)) return [];
  if (json.resourceType !== "Bundle") return [json];
  return list(json.entry).flatMap((entry) => (isObject(entry) ? resourcesIn(entry.resource) : []));
}

const list = (json: Json | undefined): readonly Json[] => (Array.isArray(json) ? json : []);
const text = (json: Json | undefined): string => (typeof json === "string" ? json : "");

function partOf(set: Resource, file: string): Part {
  const url = text(set.url).replace(/\|.*$/, "");
  const identifiers = list(set.identifier).flatMap((i) => (isObject(i) ? text(i.value) : []));
  const oid = [...identifiers, url, text(set.id)]
    .map((t) => /(?:^|[/:])(\d+(?:\.\d+){3,})$/.exec(t)?.[1])
    .find(Boolean);
  const expansion = isObject(set.expansion) ? set.expansion : undefined;
  const title = text(set.title) || text(set.name);
  const entries = list(expansion?.contains).flatMap(below);
  return {
    url: url || oid || title || file,
    oid,
    version: text(set.version),
    title,
    // An abstract entry only groups others.
    codes: expansion
      ? entries.flatMap((e) => (e.abstract === true ? [] : codeOf(e.system, e.code)))
      : composed(set.compose),
    entries: entries.map((e) => [e.system, e.version, e.code, e.display].map(text).join("|")),
    total: typeof expansion?.total === "number" ? expansion.total : 0,
  };
}

/** An entry of an expansion and those below it. */
function below(entry: Json): Resource[] {
  return isObject(entry) ? [entry, ...list(entry.contains).flatMap(below)] : [];
}

/** A set without expansion that lists its codes one by one needs none; one with a filter does. */
function composed(compose: Json | undefined): Code[] {
  if (!isObject(compose) || list(compose.exclude).length > 0) return [];
  const includes = list(compose.include).filter(isObject);
  if (includes.some((i) => list(i.concept).length === 0 || i.filter !== undefined || i.valueSet !== undefined))
    return [];
  return includes.flatMap((i) => list(i.concept).flatMap((c) => (isObject(c) ? codeOf(i.system, c.code) : [])));
}

function codeOf(system: Json | undefined, code: Json | undefined): Code[] {
  return text(system) && text(code) ? [{ system: text(system), code: text(code) }] : [];
}

function directCodes(file: string): ValueSet {
  let records: Record<string, string>[];
  try {
    records = parse(readFileSync(file), { bom: true, columns: true, skip_empty_lines: true, trim: true });
  } catch (error) {
    throw wrong(file, error instanceof Error ? error.message : String(error));
  }
  const codes = records.map(({ system, code }, n) => {
    if (!system || !code) throw wrong(file, `row ${n + 1} lacks a ${system ? "code" : "system"}`);
    return { system, code };
  });
  return { url: directSet, oid: directSet, version: "", title: directFile, codes, complete: codes.length > 0 };
}

function wrong(file: string, what: string): KeepageError {
  const place = relative("", file);
  return new KeepageError("E008", `${place}: ${what}.`, {
    place,
    todo: "Give FHIR ValueSets with their expansions as .json, and single codes as direct-codes.csv with the columns system and code.",
  });
}
