// Logs kept by hand in workbooks: cells merged over rows, a patient once for several referrals; a sheet for each month. Filled and read
// where that is declared, said where it is not.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { book, row } from "../fixtures/hostilebooks.ts";
import { readWorkspace } from "../pipeline/config.ts";
import { draft } from "../pipeline/draft/draft.ts";
import { rows } from "../pipeline/duckdb.ts";
import { Filler, type MergedCell } from "../pipeline/formats/merged.ts";
import { intake } from "../pipeline/intake.ts";
import { openState } from "../pipeline/state.ts";
import { folder } from "./folder.ts";

const sourceOf = (format: string) => `entity: referral
files: "log_{as_of:yyyyMMdd}.xlsx"
rows: changes
${format}columns:
  referral_id: Ref No
  patient_id: Chart
  ordered_at: { from: Date, formats: ["MM/dd/yyyy"] }
  status: Status
`;

/** Two patients, the first with three referrals; the second's one referral has two rows, as it was called twice. */
const log = () =>
  book({
    sheets: {
      Log:
        row(1, ["Referral log, spring"]) +
        row(2, ["Chart", "Ref No", "Date", "Status"]) +
        row(3, ["0017", "A1", "05/01/2026", "New"]) +
        row(4, ["", "A2", "05/02/2026", "New"]) +
        row(5, ["", "A3", "05/03/2026", "Seen"]) +
        row(6, ["0018", "B1", "05/04/2026", "New"]) +
        row(7, ["", "", "05/04/2026", "Seen"]),
    },
    merged: ["A1:D1", "A3:A5", "A6:A7", "B6:B7"],
  });

/** Takes a log in as a source with this format; nothing more is run. */
async function taken(format: string, workbook: Promise<Buffer> = log()) {
  const dir = folder({
    "keepage.yaml":
      "name: Cedar\ntime_zone: America/Chicago\nsources: [log]\nrun: { settle_seconds: 0 }\nhold: { reject_share: 0.5 }\n",
    "sources/log/source.yaml": sourceOf(format),
    "sources/log/statuses.csv": "field,raw,axis,value\nstatus,New,request,new\nstatus,Seen,visit,completed\n",
  });
  const path = join(dir, "log_20260601.xlsx");
  writeFileSync(path, await workbook);
  const workspace = readWorkspace(dir);
  const state = await openState(workspace);
  try {
    const arrival = {
      path,
      name: "log_20260601.xlsx",
      modified: new Date(),
      source: workspace.sources[0]!,
      captures: { as_of: "2026-06-01" },
      accepted: false,
    };
    const outcome = await intake(state, workspace, arrival, "test");
    const loaded =
      outcome.result === "held"
        ? []
        : await rows<{ id: string; chart: string | null }>(
            state.connection,
            "select r.referral_id as id, p.patient_id as chart from raw.referral r left join identity.patient p on p.patient_key = r.patient_key order by row_number",
          );
    const rejects = await rows<{ line: number; rule: string; message: string }>(
      state.connection,
      "select line, rule, message from ledger.reject",
    );
    return { outcome, loaded: loaded.map(({ id, chart }) => [id, chart]), rejects };
  } finally {
    state.close();
  }
}

test("declared as fill_down, each row has the value of the cell that reaches down to it", async () => {
  const { outcome, loaded, rejects } = await taken("format: { merged: fill_down }\n");
  expect(loaded).toEqual([
    ["A1", "0017"],
    ["A2", "0017"],
    ["A3", "0017"],
    ["B1", "0018"],
    ["B1", "0018"],
  ]);
  expect(rejects).toEqual([]);
  expect(outcome).toMatchObject({ records: 5, loaded: 5, rejected: 0, warnings: [] });
});

test("undeclared, a row without its id is rejected, and reject and warning name the setting; nobody else's id is guessed", async () => {
  const { outcome, loaded, rejects } = await taken("");
  expect(loaded).toEqual([
    ["A1", "0017"],
    ["A2", null],
    ["A3", null],
    ["B1", "0018"],
  ]);
  expect(rejects).toEqual([
    {
      line: 7,
      rule: "cell_merged",
      message:
        "referral_id is empty: its cell is merged with the one above. To read the value in every row, declare `format: { merged: fill_down }` in source.yaml.",
    },
  ]);
  expect(outcome.warnings).toEqual([
    '3 cells in "Chart", "Ref No" are merged over several rows, and they have their value in the first of them only. To read it in all of them, declare `format: { merged: fill_down }` in source.yaml; `merged: first_row` if it is right as it is.',
  ]);
});

test("declared as first_row, the same is read and nothing is said of it, but of the row that is rejected", async () => {
  const { outcome, rejects } = await taken("format: { merged: first_row }\n");
  expect(outcome).toMatchObject({ loaded: 4, rejected: 1, warnings: [] });
  expect(rejects.map((r) => r.rule)).toEqual(["cell_merged"]);
});

