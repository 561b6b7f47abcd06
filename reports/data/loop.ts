// Closing the loop: three nested rates, how long notes take, what was closed without evidence, and the official measure beside.
import type { Kysely } from "kysely";
import type { Warehouse } from "../../pipeline/warehouse.types.ts";
import type { Dimension } from "../components/facts.ts";
import type { Cms50 } from "../components/loop.ts";
import { figures } from "./figures.ts";
import { publishFact } from "./publish.ts";
import { type Site, siteOf } from "./site.ts";
import { whole } from "./whole.ts";

export async function loop(db: Kysely<Warehouse>): Promise<Map<string, string>> {
  const site = await siteOf(db);
  const data = await figures(site, {
    shares: [
      "loop_closed",
      "loop_visit",
      "loop_acknowledged",
      "note_open_14",
      "note_open_7",
      "note_open_30",
      "closed_without_evidence",
    ],
    days: ["days_to_note"],
  });
  return new Map([["loop.json", JSON.stringify({ ...data, audit: await audit(site), cms50: await cms50(site) })]]);
}

/** Who closes records: people or jobs of each source, or nobody whom it names; all orders so far, and how many of them without a visit and without a note. */
async function audit({ db, limit, labels }: Site) {
  const rows = await db.selectFrom("marts.closure_audit").selectAll().orderBy("source").orderBy("is_job").execute();
  const closers = [
    ...Map.groupBy(rows, ({ source, is_job, closed_by }) => {
      const who = is_job ? "jobs" : closed_by === "Unknown" ? "not told" : "people";
      return `${labels.get(source) ?? source}: ${who}`;
    }),
  ];
  const counted = closers.map(([value, of]) => {
    const sum = (part: "closed" | "without_evidence") => of.reduce((total, row) => total + (row[part] ?? 0), 0);
    return { step: 0, value, counts: [sum("without_evidence"), sum("closed") - sum("without_evidence")] };
  });
  const dimension: Dimension = { key: "closer", label: "Closed by", values: closers.map(([value]) => value) };
  const fact = publishFact({
    ...whole,
    limit,
    parts: ["without", "with"],
    levels: [{ all: ["without", "with"] }, { without: ["without"], with: ["with"] }],
    everybody: counted.map(({ counts }) => ({ step: 0, counts })),
    cuts: new Map([[dimension, counted]]),
  }).data;
  return { fact, dimension };
}

/** The official measure by year, with why it differs from our own rule; small groups are told together or not at all. */
async function cms50({ db, limit, run }: Site): Promise<Cms50[]> {
  const years = await db.selectFrom("marts.cms50_rate").selectAll().orderBy("measurement_year").execute();
  const cells = await db.selectFrom("marts.cms50_difference").selectAll().orderBy("reason").execute();
  const began = await db
    .selectFrom("marts.cms50")
    .select((e) => e.fn.min("referral_ordered_at").as("at"))
    .executeTakeFirst();
  const enough = (count: number | null) => count !== null && (count === 0 || count >= limit);
  return years.map(({ measurement_year: year, denominator, numerator, operational_closed, missing }) => {
    const own = cells.filter((cell) => cell.measurement_year === year);
    const patients = (is: (cell: (typeof cells)[number]) => boolean) =>
      own.filter(is).reduce((sum, cell) => sum + (cell.patients ?? 0), 0);
    const shown = denominator !== null && numerator !== null && enough(numerator) && enough(denominator - numerator);
    const four = [0, 1].flatMap((n) =>
      [0, 1].map((o) => patients((c) => c.numerator === n && c.operational_closed === o)),
    );
    const reasons = new Set(own.filter((cell) => cell.numerator === 0).map((cell) => cell.reason));
    const counted = [...reasons].map((reason) => ({ reason, patients: patients((cell) => cell.reason === reason) }));
    return {
      year,
      first: monthIn(year, began?.at ?? null) ?? 1,
      last: monthIn(year, run.asOfDate) ?? 12,
      missing,
      denominator: shown ? denominator : null,
      numerator: shown ? numerator : null,
      closed: shown && four.every(enough) ? operational_closed : null,
      ...(shown ? together(counted, limit) : { reasons: [], others: null }),
    };
  });
}

/** Month of a day that lies in the year; null where it lies elsewhere. */
function monthIn(year: number, day: string | null): number | null {
  return day && Number(day.slice(0, 4)) === year ? Number(day.slice(5, 7)) : null;
}

/** The most frequent first; those of too few patients as one, which the next larger joins until it is large enough. */
function together(counted: Cms50["reasons"], limit: number): Pick<Cms50, "reasons" | "others"> {
  const sorted = [...counted].sort((a, b) => b.patients - a.patients || (a.reason < b.reason ? -1 : 1));
  const reasons = sorted.filter(({ patients }) => patients >= limit);
  let others = sorted.slice(reasons.length).reduce((sum, { patients }) => sum + patients, 0);
  while (others > 0 && others < limit && reasons.length > 0) others += reasons.pop()!.patients;
  return { reasons, others: others > 0 ? others : null };
}
