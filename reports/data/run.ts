// What every page says of itself: which run, as of when, from which feeds.
import type { Kysely } from "kysely";
import type { Warehouse } from "../../pipeline/warehouse.types.ts";
import type { Feed, Run } from "../components/freshness.ts";

export interface RunFacts extends Run {
  /** Day of `asOf`, "2026-05-02". */
  readonly asOfDate: string;
  /** Days that sources are behind. */
  readonly lagDays: number;
}

export async function readRun(db: Kysely<Warehouse>): Promise<RunFacts> {
  const run = await db.selectFrom("seeds.run").selectAll().executeTakeFirstOrThrow();
  const asOf = run.as_of ?? "";
  return {
    id: run.run_id ?? "",
    organization: run.organization ?? "",
    asOf,
    asOfDate: run.as_of_date ?? asOf.slice(0, 10),
    lagDays: run.lag_days ?? 0,
    cellLimit: run.cell_limit ?? 11, // never publish small counts because a setting got lost
  };
}

export async function readFeeds(db: Kysely<Warehouse>): Promise<Feed[]> {
  const feeds = await db
    .selectFrom("marts.source_health")
    .select(["label", "source", "covers", "last_as_of", "expect_days", "every_days", "days_old", "files_held", "fresh"])
    .orderBy("label")
    .orderBy("source")
    .execute();
  return feeds.map((feed) => ({
    label: feed.label ?? feed.source ?? "",
    covers: feed.covers,
    lastAsOf: feed.last_as_of,
    expectDays: feed.expect_days,
    everyDays: feed.every_days,
    daysOld: feed.days_old,
    filesHeld: feed.files_held ?? 0,
    fresh: feed.fresh ?? false,
  }));
}
