// The SQL that turns text cells into contract fields: trimmed, nulls as declared, dates by declared formats only, every flaw named.
import type { Source } from "../config.ts";
import { entity, type Field, patientIds } from "../contract.ts";
import { identifier, literal } from "../duckdb.ts";
import { KeepageError } from "../errors.ts";
import type { Feed } from "../settings/feeds.ts";
import type { Column } from "../settings/schema.ts";
import { blanks } from "./records.ts";
import { strptimeFormat } from "./sniff.ts";

interface Context {
  /** Relation of VARCHAR columns c0..cn-1, one row a record. */
  readonly relation: string;
  /** Secret of the patient hash. */
  readonly key: string;
  /** The workspace's zone. */
  readonly timeZone: string;
  /** By column: 1 where a cell may have blanks around its value, or be written as ="00123". */
  readonly ragged: Uint8Array;
}

const blank = `[${blanks.join("")}]`;
const ragged = literal(`^(?:${blank}|=")|${blank}$`);
/** ="00123" is how programs keep a spreadsheet from taking text for a number. Trimming is slow, and few cells need it. */
const tidied = (cell: string) =>
  `case when regexp_matches(${cell}, ${ragged}) then regexp_replace(trim(${cell}, ${literal(blanks.join(""))}), '^="(.*)"$', '\\1') else ${cell} end`;

/**
 * A select with one row per record of the relation, in its order: every mapped field, typed; patient ids as `patient_id` and
 * `patient_key`; `applies` (the feed's `when` holds), `bad` (the row must be rejected) and `flaws` (what is wrong, for `readFlaws`).
 */
export function cast(
  feed: Feed,
  source: Source,
  header: (name: string) => number | undefined,
  context: Context,
): string {
  const declared = entity(feed.entity).fields;
  const names = Object.keys(feed.columns);
  const texts: string[] = [];
  const values: string[] = [];
  const flaws: string[] = [];
  const out: string[] = [];
  const told: string[] = [];
  const flawed: string[] = [];
  const fatal: string[] = [];
  for (const name of names) {
    const column = feed.columns[name]!;
    const field = declared[name]!;
    const [u, p, e] = [q("u", name), q("p", name), q("e", name)];
    const flaw = flawOf(u, p, field, column);
    const nulled = column.on_error === "null" && !field.required;
    texts.push(`${textOf(column, source, header)} as ${u}`);
    values.push(`${parse(u, field, column, source, context)} as ${p}`);
    const value = column.made_of ? numbered(p) : p;
    out.push(`${nulled && flaw ? `case when ${e} is null then ${value} end` : value} as ${identifier(name)}`);
    if (patientIds[name]) {
      // A further identifier belongs to the system named beside it.
      const system = name === "alias_id" && feed.columns.alias_system ? q("p", "alias_system") : null;
      out.push(`${hash(p, system, source, context)} as ${patientIds[name]}`);
    }
    if (!flaw) continue;
    flaws.push(`${flaw} as ${e}`);
    told.push(`case when ${e} is not null then concat_ws(${within}, ${literal(name)}, ${e}, ${u}) end`);
    flawed.push(e);
    if (!nulled) fatal.push(e);
  }
  const made = names.filter((name) => feed.columns[name]!.made_of);
  const when = feed.when.map((name) => `${q("u", name)} is not null`).join(" and ") || "true";
  const cells = [...context.ragged].flatMap((ragged, i) => (ragged ? [`${tidied(`c${i}`)} as c${i}`] : []));
  const placed = made.length ? `(select *, row_number() over () as place from ${context.relation})` : context.relation;
  const tidy = cells.length ? `(select * replace (${cells.join(",\n")}) from ${placed})` : placed;
  if (made.length) texts.push("place");
  return `select ${out.join(",\n")}, ${when} as applies, ${any(fatal)} as bad,
case when ${any(flawed)} then concat_ws(${between}, ${told.join(",\n") || "null"}) end as flaws
from (select ${["*", ...flaws].join(",\n")}
from (select ${["*", ...values].join(",\n")}
from (select ${texts.join(",\n")} from ${tidy})))${made.length ? " order by place" : ""}`;
}

/** Records of one day that nothing else tells apart are told apart by their order: the second of them ends in ".2". */
const numbered = (id: string) =>
  `${id} || case when row_number() over (partition by ${id} order by place) > 1 then '.' || row_number() over (partition by ${id} order by place) else '' end`;

// Flaws of a row travel in one text column, which is null for nearly every row: field, rule and raw text, told apart by control characters.
const [within, between] = ["chr(31)", "chr(30)"];

