// Seeds: what the models need to know besides the raw rows: the run, its files, status mappings, calendar, crosswalks. No clock in models: time comes from here.
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { home, type Workspace } from "./config.ts";
import { entity, rawColumn } from "./contract.ts";
import { type DuckDBConnection, identifier, rows } from "./duckdb.ts";
import { KeepageError } from "./errors.ts";
import { type Line, readLines } from "./settings/csv.ts";
import { networkRows, networkTables } from "./settings/network.ts";
import { limitRows, type Policy, policyRows, readPolicies } from "./settings/policies.ts";
import { fold } from "./settings/statuses.ts";
import { directSet, type MeasureSet, matchSets, readValueSets } from "./settings/valuesets.ts";
import type { Standing } from "./standing.ts";

/** Columns and types of every seed table, by name. */
export const seedTables = {
  run: {
    run_id: "VARCHAR",
    organization: "VARCHAR",
    as_of: "TIMESTAMP", // newest observation of any effective file
    as_of_date: "DATE",
    time_zone: "VARCHAR",
    cell_limit: "INTEGER",
    episode_days: "INTEGER",
    lag_days: "INTEGER",
    signal_run: "INTEGER", // points on one side that make a signal
  },
  // The referrals that are derived at one time, as a range of staging's numbers: all, or slice by slice where there are many.
  slice: { first_no: "UBIGINT", last_no: "UBIGINT" },
  target: { metric: "VARCHAR", target: "DOUBLE" }, // what the organization aims for: a share or days
  file: {
    file_id: "INTEGER",
    name: "VARCHAR",
    source: "VARCHAR",
    system: "VARCHAR",
    scope: "VARCHAR",
    rows: "VARCHAR", // snapshot, changes
    as_of: "TIMESTAMP",
    next_as_of: "TIMESTAMP", // of the next snapshot of the same source and scope; null for the newest
    standing: "VARCHAR", // effective, superseded, held
    sequence: "INTEGER", // rank in canonical order, the same for any order of arrival
    code: "VARCHAR",
    message: "VARCHAR",
    loaded: "INTEGER",
    rejected: "INTEGER",
  },
  source: {
    source: "VARCHAR",
    label: "VARCHAR",
    system: "VARCHAR",
    entity: "VARCHAR",
    rows: "VARCHAR",
    expect_days: "INTEGER",
    coded: "BOOLEAN", // it maps codes, which official measures read
    covers: "VARCHAR", // what an export holds and what it leaves out
  },
  status_map: {
    source: "VARCHAR",
    entity: "VARCHAR",
    field: "VARCHAR",
    raw: "VARCHAR", // folded: trimmed, one blank between words, lower case
    when_field: "VARCHAR",
    when_raw: "VARCHAR",
    axis: "VARCHAR",
    value: "VARCHAR",
    place: "VARCHAR", // statuses.csv:line
  },
  // How many rows of a source's files in use fill each field that it maps.
  field_coverage: { source: "VARCHAR", entity: "VARCHAR", field: "VARCHAR", rows: "INTEGER", filled: "INTEGER" },
  rejected_record: { file_id: "INTEGER", entity: "VARCHAR", record_id: "VARCHAR" },
  system_user: { source: "VARCHAR", name: "VARCHAR" },
  // Which value set plays which part in an official measure, and whether the user's files hold it whole.
  measure_set: {
    measure: "VARCHAR",
    role: "VARCHAR", // referral, report, encounter, procedure
    title: "VARCHAR",
    oid: "VARCHAR",
    value_set: "VARCHAR", // null where it is missing or incomplete
    version: "VARCHAR",
    codes: "INTEGER",
  },
  value_set_code: {
    value_set: "VARCHAR",
    title: "VARCHAR",
    system: "VARCHAR",
    code: "VARCHAR",
    direct: "BOOLEAN", // a single code rather than one of a set
  },
  // One row for each combination that a policy matches; null matches anything. Of the policies that match an order the lowest rank counts.
  policy: {
    policy: "VARCHAR",
    rank: "INTEGER",
    label: "VARCHAR",
    rule: "INTEGER", // nth rule of the policy's match
    specialty: "VARCHAR",
    referral_type: "VARCHAR",
    priority: "VARCHAR",
    payer: "VARCHAR", // folded
    diagnosis: "VARCHAR", // beginning of a code, without its dot
    location: "VARCHAR", // receiving, folded
    effective_from: "DATE", // of orders; null: always
    effective_to: "DATE",
  },
  // How long a stage or a step may take. Every priority has a row of its own; null is for orders without one.
  policy_limit: {
    policy: "VARCHAR",
    stage: "VARCHAR", // a stage of core.referral, or first_contact, scheduling, visit, report
    priority: "VARCHAR",
    days: "INTEGER",
    business: "BOOLEAN", // business days of seeds.calendar rather than calendar days
    effective_from: "DATE",
    effective_to: "DATE",
    rule: "VARCHAR", // policy/stage/priority: names what is broken
    sentence: "VARCHAR",
  },
  specialty: { raw: "VARCHAR", specialty: "VARCHAR" },
  ...networkTables,
  holiday: { day: "DATE", name: "VARCHAR" },
  calendar: {
    day: "DATE",
    business_day: "BOOLEAN",
    business_days_before: "INTEGER", // business days before this day since the calendar's start
  },
} as const;

