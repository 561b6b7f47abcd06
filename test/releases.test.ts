// Releases on disk: as many are kept as the settings say, what a killed run left goes, and the published one never does.
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Workspace } from "../pipeline/config.ts";
import { readWorkspace } from "../pipeline/config.ts";
import { currentRelease, prune, releases, rollback, swap, writeFacts } from "../pipeline/publish.ts";
import { workspace as made } from "./workspace.ts";

/** A finished release of that name, published. */
function publish(workspace: Workspace, name: string): void {
  const path = join(workspace.releases, name);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "warehouse.duckdb"), name);
  writeFacts(path, { run_id: name, as_of: "", files: 0, held: 0, models: 0, pages: 0, worklists: 0 });
  swap(workspace, path);
}

test("the oldest go first; what was never finished and links of dead runs go too; the published one stays, however old", () => {
  const workspace = readWorkspace(made());
  const names = ["20260101-0600", "20260102-0600", "20260103-0600", "20260104-0600"];
  for (const name of names) publish(workspace, name);
  mkdirSync(join(workspace.releases, "20260105-0600"));
  symlinkSync("releases/20260105-0600", join(workspace.dir, "current.4242"));
  expect(prune(workspace, 3).sort()).toEqual([names[0], "20260105-0600"]);
  expect(releases(workspace)).toEqual(names.slice(1));
  expect(readdirSync(workspace.dir).filter((name) => name.startsWith("current"))).toEqual(["current"]);

  expect(rollback(workspace)).toBe(names[2]);
  expect(rollback(workspace)).toBe(names[1]);
  expect(() => rollback(workspace)).toThrow(`${names[1]} is the oldest release that is kept.`);
  expect(prune(workspace, 1)).toEqual([names[2]]);
  expect(currentRelease(workspace)).toBe(names[1]);
  expect(existsSync(join(workspace.current, "warehouse.duckdb"))).toBe(true);
});