/** One flaw of a row: the raw text is as the file has it, personal or not. */
export interface Flaw {
  readonly field: string;
  readonly rule: string;
  readonly value: string | null;
}

/** Takes the `flaws` column of a row apart. */
export function readFlaws(text: string): Flaw[] {
  return text.split("\u001e").map((flaw) => {
    const [field = "", rule = "", value = null] = flaw.split("\u001f");
    return { field, rule, value };
  });
}

/** Whether one of the columns is not null. */
const any = (columns: readonly string[]) => (columns.length ? `coalesce(${columns.join(", ")}) is not null` : "false");

const q = (prefix: string, name: string) => identifier(`${prefix}_${name}`);

/** Trimmed text of a column specification, null where the source says nothing. */
function textOf(column: Column, source: Source, header: (name: string) => number | undefined): string {
  if (column.value !== undefined) return literal(column.value);
  const nulls = [...new Set(["", ...source.nulls, ...(column.nulls ?? [])])].map(literal).join(", ");
  const cell = (name: string) => {
    const index = header(name);
    if (index === undefined) return "null::varchar";
    return `case when c${index} not in (${nulls}) then c${index} end`;
  };
  const cells = (column.from ?? column.first_of ?? column.made_of ?? []).map(cell);
  if (column.made_of) {
    const parts = cells.map((text) => `coalesce(lower(${text}), '')`);
    return `case when coalesce(${cells.join(", ")}) is not null then concat_ws(${within}, ${parts.join(", ")}) end`;
  }
  // A time of day beside an empty day is nothing.
  const joined = `nullif(concat_ws(' ', ${cells.join(", ")}), '')`;
  const text =
    cells.length === 1
      ? cells[0]!
      : column.from
        ? column.formats
          ? `case when ${cells[0]} is not null then ${joined} end`
          : joined
        : `coalesce(${cells.join(", ")})`;
  return column.extract ? `nullif(regexp_extract(${text}, ${literal(column.extract)}, 1), '')` : text;
}

function parse(text: string, field: Field, column: Column, source: Source, context: Context): string {
  // An id of our own making says so by its first letter; the parts may name a patient, and so are hashed.
  if (column.made_of) return `'~' || ${keyed(text, literal(source.system), context)}`;
  switch (field.type) {
    case "text":
    case "code":
      return text;
    case "id":
    case "npi":
      // A number cell shows 123 as 123.0 or 123.00: the same identifier.
      return `case when contains(${text}, '.0') then regexp_replace(${text}, '^(-?[0-9]+)\\.0+$', '\\1') else ${text} end`;
    case "timestamp":
      return readTime(text, column, source, context);
    case "date":
      return `cast(${readTime(text, column, source, context)} as date)`;
    case "integer": {
      const number = `try_cast(${plain(text)} as double)`;
      return `case when ${number} = round(${number}) and abs(${number}) < 2147483648 then cast(${number} as integer) end`;
    }
    case "decimal":
      return `try_cast(${plain(text)} as double)`;
    case "boolean": {
      const list = (words: readonly string[]) => words.map((w) => literal(w.toLowerCase())).join(", ");
      const yes = column.true ?? ["y", "yes", "true", "t", "1", "x"];
      const no = column.false ?? ["n", "no", "false", "f", "0"];
      return `case when lower(${text}) in (${list(yes)}) then true when lower(${text}) in (${list(no)}) then false end`;
    }
  }
}

/** Number text without currency, grouping and accountants' parentheses. */
function plain(text: string): string {
  return `regexp_replace(regexp_replace(${text}, '[$, ]', '', 'g'), '^\\((.*)\\)$', '-\\1')`;
}

/**
 * Wall-clock time in the workspace's zone. A format without hours is a local day and never converted;
 * one with an offset is an instant; any other is local time of the column's or source's zone.
 */
function readTime(text: string, column: Column, source: Source, context: Context): string {
  const zone = column.time_zone ?? source.time_zone;
  const to = literal(context.timeZone);
  const formats = formatsOf(column);
  const local = formats.every((f) => !f.offset && (!f.hours || zone === context.timeZone));
  if (local && formats.length > 1)
    return `try_strptime(${text}, [${formats.map((f) => literal(f.strptime)).join(", ")}])`;
  const reads = formats.map((format) => {
    // DuckDB reads offsets as +hh:mm only, and gives such a value as an instant.
    if (format.offset) {
      const numeric = `regexp_replace(${text}, '[zZ]$', '+00:00')`;
      return `timezone(${to}, try_strptime(${numeric}, ${literal(format.strptime)}))`;
    }
    const read = `try_strptime(${text}, ${literal(format.strptime)})`;
    return !format.hours || zone === context.timeZone ? read : `timezone(${to}, timezone(${literal(zone)}, ${read}))`;
  });
  return reads.length === 1 ? reads[0]! : `coalesce(${reads.join(", ")})`;
}

