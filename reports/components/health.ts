// Data health: whether today's numbers can be trusted, and what they cannot know.
import type { EntityName } from "../../pipeline/contract.ts";
import { bars } from "./bars.ts";
import { numberColumn } from "./columns.ts";
import { type Covered, coverage } from "./coverage.ts";
import { type Dimension, Fact, type FactData } from "./facts.ts";
import { empty } from "./figure.ts";
import { type Finding, findings } from "./findings.ts";
import { count, list, longDay, plural, rate } from "./format.ts";
import type { Feed, Run } from "./freshness.ts";
import { headlines } from "./headline.ts";
import { table } from "./table.ts";

export interface Source extends Feed {
  readonly source: string;
  readonly entity: string;
  readonly files: number;
  readonly filesSuperseded: number;
  /** Files by month of their as-of, "2026-04-01". */
  readonly months: readonly { readonly month: string; readonly files: number; readonly held: boolean }[];
}

export interface Gap {
  readonly label: string;
  readonly from: string;
  readonly to: string;
  readonly days: number;
}

export interface HeldFile {
  readonly label: string;
  readonly reason: string;
  readonly todo: string;
  readonly files: number;
  readonly newest: string | null;
}

export interface Word {
  readonly label: string;
  readonly entity: EntityName;
  readonly field: string;
  readonly word: string;
  readonly records: number;
  readonly since: string | null;
}

/** How full a field is that a feed brings. */
export interface Filled {
  readonly label: string;
  readonly field: string;
  /** 0: in no row; 2: under 2.5%; 98: over 97.5%; 100: in all; else the nearest of 5, 10 ... 95. */
  readonly percent: number;
}

export interface HealthData {
  readonly run: Run;
  readonly sources: readonly Source[];
  readonly gaps: readonly Gap[];
  readonly held: readonly HeldFile[];
  /** Entities of the contract that no feed brings. */
  readonly missing: readonly EntityName[];
  /** Rows in use and rejected by source. */
  readonly dimension: Dimension;
  readonly rows: FactData;
  /** Words that may be printed, and how many there are in all. */
  readonly words: readonly Word[];
  readonly unmapped: { readonly words: number; readonly records: number | null };
  /** Emptiest first; feeds of few rows are left out. */
  readonly filled: readonly Filled[];
}

/** What pages cannot answer without a feed. */
const tells: Readonly<Record<EntityName, readonly [feed: string, without: string]>> = {
  referral: ["Referrals", "Nothing can be counted."],
  appointment: ["Appointments", "Scheduling and no-shows stay unknown beyond what the referral itself says."],
  authorization: ["Authorizations", "Days to a payer's decision and denials stay unknown."],
  referral_event: [
    "Status changes",
    "The path between two exports is rebuilt from what changed, to the day of the export.",
  ],
  contact: ["Outreach", "How often and how patients were called stays unknown."],
  document: ["Consult notes and results", "Whether the answer came back stays unknown."],
  visit: ["Claims or encounters", "Visits elsewhere and their dollars stay unknown; leakage rests on what is stated."],
  provider: ["Provider roster", "Nobody can be told to be in or outside the network."],
  capacity: [
    "Samples of open slots",
    "Waits for a new patient stay unknown, and no leakage can be shown to be avoidable.",
  ],
  patient: ["Patients", "Language, barriers and distance stay unknown: equity cannot be looked at."],
};

const fieldName = (field: string) => field.replaceAll("_", " ");

