// How tests read a page: once it is all drawn, and as people with other eyes, screens and keyboards would.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Page } from "playwright-core";

const axe = readFileSync(resolve(import.meta.dirname, "../node_modules/axe-core/axe.min.js"), "utf8");

/** Waits until every cell of a page has run and every chart is drawn at the width it has now. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    if (document.readyState !== "complete" || document.querySelector("observablehq-loading")) return false;
    const foot = document.querySelector("body:not(.lost) #freshness");
    if (foot && !foot.textContent) return false;
    return [...document.querySelectorAll<HTMLElement>(".chart")].every(
      ({ firstElementChild, clientWidth }) =>
        firstElementChild && firstElementChild.getBoundingClientRect().width <= clientWidth + 1,
    );
  });
}

/**
 * What axe finds wrong, in words; with `rules` only these are tried: a color scheme changes nothing but contrast. It is brought into
 * a page once.
 */
export async function violations(page: Page, rules?: readonly string[]): Promise<string[]> {
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(axe);
  const options = { resultTypes: ["violations"], preload: false, ...(rules && { runOnly: rules }) };
  return page.evaluate(
    `axe.run(${JSON.stringify(options)}).then((r) => r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.target + ' ' + n.failureSummary).join(' | ')))`,
  );
}

/** How many pixels a page is wider than its window: none, where nobody has to scroll sideways. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth));
}

/** Opens every chart's table of numbers. */
export async function openNumbers(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const details of document.querySelectorAll<HTMLDetailsElement>("details.numbers")) details.open = true;
  });
}
