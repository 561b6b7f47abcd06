// The text of a drafted source: source.yaml and statuses.csv, with everything that a person must decide marked "decide".
import { type EntityName, entity } from "../contract.ts";

/** How a field of the draft is filled. */
export interface DraftedField {
  readonly field: string;
  readonly from: readonly string[];
  readonly formats?: readonly string[];
  readonly yes?: readonly string[];
  readonly no?: readonly string[];
  /** An unreadable value leaves the field empty instead of rejecting the row. */
  readonly lenient?: boolean;
  /** A remark behind the line. */
  readonly note?: string;
  /** What a person must decide about it, as sentences. */
  readonly decide: readonly string[];
}

/** A column that no field takes. */
export interface Unused {
  readonly header: string;
  /** A hint on what it could be, or empty. */
  readonly hint: string;
}

export interface DraftedWord {
  readonly field: string;
  readonly raw: string;
  readonly count: number;
  /** One row of statuses.csv each; none where a person must decide. */
  readonly meanings: readonly { axis: string; value: string }[];
  /** Shipped sources that agree on it. */
  readonly sources: readonly string[];
}

export interface Drafted {
  readonly name: string;
  readonly label: string;
  /** First line: where the schema is. */
  readonly schema: string;
  /** Name of the file it was drafted from. */
  readonly file: string;
  readonly entity: EntityName;
  readonly files: string;
  readonly filesNote: string;
  readonly asOf?: string | undefined;
  readonly rows: "snapshot" | "changes";
  readonly format: Readonly<Record<string, string | boolean>>;
  /** What a person must decide about it, or empty. */
  readonly formatNote: string;
  readonly nulls: readonly string[];
  readonly fields: readonly DraftedField[];
  /** Required fields that no column was recognized for, with columns that might serve. */
  readonly missing: readonly { field: string; candidates: readonly string[]; formats: readonly string[] }[];
  readonly unused: readonly Unused[];
  readonly words: readonly DraftedWord[];
  /** Fields with words that look like free text, which is not listed: it may name people. */
  readonly freeText: readonly { field: string; distinct: number | null; hidden: number }[];
}

/** A YAML scalar: bare where that is safe, else in double quotes. */
export function scalar(text: string): string {
  const bare =
    /^[A-Za-z][\w ./()+-]*$/.test(text) && !/^(y|n|yes|no|on|off|true|false|null)$/i.test(text) && !/\s$/.test(text);
  return bare ? text : JSON.stringify(text);
}

const list = (items: readonly string[]) => `[${items.map(flow).join(", ")}]`;
/** Inside [ ] and { } a comma would part a scalar; our bare ones have none. */
const flow = scalar;

function fieldLine(f: DraftedField): string {
  const from = f.from.length === 1 ? scalar(f.from[0]!) : list(f.from);
  const more = [
    f.formats && `formats: [${f.formats.map((x) => JSON.stringify(x)).join(", ")}]`,
    f.yes && `true: ${list(f.yes)}`,
    f.no && `false: ${list(f.no)}`,
    f.lenient && 'on_error: "null"',
  ].filter(Boolean);
  const value = more.length || f.from.length > 1 ? `{ ${[`from: ${from}`, ...more].join(", ")} }` : from;
  return `  ${f.field}: ${value}${f.note ? ` # ${f.note}` : ""}`;
}

/** Columns that together may tell rows without a number apart: who, when, what for. */
function keyParts(d: Drafted): string[] {
  const first = (...names: string[]) =>
    d.fields.find((f) => f.field === names.find((name) => d.fields.some((g) => g.field === name)))?.from ?? [];
  return [
    ...first("patient_id", "patient_name"),
    ...first("ordered_at", "starts_at", "started_at"),
    ...first("specialty", "receiving_provider", "procedure_code", "type"),
  ];
}

