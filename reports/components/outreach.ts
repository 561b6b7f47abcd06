// Outreach: whether patients are reached, how soon, and by which way.
import { changes } from "./changes.ts";
import { findings } from "./findings.ts";
import { headlines } from "./headline.ts";
import { Kit, type PageData, spanLabel } from "./kit.ts";
import type { SiteData } from "./page.ts";
import { live } from "./state.ts";

const missing = "No attempt to reach a patient is known: no feed of contacts has been loaded.";

export function outreachPage(site: SiteData, data: PageData) {
  const kit = new Kit(site, data);
  const { figures } = kit;
  const keys = ["reached_14", "outreach_short", "reach_rate"] as const;
  return {
    filters: kit.filters(),
    headlines: live((filters) =>
      headlines([
        kit.share("reached_14", filters, "Reached in 14 days"),
        kit.days("days_to_first_contact", filters, "Days to the first attempt"),
        kit.share("reach_rate", filters, "Attempts answered"),
        kit.share("outreach_short", filters, "Given up too early"),
      ]),
    ),
    findings: live((filters) => findings(changes(kit, keys, filters))),
    trend: kit.trend("reached_14", {
      title: "Are more patients reached within 14 days of the first attempt?",
      subtitle: "Reached, or an appointment made, by month of the first attempt",
      missing,
    }),
    channel: kit.bars("reach_rate", "channel", { title: "Which way reaches patients?", missing }),
    hour: kit.bars("reach_rate", "hour_band", { title: "At what time of day?", missing }),
    language: kit.bars("reach_rate", "contact_language", {
      title: "Is a patient of another language reached as often?",
      missing,
    }),
    table: live((filters) =>
      kit.table({
        by: "specialty",
        caption: `Specialties, first attempt ${spanLabel(kit.span(figures.share("reached_14"), filters).now)}`,
        file: "outreach",
        columns: [
          kit.ofColumn("reached_14", "specialty", filters, "Patients tried"),
          kit.shareColumn("reached_14", "specialty", filters, "Reached in 14 days"),
          kit.shareColumn("outreach_short", "specialty", filters, "Given up too early"),
          kit.daysColumn("days_to_first_contact", "specialty", "Days to the first attempt"),
          kit.shareColumn("reach_rate", "specialty", filters, "Attempts answered"),
          kit.shareColumn("wrong_number", "specialty", filters, "Wrong or undelivered"),
        ],
        missing,
      }),
    ),
  };
}
