// Settings: a workspace, its sources and what these extend, read and proved from keepage.yaml and sources/*/source.yaml.
import { existsSync, readdirSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { errorsOf, KeepageError, KeepageErrors, nearest } from "./errors.ts";
import { type Fail, type Feed, proveFeed, provePaths, proving, withFhirTimes, wrongFields } from "./settings/feeds.ts";
import { matchFile, readTitleDate } from "./settings/patterns.ts";
import { type SourceSettings, sourceSchema, type WorkspaceSettings, workspaceSchema } from "./settings/schema.ts";
import { readStatuses, type StatusRow } from "./settings/statuses.ts";
import { proveTargets } from "./settings/targets.ts";
import { placeOf, readYaml } from "./settings/yaml.ts";

/** Where keepage itself is installed; shipped sources, models and reports live here. */
export const home = resolve(import.meta.dirname, "..");

/** A source with its shipped ancestors folded in. */
export interface Source {
  readonly name: string;
  readonly label: string;
  /** What an export holds and what it leaves out; null where the source does not say. */
  readonly covers: string | null;
  readonly system: string;
  readonly patients: string;
  readonly files: readonly string[];
  readonly unused_files: readonly string[];
  readonly as_of: string | undefined;
  readonly rows: "snapshot" | "changes";
  readonly scope: string;
  readonly time_zone: string;
  readonly format: NonNullable<SourceSettings["format"]>;
  readonly nulls: readonly string[];
  readonly footers: readonly string[];
  readonly ignore: readonly string[];
  readonly system_users: readonly string[];
  readonly expect_days: number | undefined;
  readonly feeds: readonly Feed[];
  readonly statuses: readonly StatusRow[];
}

export interface Workspace {
  readonly dir: string;
  readonly settings: WorkspaceSettings;
  readonly sources: readonly Source[];
  readonly inbox: string;
  readonly state: string;
  readonly releases: string;
  readonly current: string;
}

/** Reads and proves a workspace's settings. Throws KeepageErrors with everything that is wrong. */
export function readWorkspace(dir: string): Workspace {
  const file = join(dir, "keepage.yaml");
  if (!existsSync(file)) throw new KeepageError("E001", `${relative("", file) || file} does not exist.`);
  const settings = readYaml(file, workspaceSchema);
  const problems = proveTargets(file, settings.targets);
  const sources: Source[] = [];
  for (const [n, name] of settings.sources.entries()) {
    try {
      sources.push(...readSources(name, dir, settings, placeOf(file, ["sources", n])));
    } catch (error) {
      problems.push(...errorsOf(error));
    }
  }
  if (problems.length) throw new KeepageErrors(problems);
  const path = (...parts: string[]) => join(resolve(dir), ...parts);
  return {
    dir: resolve(dir),
    settings,
    sources,
    inbox: path("inbox"),
    state: path("state"),
    releases: path("releases"),
    current: path("current"),
  };
}

/** Names of the sources that ship with keepage. */
export function shippedSources(): string[] {
  return sourcesIn(join(home, "sources"));
}

/** Names of the sources in the workspace's own sources/, switched on or not. */
export function ownSources(dir: string): string[] {
  return sourcesIn(join(dir, "sources"));
}

function sourcesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((d) => d.isDirectory() && existsSync(join(folder, d.name, "source.yaml")))
    .map((d) => d.name)
    .sort();
}

/** Folder of a source: the workspace's own before the shipped one. `place` is where it was named. */
function findSource(name: string, dir: string | null, place?: string): string {
  const folders = [dir && join(dir, "sources", name), join(home, "sources", name)];
  for (const folder of folders) if (folder && existsSync(join(folder, "source.yaml"))) return folder;
  const own = dir ? ownSources(dir) : [];
  const near = nearest(name, [...own, ...shippedSources()]);
  const there = own.length && own.length < 10 ? `; sources/ has ${own.join(", ")}` : "";
  throw new KeepageError(
    "E005",
    `${place ? `${place}: ` : ""}Source "${name}" does not exist${near ? `; the nearest is "${near}"` : there}.`,
    { ...(place && { place }) },
  );
}

/** A folder's settings and where they stand. */
interface Link {
  readonly settings: SourceSettings;
  readonly folder: string;
}

/**
 * A source and what it extends, child over parent: columns field by field, statuses row by row, lists whole. A source with `members`
 * gives one source for each of them, named source/member: an export of several files, such as FHIR's with a file for each resource type.
 * Throws KeepageErrors.
 */
export function readSources(
  name: string,
  dir: string | null,
  workspace: Pick<WorkspaceSettings, "time_zone">,
  named?: string,
): Source[] {
  const chain = chainOf(name, dir, named);
  const members = chain.findLast((link) => link.settings.members)?.settings.members;
  if (!members) return [assemble(name, chain, workspace)];
  const problems: KeepageError[] = [];
  const sources: Source[] = [];
  for (const member of members) {
    const links = chain.flatMap(({ settings: { members: _, ...settings }, folder }): Link[] => {
      const inner = join(folder, member);
      const own = existsSync(join(inner, "source.yaml"));
      return [{ settings, folder }, ...(own ? [linkTo(inner)] : [])];
    });
    try {
      if (links.length === chain.length)
        throw new KeepageError(
          "E005",
          `${placeOf(join(chain.at(-1)!.folder, "source.yaml"), ["members"])}: "${member}" has no source.yaml.`,
        );
      sources.push(assemble(`${name}/${member}`, links, workspace));
    } catch (error) {
      problems.push(...errorsOf(error));
    }
  }
  if (problems.length) throw new KeepageErrors(problems);
  return sources;
}

