// From files to a match: a claim under the payer's number of a person answers a referral under the hospital's number.
import { expect, test } from "vitest";
import { readWorkspace } from "../pipeline/config.ts";
import { rows } from "../pipeline/duckdb.ts";
import { run } from "../pipeline/run.ts";
import { inRelease } from "./fixture.ts";
import { files } from "./workspace.ts";

const csv = (text: string) =>
  `${text
    .trim()
    .replaceAll(/\s*\|\s*/g, ",")
    .replaceAll(/\n\s+/g, "\n")}\n`;

test("numbers of one person in several systems are brought together, each in its own system", async () => {
  const dir = files({
    "keepage.yaml":
      "name: Cedar Clinic\ntime_zone: UTC\nsources: [log, people, claims, roster]\nrun: { settle_seconds: 0 }\n",
    "sources/log/source.yaml": `entity: referral
system: ehr
files: "log_{as_of:yyyyMMdd}.csv"
rows: changes
columns:
  referral_id: Referral
  patient_id: MRN
  ordered_at: { from: Ordered, formats: [yyyy-MM-dd] }
  specialty: Specialty
  payer: Payer
`,
    "sources/people/source.yaml": `entity: patient
system: ehr
files: "people_{as_of:yyyyMMdd}.csv"
rows: changes
columns:
  patient_id: MRN
  alias_system: Other System
  alias_id: Other ID
`,
    "sources/claims/source.yaml": `entity: visit
system: claims
patients: member
files: "claims_{as_of:yyyyMMdd}.csv"
rows: changes
columns:
  visit_id: Claim
  line: Line
  kind: { value: claim }
  patient_id: Member
  started_at: { from: Served, formats: [yyyy-MM-dd] }
  specialty: Specialty
  rendering_npi: NPI
  payer: Payer
`,
    "sources/roster/source.yaml": `entity: provider
system: network
files: "roster_{as_of:yyyyMMdd}.csv"
rows: snapshot
columns:
  provider_id: NPI
  npi: NPI
  specialty: Specialty
  affiliated: Ours
  payer: Payer
`,
    "inbox/log_20260601.csv": csv(`
      Referral | MRN | Ordered    | Specialty  | Payer
      1        | 77  | 2026-01-05 | Cardiology | Medicare
      2        | 88  | 2026-01-05 | Cardiology | Medicare`),
    // 77 is a number of the hospital and also, of somebody else, a number of the payer.
    "inbox/people_20260601.csv": csv(`
      MRN | Other System | Other ID
      77  | Member       | 500
      88  | Member       | 77`),
    "inbox/claims_20260601.csv": csv(`
      Claim | Line | Member | Served     | Specialty  | NPI        | Payer
      A     | 1    | 500    | 2026-02-01 | Cardiology | 1234567893 | Medicare
      B     | 1    | 77     | 2026-02-02 | Cardiology | 2999907076 | Medicare`),
    "inbox/roster_20260601.csv": csv(`
      NPI        | Specialty  | Ours | Payer
      1234567893 | Cardiology | Y    | Medicare`),
  });
  const workspace = readWorkspace(dir);
  await run(workspace, { site: false, models: ["core.destination", "core.visit_match"] });
  const matches = await inRelease(workspace, (connection) =>
    rows<{ visit: string; referral: string; network: string }>(
      connection,
      `select m.visit_key as visit, m.referral_key as referral, d.actual_network as network
       from core.visit_match m join core.destination d on d.referral_key = m.referral_key order by 1`,
    ),
  );
  expect(matches).toEqual([
    { visit: "claims:A/1", referral: "ehr:1", network: "in" },
    { visit: "claims:B/1", referral: "ehr:2", network: "out" },
  ]);
});
