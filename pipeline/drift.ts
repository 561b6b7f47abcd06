// What is otherwise than in the release before: words without a mapping row that it did not know, and files that counted in it.
import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import type { Workspace } from "./config.ts";
import { type DuckDBConnection, literal, rows } from "./duckdb.ts";
import { type OffFiles, todoOfOff } from "./standing.ts";

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

/** Runs `use` with the current release attached as `previous`, and tells it whether there is one that can be read. */
async function besidePrevious<T>(
  connection: DuckDBConnection,
  workspace: Workspace,
  use: (has: (table: string) => Promise<boolean>) => Promise<T>,
): Promise<T> {
  const before = join(workspace.current, "warehouse.duckdb");
  // A damaged release must not keep the next one from coming.
  const attached =
    existsSync(before) &&
    (await connection.run(`attach ${literal(realpathSync(before))} as previous (read_only)`).then(
      () => true,
      () => false,
    ));
  const has = async (table: string) => {
    if (!attached) return false;
    const [found] = await rows<{ n: number }>(
      connection,
      `select count(*)::integer as n from duckdb_tables()
       where schema_name || '.' || table_name = ${literal(table)} and database_name = 'previous'`,
    );
    return found!.n > 0;
  };
  try {
    return await use(has);
  } finally {
    if (attached) await connection.run("detach previous");
  }
}

/** New words of the warehouse that `connection` builds, beside the current release; none where there is no release to compare with. */
export async function newWords(connection: DuckDBConnection, workspace: Workspace): Promise<NewWord[]> {
  return besidePrevious(connection, workspace, async (has) => {
    if (!(await has("marts.unmapped_value"))) return [];
    const [built] = await rows<{ n: number }>(
      connection,
      `select count(*)::integer as n from duckdb_tables()
       where schema_name = 'marts' and table_name = 'unmapped_value' and database_name = current_database()`,
    );
    if (built!.n === 0) return [];
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
  });
}

/**
 * Files that counted in the current release and that nothing accounts for any longer: they are neither forgotten nor known to any source
 * that is switched on. A sentence for each source.
 */
export async function missingFiles(
  connection: DuckDBConnection,
  workspace: Workspace,
  known: readonly { readonly name: string }[],
  off: readonly OffFiles[],
): Promise<string[]> {
  const names = new Set(known.map((f) => f.name));
  const counted = await besidePrevious(connection, workspace, async (has) =>
    (await has("seeds.file"))
      ? rows<{ source: string; name: string }>(
          connection,
          "select distinct source, name from previous.seeds.file where standing = 'effective' order by source, name",
        )
      : [],
  );
  const gone = Map.groupBy(
    counted.filter((f) => !names.has(f.name)),
    (f) => f.source,
  );
  return [...gone].map(([source, files]) => {
    const there = off.find((o) => o.source === source);
    if (there) return todoOfOff(there);
    const first = `${files.length === 1 ? "" : `${files.length.toLocaleString("en-US")} files, such as `}${files[0]!.name}`;
    return `the release before had ${first}, and the state does not know ${files.length === 1 ? "it" : "them"}: put ${files.length === 1 ? "it" : "them"} into the inbox again, or restore the newest backup of the folder state`;
  });
}
