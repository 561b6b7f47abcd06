// kill -9 at many different moments of a run: the next run ends as if nothing had happened, and readers always find a whole release.
import { spawn } from "node:child_process";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { home, type Workspace } from "../pipeline/config.ts";
import { run } from "../pipeline/run.ts";
import { discard, drop, fingerprints, smallFiles, smallWorkspace } from "./fixture.ts";

/** Starts `keepage run` and kills it once it has said `lines` lines, or `delay` milliseconds after that. Gives the signal it died by. */
function killedRun(workspace: Workspace, lines: number, delay: number): Promise<NodeJS.Signals | null> {
  return new Promise((done, fail) => {
    const args = [join(home, "pipeline", "cli.ts"), "run", "--json", "--no-site", "--workspace", workspace.dir];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"] });
    let said = 0;
    const kill = () => setTimeout(() => child.kill("SIGKILL"), delay);
    if (lines === 0) kill();
    child.stdout.on("data", (chunk: Buffer) => {
      const before = said;
      said += chunk.toString().split("\n").length - 1;
      if (before < lines && said >= lines) kill();
    });
    child.on("error", fail);
    child.on("close", (_, signal) => done(signal));
  });
}

/** 32 moments: while the process starts, after each file, within the build, around the worklists and the last rename. */
const moments = [
  ...Array.from({ length: 8 }, (_, n) => ({ lines: 0, delay: 60 + n * 45 })),
  ...Array.from({ length: 12 }, (_, n) => ({ lines: 1 + n, delay: (n * 7) % 23 })),
  ...Array.from({ length: 12 }, (_, n) => ({ lines: 16 + n * 4, delay: (n * 11) % 17 })),
];

test("a run killed at any of 32 moments leaves nothing half done", async () => {
  const clean = smallWorkspace();
  const killed = smallWorkspace({});
  try {
    await run(clean, { site: false });
    const names = Object.keys(smallFiles);
    let died = 0;
    let seen = "";
    for (const [n, { lines, delay }] of moments.entries()) {
      const next = names[n % names.length]!;
      if (!existsSync(join(killed.inbox, next))) drop(killed, next, smallFiles[next]!);
      if ((await killedRun(killed, lines, delay)) === "SIGKILL") died++;
      // What readers see is nothing yet, or a release with everything in it.
      if (existsSync(killed.current)) {
        const release = realpathSync(killed.current);
        expect(JSON.parse(readFileSync(join(release, "run.json"), "utf8"))).toHaveProperty("as_of");
        if (release !== seen) await fingerprints(killed);
        seen = release;
      }
    }
    expect(died).toBeGreaterThanOrEqual(30);
    const report = await run(killed, { site: false });
    expect(report.held).toEqual([]);
    expect(await fingerprints(killed)).toEqual(await fingerprints(clean));
  } finally {
    discard(clean);
    discard(killed);
  }
});
