// Settings: keepage.yaml and sources/*/source.yaml, read strictly, with errors that name file, line, key and the nearest valid key.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { type Document, LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { contract, type EntityName, entity, entityNames, patientIds } from "./contract.ts";
import { type ErrorCode, KeepageError, KeepageErrors, nearest } from "./errors.ts";
import { fhirPath, fhirTimes } from "./formats/fhirpath.ts";
import { networkSettings } from "./settings/network.ts";
import { matchFile, readTitleDate, strptimeFormat } from "./settings/patterns.ts";
import { readStatuses, type StatusRow } from "./settings/statuses.ts";
import { proveTargets, targetSettings } from "./settings/targets.ts";

/** Where keepage itself is installed; shipped sources, models and reports live here. */
export const home = resolve(import.meta.dirname, "..");

/** The time zone if there is one of that name. */
export function timeZoneOf(name: string): string | undefined {
  return name === "UTC" || Intl.supportedValuesOf("timeZone").includes(name) ? name : undefined;
}

const timeZone = z
  .string()
  .refine((zone) => timeZoneOf(zone) !== undefined, {
    error: ({ input }) => {
      const near = nearest(String(input), Intl.supportedValuesOf("timeZone"));
      return `is not a time zone such as America/Chicago: "${String(input)}"${near ? `; the nearest is "${near}"` : ""}`;
    },
  })
  .meta({ description: "IANA time zone, such as America/Chicago." });

const days = z
  .string()
  .regex(/^\d+ days?$/, { error: 'is not a number of days such as "7 days"' })
  .transform((text) => Number.parseInt(text, 10));

const named = "is not a name of lower-case letters, digits and hyphens";

const strings = z.union([z.string(), z.array(z.string()).min(1)]).transform((v) => (Array.isArray(v) ? v : [v]));

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** How a contract field is filled from a file's columns. */
const columnSpec = z.strictObject({
  from: strings.optional().describe("Column, or several joined by a blank (a date and a time)."),
  first_of: z.array(z.string()).min(1).optional().describe("The first of these columns that is filled."),
  made_of: z
    .array(z.string())
    .min(1)
    .optional()
    .describe(
      "For a list without ids: columns that together tell one record from another, such as [MRN, Specialty, Ordered]. Rows alike in all of them are told apart by their order.",
    ),
  value: scalar.optional().describe("A constant."),
  formats: strings.optional().describe("Date formats, such as MM/dd/yyyy HH:mm. Nothing else is read as a date."),
  true: z.array(scalar).optional().describe("Words that mean yes."),
  false: z.array(scalar).optional().describe("Words that mean no."),
  extract: z.string().optional().describe("Regular expression; its first group is the value."),
  nulls: z.array(z.string()).optional().describe("Values of this column that mean: nothing."),
  time_zone: timeZone.optional().describe("Zone of this column's times, where it differs from the source's."),
  optional: z.boolean().optional().describe("The column may be missing from the file."),
  on_error: z
    .enum(["reject", "null"])
    .optional()
    .describe("What an unreadable value does: reject the row (default) or leave the field empty and log it."),
});
const column = z.union([z.string().transform((from) => ({ from: [from] })), columnSpec]);
export type Column = z.output<typeof columnSpec>;

const entityName = z.enum(entityNames as [EntityName, ...EntityName[]]);
const columns = z.record(z.string(), column);

