// The demo's organization in small, as a warehouse with the truth beside it: taken in and built without worklists and site.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeDemo } from "../fixtures/demo.ts";
import { home, readWorkspace } from "../pipeline/config.ts";
import { type Database, literal, open, rows } from "../pipeline/duckdb.ts";
import { claimOf } from "../pipeline/inbox.ts";
import { intake } from "../pipeline/intake.ts";
import { buildModels, loadModels } from "../pipeline/models.ts";
import { writeSeeds } from "../pipeline/seeds.ts";
import { standingFiles } from "../pipeline/standing.ts";
import { attachState, openState } from "../pipeline/state.ts";

export interface DemoWarehouse extends Omit<Database, "connect"> {
  /** Folder of the workspace. */
  readonly dir: string;
}

/**
 * Simulates, takes in and builds what `tables` need; the truth's tables are in the schema `truth`, all text.
 * `size` 1 is about 25,000 referrals; of the weekly lists every fourth is taken in (or every nth), and the last.
 */
export async function demoWarehouse(size: number, tables: readonly string[], nth = 4): Promise<DemoWarehouse> {
  const dir = mkdtempSync(join(tmpdir(), "keepage-truth-"));
  const template = join(home, "fixtures", "demo");
  for (const name of ["keepage.yaml", "sources"].filter((n) => existsSync(join(template, n))))
    cpSync(join(template, name), join(dir, name), { recursive: true, force: true });
  await writeDemo(dir, { size });
  const workspace = readWorkspace(dir);
  const state = await openState(workspace);
  const lists = readdirSync(workspace.inbox).filter((name) => name.startsWith("workqueue_"));
  const left = new Set(lists.filter((_, n) => n % nth !== (lists.length - 1) % nth));
  for (const name of readdirSync(workspace.inbox).sort()) {
    const hit = left.has(name) ? null : claimOf(name, workspace);
    const path = join(workspace.inbox, name);
    if (hit)
      await intake(state, workspace, { path, name, modified: statSync(path).mtime, accepted: true, ...hit }, "test");
  }
  const files = await standingFiles(state.connection, workspace);
  state.close();
  mkdirSync(workspace.releases, { recursive: true });
  const database = await open(join(workspace.releases, "test.duckdb"), { memory: "2GB" });
  const { connection } = database;
  await attachState(connection, workspace);
  await writeSeeds(connection, workspace, files, [], "test");
  const models = await loadModels(join(home, "models"));
  const needed = new Set<string>();
  const need = (name: string): void => {
    const model = models.find((m) => m.name === name);
    if (!model || needed.has(name)) return;
    needed.add(name);
    model.reads.forEach(need);
  };
  tables.forEach(need);
  await buildModels(
    connection,
    models.filter(({ name }) => needed.has(name)),
  );
  await connection.run("create schema truth");
  for (const name of readdirSync(join(dir, "truth"))) {
    const path = literal(join(dir, "truth", name));
    await connection.run(
      `create table truth.${name.replace(".csv", "")} as select * from read_csv(${path}, header = true, all_varchar = true)`,
    );
  }
  return {
    dir,
    connection,
    close() {
      database.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Rows of a query. */
export function ask<T>({ connection }: DemoWarehouse, sql: string): Promise<T[]> {
  return rows<T>(connection, sql);
}
