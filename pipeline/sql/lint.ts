// The rules of a model file, checked on its text and on the tree DuckDB's parser makes of it, before anything is built.
import type { DuckDBConnection } from "../duckdb.ts";
import { KeepageError, nearest } from "../errors.ts";
import type { Check, Layer, Model } from "../models.ts";
import { columnList, directiveNames, excerpt, type Header, placeAt, readHeader } from "./text.ts";
import { parseQuery, type QueryTree } from "./tree.ts";

/** What a layer may read. Staging alone sees raw rows; nothing but the worklist exporter sees identity. */
export const mayRead: Readonly<Record<Layer, readonly string[]>> = {
  staging: ["raw", "staging", "seeds"],
  core: ["staging", "core", "seeds"],
  marts: ["core", "marts", "seeds"],
};

const schemas = new Set(["raw", "seeds", "staging", "core", "marts", "identity"]);

/** Functions that make rows out of nothing but their arguments; any other table function reaches outside. */
const harmlessTableFunctions = new Set(["range", "generate_series", "unnest"]);

/** Words that read the clock, the session or the machine besides the functions DuckDB marks as unsteady. */
const outsideWords = new Set(
  `current_timestamp current_time current_localtime current_localtimestamp localtime localtimestamp current_user
   current_role session_user user current_setting getvariable getenv version pg_postmaster_start_time`.split(/\s+/),
);

export type ModelSource = Pick<Model, "name" | "layer" | "table" | "file" | "sql">;

/** Lints one file. The model is missing where its text does not parse. */
export async function lint(
  connection: DuckDBConnection,
  source: ModelSource,
  unsteady: ReadonlySet<string>,
): Promise<{ model?: Model; errors: KeepageError[] }> {
  const { sql, layer } = source;
  const report = new Report(source);
  const header = readHeader(sql);
  lintDirectives(header, report);
  const parsed = await parseQuery(connection, sql);
  if ("error" in parsed) {
    const { message, shape, at } = parsed.error;
    if (shape)
      report.wrong(
        1,
        `${source.name} ${message}.`,
        "Write one select; what pivots do, sum(x) filter (where ...) does.",
      );
    else {
      const place = placeAt(sql, at ?? 0);
      const shown = at === undefined ? "." : `:\n${excerpt(sql, place.line, place.column)}`;
      report.wrong(place.line, `${source.name}: ${message}${shown}`, "Correct the SQL.");
    }
    return { errors: report.errors };
  }
  const { tree } = parsed;
  lintTree(tree, report, unsteady, (at) => (at === undefined ? 1 : placeAt(sql, at).line));
  const trees = [tree];
  const checks: Check[] = header.directives.flatMap(({ name, text, line }) =>
    name === "check" || name === "warn" ? { kind: name, expression: text, line } : [],
  );
  const parses = await Promise.all(checks.map((check) => parseQuery(connection, `select (${check.expression})`)));
  for (const [n, { expression: text, line }] of checks.entries()) {
    const expression = parses[n]!;
    if ("error" in expression) {
      report.wrong(line, `"${text}" cannot be read: ${expression.error.message}.`, "Write one boolean expression.");
    } else if (expression.tree.columns.length !== 1 || expression.tree.columns[0]!.star) {
      report.wrong(line, `"${text}" is not one expression.`, "Write one boolean expression for each line.");
    } else {
      trees.push(expression.tree);
      lintTree(expression.tree, report, unsteady, () => line);
    }
  }
  const columns = lintColumns(source, tree, report);
  const grain = lintGrain(header, columns, report);
  if (layer !== "staging" && header.comment === "")
    report.breaks(1, `${source.name} does not say what one row is.`, "Open the file with a comment that says it.");
  const materialize = header.directives.find(({ name }) => name === "materialize");
  const reads = new Set(trees.flatMap(({ tables }) => tables.map(({ name }) => name)));
  reads.delete(source.name);
  return {
    errors: report.errors,
    model: {
      ...source,
      comment: header.comment,
      grain: grain.columns,
      grainLine: grain.line,
      checks,
      materialize: isView(layer, materialize?.text) ? "view" : "table",
      columns,
      reads: [...reads].sort(),
    },
  };
}

/** Staging models are views and core models tables unless they say otherwise; marts are tables. */
function isView(layer: Layer, materialize: string | undefined): boolean {
  return layer === "staging" ? materialize !== "table" : layer === "core" && materialize === "view";
}

class Report {
  readonly errors: KeepageError[] = [];
  readonly source: ModelSource;
  constructor(source: ModelSource) {
    this.source = source;
  }
  wrong(line: number, what: string, todo: string): void {
    this.errors.push(new KeepageError("E201", what, { place: `${this.source.file}:${line}`, todo }));
  }
  breaks(line: number, what: string, todo: string): void {
    this.errors.push(new KeepageError("E202", what, { place: `${this.source.file}:${line}`, todo }));
  }
}

function lintDirectives(header: Header, report: Report): void {
  for (const { name, line, misplaced } of header.strays) {
    if (misplaced)
      report.breaks(
        line,
        `"${name}:" stands below the first comment.`,
        "Move the line into the comment that opens the file.",
      );
    else report.breaks(line, `"${name}:" is not a directive.`, `Did you mean "${nearest(name, directiveNames)}:"?`);
  }
  for (const name of ["grain", "materialize"] as const) {
    const second = header.directives.filter((directive) => directive.name === name)[1];
    if (second) report.breaks(second.line, `"${name}:" is given twice.`, "Keep one of the lines.");
  }
  const materialize = header.directives.find(({ name }) => name === "materialize");
  if (!materialize) return;
  if (report.source.layer === "marts") report.breaks(materialize.line, "Marts are always tables.", "Delete the line.");
  else if (materialize.text !== "table" && materialize.text !== "view")
    report.breaks(materialize.line, `"${materialize.text}" is not a way to build.`, 'Write "table" or "view".');
}