const sourceShape = {
  extends: z.string().optional().describe("A shipped source to start from."),
  label: z.string().optional().describe("Name for people."),
  covers: z
    .string()
    .max(200)
    .optional()
    .describe(
      "What an export holds and what it leaves out, such as: what is open, and what was closed in the last 30 days. Shown with the figures.",
    ),
  entity: entityName.optional().describe("What a row of the file is."),
  system: z
    .string()
    .regex(/^[a-z0-9-]+$/, { error: named })
    .optional()
    .describe("Sources of one system share referral, patient and provider ids."),
  patients: z
    .string()
    .regex(/^[a-z0-9-]+$/, { error: named })
    .optional()
    .describe("Namespace of patient ids; the system, unless told."),
  members: z
    .array(z.string().regex(/^[a-z0-9-]+$/, { error: named }))
    .min(1)
    .optional()
    .describe("Folders inside this one: each is a source of its own that starts from the settings here."),
  files: strings.optional().describe("File names, such as workqueue_{as_of:yyyyMMdd}*.csv"),
  unused_files: strings
    .optional()
    .describe("Files that come with the export and are not read, such as *Location*.ndjson"),
  as_of: z.string().optional().describe("Title line that holds the as-of date, such as Run date: {as_of:MM/dd/yyyy}"),
  rows: z
    .enum(["snapshot", "changes"])
    .optional()
    .describe("snapshot: a missing row has left the list; changes: it means nothing."),
  scope: z.string().optional().describe("What the list covers; lists of different scope never replace each other."),
  time_zone: timeZone.optional(),
  format: z
    .strictObject({
      format: z
        .enum(["text", "xlsx", "ndjson"])
        .optional()
        .describe("What the file is, where its first bytes do not tell."),
      sheet: z.string().optional().describe("Sheet of a workbook; else the first one with the columns."),
      merged: z
        .enum(["fill_down", "first_row"])
        .optional()
        .describe(
          "Cells of a workbook merged over several rows. fill_down: their value holds in each of these rows; first_row: in the first alone.",
        ),
      delimiter: z.string().length(1).optional().describe("What stands between cells; found, unless told."),
      quote: z
        .union([z.string().length(1), z.literal(false)])
        .optional()
        .describe("What stands around a cell; false: a quote is data."),
      escape: z
        .string()
        .length(1)
        .optional()
        .describe("What stands before a quote within a quoted cell; the quote, unless told."),
      encoding: z
        .enum(["utf-8", "utf-16le", "utf-16be", "windows-1252", "latin-1"])
        .optional()
        .describe("How letters are written; UTF-8, or what a byte order mark says."),
      header_line: z.int().min(1).optional().describe("Line (row of a sheet) of the header, where it is not found."),
      header_rows: z.int().min(1).max(5).optional().describe("Lines that the header takes, labels above labels."),
      resource: z.string().optional().describe("FHIR resource type of an NDJSON file."),
    })
    .optional()
    .describe("How the file is written, where it is not found or is found wrongly."),
  columns: columns.optional().describe("Field of the contract: column of the file, or how it is read."),
  when: strings.optional().describe("Only rows where these fields are filled."),
  nulls: z.array(scalar).optional().describe("Values that mean: nothing."),
  footers: z.array(z.string()).optional().describe("First cells of lines below the table, such as Total*"),
  ignore: z.array(z.string()).optional().describe("Columns that are known and not wanted."),
  system_users: z.array(z.string()).optional().describe("Users that are jobs, not staff."),
  also: z
    .array(
      z.strictObject({
        entity: entityName.describe("What else a row is."),
        when: strings.optional().describe("Only rows where these fields are filled."),
        columns: columns.describe("Its fields and their columns."),
      }),
    )
    .optional()
    .describe("Further entities fed by the same file."),
  expect_every: days.optional().describe('How often a file should come, such as "7 days".'),
};
export const sourceSchema = z.strictObject(sourceShape);
type SourceSettings = z.output<typeof sourceSchema>;

