// Steps of time by family: figures of the same things, counted by the same date, are told for the same years.
import { type Calendar, calendar, firstDay, monthNumber } from "./calendar.ts";
import type { Site } from "./site.ts";

const calendars = new WeakMap<Site, Promise<ReadonlyMap<string, Calendar>>>();

/** Steps of time by family: their years end with the newest quarter in which all shares of the family are complete. */
export function familiesOf(site: Site): Promise<ReadonlyMap<string, Calendar>> {
  const known = calendars.get(site) ?? read();
  calendars.set(site, known);
  return known;

  async function read() {
    const rows = await site.db
      .selectFrom("marts.metric_definition")
      .select(["grain", "counted_by", (e) => e.fn.max("window_days").as("days")])
      .where("kind", "=", "share")
      .groupBy(["grain", "counted_by"])
      .execute();
    const first = site.calendar.steps[site.calendar.leaf.values().next().value ?? 0]!.low;
    return new Map(
      rows.map(({ grain, counted_by, days }) => {
        const behind = days === null ? 0 : days + site.run.lagDays;
        const complete = new Date(Date.parse(`${site.run.asOfDate}T00:00:00Z`) - (behind - 1) * 86_400_000);
        return [
          `${grain} by ${counted_by}`,
          calendar(firstDay(first), site.run.asOfDate, { end: monthNumber(complete.toISOString()) }),
        ] as const;
      }),
    );
  }
}
