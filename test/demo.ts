// The demo's organization in small: a workspace that the command has run on, and a copy of its warehouse with the truth beside it.
import { copyFileSync, cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { writeDemo } from "../fixtures/demo.ts";
import { home } from "../pipeline/config.ts";
import { type DuckDBConnection, literal, open, rows } from "../pipeline/duckdb.ts";
import { runCli } from "./workspace.ts";

export interface Demo {
  /** Folder of the workspace. */
  readonly dir: string;
  /** To a copy of the release; the truth's tables are in the schema `truth`, all text. */
  readonly connection: DuckDBConnection;
  close(): void;
}

let made: Promise<Demo> | undefined;

/** A fifth of the organization, about 5,000 referrals; the first that asks makes it. */
export function theDemo(): Promise<Demo> {
  made ??= make();
  return made;
}

export async function discardDemo(): Promise<void> {
  (await made)?.close();
}

async function make(): Promise<Demo> {
  const dir = mkdtempSync(join(tmpdir(), "keepage-demo-"));
  for (const name of ["keepage.yaml", "sources"])
    cpSync(join(home, "fixtures/demo", name), join(dir, name), { recursive: true });
  await writeDemo(dir, { size: 0.2 });
  const ran = await runCli(["run", "--workspace", dir], home);
  expect(ran.err).toBe("");
  expect(ran.code).toBe(0);
  const copy = join(dir, "copy.duckdb");
  copyFileSync(join(dir, "current/warehouse.duckdb"), copy);
  const database = await open(copy);
  const { connection } = database;
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
export function ask<T>({ connection }: Demo, sql: string): Promise<T[]> {
  return rows<T>(connection, sql);
}
