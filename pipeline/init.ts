// `keepage init`: a workspace that a hospital can start from. Settings with their comments, an inbox, its own sources, nothing else.
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { basename, join, relative, resolve, sep } from "node:path";
import { home, readSources, readWorkspace, shippedSources, sourceLabel } from "./config.ts";
import { KeepageError, KeepageErrors, nearest } from "./errors.ts";
import { timeZoneOf } from "./settings/schema.ts";

export interface InitOptions {
  /** Shipped sources to switch on. */
  readonly sources: readonly string[];
  /** Name of the organization; the folder's, unless told. */
  readonly name?: string | undefined;
  /** IANA time zone; this machine's, unless told. */
  readonly timeZone?: string | undefined;
}

export interface Initialized {
  readonly dir: string;
  readonly sources: readonly string[];
  readonly timeZone: string;
  /** What was made and what to do next, a line each. */
  readonly next: readonly string[];
}

/**
 * Makes a workspace in `dir`, which may exist but not as a workspace.
 * @throws KeepageError E009 where a workspace is there already, E005 for sources that do not ship, E010 for an unknown time zone
 */
export function init(dir: string, options: InitOptions): Initialized {
  const shown = relative("", dir) || ".";
  if (existsSync(join(dir, "keepage.yaml"))) throw new KeepageError("E009", `${shown} has a keepage.yaml already.`);
  for (let path = resolve(dir); ; path = resolve(path, "..")) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat && !stat.isDirectory())
      throw new KeepageError("E010", `${relative("", path) || path} is a file, and a workspace is a folder.`);
    if (stat) break;
  }
  const sources = [...new Set(options.sources)];
  proveShipped(sources);
  const timeZone = timeZoneOf(options.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
  if (!timeZone && options.timeZone) {
    const near = nearest(options.timeZone, Intl.supportedValuesOf("timeZone"));
    throw new KeepageError(
      "E010",
      `"${options.timeZone}" is not a time zone such as America/Chicago${near ? `; the nearest is "${near}"` : ""}.`,
    );
  }
  const zone = timeZone ?? "UTC";
  const name = options.name?.trim() || titled(basename(resolve(dir)));

  for (const folder of ["inbox", "sources"]) mkdirSync(join(dir, folder), { recursive: true });
  write(join(dir, "keepage.yaml"), settingsFile(dir, name, zone, sources));
  write(join(dir, "sources", "README.md"), sourcesReadme);
  write(join(dir, ".gitignore"), ignored);
  if (sources.includes("fhir-bulk")) {
    mkdirSync(join(dir, "valuesets"), { recursive: true });
    write(join(dir, "valuesets", "README.md"), valueSetsReadme);
  }
  readWorkspace(dir);
  return { dir: resolve(dir), sources, timeZone: zone, next: nextSteps(shown, name, zone, !options.timeZone, sources) };
}

function proveShipped(sources: readonly string[]): void {
  const shipped = shippedSources();
  const unknown = sources.filter((s) => !shipped.includes(s));
  if (unknown.length === 0) return;
  throw new KeepageErrors(
    unknown.map((name) => {
      const near = nearest(name, shipped);
      return new KeepageError(
        "E005",
        `No source "${name}" ships with keepage${near ? `; the nearest is "${near}"` : ""}.`,
        {
          todo: `These do: ${shipped.join(", ")}. For an export of your own: \`keepage draft FILE\`.`,
        },
      );
    }),
  );
}

/** Never over a file that is there. */
function write(file: string, text: string): void {
  if (!existsSync(file)) writeFileSync(file, text);
}

/** riverbend-health is Riverbend Health. */
function titled(folder: string): string {
  const words = folder.split(/[\s_.-]+/).filter(Boolean);
  return words.map((w) => w[0]!.toUpperCase() + w.slice(1)).join(" ") || "Our organization";
}

/** The comment that tells editors where a settings file's schema is, so that they complete and check it while one types. */
export function schemaComment(file: string, schema: "keepage" | "source" | "policy"): string {
  const path = relative(resolve(file, ".."), join(home, "sources", "schema", `${schema}.schema.json`));
  return `# yaml-language-server: $schema=${path.split(sep).join("/")}`;
}

