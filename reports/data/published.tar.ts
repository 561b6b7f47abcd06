// The site's only reader of the warehouse: one process, one archive of everything that pages load.
import { openWarehouse } from "../../pipeline/warehouse.ts";
import type { Warehouse } from "../../pipeline/warehouse.types.ts";
import { overview } from "./overview.ts";
import { tar } from "./tar.ts";

const db = openWarehouse<Warehouse>(process.env.KEEPAGE_WAREHOUSE!);
try {
  const archive = tar(new Map([...(await overview(db))]));
  process.stdout.write(archive);
} finally {
  await db.destroy();
}
