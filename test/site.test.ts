// The site: built without a network, gated, served on loopback, read in a real browser.
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Database, open, rows } from "../pipeline/duckdb.ts";
import { gateSite } from "../pipeline/site/gate.ts";
import { type SiteServer, serve } from "../pipeline/site/serve.ts";
import { buildSite } from "../pipeline/site/site.ts";
import { dollars } from "../reports/components/format.ts";
import { closeBrowser, withPage } from "./browser.ts";
import { pages } from "./pages.ts";
import { openNumbers } from "./reading.ts";
import { withData } from "./site-data.ts";
import { togethers } from "./site-together.ts";
import { writeWarehouse } from "./site-warehouse.ts";
import { traceOverview } from "./traced.ts";

vi.setConfig({ testTimeout: 60_000 });

let work: string;
/** With a cell limit of 11, built without a network. */
let site: string;
let server: SiteServer;
/** The same people without a limit. */
let internal: SiteServer;
let truth: Database;
/** What came of building from a warehouse without marts, at the same time and in the same folder: two builds must not meet. */
let failure: unknown;

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), "keepage-site-"));
  site = join(work, "release/site");
  await writeWarehouse(join(work, "limited.duckdb"));
  const empty = await open(join(work, "empty.duckdb"));
  await empty.connection.run("create schema seeds");
  await empty.connection.run("create table seeds.run as select 'Nobody' as organization, 11 as cell_limit");
  empty.close();
  const before = process.env.NODE_OPTIONS;
  process.env.NODE_OPTIONS = `--import=${resolve(import.meta.dirname, "offline.mjs")}`;
  const temp = join(work, "temp");
  try {
    const never = buildSite({ warehouse: join(work, "empty.duckdb"), out: join(work, "never/site"), temp });
    [failure] = await Promise.all([
      never.then(
        () => null,
        (error: unknown) => error,
      ),
      buildSite({ warehouse: join(work, "limited.duckdb"), out: site, temp }),
    ]);
  } finally {
    if (before === undefined) delete process.env.NODE_OPTIONS;
    else process.env.NODE_OPTIONS = before;
  }
  await writeWarehouse(join(work, "internal.duckdb"), { cellLimit: 0, rows: true });
  await withData(site, join(work, "internal.duckdb"), join(work, "internal"));
  server = await serve(site, { port: 0 });
  internal = await serve(join(work, "internal"), { port: 0 });
  truth = await open(join(work, "internal.duckdb"), { readOnly: true });
}, 120_000);

afterAll(async () => {
  await closeBrowser();
  await server?.close();
  await internal?.close();
  truth?.close();
  await rm(work, { recursive: true, force: true });
});

/** One number from the warehouse, as the site writes numbers. */
async function asked(sql: string): Promise<string> {
  const [row] = await rows<{ n: number | bigint }>(truth.connection, sql);
  return Number(row!.n).toLocaleString("en-US");
}

/** A cell as a number wherever it is one: "1,303", "74.4%" as 0.744, "≈ 51%" as 0.51; "–" is empty. */
function plainCell(text: string): string {
  const share = /^(?:≈ )?([\d.]+)%$/.exec(text);
  if (share) return String(Math.round(Number(share[1]) * 10) / 1000);
  return text === "–" ? "" : text.replace(/(?<=\d),(?=\d{3})/g, "");
}

const light = { colorScheme: "light", viewport: { width: 1280, height: 900 } } as const;

