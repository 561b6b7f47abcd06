// Scheduling and no-shows: whether an appointment is made soon, and what becomes of it.
import { bars } from "./bars.ts";
import { changes } from "./changes.ts";
import { findings } from "./findings.ts";
import { rate } from "./format.ts";
import { headlines } from "./headline.ts";
import { Kit, type PageData, spanLabel } from "./kit.ts";
import type { SiteData } from "./page.ts";
import { live } from "./state.ts";

const missing = "No referral is old enough to tell, or no appointments have been loaded.";
const noAppointments = "No appointment has come to its day: no feed of appointments has been loaded.";

export function schedulingPage(site: SiteData, data: PageData) {
  const kit = new Kit(site, data);
  const { figures } = kit;
  return {
    filters: kit.filters(),
    headlines: live((filters) =>
      headlines([
        kit.share("scheduled_30", filters),
        kit.days("days_to_scheduled", filters, "Days to an appointment"),
        kit.share("no_show", filters),
        kit.share("outcome_unknown", filters, "Date passed, nothing recorded"),
      ]),
    ),
    findings: live((filters) =>
      findings(changes(kit, ["scheduled_90", "no_show", "outcome_unknown", "rebooked_14"], filters)),
    ),
    scheduled: kit.trend("scheduled_30", {
      title: "Are more appointments made within 30 days?",
      subtitle: "Share of referrals, by month of order",
      missing,
    }),
    lead: kit.daysTrend("lead_days", {
      title: "Is the appointment itself sooner?",
      subtitle: "Days from booking to appointment, the middle case, by month of appointment",
      missing: noAppointments,
    }),
    missed: kit.trend("no_show", {
      title: "Do fewer patients miss their appointment?",
      subtitle: "Missed of kept or missed, by month of appointment",
      missing: noAppointments,
    }),
    slots: live((filters) => {
      const all = figures.share("no_show_ihi");
      const { now } = kit.span(all, filters);
      const parts = [
        ["Missed", "no_show_ihi"],
        ["Canceled by us", "canceled_by_provider"],
        ["Canceled by the patient", "canceled_by_patient"],
        ["Moved to another time", "rescheduled"],
        ["Left without being seen", "left_without_seen"],
        ["Nothing recorded", "outcome_unknown"],
      ] as const;
      const found = parts.flatMap(([label, key]) => {
        const share = figures.share(key).over(filters, now);
        return share && share.rate > 0 ? [{ label, value: share.rate }] : [];
      });
      return bars({
        title: "What becomes of booked slots?",
        subtitle: `Share of all slots whose day has come, ${spanLabel(now)}; the rest were kept or are too few to show`,
        unit: "Share of slots",
        format: rate,
        bars: found.sort((a, b) => b.value - a.value),
        empty: all.known ? kit.tooFew(filters) : noAppointments,
      });
    }),
    specialty: kit.bars(
      "no_show",
      "specialty",
      { title: "Where are most appointments missed?", missing: noAppointments },
      8,
    ),
    table: live((filters) =>
      kit.table({
        by: "specialty",
        caption: `Specialties, ${spanLabel(kit.span(figures.share("no_show"), filters).now)}`,
        file: "scheduling",
        columns: [
          kit.shareColumn("scheduled_30", "specialty", filters, "Scheduled in 30 days"),
          kit.daysColumn("days_to_scheduled", "specialty", "Days to an appointment"),
          kit.daysColumn("lead_days", "specialty", "Days from booking to appointment"),
          kit.ofColumn("no_show", "specialty", filters, "Kept or missed"),
          kit.shareColumn("no_show", "specialty", filters, "No-shows"),
          kit.shareColumn("rebooked_14", "specialty", filters, "Rebooked in 14 days"),
        ],
        missing,
      }),
    ),
  };
}
