// What was wrong with rows and values, written to ledger.reject: line, field, masked value, a stable rule and a sentence.

import { entity } from "./contract.ts";
import { type DuckDBConnection, identifier, rows } from "./duckdb.ts";
import { readFlaws } from "./formats/cast.ts";
import type { Cells } from "./formats/cells.ts";
import { headerIndex } from "./formats/columns.ts";
import type { Feed } from "./settings/feeds.ts";

/** More flaws of one file than this are only counted. */
const flawLimit = 100_000;

/** Writes what `cast` found wrong, value by value. Values that may identify a person are masked. */
export async function recordRejects(
  connection: DuckDBConnection,
  feed: Feed,
  table: string,
  fileId: number,
  cells: Cells,
): Promise<void> {
  const key = entity(feed.entity).key[0]!;
  const recordId = feed.columns[key] ? identifier(key) : "null::varchar";
  const flawed = await rows<{ position: number; record_id: string | null; flaws: string; kept: boolean }>(
    connection,
    `select rowid::integer as position, ${recordId}::varchar as record_id, flaws, not bad as kept
     from ${table} where applies and flaws is not null order by rowid limit ${flawLimit}`,
  );
  if (flawed.length === 0) return;
  const places = cells.places(flawed.map((f) => f.position));
  const ruleOf = ruleIn(feed, cells);
  const rejects = flawed.flatMap((row, n) =>
    readFlaws(row.flaws).map(({ field, rule: broken, value }): Reject => {
      const rule = ruleOf(broken, field, places[n]!);
      const shown = value === null ? null : masked(value, feed, field);
      const texts = [feed.entity, row.record_id, field, shown, rule, explain(rule, field, shown, feed)];
      return { place: places[n]!, texts, kept: row.kept };
    }),
  );
  await insertRejects(connection, fileId, cells, rejects);
}

/** A line of ledger.reject, and its place: entity, record_id, field, value, rule and message are texts. */
interface Reject {
  readonly place: number;
  readonly texts: readonly (string | null)[];
  readonly kept: boolean;
}

async function insertRejects(
  connection: DuckDBConnection,
  fileId: number,
  cells: Cells,
  rejects: readonly Reject[],
): Promise<void> {
  if (rejects.length === 0) return;
  await connection.run("create or replace temp table flaw as select * exclude (file_id) from ledger.reject limit 0");
  const appender = await connection.createAppender("flaw", "main", "temp");
  for (const { place, texts, kept } of rejects) {
    const { line, sheet } = cells.place(place);
    appender.appendInteger(line);
    for (const text of texts.slice(0, -1)) text === null ? appender.appendNull() : appender.appendVarchar(text);
    const message = texts.at(-1)!;
    appender.appendVarchar(sheet === undefined ? message : `Sheet "${sheet}": ${message}`);
    appender.appendBoolean(kept);
    appender.endRow();
  }
  appender.closeSync();
  await connection.run(`insert into ledger.reject select ${fileId}, * from flaw`);
}

/** Keeps what shows the mistake and hides what could name a person: personal fields whole, letters and long digits of the others. */
function masked(value: string, feed: Feed, field: string): string {
  const { identity, type } = entity(feed.entity).fields[field]!;
  if (identity || type === "text" || type === "id" || field === "patient_id") return "•••";
  const short = value.length > 40 ? `${value.slice(0, 39)}…` : value;
  if (/^[A-Za-z?/ -]{1,12}$/.test(value)) return short;
  const digits = /^\d{1,4}[/.: -]\d/.test(value) || value.length <= 4;
  return (digits ? short : short.replaceAll(/\d/g, "9")).replaceAll(/\p{L}/gu, "x");
}

/** The rule that a value breaks, by what the sheet tells besides: an empty cell may be the lower part of a merged one. */
function ruleIn(feed: Feed, cells: Cells): (rule: string, field: string, place: number) => string {
  const byColumn = Map.groupBy(cells.merged, (m) => m.column);
  const header = headerIndex(cells.header);
  return (rule, field, place) => {
    if (rule !== "field_missing" || byColumn.size === 0) return rule;
    const { from, first_of, made_of } = feed.columns[field]!;
    const columns = (from ?? first_of ?? made_of ?? []).flatMap((name) => header(name) ?? []);
    const merged = columns.some((c) => byColumn.get(c)?.some((m) => m.from < place && place <= m.to));
    return merged ? "cell_merged" : rule;
  };
}

function explain(rule: string, field: string, value: string | null, feed: Feed): string {
  const shown = value === null ? "" : ` "${value}"`;
  const formats = feed.columns[field]?.formats?.join(" or ") ?? "";
  const sentences: Record<string, string> = {
    field_missing: `${field} is empty, and a ${feed.entity.replace("_", " ")} needs it.`,
    cell_merged: `${field} is empty: its cell is merged with the one above. To read the value in every row, declare \`format: { merged: fill_down }\` in source.yaml.`,
    date_unreadable: `${field}${shown} is not a date as declared (${formats}).`,
    date_ambiguous: `${field}${shown} reads as two different dates (${formats}).`,
    date_impossible: `${field}${shown} lies before 1900 or after 2100; if it means "none", add it to \`nulls\`.`,
    number_unreadable: `${field}${shown} is not a number.`,
    boolean_unknown: `${field}${shown} is neither a declared yes nor a declared no.`,
    id_placeholder: `${field} is a word for "nothing", such as NULL or N/A: declare it under \`nulls\`.`,
    id_exponent: `${field} was turned into a number with an exponent by a spreadsheet; its digits are lost.`,
  };
  return sentences[rule] ?? rule;
}

/** Writes the records that are no rows at all. */
export function recordDamaged(connection: DuckDBConnection, feed: Feed, fileId: number, cells: Cells): Promise<void> {
  const rejects = cells.rejected.map(({ line, rule, message }) => ({
    place: line,
    texts: [feed.entity, null, null, null, rule, message],
    kept: false,
  }));
  return insertRejects(connection, fileId, cells, rejects);
}

/** The commonest flaw of rejected rows as a sentence; undefined where none has one. */
export async function commonest(
  connection: DuckDBConnection,
  feed: Feed,
  table: string,
  cells: Cells,
): Promise<string | undefined> {
  const flawed = await rows<{ position: number; flaws: string }>(
    connection,
    `select rowid::integer as position, flaws from ${table} where applies and bad and flaws is not null order by rowid limit 1000`,
  );
  const places = cells.places(flawed.map((f) => f.position));
  const ruleOf = ruleIn(feed, cells);
  const all = flawed.flatMap((row, n) =>
    readFlaws(row.flaws).map((flaw) => ({ ...flaw, rule: ruleOf(flaw.rule, flaw.field, places[n]!) })),
  );
  const kinds = [...Map.groupBy(all, (flaw) => `${flaw.field} ${flaw.rule}`).values()];
  const [flaw] = kinds.sort((a, b) => b.length - a.length)[0] ?? [];
  if (!flaw) return undefined;
  return explain(flaw.rule, flaw.field, flaw.value === null ? null : masked(flaw.value, feed, flaw.field), feed);
}
