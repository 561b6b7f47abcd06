// The pages about one step on the way each: scheduling, authorization and outreach load nothing but figures.
import type { Kysely } from "kysely";
import type { Warehouse } from "../../pipeline/warehouse.types.ts";
import { type FigureNames, figures } from "./figures.ts";
import { siteOf } from "./site.ts";

const page =
  (name: string, names: FigureNames) =>
  async (db: Kysely<Warehouse>): Promise<Map<string, string>> =>
    new Map([[`${name}.json`, JSON.stringify(await figures(await siteOf(db), names))]]);

export const scheduling = page("scheduling", {
  shares: [
    "scheduled_90",
    "scheduled_30",
    "no_show",
    "no_show_ihi",
    "canceled_by_provider",
    "canceled_by_patient",
    "rescheduled",
    "left_without_seen",
    "outcome_unknown",
    "rebooked_14",
    "reminded_twice",
  ],
  days: ["days_to_scheduled", "lead_days"],
});

export const authorization = page("authorization", {
  shares: [
    "authorization_in_time_standard",
    "authorization_in_time_expedited",
    "authorization_denied",
    "authorization_partial",
    "authorization_on_appeal",
  ],
  days: ["days_to_authorization_standard", "days_to_authorization_expedited", "days_to_submission"],
});

export const outreach = page("outreach", {
  shares: ["reached_14", "reach_rate", "outreach_short", "outreach_exhausted", "wrong_number"],
  days: ["days_to_first_contact", "days_to_reached"],
});
