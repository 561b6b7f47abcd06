// Years of operation: what an operator breaks, moves, restores or renames is told, and nothing is lost, counted twice or begun anew without a word.
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { readWorkspace, type Workspace } from "../pipeline/config.ts";
import { open } from "../pipeline/duckdb.ts";
import { lacking } from "../pipeline/formats/columns.ts";
import { recordRun } from "../pipeline/ledger.ts";
import { lock } from "../pipeline/lock.ts";
import { currentRelease, releases, rollback, writeFacts } from "../pipeline/publish.ts";
import { type RunEvent, type RunOptions, run, takeIn } from "../pipeline/run.ts";
import { status } from "../pipeline/status.ts";
import { discard, drop, least, smallFiles, smallWorkspace } from "./fixture.ts";

vi.setConfig({ testTimeout: 60_000 });

const made: Workspace[] = [];
afterEach(() => {
  for (const workspace of made.splice(0)) discard(workspace);
});
function make(files = smallFiles): Workspace {
  const workspace = smallWorkspace(files);
  made.push(workspace);
  return workspace;
}

/** Takes files in without a release; tells what was said of files beside that they came. */
async function take(workspace: Workspace, options: RunOptions = {}) {
  const said: string[] = [];
  const { files } = await takeIn(workspace, options, "test", [], (e) => {
    if (e.kind === "standing") said.push(`${e.file.name} ${e.file.standing}: ${e.file.message}`);
    if (e.kind === "stale") said.push(`${e.source} stale`);
  });
  return { said, files: files.map((f) => `${f.name} ${f.standing} ${f.loaded}`) };
}

const counted = async (workspace: Workspace) => (await take(workspace)).files;

/** The workspace with its source `list` under another name. */
function renamed(workspace: Workspace, to: string): Workspace {
  renameSync(join(workspace.dir, "sources/list"), join(workspace.dir, `sources/${to}`));
  const yaml = join(workspace.dir, "keepage.yaml");
  writeFileSync(yaml, readFileSync(yaml, "utf8").replace("[list,", `[${to},`));
  return readWorkspace(workspace.dir);
}

function emptyInbox({ inbox }: Workspace): void {
  for (const name of readdirSync(inbox)) rmSync(join(inbox, name));
}

describe("--rebuild", () => {
  test("that fails in its midst leaves the state as it was", async () => {
    const workspace = make();
    const before = await counted(workspace);
    emptyInbox(workspace);
    let seen = 0;
    const fail = (event: RunEvent) => {
      if (event.kind === "file" && ++seen === 2) throw new Error("the disk went away");
    };
    await expect(takeIn(workspace, { rebuild: true }, "test", [], fail)).rejects.toThrow("the disk went away");
    expect(await counted(workspace)).toEqual(before);
  });

  test("is refused where the archive lacks what is in use, and nothing is changed; the file itself brought again heals it", async () => {
    const workspace = make();
    const before = await counted(workspace);
    const archive = join(workspace.state, "archive");
    emptyInbox(workspace);
    for (const name of readdirSync(archive)) rmSync(join(archive, name));
    await expect(take(workspace, { rebuild: true })).rejects.toMatchObject({
      code: "E406",
      message: expect.stringMatching(
        /lacks 4 files .*: list_20260105\.csv, list_20260112\.csv, .* and 1 more\. Nothing was changed/,
      ),
    });
    expect(await counted(workspace)).toEqual(before);
    for (const [name, text] of Object.entries(smallFiles)) drop(workspace, name, text);
    expect((await take(workspace, { rebuild: true })).files).toEqual(before);
  });

  test("keeps files that no source takes for the day when one does", async () => {
    const workspace = make();
    const before = await counted(workspace);
    emptyInbox(workspace);
    const without = { ...workspace, sources: workspace.sources.filter((s) => s.name !== "list") };
    expect((await take(without, { rebuild: true })).files).toEqual(["appointments_20260119.csv effective 3"]);
    expect((await status(without)).text).toContain(
      "  list\n    3 files, such as list_20260105.csv: are in no release, as list is not switched on",
    );
    const { held } = await status(workspace);
    expect(held.map((f) => f.code)).toEqual(["E112", "E112", "E112"]);
    expect(held[0]!.todo).toContain("--rebuild");
    expect((await take(workspace, { rebuild: true })).files).toEqual(before);
  });
});

