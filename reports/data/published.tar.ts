// The site's only reader of the warehouse: one process, one archive of everything that pages load.
import { openWarehouse } from "../../pipeline/warehouse.ts";
import type { Warehouse } from "../../pipeline/warehouse.types.ts";
import { health } from "./health.ts";
import { overview } from "./overview.ts";
import { readFeeds, readRun } from "./run.ts";
import { tar } from "./tar.ts";

/** Each gives the files that its page loads. */
const pages = [overview, health];

const db = openWarehouse<Warehouse>(process.env.KEEPAGE_WAREHOUSE!);
try {
  const site = JSON.stringify({ run: await readRun(db), feeds: await readFeeds(db) });
  const files = new Map<string, Uint8Array | string>([["site.json", site]]);
  for (const page of pages) for (const [name, content] of await page(db)) files.set(name, content);
  process.stdout.write(tar(files));
} finally {
  await db.destroy();
}
