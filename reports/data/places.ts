// Which specialties and locations have a page of their own: the largest, by referrals. The frame of the site and the pages agree on them.
import { type Kysely, sql } from "kysely";
import { slugs } from "../../pipeline/site/slug.ts";
import type { Warehouse } from "../../pipeline/warehouse.types.ts";
import { spoken } from "../../pipeline/words.ts";
import type { Place } from "../components/place.ts";

/** More pages than anyone reads would only make the site slow to build. */
const most = 60;

export async function places(db: Kysely<Warehouse>): Promise<Place[]> {
  const { rows } = await sql<{ kind: Place["kind"]; key: Place["key"]; name: string }>`
    with counted as (
      select 'specialty' as kind, 'specialty' as key, specialty as name, sum(referrals) as referrals from marts.referral_month group by all
      union all select 'location', 'receiving_location', receiving_location, sum(referrals) from marts.referral_month group by all
      union all select 'location', 'referring_location', referring_location, sum(referrals) from marts.referral_month group by all
    ),
    -- A place that refers and receives is shown as what it is more often.
    largest as (
      select kind, arg_max(key, (referrals, key)) as key, name, max(referrals) as referrals
      from counted where name not in ('Unknown', 'Unmapped') group by kind, name
    )
    select kind, key, name from largest
    qualify row_number() over (partition by kind order by referrals desc, name) <= ${sql.lit(most)}
    order by kind, name`.execute(db);
  return [...Map.groupBy(rows, ({ kind }) => kind).values()].flatMap((of) => {
    const paths = slugs(of.map(({ name }) => name));
    return of.map(({ kind, key, name }) => ({ kind, key, name: spoken(name), path: `${kind}/${paths.get(name)!}` }));
  });
}