describe("what counted in the release before and is gone", () => {
  test("is told where a source was renamed, until everything is loaded anew", async () => {
    const workspace = make();
    await run(workspace, least);
    emptyInbox(workspace);
    const other = renamed(workspace, "queue");
    const { missing } = await run(other, least);
    const told = "3 files, such as list_20260105.csv: are queue's now; `keepage run --rebuild` reads them";
    expect(missing).toEqual([told]);
    const { last_run, text } = await status(other);
    expect(last_run).toMatchObject({ status: "missing", message: told });
    expect(text).toContain(`, done, but ${told}\n`);
    expect((await run(other, { ...least, rebuild: true })).missing).toEqual([]);
    expect((await status(other)).off).toEqual([]);
  });

  test("is told where the state is older than the release; a file that was left out for good is not missed", async () => {
    const [late = "", ...early] = Object.keys(smallFiles).reverse();
    const workspace = make(Object.fromEntries(early.map((name) => [name, smallFiles[name]!])));
    await run(workspace, least);
    const backup = join(workspace.dir, "backup");
    cpSync(workspace.state, backup, { recursive: true });
    drop(workspace, late, smallFiles[late]!);
    await run(workspace, { ...least, forget: [early[0]!] }).then(({ missing }) => expect(missing).toEqual([]));
    emptyInbox(workspace);
    rmSync(workspace.state, { recursive: true });
    renameSync(backup, workspace.state);
    const { missing } = await run(workspace, least);
    expect(missing).toEqual([
      expect.stringMatching(`^the release before had ${late}, and the state does not know it: `),
    ]);
  });

  test("stops the run where the state or the key went away, until someone says to begin anew", async () => {
    const workspace = make();
    await run(workspace, least);
    const { state } = workspace;
    rmSync(join(state, "key"));
    await expect(run(workspace, least)).rejects.toMatchObject({
      code: "E402",
      message: expect.stringContaining("key is missing"),
    });
    expect(existsSync(join(state, "key"))).toBe(false);
    writeFileSync(join(state, "key"), "1".repeat(64));
    await expect(run(workspace, least)).rejects.toMatchObject({
      code: "E402",
      message: expect.stringContaining("is not the key with which this state was made"),
    });
    rmSync(join(state, "state.duckdb"));
    for (const command of [run(workspace, least), status(workspace)])
      await expect(command).rejects.toMatchObject({
        code: "E402",
        message: expect.stringContaining("state.duckdb is missing"),
        todo: expect.stringContaining("--rebuild"),
      });
    await run(workspace, { ...least, rebuild: true });
    expect((await counted(workspace)).length).toBe(4);
  });
});

describe("a file", () => {
  test("that does not count, as another of its name was written later, is told so; to leave that one out brings it back", async () => {
    const list = smallFiles["list_20260105.csv"]!;
    const short = list.split("\n").slice(0, 5).join("\n");
    const workspace = make({});
    drop(workspace, "list_20260105.csv", short, 3600);
    await take(workspace);
    drop(workspace, "list_20260105.csv", list);
    const { said, files } = await take(workspace);
    expect(said).toEqual([
      "list_20260105.csv superseded: superseded by the file of this name written 2026-01-20 07:00",
    ]);
    expect(files).toEqual(["list_20260105.csv superseded 6", "list_20260105.csv effective 4"]);
    expect((await take(workspace, { forget: ["inbox/list_20260105.csv"] })).files).toEqual([
      "list_20260105.csv effective 6",
    ]);
    expect((await status(workspace)).text).toContain(
      "list_20260105.csv, another file than the one of this name that counts",
    );
  });

  test("that was copied with another time is the same file, also where its name tells a month", async () => {
    const workspace = make({});
    const yaml = join(workspace.dir, "sources/list/source.yaml");
    writeFileSync(yaml, readFileSync(yaml, "utf8").replace(/^files: .*$/m, 'files: "list_{as_of:yyyyMM}.csv"'));
    const byMonth = readWorkspace(workspace.dir);
    drop(byMonth, "list_202601.csv", smallFiles["list_20260105.csv"]!);
    await take(byMonth);
    utimesSync(join(byMonth.inbox, "list_202601.csv"), 1_800_000_000, 1_800_000_000);
    expect(await counted(byMonth)).toEqual(["list_202601.csv effective 6"]);
  });

  test("that was read otherwise than its source says now is told at every run", async () => {
    const workspace = make();
    await take(workspace);
    const yaml = join(workspace.dir, "sources/list/source.yaml");
    writeFileSync(yaml, readFileSync(yaml, "utf8").replace("  payer: Payer\n", "ignore: [Payer]\n"));
    const other = readWorkspace(workspace.dir);
    expect((await take(other)).said).toEqual(["list stale"]);
    expect((await take(other, { rebuild: true })).said).toEqual([]);
  });

  test("that was held and taken out of the inbox is read from the archive once its source is mended, beside the older ones", async () => {
    const workspace = make();
    drop(workspace, "list_20260126.csv", smallFiles["list_20260119.csv"]!.replace("Status", "Outcome"));
    expect((await take(workspace)).files).toContain("list_20260126.csv held 0");
    emptyInbox(workspace);
    const [held] = (await status(workspace)).held;
    expect(held!.why).toBe('column "Status" is missing; new is "Outcome"');
    expect(held!.todo).toMatch(
      /^It is no longer in the inbox; once mended, `keepage run --rebuild` reads .*first_of: \[OLD, NEW\]/,
    );
    const yaml = join(workspace.dir, "sources/list/source.yaml");
    writeFileSync(
      yaml,
      readFileSync(yaml, "utf8").replace("status: Status", "status: { first_of: [Status, Outcome] }"),
    );
    const { files } = await take(readWorkspace(workspace.dir), { rebuild: true });
    expect(files.every((f) => f.includes(" effective "))).toBe(true);
    expect(files.filter((f) => f.startsWith("list_"))).toHaveLength(4);
  });

  test("whose column is missing names the few columns that nobody knows", () => {
    expect(lacking([["Result"]], ["How", "Outcome"])).toBe('column "Result" is missing; new are "How", "Outcome"');
    expect(lacking([["Result"]], ["Zone"])).toBe('column "Result" is missing; new is "Zone"');
    expect(lacking([["Result"]], ["A", "B", "C", "D", "E", "F"])).toBe('column "Result" is missing');
  });
});