/** What a source calls itself, also where it has members. */
export function sourceLabel(name: string, dir: string | null): string {
  return chainOf(name, dir).findLast(({ settings }) => settings.label)?.settings.label ?? name;
}

const linkTo = (folder: string): Link => ({ settings: readYaml(join(folder, "source.yaml"), sourceSchema), folder });

/** The source's own settings last, those of what it extends before them. */
function chainOf(name: string, dir: string | null, named?: string): Link[] {
  const chain: Link[] = [];
  const seen = new Set<string>();
  for (let next: string | undefined = name, from = dir; next; ) {
    const folder = findSource(next, from, named);
    if (seen.has(folder)) throw new KeepageError("E005", `Source "${name}" extends itself.`);
    seen.add(folder);
    const link = linkTo(folder);
    chain.unshift(link);
    next = link.settings.extends;
    named = placeOf(join(folder, "source.yaml"), ["extends"]);
    // A workspace's own source may extend the shipped one of the same name.
    from = next === basename(folder) ? null : dir;
  }
  return chain;
}

function assemble(name: string, chain: readonly Link[], workspace: Pick<WorkspaceSettings, "time_zone">): Source {
  const merged: SourceSettings = {};
  for (const { settings } of chain) {
    const columns = { ...merged.columns, ...settings.columns };
    const format = { ...merged.format, ...settings.format };
    Object.assign(merged, settings, { columns, format });
  }
  const problems: KeepageError[] = [];
  const files = chain.map((c) => join(c.folder, "source.yaml")).reverse();
  // A key may stand in a source that this one extends.
  const fail: Fail = (what, path = [], code = "E004") => {
    const place = (path.length && files.map((f) => placeOf(f, path)).find(Boolean)) || relative("", files[0]!);
    problems.push(new KeepageError(code, `${place}: ${what}`, { place }));
  };
  if (!merged.entity) fail("`entity` is missing: what is a row of the file?");
  if (!merged.files) fail("`files` is missing: which files of the inbox are this source's?");
  if (!merged.rows) fail("`rows` is missing: snapshot or changes?");
  for (const pattern of merged.files ?? []) proving(() => matchFile("", pattern), ["files"], fail);
  if (merged.as_of) proving(() => readTitleDate([], merged.as_of!), ["as_of"], fail);
  const feeds: Feed[] = [];
  if (merged.entity) feeds.push({ entity: merged.entity, columns: merged.columns!, when: merged.when ?? [] });
  feeds.push(...(merged.also ?? []).map((a) => ({ entity: a.entity, columns: a.columns, when: a.when ?? [] })));
  if (merged.format?.format === "ndjson") {
    if (!merged.format.resource) fail("`resource` is missing: which FHIR resource type is read?", ["format"]);
    for (const [n, feed] of feeds.entries()) feeds[n] = withFhirTimes(feed);
  }
  for (const [n, feed] of feeds.entries()) {
    const at = merged.entity && n === 0 ? [] : ["also", n - 1];
    proveFeed(feed, at, fail);
    if (merged.format?.format === "ndjson") provePaths(feed, at, fail);
  }
  // A row's own place is short and the same on every machine; people need the path.
  const placeOfRow = ({ place }: StatusRow) => {
    const folder = chain.findLast((c) => place.startsWith(`${basename(c.folder)}/`))?.folder ?? chain.at(-1)!.folder;
    return relative("", join(folder, place.slice(place.indexOf("/") + 1)));
  };
  let statuses: readonly StatusRow[] = [];
  try {
    statuses = readStatuses(chain.map((c) => join(c.folder, "statuses.csv")));
    for (const row of statuses) problems.push(...wrongFields(row, feeds, placeOfRow));
  } catch (error) {
    if (!(error instanceof KeepageErrors)) throw error;
    problems.push(...error.errors);
  }
  if (problems.length) throw new KeepageErrors(problems);
  const system = merged.system ?? name;
  return {
    name,
    label: merged.label ?? name,
    covers: merged.covers?.trim() || null,
    system,
    patients: merged.patients ?? system,
    files: merged.files!,
    unused_files: merged.unused_files ?? [],
    as_of: merged.as_of,
    rows: merged.rows!,
    scope: merged.scope ?? "all",
    time_zone: merged.time_zone ?? workspace.time_zone,
    format: merged.format ?? {},
    nulls: merged.nulls ?? [],
    footers: merged.footers ?? [],
    ignore: merged.ignore ?? [],
    system_users: merged.system_users ?? [],
    expect_days: merged.expect_every,
    feeds,
    statuses,
  };
}