/** The greatest number that hash() gives. */
export const lastNumber = String(2n ** 64n - 1n);

export type SeedTable = keyof typeof seedTables;
type Cell = string | number | boolean | null;

/** Writes all seed tables into the schema `seeds` of the connection's database. */
export async function writeSeeds(
  connection: DuckDBConnection,
  workspace: Workspace,
  files: readonly Standing[],
  rejected: readonly { file_id: number; entity: string; record_id: string }[],
  runId: string,
  policies: readonly Policy[] = policiesOf(workspace),
): Promise<void> {
  await connection.run("create schema if not exists seeds");
  const { settings, sources } = workspace;
  const effective = files.filter((f) => f.standing === "effective");
  const asOf = effective.reduce<string | null>((max, f) => (max === null || f.as_of > max ? f.as_of : max), null);
  const bySource = new Map(sources.map((s) => [s.name, s]));
  const next = nextSnapshots(effective);
  const holidays = readReference(workspace, "holidays.csv", ["day", "name"]);
  const measureSets = measureSetsOf(workspace);
  const specialties = readReference(workspace, "specialties.csv", ["raw", "specialty"]);
  const tables: Record<SeedTable, Cell[][]> = {
    run: [
      [
        runId,
        settings.name,
        asOf,
        asOf?.slice(0, 10) ?? null,
        settings.time_zone,
        settings.cell_limit,
        settings.episode_days,
        settings.lag_days,
        settings.signal_run,
      ],
    ],
    slice: [["0", lastNumber]],
    target: Object.entries(settings.targets).map(([metric, { value }]) => [metric, value]),
    file: files.map((f, n) => [
      f.file_id,
      f.name,
      f.source,
      bySource.get(f.source)?.system ?? f.source,
      f.scope,
      f.rows,
      f.as_of,
      next.get(f.file_id) ?? null,
      f.standing,
      n + 1,
      f.code,
      f.message,
      f.loaded,
      f.rejected,
    ]),
    source: sources.map((s) => [
      s.name,
      s.label,
      s.system,
      s.feeds[0]!.entity,
      s.rows,
      s.expect_days ?? null,
      s.feeds.some((feed) => feed.columns.codes !== undefined),
      s.covers,
    ]),
    status_map: sources.flatMap((s) =>
      s.statuses.map((r) => [
        s.name,
        ...qualified(r.field, s.feeds[0]!.entity),
        r.raw,
        r.when_field,
        r.when_raw,
        r.axis,
        r.value,
        r.place,
      ]),
    ),
    field_coverage: [], // counted below, once the files stand
    rejected_record: rejected.map((r) => [r.file_id, r.entity, r.record_id]),
    system_user: sources.flatMap((s) => s.system_users.map((name) => [s.name, fold(name)])),
    measure_set: measureSets.map(({ measure, role, title, oid, found }) => [
      measure,
      role,
      title,
      oid,
      found?.complete ? found.url : null,
      found?.version || null,
      found?.codes.length ?? 0,
    ]),
    value_set_code: [...new Set(measureSets.flatMap(({ found }) => (found?.complete ? [found] : [])))].flatMap((set) =>
      set.codes.map((c) => [set.url, set.title, c.system, c.code, set.url === directSet]),
    ),
    policy: policyRows(policies),
    policy_limit: limitRows(policies),
    specialty: distinctBy(specialties.map(([raw, specialty]) => [fold(raw!), specialty!])),
    ...networkRows(settings.network, (name, columns) => readReference(workspace, name, columns), fold),
    holiday: distinctBy(holidays),
    calendar: calendar(new Set(holidays.map(([day]) => day!))),
  };
  for (const name of Object.keys(seedTables) as SeedTable[]) await writeTable(connection, name, tables[name]);
  await writeTable(connection, "field_coverage", await fieldCoverage(connection, workspace));
}

