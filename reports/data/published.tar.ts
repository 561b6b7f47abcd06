// The site's only reader of the warehouse: one process, one archive of everything that pages load.
import { openWarehouse } from "../../pipeline/warehouse.ts";
import type { Warehouse } from "../../pipeline/warehouse.types.ts";
import { overview } from "./overview.ts";
import { readFeeds, readRun } from "./run.ts";
import { tar } from "./tar.ts";

const db = openWarehouse<Warehouse>(process.env.KEEPAGE_WAREHOUSE!);
try {
  const site = JSON.stringify({ run: await readRun(db), feeds: await readFeeds(db) });
  process.stdout.write(tar(new Map([["site.json", site], ...(await overview(db))])));
} finally {
  await db.destroy();
}
