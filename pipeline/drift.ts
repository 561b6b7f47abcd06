// Words that a site has begun to use: those without a mapping row that the release before did not know.
import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import type { Workspace } from "./config.ts";
import { type DuckDBConnection, literal, rows } from "./duckdb.ts";

export interface NewWord {
  readonly source: string;
  readonly entity: string;
  readonly field: string;
  /** The word, folded; null where it looks like prose, which may name people. */
  readonly raw: string | null;
  /** Records that say it. */
  readonly rows: number;
}

/** A field with more new words than this, or a word longer or with numbers or addresses in it, is prose. */
const [manyWords, longWord] = [20, 40];

/** New words of the warehouse that `connection` builds, beside the current release; none where there is no release to compare with. */
export async function newWords(connection: DuckDBConnection, workspace: Workspace): Promise<NewWord[]> {
  const before = join(workspace.current, "warehouse.duckdb");
  if (!existsSync(before)) return [];
  await connection.run(`attach ${literal(realpathSync(before))} as previous (read_only)`);
  try {
    const known = await rows<{ n: number }>(
      connection,
      `select count(*)::integer as n from duckdb_tables()
       where schema_name = 'marts' and table_name = 'unmapped_value' and database_name in ('previous', current_database())`,
    );
    if (known[0]?.n !== 2) return [];
    return await rows<NewWord>(
      connection,
      `with fresh as (
         select source, entity, field, raw_value, records, count(*) over (partition by source, entity, field) as words
         from marts.unmapped_value u
         where not exists (
           select 1 from previous.marts.unmapped_value p
           where p.source = u.source and p.entity = u.entity and p.field = u.field and p.raw_value = u.raw_value
         )
       )
       select source, entity, field,
         case when raw_value <> '(free text)' and words <= ${manyWords} and length(raw_value) <= ${longWord} and not regexp_matches(raw_value, '[0-9]{3}|@') then raw_value end as raw,
         sum(records)::integer as rows
       from fresh
       group by all
       order by all`,
    );
  } finally {
    await connection.run("detach previous");
  }
}
