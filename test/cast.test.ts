// What becomes of a cell's text: dates, identifiers and numbers as exports write them, every flaw a reject with its rule.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readWorkspace, type Workspace } from "../pipeline/config.ts";
import { rows } from "../pipeline/duckdb.ts";
import { sift } from "../pipeline/inbox.ts";
import { intake } from "../pipeline/intake.ts";
import { openState, type State } from "../pipeline/state.ts";
import { files } from "./workspace.ts";

let workspace: Workspace;
let state: State;
beforeAll(async () => {
  workspace = readWorkspace(
    files({
      "keepage.yaml": "name: T\ntime_zone: America/Chicago\nsources: [cells]\nhold: { reject_share: 1 }\n",
      "sources/cells/source.yaml": `entity: referral
files: "cells*.csv"
rows: changes
nulls: ["N/A", "12/31/9999"]
columns:
  referral_id: ID
  patient_id: MRN
  ordered_at: { from: Ordered, formats: ["MM/dd/yyyy HH:mm", "MM/dd/yyyy", "yyyy-MM-dd'T'HH:mm:ssXXX", "M/d/yy"] }
  received_at: { from: Received, formats: ["MM/dd/yyyy HH:mm"], time_zone: UTC }
  appointment_at: { from: [Day, Time], formats: ["MM/dd/yyyy HH:mm", "MM/dd/yyyy"] }
  visits_authorized: Visits
`,
      "inbox/.keep": "",
    }),
  );
  state = await openState(workspace);
});
afterAll(() => state.close());

const columns = ["ID", "MRN", "Ordered", "Received", "Day", "Time", "Visits"] as const;
type Column = (typeof columns)[number];
const sound: Record<Column, string> = {
  ID: "R1",
  MRN: "1",
  Ordered: "05/02/2026",
  Received: "",
  Day: "",
  Time: "",
  Visits: "",
};
let n = 0;

/** What comes of each text in a column: the field's value, or the rule that rejects the row. One file for all. */
async function becomes(
  column: Column,
  field: string,
  texts: readonly string[],
): Promise<Record<string, string | null>> {
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const lines = texts.map((text) => columns.map((c) => cell(c === column ? text : sound[c])).join(","));
  const path = join(workspace.inbox, `cells${++n}.csv`);
  writeFileSync(path, [columns.join(","), ...lines].join("\n"));
  for (const found of sift(workspace)) if ("path" in found) await intake(state, workspace, found, "test");
  rmSync(path);
  const file = "(select max(file_id) from ledger.file)";
  const loaded = await rows<{ at: number; value: string | null }>(
    state.connection,
    `select row_number - 1 as at, ${field}::varchar as value from raw.referral where file_id = ${file}`,
  );
  const rejected = await rows<{ at: number; value: string }>(
    state.connection,
    `select line - 2 as at, rule as value from ledger.reject where file_id = ${file}`,
  );
  expect(loaded.length + rejected.length).toBe(texts.length);
  return Object.fromEntries([...loaded, ...rejected].sort((a, b) => a.at - b.at).map((r) => [texts[r.at]!, r.value]));
}

describe("a date", () => {
  test("is read by a declared format or not at all", async () => {
    expect(
      await becomes("Ordered", "ordered_at", [
        "02/29/2024",
        "05/02/2026 9:05",
        " 05/02/2026\u00a0",
        "\u200b05/02/2026",
        "5/2/26",
        "2026-05-02T10:00:00Z",
        "2026-05-02T10:00:00+00:00",
        "2026-05-02T23:30:00+14:00",
        "2026-05-02T10:00:00-0500",
        "31/02/2026",
        "02/31/2026",
        "02/29/2025",
        "05/02/2026 24:00",
        "05/02/2026 23:60",
        "2026-05-02T10:00:00",
        "00/00/0000",
        "46144",
        "\uff15/2/2026",
        "infinity",
        "epoch",
        "today",
        "01/01/1800",
        "01/01/2999",
        "12/31/9999",
      ]),
    ).toEqual({
      "02/29/2024": "2024-02-29 00:00:00",
      "05/02/2026 9:05": "2026-05-02 09:05:00",
      " 05/02/2026\u00a0": "2026-05-02 00:00:00",
      "\u200b05/02/2026": "2026-05-02 00:00:00",
      "5/2/26": "2026-05-02 00:00:00",
      "2026-05-02T10:00:00Z": "2026-05-02 05:00:00",
      "2026-05-02T10:00:00+00:00": "2026-05-02 05:00:00",
      "2026-05-02T23:30:00+14:00": "2026-05-02 04:30:00",
      "2026-05-02T10:00:00-0500": "2026-05-02 10:00:00",
      "31/02/2026": "date_unreadable",
      "02/31/2026": "date_unreadable",
      "02/29/2025": "date_unreadable",
      "05/02/2026 24:00": "date_unreadable",
      "05/02/2026 23:60": "date_unreadable",
      "2026-05-02T10:00:00": "date_unreadable",
      "00/00/0000": "date_unreadable",
      "46144": "date_unreadable",
      "\uff15/2/2026": "date_unreadable",
      infinity: "date_unreadable",
      epoch: "date_unreadable",
      today: "date_unreadable",
      "01/01/1800": "date_impossible",
      "01/01/2999": "date_impossible",
      "12/31/9999": "field_missing",
    });
  });

  test("of another zone is told in the workspace's, across both changes of the clock", async () => {
    expect(
      await becomes("Received", "received_at", [
        "03/08/2026 07:59",
        "03/08/2026 08:00",
        "11/01/2026 06:30",
        "11/01/2026 07:30",
      ]),
    ).toEqual({
      "03/08/2026 07:59": "2026-03-08 01:59:00",
      "03/08/2026 08:00": "2026-03-08 03:00:00",
      "11/01/2026 06:30": "2026-11-01 01:30:00",
      "11/01/2026 07:30": "2026-11-01 01:30:00",
    });
  });

  test("in two columns is nothing where only the time is filled", async () => {
    expect(await becomes("Time", "appointment_at", ["09:30"])).toEqual({ "09:30": null });
    expect(await becomes("Day", "appointment_at", ["05/02/2026"])).toEqual({ "05/02/2026": "2026-05-02 00:00:00" });
  });
});

