// Date formats from the shapes of a column's values. Month and day are told apart only where values prove it: a 13 or more in the
// place of the day. Where none does, month first is an assumption and is called one.
import { type DuckDBConnection, literal, rows } from "../duckdb.ts";

/** Values that look alike: digits are 9, a month's name is @ (short) or & (long), AM and PM are ~, other letters x. */
export interface Shape {
  readonly shape: string;
  readonly values: number;
  /** Largest first and second number among them. */
  readonly first: number | null;
  readonly second: number | null;
}

// "May" is its own abbreviation.
const monthNames = "january|february|march|april|june|july|august|september|october|november|december";
const months = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec";

/** Text shapes of a relation's column, the most frequent first; at most 200. `column` is SQL. */
export async function shapesOf(connection: DuckDBConnection, relation: string, column: string): Promise<Shape[]> {
  const replaced = [
    [`\\b(${monthNames})\\b`, "&"],
    [`\\b(${months})\\b`, "@"],
    ["([0-9 ])[ap]\\.?m\\b\\.?", "\\1~"],
    ["[0-9]", "9"],
    ["[a-su-y]", "x"],
  ].reduce((sql, [from, to]) => `regexp_replace(${sql}, ${literal(from!)}, ${literal(to!)}, 'gi')`, "v");
  return rows<Shape>(
    connection,
    `select ${replaced} as shape, count(*)::integer as values,
       max(try_cast(regexp_extract(v, '^([0-9]+)', 1) as integer)) as first,
       max(try_cast(regexp_extract(v, '^[0-9]+[^0-9]+([0-9]+)', 1) as integer)) as second
     from (select trim(${column}) as v from ${relation}) where v <> '' group by all order by values desc, shape limit 200`,
  );
}

/** What a column's shapes say of its date formats. */
export interface DateReading {
  /** Patterns, the most frequent first. */
  readonly formats: readonly string[];
  /** Values that one of the patterns has the shape of, and all values. */
  readonly read: number;
  readonly values: number;
  /** Sentences about what is not proven. */
  readonly doubts: readonly string[];
  /** Some values carry a time of day. */
  readonly timed: boolean;
}

const timePart = /^[ T,]+(9{1,2}):99(:99)?(\.9+)?( ?)(~?)( ?(?:z|t?[+-]99:?99))?$/i;

/** The pattern of a time after a date, "" for none, or undefined where it is no time. */
function timePattern(shape: string): string | undefined {
  if (shape === "") return "";
  const match = timePart.exec(shape);
  if (!match) return undefined;
  const [, hour, seconds, fraction, blank, half, zone] = match;
  const between = shape.startsWith("T") ? "'T'" : shape.match(/^[ ,]+/)![0];
  const clock = half ? "h" : hour!.length === 1 ? "H" : "HH";
  return [
    between,
    clock,
    ":mm",
    seconds ? ":ss" : "",
    fraction ? (fraction.length > 4 ? ".SSSSSS" : ".SSS") : "",
    half ? `${blank}a` : "",
    zone ? `${zone.startsWith(" ") ? " " : ""}XXX` : "",
  ].join("");
}

type Order = "year-first" | "numeric" | "named" | "digits";

interface Read extends Shape {
  readonly order: Order;
  readonly separator: string;
  readonly yearDigits: number;
  readonly padded: boolean;
  readonly time: string;
  /** Of a named date: the pattern as it is. */
  readonly pattern?: string;
}

function readShape(shape: Shape): Read | undefined {
  const text = shape.shape;
  const make = (order: Order, head: string, more: Partial<Read> = {}): Read | undefined => {
    const time = timePattern(text.slice(head.length));
    if (time === undefined) return undefined;
    return { ...shape, order, separator: "", yearDigits: 4, padded: true, time, ...more };
  };
  let match = /^9999([/.-])(9{1,2})\1(9{1,2})/.exec(text);
  if (match)
    return make("year-first", match[0], {
      separator: match[1]!,
      padded: match[2]!.length === 2 && match[3]!.length === 2,
    });
  match = /^(9{1,2})([/.-])(9{1,2})\2(9{4}|99)(?!9)/.exec(text);
  if (match)
    return make("numeric", match[0], {
      separator: match[2]!,
      yearDigits: match[4]!.length,
      padded: match[1]!.length === 2 && match[3]!.length === 2,
    });
  match = /^(9{1,2})([ -])([@&])([ ,-]+)(9{4}|99)(?!9)/.exec(text);
  if (match) {
    const month = match[3] === "@" ? "MMM" : "MMMM";
    return make("named", match[0], { pattern: `d${match[2]}${month}${match[4]}${match[5]!.replaceAll("9", "y")}` });
  }
  match = /^([@&])(\.? )9{1,2}(,? )(9{4})/.exec(text);
  if (match)
    return make("named", match[0], { pattern: `${match[1] === "@" ? "MMM" : "MMMM"}${match[2]}d${match[3]}yyyy` });
  // 20260502, not an identifier of eight digits.
  const year = Math.floor((shape.first ?? 0) / 10_000);
  if (/^9{8}(?!9)/.test(text) && year >= 1900 && year <= 2100) return make("digits", "99999999");
  return undefined;
}

