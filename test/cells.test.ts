// Every record of a text file is a row or is counted, whatever the export does to the table around it.
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { CellHints } from "../pipeline/formats/cells.ts";
import { cellReader } from "./readcells.ts";

const columns = ["Referral ID", "Status", "Notes"];
const reader = cellReader();
const read = (content: string | Buffer, hints: Partial<CellHints> = {}, careful = false) =>
  reader.read(content, { columns, ...hints }, careful);

describe("a text file", () => {
  it("is read in place when every line is a row", async () => {
    const found = await read("Referral ID,Status,Notes\r\n007,Open,\r\n008,Closed,x\r\n");
    expect(found.dialect.read).toBe("in place");
    expect(found.table).toEqual([
      ["007", "Open", null],
      ["008", "Closed", "x"],
    ]);
    expect(found.at).toEqual([2, 3]);
  });

  it("counts titles, footers, repeated headers, blank lines and damaged records", async () => {
    const found = await read(
      [
        'Referral list "all"',
        "Run date: 05/02/2026",
        "",
        "Referral ID,Status,Notes",
        "1,Open,a",
        "2,Open",
        ",,",
        '3,"Open,b',
        '4,"two',
        'lines",c',
        "Referral ID,Status,Notes",
        "5,Open,d,e",
        "6,Open,f,,",
        "",
        "Total,,2",
        "Report generated 05/02/2026",
        "",
      ].join("\n"),
    );
    expect(found.titles).toEqual(['Referral list "all"', "Run date: 05/02/2026"]);
    expect(found.table).toEqual([
      ["1", "Open", "a"],
      ["4", "two\nlines", "c"],
      ["6", "Open", "f"],
    ]);
    expect(found.at).toEqual([5, 9, 13]);
    expect(found.rejected.map((r) => [r.line, r.rule])).toEqual([
      [6, "columns_missing"],
      [8, "quote_unbalanced"],
      [12, "columns_extra"],
    ]);
    expect(found).toMatchObject({ footers: 2, repeatedHeaders: 1, blank: 2, physical: 11 });
  });

  it.each([
    ["utf-8", Buffer.from("\ufeffReferral ID,Status,Notes\n1,Open,café\n")],
    ["windows-1252", Buffer.from("Referral ID,Status,Notes\n1,Open,caf\xe9\n", "latin1")],
    ["utf-16le", Buffer.from("\ufeffReferral ID\tStatus\tNotes\r\n1\tOpen\tcafé\r\n", "utf16le")],
    ["utf-16le", Buffer.from("Referral ID,Status,Notes\n1,Open,café\n", "utf16le")],
    ["utf-16be", Buffer.from("\ufeffReferral ID,Status,Notes\n1,Open,café\n", "utf16le").swap16()],
    ["utf-8", gzipSync("Referral ID;Status;Notes\r1;Open;café\r")],
    ["utf-8", Buffer.from("sep=;\nReferral ID;Status;Notes\n1;Open;café")],
  ])("in %s is recognized (%#)", async (encoding, bytes) => {
    const found = await read(bytes);
    expect(found.header).toEqual(columns);
    expect(found.table).toEqual([["1", "Open", "café"]]);
    expect(found.dialect.encoding).toBe(encoding);
  });

  it("keeps quotes as data where they do not match", async () => {
    const found = await read('Referral ID\tStatus\tNotes\n1\tOpen\t"stat\n2\t"Open" now\tb\n');
    expect(found.table).toEqual([
      ["1", "Open", '"stat'],
      ["2", '"Open" now', "b"],
    ]);
    expect(found.warnings).toHaveLength(1);
  });
});