test("an identifier keeps its digits, and a word for nothing is none", async () => {
  const found = await becomes("ID", "referral_id", [
    "007",
    "1.00",
    '="0042"',
    "\u200bR9\u00a0",
    "1e5",
    "123456789012345678901234567890",
    "1.2E+05",
    "1.2e+05",
    "NULL",
    "#N/A",
    "Unknown",
    "N/A",
    "   ",
  ]);
  expect(found).toEqual({
    "007": "007",
    "1.00": "1",
    '="0042"': "0042",
    "\u200bR9\u00a0": "R9",
    "1e5": "1e5",
    "123456789012345678901234567890": "123456789012345678901234567890",
    "1.2E+05": "id_exponent",
    "1.2e+05": "id_exponent",
    NULL: "id_placeholder",
    "#N/A": "id_placeholder",
    Unknown: "id_placeholder",
    "N/A": "field_missing",
    "   ": "field_missing",
  });
  // Else all patients without a number would be one person.
  expect(await becomes("MRN", "(patient_key is not null)", ["00123", "unknown", "N/A"])).toEqual({
    "00123": "true",
    unknown: "id_placeholder",
    "N/A": "false",
  });
});

test("a number is one, or the row is rejected", async () => {
  expect(
    await becomes("Visits", "visits_authorized", [
      "1.0",
      "$1,000",
      "(5)",
      "1.5",
      "1e400",
      "NaN",
      "1.000,5",
      "\u0663",
      "2147483648",
    ]),
  ).toEqual({
    "1.0": "1",
    "$1,000": "1000",
    "(5)": "-5",
    "1.5": "number_unreadable",
    "1e400": "number_unreadable",
    NaN: "number_unreadable",
    "1.000,5": "number_unreadable",
    "\u0663": "number_unreadable",
    "2147483648": "number_unreadable",
  });
});

describe("a list without ids", () => {
  const list = (day: string, ...lines: string[]) => ({
    [`log_${day}.csv`]: ["MRN,For,Ordered,Status", ...lines].join("\n"),
  });

  /** What each line of the last list is called, in letters by first appearance in any. */
  async function called(...lists: Record<string, string>[]): Promise<string[][]> {
    const made = readWorkspace(
      files({
        "keepage.yaml": "name: T\ntime_zone: UTC\nsources: [log]\nhold: { reject_share: 1 }\n",
        "sources/log/source.yaml": `entity: referral
files: "log_{as_of:yyyyMMdd}.csv"
rows: snapshot
columns:
  referral_id: { made_of: [MRN, For, Ordered] }
  patient_id: MRN
  specialty: For
  ordered_at: { from: Ordered, formats: [MM/dd/yyyy] }
  status: Status
`,
        "inbox/.keep": "",
      }),
    );
    const own = await openState(made);
    try {
      for (const [name, text] of lists.flatMap((one) => Object.entries(one)))
        writeFileSync(join(made.inbox, name), text);
      for (const found of sift(made)) if ("path" in found) await intake(own, made, found, "test");
      const ids = await rows<{ file_id: number; id: string; status: string }>(
        own.connection,
        "select file_id, referral_id as id, status from raw.referral order by file_id, row_number",
      );
      expect(ids.every(({ id }) => /^~[0-9a-f]{16}(\.\d+)?$/.test(id))).toBe(true);
      const letters = [...new Set(ids.map(({ id }) => id.slice(0, 17)))];
      return [...Map.groupBy(ids, ({ file_id }) => file_id).values()].map((file) =>
        file.map(({ id, status }) => `${status} ${"ABCDEF"[letters.indexOf(id.slice(0, 17))]}${id.slice(17)}`),
      );
    } finally {
      own.close();
    }
  }

  test("names its records by what they are made of, the same in every list, whatever the order and the capitals", async () => {
    expect(
      await called(
        list("20260504", "1,Cardiology,05/01/2026,a", "2,Cardiology,05/01/2026,b", "1,Imaging,05/01/2026,c"),
        list("20260511", "1,Imaging,05/01/2026,c", "1, CARDIOLOGY,05/01/2026,a", "2,Cardiology,05/02/2026,d"),
      ),
    ).toEqual([
      ["a A", "b B", "c C"],
      ["c C", "a A", "d D"],
    ]);
  });

  test("tells records that are alike apart by their order, and rejects a line without any part", async () => {
    expect(
      await called(
        list("20260504", "1,Cardiology,05/01/2026,a", "3,Imaging,05/01/2026,b", "1,Cardiology,05/01/2026,c", ",,,d"),
      ),
    ).toEqual([["a A", "b B", "c A.2"]]);
  });
});
