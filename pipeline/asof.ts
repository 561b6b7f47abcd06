// As of when a file speaks: told by a title line, by its name, or by the time it was written.
import type { Source } from "./config.ts";
import { KeepageError } from "./errors.ts";
import { readTitleDate } from "./formats/sniff.ts";

/** Where the time was found. */
export type AsOfFrom = "name" | "title" | "file time";

/** What settles a file's as-of time. */
export interface Dated {
  asOf: string | null;
  asOfFrom: AsOfFrom;
  readonly captures: Readonly<Record<string, string>>;
}

/**
 * A day stands for its end: what happened on it had happened. So do a month and a year ("2026-05"), unless the file was written before
 * they were over: then for the time it was written.
 */
export function endOf(time: string, modified: Date, zone: string): string {
  if (time.length > 10) return time;
  if (time.length === 10) return `${time} 23:59:59`;
  const [year, month = 12] = time.split("-").map(Number);
  const end = `${new Date(Date.UTC(year!, month, 0)).toISOString().slice(0, 10)} 23:59:59`;
  const written = wallClock(modified, zone);
  return written.startsWith(time) ? written : end;
}

/** As-of: declared title line, else the name, else the file's own time. A day stands for its end. */
export function settleAsOf(file: Dated, source: Source, titles: readonly string[], modified: Date, zone: string): void {
  if (source.as_of) {
    const found = readTitleDate(titles, source.as_of);
    if (found) {
      [file.asOf, file.asOfFrom] = [endOf(found, modified, zone), "title"];
      return;
    }
  }
  if (file.captures.as_of) {
    [file.asOf, file.asOfFrom] = [endOf(file.captures.as_of, modified, zone), "name"];
    return;
  }
  if (source.as_of) throw new KeepageError("E107", `no title line reads "${source.as_of}"`);
  file.asOf = wallClock(modified, zone);
}

/** A list of a day to come would make every wait of the release too long. Time zones and late clocks may differ by a day. */
export function proveAsOf({ asOf, asOfFrom }: Dated, modified: Date, zone: string): void {
  const latest = wallClock(new Date(Math.max(Date.now(), modified.getTime()) + 86_400_000), zone);
  if (asOf! > `${latest.slice(0, 10)} 23:59:59`)
    throw new KeepageError("E111", `its ${asOfFrom} says ${asOf!.slice(0, 10)}, a day that is still to come`);
}

/** Wall-clock time in a zone as yyyy-MM-dd HH:mm:ss. */
export function wallClock(instant: Date, zone: string): string {
  return instant.toLocaleString("sv-SE", { timeZone: zone }).slice(0, 19);
}

/** The instant of a wall-clock time (yyyy-MM-ddTHH:mm:ss) in a zone. */
export function instantOf(wall: string, zone: string): Date {
  const utc = new Date(`${wall}Z`);
  const shift = new Date(`${wallClock(utc, zone).replace(" ", "T")}Z`).getTime() - utc.getTime();
  return new Date(utc.getTime() - shift);
}