function formatsOf(column: Column): { strptime: string; hours: boolean; offset: boolean }[] {
  if (!column.formats) throw new KeepageError("E004", "a date column needs `formats`.");
  const formats = column.formats.map((pattern) => {
    const strptime = strptimeFormat(pattern);
    return { strptime, hours: /%-?[HI]/.test(strptime), offset: strptime.includes("%z") };
  });
  // A year of two digits would be read as the year 26 by a format of four, but not the other way round.
  const short = (f: { strptime: string }) => (/%-?y/.test(f.strptime) ? 0 : 1);
  return formats.sort((a, b) => short(a) - short(b));
}

// As an identifier, a word for "nothing" would make one record of many, or one patient.
const nothings = [
  "null",
  "n/a",
  "#n/a",
  "na",
  "nan",
  "#ref!",
  "#value!",
  "none",
  "nil",
  "unknown",
  "-",
  "--",
  "?",
  "tbd",
];
const nothing = nothings.map(literal).join(", ");
const longestNothing = Math.max(...nothings.map((word) => word.length));

/** The rule that a value breaks, or null where no value of this field can break one. */
function flawOf(text: string, parsed: string, field: Field, column: Column): string | null {
  // Each and, or of a condition costs the planner more than a case within a case, and files may be many and small.
  const whens: string[] = [];
  const absent = field.required ? "'field_missing'" : "null";
  const unread = (rule: string) =>
    `when ${parsed} is null then case when ${text} is null then ${absent} else '${rule}' end`;
  if (field.type === "date" || field.type === "timestamp") {
    whens.push(unread("date_unreadable"));
    // Words that DuckDB takes for a time whatever the format: infinity, epoch.
    whens.push(
      `when ${parsed} = timestamp '1900-01-01' then case when not regexp_matches(${text}, '[0-9]') then 'date_unreadable' end`,
    );
    for (const [a, b] of ambiguous(column)) {
      const read = (format: string) => `try_strptime(${text}, ${literal(format)})`;
      whens.push(`when ${read(a)} <> ${read(b)} then 'date_ambiguous'`);
    }
    whens.push(`when year(${parsed}) not between 1900 and 2100 then 'date_impossible'`);
  } else if (field.type === "integer" || field.type === "decimal") whens.push(unread("number_unreadable"));
  else if (field.type === "boolean") whens.push(unread("boolean_unknown"));
  else if (field.type === "id") {
    if (field.required) whens.push(`when ${text} is null then 'field_missing'`);
    whens.push(
      `when contains(${text}, '+') then case when regexp_full_match(${text}, '-?[0-9.]+[Ee]\\+[0-9]+') then 'id_exponent' end`,
      `when strlen(${text}) <= ${longestNothing} then case when lower(${text}) in (${nothing}) then 'id_placeholder' end`,
    );
  } else if (field.required) whens.push(`when ${parsed} is null then 'field_missing'`);
  return whens.length ? `case ${whens.join(" ")} end` : null;
}

/** Pairs of declared formats that differ only in the order of day and month. */
function ambiguous(column: Column): [string, string][] {
  const formats = (column.formats ?? []).map((f) => strptimeFormat(f).replaceAll("%-", "%"));
  const swap = (format: string) => format.replaceAll(/%[md]/g, (part) => (part === "%m" ? "%d" : "%m"));
  return formats.flatMap((a, i) =>
    formats.slice(i + 1).flatMap((b): [string, string][] => (swap(a) === b ? [[a, b]] : [])),
  );
}

/**
 * patient_key: 16 hex digits of a keyed SHA-256. The secret has a fixed length and comes first, and three quarters of the hash are
 * cut off, so that no key can be guessed, nor extended to another identifier's, without the workspace's secret.
 */
function hash(id: string, system: string | null, source: Source, context: Context): string {
  const namespace = system ? `coalesce(lower(${system}), ${literal(source.patients)})` : literal(source.patients);
  return keyed(id, namespace, context);
}

const keyed = (text: string, namespace: string, { key }: Context) =>
  `left(sha256(${literal(`${key}:`)} || ${namespace} || ':' || ${text}), 16)`;
