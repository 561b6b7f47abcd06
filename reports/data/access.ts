// Access and aging: the open referrals by age and by where they stand, and how long the way to an appointment and a visit takes.
import type { Kysely } from "kysely";
import type { Warehouse } from "../../pipeline/warehouse.types.ts";
import type { MonthEnd } from "../components/access.ts";
import type { Dimension } from "../components/facts.ts";
import { monthNumber } from "./calendar.ts";
import { figures } from "./figures.ts";
import { publishFact } from "./publish.ts";
import { type Site, siteOf } from "./site.ts";
import { waiting } from "./waiting.ts";
import { whole } from "./whole.ts";

const stages: Readonly<Record<string, string>> = {
  pending: "No appointment yet",
  scheduled: "Appointment ahead",
  awaiting_authorization: "Waiting for the payer",
  awaiting_information: "Waiting for records",
  no_showed: "Missed the appointment",
  canceled_appointment: "Appointment canceled",
  outcome_unknown: "Date passed, nothing recorded",
  unmapped: "Status without a meaning",
};

export async function access(db: Kysely<Warehouse>): Promise<Map<string, string>> {
  const site = await siteOf(db);
  const { volume, open } = await waiting(site);
  const content = {
    ...(await figures(site, { days: ["days_to_scheduled", "days_to_visit"] })),
    volume: volume.data,
    open: open.data,
    stages: await byStage(site),
    monthEnds: await monthEnds(site, open.data.tables.all!.counts.referrals ?? []),
  };
  return new Map([["access.json", JSON.stringify(content)]]);
}

/** Open referrals by where they stand. The ages divide the same people in ways that do not depend on it. */
async function byStage({ db, limit }: Site) {
  const rows = await db
    .selectFrom("marts.open_referral")
    .select(["stage", (e) => e.fn.countAll<number>().as("count")])
    .groupBy("stage")
    .orderBy("stage")
    .execute();
  const known = rows.flatMap(({ stage, count }) => (stage === null ? [] : [{ stage, count }]));
  const dimension: Dimension = { key: "stage", label: "Stage", values: known.map(({ stage }) => stage) };
  const fact = publishFact({
    limit,
    tree: whole.tree,
    steps: whole.steps,
    parts: ["referrals"],
    everybody: known.map(({ count }) => ({ step: 0, counts: [count] })),
    cuts: new Map([[dimension, known.map(({ stage, count }) => ({ step: 0, value: stage, counts: [count] }))]]),
  }).data;
  return { fact, dimension: { ...dimension, values: dimension.values.map((stage) => stages[stage] ?? stage) } };
}

/**
 * Everybody open at the end of each month, from the first month that may be told on. What came in is published by month, so the
 * difference of two month ends tells how many ended: neither may be few, nor may the open orders of today that are repeats.
 */
async function monthEnds({ db, limit, run }: Site, orders: readonly (number | null)[]): Promise<MonthEnd[]> {
  const rows = await db
    .selectFrom("marts.month_end")
    .select(["month", "open", "arrived", "ended"])
    .where("cut", "=", "total")
    .orderBy("month")
    .execute();
  const few = (counts: readonly (number | null)[]) => counts.some((count) => (count ?? 0) < limit);
  const last = rows.at(-1);
  const repeats = Math.abs(orders.reduce<number>((sum, count) => sum + (count ?? 0), 0) - (last?.open ?? 0));
  // The month that has just begun is left out alone; a few in any other silence all before it.
  const begun = last?.month.slice(0, 7) === run.asOfDate.slice(0, 7);
  const withheld = last && begun && (few([last.open, last.arrived, last.ended]) || (repeats > 0 && repeats < limit));
  const ended = withheld ? rows.slice(0, -1) : rows;
  const told = ended.slice(ended.findLastIndex(({ open, arrived, ended }) => few([open, arrived, ended])) + 1);
  return told.map(({ month, open }) => ({ month: monthNumber(month), open: open ?? 0 }));
}
