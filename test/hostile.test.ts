// The corpus of hostile files: none crashes, hangs or is silently short of a record.
import { closeSync, mkdirSync, openSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type HostileCase, hostileColumns } from "../fixtures/hostile.ts";
import { hostileBooks } from "../fixtures/hostilebooks.ts";
import { hostileTexts } from "../fixtures/hostiletexts.ts";
import { readWorkspace, type Source, type Workspace } from "../pipeline/config.ts";
import { rows } from "../pipeline/duckdb.ts";
import { Unreadable } from "../pipeline/formats/cells.ts";
import { intake } from "../pipeline/intake.ts";
import { openState, type State } from "../pipeline/state.ts";
import { folder } from "./folder.ts";
import { cellReader } from "./readcells.ts";

const reader = cellReader();

const written = new Map<HostileCase, string>();

/** Writes a case's file once for all tests, in a folder of its own: names repeat. */
async function write(hostile: HostileCase): Promise<string> {
  const there = written.get(hostile);
  if (there) return there;
  const path = join(reader.temp, String(written.size), hostile.file);
  mkdirSync(join(path, ".."), { recursive: true });
  const content = await hostile.bytes();
  const file = openSync(path, "w");
  for (const piece of Buffer.isBuffer(content) ? [content] : content) writeSync(file, piece);
  closeSync(file);
  written.set(hostile, path);
  return path;
}

const cases = [...hostileTexts, ...hostileBooks];

describe("a hostile file", () => {
  it("comes in more than 60 kinds, each with a name of its own", () => {
    expect(cases.length).toBeGreaterThan(60);
    expect(new Set(cases.map((c) => c.name)).size).toBe(cases.length);
  });

  it.each(cases.map((c) => [c.name, c] as const))("%s", { timeout: 30_000 }, async (_, hostile) => {
    const path = await write(hostile);
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
    if (wanted.second) expect(found.table[1]?.slice(0, wanted.second.length)).toEqual(nulls(wanted.second));
    if (wanted.lastLine) expect(found.at.at(-1)).toBe(wanted.lastLine);
    if (wanted.titles) expect(found.titles).toEqual(wanted.titles);
    if (wanted.warning) expect(found.warnings.join(" ")).toMatch(wanted.warning);
    else expect(found.warnings).toEqual([]);
  });
});

describe("a hostile file in the inbox", () => {
  let workspace: Workspace;
  let state: State;
  beforeAll(async () => {
    workspace = readWorkspace(
      folder({
        "keepage.yaml": "name: Test\ntime_zone: America/Chicago\nsources: [hostile]\nhold: { reject_share: 1 }\n",
        "sources/hostile/source.yaml": [
          "entity: referral",
          "system: test",
          'files: "*"',
          "rows: changes",
          "columns:",
          "  referral_id: Referral ID",
          "  patient_id: { from: MRN, optional: true }",
          '  ordered_at: { from: Ordered, formats: ["yyyy-MM-dd"], optional: true }',
          "  status: { from: Status, optional: true }",
          "ignore: [Notes]",
        ].join("\n"),
        "sources/hostile/statuses.csv": "field,raw,when_field,when_raw,axis,value,note\nstatus,open,,,request,new,\n",
      }),
    );
    state = await openState(workspace);
  });
  afterAll(() => state.close());

  // What a single cell of a workbook becomes was seen above.
  const expressible = cases.filter(({ name, hints }) => !hints?.columns && !name.startsWith("cell:"));
  it.each(expressible.map((c, n) => [c.name, c, n] as const))("%s", { timeout: 30_000 }, async (_, hostile, n) => {
    const path = await write(hostile);
    const { hints = {}, expect: wanted } = hostile;
    const source: Source = {
      ...workspace.sources[0]!,
      // The same bytes under another name are the same file, unless they are of another scope.
      scope: String(n),
      footers: (hints.footer as string[] | undefined) ?? [],
      format: {
        ...(hints.format && { format: hints.format }),
        ...(hints.encoding && { encoding: hints.encoding }),
        ...(hints.delimiter && { delimiter: hints.delimiter }),
        ...(hints.quote !== undefined && { quote: hints.quote }),
        ...(hints.escape && { escape: hints.escape }),
        ...(hints.headerRows && { header_rows: hints.headerRows }),
        ...(hints.headerLine && { header_line: hints.headerLine }),
        ...(hints.sheet && { sheet: hints.sheet }),
        ...(hints.merged && { merged: hints.merged }),
      },
    };
    const arrival = { path, name: hostile.file, modified: statSync(path).mtime, source, captures: {}, accepted: true };
    const outcome = await intake(state, workspace, arrival, "test");
    if ("held" in wanted) {
      expect(outcome.result).toBe("held");
      expect(outcome.code).toMatch(/^E10[123]$/);
      return;
    }
    const structural = wanted.rejectedCount ?? wanted.rejected?.length ?? 0;
    expect(outcome.result).toBe("loaded");
    expect(outcome.records).toBe(wanted.loaded + structural);
    expect(outcome.loaded + outcome.rejected).toBe(outcome.records);
    const [ledger] = await rows<{ raw: number; rejects: number; footers: number }>(
      state.connection,
      `select (select count(*) from raw.referral r where r.file_id = f.file_id)::integer as raw,
              (select count(distinct line) from ledger.reject j where j.file_id = f.file_id and not kept)::integer as rejects,
              footers from ledger.file f order by file_id desc limit 1`,
    );
    expect(ledger).toEqual({ raw: outcome.loaded, rejects: outcome.rejected, footers: wanted.footers ?? 0 });
  });
});
