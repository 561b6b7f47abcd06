// A small workspace for tests of the whole job: three weekly lists of a dozen referrals, an appointment report, and fingerprints of what a run made.
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readWorkspace, type Workspace } from "../pipeline/config.ts";
import { type DuckDBConnection, rows } from "../pipeline/duckdb.ts";
import { openRelease } from "../pipeline/query.ts";

const listYaml = `
label: Weekly list
entity: referral
system: clinic
files: ["list_{scope}_{as_of:yyyyMMdd}*.csv", "list_{as_of:yyyyMMdd}*.csv"]
rows: snapshot
nulls: ["N/A"]
columns:
  referral_id: Referral
  patient_id: MRN
  patient_name: Patient
  patient_phone: Phone
  ordered_at: { from: Ordered, formats: ["MM/dd/yyyy"] }
  status: Status
  close_reason: Reason
  specialty: Specialty
  payer: Payer
`;

const statuses = `field,raw,when_field,when_raw,axis,value,note
status,New,,,request,new,
status,Working,,,request,in_review,
status,Closed,,,request,closed_unknown,
status,Closed,close_reason,Declined,request,declined_by_patient,
status,Closed,close_reason,Expired,request,expired,
`;

const visitsYaml = `
label: Appointments
entity: appointment
system: clinic
files: "appointments_{as_of:yyyyMMdd}*.csv"
rows: changes
columns:
  appointment_id: Appointment
  referral_id: Referral
  patient_id: MRN
  made_at: { from: Made, formats: ["MM/dd/yyyy"] }
  starts_at: { from: Starts, formats: ["MM/dd/yyyy HH:mm"] }
  status: Status
`;

const visitStatuses = `field,raw,when_field,when_raw,axis,value,note
status,Booked,,,visit,scheduled,
status,Seen,,,visit,completed,
status,Missed,,,visit,no_show,
`;

const header = "Referral,MRN,Patient,Phone,Ordered,Status,Reason,Specialty,Payer";
const person = (n: number) => `00${n},"Quill, Test ${n}",555-01${String(n).padStart(2, "0")}`;
const line = (n: number, ordered: string, status: string, reason = "") =>
  `R${n},${person(n)},${ordered},${status},${reason},${n % 2 ? "Cardiology" : "Dermatology"},${n % 3 ? "Medicaid" : "Medicare"}`;

/** Files of the small workspace by name. */
export const smallFiles: Readonly<Record<string, string>> = {
  "list_20260105.csv": [header, ...[1, 2, 3, 4, 5, 6].map((n) => line(n, "01/02/2026", "New"))].join("\n"),
  "list_20260112.csv": [
    header,
    ...[1, 2, 3].map((n) => line(n, "01/02/2026", "Working")),
    line(4, "01/02/2026", "Closed", "Declined"),
    line(6, "01/02/2026", "New"),
    ...[7, 8].map((n) => line(n, "01/08/2026", "New")),
  ].join("\n"),
  "list_20260119.csv": [
    header,
    ...[1, 2, 3, 5].map((n) => line(n, "01/02/2026", "Working")),
    line(6, "01/02/2026", "Closed", "Expired"),
    ...[7, 8].map((n) => line(n, "01/08/2026", "Working")),
    line(9, "01/15/2026", "New"),
  ].join("\n"),
  "appointments_20260119.csv": [
    "Appointment,Referral,MRN,Made,Starts,Status",
    "A1,R1,001,01/06/2026,01/14/2026 09:00,Seen",
    "A2,R2,002,01/06/2026,01/15/2026 10:00,Missed",
    "A3,R3,003,01/07/2026,02/10/2026 11:00,Booked",
  ].join("\n"),
};

/** Makes the workspace in a new folder, with the files given (all of the small ones, unless told). Times follow the names. */
export function smallWorkspace(files: Readonly<Record<string, string>> = smallFiles, settings = ""): Workspace {
  const dir = mkdtempSync(join(tmpdir(), "keepage-"));
  for (const name of ["list", "visits"]) mkdirSync(join(dir, "sources", name), { recursive: true });
  for (const name of ["inbox", "state"]) mkdirSync(join(dir, name));
  // The same secret in every small workspace, so that patient keys can be compared between them.
  writeFileSync(join(dir, "state", "key"), "0".repeat(64), { mode: 0o600 });
  const write = (path: string, text: string) => writeFileSync(join(dir, path), text);
  write(
    "keepage.yaml",
    `name: Small\ntime_zone: America/Chicago\nsources: [list, visits]\nrun: { settle_seconds: 0 }\n${settings}`,
  );
  write("sources/list/source.yaml", listYaml);
  write("sources/list/statuses.csv", statuses);
  write("sources/visits/source.yaml", visitsYaml);
  write("sources/visits/statuses.csv", visitStatuses);
  const workspace = readWorkspace(dir);
  for (const [name, text] of Object.entries(files)) drop(workspace, name, text);
  return workspace;
}

/** What a run needs at least: enough to see how referrals stand, at a third of the cost of every mart. */
export const few = { site: false, models: ["marts.open_referral"] } as const;

/** A run whose release nobody looks at: what matters is that it took its files in. */
export const least = { site: false, models: ["staging.file"] } as const;

/** Puts a file into the inbox, its time taken from `at` (seconds after a fixed instant). */
export function drop(workspace: Workspace, name: string, text: string, at = 0): void {
  const path = join(workspace.inbox, name);
  writeFileSync(path, text);
  const time = Date.UTC(2026, 0, 20, 12) / 1000 + at;
  utimesSync(path, time, time);
}

export function discard(workspace: Workspace): void {
  rmSync(workspace.dir, { recursive: true, force: true });
}

/** Opens the current release for as long as `use` takes. */
export async function inRelease<T>(
  workspace: Workspace,
  use: (connection: DuckDBConnection) => Promise<T>,
  withIdentity = false,
): Promise<T> {
  const release = await openRelease(workspace, withIdentity);
  try {
    return await use(release.connection);
  } finally {
    release.close();
  }
}

/**
 * One hash per mart and core table of the current release: equal where every row is equal, whatever the order. Without the count of
 * files that were held or superseded, which tells what arrived rather than what became of referrals.
 */
export function fingerprints(workspace: Workspace): Promise<Record<string, string>> {
  return inRelease(workspace, async (connection) => {
    const tables = await rows<{ name: string }>(
      connection,
      `select schema_name || '.' || table_name as name from duckdb_tables()
       where database_name = 'release' and schema_name in ('core', 'marts') and table_name <> 'source_health' order by 1`,
    );
    const found: Record<string, string> = {};
    for (const { name } of tables) {
      const [row] = await rows<{ print: string }>(
        connection,
        `select count(*) || ':' || coalesce(bit_xor(md5_number(t::varchar)), 0)::varchar || ':' || coalesce(sum((hash(t::varchar) % 1000003)::hugeint), 0)::varchar as print from ${name} t`,
      );
      found[name] = row!.print;
    }
    return found;
  });
}
