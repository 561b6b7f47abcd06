// `npm run generate`: the types that TypeScript reads the warehouse with, its data dictionary and the pages of docs/, from the models
// and declarations themselves. Models are built without rows: types and comments do not depend on data.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeInputs } from "../build.ts";
import { home } from "../config.ts";
import { open } from "../duckdb.ts";
import { readMetrics } from "../metrics/metrics.ts";
import { metricsPage } from "../metrics/page.ts";
import { buildModels, loadModels, type Model, rawInputs, seedInputs, type TableTypes } from "../models.ts";
import { type DictionaryTable, dictionary } from "./dictionary.ts";
import { manual, warehousePage } from "./manual.ts";

/** Files made, by path below keepage's own folder. */
export type Generated = Readonly<
  Record<"pipeline/warehouse.types.ts" | "pipeline/warehouse.json" | "docs/warehouse.md", string>
> &
  Readonly<Record<string, string>>;

/** Builds every model without rows and writes down what came of it. */
export async function generate(dir: string = join(home, "models"), seeds?: TableTypes): Promise<Generated> {
  const models = await loadModels(dir, seeds === undefined ? {} : { seeds });
  const database = await open(":memory:", { threads: 1 });
  try {
    const { connection } = database;
    await makeInputs(connection, rawInputs(), seedInputs(seeds));
    await buildModels(connection, models, { checks: "skip" });
    const tables = await dictionary(connection);
    const metrics = readMetrics(join(dir, "metrics"));
    return {
      "pipeline/warehouse.types.ts": typesFile(tables, models),
      "pipeline/warehouse.json": `${JSON.stringify(tables, null, 2)}\n`,
      "docs/warehouse.md": warehousePage(tables),
      ...(metrics && { "docs/metrics.md": metricsPage(metrics) }),
      ...manual(),
    };
  } finally {
    database.close();
  }
}

const head = `// Made by \`npm run generate\` from models/ and the seed tables: do not edit; a test fails when this is stale.
// Values are as getRowObjectsJson() of DuckDB's client gives them: dates, times and decimals are text.
`;

function typesFile(tables: readonly DictionaryTable[], models: readonly Model[]): string {
  const interfaces = tables.map((table) => {
    const filled = filledColumns(models.find(({ name }) => name === table.name));
    const columns = table.columns.map(
      ({ name, type, comment }) =>
        `${remark(comment, "  ")}  ${name}: ${typescriptType(type)}${filled.has(name) ? "" : " | null"};\n`,
    );
    return `${remark(table.comment, "")}export interface ${interfaceName(table.name)} {\n${columns.join("")}}\n`;
  });
  const entries = tables.map(({ name }) => `  "${name}": ${interfaceName(name)};\n`);
  const all = `/** Tables by name, as Kysely wants them. */\nexport interface Warehouse {\n${entries.join("")}}\n`;
  return [head, ...interfaces, all].join("\n");
}

/** Columns that a check proves to be filled in every row: the grain, and `check: x is not null`. */
function filledColumns(model: Model | undefined): ReadonlySet<string> {
  const checked = (model?.checks ?? []).flatMap(({ kind, expression }) => {
    const column = /^(\w+) is not null$/i.exec(expression)?.[1];
    return kind === "check" && column ? [column] : [];
  });
  return new Set([...(model?.grain ?? []), ...checked]);
}

function typescriptType(type: string): string {
  if (type === "INTEGER" || type === "DOUBLE") return "number";
  return type === "BOOLEAN" ? "boolean" : "string";
}

/** core.referral_span is CoreReferralSpan. */
function interfaceName(table: string): string {
  return table.replaceAll(/(?:^|[._])(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function remark(text: string, indent: string): string {
  const lines = text.replaceAll("*/", "* /").split("\n");
  if (text === "") return "";
  if (lines.length === 1) return `${indent}/** ${text.replaceAll("*/", "* /")} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join("\n")}\n${indent} */\n`;
}

if (import.meta.main) {
  for (const [path, text] of Object.entries(await generate())) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text);
  }
}
