// Releases: a directory per run, published by one rename of the `current` link, pruned, and rolled back by the same rename.
import {
  existsSync,
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
  renameSync(draft, workspace.current);
}

/** Name of the published release, or null before the first. */
export function currentRelease(workspace: Workspace): string | null {
  try {
    return basename(readlinkSync(workspace.current));
  } catch {
    return null;
  }
}

/** Finished releases, oldest first. A directory without run.json was never finished. */
export function releases(workspace: Workspace): string[] {
  if (!existsSync(workspace.releases)) return [];
  return readdirSync(workspace.releases)
    .filter((name) => existsSync(join(workspace.releases, name, "run.json")))
    .sort();
}

export function writeFacts(release: string, facts: ReleaseFacts): void {
  writeFileSync(join(release, "run.json"), `${JSON.stringify(facts, null, 2)}\n`);
}

export function readFacts(workspace: Workspace, release: string): ReleaseFacts {
  return JSON.parse(readFileSync(join(workspace.releases, release, "run.json"), "utf8")) as ReleaseFacts;
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

/** Publishes the release before the current one again. Returns its name. */
export function rollback(workspace: Workspace): string {
  const current = currentRelease(workspace);
  if (!current) throw new KeepageError("E302", "Nothing is published.");
  const earlier = releases(workspace).filter((name) => name < current);
  const target = earlier.at(-1);
  if (!target) throw new KeepageError("E303", `${current} is the oldest release that is kept.`);
  swap(workspace, join(workspace.releases, target));
  return target;
}
