// What may stand in keepage.yaml and in a source.yaml: every setting, what it means and what it is where nobody says.
import { z } from "zod";
import { type EntityName, entityNames } from "../contract.ts";
import { nearest } from "../errors.ts";
import { networkSettings } from "./network.ts";
import { targetSettings } from "./targets.ts";

/** The time zone if there is one of that name. */
export function timeZoneOf(name: string): string | undefined {
  return name === "UTC" || Intl.supportedValuesOf("timeZone").includes(name) ? name : undefined;
}

const timeZone = z
  .string()
  .refine((zone) => timeZoneOf(zone) !== undefined, {
    error: ({ input }) => {
      const near = nearest(String(input), Intl.supportedValuesOf("timeZone"));
      return `is not a time zone such as America/Chicago: "${String(input)}"${near ? `; the nearest is "${near}"` : ""}`;
    },
  })
  .meta({ description: "IANA time zone, such as America/Chicago." });

const days = z
  .string()
  .regex(/^\d+ days?$/, { error: 'is not a number of days such as "7 days"' })
  .transform((text) => Number.parseInt(text, 10));

const named = "is not a name of lower-case letters, digits and hyphens";

const strings = z.union([z.string(), z.array(z.string()).min(1)]).transform((v) => (Array.isArray(v) ? v : [v]));

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** How a contract field is filled from a file's columns. */
const columnSpec = z.strictObject({
  from: strings.optional().describe("Column, or several joined by a blank (a date and a time)."),
  first_of: z.array(z.string()).min(1).optional().describe("The first of these columns that is filled."),
  made_of: z
    .array(z.string())
    .min(1)
    .optional()
    .describe(
      "For a list without ids: columns that together tell one record from another, such as [MRN, Specialty, Ordered]. Rows alike in all of them are told apart by their order.",
    ),
  value: scalar.optional().describe("A constant."),
  formats: strings.optional().describe("Date formats, such as MM/dd/yyyy HH:mm. Nothing else is read as a date."),
  true: z.array(scalar).optional().describe("Words that mean yes."),
  false: z.array(scalar).optional().describe("Words that mean no."),
  extract: z.string().optional().describe("Regular expression; its first group is the value."),
  nulls: z.array(z.string()).optional().describe("Values of this column that mean: nothing."),
  time_zone: timeZone.optional().describe("Zone of this column's times, where it differs from the source's."),
  optional: z.boolean().optional().describe("The column may be missing from the file."),
  on_error: z
    .enum(["reject", "null"])
    .optional()
    .describe("What an unreadable value does: reject the row (default) or leave the field empty and log it."),
});
const column = z.union([z.string().transform((from) => ({ from: [from] })), columnSpec]);
export type Column = z.output<typeof columnSpec>;

const entityName = z.enum(entityNames as [EntityName, ...EntityName[]]);
const columns = z.record(z.string(), column);

const sourceShape = {
  extends: z.string().optional().describe("A shipped source to start from."),
  label: z.string().optional().describe("Name for people."),
  covers: z
    .string()
    .max(200)
    .optional()
    .describe(
      "What an export holds and what it leaves out, such as: what is open, and what was closed in the last 30 days. Shown with the figures.",
    ),
  entity: entityName.optional().describe("What a row of the file is."),
  system: z
    .string()
    .regex(/^[a-z0-9-]+$/, { error: named })
    .optional()
    .describe("Sources of one system share referral, patient and provider ids."),
  patients: z
    .string()
    .regex(/^[a-z0-9-]+$/, { error: named })
    .optional()
    .describe("Namespace of patient ids; the system, unless told."),
  members: z
    .array(z.string().regex(/^[a-z0-9-]+$/, { error: named }))
    .min(1)
    .optional()
    .describe("Folders inside this one: each is a source of its own that starts from the settings here."),
  files: strings.optional().describe("File names, such as workqueue_{as_of:yyyyMMdd}*.csv"),
  unused_files: strings
    .optional()
    .describe("Files that come with the export and are not read, such as *Location*.ndjson"),
  as_of: z.string().optional().describe("Title line that holds the as-of date, such as Run date: {as_of:MM/dd/yyyy}"),
  rows: z
    .enum(["snapshot", "changes"])
    .optional()
    .describe("snapshot: a missing row has left the list; changes: it means nothing."),
  scope: z.string().optional().describe("What the list covers; lists of different scope never replace each other."),
  time_zone: timeZone.optional(),
  format: z
    .strictObject({
      format: z
        .enum(["text", "xlsx", "ndjson"])
        .optional()
        .describe("What the file is, where its first bytes do not tell."),
      sheet: z
        .string()
        .optional()
        .describe(
          'Sheet of a workbook; with * in it ("2026*", or "*" alone) every visible sheet so named that has the columns; else the first one with them.',
        ),
      merged: z
        .enum(["fill_down", "first_row"])
        .optional()
        .describe(
          "Cells of a workbook merged over several rows. fill_down: their value holds in each of these rows; first_row: in the first alone.",
        ),
      delimiter: z.string().length(1).optional().describe("What stands between cells; found, unless told."),
      quote: z
        .union([z.string().length(1), z.literal(false)])
        .optional()
        .describe("What stands around a cell; false: a quote is data."),
      escape: z
        .string()
        .length(1)
        .optional()
        .describe("What stands before a quote within a quoted cell; the quote, unless told."),
      encoding: z
        .enum(["utf-8", "utf-16le", "utf-16be", "windows-1252", "latin-1"])
        .optional()
        .describe("How letters are written; UTF-8, or what a byte order mark says."),
      header_line: z.int().min(1).optional().describe("Line (row of a sheet) of the header, where it is not found."),
      header_rows: z.int().min(1).max(5).optional().describe("Lines that the header takes, labels above labels."),
      resource: z.string().optional().describe("FHIR resource type of an NDJSON file."),
    })
    .optional()
    .describe("How the file is written, where it is not found or is found wrongly."),
  columns: columns.optional().describe("Field of the contract: column of the file, or how it is read."),
  when: strings.optional().describe("Only rows where these fields are filled."),
  nulls: z.array(scalar).optional().describe("Values that mean: nothing."),
  footers: z.array(z.string()).optional().describe("First cells of lines below the table, such as Total*"),
  ignore: z.array(z.string()).optional().describe("Columns that are known and not wanted."),
  system_users: z.array(z.string()).optional().describe("Users that are jobs, not staff."),
  also: z
    .array(
      z.strictObject({
        entity: entityName.describe("What else a row is."),
        when: strings.optional().describe("Only rows where these fields are filled."),
        columns: columns.describe("Its fields and their columns."),
      }),
    )
    .optional()
    .describe("Further entities fed by the same file."),
  expect_every: days.optional().describe('How often a file should come, such as "7 days".'),
};
export const sourceSchema = z.strictObject(sourceShape);
export type SourceSettings = z.output<typeof sourceSchema>;

