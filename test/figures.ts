// Worked examples of metrics: these rows of core, those figures. Only the rows asked for are compared.
import { afterAll, expect, vi } from "vitest";
import { type Given, type Harness, openHarness } from "../pipeline/harness.ts";
import { formatTable, parseTable } from "../pipeline/texttable.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let opened: Promise<Harness> | undefined;
afterAll(async () => (await opened)?.close());

const empty: Given = {
  "seeds.run": "as_of             | as_of_date | lag_days | episode_days\n2026-09-28 | 2026-09-28 | 14 | 90",
  "core.episode": "episode_key",
  "core.episode_member": "episode_key",
  "core.referral": "referral_key",
  "core.appointment": "appointment_key",
  "core.contact": "contact_key",
  "core.authorization": "authorization_key",
};

/** Rows of a mart, all models between it and the core tables given having run. Tables left out are empty. */
export async function rowsOf(mart: string, given: Given): Promise<Record<string, string | null>[]> {
  opened ??= openHarness();
  return (await opened).rowsOf(mart, { ...empty, ...given }, true);
}

/** Figures by metric, of the whole and the last 12 months unless columns cut, value or period are among those expected. */
export async function expectFigures(given: Given, expected: string): Promise<void> {
  const { columns, rows: wanted } = parseTable(expected);
  const found = await rowsOf("marts.metric", given);
  const fixed = { cut: "total", period: "last 12 months" };
  const keys = ["metric", "cut", "value", "period", "month"].filter((key) => columns.includes(key));
  const lines = wanted.map((line) => {
    const row = Object.fromEntries(columns.map((column, i) => [column, line[i] ?? null]));
    const hits = found.filter(
      (f) =>
        keys.every((key) => f[key] === row[key]) &&
        Object.entries(fixed).every(
          ([key, value]) => keys.includes(key) || f[key] === value || (key === "period" && f.period === "now"),
        ),
    );
    const actual = columns.map((column) => {
      const hit = hits[0];
      if (hits.length !== 1 || !hit) return keys.includes(column) ? row[column]! : `(${hits.length} rows)`;
      return sameNumber(hit[column] ?? null, row[column] ?? null) ? row[column]! : (hit[column] ?? null);
    });
    return { wanted: { cells: columns.map((column) => row[column] ?? null) }, actual: { cells: actual } };
  });
  expect(
    formatTable(
      columns,
      lines.map((line) => line.actual),
    ),
  ).toBe(
    formatTable(
      columns,
      lines.map((line) => line.wanted),
    ),
  );
}

/** Equal to 1e-9; what is written as ~0.33 equals what rounds to it. */
function sameNumber(actual: string | null, wanted: string | null): boolean {
  if (actual === wanted) return true;
  if (actual === null || wanted === null) return false;
  const rough = wanted.startsWith("~");
  const [a, b] = [Number(actual), Number(rough ? wanted.slice(1) : wanted)];
  const slack = rough ? 0.5 * 10 ** -(wanted.split(".")[1]?.length ?? 0) : 1e-9 * Math.max(1, Math.abs(b));
  return Math.abs(a - b) <= slack;
}
