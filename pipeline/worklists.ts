// Worklists: the coordinators' lists, the only place where identities are joined back. Owner-only files, CSV and XLSX, formula-safe.
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Workspace } from "./config.ts";
import { type DuckDBConnection, identifier, literal, rows } from "./duckdb.ts";
import { type SheetValue, writeWorkbook } from "./formats/xlsx.ts";
import { latestIdentity } from "./state.ts";
import { spoken } from "./words.ts";

interface ListColumn {
  readonly header: string;
  /** Characters, for the workbook. */
  readonly width: number;
  readonly type: "text" | "number" | "date";
  /** SQL over `o` (a row of the mart), `p` (the patient as its source knows them) and `q` (as any source does). */
  readonly sql: string;
  /** A day before that of the exports stands out in the workbook. */
  readonly due?: true;
  /** What a person reads in the place of a value of the mart: SQL over `o` alone then. */
  readonly said?: Said;
}

type Said = (value: string, workspace: Workspace) => string;

interface Worklist {
  readonly file: string;
  readonly title: string;
  readonly mart: string;
  readonly order: string;
  /** Columns at the left that say who and by when: they stay in view. */
  readonly leading: number;
  readonly columns: readonly ListColumn[];
}

const text = (header: string, width: number, sql: string): ListColumn => ({ header, width, type: "text", sql });
const said = (header: string, width: number, sql: string, said: Said = spoken): ListColumn => ({
  ...text(header, width, sql),
  said,
});
const number = (header: string, width: number, sql: string): ListColumn => ({ header, width, type: "number", sql });
const date = (header: string, width: number, sql: string): ListColumn => ({
  header,
  width,
  type: "date",
  sql: `cast(${sql} as date)`,
});

/** What the referral's own source says of the patient; where it is silent, what another one does. */
const known = (field: string) => `coalesce(p.${field}, q.${field})`;

/** What each stage asks of a coordinator. */
const stageWords: Readonly<Record<string, string>> = {
  pending: "Waiting to be worked",
  awaiting_authorization: "Waiting for authorization",
  awaiting_information: "Waiting for records",
  scheduled: "Scheduled",
  no_showed: "Missed the visit: call again",
  canceled_appointment: "Appointment canceled: book again",
  outcome_unknown: "Visit day passed: did they come?",
  unmapped: "Status not recognized",
};

const worklists: readonly Worklist[] = [
  {
    file: "open-referrals",
    title: "Open referrals",
    mart: "marts.open_referral",
    order:
      "case o.priority when 'emergency' then 0 when 'urgent' then 1 when 'soon' then 2 else 3 end, o.days_open desc, o.referral_key",
    leading: 3,
    columns: [
      said("Priority", 10, "o.priority"),
      { ...date("Due", 11, "o.due_on"), due: true },
      text("Patient", 26, known("patient_name")),
      text("Phone", 16, known("patient_phone")),
      text("Language", 12, "o.language"),
      text(
        "Needs",
        18,
        "nullif(concat_ws(', ', case when o.interpreter_needed then 'interpreter' end, case when o.transport_needed then 'ride' end), '')",
      ),
      said("Where it stands", 32, "o.stage", (stage) => stageWords[stage] ?? spoken(stage)),
      number("Days there", 10, "o.days_in_stage"),
      number("Days open", 10, "o.days_open"),
      said("Specialty", 24, "o.specialty"),
      text(
        "Missing",
        28,
        `nullif(concat_ws(', ',
          case when ${known("patient_name")} is null then 'who it is' end,
          case when ${known("patient_phone")} is null then 'phone' end,
          case when o.payer is null then 'payer' end,
          case when o.receiving_location is null and o.receiving_provider is null then 'destination' end,
          case when o.left_list_at is not null then 'outcome (it left the list)' end), '')`,
      ),
      text("Referred to", 30, "nullif(concat_ws(', ', o.receiving_provider, o.receiving_location), '')"),
      text("Referred by", 30, "nullif(concat_ws(', ', o.referring_provider, o.referring_location), '')"),
      date("Appointment", 12, "o.next_appointment_at"),
      date("Last contact", 12, "o.last_contact_at"),
      number("Attempts", 9, "o.contact_attempts"),
      text("Payer", 18, "o.payer"),
      said("Authorization", 16, "o.authorization_state"),
      text("Status in the source", 22, "o.status_raw"),
      text("Limit", 44, "o.limit_sentence"),
      text("MRN", 12, "coalesce(p.patient_mrn, p.patient_id)"),
      date("Born", 11, known("patient_birth_date")),
      text("Referral ID", 14, "o.referral_id"),
      said("Source", 24, "o.source", (name, { sources }) => sources.find((s) => s.name === name)?.label ?? name),
    ],
  },
];