test("a draft of such a log declares it, and asks", async () => {
  const dir = folder({ "keepage.yaml": "name: Cedar\ntime_zone: America/Chicago\nsources: []\n" });
  const file = join(dir, "log_20260601.xlsx");
  writeFileSync(file, await log());
  const made = await draft(file, { workspace: dir, entity: "referral" });
  expect(made.lines.join("\n")).toContain("cells are merged over several rows");
  expect(readFileSync(join(made.folder, "source.yaml"), "utf8")).toMatch(/^format: .*merged: "fill_down"/m);
});

/** A sheet a month, each as its keeper left it: other titles, columns in another order, one more, and a sheet that is no list. */
const months = () =>
  book({
    sheets: {
      Readme: row(1, ["Write one line for each referral. Do not merge cells."]),
      "2026-04":
        row(1, ["Referral log, April"]) +
        row(2, ["Chart", "Ref No", "Date", "Status"]) +
        row(3, ["0017", "A1", "04/01/2026", "New"]) +
        row(4, ["0018", "A2", "04/31/2026", "New"]),
      "2026-05":
        row(1, ["Status", "Ref No", "Remark", "Date", "Chart"]) +
        row(2, ["Seen", "A1", "came early", "04/01/2026", "0017"]) +
        row(3, ["New", "", "", "05/02/2026", "0019"]) +
        row(5, ["New", "B1", "", "05/03/2026", ""]) +
        row(6, ["", "B2", "", "05/04/2026", "0020"]),
      "2026-06": row(1, ["Chart", "Ref No", "Date", "Status"]),
      Plan: row(1, ["Week", "Who is on duty"]) + row(2, ["23", "Ana"]),
    },
    merged: ["E5:E6"],
  });

test("a sheet for each month: all of them are read where that is declared, each by its own header", async () => {
  const { outcome, loaded, rejects } = await taken('format: { sheet: "*", merged: fill_down }\n', months());
  expect(loaded).toEqual([
    ["A1", "0017"],
    ["A1", "0017"],
    ["B1", null],
    ["B2", "0020"],
  ]);
  expect(rejects.map((r) => [r.line, r.rule, r.message])).toEqual([
    [4, "date_unreadable", 'Sheet "2026-04": ordered_at "04/31/2026" is not a date as declared (MM/dd/yyyy).'],
    [3, "field_missing", 'Sheet "2026-05": referral_id is empty, and a referral needs it.'],
  ]);
  expect(outcome).toMatchObject({ records: 6, loaded: 4, rejected: 2 });
  expect(outcome.warnings).toEqual([
    'Sheets "Readme", "Plan" without these columns: not read.',
    'Sheet "2026-05": "Remark" is not on "2026-04", and not read.',
  ]);
});

test("where nothing is declared one of the months is read, and the others are named with what reads them", async () => {
  const { outcome } = await taken("", months());
  expect(outcome.records).toBe(2);
  expect(outcome.warnings).toEqual([
    'Only sheet "2026-04" was read; "2026-05", "2026-06" have the same columns. To read them all, declare `format: { sheet: "*" }` in source.yaml.',
  ]);
  const none = await taken('format: { sheet: "2025*" }\n', months());
  expect(none.outcome).toMatchObject({ result: "held", message: 'The workbook has no sheet "2025*".' });
});

test("filling gives every row of a merged cell its first row's value, and changes nothing else", () => {
  const book = fc.record({
    rows: fc.array(fc.array(fc.constantFrom("", "x", "y"), { minLength: 3, maxLength: 3 }), {
      minLength: 1,
      maxLength: 12,
    }),
    spans: fc.array(fc.nat(3), { minLength: 12, maxLength: 12 }),
  });
  fc.assert(
    fc.property(book, ({ rows: cells, spans }) => {
      // Ranges of the first column, one below the other.
      const merged: MergedCell[] = [];
      for (let from = 0, n = 0; from < cells.length; from += spans[n]! + 1, n++)
        merged.push({ column: 0, from: from + 1, to: from + 1 + spans[n]! });
      // As in a workbook, the lower cells of a range are empty.
      const given = cells.map((r, i) =>
        merged.some((m) => m.from < i + 1 && i + 1 <= m.to) ? ["", ...r.slice(1)] : r,
      );
      const filler = new Filler(merged);
      const filled = given.map((r, i) => filler.fill(i + 1, r));
      for (const [i, r] of filled.entries()) {
        const { from } = merged.find((m) => m.from <= i + 1 && i + 1 <= m.to)!;
        const own = given[i]!.some((cell) => cell !== "");
        expect(r).toEqual([own ? given[from - 1]![0] : "", ...given[i]!.slice(1)]);
      }
    }),
    { numRuns: 200 },
  );
});
