// What the network models need to be told: settings under `network` in keepage.yaml, and reference files that only a
// site can write. Both become seed tables.
import { z } from "zod";
import { KeepageError } from "../errors.ts";

const limit = (description: string, standard: number) => z.int().min(0).default(standard).describe(description);

/** Days by priority; a referral whose priority nobody stated counts as routine. */
const byPriority = (description: string, standard: readonly [number, number, number, number]) =>
  z
    .strictObject({
      emergency: limit("Emergency.", standard[0]),
      urgent: limit("Urgent.", standard[1]),
      soon: limit("Soon.", standard[2]),
      routine: limit("Routine, and where no priority is stated.", standard[3]),
    })
    .prefault({})
    .describe(description);

/** `network` in keepage.yaml. Defaults are ours; a site sets its own. */
export const networkSettings = z
  .strictObject({
    roster: z
      .enum(["complete", "partial"])
      .default("complete")
      .describe(
        "complete: whoever has an NPI that the roster has never listed is not ours. partial: such clinicians stay unknown.",
      ),
    name_score: z
      .number()
      .min(0)
      .max(1)
      .default(0.92)
      .describe("A name without an NPI is taken for a clinician of the roster from this score up, else left unknown."),
    match_days: byPriority("A visit may answer a referral up to this many days after the order.", [90, 90, 120, 180]),
    distance_miles: z.number().positive().default(30).describe("A clinician farther away is no alternative."),
    language: z
      .enum(["preferred", "required"])
      .default("preferred")
      .describe("required: a clinician who does not speak the patient's language is no alternative."),
    capacity_days: limit("A sample of open slots speaks for this many days.", 45),
    chain_days: limit("A specialist's visit leads to the next one within this many days.", 180),
    continuity_days: limit("An earlier visit to the same outside clinician within this many days is continuity.", 730),
  })
  .prefault({});
export type NetworkSettings = z.output<typeof networkSettings>;

/** Columns and types of the seed tables made here. */
export const networkTables = {
  network: {
    roster: "VARCHAR", // complete, partial
    name_score: "DOUBLE",
    distance_miles: "DOUBLE",
    language: "VARCHAR", // preferred, required
    capacity_days: "INTEGER",
    chain_days: "INTEGER",
    continuity_days: "INTEGER",
  },
  match_window: { priority: "VARCHAR", days: "INTEGER" },
  taxonomy: { code: "VARCHAR", specialty: "VARCHAR" },
  // What an outside visit of a specialty is worth to this site, for payers that send no claims.
  visit_value: { specialty: "VARCHAR", dollars: "DOUBLE", low: "DOUBLE", high: "DOUBLE" },
  // Where a referring location lies, where the roster does not say.
  place: { place: "VARCHAR", latitude: "DOUBLE", longitude: "DOUBLE" }, // place is folded
} as const;

type Cell = string | number;

/**
 * Rows of the tables above. `read` gives the lines of a reference file of the workspace, none where it has no such file.
 * @throws KeepageError E008 where a number of a reference file is none
 */
export function networkRows(
  settings: NetworkSettings,
  read: (name: string, columns: readonly string[]) => string[][],
  fold: (text: string) => string,
): Record<keyof typeof networkTables, Cell[][]> {
  const priorities = ["emergency", "urgent", "soon", "routine"] as const;
  const numbers = (file: string, lines: string[][]): Cell[][] =>
    lines.map(([name, ...cells]) => [name!, ...cells.map((cell) => toNumber(file, name!, cell))]);
  return {
    network: [
      [
        settings.roster,
        settings.name_score,
        settings.distance_miles,
        settings.language,
        settings.capacity_days,
        settings.chain_days,
        settings.continuity_days,
      ],
    ],
    match_window: priorities.map((p) => [p, settings.match_days[p]]),
    taxonomy: last(read("taxonomy.csv", ["code", "specialty"]).map(([code, s]) => [code!.toUpperCase(), s!])),
    visit_value: last(numbers("visit_value.csv", read("visit_value.csv", ["specialty", "dollars", "low", "high"]))),
    place: last(
      numbers("places.csv", read("places.csv", ["place", "latitude", "longitude"])).map(([place, ...at]) => [
        fold(String(place)),
        ...at,
      ]),
    ),
  };
}

function toNumber(file: string, name: string, cell: string): number {
  const value = Number(cell.replaceAll(/[$,]/g, ""));
  if (Number.isFinite(value)) return value;
  throw new KeepageError("E008", `sources/reference/${file}, "${name}": "${cell}" is not a number.`);
}

/** The last row for each first cell: the workspace's own comes after the shipped one. */
function last(lines: readonly Cell[][]): Cell[][] {
  return [...new Map(lines.map((line) => [line[0]!, line])).values()];
}