export const workspaceSchema = z.strictObject({
  name: z.string().min(1).describe("Name of the organization."),
  time_zone: timeZone,
  sources: z
    .array(z.string())
    .default([])
    .describe("Folders of this workspace's sources/, or sources that ship with keepage."),
  cell_limit: z
    .int()
    .min(0)
    .default(11)
    .describe("Counts of people from 1 to this less 1 are never published; 0 for internal use."),
  episode_days: z
    .int()
    .min(0)
    .default(90)
    .describe("Orders of one patient, specialty and referrer within this window are one episode."),
  lag_days: z
    .int()
    .min(0)
    .default(14)
    .describe("Days that results take to reach the exports; younger cohorts are immature."),
  signal_run: z
    .int()
    .min(5)
    .max(20)
    .default(7)
    .describe("Months on one side of the centre, or rising or falling, that make a signal in a control chart."),
  targets: targetSettings.describe(
    'What to aim for, by metric, such as completed_90: "65%" or days_to_scheduled: "14 days".',
  ),
  network: networkSettings.describe("What is in the network, and what counts as an alternative to leaving it."),
  hold: z
    .strictObject({
      reject_share: z
        .number()
        .min(0)
        .max(1)
        .default(0.05)
        .describe("A file with a larger share of rejected rows is held."),
      shrink: z
        .number()
        .min(0)
        .max(1)
        .default(0.5)
        .describe("A snapshot with a smaller share of the rows before is held."),
    })
    .prefault({})
    .describe("When a file is held rather than loaded."),
  run: z
    .strictObject({
      memory: z
        .string()
        .regex(/^\d+(\.\d+)?\s?(MB|GB)$/, { error: "is not a size such as 3GB" })
        .default("2.5GB")
        .describe("Memory that DuckDB may take."),
      settle_seconds: z
        .number()
        .min(0)
        .max(3600)
        .default(2)
        .describe("A file changed more recently is left for the next run."),
      keep_releases: z.int().min(1).default(5).describe("Releases kept for rollback."),
      schedule: z
        .string()
        .default("30 5 * * *")
        .describe("When `keepage schedule` runs, as cron in the workspace's time zone."),
    })
    .prefault({})
    .describe("How and when it runs."),
  worklists: z
    .strictObject({
      sensitive: z.boolean().default(false).describe("Put 42 CFR Part 2 referrals on shared worklists."),
    })
    .prefault({})
    .describe("What stands on the coordinators' lists."),
});
export type WorkspaceSettings = z.output<typeof workspaceSchema>;

