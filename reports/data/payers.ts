// Payers: the path of their patients, what they decide and how fast. Leakage and gaps by payer come from the files of those pages.
import { figures } from "./figures.ts";
import { type Site, siteOf } from "./site.ts";

export async function payers(db: Site["db"]): Promise<Map<string, string>> {
  const data = await figures(await siteOf(db), {
    shares: ["completed_90", "scheduled_90", "no_show", "authorization_denied", "authorization_in_time_standard"],
    days: ["days_to_authorization_standard"],
  });
  return new Map([["payers.json", JSON.stringify(data)]]);
}