/** The marts that worklists read, apart from who the patients are. */
export const worklistMarts: readonly string[] = worklists.map(({ mart }) => mart);

/** Excel holds this many rows on a sheet, one of them the header. */
const sheetRows = 1_048_575;

/** Writes every worklist as CSV and XLSX into a folder that only its owner can read. Returns how many there are. */
export async function writeWorklists(
  connection: DuckDBConnection,
  workspace: Workspace,
  folder: string,
): Promise<number> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const list of worklists) {
    const shared = workspace.settings.worklists.sensitive ? "" : "where not o.sensitive";
    const cells: string[] = [];
    for (const [n, column] of list.columns.entries())
      cells.push(`${await worded(connection, workspace, list, column)} as c${n}`);
    // Only those on the list are looked up: far fewer than everybody who was ever referred.
    const named = `select patient_key from ${list.mart} union select recorded_patient_key from ${list.mart}`;
    const identity = latestIdentity(`(select * from state.identity.patient where patient_key in (${named}))`);
    await connection.run(
      `create or replace temp table worklist as with identity as materialized (${identity})
       select ${cells.join(", ")} from ${list.mart} o
       left join identity p on p.patient_key = o.recorded_patient_key
       left join identity q on q.patient_key = o.patient_key ${shared} order by ${list.order}`,
    );
    await writeCsv(connection, list, join(folder, `${list.file}.csv`));
    await writeXlsx(connection, list, join(folder, `${list.file}.xlsx`));
    await connection.run("drop table worklist");
  }
  return worklists.length;
}

/** SQL of a column's cells. What people are to read is spelled out for the few values that there are. */
async function worded(
  connection: DuckDBConnection,
  workspace: Workspace,
  { mart }: Worklist,
  { sql, said }: ListColumn,
): Promise<string> {
  if (!said) return sql;
  const values = await rows<{ value: string }>(
    connection,
    `select distinct ${sql} as value from ${mart} o where ${sql} is not null order by all`,
  );
  if (values.length === 0) return sql;
  const cases = values.map(({ value }) => `when ${literal(value)} then ${literal(said(value, workspace))}`);
  return `case ${sql} ${cases.join(" ")} end`;
}

/** A text that a spreadsheet would take for a formula gets an apostrophe before it; the header starts with a byte order mark for Excel. */
async function writeCsv(connection: DuckDBConnection, list: Worklist, path: string): Promise<void> {
  const cells = list.columns.map((c, n) => {
    const safe =
      c.type === "text"
        ? `case when left(c${n}, 1) in ('=', '+', '-', '@', chr(9), chr(10), chr(13)) then '''' || c${n} else c${n} end`
        : `c${n}`;
    return `${safe} as ${identifier(n === 0 ? `\uFEFF${c.header}` : c.header)}`;
  });
  await connection.run(
    `copy (select ${cells.join(", ")} from worklist) to ${literal(path)} (format csv, header, delimiter ',')`,
  );
  chmodSync(path, 0o600);
}

async function writeXlsx(connection: DuckDBConnection, list: Worklist, path: string): Promise<void> {
  const cells = list.columns.map((c, n) => {
    const shown = c.type === "date" ? `strftime(c${n}, '%Y-%m-%d')` : c.type === "number" ? `c${n}::varchar` : `c${n}`;
    return `coalesce(replace(${shown}, ${separator}, ''), '')`;
  });
  const [count] = await rows<{ n: number }>(connection, "select count(*)::integer as n from worklist");
  const [run] = await rows<{ day: string }>(connection, "select as_of_date::varchar as day from seeds.run");
  const { day } = run!;
  const sheets = [];
  for (let from = 0; from === 0 || from < count!.n; from += sheetRows) {
    const query = `select concat_ws(${separator}, ${cells.join(", ")}) from worklist limit ${sheetRows} offset ${from}`;
    sheets.push({
      name: `${list.title} ${day}${from === 0 ? "" : ` ${from / sheetRows + 1}`}`,
      leading: list.leading,
      note: "Names patients: keep it safe, shred it after use",
      columns: list.columns.map(({ header, width, type, due }) => ({
        header,
        width,
        type,
        ...(due && { overdueBefore: day }),
      })),
      rows: streamed(connection, query),
    });
  }
  await writeWorkbook(path, { sheets });
  chmodSync(path, 0o600);
}

/** Stands between the cells of a row: one text a row leaves DuckDB in a quarter of the time that a text a cell takes. No character. */
const separator = "chr(65535)";

/** Rows as they are read: a list of a million is never in memory as a whole. */
async function* streamed(connection: DuckDBConnection, query: string): AsyncGenerator<readonly SheetValue[][]> {
  const result = await connection.stream(query);
  for await (const batch of result.yieldRows()) yield batch.map(([row]) => (row as string).split("\uffff"));
}
