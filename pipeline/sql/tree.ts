// What a query reads and calls, from the tree DuckDB's own parser makes of it. Nothing is bound: no table need exist.
import { listValue } from "@duckdb/node-api";
import { type DuckDBConnection, rows } from "../duckdb.ts";

type Json = null | boolean | number | string | Json[] | JsonObject;
interface JsonObject {
  [key: string]: Json | undefined;
}

/** A mention of something in a query, with its place as an offset in bytes (undefined where the parser gives none). */
export interface Mention {
  readonly name: string;
  readonly at: number | undefined;
}

export interface QueryTree {
  /** Tables named with a schema, as `schema.table`; with a catalog before it where the query says so. */
  readonly tables: readonly Mention[];
  /** Tables named without a schema that no `with` clause in reach defines. */
  readonly loose: readonly Mention[];
  /** Scalar, aggregate and window functions, lower case; names such as current_date that need no brackets too. */
  readonly functions: readonly (Mention & { readonly args: number })[];
  /** Functions that stand for a table, as in `from read_csv(...)`. */
  readonly tableFunctions: readonly Mention[];
  /** Places whose result hangs on the order rows happen to come in: what would be arbitrary, and why. */
  readonly arbitrary: readonly Mention[];
  /** Parameters such as `?`, `$1`. */
  readonly parameters: readonly Mention[];
  /** Output columns in order, from the outermost select (the first branch of a union); null for a star. */
  readonly columns: readonly {
    readonly name: string | null;
    readonly star: boolean;
    readonly at: number | undefined;
  }[];
}

export interface ParseError {
  readonly message: string;
  /** The text parses, and is not one select; the message goes on from the file's name. */
  readonly shape: boolean;
  /** Byte offset, where the parser gives one. */
  readonly at: number | undefined;
}

/** Parses text that must be exactly one select. */
export async function parseQuery(
  connection: DuckDBConnection,
  sql: string,
): Promise<{ tree: QueryTree } | { error: ParseError }> {
  const parsed = JSON.parse(await serialized(connection, sql)) as JsonObject;
  if (parsed.error) {
    const message = String(parsed.error_message);
    if (message.startsWith("Only SELECT")) return notOneSelect("something other than a plain select");
    const at = parsed.position === undefined ? undefined : Number(parsed.position);
    return { error: { message: message.replace(/\.$/, ""), shape: false, at } };
  }
  const statements = list(parsed.statements);
  if (statements.length !== 1) return notOneSelect(`${statements.length} statements instead of one select`);
  const root = object(object(statements[0])?.node);
  const walk = new Walk();
  walk.visit(root ?? null, new Set());
  if (walk.shows) return notOneSelect("something other than a plain select");
  return { tree: { ...walk.found, columns: outputColumns(root) } };
}

interface Batch {
  readonly texts: string[];
  readonly parses: Promise<string[]>;
}

const batches = new WeakMap<DuckDBConnection, Batch>();

/**
 * DuckDB's parse of a text as JSON, without what is empty or as it mostly is. Texts asked for together are parsed together: a model folder
 * has hundreds of small ones.
 */
async function serialized(connection: DuckDBConnection, sql: string): Promise<string> {
  let batch = batches.get(connection);
  if (!batch) {
    const texts: string[] = [];
    batch = { texts, parses: new Promise(setImmediate).then(() => parseAll(connection, texts)) };
    batches.set(connection, batch);
  }
  const place = batch.texts.push(sql) - 1;
  return (await batch.parses)[place]!;
}

async function parseAll(connection: DuckDBConnection, texts: readonly string[]): Promise<string[]> {
  batches.delete(connection);
  const parses = await rows<{ parse: string }>(
    connection,
    `select json_serialize_sql(text, skip_default := true, skip_empty := true, skip_null := true) as parse
     from (select unnest($1::varchar[]) as text)`,
    [listValue(texts)],
  );
  return parses.map(({ parse }) => parse);
}

function notOneSelect(what: string): { error: ParseError } {
  return { error: { message: `holds ${what}`, shape: true, at: undefined } };
}

/** Aggregates whose value depends on the order of their rows unless the call says one. */
const orderedAggregates = new Set(
  "first last any_value arbitrary list array_agg string_agg group_concat listagg".split(" "),
);
const orderedWindows = new Set(
  "row_number ntile lag lead first_value last_value nth_value first last any_value".split(" "),
);

