// Field by field, what a draft says of a column: whether its values fit, its date formats, its words, and what a person must decide.
import { type EntityName, entity } from "../contract.ts";
import type { DraftedField, DraftedWord } from "./drafted.ts";
import { fieldsFor, headerWords, timeBeside } from "./headers.ts";
import type { Columns } from "./profile.ts";
import { agreed } from "./vocabulary.ts";

/** More different words than this are free text, and may be names. */
const wordLimit = 50;

export const isDated = (what: EntityName, field: string) => /^(date|timestamp)$/.test(entity(what).fields[field]!.type);

/** Whether a column's values could be a field's. An empty column could be anything. */
export function fits(
  columns: Columns,
  dated: ReadonlySet<string>,
  what: EntityName,
  column: string,
  field: string,
): boolean {
  const { filled, numeric, tenDigits, distinct } = columns.get(column);
  if (filled === 0) return true;
  switch (entity(what).fields[field]!.type) {
    case "date":
    case "timestamp":
      return dated.has(column);
    case "integer":
    case "decimal":
      return numeric >= 0.8;
    case "npi":
      return tenDigits >= 0.5;
    case "boolean":
      return distinct <= 10;
    case "code":
      return !dated.has(column) || distinct <= wordLimit;
    default:
      return true;
  }
}

export async function draftField(
  what: EntityName,
  field: string,
  column: string,
  header: readonly string[],
  columns: Columns,
): Promise<DraftedField> {
  const { type } = entity(what).fields[field]!;
  const { filled, distinct } = columns.get(column);
  const decide: string[] = [];
  if (type === "date" || type === "timestamp") return draftDate(what, field, column, header, columns);
  if (type === "boolean" && filled > 0) {
    const usual = { yes: ["y", "yes", "true", "t", "1", "x"], no: ["n", "no", "false", "f", "0"] };
    const words = (await columns.words(column, 10)) ?? [];
    const strange = words.filter((w) => ![...usual.yes, ...usual.no].includes(w.raw.toLowerCase()));
    if (strange.length === 0) return { field, from: [column], decide };
    const shown = strange.every((w) => isWord(w.raw));
    decide.push(
      `which words mean yes, which no?${shown ? ` Found besides: ${strange.map((w) => `"${w.raw}"`).join(", ")}` : ""}`,
    );
    const known = (list: readonly string[]) => words.map((w) => w.raw).filter((w) => list.includes(w.toLowerCase()));
    return { field, from: [column], yes: known(usual.yes), no: known(usual.no), lenient: true, decide };
  }
  const single = entity(what).key.length === 1 && entity(what).key[0] === field;
  if (single && distinct < filled) {
    decide.push(
      `"${column}" repeats: ${filled.toLocaleString("en-US")} rows, ${distinct.toLocaleString("en-US")} different. Of rows alike the last one counts`,
    );
  }
  return { field, from: [column], decide, ...(filled === 0 && { note: "empty in this file" }) };
}

async function draftDate(
  what: EntityName,
  field: string,
  column: string,
  header: readonly string[],
  columns: Columns,
): Promise<DraftedField> {
  const { required } = entity(what).fields[field]!;
  const { formats, doubts, read: some, values } = await columns.dates(column);
  // A referral of 1969 is no doubt; a birth date of two digits is.
  const decide = doubts.filter((text) => field === "patient_birth_date" || !text.startsWith("years of two digits"));
  if (
    what === "referral" &&
    field === "received_at" &&
    headerWords(column)
      .filter((w) => w !== "date")
      .join() === "received"
  )
    decide.push(
      `does "${column}" tell when the receiver got the referral, or when the report came back (report_received_at)?`,
    );
  if (values === 0) {
    decide.push(`no value in this file tells its format`);
    return { field, from: [column], formats: ["M/d/yyyy"], lenient: !required, decide };
  }
  const unread = values - some;
  if (unread)
    decide.push(
      `${unread.toLocaleString("en-US")} of ${values.toLocaleString("en-US")} values have no shape of a date`,
    );
  const time = timeBeside(column, header);
  const times = time && (await columns.times(time));
  const lenient = unread > 0 && !required;
  if (!time || !times) return { field, from: [column], formats, lenient, decide };
  // A day in one column, its time in another: the day's own midnight, if it has one, is read as it stands.
  const midnight = await columns.midnight(column);
  const days = formats.map((f) => (midnight ? f.replace(/[ T']*[Hh]+:mm.*$/, ` ${midnight}`) : f));
  const both = days.flatMap((day) => times.map((t) => `${day} ${t}`));
  return { field, from: [column, time], formats: [...both, ...days], lenient, decide };
}

/** Short, without long numbers, days or addresses: a word of a list rather than something someone typed about a person. */
function isWord(text: string): boolean {
  return text.length <= 40 && !/\d{4,}|\d[/.-]\d{1,2}[/.-]\d|@|\n/.test(text);
}

export async function wordsOf(what: EntityName, assigned: ReadonlyMap<string, string>, columns: Columns) {
  const words: DraftedWord[] = [];
  const freeText: { field: string; distinct: number | null; hidden: number }[] = [];
  for (const [field, column] of assigned) {
    const mapped = ["priority", "type", "class", "direction"].includes(field);
    if (entity(what).fields[field]!.type !== "code" && !mapped) continue;
    const found = await columns.words(column, wordLimit);
    const typed = found && found.length > 10 && found.length > 0.5 * columns.get(column).filled;
    if (!found || typed) {
      freeText.push({ field, distinct: found?.length ?? null, hidden: found?.length ?? 0 });
      continue;
    }
    const shown = found.filter((w) => isWord(w.raw));
    if (shown.length < found.length)
      freeText.push({ field, distinct: found.length, hidden: found.length - shown.length });
    for (const { raw, count } of shown) {
      const known = agreed(what, field, raw);
      words.push({ field, raw, count, meanings: known?.meanings ?? [], sources: known?.sources ?? [] });
    }
  }
  return { words, freeText };
}

/** Columns that might be a required field that no header names. */
export async function candidates(
  what: EntityName,
  field: string,
  free: readonly string[],
  columns: Columns,
): Promise<string[]> {
  const found: string[] = [];
  for (const column of free) {
    const { filled, distinct, oneWord } = columns.get(column);
    const { read: some, values } = await columns.dates(column);
    const isDate = values > 0 && some / values >= 0.5;
    // A number that some rows lack would have them rejected: it is an authorization's, say.
    const isId = filled > 1 && filled >= 0.99 * columns.rows && distinct === filled && oneWord > 0.95 && !isDate;
    if (isDated(what, field) ? isDate : entity(what).fields[field]!.type === "id" && isId) found.push(column);
  }
  return found.slice(0, 3);
}

export function hintOn(
  what: EntityName,
  column: string,
  assigned: ReadonlyMap<string, string>,
  columns: Columns,
): string {
  if (columns.get(column).filled === 0) return "empty in this file";
  const field = fieldsFor(column, what)[0]?.field;
  const rival = field && assigned.get(field);
  return rival ? `could be ${field} as well, which "${rival}" fills` : "";
}
