// The charts and tables that pages are made of, drawn in a real browser: readable by everyone in light and dark, wide and narrow.
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { contentSecurityPolicy } from "../pipeline/site/lockdown.ts";
import { type SiteServer, serve } from "../pipeline/site/serve.ts";
import { closeBrowser, withPage } from "./browser.ts";
import { openNumbers, overflow, settled, violations } from "./reading.ts";

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
  test("reads well in light and dark, wide and narrow", async () => {
    await withPage(server.url, { viewport: { width: 1280, height: 900 } }, async (page) => {
      expect(await page.locator(".figure").count()).toBe(9);
      await openNumbers(page);
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 900 });
        for (const colorScheme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme });
          await settled(page);
          if (process.env.KEEPAGE_SCREENSHOTS) {
            const path = join(process.env.KEEPAGE_SCREENSHOTS, `gallery-${colorScheme}-${width}.png`);
            await page.screenshot({ path, fullPage: true });
          }
          expect(await violations(page, colorScheme === "dark" ? ["color-contrast"] : undefined)).toEqual([]);
          expect(await overflow(page)).toBe(0);
        }
      }
    });
  });

  test("says what is missing where there is nothing to draw", async () => {
    await withPage(server.url, {}, async (page) => {
      expect(await page.getByText("No outreach feed has been loaded since January 2026.").isVisible()).toBe(true);
    });
  });
});
