// Which files count: corrections, lists that contradict each other, files that nobody needs, and what lies in the inbox unread.
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Arrival } from "../pipeline/arrival.ts";
import { readWorkspace, type Workspace } from "../pipeline/config.ts";
import { rows } from "../pipeline/duckdb.ts";
import { claimOf, printable, sift } from "../pipeline/inbox.ts";
import { intake, type Outcome } from "../pipeline/intake.ts";
import { type RunOptions, takeIn } from "../pipeline/run.ts";
import { accept, forget, standingFiles } from "../pipeline/standing.ts";
import { openState } from "../pipeline/state.ts";
import { rejects, status } from "../pipeline/status.ts";
import { discard, drop, smallFiles, smallWorkspace } from "./fixture.ts";

vi.setConfig({ testTimeout: 60_000 });

const made: Workspace[] = [];
afterEach(() => {
  for (const workspace of made.splice(0)) discard(workspace);
});
function make(files: Readonly<Record<string, string>>): Workspace {
  const workspace = smallWorkspace(files);
  made.push(workspace);
  return workspace;
}

interface Said {
  readonly accept?: string;
  readonly forget?: string;
}

/** Takes in what lies in the inbox, without models, and tells how every file stands: "name: standing (code)". */
async function stand(workspace: Workspace, said: Said = {}): Promise<{ files: string[]; outcomes: Outcome[] }> {
  const state = await openState(workspace);
  try {
    if (said.accept) await accept(state.connection, said.accept);
    if (said.forget) await forget(state.connection, workspace, said.forget);
    const outcomes: Outcome[] = [];
    for (const found of sift(workspace))
      if ("path" in found) outcomes.push(await intake(state, workspace, found, "test"));
    const files = await standingFiles(state.connection, workspace);
    return {
      files: files.map((f) => `${f.name}: ${f.standing}${f.standing === "held" ? ` (${f.code})` : ""}`),
      outcomes,
    };
  } finally {
    state.close();
  }
}

const first = smallFiles["list_20260105.csv"]!;
const [header, ...lines] = first.split("\n");
const odd = [header, ...lines.filter((_, n) => n % 2 === 0)].join("\n");
const even = [header, ...lines.filter((_, n) => n % 2 === 1)].join("\n");

test("a file named by its month stands for the month's end, or for the time it was written where the month was not over", async () => {
  const workspace = make({});
  const yaml = join(workspace.dir, "sources/list/source.yaml");
  writeFileSync(yaml, readFileSync(yaml, "utf8").replace(/^files: .*$/m, 'files: "list_{as_of:yyyyMM}.csv"'));
  const byMonth = readWorkspace(workspace.dir);
  for (const name of ["list_202512.csv", "list_202601.csv"]) drop(byMonth, name, first); // written on 20 January 2026
  await stand(byMonth);
  const state = await openState(byMonth);
  const found = await rows(state.connection, "select name, as_of::varchar as as_of from ledger.file order by name");
  state.close();
  expect(found).toEqual([
    { name: "list_202512.csv", as_of: "2025-12-31 23:59:59" },
    { name: "list_202601.csv", as_of: "2026-01-20 06:00:00" },
  ]);
});

test("a list whose title should tell its day, and does not, is held; with the day it counts", async () => {
  const workspace = make({});
  const yaml = join(workspace.dir, "sources/list/source.yaml");
  const text = readFileSync(yaml, "utf8");
  writeFileSync(yaml, text.replace(/^files: .*$/m, 'files: "list*.csv"\nas_of: "Run date: {as_of:MM/dd/yyyy}"'));
  const titled = readWorkspace(workspace.dir);
  drop(titled, "list.csv", `Weekly list\n\n${first}`);
  expect((await stand(titled)).files).toEqual(["list.csv: held (E107)"]);
  drop(titled, "list.csv", `Run date: 01/05/2026\n\n${first}`, 60);
  expect((await stand(titled)).files).toContain("list.csv: effective");
});

