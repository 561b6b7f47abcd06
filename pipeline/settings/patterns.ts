// Date patterns as people write them (MM/dd/yyyy), file names that carry an as-of date, a scope or a part, and title lines that tell the day.
import { KeepageError } from "../errors.ts";

/** One date token: what it looks like, what DuckDB's strptime calls it, which part of a time it fills. */
interface Token {
  readonly shape: string;
  readonly strptime: string;
  readonly part?: "year" | "month" | "day" | "hour" | "half" | "minute" | "second";
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const monthName = `(?:${months.join("|")})[a-z]*`;

// "Not padded" accepts padded values as well; exports mix both.
const tokens: Readonly<Record<string, Token>> = {
  yyyy: { shape: "\\d{4}", strptime: "%Y", part: "year" },
  yy: { shape: "\\d{2}", strptime: "%y", part: "year" },
  MMMM: { shape: monthName, strptime: "%B", part: "month" },
  MMM: { shape: monthName, strptime: "%b", part: "month" },
  MM: { shape: "\\d{2}", strptime: "%m", part: "month" },
  M: { shape: "\\d{1,2}", strptime: "%-m", part: "month" },
  dd: { shape: "\\d{2}", strptime: "%d", part: "day" },
  d: { shape: "\\d{1,2}", strptime: "%-d", part: "day" },
  HH: { shape: "\\d{2}", strptime: "%H", part: "hour" },
  H: { shape: "\\d{1,2}", strptime: "%-H", part: "hour" },
  hh: { shape: "\\d{2}", strptime: "%I", part: "hour" },
  h: { shape: "\\d{1,2}", strptime: "%-I", part: "hour" },
  mm: { shape: "\\d{2}", strptime: "%M", part: "minute" },
  m: { shape: "\\d{1,2}", strptime: "%-M", part: "minute" },
  ss: { shape: "\\d{2}", strptime: "%S", part: "second" },
  s: { shape: "\\d{1,2}", strptime: "%-S", part: "second" },
  SSS: { shape: "\\d{1,3}", strptime: "%g" },
  SSSSSS: { shape: "\\d{1,6}", strptime: "%f" },
  a: { shape: "[ap]\\.?m\\.?", strptime: "%p", part: "half" },
  XXX: { shape: "(?:z|[+-]\\d{2}:?\\d{2})", strptime: "%z" },
};

type Piece = { readonly literal: string } | { readonly token: Token };

/** Splits a pattern into tokens and literal text: letters are tokens unless in 'quotes', '' is a quote mark. */
function pieces(pattern: string): Piece[] {
  const found: Piece[] = [];
  for (const match of pattern.matchAll(/''|'((?:[^']|'')+)'|([A-Za-z])\2*|[^A-Za-z]/gu)) {
    const text = match[0];
    if (match[1] !== undefined) found.push({ literal: match[1].replaceAll("''", "'") });
    else if (text === "''") found.push({ literal: "'" });
    else if (match[2] === undefined) found.push({ literal: text });
    else if (Object.hasOwn(tokens, text)) found.push({ token: tokens[text]! });
    else throw new KeepageError("E004", `Date pattern "${pattern}": "${text}" means nothing.`, { todo: vocabulary });
  }
  if (!found.some((p) => "token" in p))
    throw new KeepageError("E004", `Date pattern "${pattern}" holds no date.`, { todo: vocabulary });
  const confused = confusion(found.flatMap((p) => ("token" in p ? p.token : [])));
  if (confused) throw new KeepageError("E004", `Date pattern "${pattern}": ${confused}.`, { todo: vocabulary });
  return found;
}

/** Letters that mean another part of a time than who wrote them thought: read so, every date would be wrong and none rejected. */
function confusion(told: readonly Token[]): string | undefined {
  const [has, twice] = [new Set(told.map((t) => t.part)), new Set<Token["part"]>()];
  for (const [n, { part }] of told.entries())
    if (part && told.slice(n + 1).some((t) => t.part === part)) twice.add(part);
  const half = told.some((t) => t.part === "hour" && t.strptime.endsWith("I"));
  if (twice.has("month")) return "it tells the month twice; minutes are mm";
  if (twice.has("minute")) return "it tells the minute twice; a month is MM";
  if (twice.size) return `it tells the ${[...twice][0]} twice`;
  if (has.has("minute") && !has.has("hour")) return "it tells minutes and no hour; a month is MM, minutes are mm";
  if (has.has("day") && !has.has("month")) return "it tells a day and no month; a month is MM";
  if (half && !has.has("half")) return "hh and h are hours of half a day, with a; hours of the whole day are HH and H";
  if (has.has("half") && has.has("hour") && !half) return "a is for hours of half a day, hh and h";
  return undefined;
}

const vocabulary = `Use ${Object.keys(tokens).join(", ")}; put other letters in 'quotes'.`;

/**
 * The DuckDB strptime format of a date pattern: "M/d/yyyy h:mm:ss a" is "%-m/%-d/%Y %-I:%M:%S %p".
 * With XXX (an offset such as -05:00) try_strptime gives TIMESTAMP WITH TIME ZONE; it does not know "Z", so write
 * `regexp_replace(value, '[zZ]$', '+00:00')` around the value. %Y takes "24" as the year 24: check the range.
 * Throws KeepageError E004 on letters that mean nothing.
 */
export function strptimeFormat(pattern: string): string {
  return pieces(pattern)
    .map((p) => ("token" in p ? p.token.strptime : p.literal.replaceAll("%", "%%")))
    .join("");
}

/** Does the pattern name an offset from UTC? */
export function hasOffset(pattern: string): boolean {
  return pieces(pattern).some((p) => "token" in p && p.token.strptime === "%z");
}

// With the u flag only these may be escaped.
const verbatim = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&");

