// Three exports that no shipped source knows, as sites really write them: a list of authorizations without numbers, an extract with
// titles, codes and days of zeros, and a log kept by hand in a workbook. Drafted, settled by a person, run.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { book, row } from "../fixtures/hostilebooks.ts";
import { readWorkspace } from "../pipeline/config.ts";
import { draft } from "../pipeline/draft/draft.ts";
import { ask } from "../pipeline/query.ts";
import { run } from "../pipeline/run.ts";
import { few, inRelease } from "./fixture.ts";
import { files, put } from "./workspace.ts";

const many = (n: number, line: (i: number) => string) => Array.from({ length: n }, (_, i) => line(i + 1));
const two = (n: number) => String(n).padStart(2, "0");

const authorizations = [
  "last_name,first_name,chart_number,reason,status,tracking,type,auth_date,auth_referral_number,insurance,start_date,date_end,visits,comment,diagnosis,rendering,referring",
  // Three of four have a number, each its own: it is the payer's, not the list's.
  ...many(40, (i) =>
    [
      `Winterby${i},René,000${400 + i},"Knee pain, left",${["Pending", "Approved", "Denied"][i % 3]},Referred To,${i % 5 ? "Referral" : "Authorization"}`,
      `${(i % 6) + 1}/${(i % 28) + 1}/2026,${i % 4 ? `A${1000 + i}` : ""},Medicaid,${(i % 6) + 1}/${(i % 28) + 1}/2026,12/31/2026,6,"called pt, LM",R07.9,"SMITH, JOHN MD",Dr. Mary Lee`,
    ].join(","),
  ),
].join("\r\n");

const extract = [
  "Referral Management Extract",
  "Run: 2026-06-30 23:15",
  "",
  "Referral GUID;Person Nbr;DOB;Create Timestamp;Status;Disposition;Priority;Refer To Specialty;Refer To Provider;Ref By;Appt Kept Ind;Consult Rcvd Dt;Payer Name;Auth Reqd;Exp Dt",
  ...many(30, (i) =>
    [
      `{${String(i).padStart(8, "0")}-AAAA-BBBB-CCCC-123456789ABC};${100000 + i};1950${two((i % 12) + 1)}15;2026${two((i % 6) + 1)}${two((i % 28) + 1)} 0${i % 9}:15:00`,
      `${["Ordered", "Consult Received", "Pt Refused"][i % 3]};;${["Routine", "STAT"][i % 2]};${["Cardiology", "Derm"][i % 2]};Mary Lee MD;Jane Doe NP`,
      `${["", "Y", "N"][i % 3]};${i % 3 === 1 ? `2026${two((i % 6) + 1)}${two((i % 28) + 1)}` : "00000000"};BCBS;${["Y", "N"][i % 2]};20261231`,
    ].join(";"),
  ),
  ";;;;;;;;;;;;;;",
  "Total Referrals: 30",
].join("\n");

const logHeader = [
  "Patient Name",
  "Chart #",
  "Referred to (lab, radiology, consultant)",
  "Date Referred",
  "Date Report\nReceived",
  "follow-up action",
  "Staff",
  "Kept?",
];

const log = () =>
  book({
    sheets: {
      "2026":
        row(1, ["Smallville Family Practice - Referral Tracking Log 2026"]) +
        row(3, logHeader) +
        many(20, (i) =>
          row(3 + i, [
            // Each patient has two rows, and the cells of both are one.
            ...(i % 2 ? [`Nobody, Ann${i}`, `00${200 + i}`] : ["", ""]),
            ["Cardiology - Dr Lee", "MRI knee", "Dermatology"][i % 3]!,
            `${(i % 6) + 1}/${(i % 27) + 1}/26`,
            i % 3 ? "" : `${(i % 6) + 1}/28/2026`,
            "TC, pt will call back",
            ["JH", "CD"][i % 2]!,
            ["Y", "N", ""][i % 3]!,
          ]),
        ).join(""),
      "Last year": row(3, logHeader) + row(4, ["Nobody, Old", "00199", "MRI knee", "5/1/25"]),
      Notes: row(1, ["who is who"]),
    },
    merged: [
      "A1:H1",
      ...many(10, (n) => `A${2 * n + 2}:A${2 * n + 3}`),
      ...many(10, (n) => `B${2 * n + 2}:B${2 * n + 3}`),
    ],
  });

let dir: string;
const source = (name: string, file = "source.yaml") => join(dir, "sources", name, file);
const yamlOf = (name: string) => readFileSync(source(name), "utf8");

