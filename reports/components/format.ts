// Numbers, dates and words as US readers expect them, in one place.

const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat("en-US", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const percent1 = new Intl.NumberFormat("en-US", {
  style: "percent",
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
const percent0 = new Intl.NumberFormat("en-US", { style: "percent", maximumFractionDigits: 0 });
const day = new Intl.DateTimeFormat("en-US", { month: "short", day: "numeric", year: "numeric", timeZone: "UTC" });
const monthYear = new Intl.DateTimeFormat("en-US", { month: "short", year: "numeric", timeZone: "UTC" });
const monthOnly = new Intl.DateTimeFormat("en-US", { month: "short", timeZone: "UTC" });

/** "12,408" */
export const count = (value: number) => whole.format(value);
/** "4.7" */
export const decimal = (value: number) => tenth.format(value);
/** "8.3%", "100%" */
export const rate = (value: number) => (value === 0 || value === 1 ? percent0 : percent1).format(value);
/** "60%", for axes. */
export const percent = (value: number) => percent0.format(value);
const money = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD", maximumFractionDigits: 0 });
const muchMoney = new Intl.NumberFormat("en-US", {
  style: "currency",
  currency: "USD",
  notation: "compact",
  maximumSignificantDigits: 3,
});
/** "$412", "$38.2K", "$1.24M" */
export const dollars = (value: number) => (Math.abs(value) < 10_000 ? money : muchMoney).format(value);
/** "+4.2%", "−1.0%", "no change" */
export function change(now: number, before: number): string {
  const by = now / before - 1;
  if (Math.abs(by) < 0.0005) return "no change";
  return `${by > 0 ? "+" : "−"}${percent1.format(Math.abs(by))}`;
}

/** "+4.2 points", "−1.0 points", "about +4 points", "no change": a difference of two shares. */
export function points(by: number, about = false): string {
  const size = Math.abs(by) * 100;
  if (size < (about ? 0.5 : 0.05)) return "no change";
  const text = about ? whole.format(size) : tenth.format(size);
  return `${about ? "about " : ""}${by > 0 ? "+" : "−"}${text} points`;
}

/** A wall-clock date or time without a zone, as UTC so that no browser shifts it. */
export const date = (text: string) => new Date(`${text.slice(0, 10)}T${text.slice(11, 19) || "00:00:00"}Z`);
/** "May 2, 2026" */
export const longDay = (text: string) => day.format(date(text));
/** "May 2, 2026, 6:15 AM" */
export function longTime(text: string): string {
  const at = date(text);
  const hour = at.getUTCHours();
  const minute = String(at.getUTCMinutes()).padStart(2, "0");
  return `${day.format(at)}, ${hour % 12 || 12}:${minute} ${hour < 12 ? "AM" : "PM"}`;
}

/** "Apr 2026" for one month, "Jan–Mar 2026" for several, "Nov 2025–Jan 2026" across a year's end. */
export function months(from: Date, count: number): string {
  if (count === 1) return monthYear.format(from);
  const last = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + count - 1, 1));
  const sameYear = last.getUTCFullYear() === from.getUTCFullYear();
  return `${(sameYear ? monthOnly : monthYear).format(from)}–${monthYear.format(last)}`;
}

/** "1 day", "3 days" */
export const plural = (value: number, one: string, many = `${one}s`) => `${count(value)} ${value === 1 ? one : many}`;

/** "a, b and c" */
export const list = (words: readonly string[]) =>
  words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