function settingsFile(dir: string, name: string, zone: string, sources: readonly string[]): string {
  const unused = shippedSources().filter((s) => !sources.includes(s));
  const width = Math.max(...unused.map((s) => s.length));
  const others = unused.map((s) => `#   ${s.padEnd(width)}  ${sourceLabel(s, null)}`);
  return `${schemaComment(join(dir, "keepage.yaml"), "keepage")}
# Settings of this workspace. \`keepage check\` proves them; a setting that is left out has the value shown.

name: ${JSON.stringify(name)}

# Times without a zone in the exports are this zone's, and the schedule below is too.
time_zone: ${zone}

# What arrives in inbox/: folders of sources/ here, or sources that ship with keepage.
sources: [${sources.join(", ")}]
${others.length ? `# Ships too:\n${others.join("\n")}\n` : ""}
# Counts of people from 1 to this less 1 are never published. 11 is the rule of CMS; 0 only for use within the walls.
cell_limit: 11

# Orders of one patient, specialty and referrer within this many days are one episode.
episode_days: 90

# hold:
#   reject_share: 0.05        # a file with a larger share of rejected rows is held
#   shrink: 0.5               # a snapshot with a smaller share of the rows before is held

# run:
#   schedule: "30 5 * * *"    # when \`keepage schedule\` runs: minute, hour, day of month, month, day of week
#   keep_releases: 5          # releases kept for \`keepage rollback\`
#   memory: 2.5GB             # what the engine may take
`;
}

const sourcesReadme = `# Sources of this workspace

One folder for each export format: \`source.yaml\` says what its columns mean, \`statuses.csv\` what its words mean.

- A first version from a file: \`keepage draft FILE\`. It marks what you must decide with "decide".
- A shipped source with other labels here: a folder with a \`source.yaml\` of a few lines,
  \`extends: epic-workqueue\` and the columns that differ. Its statuses.csv adds to the shipped one, row by row.
- Switch a source on by its name under \`sources:\` in keepage.yaml, then \`keepage check\`.

\`reference/specialties.csv\` and \`reference/holidays.csv\` here add to the shipped tables; \`policies/NAME.yaml\` here replaces the shipped
policy of that name.
`;

const valueSetsReadme = `# Value sets

What official measures read, as your terminology license gives it: FHIR ValueSets with their expansions as .json (one set a file, or a
Bundle of them), and single codes in direct-codes.csv with the columns system and code. None ship with keepage. \`marts.cms50_rate\` names
the sets that are missing.
`;

const ignored = `# Exports, state and releases hold patients' data: never put them under version control.
inbox/
state/
releases/
current
`;

/** A file name that a \`files\` pattern takes, with today's date. */
export function exampleName(pattern: string, today = new Date()): string {
  const part: Record<string, string> = {
    yyyy: String(today.getFullYear()),
    yy: String(today.getFullYear()).slice(2),
    MM: String(today.getMonth() + 1).padStart(2, "0"),
    M: String(today.getMonth() + 1),
    dd: String(today.getDate()).padStart(2, "0"),
    d: String(today.getDate()),
    MMM: today.toLocaleString("en-US", { month: "short" }),
    MMMM: today.toLocaleString("en-US", { month: "long" }),
  };
  const date = (format: string) =>
    format.replaceAll(/'([^']*)'|([A-Za-z])\2*/g, (token, quoted?: string) => quoted ?? part[token] ?? "00");
  return pattern
    .replaceAll(/\{as_of:([^}]*)\}/g, (_, format: string) => date(format))
    .replaceAll("{scope}", "cardiology")
    .replaceAll(/\{(?:part|version)\}/g, "1")
    .replaceAll("*", "")
    .replaceAll("?", "1");
}

function nextSteps(dir: string, name: string, zone: string, assumed: boolean, sources: readonly string[]): string[] {
  const at = dir === "." ? "" : ` --workspace ${quoted(dir)}`;
  const inbox = join(dir, "inbox");
  const files = sources.flatMap((s) =>
    readSources(s, null, { time_zone: zone }).map((source) => exampleName(source.files[0]!)),
  );
  const first = sources.length
    ? [`put exports into ${inbox}, named such as ${files.join(", ")}`]
    : [
        `put an export into ${inbox}`,
        `npx keepage draft ${quoted(join(inbox, "FILE"))}${at}`,
        `decide what it marks, and name the source under \`sources:\` in ${join(dir, "keepage.yaml")}`,
      ];
  const steps = [
    ...first,
    `npx keepage check${at}`,
    `npx keepage run${at}`,
    ...(sources.length ? [`npx keepage serve${at}`] : []),
  ];
  return [
    `made ${dir}: the workspace of ${name}, time zone ${zone}${assumed ? " (this machine's)" : ""}`,
    ...steps.map((step, n) => `  ${n + 1}. ${step}`),
  ];
}

/** A path as a shell takes it. */
export function quoted(path: string): string {
  return /^[\w./@%+,:=-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
