// Authorization: how long payers take, how often they say no, and how long we take to ask.
import { bars } from "./bars.ts";
import { changes } from "./changes.ts";
import { findings } from "./findings.ts";
import { rate } from "./format.ts";
import { headlines } from "./headline.ts";
import { Kit, type PageData, spanLabel } from "./kit.ts";
import type { SiteData } from "./page.ts";
import { type Filters, live } from "./state.ts";

const missing = "No request to a payer is known: no feed of authorizations has been loaded.";

export function authorizationPage(site: SiteData, data: PageData) {
  const kit = new Kit(site, data);
  const { figures } = kit;
  const table = (by: "payer" | "specialty", file: string) => (filters: Filters) =>
    kit.table({
      by,
      caption: `${by === "payer" ? "Payers" : "Specialties"}, requests submitted ${spanLabel(kit.span(figures.share("authorization_in_time_standard"), filters).now)}`,
      file,
      columns: [
        kit.ofColumn("authorization_in_time_standard", by, filters, "Standard requests"),
        kit.shareColumn("authorization_in_time_standard", by, filters, "Decided in 7 days"),
        kit.daysColumn("days_to_authorization_standard", by, "Days to a decision"),
        kit.daysColumn("days_to_authorization_standard", by, "Slowest tenth, over days", "p90"),
        kit.shareColumn("authorization_denied", by, filters, "Denied"),
        kit.daysColumn("days_to_submission", by, "Days until we asked"),
      ],
      missing,
    });
  return {
    filters: kit.filters(),
    headlines: live((filters) =>
      headlines([
        kit.share("authorization_in_time_standard", filters, "Standard, decided in 7 days"),
        kit.share("authorization_in_time_expedited", filters, "Expedited, decided in 72 hours"),
        kit.share("authorization_denied", filters, "Denied"),
        kit.days("days_to_submission", filters, "Days until we ask"),
      ]),
    ),
    findings: live((filters) =>
      findings(
        changes(
          kit,
          ["authorization_in_time_standard", "authorization_in_time_expedited", "authorization_denied"],
          filters,
          "payer",
        ),
      ),
    ),
    trend: kit.trend("authorization_in_time_standard", {
      title: "Are more standard requests decided within 7 days?",
      subtitle: "Share of requests, by month of submission; payers are bound to it from 2026",
      missing,
    }),
    payer: kit.bars("authorization_in_time_standard", "payer", { title: "Which payers are slowest?", missing }),
    decisions: live((filters) => {
      const denied = figures.share("authorization_denied");
      const { now } = kit.span(denied, filters);
      const parts = [
        ["Denied", "authorization_denied"],
        ["Approved on appeal", "authorization_on_appeal"],
        ["Approved in part", "authorization_partial"],
      ] as const;
      return bars({
        title: "How do payers decide?",
        subtitle: `Share of decisions, ${spanLabel(now)}; the rest were approved or are too few to show`,
        unit: "Share of decisions",
        format: rate,
        bars: parts.flatMap(([label, key]) => {
          const share = figures.share(key).over(filters, now);
          return share && share.rate > 0 ? [{ label, value: share.rate }] : [];
        }),
        empty: denied.known ? kit.tooFew(filters) : missing,
      });
    }),
    table: live(table("payer", "authorization-payers")),
    specialties: live(table("specialty", "authorization-specialties")),
  };
}