describe("the built site", () => {
  test("needs no network, passes its gate and leaves nothing behind", async () => {
    expect(await gateSite(site)).toEqual([]);
    expect(await readdir(join(work, "temp"))).toEqual([]);
  });

  test("holds no combination of names where there is a limit", async () => {
    const folder = join(site, "_file/data/published");
    const held = (await readdir(folder)).filter((name) => name.endsWith(".cube"));
    expect(held.length).toBeGreaterThan(8);
    for (const name of held) expect([name, (await readFile(join(folder, name))).length]).toEqual([name, 0]);
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

describe("a site that cannot be built", () => {
  test("leaves nothing at its place and says why", async () => {
    expect(failure).toMatchObject({ code: "E301", message: expect.stringContaining("marts") });
    expect(existsSync(join(work, "never/site"))).toBe(false);
    expect(await readdir(join(work, "temp"))).toEqual([]);
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

describe("every page in a browser", () => {
  for (const { path, share } of pages.filter(({ share }) => share)) {
    test(`${path} answers a filter with what a query on the warehouse says, and restores it from its address`, async () => {
      const { label, metric, from, before } = share!;
      const figure = async (where: string) => {
        const [row] = await rows<{ rate: number }>(
          truth.connection,
          `select sum(numerator)::double / sum(denominator) as rate from marts.metric
           where metric = '${metric}' and period = 'month' and month >= '${from}' and month < '${before}' and ${where}`,
        );
        return `${(row!.rate * 100).toFixed(1)}%`;
      };
      const everybody = await figure("cut = 'total'");
      const cardiology = await figure("cut = 'specialty' and value = 'Cardiology'");
      // What an address says is restored; what is chosen stands in the address.
      await withPage(`${server.url}${path}?specialty=Cardiology`, light, async (page) => {
        const value = page.locator(".headline", { hasText: label }).first().locator(".value");
        const specialty = page.getByLabel("Specialty");
        expect(await specialty.inputValue()).toBe("Cardiology");
        expect(await value.textContent()).toBe(cardiology);
        await page.getByRole("button", { name: "Clear" }).click();
        expect(new URL(page.url()).search).toBe("");
        expect(await value.textContent()).toBe(everybody);
        await specialty.selectOption("Cardiology");
        expect(new URL(page.url()).search).toBe("?specialty=Cardiology");
        expect(await value.textContent()).toBe(cardiology);
      });
    });
  }

  test("says what is missing where no appointments, notes or contacts have been loaded", async () => {
    await writeWarehouse(join(work, "bare.duckdb"), { metrics: false });
    await withData(site, join(work, "bare.duckdb"), join(work, "bare"));
    const bare = await serve(join(work, "bare"), { port: 0 });
    try {
      for (const { path, share } of pages.filter(({ share }) => share)) {
        await withPage(bare.url + path, light, async (page) => {
          expect(await page.locator("main .empty").count(), path).toBeGreaterThan(0);
          const headline = page.locator(".headline", { hasText: share!.label }).first();
          expect(await headline.locator(".compare").textContent()).toBe("nothing loaded to count this from");
        });
      }
    } finally {
      await bare.close();
    }
  });

  test("opens its list of pages with a button on a small screen", async () => {
    await withPage(server.url, { viewport: { width: 390, height: 844 } }, async (page) => {
      const menu = page.getByRole("button", { name: "Pages" });
      const link = page.getByRole("link", { name: "How people are protected" });
      expect(await link.isVisible()).toBe(false);
      await menu.press("Enter");
      expect(await menu.getAttribute("aria-expanded")).toBe("true");
      expect(await link.isVisible()).toBe(true);
    });
  });

  test("prints without its controls", async () => {
    await withPage(server.url, light, async (page) => {
      await page.emulateMedia({ media: "print" });
      for (const hidden of ["#pages", ".download", ".skip"]) {
        expect(await page.locator(hidden).first().isVisible()).toBe(false);
      }
      expect((await page.pdf()).length).toBeGreaterThan(10_000);
    });
  });

  test("says where it is lost", async () => {
    await withPage(`${server.url}no/such/page.html`, { tolerant: true }, async (page) => {
      expect(await page.locator("h1").textContent()).toBe("This page does not exist");
      await page.getByRole("link", { name: "Go to the overview" }).click();
      expect(new URL(page.url()).pathname).toBe("/index.html");
    });
  });
});

describe("several filters where there is no limit", () => {
  const chosen = { specialty: "Cardiology", payer: "Medicaid" };
  const where = (of: Record<string, string>) =>
    Object.entries(of)
      .map(([key, value]) => `e.${key} = '${value}'`)
      .join(" and ");

  for (const { path, label, third, sql, percent, cell } of togethers) {
    test(`${path} tells of all of them together what a query on the rows says`, async () => {
      const told = async (query: string, format: "percent" | "dollars" | "count") => {
        const [row] = await rows<{ n: number | bigint }>(truth.connection, query);
        const n = Number(row!.n);
        if (format === "dollars") return dollars(n);
        return format === "percent" ? `${(n * 100).toFixed(1)}%` : n.toLocaleString("en-US");
      };
      const three = { ...chosen, [third[0]]: third[1] };
      await withPage(`${internal.url}${path}?${new URLSearchParams(chosen)}`, light, async (page) => {
        const value = page.locator(".headline", { hasText: label }).first().locator(".value");
        const shows = async (of: Record<string, string>) => {
          const expected = await told(sql(where(of)), percent ? "percent" : "count");
          await vi.waitFor(async () => expect(await value.textContent()).toBe(expected), 5000);
        };
        await shows(chosen);
        await page.locator(`[name=${third[0]}]`).selectOption(third[1]);
        await shows(three);
        expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual(three);
        if (cell) {
          const shown = await page.evaluate(
            ([row, column]) => {
              const own = [...document.querySelectorAll<HTMLTableElement>("main .table table")].filter(
                (one) => !one.closest("details"),
              );
              const place = (one: HTMLTableElement) =>
                [...one.rows[0]!.cells].findIndex(({ textContent }) => textContent?.trim() === column);
              const found = own.findLast((one) => place(one) >= 0);
              return [...(found?.rows ?? [])].find(({ cells }) => cells[0]?.textContent === row)?.cells[place(found!)]
                ?.textContent;
            },
            [cell.row, cell.column] as const,
          );
          const expected = cell.sql(where(three));
          expect(shown).toBe(
            await told(expected, shown?.endsWith("%") ? "percent" : shown?.startsWith("$") ? "dollars" : "count"),
          );
        }
        expect(await page.getByText(/one filter at a time: with two/i).count()).toBe(0);
        await page.getByRole("button", { name: "Clear" }).click();
        expect(new URL(page.url()).search).toBe("");
        const everybody = await value.textContent();
        await page.reload();
        await vi.waitFor(async () => expect(await value.textContent()).toBe(everybody), 5000);
      });
    });
  }
});

describe("the overview", () => {
  test("shows what marts.metric holds, late feeds and targets", async () => {
    await withPage(server.url, light, async (page) => {
      expect(await page.locator(".findings").textContent()).toContain("Behavioral-health log is late");
      const completed = page.locator(".headline").first();
      expect(await completed.locator(".target").textContent()).toMatch(/^Target 90%: [\d.]+ points short$/);
      expect(await page.locator(".headline .target").count()).toBe(1);
      const trend = page.locator(".figure").first();
      expect(await trend.locator(".note").textContent()).toContain("The long dashes are the target, 90%.");
      expect(await trend.locator("svg [stroke-dasharray='6 3']").count()).toBe(1);
      await openNumbers(page);
      await traceOverview(page, truth.connection, 150);
    });
  });

  test("answers a filter with what a query on the warehouse says, and keeps it in the address and on the way", async () => {
    await withPage(server.url, light, async (page) => {
      const first = page.locator(".headline .value").nth(2);
      await page.getByLabel("Specialty").selectOption("Cardiology");
      const expected = await asked(
        `select sum(numerator) n from marts.metric where metric = 'referrals' and period = 'month' and month >= '2025-04-01'
         and month < '2026-04-01' and cut = 'specialty' and value = 'Cardiology'`,
      );
      expect(await first.textContent()).toBe(expected);
      expect(new URL(page.url()).search).toBe("?specialty=Cardiology");
      await page.getByRole("link", { name: "How people are protected" }).click();
      await page.waitForURL(/privacy\.html\?specialty=Cardiology$/);
      await page.getByRole("link", { name: "Overview", exact: true }).click();
      await page.waitForURL(/index\.html\?specialty=Cardiology$/);
      expect(await first.textContent()).toBe(expected);
      expect(await page.getByLabel("Specialty").inputValue()).toBe("Cardiology");
      await page.getByRole("button", { name: "Clear" }).click();
      expect(new URL(page.url()).search).toBe("");
    });
  });

  test("takes one filter at a time where groups would become too small", async () => {
    await withPage(`${server.url}?specialty=Cardiology`, light, async (page) => {
      await page.getByLabel("Payer").selectOption("Medicaid");
      expect(new URL(page.url()).search).toBe("?payer=Medicaid");
      expect(await page.locator(".filter-note").textContent()).toContain("One filter at a time");
      expect(await page.getByText("Not published for two filters together").count()).toBe(3);
    });
  });

  test("takes all filters together where there is no limit", async () => {
    await withPage(`${internal.url}?specialty=Cardiology&payer=Medicaid&period=1q`, light, async (page) => {
      const where = "specialty = 'Cardiology' and payer = 'Medicaid'";
      const quarter = "ordered_month >= '2026-01-01' and ordered_month < '2026-04-01'";
      const expected = await asked(`select sum(referrals) n from marts.referral_month where ${where} and ${quarter}`);
      await page.waitForFunction(
        (text) => document.querySelectorAll(".headline .value")[2]?.textContent === text,
        expected,
      );
      await page.getByLabel("Referred by").selectOption("North Clinic");
      expect(await page.locator(".headline .value").nth(2).textContent()).toBe(
        await asked(
          `select sum(referrals) n from marts.referral_month where ${where} and ${quarter} and referring_location = 'North Clinic'`,
        ),
      );
      const small = await asked(
        `select sum(referrals) n from marts.referral_month where payer = 'Medicaid' and ${quarter} and referring_location = 'North Clinic' and specialty = 'Nephrology'`,
      );
      const wanted = page.locator(".figure", { hasText: "Which specialties are asked for?" });
      expect(await wanted.locator(".row", { hasText: "Nephrology" }).locator(".amount").textContent()).toBe(small);
    });
  });

  test("sorts its table by keyboard and downloads exactly what it shows", async () => {
    await withPage(server.url, light, async (page) => {
      const table = page.locator("main > div table").last();
      const header = table.getByRole("button", { name: "Open now" });
      await header.focus();
      await page.keyboard.press("Enter");
      expect(await table.locator("th", { hasText: "Open now" }).getAttribute("aria-sort")).toBe("descending");
      await page.keyboard.press("Enter");
      expect(await table.locator("th", { hasText: "Open now" }).getAttribute("aria-sort")).toBe("ascending");
      const shown = await table.evaluate((element) =>
        [...(element as HTMLTableElement).rows].map((row) =>
          [...row.cells].map((cell) => (cell.textContent ?? "").trim()),
        ),
      );
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: "Download CSV" }).last().click(),
      ]);
      expect(download.suggestedFilename()).toBe("specialties.csv");
      const text = await readFile(await download.path(), "utf8");
      const read = parse(text, { bom: true }) as string[][];
      expect(read.map((row) => row.map(plainCell))).toEqual(shown.map((row) => row.map(plainCell)));
    });
  });

  test("opens the group of a measure that an address names", async () => {
    await withPage(`${server.url}definitions.html#no_show`, light, async (page) => {
      const measure = page.locator("#no_show");
      await measure.waitFor({ state: "visible" });
      expect(await page.locator(".definitions details[open]").count()).toBe(2); // beside the first
      await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
      expect(await page.locator(".definitions details:not([open])").count()).toBe(0);
    });
  });

  test("explains its words on focus and on a tap", async () => {
    await withPage(`${server.url}access.html`, { ...light, hasTouch: true }, async (page) => {
      const term = page.getByRole("button", { name: "Open now: what it means" });
      const note = page.getByText("A referral is open until it is completed");
      expect(await note.isVisible()).toBe(false);
      await term.tap();
      expect(await note.isVisible()).toBe(true);
      await page.keyboard.press("Escape");
      expect(await note.isVisible()).toBe(false);
      await page.keyboard.press("Shift+Tab");
      await page.keyboard.press("Tab");
      expect(await note.isVisible()).toBe(true);
    });
  });
});