describe("a workspace", () => {
  test("that was copied with the rights of another place and without links is private again and publishes again", async () => {
    const workspace = make();
    await run(workspace, least);
    const first = currentRelease(workspace)!;
    const { state, current } = workspace;
    rmSync(current);
    cpSync(join(workspace.releases, first), current, { recursive: true });
    for (const folder of [state, join(state, "archive")]) chmodSync(folder, 0o755);
    chmodSync(join(state, "key"), 0o644);
    expect(currentRelease(workspace)).toBe(first);
    await run(workspace, least);
    const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
    expect([mode(state), mode(join(state, "archive")), mode(join(state, "key"))]).toEqual(["700", "700", "600"]);
    expect(releases(workspace)).toEqual([first, currentRelease(workspace)]);
  });

  test("whose clock was put back names its releases in their order; damage to one keeps the next from nothing", async () => {
    const workspace = make();
    const future = join(workspace.releases, "29991231-235959");
    mkdirSync(future, { recursive: true });
    const counts = { files: 4, held: 0, models: 1, pages: 0, worklists: 0 };
    writeFacts(future, { run_id: "29991231-235959", as_of: "2026-01-19 23:59:59", ...counts });
    writeFileSync(join(future, "warehouse.duckdb"), "no database");
    symlinkSync(future, workspace.current);
    await counted({ ...workspace, current: join(workspace.dir, "none") });
    const times = { started_at: "2999-12-31 23:59:59", finished_at: "2999-12-31 23:59:59" };
    await recordRun(workspace, { run_id: "29991231-235959", ...times, status: "done", release: null, message: null });
    await run(workspace, least);
    expect(currentRelease(workspace)).toBe("29991231-235959-002");
    expect((await status(workspace)).last_run?.run_id).toBe("29991231-235959-002");
    expect(rollback(workspace)).toBe("29991231-235959");
    writeFileSync(join(future, "run.json"), "");
    expect((await status(workspace)).releases.map((r) => r.run_id)).toEqual(["29991231-235959-002"]);
  });

  test("is not rolled back under a run's hands; a run that was killed is told", async () => {
    const workspace = make();
    await run(workspace, least);
    await run(workspace, least);
    const unlock = lock(workspace);
    expect(() => rollback(workspace)).toThrow(expect.objectContaining({ code: "E401" }));
    expect((await status(workspace)).cut_off).toBeNull();
    unlock();
    writeFileSync(join(workspace.state, "lock"), "999999999 1");
    expect((await status(workspace)).text).toMatch(
      /\ncut off {4}20.*, a run that did not come to its end: keepage run\n/,
    );
    await run(workspace, least);
    expect((await status(workspace)).cut_off).toBeNull();
  });

  test("whose state another version has made says so, and is loaded anew where one says so", async () => {
    const workspace = make();
    const before = await counted(workspace);
    const path = join(workspace.state, "state.duckdb");
    const old = await open(path);
    await old.connection.run("alter table ledger.file drop column part; alter table ledger.reject drop column kept");
    old.close();
    const other = {
      code: "E402",
      message: expect.stringContaining("ledger.file has no part"),
      todo: expect.stringContaining("--rebuild"),
    };
    await expect(take(workspace)).rejects.toMatchObject(other);
    await expect(status(workspace)).rejects.toMatchObject(other);
    expect((await take(workspace, { rebuild: true })).files).toEqual(before);
  });

  test("whose state this account may not see is not taken for an empty one", async () => {
    const workspace = make({});
    const file = join(workspace.state, "state.duckdb");
    symlinkSync(file, file);
    await expect(status(workspace)).rejects.toMatchObject({ code: "E402" });
  });
});
