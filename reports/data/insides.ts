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
  const pairs = cuts.flatMap((inner) => cuts.flatMap((outer) => (outer === inner ? [] : [{ inner, outer }])));
  if (pairs.length === 0) return [];
  const selects = pairs.map(
    ({
      inner,
      outer,
    }) => sql`select ${sql.lit(inner)} as "inner", ${sql.lit(outer)} as "outer", ${sql.ref(inner)}::varchar as name,
        min(${sql.ref(outer)})::varchar as around
      from told where ${sql.ref(inner)} is not null group by ${sql.ref(inner)}
      having min(${sql.ref(outer)}) = max(${sql.ref(outer)}) and count(*) = count(${sql.ref(outer)})`,
  );
  const columns = sql.join(cuts.map((cut) => sql.ref(cut)));
  const { rows } = await sql<{ inner: string; outer: string; name: string; around: string }>`
    with told as materialized (select distinct ${columns} from (${from}) as counted)
    ${sql.join(selects, sql` union all `)} order by all`.execute(db);
  return [...Map.groupBy(rows, ({ inner, outer, around }) => `${inner}\0${outer}\0${around}`).values()].flatMap(
    (of) => {
      const { inner, outer, around } = of[0]!;
      const outside = name(outer, around);
      const names = of.flatMap((row) => name(inner, row.name) ?? []);
      return outside === undefined ? [] : [{ outer: { cut: outer, name: outside }, inner: { cut: inner, names } }];
    },
  );
}
