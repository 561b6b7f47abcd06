// `keepage check`: proves settings, sources, reference tables, policies and models without changing anything, and says in plain
// sentences what they amount to and what is left to decide.
import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { makeInputs } from "./build.ts";
import { home, ownSources, readSources, readWorkspace, type Source, type Workspace } from "./config.ts";
import { open } from "./duckdb.ts";
import { errorCodes, errorsOf, KeepageError, KeepageErrors } from "./errors.ts";
import { buildModels, loadModels, rawInputs, seedInputs } from "./models.ts";
import { proveSchedule } from "./schedule.ts";
import { measureSetsOf, policiesOf, readReference } from "./seeds.ts";
import { explainPolicy, policyRows } from "./settings/policies.ts";
import { undecided } from "./settings/statuses.ts";

export interface Checked {
  /** What was proved, a line each. */
  readonly lines: readonly string[];
  /** What a person has yet to decide, as file:line and a sentence. */
  readonly decide: readonly string[];
}

/**
 * Proves the workspace in `dir`, and the models, which are the same for each workspace. Nothing is read of its inbox or state, and
 * nothing is written.
 * @throws KeepageErrors with all that is wrong, or the single KeepageError where there is no workspace
 */
export async function checkWorkspace(dir: string, { models = true } = {}): Promise<Checked> {
  const problems: KeepageError[] = [];
  const collect = async <T>(prove: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await prove();
    } catch (error) {
      problems.push(...errorsOf(error));
      return undefined;
    }
  };
  const workspace = await collect(() => readWorkspace(dir));
  const lines: string[] = [];
  const decide: string[] = [];
  if (workspace) {
    lines.push(settingsLine(workspace), ...workspace.sources.map(sourceLine));
    await collect(() => proveSchedule(workspace));
    await collect(() => proveFileNames(workspace));
    for (const name of ownSources(dir)) {
      if (workspace.settings.sources.includes(name)) continue;
      const found = await collect(() => readSources(name, dir, workspace.settings));
      if (found) lines.push(line("source", `${name}: in sources/, not switched on under \`sources:\` in keepage.yaml`));
    }
  }
  decide.push(...ownSources(dir).flatMap((name) => leftToDecide(join(dir, "sources", name))));
  const reference = await collect(() => referenceLine(dir));
  if (reference) {
    lines.push(reference);
    lines.push(...((await collect(() => policyLines(dir))) ?? []));
  }
  lines.push(...((await collect(() => valueSetLines(dir))) ?? []));
  // Whoever has settings to mend need not wait for the models.
  const built = models && problems.length === 0 ? await collect(modelsLine) : undefined;
  if (built) lines.push(built);
  if (problems.length) throw new KeepageErrors(problems);
  return { lines, decide };
}

const count = (n: number, one: string, many = `${one}s`) => `${n.toLocaleString("en-US")} ${n === 1 ? one : many}`;
const line = (room: string, text: string) => `${room.padEnd(10)} ${text}`;

function settingsLine({ settings }: Workspace): string {
  const hidden =
    settings.cell_limit > 1 ? `counts of 1 to ${settings.cell_limit - 1} people are hidden` : "no count is hidden";
  return line("settings", `${settings.name}, ${settings.time_zone}; ${hidden}`);
}

/** Which value sets of each official measure the workspace holds; nothing where it holds none. */
function valueSetLines(dir: string): string[] {
  return [...Map.groupBy(measureSetsOf({ dir }), (s) => s.measure)].flatMap(([measure, sets]) => {
    const titles = (list: typeof sets) => [...new Set(list.map((s) => s.title))];
    const missing = titles(sets.filter((s) => !s.found?.complete));
    const all = titles(sets);
    if (missing.length === all.length) return [];
    const lacking = missing.length ? `; missing or incomplete: ${missing.join("; ")}` : "";
    return [line("valuesets", `${measure}: ${all.length - missing.length} of ${all.length}${lacking}`)];
  });
}

function sourceLine(source: Source): string {
  const feeds = source.feeds.map((f) => f.entity.replace("_", " "));
  const columns = source.feeds.reduce((sum, f) => sum + Object.keys(f.columns).length, 0);
  const every = source.expect_days ? `, every ${count(source.expect_days, "day")}` : "";
  const kind = source.rows === "snapshot" ? "whole lists" : "changes";
  const words = source.statuses.length ? `, ${count(source.statuses.length, "word")}` : "";
  return line(
    "source",
    `${source.name}: ${[...new Set(feeds)].join(" and ")}, ${kind}${every}, from ${source.files.join(" or ")}; ${count(columns, "field")}${words}`,
  );
}

/** Two sources with one pattern would claim each other's files. */
function proveFileNames({ dir, sources }: Workspace): void {
  const seen = new Map<string, string>();
  const twins: KeepageError[] = [];
  for (const { name, files } of sources) {
    for (const pattern of files) {
      const other = seen.get(pattern.toLowerCase());
      const place = relative("", join(dir, "keepage.yaml"));
      if (other)
        twins.push(
          new KeepageError("E004", `${place}: ${other} and ${name} both take files named ${pattern}.`, {
            place,
            todo: errorCodes.E108[1],
          }),
        );
      seen.set(pattern.toLowerCase(), name);
    }
  }
  if (twins.length) throw new KeepageErrors(twins);
}

/** Lines of a source's own files that a draft marked "decide". */
function leftToDecide(folder: string): string[] {
  const file = join(folder, "source.yaml");
  const shown = relative("", file);
  const marked = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  return [
    ...marked.flatMap((text, n) => {
      const sentence = /^\s*#\s*decide:\s*(.+)$/.exec(text)?.[1];
      return sentence ? [`${shown}:${n + 1} ${sentence}`] : [];
    }),
    ...undecided(join(folder, "statuses.csv")).map(({ place, field, raw, note }) => {
      const rows = /\d[\d,]* rows?/.exec(note)?.[0];
      return `${place} what does ${field} "${raw}" mean?${rows ? ` (${rows})` : ""}`;
    }),
  ];
}

function referenceLine(dir: string): string {
  const specialties = readReference({ dir }, "specialties.csv", ["raw", "specialty"]);
  const holidays = readReference({ dir }, "holidays.csv", ["day", "name"]);
  const last = holidays
    .map(([day]) => day!)
    .sort()
    .at(-1);
  const names = new Set(specialties.map(([, specialty]) => specialty!)).size;
  return line(
    "reference",
    `${count(specialties.length, "name")} of ${count(names, "specialty", "specialties")}, ${count(holidays.length, "holiday")} until ${last}`,
  );
}

/** Policies in plain sentences, in the order they are asked. */
function policyLines(dir: string): string[] {
  const policies = policiesOf({ dir });
  policyRows(policies);
  return policies.flatMap((policy) => {
    const { who, limits } = explainPolicy(policy);
    return [line("policy", `${policy.label}. ${who}`), ...limits.map((text) => line("", `  ${text}`))];
  });
}

/** Builds every model on empty tables: what binds without rows binds with them. */
async function modelsLine(): Promise<string> {
  const models = await loadModels(join(home, "models"));
  const database = await open(":memory:", { threads: 1 });
  try {
    await makeInputs(database.connection, rawInputs(), seedInputs());
    const built = await buildModels(database.connection, models);
    const checks = built.reduce((sum, m) => sum + m.checks.length, 0);
    return line("models", `${count(models.length, "model")} and ${count(checks, "check")} hold on empty tables`);
  } finally {
    database.close();
  }
}
