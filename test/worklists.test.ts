// The coordinators' lists: whom they name, in which order, what they leave out, and that no cell becomes a formula.
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { beforeAll, describe, expect, test } from "vitest";
import { readWorkspace } from "../pipeline/config.ts";
import { Workbook } from "../pipeline/formats/xlsx.ts";
import { run } from "../pipeline/run.ts";
import { few } from "./fixture.ts";
import { files, put } from "./workspace.ts";

const source = `entity: referral
files: "list_{as_of:yyyyMMdd}.csv"
rows: changes
columns:
  referral_id: Id
  patient_id: MRN
  patient_mrn: MRN
  patient_name: Patient
  patient_phone: Phone
  ordered_at: { from: Ordered, formats: ["yyyy-MM-dd"] }
  status: Status
  priority: Priority
  specialty: Specialty
  sensitive: Part 2
`;

/** Names that a spreadsheet would take for formulas, as nobody is called but anybody may type. */
const names = ['=HYPERLINK("http://x.example","y")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\n=1", "Quill, Ann"];
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
const list = [
  "Id,MRN,Patient,Phone,Ordered,Status,Priority,Specialty,Part 2",
  ...names.map(
    (name, n) =>
      `=${n},00${n},${quoted(name)},+1 555 010${n},2026-0${n + 1}-01,New,${n === 6 ? "Urgent" : ""},Cardiology,N`,
  ),
  "hidden,009,Marrow Kept Secret,555-0199,2026-01-02,New,,Cardiology,Y",
].join("\n");

let dir: string;
const released = (name: string) => join(dir, "current/worklists", name);
const rowsOf = () =>
  parse(readFileSync(released("open-referrals.csv"), "utf8"), { bom: true, columns: true }) as Record<string, string>[];

const settings = (more = "") =>
  `name: Cedar\ntime_zone: America/Chicago\nsources: [list]\nrun: { settle_seconds: 0 }\n${more}`;

beforeAll(async () => {
  dir = files({
    "keepage.yaml": settings(),
    "sources/list/source.yaml": source,
    "sources/list/statuses.csv": "field,raw,axis,value\nstatus,New,request,new\npriority,Urgent,priority,urgent\n",
  });
  mkdirSync(join(dir, "inbox"));
  put(dir, "inbox/list_20260930.csv", list);
  await run(readWorkspace(dir), few);
});

describe("the list of open referrals", () => {
  test("names who is to be called, the urgent first, then who waits longest", () => {
    const rows = rowsOf();
    expect(rows).toHaveLength(names.length);
    expect(rows[0]).toMatchObject({ Priority: "Urgent", Patient: "Quill, Ann" });
    const ids = rows.slice(1).map((row) => row["Referral ID"]!.replace("'", ""));
    expect(ids).toEqual(["=0", "=1", "=2", "=3", "=4", "=5"]);
  });

  test("says by when, by which limit, and spells out what the warehouse keeps short", () => {
    // Shipped: urgent cardiology may be pending one business day; it was ordered on Wednesday, 1 July.
    expect(rowsOf()[0]).toMatchObject({
      "Where it stands": "Waiting to be worked",
      Due: "2026-07-02",
      Limit: "High-risk cardiology, urgent: at most 1 business day pending.",
      Specialty: "Cardiology",
      Source: "list",
    });
  });

  test("holds no cell that a spreadsheet would run, in either form, and every name as it is written", async () => {
    const rows = rowsOf();
    const cells = rows.flatMap((row) => Object.values(row));
    expect(cells.filter((cell) => /^[=+\-@\t\r\n]/.test(cell))).toEqual([]);
    // Intake trims what stands around a name.
    const written = names.map((name) => name.trim()).sort();
    expect(rows.map((row) => row.Patient!.replace(/^'/, "")).sort()).toEqual(written);

    const book = await Workbook.open(released("open-referrals.xlsx"));
    expect(book.sheets[0]!.name).toBe("Open referrals 2026-09-30");
    const read: string[][] = [];
    const notes = await book.eachRow(book.sheets[0]!, ({ cells }) => read.push([...cells]) > 0);
    book.close();
    const column = read[0]!.indexOf("Patient");
    expect(
      read
        .slice(1)
        .map((cells) => cells[column])
        .sort(),
    ).toEqual(written);
    expect(notes.uncalculated).toBe(0);
    expect(readFileSync(released("open-referrals.xlsx"), "latin1")).not.toContain("<f>");
  });

  test("leaves out referrals under 42 CFR Part 2, until the settings put them on it", async () => {
    expect(JSON.stringify(rowsOf())).not.toContain("Marrow");
    put(dir, "keepage.yaml", settings("worklists: { sensitive: true }\n"));
    await run(readWorkspace(dir), few);
    expect(rowsOf()).toHaveLength(names.length + 1);
    expect(JSON.stringify(rowsOf())).toContain("Marrow Kept Secret");
  });
});
