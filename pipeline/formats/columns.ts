// Which columns of a file a source wants: by name, exactly first, then whatever the capitals and blanks; and how missing ones are told.
import type { Source } from "../config.ts";
import { entity } from "../contract.ts";
import { nearest } from "../errors.ts";

/** Header names that the source maps: all of them, the groups of which one must be there, and the folded ones it knows about. */
export function wantedColumns(source: Source): { all: string[]; needed: string[][]; known: Set<string> } {
  const all = new Set<string>();
  const needed: string[][] = [];
  for (const feed of source.feeds) {
    const fields = entity(feed.entity).fields;
    for (const [name, spec] of Object.entries(feed.columns)) {
      const names = spec.from ?? spec.first_of ?? spec.made_of ?? [];
      for (const n of names) all.add(n);
      // A lost identifier or status would turn known into unknown for every row of the file.
      const field = fields[name]!;
      const vital = (field.required || field.type === "code" || name === "patient_id") && !spec.optional;
      if (vital) needed.push(...(spec.first_of ? [spec.first_of] : names.map((n) => [n])));
    }
  }
  const known = new Set([...all, ...source.ignore].map(foldHeader));
  return { all: [...all], needed, known };
}

export const foldHeader = (name: string) => name.trim().replaceAll(/\s+/g, " ").toLowerCase();

/** Index of a header name: exact first, then regardless of case and blanks. */
export function headerIndex(header: readonly string[]): (name: string) => number | undefined {
  const exact = new Map(header.map((h, i) => [h, i] as const).reverse());
  const folded = new Map(header.map((h, i) => [foldHeader(h), i] as const).reverse());
  return (name) => exact.get(name) ?? folded.get(foldHeader(name));
}

/** "column "A"", "columns "A", "B" and 40 more": a line of some sixty names tells nobody anything. */
export function columnsOf(names: readonly string[]): string {
  const shown = names
    .slice(0, 10)
    .map((name) => `"${name}"`)
    .join(", ");
  const more = names.length > 10 ? ` and ${names.length - 10} more` : "";
  return `${names.length === 1 ? "column" : "columns"} ${shown}${more}`;
}

/** More columns than these that nobody knows tell nothing of which one was renamed. */
const newShown = 5;

/** Which columns are missing (of each group one would do), and the new ones that may be theirs under another name. */
export function lacking(absent: readonly (readonly string[])[], unknown: readonly string[]): string {
  const groups = [...new Map(absent.map((names) => [`"${names.join('" or "')}"`, names]))];
  const shown = groups.map(([text]) => text).join(", ");
  const near = groups.flatMap(([text, names]) => {
    const found = names.map((name) => nearest(name, unknown)).find(Boolean);
    return found ? [groups.length === 1 ? `"${found}"` : `"${found}" for ${text}`] : [];
  });
  const missing = groups.length === 1 ? `column ${shown} is missing` : `columns ${shown} are missing`;
  if (near.length) return `${missing}; the nearest new ${near.length === 1 ? "one is" : "ones are"} ${near.join(", ")}`;
  if (unknown.length === 0 || unknown.length > newShown) return missing;
  return `${missing}; new ${unknown.length === 1 ? "is" : "are"} ${unknown.map((name) => `"${name}"`).join(", ")}`;
}
