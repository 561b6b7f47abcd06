// The site: built without a network, gated, served on loopback, read in a real browser.
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gateSite } from "../pipeline/gate.ts";
import { type SiteServer, serve } from "../pipeline/serve.ts";
import { buildSite } from "../pipeline/site.ts";
import { closeBrowser, withPage } from "./browser.ts";
import { writeWarehouse } from "./site-warehouse.ts";

let work: string;
let site: string;
let server: SiteServer;

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), "keepage-site-"));
  site = join(work, "release/site");
  const warehouse = join(work, "warehouse.duckdb");
  await writeWarehouse(warehouse);
  const before = process.env.NODE_OPTIONS;
  process.env.NODE_OPTIONS = `--import=${resolve(import.meta.dirname, "offline.mjs")}`;
  try {
    await buildSite({ warehouse, out: site, temp: join(work, "temp") });
  } finally {
    if (before === undefined) delete process.env.NODE_OPTIONS;
    else process.env.NODE_OPTIONS = before;
  }
  server = await serve(site, { port: 0 });
}, 120_000);

afterAll(async () => {
  await closeBrowser();
  await server?.close();
  await rm(work, { recursive: true, force: true });
});

describe("the built site", () => {
  test("needs no network, passes its gate and leaves nothing behind", async () => {
    expect(await gateSite(site)).toEqual([]);
    expect(existsSync(join(work, "temp"))).toBe(true);
    const { readdir } = await import("node:fs/promises");
    expect(await readdir(join(work, "temp"))).toEqual([]);
  });

  test("is refused when a file of it could call another host or run inline code", async () => {
    const bad = join(work, "bad");
    await cp(site, bad, { recursive: true });
    const index = await readFile(join(bad, "index.html"), "utf8");
    const cases: [string, string, RegExp][] = [
      ["index.html", index.replace("</body>", "<script>alert(1)</script></body>"), /inline script/],
      ["index.html", index.replace("</body>", '<img src="https://example.org/x.png"></body>'), /leaves the host/],
      ["index.html", index.replace("</body>", '<p style="color:red"></p></body>'), /inline style/],
      ["index.html", index.replace("</body>", '<div class="observablehq--error"></div></body>'), /failed to build/],
      ["index.html", index.replace(/<meta http-equiv[^>]*>/, ""), /Content-Security-Policy/],
      ["assets/more.js", 'import{html}from"htl";', /bare import/],
      ["assets/more.js", 'import("./_npm/d3@7/_esm.js")', /registry/],
      ["assets/more.js", 'import"./gone.js";', /missing file/],
      ["assets/more.js", 'fetch("https://cdn.example.org/x")', /names a host/],
      ["assets/more.css", "@import url(//fonts.example.org/x.css);", /leaves the host/],
    ];
    for (const [file, content, expected] of cases) {
      const path = join(bad, file);
      const before = existsSync(path) ? await readFile(path) : null;
      await writeFile(path, content);
      expect((await gateSite(bad)).join("\n")).toMatch(expected);
      if (before) await writeFile(path, before);
      else await rm(path);
    }
  });
});

describe("the server", () => {
  test("sends types, the policy and a page for what is not there", async () => {
    const index = await fetch(server.url);
    expect(index.status).toBe(200);
    expect(index.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(index.headers.get("content-security-policy")).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(index.headers.get("content-encoding")).toBe("gzip");
    expect((await fetch(server.url, { headers: { "if-none-match": index.headers.get("etag")! } })).status).toBe(304);
    const lost = await fetch(`${server.url}no/such/page`);
    expect(lost.status).toBe(404);
    expect(await lost.text()).toContain("This page does not exist");
    expect((await fetch(server.url, { method: "POST" })).status).toBe(405);
  });

  test("lets nobody out of its folder", async () => {
    await writeFile(join(work, "release/secret.txt"), "secret");
    await symlink(join(work, "release/secret.txt"), join(site, "link.txt"));
    const { request } = await import("node:http");
    for (const path of [
      "/../secret.txt",
      "/%2e%2e/secret.txt",
      "/..%2fsecret.txt",
      "/assets/..%5c..%5csecret.txt",
      "/link.txt",
      "/%00",
      "//etc/passwd",
      "/.hidden",
    ]) {
      const status = await new Promise((done, failed) =>
        request(server.url, { path }, (response) => {
          response.resume();
          done(response.statusCode);
        })
          .on("error", failed)
          .end(),
      );
      expect([path, status]).toEqual([path, 404]);
    }
    await rm(join(site, "link.txt"));
  });

  test("follows a link that is swapped while it serves", async () => {
    for (const name of ["one", "two"]) {
      await mkdir(join(work, name));
      await writeFile(join(work, name, "index.html"), name);
    }
    const current = join(work, "current");
    await symlink("one", current);
    const following = await serve(current, { port: 0 });
    try {
      expect(await (await fetch(following.url)).text()).toBe("one");
      await symlink("two", `${current}.next`);
      await rename(`${current}.next`, current);
      expect(await (await fetch(following.url)).text()).toBe("two");
    } finally {
      await following.close();
    }
  });
});

describe("the overview in a browser", () => {
  const views = [
    { colorScheme: "light", viewport: { width: 1280, height: 900 } },
    { colorScheme: "dark", viewport: { width: 1280, height: 900 } },
    { colorScheme: "light", viewport: { width: 390, height: 844 } },
    { colorScheme: "dark", viewport: { width: 390, height: 844 } },
  ] as const;
  test.each(views)("has no accessibility violation, complaint or sideways scroll: %o", async (view) => {
    await withPage(server.url, view, async (page) => {
      await page.waitForSelector(".chart svg");
      for (const summary of await page.locator("details.numbers summary").all()) await summary.click();
      await page.evaluate(await readFile(resolve("node_modules/axe-core/axe.min.js"), "utf8"));
      const violations = await page.evaluate(
        "axe.run().then((r) => r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.target + ' ' + n.failureSummary).join(' | ')))",
      );
      expect(violations).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
      expect(await page.locator(".figure").count()).toBe(3);
    });
  });
});