export function healthPage(data: HealthData) {
  const { sources, held, words, unmapped } = data;
  const rows = new Fact(data.rows, [data.dimension]);
  const all = rows.total({}, undefined, "rows");
  const rejected = rows.total({}, undefined, "rejected");
  const files = sources.reduce((sum, source) => sum + source.files + source.filesHeld + source.filesSuperseded, 0);
  const heldFiles = sources.reduce((sum, source) => sum + source.filesHeld, 0);
  const late = sources.filter(({ fresh }) => !fresh);
  const newest = sources
    .map(({ lastAsOf }) => lastAsOf ?? "")
    .sort()
    .at(-1);
  const of = (source: string, name: string) => rows.total({ source }, undefined, name);
  const few = `fewer than ${data.run.cellLimit}`;

  return {
    headlines: headlines([
      {
        label: "Feeds up to date",
        value: sources.length ? `${count(sources.length - late.length)} of ${count(sources.length)}` : "–",
        compare: newest ? `newest data ${longDay(newest)}` : "no file has been loaded yet",
        ...(late.length && { breach: `${plural(late.length, "feed")} late.` }),
      },
      {
        label: "Files held back",
        value: count(heldFiles),
        compare: `of ${plural(files, "file")} received${heldFiles ? "; nothing in them is counted yet" : ""}`,
        ...(heldFiles && { breach: "Not in any number." }),
      },
      {
        label: "Rows that could not be used",
        value: rejected !== null ? count(rejected) : all !== null ? few : "–",
        compare:
          all === null
            ? "no rows yet"
            : `of ${count(all)} rows in the files in use${rejected ? `, ${rate(rejected / all)}` : ""}`,
      },
      {
        label: "Words without a meaning",
        value: count(unmapped.words),
        compare:
          unmapped.words === 0
            ? "every word of every feed is understood"
            : unmapped.records === null
              ? "in very few records"
              : `in ${count(unmapped.records)} records, kept apart as unmapped`,
      },
    ]),
    findings: findings(found(data, late)),
    coverage: coverage({
      title: "Which months does each feed cover?",
      subtitle: "Filled: a file in use came that month; pale: none was due; dashed: none came; red: only held files",
      cells: sources.flatMap((source) => cells(source, data.run.asOf)),
      empty: "No file has been loaded yet.",
    }),
    rejects: bars({
      title: "Where are rows that could not be used?",
      subtitle: "Rejected rows of the files in use; the other rows of those files are counted",
      unit: "Rejected rows",
      bars: sources
        .flatMap(({ source, label }) => {
          const value = of(source, "rejected");
          return value ? [{ label, value }] : [];
        })
        .sort((a, b) => b.value - a.value),
      empty:
        rejected === 0
          ? "Every row of every file in use could be read."
          : "No feed has enough rejected rows to be shown.",
    }),
    feeds: table<Source>({
      caption: "Feeds",
      file: "feeds",
      columns: [
        { label: "Feed", value: (one) => one.label },
        { label: "Newest data", short: true, value: (one) => one.lastAsOf?.slice(0, 10) ?? null },
        { label: "Days old", number: true, value: (one) => one.daysOld },
        { label: "Expected every", number: true, value: (one) => one.expectDays },
        { label: "Comes every", number: true, value: (one) => one.everyDays },
        {
          label: "State",
          short: true,
          value: (one) => (one.fresh ? "up to date" : one.lastAsOf === null ? "nothing yet" : "late"),
        },
        { label: "Files in use", number: true, value: (one) => one.files, show: (one) => count(one.files) },
        {
          label: "Replaced",
          number: true,
          value: (one) => one.filesSuperseded,
          show: (one) => count(one.filesSuperseded),
        },
        { label: "Held", number: true, value: (one) => one.filesHeld, show: (one) => count(one.filesHeld) },
        numberColumn("Rows in use", (one) => of(one.source, "loaded")),
        numberColumn("Rejected", (one) => of(one.source, "rejected")),
      ],
      rows: sources,
    }),
    holds: table<Source>({
      caption: "What each feed holds",
      file: "feeds-hold",
      columns: [
        { label: "Feed", value: (one) => one.label },
        { label: "Holds", value: (one) => one.covers ?? "not said" },
      ],
      rows: sources,
    }),
    held: held.length
      ? table<HeldFile>({
          caption: "Files held back",
          file: "held-files",
          columns: [
            { label: "Feed", value: (one) => one.label },
            { label: "Why", value: (one) => one.reason },
            { label: "What to do", value: (one) => one.todo },
            { label: "Files", number: true, value: (one) => one.files, show: (one) => count(one.files) },
            { label: "Newest", short: true, value: (one) => one.newest?.slice(0, 10) ?? null },
          ],
          rows: held,
        })
      : empty("No file is held back."),
    words: words.length
      ? table<Word>({
          caption: "Words no mapping knows",
          file: "unmapped-words",
          columns: [
            { label: "Word", value: (one) => one.word },
            { label: "Feed", value: (one) => one.label },
            { label: "Field", value: (one) => fieldName(one.field) },
            { label: "Records", number: true, value: (one) => one.records, show: (one) => count(one.records) },
            { label: "Seen since", short: true, value: (one) => one.since },
          ],
          rows: [...words].sort((a, b) => b.records - a.records),
        })
      : empty(
          unmapped.words
            ? "Each is in too few records to be printed here; the warehouse lists them in marts.unmapped_value."
            : "Every word that the feeds use is understood.",
        ),
    filled: data.filled.length
      ? table<Filled>({
          caption: "How full is each field?",
          file: "fields",
          most: 20,
          columns: [
            { label: "Field", value: (one) => fieldName(one.field) },
            { label: "Feed", value: (one) => one.label },
            {
              label: "Filled in % of rows",
              number: true,
              value: (one) => one.percent,
            },
          ],
          rows: data.filled,
        })
      : empty("No feed has enough rows to tell."),
    missing: data.missing.length
      ? table<EntityName>({
          caption: "Feeds that have not come",
          file: "missing-feeds",
          columns: [
            { label: "Feed", value: (entity) => tells[entity][0] },
            { label: "Without it", value: (entity) => tells[entity][1] },
          ],
          rows: data.missing,
        })
      : empty("Every kind of feed is here."),
  };
}