export function sourceFile(d: Drafted): string {
  const fields = d.fields.flatMap((f) => [
    ...f.decide.map((text) => `  # decide: ${f.field}: ${text}${text.endsWith("?") ? "" : "."}`),
    fieldLine(f),
  ]);
  const missing = d.missing.flatMap(({ field, candidates, formats }) => {
    const { about, type } = entity(d.entity).fields[field]!;
    const dated = type === "date" || type === "timestamp";
    const column = candidates[0] ? scalar(candidates[0]) : "COLUMN";
    const patterns = (formats.length ? formats : ["M/d/yyyy"]).map((f) => JSON.stringify(f)).join(", ");
    const parts = candidates.length === 0 && entity(d.entity).key[0] === field && type === "id" ? keyParts(d) : [];
    const value = dated
      ? `{ from: ${column}, formats: [${patterns}] }`
      : parts.length > 1
        ? `{ made_of: ${list(parts)} } # where rows have no number: what together tells them apart`
        : column;
    const might = candidates.length ? ` Could it be ${candidates.map((c) => `"${c}"`).join(" or ")}?` : "";
    return [`  # decide: ${field} is needed: ${about}${might}`, `  # ${field}: ${value}`];
  });
  const unused = d.unused.map(({ header, hint }) => `  - ${scalar(header)}${hint ? ` # ${hint}` : ""}`);
  const lines = [
    d.schema,
    `# Drafted from ${d.file}. A first version: read every line, and settle those marked "decide".`,
    `label: ${scalar(d.label)}`,
    `entity: ${d.entity} # ${entity(d.entity).about}`,
    d.filesNote && `# decide: ${d.filesNote}.`,
    `files: ${JSON.stringify(d.files)}`,
    d.asOf && `as_of: ${JSON.stringify(d.asOf)} # a line above the table`,
    "# decide: snapshot (the whole list each time: a missing row has left it) or changes (a missing row means nothing)?",
    `rows: ${d.rows}`,
    '# covers: "..." # what an export holds and leaves out, such as: what is open, and what was closed in the last 30 days',
    "# expect_every: 7 days # when a file should come; status then says which feed is late",
    "# system: NAME # sources of one system share referral, patient and provider ids; the source's own name, unless told",
    d.formatNote && `# decide: ${d.formatNote}`,
    Object.keys(d.format).length &&
      `format: { ${Object.entries(d.format)
        .map(([key, value]) => `${key}: ${typeof value === "string" ? JSON.stringify(value) : value}`)
        .join(", ")} }`,
    d.nulls.length && `# Values that mean: nothing.\nnulls: [${d.nulls.map((x) => JSON.stringify(x)).join(", ")}]`,
    "columns:",
    ...missing,
    ...fields,
    unused.length && "# Known and not wanted: nothing of these columns is loaded. Map one by writing its field above.",
    unused.length && "ignore:",
    ...unused,
  ];
  return `${lines.filter(Boolean).join("\n")}\n`;
}

const cell = (text: string) =>
  /[",\r\n#]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;

/** statuses.csv: each word with its count; filled where shipped sources agree, else left to a person. */
export function statusesFile(d: Drafted): string {
  const lines = ["field,raw,when_field,when_raw,axis,value,note"];
  const count = (n: number) => `${n} ${n === 1 ? "row" : "rows"}`;
  const row = (w: DraftedWord, axis: string, value: string, note: string) =>
    [w.field, w.raw, "", "", axis, value, note].map(cell).join(",");
  for (const [field, words] of Map.groupBy(d.words, (w) => w.field)) {
    lines.push(`# ${field}: ${entity(d.entity).fields[field]!.about}`);
    for (const w of words) {
      if (w.meanings.length === 0) lines.push(row(w, "", "", `decide; ${count(w.count)}`));
      for (const m of w.meanings)
        lines.push(row(w, m.axis, m.value, `${count(w.count)}; as in ${w.sources.join(" and ")}`));
    }
  }
  for (const { field, distinct, hidden } of d.freeText) {
    lines.push(
      distinct === null
        ? `# ${field}: more than 50 different values: free text, not listed, because it may name people.`
        : `# ${field}: ${hidden} of ${distinct} values look like free text and are not listed, because they may name people.`,
    );
  }
  return `${lines.join("\n")}\n`;
}
