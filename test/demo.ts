// The demo's organization in small, as a warehouse with the truth beside it: taken in and built without worklists and site.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeDemo } from "../fixtures/demo.ts";
import { home, readWorkspace } from "../pipeline/config.ts";
import { type Database, literal, open, rows } from "../pipeline/duckdb.ts";
import { claimOf } from "../pipeline/inbox.ts";
import { intake } from "../pipeline/intake.ts";
import { buildModels, loadModels, withReads } from "../pipeline/models.ts";
import { writeSeeds } from "../pipeline/seeds.ts";
import { standingFiles } from "../pipeline/standing.ts";
import { attachState, openState } from "../pipeline/state.ts";

export interface DemoWarehouse extends Omit<Database, "connect"> {
  /** Folder of the workspace. */
  readonly dir: string;
}

let made: Promise<DemoWarehouse> | undefined;

/** The one demo of this process: a fifth of its organization, about 5,000 referrals. */
export function theDemo(): Promise<DemoWarehouse> {
  made ??= demoWarehouse(0.2, [
    "core.episode",
    "core.leakage",
    "core.visit_role",
    "core.appointment",
    "core.contact",
    "core.document",
    "core.authorization",
    "core.referral_event",
  ]);
  return made;
}

/** Simulates, takes in and builds what `tables` need; the truth's tables are in the schema `truth`, all text. */
async function demoWarehouse(size: number, tables: readonly string[]): Promise<DemoWarehouse> {
  const dir = mkdtempSync(join(tmpdir(), "keepage-truth-"));
  const template = join(home, "fixtures", "demo");
  for (const name of ["keepage.yaml", "sources"].filter((n) => existsSync(join(template, n))))
    cpSync(join(template, name), join(dir, name), { recursive: true, force: true });
  await writeDemo(dir, { size });
  const workspace = readWorkspace(dir);
  const state = await openState(workspace);
  for (const name of readdirSync(workspace.inbox).sort()) {
    const hit = claimOf(name, workspace);
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
  await buildModels(connection, withReads(await loadModels(join(home, "models")), tables));
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
