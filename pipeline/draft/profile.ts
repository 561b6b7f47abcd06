// What the columns of a file hold, as counts and shapes. Nothing here leaves a value to see but placeholders such as N/A.

import { type DuckDBConnection, identifier, literal, rows } from "../duckdb.ts";
import { type DateReading, readDates, readTimes, type Shape, sentinelDay, shapesOf } from "./dateshapes.ts";

/** Words that stand for "nothing"; upper and lower case are alike, but they are declared as they are written. */
const placeholders = [
  "n/a",
  "na",
  "#n/a",
  "null",
  "\\n",
  "*unspecified",
  "unspecified",
  "(none)",
  "(nothing)",
  "(blank)",
  "(null)",
  "?",
  "-",
  "--",
  ".",
  "tbd",
  "not specified",
  "none specified",
];

export interface Profile {
  readonly header: string;
  readonly filled: number;
  readonly distinct: number;
  /** Share of the filled values that are numbers. */
  readonly numeric: number;
  /** Share of the filled values that are ten digits. */
  readonly tenDigits: number;
  /** Share of the filled values without a blank inside. */
  readonly oneWord: number;
}

/** The columns of one relation of text cells. */
export class Columns {
  readonly #connection: DuckDBConnection;
  readonly #relation: string;
  readonly #header: readonly string[];
  readonly #profiles = new Map<string, Profile>();
  readonly #dates = new Map<string, DateReading>();

  private constructor(connection: DuckDBConnection, relation: string, header: readonly string[]) {
    this.#connection = connection;
    this.#relation = relation;
    this.#header = header;
  }

  /** Profiles every column of a relation with columns c0, c1 ... named by `header`. */
  static async of(connection: DuckDBConnection, relation: string, header: readonly string[]): Promise<Columns> {
    const columns = new Columns(connection, relation, header);
    for (const name of header) {
      const [found] = await rows<Profile>(
        connection,
        `select ${literal(name)} as header, count(v)::integer as filled, count(distinct v)::integer as distinct,
           coalesce(avg((try_cast(regexp_replace(v, '[$, ]', '', 'g') as double) is not null)::integer) filter (where v is not null), 0) as numeric,
           coalesce(avg(regexp_full_match(v, '[0-9]{10}(\\.0+)?')::integer) filter (where v is not null), 0) as "tenDigits",
           coalesce(avg((not contains(v, ' '))::integer) filter (where v is not null), 0) as "oneWord"
         from (select nullif(trim(${columns.#column(name)}), '') as v from ${relation})
         where v is null or not (${columns.#isNothing()})`,
      );
      columns.#profiles.set(name, found!);
    }
    return columns;
  }

  /** Values of the fullest column: the rows, but for columns that say nothing in some of them. */
  get rows(): number {
    return Math.max(0, ...[...this.#profiles.values()].map((p) => p.filled));
  }

  #column(header: string): string {
    return identifier(`c${this.#header.indexOf(header)}`);
  }

  #isNothing(): string {
    return `lower(v) in (${placeholders.map(literal).join(", ")})`;
  }

  /** Filled values `v` of a column that are neither placeholders nor sentinel days. */
  #values(header: string): string {
    return `(select v from (select trim(${this.#column(header)}) as v from ${this.#relation})
      where v <> '' and not (${this.#isNothing()}) and not (${sentinelDay}))`;
  }

  get(header: string): Profile {
    return this.#profiles.get(header)!;
  }

  #shapes(header: string): Promise<Shape[]> {
    return shapesOf(this.#connection, this.#values(header), "v");
  }

  /** Date formats of a column. */
  async dates(header: string): Promise<DateReading> {
    const known = this.#dates.get(header);
    if (known) return known;
    const reading = readDates(await this.#shapes(header));
    this.#dates.set(header, reading);
    return reading;
  }

  /** Formats of a column of times, or undefined where it holds none. */
  async times(header: string): Promise<string[] | undefined> {
    // A time that stands on a day of its own has that day in every value: here the sentinel is what tells.
    const all = `(select trim(${this.#column(header)}) as v from ${this.#relation} where trim(${this.#column(header)}) <> '')`;
    const [day] = await rows<{ day: string | null; days: number }>(
      this.#connection,
      `select min(regexp_extract(v, '^[0-9]{4}-[0-9]{2}-[0-9]{2}')) as day, count(distinct regexp_extract(v, '^[0-9]{4}-[0-9]{2}-[0-9]{2}'))::integer as days from ${all}`,
    );
    const shapes = await shapesOf(this.#connection, all, "v");
    return shapes.length === 0 ? undefined : readTimes(shapes, day!.days === 1 && day!.day ? day!.day : null);
  }

  /** A time of day that every value of a date column has, such as 00:00:00.000: the column tells days only. */
  async midnight(header: string): Promise<string | undefined> {
    const [found] = await rows<{ time: string | null; times: number }>(
      this.#connection,
      `select min(t) as time, count(distinct t)::integer as times
       from (select regexp_extract(v, '[ T]+([0-9]{1,2}:.*)$', 1) as t from ${this.#values(header)})`,
    );
    return found!.times === 1 && /^(0?0:00|12:00(:00)? ?am)/i.test(found!.time ?? "") ? found!.time! : undefined;
  }

  /** Values of a column that mean "nothing", as they are written. */
  async nothings(header: string, dated: boolean): Promise<string[]> {
    const found = await rows<{ v: string }>(
      this.#connection,
      `select v, count(*) as n from (select trim(${this.#column(header)}) as v from ${this.#relation})
       where v <> '' and (${this.#isNothing()} ${dated ? `or ${sentinelDay}` : ""}) group by v order by n desc, v limit 8`,
    );
    return found.map((f) => f.v);
  }

  /** Distinct values regardless of case and blanks with their counts, each as it is mostly written; null where there are more than `limit`. */
  async words(header: string, limit: number): Promise<{ raw: string; count: number }[] | null> {
    const found = await rows<{ raw: string; count: number }>(
      this.#connection,
      `select first(v order by n desc, v) as raw, sum(n)::integer as count
       from (select v, count(*) as n from ${this.#values(header)} group by v)
       group by lower(regexp_replace(v, '\\s+', ' ', 'g')) order by count desc, raw limit ${limit + 1}`,
    );
    return found.length > limit ? null : found;
  }
}
