// Workbooks written here hold what they should, and read back the same; cells that look like formulas never become any.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { openPromise } from "yauzl";
import { type SheetRow, Workbook, writeWorkbook } from "../pipeline/formats/xlsx.ts";

const temp = mkdtempSync(join(tmpdir(), "keepage-xlsx-"));
afterAll(() => rmSync(temp, { recursive: true }));
const path = join(temp, "book.xlsx");

/** Every row of a sheet as text. */
async function readBack(sheet = 0): Promise<SheetRow[]> {
  const workbook = await Workbook.open(path);
  try {
    const found: SheetRow[] = [];
    await workbook.eachRow(workbook.sheets[sheet]!, (row) => found.push(row) > 0);
    return found;
  } finally {
    workbook.close();
  }
}

/** A part's XML. */
async function part(name: string): Promise<string> {
  const zip = await openPromise(path, { lazyEntries: true });
  for await (const entry of zip.eachEntry())
    if (entry.fileName === name) return text(await zip.openReadStreamPromise(entry));
  throw new Error(`no ${name}`);
}

describe("a workbook", () => {
  it("keeps text as text, numbers as numbers and dates as dates", async () => {
    const columns = [
      { header: "MRN" },
      { header: "Days open", type: "number" },
      { header: "Ordered", type: "date" },
      { header: "Last call", type: "datetime" },
    ] as const;
    const rows = [
      ["00123", 12, "2026-05-02", "2026-05-02 14:30:00"],
      ["=1+1", 1.5, new Date("2026-05-02T00:00:00Z"), new Date("2026-05-02T14:30:00Z")],
      [" two\nlines ", -3n, "no date", null],
      ["<&>\"'_x000D_", "7", "1899-01-01", undefined],
      ["", null, "", true],
    ];
    await writeWorkbook(path, { sheets: [{ name: "List", columns, rows }] });
    expect(await readBack()).toEqual([
      { number: 1, cells: ["MRN", "Days open", "Ordered", "Last call"] },
      { number: 2, cells: ["00123", "12", "2026-05-02", "2026-05-02 14:30:00"] },
      { number: 3, cells: ["=1+1", "1.5", "2026-05-02", "2026-05-02 14:30:00"] },
      { number: 4, cells: [" two\nlines ", "-3", "no date"] },
      { number: 5, cells: ["<&>\"'_x000D_", "7", "1899-01-01"] },
      { number: 6, cells: ["", "", "", "TRUE"] },
    ]);
    const xml = await part("xl/worksheets/sheet1.xml");
    expect(xml).not.toContain("<f>");
    expect(xml).toContain('<c r="C2" s="3"><v>46144</v></c>');
  });

  it("freezes the header, filters, sets widths and offers choices", async () => {
    const choices = ["Reached", "Left message, will call", 'Said "no"'];
    const columns = [
      { header: "MRN", width: 12 },
      { header: "Outcome", choices },
      { header: "Next", choices: ["a", "b"] },
    ];
    await writeWorkbook(path, { sheets: [{ name: "Calls", columns, rows: [["1"], ["2"]] }] });
    const xml = await part("xl/worksheets/sheet1.xml");
    expect(xml).toContain('<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>');
    expect(xml).toContain('<autoFilter ref="A1:C3"/>');
    expect(xml).toContain('<col min="1" max="1" width="12" customWidth="1" style="2"/>');
    expect(xml).toContain('sqref="B2:B3"><formula1>Lists!$A$1:$A$3</formula1>');
    expect(xml).toContain('sqref="C2:C3"><formula1>Lists!$B$1:$B$2</formula1>');
    expect(await part("xl/workbook.xml")).toContain('<sheet name="Lists" sheetId="2" state="hidden" r:id="rId2"/>');
    expect((await readBack(1)).map((row) => row.cells)).toEqual([
      ["Reached", "a"],
      ["Left message, will call", "b"],
      ['Said "no"'],
    ]);
  });

  it("marks days that are over, keeps who it is in view, and prints it with the header and a note on every page", async () => {
    const columns = [
      { header: "MRN", width: 300 },
      { header: "Due", type: "date", overdueBefore: "2026-05-02" },
    ] as const;
    const rows = [["1", "2026-05-01"], ["2"]];
    await writeWorkbook(path, { sheets: [{ name: "Calls & O'Hara's", note: "R&D", leading: 2, columns, rows }] });
    const xml = await part("xl/worksheets/sheet1.xml");
    const parts = [
      '<sheetPr><pageSetUpPr fitToPage="1"/>',
      '<pane xSplit="2" ySplit="1" topLeftCell="C2" activePane="bottomRight" state="frozen"/>',
      "<cols>",
      "<sheetData>",
      "<autoFilter",
      '<conditionalFormatting sqref="B2:B3"><cfRule type="expression" dxfId="0"',
      "<formula>AND(ISNUMBER(B2),B2&lt;46144)</formula>",
      "<pageMargins",
      '<pageSetup orientation="landscape" fitToWidth="2" fitToHeight="0"/>',
      "<oddHeader>&amp;L&amp;A&amp;RR&amp;&amp;D</oddHeader>",
    ];
    // All are there, in the order that Excel insists on.
    const places = parts.map((text) => xml.indexOf(text));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((x, y) => x - y));
    const quoted = "'Calls &amp; O''Hara''s'";
    expect(await part("xl/workbook.xml")).toContain(
      `<definedName name="_xlnm.Print_Titles" localSheetId="0">${quoted}!$A:$B,${quoted}!$1:$1</definedName>`,
    );
  });

  it("holds any text that a cell can hold", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: "binary", maxLength: 20 }), { minLength: 1, maxLength: 60 }),
        async (values) => {
          await writeWorkbook(path, {
            sheets: [{ name: "List", columns: [{ header: "h" }], rows: values.map((v) => [v]) }],
          });
          const found = (await readBack()).slice(1).map((row) => row.cells[0] ?? "");
          expect(found).toEqual(values.map((v) => v.toWellFormed().replaceAll("\r\n", "\n")));
        },
      ),
      { numRuns: 25 },
    );
    await writeWorkbook(path, { sheets: [{ name: "List", columns: [{ header: "h" }], rows: [["x".repeat(40_000)]] }] });
    expect((await readBack())[1]?.cells[0]).toHaveLength(32_767);
  });

  it("takes rows as they come and gives the same bytes for the same rows", { timeout: 60_000 }, async () => {
    async function* rows() {
      for (let n = 0; n < 30_000; n += 2) yield [n, n + 1].map((m) => [`R${m}`, m]);
    }
    const sheet = () => ({
      name: "List",
      columns: [{ header: "Referral" }, { header: "n", type: "number" as const }],
      rows: rows(),
    });
    await writeWorkbook(path, { sheets: [sheet(), { ...sheet(), name: "Again" }] });
    expect(await readBack(1)).toHaveLength(30_001);
    const first = await part("xl/worksheets/sheet1.xml");
    expect(await part("xl/worksheets/sheet2.xml")).toBe(first);
  });

  it("fails when its rows fail", async () => {
    function* rows() {
      yield ["R1"];
      throw new Error("the query was interrupted");
    }
    const sheets = [{ name: "List", columns: [{ header: "Referral" }], rows: rows() }];
    await expect(writeWorkbook(path, { sheets })).rejects.toThrow("interrupted");
  });

  it.each([[["a", "A"]], [["a/b"]], [["'a"]], [["x".repeat(32)]], [[""]], [[]]])(
    "refuses sheets named %j",
    async (names) => {
      const sheets = names.map((name) => ({ name, columns: [{ header: "h" }], rows: [] }));
      await expect(writeWorkbook(path, { sheets })).rejects.toThrow(RangeError);
    },
  );
});
