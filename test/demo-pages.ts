// Every page of the site of a real, small demo: what it shows, that its downloads are what it shows, and that nobody's name is in it.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { parse } from "csv-parse/sync";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { open, rows } from "../pipeline/duckdb.ts";
import { gateSite } from "../pipeline/site/gate.ts";
import { type SiteServer, serve } from "../pipeline/site/serve.ts";
import { count, date, decimal, dollars, longDay, months, percent, rate } from "../reports/components/format.ts";
import { differ, dispersion, wilson } from "../reports/components/sure.ts";
import { closeBrowser, withPage } from "./browser.ts";
import { theDemo } from "./demo.ts";
import { loose } from "./loose.ts";
import { pages } from "./pages.ts";
import { found, readPublished } from "./published.ts";
import { openNumbers, overflow, settled, violations } from "./reading.ts";
import { traceOverview } from "./traced.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 600_000 });

let dir: string;
let site: string;
let server: SiteServer;

beforeAll(async () => {
  dir = (await theDemo()).dir;
  site = join(dir, "current/site");
  server = await serve(site, { port: 0 });
});

afterAll(async () => {
  await closeBrowser();
  await server?.close();
});

interface Group {
  readonly met: number;
  readonly of: number;
  readonly low: number;
  readonly high: number;
  readonly verdict: string;
  readonly their: number;
  readonly theirOf: number;
}

/** Ways in which pages write what a download holds. */
function written(cell: string): string[] {
  const forms = [cell, cell || "–"];
  const n = Number(cell);
  if (cell !== "" && Number.isFinite(n)) {
    forms.push(
      count(n),
      decimal(n),
      rate(n),
      percent(n),
      `about ${percent(n)}`,
      `≈ ${percent(n)}`,
      dollars(n),
      String(n),
    );
  }
  if (/^\d{4}-\d\d-\d\d/.test(cell)) forms.push(longDay(cell), months(date(cell), 1));
  return forms;
}