/** A feed's months from its first file to the run's. */
function cells({ label, months, expectDays }: Source, asOf: string): Covered[] {
  const first = months[0]?.month;
  if (!first) return [];
  const result: Covered[] = [];
  let since = 0;
  for (let at = new Date(`${first}T00:00:00Z`); ; at.setUTCMonth(at.getUTCMonth() + 1)) {
    const month = at.toISOString().slice(0, 10);
    if (month > asOf) return result;
    const mine = months.filter((one) => one.month === month);
    const files = mine.reduce((sum, one) => sum + one.files, 0);
    const used = mine.some(({ held }) => !held);
    since = used ? 0 : since + 1;
    // A feed that comes once a quarter has no hole in the two months between.
    const current = since * 31 < (expectDays ?? 0);
    result.push({ label, month, files, state: used ? "covered" : files ? "held" : current ? "current" : "nothing" });
  }
}

function found({ held, gaps, words, missing }: HealthData, late: readonly Source[]): Finding[] {
  const result: Finding[] = late.map((source) => ({
    tone: "concern",
    sentence: `${source.label} is late: what happened there since is missing from every number.`,
    figures:
      source.lastAsOf === null
        ? "Nothing has been loaded from it yet."
        : `Newest data ${longDay(source.lastAsOf)}, ${plural(source.daysOld ?? 0, "day")} old${source.expectDays === null ? "" : `; expected every ${plural(source.expectDays, "day")}`}.`,
  }));
  for (const { label, files, reason, todo } of held) {
    result.push({
      tone: "concern",
      sentence: `${plural(files, "file")} of ${label} ${files === 1 ? "is" : "are"} held back: ${reason.toLowerCase()}.`,
      figures: todo,
    });
  }
  for (const { label, from, to, days } of gaps.slice(0, 3)) {
    result.push({
      tone: "note",
      sentence: `${label} sent nothing for ${plural(days, "day")}: what changed in between is known only by its outcome.`,
      figures: `No file between ${longDay(from)} and ${longDay(to)}.`,
    });
  }
  const most = [...words].sort((a, b) => b.records - a.records)[0];
  if (most) {
    result.push({
      tone: "note",
      sentence: `“${most.word}” in the field ${fieldName(most.field)} of ${most.label} has no meaning yet; give it one and its records leave “unmapped”.`,
      figures: `${count(most.records)} records${most.since ? ` since ${longDay(most.since)}` : ""}.`,
    });
  }
  if (missing.length) {
    result.push({
      tone: "note",
      sentence: `No feed brings ${list(missing.map((entity) => tells[entity][0].toLowerCase()))}.`,
      figures: "The table at the end says what cannot be known without each.",
    });
  }
  return result;
}
