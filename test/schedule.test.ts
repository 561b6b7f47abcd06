// The schedule: in the workspace's time zone, one run at a time, missed runs made up for, a graceful end. The clock here is a false one.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createTask } from "node-cron";
import { afterEach, describe, expect, test, vi } from "vitest";
import { home, readWorkspace, type Workspace } from "../pipeline/config.ts";
import { lastRun, readState, recordRun, runRows } from "../pipeline/ledger.ts";
import { run } from "../pipeline/run.ts";
import { lastDue, proveSchedule, schedule } from "../pipeline/schedule.ts";
import { openState } from "../pipeline/state.ts";
import { few } from "./fixture.ts";
import { log, put, workspace } from "./workspace.ts";

// Databases and processes take their time on a busy machine; no test here is about time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

afterEach(() => {
  vi.useRealTimers();
});

const minute = 60_000;
function at(cron: string): Workspace {
  const found = readWorkspace(workspace());
  return { ...found, settings: { ...found.settings, run: { ...found.settings.run, schedule: cron } } };
}

/** Hooks that remember what they were told; each run lasts until `finish` is called. */
function hooks() {
  const lines: string[] = [];
  const errors: unknown[] = [];
  let begun = 0;
  let finish: (error?: unknown) => void = () => {};
  return {
    lines,
    errors,
    runs: () => begun,
    finish: (error?: unknown) => finish(error),
    onLine: (line: string) => lines.push(line),
    onError: (error: unknown) => errors.push(error),
    onRun: () =>
      new Promise<void>((done, fail) => {
        begun++;
        finish = (error) => (error === undefined ? done() : fail(error));
      }),
  };
}

/** A false clock; timers of streams and databases stay real. */
const clock = (now: string) => vi.useFakeTimers({ now: new Date(now), toFake: ["Date", "setTimeout", "clearTimeout"] });

/** A schedule that runs every minute, begun half a minute before the first. */
async function everyMinute() {
  const w = at("* * * * *");
  clock("2026-05-04T10:00:30Z");
  const h = hooks();
  return { h, stop: await schedule(w, h) };
}

describe("one at a time", () => {
  test("a tick begins a run, a tick during it is skipped and said, the next one runs again", async () => {
    const { h, stop } = await everyMinute();
    expect(h.lines).toEqual(["next run Mon 2026-05-04 05:01 (America/Chicago)"]);
    await vi.advanceTimersByTimeAsync(minute);
    expect(h.runs()).toBe(1);
    await vi.advanceTimersByTimeAsync(2 * minute);
    expect(h.runs()).toBe(1);
    expect(h.lines.slice(1)).toEqual([
      "Mon 2026-05-04 05:02: skipped, the run before it is still at work",
      "Mon 2026-05-04 05:03: skipped, the run before it is still at work",
    ]);
    h.finish();
    await vi.advanceTimersByTimeAsync(minute);
    expect(h.runs()).toBe(2);
    h.finish();
    await stop();
  });

  test("a run that fails is reported, and the schedule goes on", async () => {
    const { h, stop } = await everyMinute();
    await vi.advanceTimersByTimeAsync(minute);
    h.finish(new Error("disk full"));
    await vi.advanceTimersByTimeAsync(minute);
    expect(h.errors).toMatchObject([{ message: "disk full" }]);
    expect(h.runs()).toBe(2);
    h.finish();
    await stop();
  });

  test("stopping waits for the run at work and begins no other", async () => {
    const { h, stop } = await everyMinute();
    await vi.advanceTimersByTimeAsync(minute);
    let stopped = false;
    const stopping = stop().then(() => {
      stopped = true;
    });
    await vi.advanceTimersByTimeAsync(3 * minute);
    expect({ stopped, runs: h.runs() }).toEqual({ stopped: false, runs: 1 });
    h.finish();
    await stopping;
    expect(h.lines.at(-1)).toBe("stopping when this run is done");
  });
});

