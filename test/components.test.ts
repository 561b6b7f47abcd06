// The charts and tables that pages are made of, drawn in a real browser: readable by everyone in light and dark, wide and narrow.
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { contentSecurityPolicy } from "../pipeline/site/lockdown.ts";
import { type SiteServer, serve } from "../pipeline/site/serve.ts";
import { closeBrowser, withPage } from "./browser.ts";

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let server: SiteServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "keepage-gallery-"));
  const framework = createRequire(import.meta.url).resolve("@observablehq/framework/package.json");
  const { build }: typeof import("esbuild") = createRequire(framework)("esbuild");
  await build({
    entryPoints: [resolve(import.meta.dirname, "gallery.ts")],
    outdir: folder,
    bundle: true,
    format: "esm",
  });
  await cp(resolve(import.meta.dirname, "../reports/theme.css"), join(folder, "theme.css"));
  await writeFile(
    join(folder, "index.html"),
    `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy}">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Gallery</title><link rel="icon" href="data:,"><link rel="stylesheet" href="theme.css">
<script type="module" src="gallery.js"></script></head><body><div id="observablehq-center"><header id="observablehq-header"></header><main id="observablehq-main"><h1>Gallery</h1><h2>Charts</h2></main></div></body></html>`,
  );
  server = await serve(folder, { port: 0 });
}, 60_000);

afterAll(async () => {
  await closeBrowser();
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

describe("every component", () => {
  const views = ["light", "dark"].flatMap((colorScheme) =>
    [1280, 390].map((width) => ({ colorScheme: colorScheme as "light" | "dark", width })),
  );
  test.each(views)("reads well in $colorScheme at $width pixels", async ({ colorScheme, width }) => {
    await withPage(server.url, { colorScheme, viewport: { width, height: 900 } }, async (page) => {
      await page.waitForSelector(".chart svg");
      if (process.env.KEEPAGE_SCREENSHOTS) {
        await page.screenshot({
          path: join(process.env.KEEPAGE_SCREENSHOTS, `gallery-${colorScheme}-${width}.png`),
          fullPage: true,
        });
      }
      for (const summary of await page.locator("details.numbers summary").all()) await summary.click();
      await page.evaluate(await readFile(resolve("node_modules/axe-core/axe.min.js"), "utf8"));
      const violations = await page.evaluate(
        "axe.run().then((r) => r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.target + ' ' + n.failureSummary).join(' | ')))",
      );
      expect(violations).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
      expect(await page.locator(".figure").count()).toBe(9);
    });
  });

  test("says what is missing where there is nothing to draw", async () => {
    await withPage(server.url, {}, async (page) => {
      expect(await page.getByText("No outreach feed has been loaded since January 2026.").isVisible()).toBe(true);
    });
  });
});
