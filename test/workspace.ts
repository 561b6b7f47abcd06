// Small workspaces on disk, and the real command line as a child process in them.
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { home } from "../pipeline/config.ts";
import { folder, put } from "./folder.ts";

export { folder as files, put };

export interface Ran {
  /** Exit code. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs `keepage ARGS` in a folder, as a person would. */
export function runCli(args: readonly string[], cwd: string, input = ""): Promise<Ran> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [join(home, "pipeline", "cli.ts"), ...args], {
      cwd,
      env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined },
    });
    let [out, err] = ["", ""];
    child.stdout.on("data", (chunk) => {
      out += chunk;
    });
    child.stderr.on("data", (chunk) => {
      err += chunk;
    });
    child.on("error", fail);
    child.on("close", (code) => done({ code, out, err }));
    child.stdin.end(input);
  });
}

/** Settings of the small workspace; `more` adds lines. */
export const settings = (more = "") =>
  `name: Cedar Clinic\ntime_zone: America/Chicago\nsources: [log]\nrun: { settle_seconds: 0 }\n${more}`;

/** A log of referrals: a snapshot with one date, one status and a patient. */
export const logSource = `entity: referral
files: "log_{as_of:yyyyMMdd}.csv"
rows: snapshot
expect_every: 7 days
columns:
  referral_id: Referral
  patient_id: MRN
  patient_mrn: MRN
  patient_name: Patient
  patient_phone: Phone
  ordered_at: { from: Ordered, formats: ["MM/dd/yyyy"] }
  status: Status
  specialty: Specialty
`;

export const logStatuses = `field,raw,when_field,when_raw,axis,value,note
status,New,,,request,new,
status,Working,,,request,accepted,
`;

/** Patients of the small workspace: what must never be printed where nobody asked for it. */
export const secrets = ["Quillbrook", "Marrowdale", "555-0101", "MRN001"];

const people = [
  ["MRN001", '"Quillbrook, Ada"', "555-0101"],
  ["MRN002", '"Marrowdale, Ben"', "555-0102"],
  ["MRN003", '"Thornfield, Cy"', "555-0103"],
  ["MRN004", '"Ashgrove, Di"', "555-0104"],
] as const;

/** A log with the first `n` referrals (four at most); `status` is theirs. */
export function log(n: number, status = "Working", ordered = "05/01/2026"): string {
  const lines = people.slice(0, n).map((p, i) => [`00${i + 1}`, ...p, ordered, status, "Cardiology"].join(","));
  return `${["Referral,MRN,Patient,Phone,Ordered,Status,Specialty", ...lines].join("\n")}\n`;
}

/** A workspace with the log as its only source, and these files in its inbox. */
export function workspace(inbox: Readonly<Record<string, string>> = {}, more = ""): string {
  const dir = folder({
    "keepage.yaml": settings(more),
    "sources/log/source.yaml": logSource,
    "sources/log/statuses.csv": logStatuses,
  });
  mkdirSync(join(dir, "inbox"));
  for (const [name, text] of Object.entries(inbox)) put(dir, join("inbox", name), text);
  return dir;
}
