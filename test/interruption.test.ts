// kill -9 at many different moments of a run: the next run ends as if nothing had happened, and readers always find a whole release.
import { spawn } from "node:child_process";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { home, type Workspace } from "../pipeline/config.ts";
import { run } from "../pipeline/run.ts";
import { discard, drop, fingerprints, smallFiles, smallWorkspace } from "./fixture.ts";

/** Starts a run and kills it at the moment. Gives the signal it died by and the last line it said. */
function killedRun(
  workspace: Workspace,
  { after, delay }: Moment,
): Promise<{ signal: NodeJS.Signals | null; last: string }> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [join(home, "test", "killable.ts"), workspace.dir], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const said: string[] = [];
    const kill = () => setTimeout(() => child.kill("SIGKILL"), delay);
    const due = () => (typeof after === "number" ? said.length >= after : said.includes(after));
    if (due()) kill();
    child.stdout.on("data", (chunk: Buffer) => {
      const before = due();
      said.push(...chunk.toString().trim().split("\n"));
      if (!before && due()) kill();
    });
    child.on("error", fail);
    child.on("close", (_, signal) => done({ signal, last: said.at(-1) ?? "" }));
  });
}

interface Moment {
  /** So many lines, or this one. */
  readonly after: number | string;
  /** Milliseconds more. */
  readonly delay: number;
}

const files = Object.keys(smallFiles).length;

/** While the process starts, after files, within the build, around the worklists and the last rename. */
const moments: readonly Moment[] = [
  ...Array.from({ length: 6 }, (_, n) => ({ after: 0, delay: 50 + n * 60 })),
  ...Array.from({ length: 7 }, (_, n) => ({ after: 1 + (n % files), delay: (n * 7) % 23 })),
  ...Array.from({ length: 8 }, (_, n) => ({ after: files + 2 + n * 4, delay: (n * 11) % 17 })),
  ...Array.from({ length: 7 }, (_, n) => ({ after: "model marts.open_referral", delay: n * 9 })),
  ...Array.from({ length: 4 }, (_, n) => ({ after: "publish worklists", delay: n * 9 })),
];

test("a run killed at any of 32 moments leaves nothing half done", async () => {
  const clean = smallWorkspace();
  const killed = smallWorkspace({});
  try {
    await run(clean, { site: false });
    const names = Object.keys(smallFiles);
    const last = new Set<string>();
    let died = 0;
    let seen = "";
    for (const [n, moment] of moments.entries()) {
      const next = names[n % names.length]!;
      if (!existsSync(join(killed.inbox, next))) drop(killed, next, smallFiles[next]!);
      const end = await killedRun(killed, moment);
      if (end.signal === "SIGKILL") died++;
      last.add(end.last.split(" ")[0]!);
      // What readers see is nothing yet, or a release with everything in it.
      if (existsSync(killed.current)) {
        const release = realpathSync(killed.current);
        expect(JSON.parse(readFileSync(join(release, "run.json"), "utf8"))).toHaveProperty("as_of");
        if (release !== seen) await fingerprints(killed);
        seen = release;
      }
    }
    expect(died).toBeGreaterThanOrEqual(30);
    for (const kind of ["", "file", "model", "publish"]) expect([...last], "died after").toContain(kind);
    const report = await run(killed, { site: false });
    expect(report.held).toEqual([]);
    expect(await fingerprints(killed)).toEqual(await fingerprints(clean));
  } finally {
    discard(clean);
    discard(killed);
  }
});
