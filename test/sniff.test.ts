// File names, dates and headers are read as declared, and refused with the nearest right thing.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { literal, open, rows } from "../pipeline/duckdb.ts";
import { KeepageError } from "../pipeline/errors.ts";
import { unpack } from "../pipeline/formats/decode.ts";
import {
  hasOffset,
  matchFile,
  readAsOf,
  readTitleDate,
  sniffTable,
  strptimeFormat,
} from "../pipeline/formats/sniff.ts";
import { Unreadable } from "../pipeline/formats/unreadable.ts";

describe("a date pattern", () => {
  it.each([
    ["MM/dd/yyyy", "05/02/2026", "2026-05-02 00:00:00"],
    ["M/d/yyyy", "5/2/2026", "2026-05-02 00:00:00"],
    ["M/d/yyyy h:mm:ss a", "5/2/2026 1:02:03 PM", "2026-05-02 13:02:03"],
    ["M/d/yyyy h:mm:ss a", "12/2/2026 12:02:03 AM", "2026-12-02 00:02:03"],
    ["yyyyMMdd", "20260502", "2026-05-02 00:00:00"],
    ["yyyyMMddHHmm", "202605020630", "2026-05-02 06:30:00"],
    ["d-MMM-yy", "2-May-26", "2026-05-02 00:00:00"],
    ["MMMM d, yyyy", "May 2, 2026", "2026-05-02 00:00:00"],
    ["yyyy-MM-dd'T'HH:mm:ssXXX", "2026-05-02T06:30:00-05:00", "2026-05-02 11:30:00+00"],
    ["yyyy-MM-dd HH:mm:ss.SSS", "2026-05-02 06:30:00.250", "2026-05-02 06:30:00.25"],
    ["'week''s' 100% M/d/yyyy", "week's 100% 5/2/2026", "2026-05-02 00:00:00"],
  ])("%s reads %s as DuckDB does", async (pattern, text, expected) => {
    const db = await open(":memory:");
    const sql = `select strptime(${literal(text)}, ${literal(strptimeFormat(pattern))})::varchar as at`;
    expect(await rows(db.connection, sql)).toEqual([{ at: expected }]);
    db.close();
  });

  it.each(["MM/dd/yyyy q", "yyy", "DD.MM.YYYY", "", "'yyyy'"])("%j is refused", (pattern) => {
    expect(() => strptimeFormat(pattern)).toThrow(KeepageError);
  });

  it.each([
    ["mm/dd/yyyy", "a month is MM"],
    ["yyyymmdd", "a month is MM"],
    ["MM/dd/yyyy HH:MM", "tells the month twice; minutes are mm"],
    ["mm/dd/yyyy HH:mm", "tells the minute twice; a month is MM"],
    ["dd/yyyy", "a day and no month"],
    ["MM/dd/yyyy hh:mm", "hours of the whole day are HH"],
    ["MM/dd/yyyy HH:mm a", "a is for hours of half a day"],
  ])("%s, which would read every date wrongly, is refused with the letters that were meant", (pattern, why) => {
    expect(() => strptimeFormat(pattern)).toThrow(why);
  });

  it("knows whether it tells an offset", () => {
    expect(hasOffset("yyyy-MM-dd'T'HH:mmXXX")).toBe(true);
    expect(hasOffset("yyyy-MM-dd 'XXX'")).toBe(false);
  });
});