beforeAll(async () => {
  dir = files({
    "keepage.yaml":
      "name: Smallville\ntime_zone: America/Chicago\nsources: [authorizations-export, referral-log, extract]\nrun: { settle_seconds: 0 }\n",
  });
  put(dir, "inbox/extract_20260630.txt", extract);
  writeFileSync(join(dir, "inbox/Authorizations Export 06-30-2026.csv"), Buffer.from(authorizations, "latin1"));
  writeFileSync(join(dir, "inbox/Referral log 2026-06-30.xlsx"), await log());
});

test("a list without numbers: none is made of those that some rows lack; what tells its rows apart is proposed", async () => {
  const { lines } = await draft(join(dir, "inbox/Authorizations Export 06-30-2026.csv"), { workspace: dir });
  const yaml = yamlOf("authorizations-export");
  expect(lines.join("\n")).toContain("referral_id is needed, and no column is recognized as it");
  expect(yaml).toContain("# referral_id: { made_of: [chart_number, start_date, type] }");
  expect(yaml).not.toContain("Could it be");
  expect(yaml).toContain('files: "Authorizations Export {as_of:MM-dd-yyyy}*.csv"');
  expect(yaml).toContain('format: { encoding: "windows-1252" }');
  expect(yaml).toContain("patient_name: { from: [last_name, first_name] }");
});

test("an extract with titles, bars of zeros and abbreviations: what each column means is known by its words", async () => {
  await draft(join(dir, "inbox/extract_20260630.txt"), { workspace: dir });
  const yaml = yamlOf("extract");
  for (const line of [
    'format: { delimiter: ";" }',
    'nulls: ["00000000"]',
    "referral_id: Referral GUID",
    "patient_id: Person Nbr",
    'ordered_at: { from: Create Timestamp, formats: ["yyyyMMdd HH:mm:ss"] }',
    "visit_status: Appt Kept Ind",
    'report_received_at: { from: Consult Rcvd Dt, formats: ["yyyyMMdd"] }',
    "authorization_required: Auth Reqd",
  ])
    expect(yaml).toContain(line);
});

test("a log kept by hand: its merged cells, its sheet, remarks in headers, years of two digits; nobody's name or remark is written", async () => {
  const { lines } = await draft(join(dir, "inbox/Referral log 2026-06-30.xlsx"), { workspace: dir });
  const yaml = yamlOf("referral-log");
  expect(lines.join("\n")).toContain("cells are merged over several rows");
  expect(lines.join("\n")).toContain('note      Only sheet "2026" was read; "Last year" has the same columns.');
  expect(yaml).toContain("# decide: cells are merged over several rows: does their value hold in each");
  for (const line of [
    'format: { sheet: "2026", merged: "fill_down" }',
    'receiving_provider: "Referred to (lab, radiology, consultant)"',
    'ordered_at: { from: Date Referred, formats: ["M/d/yy"] }',
    "report_received_at: { from: Date Report Received,",
    'visit_status: "Kept?"',
    "  - follow-up action",
  ])
    expect(yaml).toContain(line);
  expect(yaml + readFileSync(source("referral-log", "statuses.csv"), "utf8") + lines.join()).not.toMatch(
    /Nobody|call back/,
  );
});

test("settled by a person, all three load without a reject, and every row is a referral", async () => {
  for (const name of ["authorizations-export", "referral-log"])
    writeFileSync(source(name), yamlOf(name).replace("  # referral_id: ", "  referral_id: "));
  const report = await run(readWorkspace(dir), { ...few, models: [...few.models, "marts.unmapped_value"] });
  expect(report.held).toEqual([]);
  expect(report.outcomes.map((o) => [o.source, o.loaded, o.rejected]).sort()).toEqual([
    ["authorizations-export", 40, 0],
    ["extract", 30, 0],
    ["referral-log", 20, 0],
  ]);
  const asked = (query: string) => inRelease(readWorkspace(dir), (connection) => ask(connection, query));
  const referrals = await asked(
    "select source, count(*), count(patient_key), count(distinct patient_key), min(ordered_on) from core.referral group by source order by source",
  );
  expect(referrals.rows).toEqual([
    ["authorizations-export", "40", "40", "40", "2026-01-03"],
    ["extract", "30", "30", "30", "2026-01-03"],
    ["referral-log", "20", "20", "10", "2026-01-07"],
  ]);
  // What nobody decided is counted as unmapped, never guessed.
  const words = await asked("select distinct field from marts.unmapped_value where source = 'extract' order by 1");
  expect(words.rows.flat()).toEqual(["status", "visit_status"]);
}, 60_000);
