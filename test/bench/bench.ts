// Measures what keepage promises, each figure as a ratio against its reference in the same run: npm run bench [-- --quick]
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { copyLargeWorkspace, largeAsOf, writeLarge } from "../../fixtures/large.ts";
import { home } from "../../pipeline/config.ts";
import { measureSite } from "./site.ts";
import type { Measured, Task } from "./worker.ts";

interface Figure {
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
  readonly bar: number | null;
  readonly passed: boolean | null;
  /** What the value was measured against, in this run. */
  readonly reference: string;
}

const { values: options } = parseArgs({
  options: { quick: { type: "boolean" }, rows: { type: "string" }, keep: { type: "boolean" } },
});
const figures: Figure[] = [];

function tell(figure: string, value: number, unit: string, bar: number | null, reference: string): void {
  const passed = bar === null ? null : value <= bar;
  figures.push({ figure, value, unit, bar, passed, reference });
  const verdict = passed === null ? "" : passed ? "  within" : "  OVER";
  const limit = bar === null ? "" : `  bar ${bar}`;
  process.stdout.write(
    `${figure.padEnd(44)} ${value.toFixed(2).padStart(9)} ${unit.padEnd(8)}${limit}${verdict}  (${reference})\n`,
  );
}

/** Each task has a process of its own, so that memory and caches of one do not help or hurt the next. */
function measure(task: Task): Promise<Measured> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, "worker.ts"), JSON.stringify(task)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
    });
    child.on("close", (code) => {
      if (code === 0) done(JSON.parse(text.trim().split("\n").at(-1)!) as Measured);
      else fail(new Error(`${task.kind} failed with exit code ${code}`));
    });
  });
}

const median = (list: readonly number[]) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]!;
const millions = (rows: number) => `${rows / 1e6} M`;

async function large(rows: number, base: string): Promise<{ run: number; feeds: number }> {
  const day = largeAsOf.replaceAll("-", "");
  const file = join(base, `referrals_${day}.csv`);
  await writeLarge(file, rows);
  const label = millions(rows);
  const bytes = statSync(file).size / 1e6;
  const bare: number[] = [];
  const bareLoad = async () =>
    bare.push((await measure({ kind: "bare", files: [file], database: join(base, "bare.duckdb") })).seconds);
  await bareLoad();

  const dir = join(base, "workspace");
  copyLargeWorkspace(dir);
  const intake = await measure({ kind: "intake", workspace: dir, file });
  await bareLoad();

  const inbox = copyLargeWorkspace(dir);
  await writeLarge(join(inbox, `referrals_${day}.csv`), rows);
  const first = await measure({ kind: "run", workspace: dir });
  await bareLoad();
  const next = "2026-09-29";
  await writeLarge(join(inbox, `referrals_${next.replaceAll("-", "")}.csv`), rows, {
    asOf: next,
    changedFraction: 0.01,
  });
  const second = await measure({ kind: "run", workspace: dir });

  const reference = median(bare);
  const of = `bare DuckDB load of ${bytes.toFixed(0)} MB: ${reference.toFixed(2)} s`;
  tell(`intake, ${label} rows`, intake.seconds / reference, "x", 2, of);
  tell(`whole run without site, ${label} rows`, first.seconds / reference, "x", 4, of);
  tell(
    `next day's run, 1% changed, ${label} rows`,
    second.seconds / first.seconds,
    "x",
    0.6,
    `first run: ${first.seconds.toFixed(2)} s`,
  );
  tell(
    `peak memory, ${label} rows`,
    Math.max(intake.peak, first.peak, second.peak) / 2 ** 30,
    "GiB",
    4,
    "largest resident set of the measured processes",
  );
  rmSync(dir, { recursive: true, force: true });
  return { run: first.seconds / reference, feeds: 0 };
}

/** Referrals with their event history and appointments: every model has work to do. */
async function lifecycle(rows: number, base: string): Promise<void> {
  const day = largeAsOf.replaceAll("-", "");
  const dir = join(base, "workspace");
  const inbox = copyLargeWorkspace(dir);
  const files = ["referrals", "appointments", "events"].map((name) => join(inbox, `${name}_${day}.csv`));
  await writeLarge(files[0]!, rows, { appointments: files[1]!, events: files[2]! });
  const bare = await measure({ kind: "bare", files, database: join(base, "bare.duckdb") });
  const run = await measure({ kind: "run", workspace: dir });
  const of = `bare DuckDB load of the three files: ${bare.seconds.toFixed(2)} s`;
  tell(
    `whole run, ${millions(rows)} referrals, 3 events and 1.2 appointments each`,
    run.seconds / bare.seconds,
    "x",
    4,
    of,
  );
  tell(`its peak memory`, run.peak / 2 ** 30, "GiB", 4, "resident set of the process");
  rmSync(dir, { recursive: true, force: true });
}

/** The site of invented people: built, opened and filtered in a real browser. */
async function site(): Promise<void> {
  for (const { figure, value, unit, bar, reference } of await measureSite()) tell(figure, value, unit, bar, reference);
}

/** All tests, as the README's command runs them; what they print is shown only where they fail. */
async function suite(): Promise<void> {
  const began = performance.now();
  const child = spawn("npm", ["test"], { cwd: home, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      text += chunk;
    });
  const code = await new Promise((done) => child.on("close", done));
  if (code !== 0) throw new Error(`npm test failed with exit code ${code}:\n${text.slice(-4000)}`);
  const seconds = (performance.now() - began) / 1000;
  tell("npm test, whole suite", seconds, "s", 180, `${availableParallelism()} cores`);
}

const out = join(home, "bench");
mkdirSync(out, { recursive: true });
const base = mkdtempSync(join(out, "work-"));
try {
  const rows = Number(options.rows ?? 1_000_000);
  const small = await large(rows, base);
  await lifecycle(rows, base);
  await site();
  if (!options.quick) {
    await suite();
    const big = await large(rows * 10, base);
    tell(
      "whole run at ten times the rows ÷ at one",
      big.run / small.run,
      "x",
      1,
      "ratio to the bare load at one: no worse",
    );
  }
} finally {
  if (!options.keep) rmSync(base, { recursive: true, force: true });
  writeFileSync(join(out, "latest.json"), `${JSON.stringify(figures, null, 2)}\n`);
}