export const workspaceSchema = z.strictObject({
  name: z.string().min(1).describe("Name of the organization."),
  time_zone: timeZone,
  sources: z
    .array(z.string())
    .default([])
    .describe("Folders of this workspace's sources/, or sources that ship with keepage."),
  cell_limit: z
    .int()
    .min(0)
    .default(11)
    .describe("Counts of people from 1 to this less 1 are never published; 0 for internal use."),
  episode_days: z
    .int()
    .min(0)
    .default(90)
    .describe("Orders of one patient, specialty and referrer within this window are one episode."),
  lag_days: z
    .int()
    .min(0)
    .default(14)
    .describe("Days that results take to reach the exports; younger cohorts are immature."),
  signal_run: z
    .int()
    .min(5)
    .max(20)
    .default(7)
    .describe("Months on one side of the centre, or rising or falling, that make a signal in a control chart."),
  targets: targetSettings.describe(
    'What to aim for, by metric, such as completed_90: "65%" or days_to_scheduled: "14 days".',
  ),
  network: networkSettings.describe("What is in the network, and what counts as an alternative to leaving it."),
  hold: z
    .strictObject({
      reject_share: z
        .number()
        .min(0)
        .max(1)
        .default(0.05)
        .describe("A file with a larger share of rejected rows is held."),
      shrink: z
        .number()
        .min(0)
        .max(1)
        .default(0.5)
        .describe("A snapshot with a smaller share of the rows before is held."),
    })
    .prefault({})
    .describe("When a file is held rather than loaded."),
  run: z
    .strictObject({
      memory: z
        .string()
        .regex(/^\d+(\.\d+)?\s?(MB|GB)$/, { error: "is not a size such as 3GB" })
        .default("2.5GB")
        .describe("Memory that DuckDB may take."),
      settle_seconds: z
        .number()
        .min(0)
        .max(3600)
        .default(2)
        .describe("A file changed more recently is left for the next run."),
      keep_releases: z.int().min(1).default(5).describe("Releases kept for rollback."),
      schedule: z
        .string()
        .default("30 5 * * *")
        .describe("When `keepage schedule` runs, as cron in the workspace's time zone."),
    })
    .prefault({})
    .describe("How and when it runs."),
  worklists: z
    .strictObject({
      sensitive: z.boolean().default(false).describe("Put 42 CFR Part 2 referrals on shared worklists."),
    })
    .prefault({})
    .describe("What stands on the coordinators' lists."),
});
export type WorkspaceSettings = z.output<typeof workspaceSchema>;

/** JSON Schemas for editors, by file name. */
export function jsonSchemas(): Record<string, object> {
  return {
    "keepage.schema.json": z.toJSONSchema(workspaceSchema, { io: "input", unrepresentable: "any" }),
    "source.schema.json": z.toJSONSchema(sourceSchema, { io: "input", unrepresentable: "any" }),
  };
}