describe("two lists of one day", () => {
  test("that share hardly a record are held, both, in any order, until one is accepted", async () => {
    const names = ["list_20260105.csv", "list_20260105b.csv"];
    for (const order of [names, names.toReversed()]) {
      const workspace = make({});
      for (const name of order) {
        drop(workspace, name, name === names[0] ? odd : even);
        await stand(workspace);
      }
      expect(new Set((await stand(workspace)).files)).toEqual(new Set(names.map((name) => `${name}: held (E109)`)));
      const { held } = await status(workspace);
      expect(held[0]!.why).toMatch(/^claims the same list and day as list_20260105b?\.csv, with other records$/);
      expect(held[0]!.todo).toContain("capture {part}");
      expect(new Set((await stand(workspace, { accept: "list_20260105.csv" })).files)).toEqual(
        new Set(["list_20260105.csv: effective", "list_20260105b.csv: superseded"]),
      );
    }
  });

  test("that mostly agree are a list and its correction", async () => {
    const workspace = make({ "list_20260105.csv": first });
    drop(
      workspace,
      "list_20260105 corrected.csv",
      [header, ...lines.slice(1), lines[0]!.replace("R1,", "R77,")].join("\n"),
      60,
    );
    expect((await stand(workspace)).files).toEqual([
      "list_20260105.csv: superseded",
      "list_20260105 corrected.csv: effective",
    ]);
  });

  test("of one name are a list and its correction, however different", async () => {
    const workspace = make({ "list_20260105.csv": odd });
    await stand(workspace);
    drop(workspace, "list_20260105.csv", even, 60);
    expect((await stand(workspace)).files).toEqual(["list_20260105.csv: superseded", "list_20260105.csv: effective"]);
  });
});

test("a list that names a record twice is loaded, and that is told", async () => {
  const workspace = make({ "list_20260105.csv": `${first}\n${lines[0]}` });
  const { outcomes } = await stand(workspace);
  expect(outcomes[0]).toMatchObject({
    loaded: lines.length + 1,
    warnings: ["1 row repeats a referral_id of the list: the last row of each counts"],
  });
});

describe("a held file", () => {
  const bad = first.replace("Status", "State");

  test("that was taken out of the inbox is settled by a mended one under another name", async () => {
    const workspace = make({ "list_20260105.csv": bad });
    expect((await stand(workspace)).files).toEqual(["list_20260105.csv: held (E104)"]);
    unlinkSync(join(workspace.inbox, "list_20260105.csv"));
    drop(workspace, "list_20260105 mended.csv", first);
    expect(new Set((await stand(workspace)).files)).toEqual(
      new Set(["list_20260105.csv: superseded", "list_20260105 mended.csv: effective"]),
    );
  });

  test("that nobody needs is left out for good, even where it still lies in the inbox, and can be taken back", async () => {
    const workspace = make({ "list_20260105.csv": first, "appointments_20260119.csv": "Appointment,Nothing\nA1,x" });
    await stand(workspace);
    unlinkSync(join(workspace.inbox, "appointments_20260119.csv"));
    expect((await status(workspace)).held).toMatchObject([
      {
        name: "appointments_20260119.csv",
        gone: true,
        todo: expect.stringContaining("--forget appointments_20260119.csv"),
      },
    ]);
    const { files } = await stand(workspace, { forget: "appointments_20260119.csv" });
    expect(files).toEqual(["list_20260105.csv: effective"]);
    expect(await status(workspace)).toMatchObject({ held: [], forgotten: [{ name: "appointments_20260119.csv" }] });

    drop(workspace, "appointments_20260119.csv", "Appointment,Nothing\nA1,x");
    const again = await stand(workspace);
    expect(again.outcomes.map((o) => o.result)).toEqual(["forgotten", "repeated"]);
    expect(again.files).toEqual(["list_20260105.csv: effective"]);
    expect((await stand(workspace, { accept: "appointments_20260119.csv" })).files).toEqual([
      "list_20260105.csv: effective",
      "appointments_20260119.csv: held (E102)",
    ]);
  });

  test("shows its bad rows, once however often it is tried and nobody by name, until it is mended", async () => {
    const workspace = make({
      "list_20260105.csv": first,
      "list_20260112.csv": first.replaceAll("01/02/2026", "May 1st"),
    });
    for (const _ of [1, 2])
      expect((await stand(workspace)).files).toEqual([
        "list_20260105.csv: effective",
        "list_20260112.csv: held (E105)",
      ]);
    const { rows } = await rejects(workspace, "list_20260112.csv");
    expect(rows.map((row) => row.slice(0, 3))).toEqual(
      [2, 3, 4, 5, 6, 7].map((line) => ["list_20260112.csv", String(line), "ordered_at"]),
    );
    const [held] = (await status(workspace)).held;
    expect(held!.why).toContain('6 of 6 rows were rejected (100.0%), such as: ordered_at "xxx 9xx" is not a date');
    expect(JSON.stringify([rows, held])).not.toMatch(/Quill|555-01/);
    drop(workspace, "list_20260112.csv", first.replace("New", "Working"), 60);
    expect((await stand(workspace)).files).not.toContain("list_20260112.csv: held (E105)");
    expect((await status(workspace)).held).toEqual([]);
  });

  test("cannot be accepted where it could not be loaded; names of no file are refused with the nearest", async () => {
    const workspace = make({ "list_20260105.csv": bad });
    await stand(workspace);
    await expect(stand(workspace, { accept: "list_20260105.csv" })).rejects.toThrow("could not be loaded (E104)");
    await expect(stand(workspace, { forget: "list_2026015.csv" })).rejects.toThrow(
      'the nearest is "list_20260105.csv"',
    );
  });
});