describe("when it is due", () => {
  test("the time is the workspace's zone's, in winter and in summer", () => {
    const task = createTask("30 5 * * *", () => {}, { timezone: "America/Chicago" });
    expect(lastDue(task, new Date("2026-01-10T15:00:00Z"))).toEqual(new Date("2026-01-10T11:30:00Z"));
    expect(lastDue(task, new Date("2026-07-10T15:00:00Z"))).toEqual(new Date("2026-07-10T10:30:00Z"));
    expect(lastDue(task, new Date("2026-07-10T10:29:59Z"))).toEqual(new Date("2026-07-09T10:30:00Z"));
    expect(lastDue(task, new Date("2026-07-10T10:30:00Z"))).toEqual(new Date("2026-07-10T10:30:00Z"));
  });

  test("a weekly time is found from any day; one that is months away is not looked for", () => {
    const weekly = createTask("0 6 * * 1", () => {}, { timezone: "UTC" });
    expect(lastDue(weekly, new Date("2026-05-10T12:00:00Z"))).toEqual(new Date("2026-05-04T06:00:00Z"));
    const yearly = createTask("0 6 1 1 *", () => {}, { timezone: "UTC" });
    expect(lastDue(yearly, new Date("2026-05-10T12:00:00Z"))).toBeUndefined();
  });

  test.each([
    ["61 5 * * *", "61"],
    ["hourly", "hourly"],
    ["* * * * * *", "five fields"],
  ])("a cron line that is wrong is a settings error: %s", (cron, part) => {
    expect(() => proveSchedule(at(cron))).toThrow(
      expect.objectContaining({ code: "E004", message: expect.stringContaining(part) }),
    );
  });
});

describe("a machine that was off", () => {
  const ran = (started_at: string) => ({
    run_id: "20260503-053000",
    started_at,
    finished_at: started_at,
    status: "done" as const,
    release: "20260503-053000",
    message: null,
  });

  test("makes up at the start for the run that was due since the newest one", async () => {
    const w = at("30 5 * * *");
    (await openState(w)).close();
    await recordRun(w, ran("2026-05-03 05:30:02"));
    clock("2026-05-04T15:00:00Z");
    const h = hooks();
    const stop = await schedule(w, h);
    expect(h.lines).toEqual(["the run of Mon 2026-05-04 05:30 was missed: running now"]);
    expect(h.runs()).toBe(1);
    h.finish();
    await stop();
  });

  test("makes up for nothing where the newest run was in time, or where nothing ever ran", async () => {
    const inTime = at("30 5 * * *");
    (await openState(inTime)).close();
    await recordRun(inTime, ran("2026-05-04 05:30:02"));
    const never = at("30 5 * * *");
    clock("2026-05-04T15:00:00Z");
    for (const w of [inTime, never]) {
      const h = hooks();
      const stop = await schedule(w, h);
      expect(h.lines).toEqual(["next run Tue 2026-05-05 05:30 (America/Chicago)"]);
      expect(h.runs()).toBe(0);
      await stop();
    }
  });
});

describe("the ledger of runs", () => {
  test("holds one row for every run that began: done, held, failed; a rebuild keeps them", async () => {
    const dir = workspace({ "log_20260504.csv": log(4) });
    const w = readWorkspace(dir);
    await run(w, few);
    put(dir, "inbox/log_20260511.csv", log(1));
    await expect(run(w, { ...few, accept: ["none.csv"] })).rejects.toMatchObject({ code: "E010" });
    await run(w, { ...few, rebuild: true });
    const state = await readState(w);
    const rows = await runRows(state!.connection);
    state!.close();
    expect(rows.map((r) => [r.status, r.message]).reverse()).toEqual([
      ["done", null],
      ["failed", expect.stringContaining("none.csv")],
      ["held", "log_20260511.csv"],
    ]);
    expect(rows.every((r) => r.finished_at >= r.started_at && (r.status === "failed") === (r.release === null))).toBe(
      true,
    );
    const newest = await lastRun(w);
    expect(Math.abs(newest!.getTime() - Date.now())).toBeLessThan(600_000);
  });
});

test("`keepage schedule` says when it runs next, `keepage serve` where the site is, to machines too; both end well when told to", async () => {
  const dir = workspace();
  put(dir, "current/site/index.html", "<p>here</p>");
  /** The first line of a command that goes on until it is stopped; it must then end well. */
  const firstLine = async (...args: string[]) => {
    const child = spawn(process.execPath, [join(home, "pipeline", "cli.ts"), ...args], { cwd: dir });
    const line = await new Promise<string>((done) => child.stdout.once("data", (chunk) => done(String(chunk))));
    child.kill("SIGTERM");
    expect(await new Promise((done) => child.once("close", (code) => done(code)))).toBe(0);
    return line;
  };
  const [plain, json, site] = await Promise.all([
    firstLine("schedule"),
    firstLine("schedule", "--json"),
    firstLine("serve", "--port", "0", "--json"),
  ]);
  const next = /^next run \w{3} \d{4}-\d\d-\d\d 05:30 \(America\/Chicago\)$/;
  expect(plain.trimEnd()).toMatch(next);
  expect(JSON.parse(json)).toEqual({ kind: "schedule", message: expect.stringMatching(next) });
  expect(JSON.parse(site)).toEqual({ url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/$/) });
});
