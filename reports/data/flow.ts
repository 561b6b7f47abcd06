// Flow: how far referrals get in 90 days, how the others end, and the curves of both over a year.
import type { Kysely } from "kysely";
import type { Warehouse } from "../../pipeline/warehouse.types.ts";
import type { CurveData, Hold, Way } from "../components/stepped.ts";
import { fileOf, withCube } from "./cubes.ts";
import { familiesOf } from "./families.ts";
import { figures } from "./figures.ts";
import { endLevels, ends, episodes, familyOf } from "./kinds.ts";
import { publishFact } from "./publish.ts";
import { type CutKey, cutKeys, type Site, siteOf } from "./site.ts";

export async function flow(db: Kysely<Warehouse>): Promise<Map<string, string>> {
  const site = await siteOf(db);
  const content = {
    ...(await figures(site, {
      shares: ["completed_90", "scheduled_90", "loop_closed", "show_through"],
      days: ["days_to_scheduled", "lead_days", "days_to_note"],
    })),
    ways: await ways(site),
    outcomes: await outcomes(site),
    curves: await curves(site),
    holds: await holds(site),
  };
  return new Map([["flow.json", JSON.stringify(content)]]);
}

/**
 * What had become of episodes 90 days after the order, each counted once. Declined and not reached stand together from the second
 * level on, because the loops closed by a visit or a refusal less the visits are just these.
 */
async function outcomes(site: Site) {
  const time = (await familiesOf(site)).get(episodes)!;
  const rows = await site.db
    .selectFrom("marts.metric")
    .select(["metric", "cut", "value", "month", "numerator", "denominator"])
    .where("metric", "in", ends)
    .where("period", "=", "month")
    .where("cut", "in", ["total", ...cutKeys])
    .orderBy("cut")
    .orderBy("value")
    .orderBy("month")
    .execute();
  const months = Map.groupBy(
    rows.filter(({ month }) => time.leaf.has(month)),
    ({ cut, value, month }) => `${cut}\0${value}\0${month}`,
  );
  const counted = [...months.values()].map((group) => {
    const { cut, value, month } = group[0]!;
    const counts = ends.map((end) => group.find(({ metric }) => metric === end)?.numerator ?? 0);
    const all = Math.max(
      0,
      ...group.map(({ metric, denominator }) => (metric === "returned" ? 0 : (denominator ?? 0))),
    );
    const open = Math.max(0, all - counts.reduce((sum, count) => sum + count, 0));
    return { cut, row: { step: time.leaf.get(month)!, value, counts: [...counts, open] } };
  });
  const byCut = Map.groupBy(counted, ({ cut }) => cut);
  const { together, inside } = await familyOf(site, episodes);
  const { data } = publishFact({
    limit: site.limit,
    tree: time.tree,
    steps: time.steps,
    parts: [...ends, "open"],
    levels: endLevels,
    everybody: (byCut.get("total") ?? []).map(({ row: { value: _, ...row } }) => row),
    cuts: new Map(
      [...site.dimensions.values()]
        .filter(({ key }) => byCut.has(key))
        .map((dimension) => [dimension, byCut.get(dimension.key)!.map(({ row }) => row)]),
    ),
    inside,
    family: { together, groups: [...ends, "open"] },
  });
  return withCube(site, data, fileOf(episodes), Object.assign({}, ...endLevels));
}

const days = [0, 7, 14, 21, 30, 45, 60, 75, 90, 120, 150, 180];

/**
 * Cumulative incidence at some days. With a limit the shares are whole percents, and only where one percent is at least the limit
 * of people: a step of the curve times the people at risk would otherwise be the number of those who ended that week.
 */