interface Matcher {
  readonly regex: RegExp;
  readonly parts: readonly NonNullable<Token["part"]>[];
}

const captures = ["scope", "part", "version"] as const;

/** A pattern with {as_of:FORMAT}, {scope}, {part}, {version}, * and ? as a regular expression; titles may be spaced otherwise. */
function matcher(pattern: string, mode: "name" | "title"): Matcher {
  const parts: NonNullable<Token["part"]>[] = [];
  const seen = new Set<string>();
  let source = "";
  for (const [text, name, format] of pattern.normalize("NFC").matchAll(/\{(\w+)(?::([^}]*))?\}|[*?]|[^{*?]+|\{/g)) {
    if (text === "*") source += ".*?";
    else if (text === "?") source += ".";
    else if (name === undefined)
      source += mode === "title" ? verbatim(text).replaceAll(/\s+/g, "\\s*") : verbatim(text);
    else if (seen.has(name)) throw new KeepageError("E004", `Pattern "${pattern}" names {${name}} twice.`);
    else {
      seen.add(name);
      if (name === "as_of" && format !== undefined) {
        const shape = pieces(format)
          .map((piece) => {
            if (!("token" in piece)) return verbatim(piece.literal);
            if (!piece.token.part) return piece.token.shape;
            parts.push(piece.token.part);
            return `(?<p${parts.length - 1}>${piece.token.shape})`;
          })
          .join("");
        // In a workbook the day may be a date cell: then it is ISO, whatever its format.
        source += mode === "name" ? shape : `(?:${shape}|(?<iso>\\d{4}-\\d\\d-\\d\\d(?: \\d\\d:\\d\\d:\\d\\d)?))`;
      } else if (captures.some((c) => c === name) && format === undefined) source += `(?<${name}>.+?)`;
      else
        throw new KeepageError("E004", `Pattern "${pattern}": ${text} means nothing.`, {
          todo: "Use {as_of:yyyyMMdd} (any date pattern), {scope}, {part}, {version}, * and ?.",
        });
    }
  }
  const whole = mode === "name" ? `^${source}(?:\\.gz)?$` : `(?<![\\p{L}\\d])${source}(?!\\d)`;
  return { regex: new RegExp(whole, "isu"), parts };
}

/**
 * Matches a file's name (no folders) with a `files:` pattern; upper and lower case are alike, a further ".gz" is allowed. Gives what
 * the braces captured: `as_of` as far as the pattern tells it ("yyyy-MM", "yyyy-MM-dd", "yyyy-MM-dd HH:mm:ss"); `scope`, `part`, `version`.
 * Undefined where the name does not match, its date does not exist, or it has a slash, a backslash or a control character.
 */
export function matchFile(fileName: string, pattern: string): Record<string, string> | undefined {
  if (/[/\\\p{Cc}]/u.test(fileName) || fileName === "." || fileName === ".." || fileName.length > 255) return undefined;
  const { regex, parts } = matcher(pattern, "name");
  const match = regex.exec(fileName.normalize("NFC"));
  if (!match) return undefined;
  const found: Record<string, string> = {};
  for (const name of captures) if (match.groups?.[name] !== undefined) found[name] = match.groups[name];
  if (parts.length === 0) return found;
  const asOf = when(match.groups, parts);
  return asOf === undefined ? undefined : { ...found, as_of: asOf };
}

/**
 * The as-of date in the title lines above a header, by a pattern such as "Run date: {as_of:MM/dd/yyyy}": "yyyy-MM-dd", with
 * " HH:mm:ss" where an hour is told. Blanks and capitals may differ.
 */
export function readTitleDate(titles: readonly string[], pattern: string): string | undefined {
  const { regex, parts } = matcher(pattern, "title");
  for (const title of titles) {
    const groups = regex.exec(title.normalize("NFC"))?.groups;
    const found = groups?.iso ?? when(groups, parts);
    if (found) return found;
  }
  return undefined;
}

/** The as-of date of a file: from its name if the pattern has one, else from its title lines. */
export function readAsOf(
  fileName: string,
  pattern: string,
  titles: readonly string[] = [],
  titlePattern?: string,
): string | undefined {
  return matchFile(fileName, pattern)?.as_of ?? (titlePattern ? readTitleDate(titles, titlePattern) : undefined);
}

/** The captured parts as a wall-clock time, unless no such time exists. */
function when(groups: Readonly<Record<string, string | undefined>> | undefined, parts: Matcher["parts"]) {
  if (!groups || !parts.includes("year")) return undefined;
  const time = { year: 0, month: 1, day: 1, hour: 0, minute: 0, second: 0 };
  let half = "";
  for (const [i, part] of parts.entries()) {
    const text = (groups[`p${i}`] ?? "").toLowerCase();
    if (part === "half") half = text;
    else if (part === "month" && /^[a-z]/.test(text)) time.month = months.indexOf(text.slice(0, 3)) + 1;
    else time[part] = Number(text) + (part === "year" && text.length === 2 ? (Number(text) < 69 ? 2000 : 1900) : 0);
  }
  if (half && (time.hour < 1 || time.hour > 12)) return undefined;
  if (half) time.hour = (time.hour % 12) + (half.startsWith("p") ? 12 : 0);
  const { year, month, day, hour, minute, second } = time;
  const at = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  at.setUTCFullYear(year, month - 1, day);
  const real = at.getUTCMonth() === month - 1 && at.getUTCDate() === day && at.getUTCHours() === hour;
  if (!real || year < 1900 || minute > 59 || second > 59) return undefined;
  const told = parts.includes("hour") ? 19 : parts.includes("day") ? 10 : parts.includes("month") ? 7 : 4;
  return at.toISOString().slice(0, told).replace("T", " ");
}
