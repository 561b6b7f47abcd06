// Worked examples of metrics: these rows of core, those figures. Only the rows asked for are compared.
import { join } from "node:path";
import { expect } from "vitest";
import { home } from "../pipeline/config.ts";
import { loadModels, type Model } from "../pipeline/models.ts";
import { type Given, type Harness, openHarness } from "../pipeline/sql/harness.ts";
import { formatTable, parseTable } from "../pipeline/sql/texttable.ts";

interface Opened {
  readonly harness: Harness;
  readonly models: readonly Model[];
}

let opened: Promise<Opened> | undefined;

async function openShipped(): Promise<Opened> {
  const models = await loadModels(join(home, "models"));
  return { models, harness: await openHarness({ models }) };
}

const run = "as_of             | as_of_date | lag_days | episode_days\n2026-09-28 | 2026-09-28 | 14 | 90";

/** Core models that hold no facts of their own: what policies ask of those given, what episodes are cut by, and how far claims go. */
const derived = new Set(["core.referral_kind", "core.kind_limit", "core.episode_cut", "core.claims_end"]);

/** Rows of a mart, all marts between it and the core tables given having run. Tables left out are empty. */
export async function rowsOf(mart: string, given: Given): Promise<Record<string, string | null>[]> {
  opened ??= openShipped();
  const { harness, models } = await opened;
  const empty = new Map<string, string>();
  const visit = (name: string) => {
    if (name in given) return;
    const model = models.find((m) => m.name === name);
    if (name === "seeds.run") empty.set(name, run);
    else if (model?.layer === "core" && !derived.has(name)) empty.set(name, model.columns[0]!.name);
    else for (const read of model?.reads ?? []) visit(read);
  };
  visit(mart);
  return harness.rowsOf(mart, { ...Object.fromEntries(empty), ...given }, true);
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
