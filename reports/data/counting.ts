// Reads counts for publishing: one pass per cut over rows that a query names, as the parts into which people are divided.
import { type Kysely, type RawBuilder, sql } from "kysely";
import { totals } from "../../pipeline/site/privacy.ts";
import type { Warehouse } from "../../pipeline/warehouse.types.ts";
import type { Dimension, Table } from "../components/facts.ts";
import type { Calendar } from "./calendar.ts";
import type { CountRow, FactOptions, Published } from "./publish.ts";

export interface CountingOptions {
  readonly db: Kysely<Warehouse>;
  readonly calendar: Calendar;
  /** Rows with a column `month`, one per dimension, and `columns` that are added up. */
  readonly from: RawBuilder<unknown>;
  readonly columns: readonly string[];
}

/** Sums of the columns by month, for everybody or for each value of a dimension. Months outside the calendar are left out. */
export async function countRows(options: CountingOptions, dimension?: Dimension): Promise<CountRow[]> {
  const { db, calendar, from, columns } = options;
  const value = dimension ? sql`coalesce(${sql.ref(dimension.key)}, 'Unknown')` : sql`''`;
  const sums = sql.join(
    columns.map((column) => sql`coalesce(sum(${sql.ref(column)}), 0)::double as ${sql.ref(column)}`),
  );
  const { rows } = await sql<Record<string, number> & { month: string; value: string }>`
    select strftime(month, '%Y-%m-01') as month, ${value} as value, ${sums} from (${from}) as counted group by 1, 2 order by 1, 2
  `.execute(db);
  return rows.flatMap((row) => {
    const step = calendar.leaf.get(row.month);
    if (step === undefined) return [];
    return [{ step, ...(dimension && { value: row.value }), counts: columns.map((column) => row[column]!) }];
  });
}

/** What `publishFact` needs to know of rows: everybody and each dimension. */
export async function countCuts(
  options: CountingOptions,
  dimensions: readonly Dimension[],
): Promise<Pick<FactOptions, "everybody" | "cuts">> {
  const cuts = new Map<Dimension, readonly CountRow[]>();
  for (const dimension of dimensions) cuts.set(dimension, await countRows(options, dimension));
  return { everybody: await countRows(options), cuts };
}

/**
 * Puts sums of money beside published counts: only where the count of `beside` is shown, so that every sum, and every difference of
 * sums, is of nobody or of as many people as a count may be.
 */
export function withAmounts(
  published: Published,
  beside: string,
  names: readonly string[],
  amounts: Pick<FactOptions, "everybody" | "cuts">,
  { tree }: Calendar,
): Published {
  const tables: Record<string, Table> = {};
  for (const [key, table] of Object.entries(published.data.tables)) {
    const dimension = [...amounts.cuts.keys()].find((one) => one.key === key);
    const rows = dimension ? amounts.cuts.get(dimension)! : amounts.everybody;
    const byValue = Map.groupBy(rows, (row) => row.value ?? "");
    const sums = new Map(
      [...byValue].map(([value, of]) => [
        value,
        totals(tree, new Map(of.map(({ step, counts }) => [step, counts])), names.length),
      ]),
    );
    const columns = names.map((_, i) =>
      table.step.map((node, row) => {
        if (table.counts[beside]?.[row] == null) return null;
        const value = dimension ? dimension.values[table.value![row]!]! : "";
        return Math.round(sums.get(value)?.[node]?.[i] ?? 0);
      }),
    );
    tables[key] = {
      ...table,
      counts: { ...table.counts, ...Object.fromEntries(names.map((name, i) => [name, columns[i]!])) },
    };
  }
  return { ...published, data: { ...published.data, tables } };
}

/** A published fact without columns that only served to decide, and without rows that then say nothing. */
export function without(published: Published, columns: readonly string[]): Published {
  const tables: Record<string, Table> = {};
  for (const [key, table] of Object.entries(published.data.tables)) {
    const kept = Object.entries(table.counts).filter(([name]) => !columns.includes(name));
    const rows = table.step.map((_, row) => row).filter((row) => kept.some(([, values]) => values[row] != null));
    tables[key] = {
      step: rows.map((row) => table.step[row]!),
      ...(table.value && { value: rows.map((row) => table.value![row]!) }),
      counts: Object.fromEntries(kept.map(([name, values]) => [name, rows.map((row) => values[row]!)])),
    };
  }
  return { ...published, data: { ...published.data, tables } };
}
