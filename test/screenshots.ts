// Pictures of the demo's site, as the README shows them: `npm run demo`, then `node test/screenshots.ts [FOLDER [PAGE ...]]`. Into
// docs/images by default, the two of the README; with pages named, each of them wide and narrow, light and dark, and as PDF.
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { home } from "../pipeline/config.ts";
import { serve } from "../pipeline/site/serve.ts";
import { closeBrowser, withPage } from "./browser.ts";
import { settled } from "./reading.ts";

const [folder = join(home, "docs/images"), ...named] = process.argv.slice(2);
/** Parts of the README's pages: from which element on, and how many pixels down. */
const shown = [
  { path: "index.html", from: "main", height: 1380 },
  { path: "flow.html", from: "#the-way-of-100-referrals", height: 1130 },
];

await mkdir(folder, { recursive: true });
const server = await serve(join(home, "fixtures/demo/current/site"), { port: 0 });
try {
  for (const { path, from, height } of named.length ? [] : shown) {
    await withPage(
      server.url + path,
      { viewport: { width: 1180, height: 900 }, colorScheme: "light" },
      async (page) => {
        const main = (await page.locator("main").boundingBox())!;
        const y = (await page.locator(from).boundingBox())!.y - 16;
        const clip = { x: main.x - 24, y: Math.max(0, y), width: main.width + 48, height };
        await page.screenshot({ path: join(resolve(folder), `${name(path)}.png`), fullPage: true, clip });
      },
    );
  }
  for (const path of named) {
    await withPage(server.url + path, { viewport: { width: 1280, height: 900 } }, async (page) => {
      for (const width of [1280, 390])
        for (const colorScheme of ["light", "dark"] as const) {
          await page.setViewportSize({ width, height: 900 });
          await page.emulateMedia({ colorScheme });
          await settled(page);
          await page.screenshot({
            path: join(resolve(folder), `${name(path)}-${width}-${colorScheme}.png`),
            fullPage: true,
          });
        }
    });
    await withPage(server.url + path, { viewport: { width: 1280, height: 900 } }, async (page) => {
      await writeFile(join(resolve(folder), `${name(path)}.pdf`), await page.pdf({ format: "Letter" }));
    });
  }
} finally {
  await closeBrowser();
  await server.close();
}

function name(path: string): string {
  const own = path.replace(/\.html$/, "").replaceAll("/", "-");
  return own === "index" ? "overview" : own;
}