/** What notes alone hold, no field does: before a rate is believed, how many rows say anything at all. */
async function fieldCoverage(connection: DuckDBConnection, { sources }: Workspace): Promise<Cell[][]> {
  const feeds = sources.flatMap((source) => source.feeds.map((feed) => ({ source: source.name, feed })));
  const covered: Cell[][] = [];
  for (const [name, fed] of Map.groupBy(feeds, ({ feed }) => feed.entity)) {
    const declared = entity(name).fields;
    const mapped = ({ feed }: (typeof fed)[number]) =>
      Object.keys(feed.columns).flatMap((field) => rawColumn(field, declared[field]!) ?? []);
    const columns = [...new Set(fed.flatMap(mapped))];
    const counts = await rows<Record<string, number> & { source: string }>(
      connection,
      `select f.source, count(*)::integer as "rows", ${columns.map((c) => `count(r.${identifier(c)})::integer as ${identifier(`n_${c}`)}`).join(", ")}
       from raw.${name} r join seeds.file f on f.file_id = r.file_id where f.standing = 'effective' group by f.source order by f.source`,
    );
    for (const count of counts)
      for (const column of new Set(fed.filter(({ source }) => source === count.source).flatMap(mapped)))
        covered.push([count.source, name, column, count.rows!, count[`n_${column}`]!]);
  }
  return covered;
}

/** The sets that official measures read, with the user's files that they are; others that the files bring along are left. */
export function measureSetsOf(workspace: Pick<Workspace, "dir">): MeasureSet[] {
  const wanted = readReference(workspace, "measure_sets.csv", ["measure", "role", "title", "oid"]);
  return matchSets(
    wanted.map(([measure, role, title, oid]) => ({ measure: measure!, role: role!, title: title!, oid: oid! })),
    readValueSets(join(workspace.dir, "valuesets")),
  );
}

/** Policies of a workspace. Throws KeepageErrors with all that is wrong with them. */
export function policiesOf(workspace: Pick<Workspace, "dir">): Policy[] {
  const specialties = readReference(workspace, "specialties.csv", ["raw", "specialty"]);
  return readPolicies(
    workspace.dir,
    specialties.map(([, specialty]) => specialty!),
  );
}

/** A status row names a field of the source's first entity, or entity.field for a further one. */
function qualified(field: string, first: string): [entity: string, field: string] {
  const dot = field.indexOf(".");
  return dot < 0 ? [first, field] : [field.slice(0, dot), field.slice(dot + 1)];
}