/** One entity fed by a file. */
export interface Feed {
  readonly entity: EntityName;
  readonly columns: Readonly<Record<string, Column>>;
  /** Contract fields that must be filled for a row to count for this entity. */
  readonly when: readonly string[];
}

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
      if (error instanceof KeepageErrors) problems.push(...error.errors);
      else if (error instanceof KeepageError) problems.push(error);
      else throw error;
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
  const near = nearest(name, [...(dir ? ownSources(dir) : []), ...shippedSources()]);
  throw new KeepageError(
    "E005",
    `${place ? `${place}: ` : ""}Source "${name}" does not exist${near ? `; the nearest is "${near}"` : ""}.`,
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
      if (error instanceof KeepageErrors) problems.push(...error.errors);
      else if (error instanceof KeepageError) problems.push(error);
      else throw error;
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

/** A date of a FHIR resource is written in one of FHIR's own ways; nothing is left to declare. */
function withFhirTimes(feed: Feed): Feed {
  const fields = entity(feed.entity).fields;
  const columns = Object.entries(feed.columns).map(([name, column]): [string, Column] => {
    const type = fields[name]?.type;
    return [name, type === "date" || type === "timestamp" ? { formats: fhirTimes, ...column } : column];
  });
  return { ...feed, columns: Object.fromEntries(columns) };
}

/** A status row names a field of the source's first entity, or entity.field for a further one. */
function wrongFields(row: StatusRow, feeds: readonly Feed[], placeOfRow: (row: StatusRow) => string): KeepageError[] {
  return [row.field, row.when_field].flatMap((name) => {
    if (name === null || feeds.length === 0) return [];
    const dot = name.indexOf(".");
    const feed = dot < 0 ? feeds[0]! : feeds.find((f) => f.entity === name.slice(0, dot));
    // An event's word is keyed by the referral's field that changed.
    const entities: EntityName[] =
      feed?.entity === "referral_event" ? ["referral_event", "referral"] : feed ? [feed.entity] : [];
    const fields = entities.flatMap((e) => Object.keys(entity(e).fields));
    const field = name.slice(dot + 1);
    if (fields.includes(field)) return [];
    const near = nearest(field, fields);
    const text = feed
      ? `${feed.entity} has no field "${field}"${near ? `; the nearest is "${near}"` : ""}.`
      : `the source feeds no "${name.slice(0, dot)}".`;
    const place = placeOfRow(row);
    return [new KeepageError("E006", `${place}: ${text}`, { place })];
  });
}

type Fail = (what: string, path?: readonly PropertyKey[], code?: ErrorCode) => void;

/** Patterns are proved by using them. */
function proving(use: () => unknown, path: readonly PropertyKey[], fail: Fail): void {
  try {
    use();
  } catch (error) {
    if (!(error instanceof KeepageError)) throw error;
    fail(`${error.message} ${error.todo}`, path);
  }
}

function proveFeed(feed: Feed, at: readonly PropertyKey[], fail: Fail): void {
  const fields = entity(feed.entity).fields;
  for (const [name, spec] of Object.entries(feed.columns)) {
    const path = [...at, "columns", name];
    const field = fields[name];
    if (!field) {
      const near = nearest(name, Object.keys(fields));
      fail(`${feed.entity} has no field "${name}"${near ? `; the nearest is "${near}"` : ""}.`, path, "E003");
      continue;
    }
    const origins = [spec.from, spec.first_of, spec.made_of, spec.value].filter((o) => o !== undefined).length;
    if (origins !== 1) fail(`"${name}" needs one of \`from\`, \`first_of\`, \`made_of\` or \`value\`.`, path);
    if (spec.made_of && (field.type !== "id" || patientIds[name]))
      fail(`"${name}" is no record's id: only such an id is \`made_of\` columns.`, path);
    const isDate = field.type === "date" || field.type === "timestamp";
    if (isDate && !spec.formats && spec.value === undefined)
      fail(`"${name}" is a date: declare its \`formats\`, such as [MM/dd/yyyy].`, path);
    for (const format of spec.formats ?? []) proving(() => strptimeFormat(format), path, fail);
    if (spec.extract) {
      try {
        new RegExp(spec.extract);
      } catch {
        fail(`"${name}": \`extract\` is not a regular expression.`, path);
      }
    }
  }
  for (const [name, field] of Object.entries(fields)) {
    if (field.required && !feed.columns[name])
      fail(
        `${feed.entity} needs the field "${name}": ${lowerFirst(field.about)}${field.type === "id" ? " Where the list has none, `made_of` names the columns that tell its records apart." : ""}`,
        [...at, "columns"],
      );
  }
  for (const name of feed.when)
    if (!feed.columns[name]) fail(`\`when\` names "${name}", which no column fills.`, [...at, "when"]);
}

function provePaths(feed: Feed, at: readonly PropertyKey[], fail: Fail): void {
  for (const [name, spec] of Object.entries(feed.columns))
    for (const path of spec.from ?? spec.first_of ?? spec.made_of ?? [])
      proving(() => fhirPath(path), [...at, "columns", name], fail);
}

const lowerFirst = (text: string) => (text[0] ?? "").toLowerCase() + text.slice(1);

/** Reads a YAML file by a schema. Throws KeepageErrors: file, line, key, nearest valid key. */
export function readYaml<S extends z.ZodType>(file: string, schema: S): z.output<S> {
  const shown = relative("", file) || file;
  const counter = new LineCounter();
  const document = parseDocument(readFileSync(file, "utf8"), { lineCounter: counter });
  const syntax = document.errors.map((error) => {
    const line = counter.linePos(error.pos[0]).line;
    const what = error.message.split("\n")[0]!.replace(/ at line .*$/, "");
    return new KeepageError("E002", `${shown}:${line}: ${what}`, { place: `${shown}:${line}` });
  });
  if (syntax.length) throw new KeepageErrors(syntax);
  const parsed = schema.safeParse(document.toJS() ?? {});
  if (parsed.success) return parsed.data;

  throw new KeepageErrors(
    parsed.error.issues
      .flatMap((issue) => explain(issue, [], schema))
      .map(({ path, key, code, text }) => {
        const place = `${shown}:${lineIn(document, counter, path, key)}`;
        return new KeepageError(code, `${place}: ${text}`, { place });
      }),
  );
}

/** Line of the innermost node of a path that the document has, or of a key in it. */
function lineIn(document: Document, counter: LineCounter, path: readonly PropertyKey[], key?: string): number {
  for (let n = path.length; n >= 0; n--) {
    const node = document.getIn(path.slice(0, n), true) as
      | { items?: { key?: { value?: unknown; range?: number[] } }[]; range?: number[] }
      | undefined;
    const named =
      n === path.length && key !== undefined ? node?.items?.find((i) => i.key?.value === key)?.key : undefined;
    const range = named?.range ?? node?.range;
    if (range) return counter.linePos(range[0]!).line;
  }
  return 1;
}

/** file:line of a key of a YAML file that was read before, or undefined where the file does not have it. */
export function placeOf(file: string, path: readonly PropertyKey[]): string | undefined {
  const counter = new LineCounter();
  const document = parseDocument(readFileSync(file, "utf8"), { lineCounter: counter });
  if (!document.hasIn(path)) return undefined;
  const last = path.at(-1);
  const inList = typeof last === "number";
  const line = inList ? lineIn(document, counter, path) : lineIn(document, counter, path.slice(0, -1), String(last));
  return `${relative("", file) || file}:${line}`;
}

interface Problem {
  path: PropertyKey[];
  key?: string;
  code: ErrorCode;
  text: string;
}

function explain(issue: z.core.$ZodIssue, above: PropertyKey[], schema: z.ZodType): Problem[] {
  const path = [...above, ...issue.path];
  const name = path.filter((p) => typeof p === "string").join(".") || "settings";
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const valid = keysAt(schema, path);
      const near = nearest(key, valid);
      const hint = near
        ? `the nearest is "${near}"`
        : valid.length
          ? `valid keys are ${valid.join(", ")}`
          : "none is valid here";
      return { path, key, code: "E003", text: `${path.length ? `${name}: ` : ""}"${key}" is not a setting; ${hint}.` };
    });
  }
  if (issue.code === "invalid_union" && issue.errors?.length) {
    // The branch that got furthest says best what is wrong.
    const best = [...issue.errors].sort((a, b) => depth(b) - depth(a) || a.length - b.length)[0]!;
    return best.flatMap((inner) => explain(inner, path, schema));
  }
  if (issue.code === "too_small" || issue.code === "too_big") {
    const counted = { string: " characters", array: " entries" }[issue.origin as string];
    const bound = issue.code === "too_small" ? `at least ${issue.minimum}` : `at most ${issue.maximum}`;
    const empty = counted && issue.code === "too_small" && Number(issue.minimum) === 1;
    const text = empty ? "is empty" : `must ${counted ? "have" : "be"} ${bound}${counted ?? ""}`;
    return [{ path, code: "E004", text: `"${name}" ${text}.` }];
  }
  const message = issue.message.replace(/^Invalid input: /, "").replace(/^Invalid option: /, "");
  const text =
    issue.code === "invalid_type" && message.includes("received undefined")
      ? `"${name}" is missing.`
      : `"${name}" ${message.startsWith("is ") ? message : `is wrong: ${message}`}.`;
  return [{ path, code: "E004", text }];
}

