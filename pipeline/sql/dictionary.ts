// The data dictionary of a warehouse, from the comments that its models left in it.
import { grainMark } from "../build.ts";
import { type DuckDBConnection, rows } from "../duckdb.ts";

export interface DictionaryColumn {
  readonly name: string;
  /** As DuckDB writes it: INTEGER, DOUBLE, DECIMAL(9,2), VARCHAR, BOOLEAN, DATE, TIMESTAMP. */
  readonly type: string;
  readonly comment: string;
}

export interface DictionaryTable {
  /** `schema.table` */
  readonly name: string;
  /** What one row is; paragraphs are parted by an empty line. */
  readonly comment: string;
  /** Columns that tell one row from another, as "a, b"; empty where none are declared. */
  readonly grain: string;
  readonly columns: readonly DictionaryColumn[];
}

/** Tables of the connection's own database in these schemas, by schema in the order given and by name. */
export async function dictionary(
  connection: DuckDBConnection,
  schemas: readonly string[] = ["marts", "core", "seeds"],
): Promise<DictionaryTable[]> {
  const tables = await rows<{ schema: string; table: string; comment: string | null }>(
    connection,
    `select schema_name as schema, table_name as table, comment from duckdb_tables()
     where database_name = current_database() and not internal order by all`,
  );
  const columns = await rows<{ schema: string; table: string; name: string; type: string; comment: string | null }>(
    connection,
    `select schema_name as schema, table_name as table, column_name as name, data_type as type, comment
     from duckdb_columns() where database_name = current_database() and not internal order by column_index`,
  );
  const byTable = Map.groupBy(columns, ({ schema, table }) => `${schema}.${table}`);
  return schemas.flatMap((wanted) =>
    tables
      .filter(({ schema }) => schema === wanted)
      .map(({ schema, table, comment }) => {
        const name = `${schema}.${table}`;
        const [prose = "", grain = ""] = (comment ?? "").split(grainMark);
        const of = byTable.get(name) ?? [];
        return {
          name,
          comment: prose,
          grain,
          columns: of.map((column) => ({ name: column.name, type: column.type, comment: column.comment ?? "" })),
        };
      }),
  );
}