test("with --rebuild a file mended under its own name counts, and one that was left out for good stays out", async () => {
  const workspace = make({ ...smallFiles, "list_20260126.csv": "Referral,MRN\nR1,001" });
  expect((await stand(workspace)).files).toContain("list_20260126.csv: held (E104)");
  drop(workspace, "list_20260126.csv", smallFiles["list_20260119.csv"]!, 60);
  const rebuild = async (more: RunOptions) => {
    const { files } = await takeIn(workspace, { rebuild: true, ...more }, "test", [], () => {});
    expect(files.map((f) => `${f.name} ${f.standing}`)).toEqual([
      "list_20260105.csv effective",
      "list_20260112.csv effective",
      "appointments_20260119.csv effective",
      "list_20260126.csv superseded",
      "list_20260126.csv effective",
    ]);
  };
  await rebuild({ forget: ["list_20260119.csv"] });
  await rebuild({});
  expect((await status(workspace)).forgotten).toEqual([{ name: "list_20260119.csv", source: "list", other: false }]);
});

describe("a file of the inbox", () => {
  test("that is still being written is left for the next run, whole; the others are taken in", async () => {
    const workspace = make({ "list_20260105.csv": first });
    const { run } = workspace.settings;
    const patient = { ...workspace, settings: { ...workspace.settings, run: { ...run, settle_seconds: 0.8 } } };
    const path = join(workspace.inbox, "list_20260112.csv");
    const whole = smallFiles["list_20260112.csv"]!;
    writeFileSync(path, whole.slice(0, 200));
    const taken = async () => {
      const said: string[] = [];
      const outcomes: Outcome[] = [];
      await takeIn(patient, {}, "test", outcomes, (e) => e.kind === "ignored" && said.push(`${e.name} ${e.message}`));
      return [outcomes.map((o) => `${o.name} ${o.result} ${o.records}`), said];
    };
    // Whoever copies it goes on while the run looks whether it rests.
    const copied = setTimeout(() => writeFileSync(path, whole), 200);
    expect(await taken()).toEqual([
      ["list_20260105.csv loaded 6"],
      ["list_20260112.csv is still being written; left for the next run"],
    ]);
    clearTimeout(copied);
    expect(await taken()).toEqual([["list_20260105.csv repeated 6", "list_20260112.csv loaded 7"], []]);
  });

  test("of a day to come is held: its ages would be everyone's", async () => {
    const year = new Date().getFullYear() + 2;
    const workspace = make({ [`list_${year}0105.csv`]: first });
    const { files, outcomes } = await stand(workspace);
    expect(files).toEqual([`list_${year}0105.csv: held (E111)`]);
    expect(outcomes[0]!.message).toBe(`its name says ${year}-01-05, a day that is still to come`);
  });

  test("that went away or cannot be read is held by name, and settled when it can be read", async () => {
    const workspace = make({});
    const arrival = { name: "list_20260105.csv", modified: new Date(0), accepted: false };
    const claim = claimOf(arrival.name, workspace)!;
    const state = await openState(workspace);
    for (const path of [join(workspace.inbox, "list_20260105.csv"), workspace.inbox]) {
      const missing: Arrival = { ...arrival, ...claim, path };
      const outcome = await intake(state, workspace, missing, "test");
      expect(outcome).toMatchObject({
        result: "held",
        code: "E110",
        message: expect.stringContaining("could not be opened"),
      });
    }
    state.close();
    drop(workspace, "list_20260105.csv", first);
    expect(new Set((await stand(workspace)).files)).toEqual(
      new Set(["list_20260105.csv: superseded", "list_20260105.csv: effective"]),
    );
  });

  test("that two sources claim is held until they no longer do", async () => {
    const workspace = make({ "list_20260105.csv": first });
    const [list, visits] = workspace.sources;
    const both = { ...workspace, sources: [{ ...visits!, files: ["list*.csv"] }, list!] };
    expect((await stand(both)).files).toEqual(["list_20260105.csv: held (E108)"]);
    expect(new Set((await stand(workspace)).files)).toEqual(
      new Set(["list_20260105.csv: superseded", "list_20260105.csv: effective"]),
    );
  });

  test("of a source that was switched off neither counts nor is held", async () => {
    const workspace = make({ "list_20260105.csv": first, "appointments_20260119.csv": "Appointment\nA1" });
    await stand(workspace);
    const without = { ...workspace, sources: workspace.sources.slice(0, 1) };
    expect((await stand(without)).files).toEqual(["list_20260105.csv: effective"]);
  });

  test("that no source takes is told with the nearest one, folders and links by what they are", () => {
    const workspace = make({
      "list_20261305.csv": first,
      "list.csv": first,
      "apointments 2026.csv": "x",
      "summer.jpg": "x",
      ".hidden": "x",
      "~$list.xlsx": "x",
    });
    mkdirSync(join(workspace.inbox, "list_20260106.csv"));
    writeFileSync(join(workspace.dir, "outside.csv"), first);
    symlinkSync(join(workspace.dir, "outside.csv"), join(workspace.inbox, "list_20260107.csv"));
    renameSync(join(workspace.inbox, "list.csv"), join(workspace.inbox, "list_.csv"));
    expect(sift(workspace).map((f) => ("reason" in f ? `${f.name} ${f.reason}` : f.name))).toEqual([
      "apointments 2026.csv matches no source's `files`; the nearest is visits: appointments_{as_of:yyyyMMdd}*.csv",
      "list_.csv is like list, but its name holds no day as in list_{as_of:yyyyMMdd}*.csv",
      "list_20260106.csv is a folder; only files of the inbox itself are read",
      "list_20260107.csv is a link; put the file itself here",
      "list_20261305.csv is like list, but its name holds no day as in list_{as_of:yyyyMMdd}*.csv",
      "summer.jpg matches no source's `files`",
    ]);
    rmSync(workspace.inbox, { recursive: true });
    expect(sift(workspace)).toEqual([]);
  });
});

test("a name cannot move a terminal's cursor or turn its text around", () => {
  expect(printable("a\u001b[2Jb\u202ecsv.exe\n")).toBe("a\\u{1b}[2Jb\\u{202e}csv.exe\\u{a}");
  expect(printable("Überweisung – 5.csv")).toBe("Überweisung – 5.csv");
});
