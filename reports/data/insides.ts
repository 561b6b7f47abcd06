// Which names occur only together with one name of another cut: a clinician at one place, a place for one specialty. Readers who know
// the organization know that, and take the one away from the other.
import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Inside } from "../../pipeline/site/privacy.ts";
import type { Warehouse } from "../../pipeline/warehouse.types.ts";

/** Among rows that have the cuts as columns. `name` gives the word for a value, undefined where it is shown nowhere. */
export async function insidesOf(
  db: Kysely<Warehouse>,
  from: RawBuilder<unknown>,
  cuts: readonly string[],
  name: (cut: string, value: string) => string | undefined = (_, value) => value,
): Promise<Inside[]> {
  if (cuts.length < 2) return [];
  // One pass for each inner cut: per name the one value of each other cut, null where there are several.
  const selects = cuts.map((inner) => {
    const around = cuts.map((outer) =>
      outer === inner
        ? sql`null::varchar as ${sql.ref(outer)}`
        : sql`case when min(${sql.ref(outer)}) = max(${sql.ref(outer)}) and count(*) = count(${sql.ref(outer)})
            then min(${sql.ref(outer)})::varchar end as ${sql.ref(outer)}`,
    );
    return sql`select ${sql.lit(inner)} as "inner", ${sql.ref(inner)}::varchar as name, ${sql.join(around)}
      from told where told.${sql.ref(inner)} is not null group by told.${sql.ref(inner)}`;
  });
  const columns = sql.join(cuts.map((cut) => sql.ref(cut)));
  const { rows } = await sql<Record<string, string | null> & { inner: string; name: string }>`
    with told as materialized (select distinct ${columns} from (${from}) as counted)
    ${sql.join(selects, sql` union all `)} order by "inner", name`.execute(db);
  return cuts.flatMap((inner) =>
    cuts.flatMap((outer) => {
      const alone = rows.filter((row) => row.inner === inner && row[outer] !== null);
      return [...Map.groupBy(alone, (row) => row[outer]!)].flatMap(([around, of]) => {
        const outside = name(outer, around);
        const names = of.flatMap((row) => name(inner, row.name) ?? []);
        return outside === undefined ? [] : [{ outer: { cut: outer, name: outside }, inner: { cut: inner, names } }];
      });
    }),
  );
}
