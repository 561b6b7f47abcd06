// Feeds: which entity of the contract a source's file fills, with which columns; and the proof that they fit the contract.
import { type EntityName, entity, patientIds } from "../contract.ts";
import { type ErrorCode, KeepageError, nearest } from "../errors.ts";
import { fhirPath, fhirTimes } from "../formats/fhirpath.ts";
import { strptimeFormat } from "./patterns.ts";
import type { Column } from "./schema.ts";
import type { StatusRow } from "./statuses.ts";

/** One entity fed by a file. */
export interface Feed {
  readonly entity: EntityName;
  readonly columns: Readonly<Record<string, Column>>;
  /** Contract fields that must be filled for a row to count for this entity. */
  readonly when: readonly string[];
}

/** A date of a FHIR resource is written in one of FHIR's own ways; nothing is left to declare. */
export function withFhirTimes(feed: Feed): Feed {
  const fields = entity(feed.entity).fields;
  const columns = Object.entries(feed.columns).map(([name, column]): [string, Column] => {
    const type = fields[name]?.type;
    return [name, type === "date" || type === "timestamp" ? { formats: fhirTimes, ...column } : column];
  });
  return { ...feed, columns: Object.fromEntries(columns) };
}

/** A status row names a field of the source's first entity, or entity.field for a further one. */
export function wrongFields(
  row: StatusRow,
  feeds: readonly Feed[],
  placeOfRow: (row: StatusRow) => string,
): KeepageError[] {
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

export type Fail = (what: string, path?: readonly PropertyKey[], code?: ErrorCode) => void;

/** Patterns are proved by using them. */
export function proving(use: () => unknown, path: readonly PropertyKey[], fail: Fail): void {
  try {
    use();
  } catch (error) {
    if (!(error instanceof KeepageError)) throw error;
    fail(`${error.message} ${error.todo}`, path);
  }
}

export function proveFeed(feed: Feed, at: readonly PropertyKey[], fail: Fail): void {
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

export function provePaths(feed: Feed, at: readonly PropertyKey[], fail: Fail): void {
  for (const [name, spec] of Object.entries(feed.columns))
    for (const path of spec.from ?? spec.first_of ?? spec.made_of ?? [])
      proving(() => fhirPath(path), [...at, "columns", name], fail);
}

const lowerFirst = (text: string) => (text[0] ?? "").toLowerCase() + text.slice(1);
