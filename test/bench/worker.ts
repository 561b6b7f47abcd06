// One measured task in a process of its own: prints seconds and the peak resident set as JSON.
import { rmSync, statSync } from "node:fs";
import { basename } from "node:path";
import { readWorkspace } from "../../pipeline/config.ts";
import { literal, open } from "../../pipeline/duckdb.ts";
import { claimOf } from "../../pipeline/inbox.ts";
import { intake } from "../../pipeline/intake.ts";
import { run } from "../../pipeline/run.ts";
import { openState } from "../../pipeline/state.ts";

export type Task =
  | { kind: "bare"; files: string[]; database: string }
  | { kind: "intake"; workspace: string; file: string }
  | { kind: "run"; workspace: string };

export interface Measured {
  /** Wall-clock seconds. */
  readonly seconds: number;
  /** Processor seconds of all threads: what remains comparable on a busy machine. */
  readonly cpu: number;
  /** Largest resident set, bytes. */
  readonly peak: number;
}

const tasks = {
  /** What any tool must do at least: the same file into a DuckDB table of text, on disk. */
  async bare(task: Extract<Task, { kind: "bare" }>) {
    rmSync(task.database, { force: true });
    const database = await open(task.database, { memory: "2.5GB" });
    for (const [n, file] of task.files.entries()) {
      await database.connection.run(
        `create table t${n} as select * from read_csv(${literal(file)}, all_varchar = true)`,
      );
    }
    await database.connection.run("checkpoint");
    database.close();
    return () => rmSync(task.database, { force: true });
  },

  async intake(task: Extract<Task, { kind: "intake" }>) {
    const workspace = readWorkspace(task.workspace);
    const state = await openState(workspace);
    const name = basename(task.file);
    const hit = claimOf(name, workspace)!;
    const arrival = { path: task.file, name, modified: statSync(task.file).mtime, ...hit, accepted: false };
    const outcome = await intake(state, workspace, arrival, "bench");
    if (outcome.result !== "loaded") throw new Error(`${name}: ${outcome.message}`);
    await state.connection.run("checkpoint");
    state.close();
  },

  async run(task: Extract<Task, { kind: "run" }>) {
    await run(readWorkspace(task.workspace), {
      site: false,
      onEvent: (event) => {
        if (process.env.BENCH_VERBOSE) process.stderr.write(`${JSON.stringify(event).slice(0, 160)}\n`);
      },
    });
  },
};

const task = JSON.parse(process.argv[2]!) as Task;
const began = performance.now();
const after = await (tasks[task.kind] as (task: Task) => Promise<(() => void) | undefined>)(task);
const seconds = (performance.now() - began) / 1000;
const used = process.cpuUsage();
after?.();
process.stdout.write(
  `${JSON.stringify({ seconds, cpu: (used.user + used.system) / 1e6, peak: process.resourceUsage().maxRSS * 1024 } satisfies Measured)}\n`,
);
