// Numbers in a workbook's cells as the text a person means by them: dates from day serials, ids as digits.

const day = 86_400_000;
const lastSerial = 2_958_465;

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
// The built-in formats; 27 and above are East Asian.
const builtInDates = new Set([...range(14, 17), 22, ...range(27, 31), 36, ...range(50, 54), 57, 58]);
const builtInTimes = new Set([...range(18, 21), ...range(32, 35), ...range(45, 47), 55, 56]);

/** What a number format makes of a number: "date", "time", zeros (the digits to show at least, as of an MRN), or "" for a number. */
export function styleOf(id: number, code: string | undefined): string {
  if (code === undefined) return builtInDates.has(id) ? "date" : builtInTimes.has(id) ? "time" : "";
  const [positive = ""] = code.split(";");
  const bare = positive.replaceAll(/"[^"]*"|\\.|_.|\*./g, "");
  if (/\[(?:h+|m+|s+)\]/i.test(bare)) return "time";
  const letters = bare.replaceAll(/\[[^\]]*\]|am\/pm|a\/p|general/gi, (m) => (/^a/i.test(m) ? "h" : ""));
  if (/^0{2,}$/.test(letters)) return letters;
  if (/e[+-]/i.test(letters)) return "";
  if (/[yd]/i.test(letters)) return "date";
  // An m beside hours or seconds is minutes, alone a month.
  if (/[hs]/i.test(letters)) return "time";
  return /m/i.test(letters) ? "date" : "";
}

/**
 * A number cell's text. Dates are "yyyy-MM-dd", or "yyyy-MM-dd HH:mm:ss" where they hold a time; times alone "HH:mm:ss". Serial 60 of
 * the 1900 system is the 29 February that 1900 never had and 0 is its "1900-01-00": both stay as Excel shows them, no date at all.
 */
export function serialText(serial: number, style: string, epoch1904: boolean): string {
  if ((style === "date" || style === "time") && serial >= 0 && serial < lastSerial + 1)
    return dateText(serial, style, epoch1904);
  if (style.startsWith("0") && Number.isInteger(serial) && serial >= 0)
    return numberText(serial).padStart(style.length, "0");
  return numberText(serial);
}

function dateText(serial: number, style: string, epoch1904: boolean): string {
  // Serials are floats: whole seconds are meant.
  const seconds = Math.round(serial * 86_400);
  const days = Math.floor(seconds / 86_400);
  const time = new Date((seconds % 86_400) * 1000).toISOString().slice(11, 19);
  if (style === "time" && days === 0) return time;
  let date: string;
  if (epoch1904) date = iso(Date.UTC(1904, 0, 1) + days * day);
  else if (days === 0) date = "1900-01-00";
  else if (days === 60) date = "1900-02-29";
  else date = iso(Date.UTC(1899, 11, days < 60 ? 31 : 30) + days * day);
  return time === "00:00:00" && style === "date" ? date : `${date} ${time}`;
}

const iso = (at: number) => new Date(at).toISOString().slice(0, 10);

/** Digits without an exponent; 15 of them count, as in Excel. */
export function numberText(value: number): string {
  if (Number.isInteger(value)) return BigInt(value).toString();
  const rounded = Number(value.toPrecision(15));
  const text = String(rounded);
  return text.includes("e") ? rounded.toFixed(20).replace(/\.?0+$/, "") : text;
}