describe("the site of a real demo", () => {
  test("passes its gate", async () => {
    expect(await gateSite(site)).toEqual([]);
  });

  test.each(pages)(
    "$path shows its charts and tables, its downloads hold what it shows, and everybody can read it",
    async ({ path, figures, tables }) => {
      await withPage(server.url + path, { viewport: { width: 1280, height: 900 } }, async (page) => {
        expect(await page.locator(".figure").count()).toBe(figures);
        const own = page.locator(".table:not(details .table)");
        expect(await own.count()).toBeGreaterThanOrEqual(tables);
        expect(await page.locator("main").textContent()).not.toMatch(/NaN|undefined|Infinity|\[object/);
        for (const table of await own.all()) {
          const header = table.locator("thead button").last();
          await header.focus();
          await page.keyboard.press("Enter");
          expect(await table.locator("th[aria-sort]").count()).toBe(1);
          const [download] = await Promise.all([
            page.waitForEvent("download"),
            table.getByRole("button", { name: "Download CSV" }).click(),
          ]);
          const read = parse(readFileSync(await download.path(), "utf8"), { bom: true }) as string[][];
          const shown = await table
            .locator("table")
            .evaluate((element) =>
              [...(element as HTMLTableElement).rows].map((row) =>
                [...row.cells].map((cell) => (cell.textContent ?? "").trim()),
              ),
            );
          expect(read.length).toBe(shown.length);
          expect(read[0]).toEqual(shown[0]);
          read.slice(1).forEach((line, i) => {
            line.forEach((cell, j) => {
              expect(written(cell), `${path}, row ${i + 1}, ${read[0]![j]}`).toContain(shown[i + 1]![j]);
            });
          });
        }
        expect(await page.locator("h1").count()).toBe(1);
        expect(await page.locator("#freshness").textContent()).toContain("As of Sep 28, 2026, ");
        // Beside every rate stands what it is taken from.
        expect(await page.locator("#freshness details.covers").textContent()).toContain(
          "Epic referral workqueue referrals that are open, and those closed in the last weeks; a file every 7 days",
        );
        await readWell(page, path);
      });
    },
  );

  test("every number of the overview is one of marts.metric", async () => {
    const warehouse = await open(join(dir, "current/warehouse.duckdb"), { readOnly: true });
    await withPage(server.url, { viewport: { width: 1280, height: 900 } }, async (page) => {
      await openNumbers(page);
      await traceOverview(page, warehouse.connection, 200);
    });
    warehouse.close();
  });

  test("pages say what the marts of way, bottleneck, month ends and closures say", async () => {
    const warehouse = await open(join(dir, "current/warehouse.duckdb"), { readOnly: true });
    const ask = <T>(sql: string) => rows<T>(warehouse.connection, sql);
    const view = { viewport: { width: 1280, height: 900 } };
    await withPage(`${server.url}flow.html`, view, async (page) => {
      const passed = await ask<{ n: number }>(
        "select round(passed_of_100)::integer n from marts.dropout where cut = 'total' order by place",
      );
      expect(await page.locator(".flow strong").allTextContents()).toEqual([
        "100",
        ...passed.map(({ n }) => String(n)),
      ]);
      const [worst] = await ask<{ days: number }>(
        "select days_over_limit as days from marts.bottleneck where cut = 'total' and is_bottleneck",
      );
      expect(await page.locator(".findings").textContent()).toContain(
        `About ${count(Number(worst!.days.toPrecision(2)))} days beyond limits in the last year`,
      );
    });
    await withPage(`${server.url}access.html`, view, async (page) => {
      await openNumbers(page);
      const ends = await ask<{ n: number }>("select open n from marts.month_end where cut = 'total' order by month");
      const shown = await page
        .locator("figure", { hasText: "Is the backlog growing?" })
        .locator("td:nth-child(2)")
        .allTextContents();
      expect(shown.length).toBeGreaterThan(12);
      expect(ends.map(({ n }) => count(n)).join()).toContain(shown.join());
    });
    await withPage(`${server.url}loop.html`, view, async (page) => {
      const closers = await ask<{ name: string; closed: number }>(
        `select coalesce(s.label, a.source) || case when is_job then ': jobs' when closed_by = 'Unknown' then ': not told' else ': people' end as name, sum(closed)::integer as closed
         from marts.closure_audit a left join seeds.source s on s.source = a.source group by all`,
      );
      const lines = page.locator(".table", { hasText: "Who closes records" }).locator("tbody tr");
      expect(await lines.count()).toBeGreaterThan(1);
      for (const line of await lines.all()) {
        const [name, closed] = await line.locator("th, td").allTextContents();
        expect(closers).toContainEqual({ name: name!.trim(), closed: Number(closed!.replaceAll(",", "")) });
      }
    });
    warehouse.close();
  });

  test("gives no count of 1 to 10 people away, however its numbers are added, subtracted and narrowed down", async () => {
    const truth = await open(join(dir, "current/warehouse.duckdb"), { readOnly: true });
    const files = readPublished(site);
    const { leaks, counts } = await found(truth, files, 11);
    const told = await loose(truth, files, 11);
    truth.close();
    expect(leaks.slice(0, 20)).toEqual([]);
    expect(told).toEqual([]);
    expect(counts).toBeGreaterThan(10_000);
    const names =
      "access authorization definitions equity flow health leakage loop network outreach overview payers places";
    expect([...files.keys()].sort()).toEqual(
      `${names} providers scheduling site`.split(" ").map((name) => `${name}.json`),
    );
  });

  test("what pages work out for the chosen period is worked out as the marts do", async () => {
    const warehouse = await open(join(dir, "current/warehouse.duckdb"), { readOnly: true });
    const groups = await rows<Group>(
      warehouse.connection,
      `select e.numerator as met, e.denominator as "of", e.low, e.high, e.verdict, r.numerator as their, r.denominator as "theirOf"
       from marts.equity e join marts.equity r on r.metric = e.metric and r.cut = e.cut and r.is_reference where not e.is_reference`,
    );
    expect(groups.length).toBeGreaterThan(50);
    const z95 = 1.959963984540054;
    for (const { met, of, low, high, verdict, their, theirOf } of groups) {
      const own = wilson(met, of, z95);
      expect(own.low).toBeCloseTo(low, 9);
      expect(own.high).toBeCloseTo(high, 9);
      expect(differ({ met, of }, { met: their, of: theirOf }, z95)).toBe(verdict !== "not told apart");
    }
    const spreads = await rows<{ phi: number; z: number }>(
      warehouse.connection,
      "select phi, z from marts.provider_comparison where metric = 'completed_90' and cut = 'receiving_location'",
    );
    warehouse.close();
    expect(dispersion(spreads.map(({ z }) => z))).toBeCloseTo(spreads[0]!.phi, 9);
  });

  test("holds nobody's name, record number, telephone number or birth date", async () => {
    const state = await open(join(dir, "state/state.duckdb"), { readOnly: true });
    await state.connection.run(`attach '${join(dir, "current/warehouse.duckdb")}' as warehouse (read_only)`);
    // Clinicians are named on purpose, and some patient of an invented organization has the name of one. Days on which
    // something else happened are in the site anyway: only older birthdays tell.
    const told = await rows<{ value: string }>(
      state.connection,
      `select distinct lower(trim(value)) as value from (
         unpivot (
           select patient_id, patient_name, patient_mrn, patient_phone, patient_email, patient_address,
             case when patient_birth_date < date '2020-01-01' then cast(patient_birth_date as varchar) end as birth_date
           from identity.patient
         ) on columns(*) into name kind value value
       ) where length(trim(value)) >= 6`,
    );
    const clinicians = await rows<{ name: string }>(
      state.connection,
      `select name from (select name from warehouse.core.provider union select referring_provider from warehouse.core.referral
         union select receiving_provider from warehouse.core.referral) where name is not null`,
    );
    const known = new Set(clinicians.map(({ name }) => words(name)));
    const values = told.filter(({ value }) => !known.has(words(value)) || words(value) === "");
    const found = [...new Set(values.flatMap(({ value }) => spellings(value)))].map((value) => ({ value }));
    state.close();
    expect(found.length).toBeGreaterThan(1000);
    const hits = identifiers(found.map(({ value }) => value));
    for (const entry of readdirSync(site, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const bytes = readFileSync(path);
      const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
      expect(hits(plain.toString("utf8").toLowerCase()), path).toEqual([]);
    }
    expect(hits(`{"note":"called ${found[0]!.value}"}`)).toEqual([found[0]!.value]); // it would be found
  });
});

/** Wide and narrow, light and dark: nothing axe complains of, nothing cut off. Colors are all that a scheme changes. */
async function readWell(page: Page, path: string): Promise<void> {
  const look = async (name: string) => {
    if (process.env.KEEPAGE_SCREENSHOTS) {
      const file = `${path.replace(/\W/g, "-")}-${name}.png`;
      await page.screenshot({ path: join(process.env.KEEPAGE_SCREENSHOTS, file), fullPage: true });
    }
  };
  await look("light-1280");
  await openNumbers(page);
  expect(await violations(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: "dark" });
  await look("dark-1280");
  expect(await violations(page, ["color-contrast"])).toEqual([]);
  expect(await overflow(page)).toBe(0);
  await page.setViewportSize({ width: 390, height: 844 });
  await settled(page);
  await look("dark-390");
  expect(await violations(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: "light" });
  await look("light-390");
  expect(await violations(page, ["color-contrast"])).toEqual([]);
  expect(await overflow(page)).toBe(0);
}

/** The words of a name in whatever order and case. */
const words = (name: string) => (name.toLowerCase().match(/[a-z]+/g) ?? []).sort().join(" ");

/** Ways to write a name, a number or a day: as it came, given name first, digits only, as people in the United States write days. */
function spellings(value: string): string[] {
  const forms = [value];
  const [, family, given] = /^([^,]+), *(.+)$/.exec(value) ?? [];
  if (family && given) forms.push(`${given} ${family}`);
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(value) ?? [];
  if (year) {
    forms.push(`${month}/${day}/${year}`, `${Number(month)}/${Number(day)}/${year}`, longDay(value).toLowerCase());
  } else if (/^[\d ()+.-]{7,}$/.test(value)) forms.push(value.replace(/\D/g, ""));
  return forms;
}

/** Finds any of many values, standing alone, in a text in one pass: by their first six characters, then whole. */
function identifiers(values: readonly string[]): (text: string) => string[] {
  const starts = Map.groupBy(values, (value) => value.slice(0, 6));
  const joins = (character: string | undefined) => character !== undefined && /[a-z0-9]/.test(character);
  return (text) => {
    const hits = new Set<string>();
    for (let at = 0; at + 6 <= text.length; at++) {
      if (joins(text[at - 1])) continue;
      for (const value of starts.get(text.slice(at, at + 6)) ?? []) {
        if (text.startsWith(value, at) && !joins(text[at + value.length])) hits.add(value);
      }
    }
    return [...hits];
  };
}
