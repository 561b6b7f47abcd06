// Access and aging: the open referrals by age and by where they stand, and how long the way to an appointment and a visit takes.
import type { Kysely } from "kysely";
import type { Warehouse } from "../../pipeline/warehouse.types.ts";
import type { Dimension } from "../components/facts.ts";
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
