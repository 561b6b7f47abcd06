// The site's only reader of the warehouse: one process, one archive of everything that pages load.
import { openWarehouse } from "../../pipeline/warehouse.ts";
import type { Warehouse } from "../../pipeline/warehouse.types.ts";
import { access } from "./access.ts";
import { cubes } from "./cubes.ts";
import { definitions } from "./definitions.ts";
import { equity } from "./equity.ts";
import { flow } from "./flow.ts";
import { health } from "./health.ts";
import { leakage } from "./leakage.ts";
import { loop } from "./loop.ts";
import { network } from "./network.ts";
import { overview } from "./overview.ts";
import { payers } from "./payers.ts";
import { providers } from "./providers.ts";
import { readFeeds } from "./run.ts";
import { forReaders, siteOf } from "./site.ts";
import { authorization, outreach, scheduling } from "./steps.ts";
import { tar } from "./tar.ts";

/** Each gives the files that its page loads. */
const pages = [
  overview,
  access,
  flow,
  scheduling,
  authorization,
  outreach,
  loop,
  leakage,
  network,
  providers,
  equity,
  payers,
  health,
  definitions,
  cubes,
];

const db = openWarehouse<Warehouse>(process.env.KEEPAGE_WAREHOUSE!);
try {
  const site = await siteOf(db);
  const frame = JSON.stringify({ run: site.run, feeds: await readFeeds(db), dimensions: forReaders(site) });
  const files = new Map<string, Uint8Array | string>([["site.json", frame]]);
  for (const page of pages) for (const [name, content] of await page(db)) files.set(name, content);
  process.stdout.write(tar(files));
} finally {
  await db.destroy();
}
