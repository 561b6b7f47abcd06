// Every error that keepage raises on purpose: a stable code, what it means, what to do. docs/errors.md is made from this list.

export const errorCodes = {
  // settings
  E001: ["Settings file is missing", "Create it with `keepage init`, or name the workspace with --workspace."],
  E002: ["Settings are not valid YAML", "Correct the line shown."],
  E003: ["Setting is unknown", "Use the nearest valid key, or delete the line."],
  E004: ["Setting has a wrong value", "Correct the line shown, as its message says."],
  E005: ["Source is unknown", "Name a folder of this workspace's sources/ or a source that ships with keepage."],
  E006: ["Status mapping is wrong", "Correct the line of statuses.csv."],
  E007: ["Policy is wrong", "Correct the line of the policy file."],
  E008: ["Reference table is wrong", "Correct the line of the reference file."],
  E009: ["Workspace exists already", "Choose another folder, or work with the one that is there."],
  E010: ["Command line is wrong", "See `keepage help`."],
  E011: [
    "No source is switched on",
    "Name a shipped source under `sources` in keepage.yaml, or draft one from an export: `keepage draft FILE`.",
  ],
  E012: ["Source exists already", "Give another name with --name, or work with the one that is there."],
  // intake: a file is held
  E101: ["File cannot be read as what it claims to be", "Export it again, or correct `format` in source.yaml."],
  E102: ["Header was not found", "Compare the file's first lines with `columns` in source.yaml."],
  E103: ["File is too large or malformed to read safely", "Export it again, in parts if need be."],
  E104: [
    "Column is missing",
    "Correct the export. If the column was renamed, name both in source.yaml, so that older files are read too: `{ first_of: [OLD, NEW] }`. Of one that this export never has, say `optional: true`; a shipped source is corrected in a source of your own that `extends` it.",
  ],
  E105: [
    "Too many rows were rejected",
    "Look at `keepage rejects FILE`, correct the export or the source, and run again.",
  ],
  E106: [
    "Snapshot shrank",
    "If the list really is that short, accept it: `keepage run --accept FILE`. If not, export it again.",
  ],
  E107: ["As-of date is missing", "Put the date into the file's name, or declare `as_of` in source.yaml."],
  E108: ["File matches more than one source", "Make `files` in the sources' source.yaml more precise."],
  E109: [
    "Two files claim the same day and list",
    "If they are parts of one list, capture {part} in `files` and run with --rebuild. If one is right, accept it: `keepage run --accept FILE`.",
  ],
  E110: ["File cannot be opened", "Let the account that runs keepage read it, or copy it into the inbox again."],
  E111: [
    "As-of date lies in the future",
    "Correct the day in the file's name or title line, or this machine's clock, and run again.",
  ],
  E112: [
    "No source takes the file any longer",
    "Switch its source on under `sources` in keepage.yaml and run with --rebuild, which reads it from the archive; or `keepage run --forget FILE`.",
  ],
  // models
  E201: ["Model is wrong", "Correct the line shown."],
  E202: ["Model breaks a rule of its layer", "Read what the layer may use in the README."],
  E203: ["Check failed", "Look at the rows the check names; the last release stays up."],
  // publish
  E301: ["Site is not fit to publish", "The last release stays up; run again with --debug for the build's own words."],
  E302: ["No release yet", "Run `keepage run` first."],
  E303: ["No release to go back to", "See `keepage status` for the releases that are kept."],
  // run
  E401: ["Another run is at work", "Wait for it; if none is, run again: a dead run's lock is removed."],
  E402: ["State file cannot be opened", "Close other programs that use it, and check its owner and mode."],
  E403: ["Query failed", "Correct the query; `keepage sql` without one lists the tables."],
  E404: ["The disk is full or cannot be written", "Make room, or mend the rights of the folder named; then run again."],
  E405: [
    "Memory ran out",
    "Give more with `run: { memory: 6GB }` in keepage.yaml, or close other programs; then run again.",
  ],
  E406: [
    "Archive lacks files",
    "Restore state/archive from a backup, or put the files into the inbox and run without --rebuild first; `keepage run --forget FILE` leaves one out for good.",
  ],
  E999: ["Unexpected failure", "Run again with --debug and report what it prints."],
} as const satisfies Record<string, readonly [title: string, todo: string]>;

export type ErrorCode = keyof typeof errorCodes;

/** An error for people: `message` says what happened here, `todo` what to do about it. */
export class KeepageError extends Error {
  override readonly name = "KeepageError";
  readonly code: ErrorCode;
  readonly todo: string;
  /** file:line, where there is one. */
  readonly place: string | undefined;

  constructor(code: ErrorCode, message: string, options: { todo?: string; place?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.todo = options.todo ?? errorCodes[code][1];
    this.place = options.place;
  }
}

/** Several errors found in one go, so that people mend them in one go. */
export class KeepageErrors extends Error {
  override readonly name = "KeepageErrors";
  readonly errors: readonly KeepageError[];
  constructor(errors: readonly KeepageError[]) {
    super(errors.map((e) => e.message).join("\n"));
    this.errors = errors;
  }
}

/** What was raised on purpose, one by one; any other error is thrown on. */
export function errorsOf(error: unknown): readonly KeepageError[] {
  if (error instanceof KeepageErrors) return error.errors;
  if (error instanceof KeepageError) return [error];
  throw error;
}

/** What the machine refused, as an error for people; undefined for any other error. */
export function ofMachine(error: unknown): KeepageError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code = "", path } = error as NodeJS.ErrnoException;
  const text = error.message.split("\n")[0]!.replace(/ Possible solutions:.*$/, "");
  const full =
    ["ENOSPC", "EDQUOT", "EFBIG"].includes(code) || /no space left|disk (?:is )?full|file too large/i.test(text);
  const refused = ["EACCES", "EPERM"].includes(code) || /permission denied|not permitted/i.test(text);
  if (full || refused || code === "EROFS" || /read-only file system/i.test(text))
    return new KeepageError("E404", path && !text.includes(path) ? `${text} (${path})` : text, {
      cause: error,
      todo: full
        ? "Make room on this disk; then run again."
        : refused
          ? "Run keepage as the account that owns the workspace, or give this account the right that it lacks."
          : "Mount the disk for writing; then run again.",
    });
  if (
    /out of memory|failed to pin block|failed to allocate|could not allocate|array buffer allocation failed/i.test(text)
  )
    return new KeepageError("E405", text, { cause: error });
  return undefined;
}

/** The candidate most like a word, or undefined when none is near (optimal string alignment distance). */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const fold = (s: string) => s.toLowerCase().replaceAll(/[\s_-]+/g, "");
  const a = fold(word);
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.ceil(a.length / 3)) + 1;
  for (const candidate of candidates) {
    const d = distance(a, fold(candidate));
    if (d < bestDistance) [best, bestDistance] = [candidate, d];
  }
  return best;
}

function distance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let d = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) d = Math.min(d, before[j - 2]! + 1);
      row.push(d);
    }
    [before, above] = [above, row];
  }
  return above[b.length]!;
}
