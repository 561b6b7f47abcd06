// `keepage schedule`: runs by the cron line of keepage.yaml in the workspace's time zone, one at a time, until stopped. A run that was
// missed while the machine was off is noticed and made up for.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createTask, type ScheduledTask, validateDetailed } from "node-cron";
import type { Workspace } from "./config.ts";
import { KeepageError } from "./errors.ts";
import { lastRun } from "./ledger.ts";
import { currentRelease } from "./publish.ts";
import { placeOf } from "./settings/yaml.ts";

export interface ScheduleHooks {
  /** One whole run. A second one is never begun before it settles. */
  readonly onRun: () => Promise<unknown>;
  /** A line for people. */
  readonly onLine: (line: string) => void;
  /** What a run threw; the schedule goes on. */
  readonly onError: (error: unknown) => void;
}

/** Proves the cron line. Throws E004 with its place in keepage.yaml. */
export function proveSchedule(workspace: Workspace): void {
  const cron = workspace.settings.run.schedule;
  const { valid, errors } = validateDetailed(cron);
  // node-cron takes a sixth field for seconds; a run every second is nobody's wish.
  if (valid && cron.trim().split(/\s+/).length === 5) return;
  const file = join(workspace.dir, "keepage.yaml");
  const place = placeOf(file, ["run", "schedule"]) ?? file;
  const what = valid ? "it has not five fields" : (errors[0]?.message ?? "it cannot be read");
  throw new KeepageError("E004", `${place}: "run.schedule" is wrong: "${cron}": ${what}.`, {
    place,
    todo: 'Give minute, hour, day of month, month and day of week, such as "30 5 * * *" for 5:30 every day.',
  });
}

/** Time in the workspace's zone, for people: Tue 2026-05-05 05:30. */
function shown(instant: Date, zone: string): string {
  const weekday = instant.toLocaleString("en-US", { weekday: "short", timeZone: zone });
  return `${weekday} ${instant.toLocaleString("sv-SE", { timeZone: zone }).slice(0, 16)}`;
}

const minute = 60_000;
/** How far back a missed run is looked for. */
const reach = 35 * 24 * 60;

/** The newest time at or before `now` at which the schedule was due, or undefined where it was not within the last 35 days. */
export function lastDue(task: Pick<ScheduledTask, "match">, now: Date): Date | undefined {
  const start = Math.floor(now.getTime() / minute) * minute;
  for (let n = 0; n <= reach; n++) {
    const at = new Date(start - n * minute);
    if (task.match(at)) return at;
  }
  return undefined;
}

/**
 * Starts the schedule. A missed run is made at once. Returns what stops it: no further run begins, and the promise settles when the
 * running one has.
 */
export async function schedule(workspace: Workspace, hooks: ScheduleHooks): Promise<() => Promise<void>> {
  proveSchedule(workspace);
  const { time_zone: zone, run } = workspace.settings;
  let running: Promise<void> | undefined;
  let stopping = false;
  const sayNext = () => {
    const next = task.getNextRun();
    if (next && !stopping) hooks.onLine(`next run ${shown(next, zone)} (${zone})`);
  };
  const begin = (): Promise<void> => {
    running = (async () => {
      try {
        await hooks.onRun();
      } catch (error) {
        hooks.onError(error);
      }
    })().finally(() => {
      running = undefined;
      sayNext();
    });
    return running;
  };
  const task = createTask(
    run.schedule,
    ({ date }) => {
      if (stopping) return;
      if (running) hooks.onLine(`${shown(date, zone)}: skipped, the run before it is still at work`);
      else void begin();
    },
    { timezone: zone, suppressMissedWarning: true, name: workspace.dir },
  );
  // A machine that slept through a tick makes up for it when it wakes.
  task.on("execution:missed", ({ date }) => {
    if (stopping || running) return;
    hooks.onLine(`the run of ${shown(date, zone)} was missed: running now`);
    void begin();
  });
  const missed = await missedRun(workspace, task, new Date());
  await task.start();
  if (missed) {
    hooks.onLine(`the run of ${shown(missed, zone)} was missed: running now`);
    void begin();
  } else sayNext();
  return async () => {
    stopping = true;
    await task.destroy();
    if (running) hooks.onLine("stopping when this run is done");
    await running;
  };
}

/** When a run was due that did not begin; a workspace that never ran has missed nothing. */
async function missedRun(workspace: Workspace, task: ScheduledTask, now: Date): Promise<Date | undefined> {
  if (!existsSync(workspace.state) && currentRelease(workspace) === null) return undefined;
  const last = await lastRun(workspace);
  const due = lastDue(task, now);
  if (!last || !due) return undefined;
  return last < due ? due : undefined;
}