/** Creates the seed tables without rows, for harnesses and generated types. */
export async function writeEmptySeeds(connection: DuckDBConnection): Promise<void> {
  await connection.run("create schema if not exists seeds");
  for (const name of Object.keys(seedTables) as SeedTable[]) await writeTable(connection, name, []);
}

async function writeTable(connection: DuckDBConnection, name: SeedTable, lines: readonly Cell[][]): Promise<void> {
  const columns = Object.entries(seedTables[name]);
  const list = columns.map(([column, type]) => `${identifier(column)} ${type}`).join(", ");
  await connection.run(`create or replace table seeds.${name} (${list})`);
  if (lines.length === 0) return;
  const text = columns.map(([column]) => `${identifier(column)} varchar`).join(", ");
  await connection.run(`create or replace temp table seed_text (${text})`);
  const appender = await connection.createAppender("seed_text", "main", "temp");
  for (const line of lines) {
    for (const cell of line) cell === null ? appender.appendNull() : appender.appendVarchar(String(cell));
    appender.endRow();
  }
  appender.closeSync();
  const typed = columns.map(([column, type]) => `cast(${identifier(column)} as ${type})`).join(", ");
  await connection.run(`insert into seeds.${name} select ${typed} from seed_text; drop table seed_text`);
}

/** As-of of the next snapshot of the same source and scope, by file. */
function nextSnapshots(files: readonly Standing[]): Map<number, string> {
  const next = new Map<number, string>();
  const lists = Map.groupBy(
    files.filter((f) => f.rows === "snapshot"),
    (f) => `${f.source}\u0000${f.scope}`,
  );
  for (const list of lists.values()) {
    const days = [...new Set(list.map((f) => f.as_of))].sort();
    for (const f of list) {
      const after = days[days.indexOf(f.as_of) + 1];
      if (after) next.set(f.file_id, after);
    }
  }
  return next;
}

/** Rows of a reference table: the shipped one, then the workspace's own of the same name, whose rows win. */
export function readReference(workspace: Pick<Workspace, "dir">, name: string, columns: readonly string[]): string[][] {
  const files = [join(home, "sources", "reference", name), join(workspace.dir, "sources", "reference", name)];
  return files.filter(existsSync).flatMap((file) => {
    const fail = (line: number, what: string) => {
      const place = `${relative("", file)}:${line}`;
      return new KeepageError("E008", `${place}: ${what}.`, { place });
    };
    let records: Line[];
    try {
      records = readLines(file, { trim: true });
    } catch (error) {
      throw fail(
        Number((error as { lines?: number }).lines ?? 1),
        error instanceof Error ? error.message : String(error),
      );
    }
    const named = Object.keys(records[0]?.record ?? {});
    return records.map(({ record, info }) => {
      const missing = columns.find((c) => !record[c]);
      if (missing && !named.includes(missing))
        throw fail(1, `there is no column "${missing}"; the columns are ${columns.join(", ")}`);
      if (missing) throw fail(info.lines, `"${missing}" is empty`);
      const wrong = columns.find((c) => c === "day" && !isDay(record[c]!));
      if (wrong) throw fail(info.lines, `"${record[wrong]}" is not a day such as 2026-07-04`);
      return columns.map((c) => record[c]!);
    });
  });
}

const isDay = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));

/** Last row for each first cell. */
function distinctBy(lines: readonly string[][]): string[][] {
  return [...new Map(lines.map((line) => [line[0]!, line])).values()];
}

function calendar(holidays: ReadonlySet<string>): Cell[][] {
  const days: Cell[][] = [];
  let before = 0;
  for (let t = Date.UTC(2010, 0, 1); t < Date.UTC(2041, 0, 1); t += 86_400_000) {
    const date = new Date(t);
    const day = date.toISOString().slice(0, 10);
    const business = date.getUTCDay() % 6 !== 0 && !holidays.has(day);
    days.push([day, business, before]);
    if (business) before++;
  }
  return days;
}
