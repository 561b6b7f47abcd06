// Data health: which feeds came when, what was held, what could not be used, and which words of the sources have no meaning yet.
import type { Kysely } from "kysely";
import { type EntityName, entityNames } from "../../pipeline/contract.ts";
import { type ErrorCode, errorCodes } from "../../pipeline/errors.ts";
import type { Warehouse } from "../../pipeline/warehouse.types.ts";
import type { Dimension } from "../components/facts.ts";
import type { Filled, Gap, HealthData, HeldFile, Source, Word } from "../components/health.ts";
import { publishFact } from "./publish.ts";
import { readRun } from "./run.ts";
import { whole } from "./whole.ts";

/** A word of fewer records could be a note about one person: it is counted, never printed, not even on internal sites. */
const printable = 11;

export async function health(db: Kysely<Warehouse>): Promise<Map<string, string>> {
  const run = await readRun(db);
  const sources = await readSources(db);
  const { words, unmapped } = await readWords(db, run.cellLimit);
  const content: HealthData = {
    run,
    sources,
    gaps: await readGaps(db),
    held: await readHeld(db),
    missing: entityNames.filter((entity) => !sources.some((source) => source.entity === entity && source.files > 0)),
    ...publishRows(sources, run.cellLimit, await readRows(db)),
    words,
    unmapped,
    filled: await readFilled(db, run.cellLimit),
  };
  return new Map([["health.json", JSON.stringify(content)]]);
}

async function readSources(db: Kysely<Warehouse>): Promise<Source[]> {
  const rows = await db.selectFrom("marts.source_health").selectAll().orderBy("label").orderBy("source").execute();
  const months = await db
    .selectFrom("seeds.file")
    .select(["source", "standing", (e) => e.fn<string>("strftime", ["as_of", e.val("%Y-%m-01")]).as("month")])
    .select((e) => e.fn.countAll<number>().as("files"))
    .where("as_of", "is not", null)
    .where("standing", "in", ["effective", "held"])
    .groupBy(["source", "standing", "month"])
    .orderBy("month")
    .execute();
  return rows.map((row) => ({
    source: row.source,
    label: row.label ?? row.source,
    entity: row.entity ?? "",
    covers: row.covers,
    lastAsOf: row.last_as_of,
    expectDays: row.expect_days,
    everyDays: row.every_days,
    daysOld: row.days_old,
    fresh: row.fresh ?? false,
    files: row.files ?? 0,
    filesHeld: row.files_held ?? 0,
    filesSuperseded: row.files_superseded ?? 0,
    months: months
      .filter(({ source }) => source === row.source)
      .map(({ month, standing, files }) => ({ month, files, held: standing === "held" })),
  }));
}

/** Stretches longer than declared in which a source sent nothing, between two of its files. */
async function readGaps(db: Kysely<Warehouse>): Promise<Gap[]> {
  const days = await db
    .selectFrom("seeds.file as f")
    .innerJoin("seeds.source as s", "s.source", "f.source")
    .select(["s.label", "f.source", "s.expect_days"])
    .select((e) => e.fn<string>("strftime", ["f.as_of", e.val("%Y-%m-%d")]).as("day"))
    .distinct()
    .where("f.standing", "=", "effective")
    .where("s.expect_days", "is not", null)
    .orderBy("f.source")
    .orderBy("day")
    .execute();
  return days.flatMap(({ label, source, expect_days, day }, i) => {
    const next = days[i + 1];
    if (next?.source !== source) return [];
    const apart = (Date.parse(next.day) - Date.parse(day)) / 86_400_000;
    return apart > expect_days! ? [{ label: label ?? source ?? "", from: day, to: next.day, days: apart }] : [];
  });
}

async function readHeld(db: Kysely<Warehouse>): Promise<HeldFile[]> {
  const rows = await db
    .selectFrom("seeds.file as f")
    .leftJoin("seeds.source as s", "s.source", "f.source")
    .select(["s.label", "f.source", "f.code"])
    .select((e) => [e.fn.countAll<number>().as("files"), e.fn.max("f.as_of").as("newest")])
    .where("f.standing", "=", "held")
    .groupBy(["s.label", "f.source", "f.code"])
    .orderBy("s.label")
    .orderBy("f.code")
    .execute();
  return rows.map(({ label, source, code, files, newest }) => {
    const [reason, todo] = isCode(code) ? errorCodes[code] : (["No reason recorded", "See `keepage status`."] as const);
    return { label: label ?? source ?? "Unknown source", reason, todo, files, newest };
  });
}