function lintTree(
  tree: QueryTree,
  report: Report,
  unsteady: ReadonlySet<string>,
  lineOf: (at: number | undefined) => number,
): void {
  const { name: model, layer } = report.source;
  const allowed = mayRead[layer];
  const listed = `${allowed.slice(0, -1).join(", ")} and ${allowed.at(-1)}`;
  for (const { name, at } of tree.tables) {
    const [schema, ...rest] = name.split(".") as [string, ...string[]];
    if (rest.length > 1)
      report.breaks(lineOf(at), `${model} reads ${name}.`, "Name a table by its layer and its name only.");
    else if (!allowed.includes(schema))
      report.breaks(
        lineOf(at),
        `${model} reads ${name}, but ${layer} may read ${listed} only.`,
        schema === "raw"
          ? "Read it through a staging model."
          : schemas.has(schema)
            ? "Move what it needs into a layer it may read."
            : `There is no layer "${schema}".`,
      );
  }
  for (const { name, at } of tree.loose) {
    const file = /[./*\\]/.test(name);
    report.breaks(
      lineOf(at),
      file
        ? `${model} reads the file "${name}".`
        : `${model} reads "${name}", which is in no layer and no "with" clause.`,
      file
        ? "Files come in through a source; read the staging table made from it."
        : `Write the layer before it, as in core.${name.toLowerCase()}.`,
    );
  }
  for (const { name, at } of tree.tableFunctions)
    if (!harmlessTableFunctions.has(name))
      report.breaks(lineOf(at), `${model} reads from ${name}().`, "Read staging, core, marts or seeds tables only.");
  for (const { name, at, args } of tree.functions)
    if (isUnsteady(name, args, unsteady))
      report.breaks(
        lineOf(at),
        `${model} uses ${name}${args < 0 ? "" : "()"}: the same files would give another result on another day or machine.`,
        "Take time from seeds.run (as_of, as_of_date) and leave chance out.",
      );
  for (const { name, at } of tree.arbitrary)
    report.breaks(
      lineOf(at),
      `${model} uses ${name}: which row wins would be left to chance.`,
      "Say the order, down to a column that is unique, or use min or max.",
    );
  for (const { at } of tree.parameters)
    report.breaks(lineOf(at), `${model} holds a parameter.`, "Models take no parameters; read seeds.run.");
}

function isUnsteady(name: string, args: number, unsteady: ReadonlySet<string>): boolean {
  if (name === "error") return false; // fails or does nothing
  if (name === "age") return args === 1; // age(x) counts from today
  if (outsideWords.has(name)) return true;
  return unsteady.has(name) && (args >= 0 || name.startsWith("current_")); // a bare word is a column, but for current_date
}

function lintColumns(source: ModelSource, tree: QueryTree, report: Report): Model["columns"] {
  const { sql, layer } = source;
  const open = tree.columns.some(({ star }) => star);
  const list = columnList(sql);
  const strict = layer !== "staging";
  if (open) {
    const line = lineOfStar(sql, tree.columns.find(({ star }) => star)!);
    if (strict)
      report.breaks(
        line,
        `${source.name} ends in a star.`,
        "Name each column, with a comment behind it; a new column upstream must not slip in.",
      );
    return [];
  }
  if (!list || list.length !== tree.columns.length) {
    if (strict)
      report.breaks(
        1,
        `The columns of ${source.name} cannot be told.`,
        "End the file in a plain select, without brackets around it.",
      );
    return [];
  }
  return tree.columns.map(({ name }, i) => {
    const { line, comment } = list[i]!;
    if (strict && name === null) report.breaks(line, "A column has no name.", 'Name it with "as".');
    else if (strict && comment === "")
      report.breaks(line, `Column ${name} has no comment.`, "Say behind it, after --, what it holds.");
    return { name: name ?? "", comment, line };
  });
}

function lineOfStar(sql: string, { at }: { at: number | undefined }): number {
  return at === undefined ? 1 : placeAt(sql, at).line;
}

function lintGrain(header: Header, columns: Model["columns"], report: Report): { columns: string[]; line: number } {
  const { name, layer } = report.source;
  const directive = header.directives.find((d) => d.name === "grain");
  if (!directive) {
    if (layer !== "staging")
      report.breaks(
        1,
        `${name} declares no grain.`,
        'Add "-- grain: a, b", the columns that tell one row from another.',
      );
    return { columns: [], line: 1 };
  }
  const grain = directive.text.split(",").map((column) => column.trim());
  const known = columns.map((column) => column.name);
  for (const column of grain) {
    if (!/^\w+$/.test(column))
      report.breaks(
        directive.line,
        `"${column}" in the grain is not a column name.`,
        "List columns, separated by commas.",
      );
    else if (known.length > 0 && !known.includes(column)) {
      const near = nearest(column, known);
      report.breaks(
        directive.line,
        `The grain names ${column}, which is not a column of ${name}.`,
        near ? `Did you mean ${near}?` : "Correct the name.",
      );
    }
  }
  return { columns: grain, line: directive.line };
}
