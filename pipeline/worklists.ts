// Worklists: the coordinators' lists, the only place where identities are joined back. Owner-only files, CSV and XLSX, formula-safe.
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Workspace } from "./config.ts";
import { type DuckDBConnection, rows } from "./duckdb.ts";
import { csvCell, type SheetColumn, writeWorkbook } from "./xlsx.ts";

interface ListColumn extends SheetColumn {
  /** Column of the query. */
  readonly name: string;
}

interface Worklist {
  readonly file: string;
  readonly title: string;
  readonly columns: readonly ListColumn[];
  /** Reads marts and identity; dates as DATE, so that a workbook can sort them. */
  readonly query: (sensitive: boolean) => string;
}

/** Words a coordinator reads, for stages. */
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
    columns: [
      { name: "priority", header: "Priority", width: 10 },
      { name: "days_open", header: "Days open", width: 10, type: "number" },
      { name: "stage", header: "Where it stands", width: 30 },
      { name: "days_in_stage", header: "Days there", width: 10, type: "number" },
      { name: "patient_name", header: "Patient", width: 26 },
      { name: "patient_mrn", header: "MRN", width: 12 },
      { name: "patient_birth_date", header: "Born", width: 11, type: "date" },
      { name: "patient_phone", header: "Phone", width: 16 },
      { name: "language", header: "Language", width: 12 },
      { name: "needs", header: "Needs", width: 18 },
      { name: "specialty", header: "Specialty", width: 20 },
      { name: "receiving", header: "Referred to", width: 30 },
      { name: "referring", header: "Referred by", width: 30 },
      { name: "next_appointment", header: "Appointment", width: 12, type: "date" },
      { name: "last_contact", header: "Last contact", width: 12, type: "date" },
      { name: "contact_attempts", header: "Attempts", width: 9, type: "number" },
      { name: "payer", header: "Payer", width: 18 },
      { name: "authorization_state", header: "Authorization", width: 16 },
      { name: "status_raw", header: "Status in the source", width: 22 },
      { name: "missing", header: "Missing", width: 28 },
      { name: "referral_id", header: "Referral ID", width: 14 },
      { name: "source", header: "Source", width: 18 },
    ],
    query: (sensitive) => `
      select
        initcap_word(o.priority) as priority, o.days_open, o.stage, o.days_in_stage,
        p.patient_name, coalesce(p.patient_mrn, p.patient_id) as patient_mrn, p.patient_birth_date, p.patient_phone, o.language,
        concat_ws(', ', case when o.interpreter_needed then 'interpreter' end, case when o.transport_needed then 'ride' end) as needs,
        o.specialty, concat_ws(', ', o.receiving_provider, o.receiving_location) as receiving,
        concat_ws(', ', o.referring_provider, o.referring_location) as referring,
        cast(o.next_appointment_at as date) as next_appointment, cast(o.last_contact_at as date) as last_contact,
        o.contact_attempts, o.payer, replace(o.authorization_state, '_', ' ') as authorization_state, o.status_raw,
        concat_ws(', ',
          case when p.patient_phone is null then 'phone' end,
          case when o.payer is null then 'payer' end,
          case when o.receiving_location is null and o.receiving_provider is null then 'destination' end,
          case when o.left_list_at is not null then 'outcome: left the list' end
        ) as missing,
        o.referral_id, o.source
      from marts.open_referral o
      left join identity.patient p on p.patient_key = o.patient_key
      ${sensitive ? "" : "where not o.sensitive"}
      order by case o.priority when 'emergency' then 0 when 'urgent' then 1 when 'soon' then 2 else 3 end, o.days_open desc, o.referral_key`,
  },
];

/** Writes every worklist as CSV and XLSX into a folder that only its owner can read. Returns how many there are. */
export async function writeWorklists(connection: DuckDBConnection, workspace: Workspace, folder: string): Promise<number> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const list of worklists) {
    const query = list.query(workspace.settings.worklists.sensitive).replaceAll("initcap_word(o.priority)", "upper(left(o.priority, 1)) || substr(o.priority, 2)");
    const records = await rows<Record<string, unknown>>(connection, query);
    const cells = records.map((record) => list.columns.map((column) => cellOf(column, record[column.name])));
    const csv = [list.columns.map((c) => csvCell(c.header)), ...cells.map((line) => line.map((v) => csvCell(v)))];
    save(join(folder, `${list.file}.csv`), `\uFEFF${csv.map((line) => line.join(",")).join("\r\n")}\r\n`);
    const workbook = join(folder, `${list.file}.xlsx`);
    await writeWorkbook(workbook, { sheets: [{ name: list.title, columns: list.columns, rows: cells }] });
    chmodSync(workbook, 0o600);
  }
  return worklists.length;
}