const isCode = (code: string | null): code is ErrorCode => code !== null && code in errorCodes;

interface RowCounts {
  readonly source: string;
  readonly loaded: number;
  readonly rejected: number;
}

async function readRows(db: Kysely<Warehouse>): Promise<RowCounts[]> {
  const rows = await db
    .selectFrom("marts.source_health")
    .select(["source", "rows_loaded", "rows_rejected"])
    .orderBy("source")
    .execute();
  return rows.map((row) => ({ source: row.source, loaded: row.rows_loaded ?? 0, rejected: row.rows_rejected ?? 0 }));
}

/** Rows are mostly one person each: they go through the same door as people. */
function publishRows(sources: readonly Source[], limit: number, rows: readonly RowCounts[]) {
  const dimension: Dimension = { key: "source", label: "Feed", values: sources.map(({ source }) => source) };
  const counts = ({ loaded, rejected }: RowCounts) => [loaded, rejected];
  const { data } = publishFact({
    ...whole,
    limit,
    parts: ["loaded", "rejected"],
    levels: [{ rows: ["loaded", "rejected"] }, { loaded: ["loaded"], rejected: ["rejected"] }],
    everybody: rows.map((row) => ({ step: 0, counts: counts(row) })),
    cuts: new Map([[dimension, rows.map((row) => ({ step: 0, value: row.source, counts: counts(row) }))]]),
  });
  return { dimension, rows: data };
}

/** Rows of a feed for each of the limit below which no share is told: then a step of five percent is more than twice the limit. */
const rowsPerCell = 50;

/** How full each field is, in steps of five percent: near none and near all stay apart from none and all, and tell no count. */
async function readFilled(db: Kysely<Warehouse>, limit: number): Promise<Filled[]> {
  const rows = await db
    .selectFrom("marts.field_coverage as c")
    .leftJoin("seeds.source as s", "s.source", "c.source")
    .select(["s.label", "c.source", "c.field", "c.rows", "c.share"])
    .where("c.rows", ">=", Math.max(1, rowsPerCell * limit))
    .orderBy("c.share")
    .orderBy("c.source")
    .orderBy("c.field")
    .execute();
  const step = (share: number) => {
    const nearest = Math.round(share * 20) * 5;
    return nearest === 0 && share > 0 ? 2 : nearest === 100 && share < 1 ? 98 : nearest;
  };
  return rows.map(({ label, source, field, share }) => ({
    label: label ?? source,
    field,
    percent: step(share ?? 0),
  }));
}

async function readWords(db: Kysely<Warehouse>, limit: number): Promise<Pick<HealthData, "words" | "unmapped">> {
  const rows = await db
    .selectFrom("marts.unmapped_value as u")
    .leftJoin("seeds.source as s", "s.source", "u.source")
    .select(["s.label", "u.source", "u.entity", "u.field", "u.raw_value", "u.first_seen"])
    .select((e) => e.fn.coalesce("u.records", e.lit(0)).as("records"))
    .orderBy("u.source")
    .orderBy("u.entity")
    .orderBy("u.field")
    .orderBy("u.raw_value")
    .execute();
  const names = rows.map((_, i) => String(i));
  const dimension: Dimension = { key: "word", label: "Word", values: names };
  const counts = rows.map(({ records }, i) => ({ step: 0, value: String(i), counts: [records] }));
  const published = publishFact({
    ...whole,
    limit: Math.max(limit, printable),
    parts: ["records"],
    everybody: counts.map(({ counts }) => ({ step: 0, counts })),
    cuts: new Map([[dimension, counts]]),
  });
  const words: Word[] = rows.flatMap(({ label, source, entity, field, raw_value, records, first_seen }, i) =>
    records > 0 && published.shown("word", String(i))?.has(0)
      ? [{ label: label ?? source, entity: entity as EntityName, field, word: raw_value, records, since: first_seen }]
      : [],
  );
  const all = published.shown("", "")?.has(0) ? published.counts("", "")![0]![0]! : null;
  return { words, unmapped: { words: rows.length, records: all } };
}