function depth(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map((i) => i.path.length + (i.code === "unrecognized_keys" ? 1 : 0)));
}

/** Keys that a strict object at this path of the schema knows. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  interface Json {
    properties?: Record<string, Json>;
    additionalProperties?: Json | boolean;
    items?: Json;
    anyOf?: Json[];
  }
  let nodes: Json[] = [z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Json];
  const open = (list: Json[]): Json[] => list.flatMap((n) => (n.anyOf ? open(n.anyOf) : [n]));
  for (const step of path) {
    nodes = open(nodes).flatMap((n) => {
      if (typeof step === "number") return n.items ? [n.items] : [];
      const child =
        n.properties?.[String(step)] ??
        (typeof n.additionalProperties === "object" ? n.additionalProperties : undefined);
      return child ? [child] : [];
    });
  }
  return [...new Set(open(nodes).flatMap((n) => Object.keys(n.properties ?? {})))];
}

/** JSON Schemas for editors, by file name. */
export function jsonSchemas(): Record<string, object> {
  return {
    "keepage.schema.json": z.toJSONSchema(workspaceSchema, { io: "input", unrepresentable: "any" }),
    "source.schema.json": z.toJSONSchema(sourceSchema, { io: "input", unrepresentable: "any" }),
  };
}

/** Every field of the contract by entity, for help texts. */
export function contractFields(): Record<string, string[]> {
  return Object.fromEntries(Object.entries(contract).map(([name, e]) => [name, Object.keys(e.fields)]));
}