const years = (format: string) => (format.match(/y+/)?.[0].length === 2 ? 0 : 1);

/** Proposes date formats from shapes. Nothing is proposed for shapes that are no date: they are counted as unread. */
export function readDates(shapes: readonly Shape[]): DateReading {
  const values = shapes.reduce((sum, s) => sum + s.values, 0);
  const found = shapes.flatMap((s) => readShape(s) ?? []);
  const formats = new Map<string, number>();
  const doubts: string[] = [];
  const families = Map.groupBy(found, (r) => [r.order, r.separator, r.yearDigits].join("\u0000"));
  for (const family of families.values()) {
    const { order, separator, yearDigits } = family[0]!;
    const unpadded = family.some((r) => !r.padded);
    const dates: string[] = [];
    if (order === "year-first") dates.push(["yyyy", unpadded ? "M" : "MM", unpadded ? "d" : "dd"].join(separator));
    if (order === "digits") dates.push("yyyyMMdd");
    if (order === "numeric") {
      const [m, d] = unpadded ? ["M", "d"] : ["MM", "dd"];
      const year = "y".repeat(yearDigits);
      const dayFirst = family.some((r) => (r.first ?? 0) > 12);
      const monthFirst = family.some((r) => (r.second ?? 0) > 12);
      if (monthFirst || !dayFirst) dates.push([m, d, year].join(separator));
      if (dayFirst) dates.push([d, m, year].join(separator));
      if (dayFirst && monthFirst)
        doubts.push(
          "some values can only be day first, others only month first; those that could be either are rejected",
        );
      else if (!dayFirst && !monthFirst) doubts.push("month first is an assumption: no value has a day above 12");
      if (yearDigits === 2) doubts.push("years of two digits: 69 to 99 are read as 19xx, 00 to 68 as 20xx");
    }
    for (const r of family) {
      for (const date of r.pattern ? [r.pattern] : dates)
        formats.set(date + r.time, (formats.get(date + r.time) ?? 0) + r.values);
    }
  }
  const read = found.reduce((sum, r) => sum + r.values, 0);
  // An hour of one digit and of two are one pattern.
  for (const format of formats.keys()) {
    const loose = format.replace("HH", "H");
    if (loose !== format && formats.has(loose)) {
      formats.set(loose, formats.get(loose)! + formats.get(format)!);
      formats.delete(format);
    }
  }
  return {
    // Two digits of a year come first: "26" would fit yyyy as the year 26, "2026" does not fit yy.
    formats: [...formats].sort((a, b) => years(a[0]) - years(b[0]) || b[1] - a[1]).map(([format]) => format),
    read,
    values,
    doubts,
    timed: found.some((r) => r.time !== ""),
  };
}

/**
 * The pattern of a time column's values: a time alone, or behind a day that never changes (1900-01-01 10:30:00.000), which is kept as it
 * is. Undefined where they are no times.
 */
export function readTimes(shapes: readonly Shape[], constantDay: string | null): string[] | undefined {
  const patterns = new Set<string>();
  for (const { shape } of shapes) {
    const head = constantDay ? constantDay.replaceAll(/[0-9]/g, "9") : "";
    if (!shape.startsWith(head)) return undefined;
    const time = timePattern(constantDay ? shape.slice(head.length) : ` ${shape}`);
    if (!time) return undefined;
    patterns.add(`${constantDay ?? ""}${time}`.trim());
  }
  return [...patterns];
}

/** Days that programs write for "none": at the edge of a century, of a calendar, or no day at all. As SQL over text `v`. */
export const sentinelDay = `regexp_matches(v, '^(0000|0001|1753|1800|1899|1900|2999|9999)-?(00|01|12)-?(00|01|30|31)\\b')
  or regexp_matches(v, '^(00|0?1|12)[/-](00|0?1|30|31)[/-](0000|0001|1753|1800|1899|1900|2999|9999)\\b')`;
