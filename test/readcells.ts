// Reads a file of bytes through openCells the way intake does: the relation into a table, every row with its line.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { type Database, open, rows } from "../pipeline/duckdb.ts";
import { type CellHints, type Cells, openCells } from "../pipeline/formats/cells.ts";

export type Cell = string | null;

export interface Contents extends Cells {
  /** Cells row by row, and the line each row begins on. */
  readonly table: readonly (readonly Cell[])[];
  readonly at: readonly number[];
}

/** A database and a folder for one test file. */
export function cellReader(): {
  readonly temp: string;
  /** Reads bytes under a file name. */
  read(content: string | Buffer, hints: CellHints, careful?: boolean, name?: string): Promise<Contents>;
  /** Reads a file that is there. */
  readFile(path: string, hints: CellHints, careful?: boolean): Promise<Contents>;
} {
  const temp = mkdtempSync(join(tmpdir(), "keepage-cells-"));
  let db: Database;
  beforeAll(async () => {
    db = await open(":memory:", { threads: 1 });
  });
  afterAll(() => {
    db.close();
    rmSync(temp, { recursive: true });
  });
  const readFile = async (path: string, hints: CellHints, careful = false) => {
    const cells = await openCells(db.connection, path, hints, { temp: join(temp, "work"), careful });
    try {
      const few = cells.header.slice(0, 20).map((_, i) => `c${i}`); // DuckDB takes long over tables of thousands of columns
      await db.connection.run(`create or replace temp table loaded as select ${few.join(", ")} from ${cells.relation}`);
      const found = await rows<Record<string, Cell>>(db.connection, "select * from loaded order by rowid");
      expect(found.length, "rows in the relation").toBe(cells.records);
      return { ...cells, table: found.map((row) => Object.values(row)), at: cells.places(found.map((_, i) => i)) };
    } finally {
      await cells.close();
    }
  };
  return {
    temp,
    readFile,
    async read(content, hints, careful = false, name = "export") {
      const path = join(temp, name);
      writeFileSync(path, content);
      return readFile(path, hints, careful);
    },
  };
}