async function curves({ db, limit, dimensions }: Site): Promise<CurveData[]> {
  const rows = await db
    .selectFrom("marts.incidence")
    .select([
      "cut",
      "value",
      "day",
      "at_risk",
      "incidence_completed as completed",
      "incidence_declined as declined",
      "incidence_unreachable as unreachable",
      "incidence_canceled as canceled",
      "incidence_denied as denied",
      "incidence_returned as returned",
      "incidence_closed_unknown as unexplained",
    ])
    .where("cut", "in", ["total", ...cutKeys])
    .orderBy("cut")
    .orderBy("value")
    .orderBy("day")
    .execute();
  const exact = (share: number) => Math.round(share * 1e4) / 1e4;
  const rounded = (share: number) => Math.round(share * 100) / 100;
  const shown = limit > 0 ? rounded : exact;
  return [...Map.groupBy(rows, ({ cut, value }) => `${cut}\0${value}`).values()].flatMap((curve) => {
    const { cut, value } = curve[0]!;
    const code = cut === "total" ? 0 : (dimensions.get(cut as CutKey)?.values.indexOf(value) ?? -1);
    if (code < 0 || Math.max(...curve.map((row) => row.at_risk ?? 0)) < 100 * limit) return [];
    const last = Math.max(...curve.map(({ day }) => day));
    const at = days.filter((day) => day <= Math.max(last, 90));
    const points = (share: (row: (typeof curve)[number]) => number) =>
      at.map((day) => {
        const row = curve.findLast((one) => one.day <= day);
        return row ? shown(share(row)) : 0;
      });
    return [
      {
        cut: cut === "total" ? "all" : cut,
        value: code,
        days: at,
        completed: points((row) => row.completed ?? 0),
        refused: points((row) => (row.declined ?? 0) + (row.unreachable ?? 0)),
        others: points((row) => (row.canceled ?? 0) + (row.denied ?? 0) + (row.returned ?? 0)),
        unexplained: points((row) => row.unexplained ?? 0),
      },
    ];
  });
}

const wayKeys = ["contact", "appointment", "visit", "note"] as const;

/**
 * How far the episodes of the last twelve mature months came in 90 days. With a limit they are told of 100, in whole ones, and only
 * where each of them stands for at least the limit of people, as the curves are.
 */
async function ways({ db, limit, dimensions }: Site): Promise<Way[]> {
  const rows = await db
    .selectFrom("marts.dropout")
    .select(["cut", "value", "step", "ordered", "lost", "passed"])
    .where("cut", "in", ["total", ...cutKeys])
    .orderBy("cut")
    .orderBy("value")
    .orderBy("place")
    .execute();
  return [...Map.groupBy(rows, ({ cut, value }) => `${cut}\0${value}`).values()].flatMap((way) => {
    const { cut, value } = way[0]!;
    const ordered = way[0]!.ordered ?? 0;
    const code = cut === "total" ? 0 : (dimensions.get(cut as CutKey)?.values.indexOf(value) ?? -1);
    if (code < 0 || ordered < Math.max(100 * limit, 1)) return [];
    const told = (count: number | null) => (limit > 0 ? Math.round((100 * (count ?? 0)) / ordered) : (count ?? 0));
    const at = (step: string) => way.find((row) => row.step === step);
    return [
      {
        cut: cut === "total" ? "all" : cut,
        value: code,
        ordered: limit > 0 ? 100 : ordered,
        passed: wayKeys.map((step) => told(at(step)?.passed ?? 0)),
        lost: wayKeys.map((step) => told(at(step)?.lost ?? 0)),
      },
    ];
  });
}

/**
 * Days that referrals stay with each holder, and how far that is beyond limits. A median needs twice the limit of people, so that it
 * is nobody's own number; a share of late ones is told in whole percents of which each is at least the limit of people; days beyond
 * limits are rounded, and told where neither the late nor the others are few.
 */
async function holds({ db, limit, dimensions }: Site): Promise<Hold[]> {
  const rows = await db
    .selectFrom("marts.bottleneck")
    .selectAll()
    .orderBy("cut")
    .orderBy("value")
    .orderBy("stage")
    .execute();
  const least = Math.max(limit, 1);
  return rows.flatMap((row) => {
    const { cut, value, stage, median_days, p90_days, limit_days, late_share, days_over_limit } = row;
    const departed = row.departed ?? 0;
    const code = cut === "total" ? 0 : (dimensions.get(cut as CutKey)?.values.indexOf(value) ?? -1);
    if (code < 0 || median_days === null || departed < 2 * least) return [];
    const late = late_share === null || departed < 100 * limit ? null : Math.round(100 * late_share) / 100;
    const many =
      late_share !== null && Math.min(late_share, 1 - late_share) * departed >= least && departed >= 10 * least;
    return [
      {
        cut: cut === "total" ? "all" : cut,
        value: code,
        stage,
        median: median_days,
        p90: departed < 10 * least ? null : p90_days,
        limit: limit_days,
        late,
        over: many && days_over_limit !== null ? Number(days_over_limit.toPrecision(2)) : null,
        most: many && row.is_bottleneck === true,
      },
    ];
  });
}