describe("a file name", () => {
  it.each([
    ["workqueue_20260502.csv", "workqueue_{as_of:yyyyMMdd}*.csv", { as_of: "2026-05-02" }],
    ["workqueue_20260502_final (2).CSV", "workqueue_{as_of:yyyyMMdd}*.csv", { as_of: "2026-05-02" }],
    ["workqueue_20260502.csv.gz", "workqueue_{as_of:yyyyMMdd}*.csv", { as_of: "2026-05-02" }],
    ["wq 5-2-26 1430.csv", "wq {as_of:M-d-yy HHmm}.csv", { as_of: "2026-05-02 14:30:00" }],
    ["wq_2026-05-02 06.30 PM.csv", "wq_{as_of:yyyy-MM-dd hh.mm a}.csv", { as_of: "2026-05-02 18:30:00" }],
    ["log 2May2026.xlsx", "log {as_of:dMMMyyyy}.xlsx", { as_of: "2026-05-02" }],
    ["Log May 2026.xlsx", "Log {as_of:MMM yyyy}.xlsx", { as_of: "2026-05" }],
    [
      "cardiology-part2of3-v7.csv",
      "{scope}-part{part}of?-v{version}.csv",
      { scope: "cardiology", part: "2", version: "7" },
    ],
    ["re\u0301fe\u0301rral.csv", "référral.csv", {}],
    ["it's [a] (b)+.csv", "it's [a] (b)+.csv", {}],
    ["a.csv", "a?csv", {}],
  ])("%s is what %s says", (name, pattern, captures) => {
    expect(matchFile(name, pattern)).toEqual(captures);
  });

  it.each([
    ["workqueue_20261302.csv", "workqueue_{as_of:yyyyMMdd}.csv"],
    ["workqueue_20260230.csv", "workqueue_{as_of:yyyyMMdd}.csv"],
    ["workqueue_2026050.csv", "workqueue_{as_of:yyyyMMdd}.csv"],
    ["wq_2026-05-02 18.30 PM.csv", "wq_{as_of:yyyy-MM-dd hh.mm a}.csv"],
    ["xworkqueue.csv", "workqueue.csv"],
    ["workqueue.csv.exe", "workqueue.csv"],
    ["../workqueue.csv", "*workqueue.csv"],
    ["a/workqueue.csv", "*workqueue.csv"],
    ["a\\workqueue.csv", "*workqueue.csv"],
    ["a\nworkqueue.csv", "*workqueue.csv"],
    ["a\0workqueue.csv", "*workqueue.csv"],
    ["..", "*"],
    ["n".repeat(300), "*"],
  ])("%j is not what %s says", (name, pattern) => {
    expect(matchFile(name, pattern)).toBeUndefined();
  });

  it.each(["{as_off:yyyy}.csv", "{as_of}.csv", "{as_of:YYYY}.csv", "{scope}{scope}.csv", "{scope:x}.csv"])(
    "pattern %s is refused",
    (pattern) => {
      expect(() => matchFile("x.csv", pattern)).toThrow(KeepageError);
    },
  );

  it("gives way to title lines for the day", () => {
    const titles = ["Referral Workqueue", "Run  Date:05/02/2026 06:00 AM", "Page 1"];
    expect(readTitleDate(titles, "Run date: {as_of:MM/dd/yyyy}")).toBe("2026-05-02");
    expect(readTitleDate(titles, "Run date: {as_of:MM/dd/yyyy hh:mm a}")).toBe("2026-05-02 06:00:00");
    expect(readTitleDate(["Rerun date: 05/02/2026"], "Run date: {as_of:MM/dd/yyyy}")).toBeUndefined();
    expect(readTitleDate(["Run date: 05/02/20261"], "Run date: {as_of:MM/dd/yyyy}")).toBeUndefined();
    expect(readTitleDate(["Run date: 2026-05-02"], "Run date: {as_of:MM/dd/yyyy}")).toBe("2026-05-02");
    expect(readAsOf("list.csv", "list*.csv", titles, "Run date: {as_of:MM/dd/yyyy}")).toBe("2026-05-02");
    expect(readAsOf("list_20260503.csv", "list_{as_of:yyyyMMdd}.csv", titles)).toBe("2026-05-03");
  });
});

describe("a header", () => {
  const sniff = (text: string, columns: string[], more = {}) =>
    sniffTable(Buffer.from(text), true, { columns, ...more });

  it("is the line that holds most of the mapped columns, in the dialect that finds most", () => {
    const table = sniff("Status;of,the,list\nID;Status;Due\n1;Open;x\n", ["ID", "Status", "Due"]);
    expect(table).toMatchObject({ headerLine: 2, header: ["ID", "Status", "Due"], titles: ["Status of,the,list"] });
    expect(table.dialect.delimiter).toBe(";");
  });

  it("names every column once", () => {
    expect(sniff('ID,Status,,Status,"Sta\ntus",Status (2),\n', ["ID", "Status"]).header).toEqual([
      "ID",
      "Status",
      "Column 3",
      "Status (3)",
      "Sta tus",
      "Status (2)",
      "Column 7",
    ]);
  });

  it("of two rows joins the label above, spread to the right, with the one below", () => {
    const table = sniff("Patient,,Visit,\nID,Name,Date,Kind\n1,x,y,z\n", ["Patient ID", "Visit Date"], {
      headerRows: 2,
    });
    expect(table.header).toEqual(["Patient ID", "Patient Name", "Visit Date", "Visit Kind"]);
    expect(table.data.line).toBe(3);
  });

  it("is found without names to look for", () => {
    expect(sniff("My list\n\nID\tStatus\tDue\n1\tOpen\t2026\n2\tOpen\t2026\n", [])).toMatchObject({
      header: ["ID", "Status", "Due"],
      headerLine: 3,
    });
  });

  it("that is missing is told with the nearest names", () => {
    const refusal = () => sniff("Refferal ID,Stat,Due\n1,Open,x\n", ["Referral ID", "Status"]);
    expect(refusal).toThrow(Unreadable);
    expect(refusal).toThrow('"Referral ID" (nearest: "Refferal ID"), "Status" (nearest: "Stat")');
  });
});

describe("a gzip file", () => {
  const temp = mkdtempSync(join(tmpdir(), "keepage-unpack-"));
  afterAll(() => rmSync(temp, { recursive: true }));

  it("that unpacks beyond bounds is refused before it fills the disk", async () => {
    const bytes = gzipSync(Buffer.alloc(20 << 20));
    writeFileSync(join(temp, "bomb.gz"), bytes);
    const refusal = await unpack(join(temp, "bomb.gz"), bytes.length, join(temp, "out"), 1 << 20).catch((e) => e);
    expect(refusal).toMatchObject({ code: "E103", problem: "gzip_bomb" });
  });
});
