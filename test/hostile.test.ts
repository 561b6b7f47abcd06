// The corpus of hostile files: none crashes, hangs or is silently short of a record.
import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type HostileCase, hostileColumns, hostileTexts } from "../fixtures/hostile.ts";
import { hostileBooks } from "../fixtures/hostilebooks.ts";
import { Unreadable } from "../pipeline/cells.ts";
import { cellReader } from "./readcells.ts";

const reader = cellReader();

async function write(hostile: HostileCase, n: number): Promise<string> {
  const folder = join(reader.temp, String(n));
  mkdirSync(folder);
  const path = join(folder, hostile.file);
  const content = await hostile.bytes();
  const file = openSync(path, "w");
  for (const piece of Buffer.isBuffer(content) ? [content] : content) writeSync(file, piece);
  closeSync(file);
  return path;
}

const cases = [...hostileTexts, ...hostileBooks];

describe("a hostile file", () => {
  it("comes in more than 60 kinds, each with a name of its own", () => {
    expect(cases.length).toBeGreaterThan(60);
    expect(new Set(cases.map((c) => c.name)).size).toBe(cases.length);
  });

  it.each(cases.map((c, n) => [c.name, c, n] as const))("%s", { timeout: 30_000 }, async (_, hostile, n) => {
    const path = await write(hostile, n);
    const hints = { columns: hostileColumns, ...hostile.hints };
    const { expect: wanted } = hostile;
    if ("held" in wanted) {
      const refusal = await reader.readFile(path, hints).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(Unreadable);
      expect((refusal as Unreadable).problem).toBe(wanted.held);
      expect((refusal as Unreadable).message).toMatch(/^[A-Z].*\.$/);
      expect((refusal as Unreadable).todo).toMatch(/^[A-Z].*\.$/);
      return;
    }
    const found = await reader.readFile(path, hints);
    const { loaded, rejected = [], footers = 0, blank = 0, repeatedHeaders = 0 } = wanted;
    expect(found.rejected.slice(0, 50).map((r) => [r.line, r.rule])).toEqual(rejected);
    expect(found).toMatchObject({ records: loaded, footers, blank, repeatedHeaders });
    expect(found.physical).toBe(loaded + found.rejectedCount + footers + blank + repeatedHeaders);
    const nulls = (cells: readonly (string | null)[]) => cells.map((cell) => (cell === "" ? null : cell));
    if (wanted.first) expect(found.table[0]?.slice(0, wanted.first.length)).toEqual(nulls(wanted.first));
    if (wanted.lastLine) expect(found.at.at(-1)).toBe(wanted.lastLine);
    if (wanted.titles) expect(found.titles).toEqual(wanted.titles);
    if (wanted.warning) expect(found.warnings.join(" ")).toMatch(wanted.warning);
    else expect(found.warnings).toEqual([]);
  });
});
