// Checks of a built model: its grain, and what its file declares with `check:` and `warn:`.
// Written for tables of ten million rows: one scan for all conditions, and hashes rather than keys to find repeats.
import { type DuckDBConnection, identifier, type Row, rows } from "./duckdb.ts";
import { KeepageError } from "./errors.ts";
import type { Check, Model } from "./models.ts";
import { sqlFailure } from "./sql/failure.ts";

export interface CheckResult {
  readonly model: string;
  readonly kind: "grain" | "check" | "warn";
  /** The directive's own text. */
  readonly text: string;
  /** file:line of the directive. */
  readonly place: string;
  /** Rows that break it: for the grain, rows without a full key plus rows beyond the first of each key. */
  readonly failing: number;
  /** Up to three keys of such rows, as "referral_key = epic:1"; none for a model without a grain. */
  readonly samples: readonly string[];
  /** What is wrong, in a sentence; empty where it holds. */
  readonly message: string;
}

const sampleSize = 3;

/**
 * Runs every check of a model against its built table in one scan, and one more for the grain.
 * As in a SQL CHECK, an expression that is null for a row holds for it.
 * @returns rows counted, and a result for the grain and for each check in the file's order
 * @throws KeepageError E201 where an expression does not bind, with the directive's line
 */
export async function runChecks(
  connection: DuckDBConnection,
  model: Model,
): Promise<{ rows: number; checks: CheckResult[] }> {
  const { grain, checks, name } = model;
  const conditions = [
    ...grain.map((column) => `${column} is null`),
    ...checks.map((check) => `not (${check.expression})`),
  ];
  // Computed below the aggregates, so that an expression may hold a subquery.
  const inner = conditions.map((condition, i) => `(${condition}) as c${i}`).join(", ");
  const outer = conditions.map((_, i) => `, count(*) filter (where c${i}) as n${i}`).join("");
  const from = conditions.length > 0 ? `(select ${inner} from ${name})` : name;
  let counts: Row;
  try {
    counts = (await rows(connection, `select count(*) as total${outer} from ${from}`))[0]!;
  } catch (error) {
    throw await blame(connection, model, error);
  }
  const failing = conditions.map((_, i) => Number(counts[`n${i}`]));
  const results: CheckResult[] = [];
  const total = Number(counts.total);
  if (grain.length > 0) results.push(await checkGrain(connection, model, failing.slice(0, grain.length), total));
  for (const [i, check] of checks.entries()) {
    const count = failing[grain.length + i]!;
    const samples = count > 0 ? await sampleKeys(connection, model, `not (${check.expression})`) : [];
    results.push({
      model: name,
      kind: check.kind,
      text: check.expression,
      place: `${model.file}:${check.line}`,
      failing: count,
      samples,
      message: count > 0 ? `${name}: "${check.expression}" fails on ${plural(count, "row")}${such(samples)}.` : "",
    });
  }
  return { rows: total, checks: results };
}

/** Blocking failures as errors, for a caller that stops on them. */
export function checkErrors(results: readonly CheckResult[]): KeepageError[] {
  return results
    .filter((result) => result.failing > 0 && result.kind !== "warn")
    .map((result) => new KeepageError("E203", result.message, { place: result.place }));
}

/** Keys compared at one time: some 20 bytes of memory each. */
const keysAtOnce = 25_000_000;

async function checkGrain(
  connection: DuckDBConnection,
  model: Model,
  nulls: readonly number[],
  total: number,
): Promise<CheckResult> {
  const { name, grain } = model;
  const key = grain.map(identifier).join(", ");
  const said: string[] = [];
  let failing = 0;
  let samples: string[] = [];
  for (const [i, count] of nulls.entries()) {
    if (count === 0) continue;
    failing += count;
    said.push(`${plural(count, "row")} without ${grain[i]}`);
  }
  const filled = grain.map((column) => `${identifier(column)} is not null`).join(" and ");
  const twice = `select h from (select hash(${key}) as h from ${name}) group by h having count(*) > 1`;
  const parts = Math.ceil(total / keysAtOnce);
  let repeats = false;
  for (let part = 0; part < parts && !repeats; part++) {
    const some = parts > 1 ? twice.replace(" group by", ` where h % ${parts} = ${part} group by`) : twice;
    const [any] = await rows(connection, `select count(*) as n from (${some})`);
    repeats = Number(any!.n) > 0;
  }
  if (repeats) {
    const repeated = `select ${key}, count(*) as rows_of_key from ${name}
      where ${filled} and hash(${key}) in (${twice}) group by ${key} having count(*) > 1`;
    const [sum] = await rows(connection, `select count(*) as keys, sum(rows_of_key - 1) as extra from (${repeated})`);
    if (Number(sum!.keys) > 0) {
      failing += Number(sum!.extra);
      const found = await rows(
        connection,
        `select ${asText(grain)} from (${repeated}) order by ${key} limit ${sampleSize}`,
      );
      samples = found.map((row) => keyText(row, grain));
      said.push(`${plural(Number(sum!.keys), "key")} on more than one row${such(samples)}`);
    }
  }
  return {
    model: name,
    kind: "grain",
    text: grain.join(", "),
    place: `${model.file}:${model.grainLine}`,
    failing,
    samples,
    message: failing > 0 ? `${name}: the grain ${grain.join(", ")} does not hold: ${said.join("; ")}.` : "",
  };
}

async function sampleKeys(connection: DuckDBConnection, model: Model, condition: string): Promise<string[]> {
  const { grain, name } = model;
  if (grain.length === 0) return [];
  const found = await rows(
    connection,
    `select ${asText(grain)} from ${name} where ${condition} order by ${grain.map(identifier).join(", ")} limit ${sampleSize}`,
  );
  return found.map((row) => keyText(row, grain));
}

function asText(columns: readonly string[]): string {
  return columns.map((column) => `${identifier(column)}::varchar as ${identifier(column)}`).join(", ");
}

function keyText(row: Row, grain: readonly string[]): string {
  return grain.map((column) => `${column} = ${row[column] ?? "null"}`).join(", ");
}

function such(samples: readonly string[]): string {
  return samples.length > 0 ? `, such as ${samples.join("; ")}` : "";
}

function plural(count: number, noun: string): string {
  return `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
}

/** Finds the directive that does not bind or run, by trying each alone. */
async function blame(connection: DuckDBConnection, model: Model, cause: unknown): Promise<Error> {
  const tries: Pick<Check, "expression" | "line">[] = [
    ...model.grain.map((column) => ({ expression: `${identifier(column)} is null`, line: model.grainLine })),
    ...model.checks,
  ];
  for (const { expression, line } of tries) {
    try {
      await rows(
        connection,
        `select count(*) filter (where not c) from (select (${expression}) as c from ${model.name})`,
      );
    } catch (error) {
      const { message } = sqlFailure(error);
      return new KeepageError("E201", `${model.name}: "${expression}" fails: ${message}`, {
        place: `${model.file}:${line}`,
        cause: error,
      });
    }
  }
  return cause instanceof Error ? cause : new Error(String(cause));
}
