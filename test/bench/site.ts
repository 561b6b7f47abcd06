// Measures the site: how long it takes to build, what the first page weighs, when its chart is painted, how fast a filter answers.
// `node test/bench/site.ts` prints the figures; each runs several times in a real browser on loopback and the middle one counts.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serve } from "../../pipeline/site/serve.ts";
import { buildSite } from "../../pipeline/site/site.ts";
import { browser, closeBrowser } from "../browser.ts";
import { writeWarehouse } from "../site-warehouse.ts";

/** A figure of the site with its bar, as test/bench/bench.ts tells it. */
export interface SiteFigure {
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
  readonly bar: number;
  readonly reference: string;
}

const middle = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
const figure = (name: string, value: number, unit: string, bar: number, reference: string): SiteFigure => ({
  figure: name,
  value,
  unit,
  bar,
  reference,
});

/** Builds two sites of invented people (25,000 with a cell limit; a cube of 200,000 rows without) and measures them. */
export async function measureSite(): Promise<SiteFigure[]> {
  const work = await mkdtemp(join(tmpdir(), "keepage-bench-site-"));
  try {
    const limited = await first(work, "limited", 25_000, 11);
    const internal = await first(work, "internal", 220_000, 0);
    const perPage = limited.built.seconds / limited.built.pages;
    return [
      figure(
        "site build",
        limited.built.seconds,
        "s",
        15,
        `${limited.built.pages} pages, ${perPage.toFixed(1)} s each`,
      ),
      figure("first page transferred", limited.kilobytes, "kB", 250, "gzip, headers included"),
      figure("first page painted", limited.painted, "s", 0.6, "first chart, headless, loopback"),
      figure("first page painted, internal", internal.painted, "s", 0.6, "the same without a cell limit"),
      figure(
        "filter to painted frame",
        internal.filter,
        "ms",
        60,
        "two filters, all of the page, cubes of 200,000 rows",
      ),
    ];
  } finally {
    await closeBrowser();
    await rm(work, { recursive: true, force: true });
  }
}

async function first(work: string, name: string, referrals: number, cellLimit: number) {
  const warehouse = join(work, `${name}.duckdb`);
  await writeWarehouse(warehouse, { referrals, cellLimit, rows: cellLimit === 0 });
  const built = await buildSite({ warehouse, out: join(work, name), temp: join(work, "temp") });
  const server = await serve(join(work, name), { port: 0 });
  const runs = [];
  try {
    for (let i = 0; i < 5; i++) runs.push(await visit(server.url, cellLimit === 0));
  } finally {
    await server.close();
  }
  return {
    built,
    kilobytes: middle(runs.map((run) => run.bytes)) / 1000,
    painted: middle(runs.map((run) => run.painted)) / 1000,
    filter: middle(runs.flatMap((run) => run.filters)),
  };
}

/** Resolves after the frame that is painted next. */
const frame =
  "new Promise((done) => requestAnimationFrame(() => { const c = new MessageChannel(); c.port1.onmessage = () => done(performance.now()); c.port2.postMessage(0); }))";

async function visit(url: string, filter: boolean) {
  const context = await (await browser()).newContext({ viewport: { width: 1280, height: 900 } });
  try {
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await devtools.send("Network.enable");
    let bytes = 0;
    devtools.on("Network.loadingFinished", ({ encodedDataLength }) => {
      bytes += encodedDataLength;
    });
    await page.addInitScript(`window.painted = new Promise((done) => new MutationObserver((_, observer) => {
      if (!document.querySelector(".chart svg")) return;
      observer.disconnect();
      ${frame}.then(done);
    }).observe(document, { childList: true, subtree: true }));`);
    await page.goto(url, { waitUntil: "networkidle" });
    const painted: number = await page.evaluate("window.painted");
    const filters: number[] = [];
    if (filter) {
      // The first two together make the page read its cubes; what is measured is every answer after that.
      await page.locator("[name=specialty]").selectOption("Cardiology");
      await page.locator("[name=payer]").selectOption("Self-pay");
      await page.waitForLoadState("networkidle");
      await page.getByText("Adding up these filters").first().waitFor({ state: "detached" });
      await page.waitForTimeout(500);
      for (const payer of ["Medicaid", "Medicare", "Commercial", "Dual eligible"]) {
        filters.push(
          await page.evaluate(`(async () => {
            const select = document.querySelector("[name=payer]");
            const start = performance.now();
            select.value = ${JSON.stringify(payer)};
            select.dispatchEvent(new Event("change"));
            return (await ${frame}) - start;
          })()`),
        );
      }
    }
    return { bytes, painted, filters };
  } finally {
    await context.close();
  }
}

if (import.meta.main) console.table(await measureSite());