class Walk {
  readonly found = {
    tables: [] as Mention[],
    loose: [] as Mention[],
    functions: [] as (Mention & { args: number })[],
    tableFunctions: [] as Mention[],
    arbitrary: [] as Mention[],
    parameters: [] as Mention[],
  };
  shows = false;

  visit(node: Json, ctes: ReadonlySet<string>): void {
    if (Array.isArray(node)) for (const item of node) this.visit(item, ctes);
    else if (node !== null && typeof node === "object") this.visitObject(node, ctes);
  }

  private visitObject(node: JsonObject, outer: ReadonlySet<string>): void {
    let ctes = outer;
    if (typeof node.cte_name === "string") ctes = new Set([...ctes, node.cte_name.toLowerCase()]);
    const defined = list(object(node.cte_map)?.map);
    for (const entry of defined) {
      const { key, value } = object(entry) ?? {};
      this.visit(value ?? null, ctes);
      ctes = new Set([...ctes, String(key).toLowerCase()]);
    }
    this.note(node, ctes);
    for (const key in node) {
      const value = node[key];
      if (value !== null && typeof value === "object" && key !== "cte_map") this.visit(value, ctes);
    }
  }

  private note(node: JsonObject, ctes: ReadonlySet<string>): void {
    const { found } = this;
    const at = location(node);
    const name = String(node.function_name ?? "").toLowerCase();
    if (node.type === "BASE_TABLE") {
      const [catalog, schema, table] = [node.catalog_name, node.schema_name, node.table_name];
      if (schema) found.tables.push({ name: [catalog, schema, table].filter(Boolean).join(".").toLowerCase(), at });
      else if (!ctes.has(String(table).toLowerCase())) found.loose.push({ name: String(table), at });
    } else if (node.type === "SHOW_REF") this.shows = true;
    else if (node.type === "TABLE_FUNCTION")
      found.tableFunctions.push({ name: String(object(node.function)?.function_name ?? "").toLowerCase(), at });
    else if (node.class === "FUNCTION") {
      found.functions.push({ name, at, args: list(node.children).length });
      if (orderedAggregates.has(name) && list(object(node.order_bys)?.orders).length === 0)
        found.arbitrary.push({ name: `${name}() without order by`, at });
    } else if (node.class === "WINDOW") {
      found.functions.push({ name, at, args: list(node.children).length });
      if (orderedWindows.has(name) && list(node.orders).length === 0 && list(node.arg_orders).length === 0)
        found.arbitrary.push({ name: `${name}() over a window without order by`, at });
    } else if (node.class === "COLUMN_REF" && list(node.column_names).length === 1)
      found.functions.push({ name: String(list(node.column_names)[0]).toLowerCase(), at, args: -1 });
    else if (node.class === "PARAMETER") found.parameters.push({ name: "parameter", at });
    if (object(node.sample)) found.arbitrary.push({ name: "a sample", at });
    this.noteModifiers(node);
  }

  private noteModifiers(node: JsonObject): void {
    const modifiers = list(node.modifiers).map((modifier) => object(modifier) ?? {});
    if (modifiers.some((modifier) => modifier.type === "ORDER_MODIFIER")) return;
    for (const modifier of modifiers) {
      const limit = modifier.type === "LIMIT_MODIFIER" || modifier.type === "LIMIT_PERCENT_MODIFIER";
      const distinctOn = list(modifier.distinct_on_targets);
      if (limit) {
        const at = location(object(modifier.limit)) ?? location(object(modifier.offset));
        this.found.arbitrary.push({ name: "limit without order by", at });
      } else if (distinctOn.length > 0)
        this.found.arbitrary.push({ name: "distinct on without order by", at: location(object(distinctOn[0])) });
    }
  }
}

function outputColumns(root: JsonObject | undefined): QueryTree["columns"] {
  let node = root;
  while (node && !node.select_list) node = object(node.left) ?? object(node.child);
  return list(node?.select_list).map((item) => {
    const column = object(item) ?? {};
    const names = list(column.column_names);
    const name = column.alias || (column.class === "COLUMN_REF" && names.at(-1));
    return { name: name ? String(name) : null, star: column.class === "STAR", at: location(column) };
  });
}

function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

function object(value: Json | undefined): JsonObject | undefined {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? value : undefined;
}

/** Offset of a node; the parser writes the largest 64-bit number for "nowhere". */
function location(node: JsonObject | undefined): number | undefined {
  const at = node?.query_location;
  return typeof at === "number" && Number.isSafeInteger(at) ? at : undefined;
}
