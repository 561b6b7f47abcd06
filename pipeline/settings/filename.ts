// From the name of one file to the pattern for all its kind: workqueue_20260502.csv is workqueue_{as_of:yyyyMMdd}*.csv.
import { matchFile } from "./patterns.ts";

export interface NamePattern {
  readonly files: string;
  /** The name tells the day, the month only, or neither. */
  readonly dated: "day" | "month" | null;
  /** What comes before the date: the kind of file. */
  readonly stem: string;
  /** What is not proven, or empty. */
  readonly doubt: string;
}

interface DateInName {
  readonly find: RegExp;
  readonly format: (match: RegExpExecArray) => string;
}

const unpadded = (digits: string, letter: string) => (digits.length === 1 ? letter : letter.repeat(2));
const bySeparator = (m: RegExpExecArray, ...parts: string[]) => parts.join(m[2]!);

/** In the order tried. */
const dates: readonly DateInName[] = [
  { find: /(?<!\d)20\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)/, format: () => "yyyyMMdd" },
  {
    find: /(?<!\d)20\d{2}([-_.])(\d{1,2})\1(\d{1,2})(?!\d)/,
    format: (m) => ["yyyy", unpadded(m[2]!, "M"), unpadded(m[3]!, "d")].join(m[1]!),
  },
  {
    find: /(?<!\d)(\d{1,2})([-_.])(\d{1,2})\2(20\d{2}|\d{2})(?!\d)/,
    format: (m) => {
      const year = "y".repeat(m[4]!.length);
      return Number(m[1]) > 12
        ? bySeparator(m, unpadded(m[1]!, "d"), unpadded(m[3]!, "M"), year)
        : bySeparator(m, unpadded(m[1]!, "M"), unpadded(m[3]!, "d"), year);
    },
  },
  { find: /(?<!\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])20\d{2}(?!\d)/, format: () => "MMddyyyy" },
  {
    find: /(?<![a-z])(january|february|march|april|may|june|july|august|september|october|november|december|[a-z]{3})([-_. ]?)(20\d{2})(?!\d)/i,
    format: (m) => `${m[1]!.length === 3 ? "MMM" : "MMMM"}${m[2]}yyyy`,
  },
  { find: /(?<!\d)20\d{2}([-_.])(0[1-9]|1[0-2])(?!\d)/, format: (m) => `yyyy${m[1]}MM` },
  { find: /(?<!\d)20\d{2}(0[1-9]|1[0-2])(?!\d)/, format: () => "yyyyMM" },
];

/** What a pattern would take for a brace or a wildcard becomes "?". Numbers, which count files, weeks or quarters, become "*". */
const plain = (text: string) => text.replaceAll(/[{}*?]/g, "?").replaceAll(/\(\d+\)|\d+/g, "*");

/** A pattern without its date, for files whose title lines tell the day. */
export function undated(pattern: string): string {
  return pattern.replace(/[-_. ]*\{as_of:[^}]*\}\*?/, "*");
}

/** Pattern of a file's name. A pattern that would not take the file itself is never given. */
export function namePattern(name: string): NamePattern {
  const bare = name.replace(/\.gz$/i, "");
  const dot = bare.lastIndexOf(".");
  const [base, ending] = dot > 0 ? [bare.slice(0, dot), bare.slice(dot)] : [bare, ""];
  for (const { find, format } of dates) {
    const match = find.exec(base);
    if (!match) continue;
    const pattern = format(match);
    const files = `${plain(base.slice(0, match.index))}{as_of:${pattern}}*${ending}`.replaceAll(/\*+/g, "*");
    if (!matchFile(name, files)?.as_of) continue;
    const monthOnly = !pattern.includes("d");
    const ambiguous = /^M+[-_.]d+/.test(pattern) && Number(match[1]) <= 12 && Number(match[3]) <= 12;
    return {
      files,
      dated: monthOnly ? "month" : "day",
      stem: base.slice(0, match.index),
      doubt: monthOnly
        ? "the name tells a month, which stands for its last day, or for the time of the file where that is earlier"
        : ambiguous
          ? "month first in the file's name is an assumption"
          : "",
    };
  }
  const open = `${plain(base)}*${ending}`.replaceAll(/\*+/g, "*");
  return {
    files: matchFile(name, open) ? open : `*${ending}`,
    dated: null,
    stem: base,
    doubt:
      "no date in the file's name: the file's own time would be its as-of date. Better have the export write one, such as NAME_20260502",
  };
}

const titleDate =
  /\b(\d{1,2}\/\d{1,2}\/\d{4}|\d{4}-\d{2}-\d{2}|\d{1,2}-\d{1,2}-\d{4}|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* \d{1,2}, \d{4})\b/i;

/** An `as_of` pattern from the lines above a table: the words before a date that is called one. */
export function titlePattern(titles: readonly string[]): string | undefined {
  for (const title of titles) {
    const match = titleDate.exec(title);
    if (!match) continue;
    const before = title.slice(0, match.index).match(/[A-Za-z][A-Za-z ]*[:-]?\s*$/)?.[0];
    if (!before || !/\b(run|as of|date|printed|generated|report|created|extracted|exported)\b/i.test(before)) continue;
    const found = match[1]!;
    const format = /^\d{4}/.test(found)
      ? "yyyy-MM-dd"
      : /^\d/.test(found)
        ? ["M", "d", "yyyy"].join(found.includes("/") ? "/" : "-")
        : `${/^[a-z]{3} /i.test(found) ? "MMM" : "MMMM"} d, yyyy`;
    return `${before.trimStart().replaceAll(/[{}*?]/g, "?")}{as_of:${format}}`;
  }
  return undefined;
}
