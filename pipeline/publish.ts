// Releases: a directory per run, published by one rename of the `current` link, pruned, and rolled back by the same rename.
import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join, relative } from "node:path";
import type { Workspace } from "./config.ts";
import { KeepageError } from "./errors.ts";
import { lock } from "./lock.ts";

/** What a release says of itself, in run.json beside its warehouse. */
export interface ReleaseFacts {
  readonly run_id: string;
  readonly as_of: string;
  readonly files: number;
  readonly held: number;
  readonly models: number;
  readonly pages: number;
  readonly worklists: number;
}

/** Points `current` at a finished release: one rename, so readers see the old release or the new one and nothing between. */
export function swap(workspace: Workspace, release: string): void {
  const draft = `${workspace.current}.${process.pid}`;
  rmSync(draft, { force: true });
  symlinkSync(relative(workspace.dir, release), draft);
  // A copy that follows links has made a folder of it, with a release that is in `releases` too.
  if (copiedRelease(workspace)) rmSync(workspace.current, { recursive: true });
  renameSync(draft, workspace.current);
}

/** Name of the release that a copy of the workspace has put in place of the link; null where `current` is a link or nothing. */
function copiedRelease(workspace: Workspace): string | null {
  if (!lstatSync(workspace.current, { throwIfNoEntry: false })?.isDirectory()) return null;
  const run = factsIn(workspace.current)?.run_id;
  return run && existsSync(join(workspace.releases, run)) ? run : null;
}

/** Name of the published release, or null before the first. */
export function currentRelease(workspace: Workspace): string | null {
  try {
    return basename(readlinkSync(workspace.current));
  } catch {
    return copiedRelease(workspace);
  }
}

/** Finished releases, oldest first. A directory without a whole run.json was never finished. */
export function releases(workspace: Workspace): string[] {
  if (!existsSync(workspace.releases)) return [];
  return readdirSync(workspace.releases)
    .filter((name) => factsIn(join(workspace.releases, name)))
    .sort();
}

export function writeFacts(release: string, facts: ReleaseFacts): void {
  writeFileSync(join(release, "run.json"), `${JSON.stringify(facts, null, 2)}\n`);
}

/** What the finished releases say of themselves, oldest first. */
export function releaseFacts(workspace: Workspace): ReleaseFacts[] {
  return releases(workspace).flatMap((name) => factsIn(join(workspace.releases, name)) ?? []);
}

function factsIn(release: string): ReleaseFacts | null {
  try {
    return JSON.parse(readFileSync(join(release, "run.json"), "utf8")) as ReleaseFacts;
  } catch {
    return null;
  }
}

/** Removes what a killed run left behind, and releases beyond those to keep; never the current one. */
export function prune(workspace: Workspace, keep: number): string[] {
  if (!existsSync(workspace.releases)) return [];
  const current = currentRelease(workspace);
  const finished = releases(workspace);
  const kept = new Set([...finished.slice(-keep), current]);
  const gone = readdirSync(workspace.releases).filter((name) => !kept.has(name));
  for (const name of gone) rmSync(join(workspace.releases, name), { recursive: true, force: true });
  for (const name of readdirSync(workspace.dir)) {
    if (/^current\.\d+$/.test(name)) rmSync(join(workspace.dir, name), { force: true });
  }
  return gone;
}

/**
 * Publishes the release before the current one again. Returns its name.
 * @throws KeepageError E401 while a run is at work, which would publish over it; E302 and E303 where there is nothing to go back to
 */
export function rollback(workspace: Workspace): string {
  const current = currentRelease(workspace);
  if (!current) throw new KeepageError("E302", "Nothing is published.");
  const unlock = lock(workspace);
  try {
    const earlier = releases(workspace).filter((name) => name < current);
    const target = earlier.at(-1);
    if (!target) throw new KeepageError("E303", `${current} is the oldest release that is kept.`);
    swap(workspace, join(workspace.releases, target));
    return target;
  } finally {
    unlock();
  }
}
