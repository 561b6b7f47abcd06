// What an export's column headers mean: the contract's own field names and the labels that systems and people give them.
// A header is recognized by its words; what is not recognized is left for a person to map.
import { type EntityName, entity, entityNames } from "../contract.ts";
import { labels, spellings } from "./labels.ts";

const spelled = new Map(
  table(spellings).flatMap(([word, variants]) => variants.map((variant) => [variant, word.split(" ")] as const)),
);

/** Lines of "key: a | b" as entries. */
function table(text: string): [key: string, values: string[]][] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => {
      const colon = line.indexOf(":");
      return [
        line.slice(0, colon),
        line
          .slice(colon + 1)
          .split("|")
          .map((value) => value.trim()),
      ];
    });
}

/** Words of a header: camelCase and SNAKE_CASE opened, abbreviations written out, punctuation and empty words gone. */
export function headerWords(header: string): string[] {
  return header
    .replace(/_C_NAME$/i, "")
    .replaceAll(/['’]/g, "")
    .replaceAll("#", " number ")
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean)
    .flatMap((word) => spelled.get(word) ?? [word])
    .filter((word) => word !== "nothing");
}

const isWhen = (word: string) => word === "date" || word === "time";

interface Label {
  readonly field: string;
  readonly words: readonly string[];
  /** Letters and digits alone, for headers that are glued together. */
  readonly glued: string;
  readonly dated: boolean;
  /** Labels written earlier are the more usual ones. */
  readonly rank: number;
}

const glue = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, "");

const labelsOf = new Map<EntityName, readonly Label[]>(
  entityNames.map((name) => {
    const written = new Map(table(`${labels.person}\n${labels[name]}`));
    const fields = Object.entries(entity(name).fields);
    return [
      name,
      fields.flatMap(([field, { type }]) =>
        [field, ...(written.get(field) ?? [])].map((label, rank) => ({
          field,
          words: headerWords(label),
          glued: glue(label),
          dated: type === "date" || type === "timestamp",
          rank,
        })),
      ),
    ];
  }),
);

/** How well a header is a label, from 0 (not) to 1 (the same words in order); a remark in brackets counts little. */
function likeness(header: string, words: readonly string[], label: Label): number {
  const whole = alike(header, words, label);
  const bare = header.replaceAll(/\([^)]*\)/g, " ").trim();
  return whole > 0 || bare === "" || bare === header ? whole : 0.9 * alike(bare, headerWords(bare), label);
}

function alike(header: string, words: readonly string[], label: Label): number {
  const key = (list: readonly string[]) => [...new Set(list)].sort().join(" ");
  if (words.join(" ") === label.words.join(" ")) return 1;
  if (glue(header) === label.glued) return 0.95;
  if (key(words) === key(label.words)) return 0.9;
  if (!label.dated) return 0;
  const bare = (list: readonly string[]) => key(list.filter((word) => !isWhen(word)));
  if (bare(words) === "" || bare(words) !== bare(label.words)) return 0;
  return words.some(isWhen) ? 0.8 : 0.7;
}

/** A field that a header may fill. */
export interface Recognized {
  readonly field: string;
  readonly header: string;
  readonly likeness: number;
  /** How usual the label is, 0 the most. */
  readonly rank: number;
}

/** Fields of an entity that a header may fill, the likeliest first. */
export function fieldsFor(header: string, name: EntityName): Recognized[] {
  const words = headerWords(header);
  const best = new Map<string, Recognized>();
  for (const label of labelsOf.get(name)!) {
    const found = likeness(header, words, label);
    const before = best.get(label.field)?.likeness ?? 0;
    if (found > before) best.set(label.field, { field: label.field, header, likeness: found, rank: label.rank });
  }
  return [...best.values()].sort((a, b) => b.likeness - a.likeness || a.rank - b.rank);
}

/** One identifier is often all there is: the medical record number is then the key too, and the NPI the roster's. */
const shared: readonly (readonly [string, string])[] = [
  ["patient_id", "patient_mrn"],
  ["provider_id", "npi"],
  ["provider_id", "provider_npi"],
];

/**
 * The likeliest header for each field of an entity: a header fills one field, except an identifier that serves as two.
 * `fits` may refuse a pairing by the column's values.
 */
export function assign(
  headers: readonly string[],
  name: EntityName,
  fits: (header: string, field: string) => boolean = () => true,
): Map<string, string> {
  const needed = (field: string) => (entity(name).fields[field]!.required ? 1 : 0);
  const pairs = headers
    .flatMap((header, place) => fieldsFor(header, name).map((r) => ({ ...r, place })))
    .filter((r) => fits(r.header, r.field))
    .sort(
      (a, b) => b.likeness - a.likeness || needed(b.field) - needed(a.field) || a.rank - b.rank || a.place - b.place,
    );
  const assigned = new Map<string, string>();
  const used = new Set<string>();
  for (const { field, header } of pairs) {
    if (assigned.has(field) || used.has(header)) continue;
    assigned.set(field, header);
    used.add(header);
  }
  for (const [a, b] of shared) {
    const also = (from: string, to: string) => {
      const header = assigned.get(from);
      if (header && !assigned.has(to) && fieldsFor(header, name).some((r) => r.field === to)) assigned.set(to, header);
    };
    also(a, b);
    also(b, a);
  }
  const declared = Object.keys(entity(name).fields);
  return new Map([...assigned].sort((a, b) => declared.indexOf(a[0]) - declared.indexOf(b[0])));
}

export interface Guess {
  readonly entity: EntityName;
  /** Headers recognized, those that few entities know counting more, and required fields most. */
  readonly score: number;
  readonly fields: number;
  readonly missing: readonly string[];
}

/** What the rows of a file with these headers may be, the likeliest first. */
export function guessEntity(headers: readonly string[]): Guess[] {
  const known = entityNames.map((name) => ({ name, fields: assign(headers, name) }));
  const common = new Map<string, number>();
  for (const { fields } of known)
    for (const header of new Set(fields.values())) common.set(header, (common.get(header) ?? 0) + 1);
  // A list of patients that has a column of a referral is a list of referrals, however few of its columns are known.
  const says = headers.some((header) => /\brefer/.test(headerWords(header).join(" ")));
  return known
    .map(({ name, fields }) => {
      const required = Object.entries(entity(name).fields).flatMap(([field, f]) => (f.required ? [field] : []));
      const missing = required.filter((field) => !fields.has(field));
      const own = [...new Set(fields.values())].reduce((sum, header) => sum + 1 / common.get(header)!, 0);
      const share = required.length ? (required.length - missing.length) / required.length : 0;
      const score = (own * (0.4 + 0.6 * share) + share) * (says && name === "patient" ? 0.5 : 1);
      return { entity: name, score, fields: fields.size, missing };
    })
    .sort((a, b) => b.score - a.score);
}

/** The header of a time column that belongs to a date column: the same words, "time" for "date". */
export function timeBeside(dateHeader: string, headers: readonly string[]): string | undefined {
  const bare = (words: readonly string[]) => words.filter((word) => !isWhen(word)).join(" ");
  const wanted = headerWords(dateHeader);
  if (!wanted.includes("date") || wanted.includes("time")) return undefined;
  return headers.find((header) => {
    const words = headerWords(header);
    return header !== dateHeader && words.includes("time") && !words.includes("date") && bare(words) === bare(wanted);
  });
}

/** First and last name in columns of their own: joined, they are the patient's name. */
export function nameParts(headers: readonly string[]): string[] {
  const is = (part: string) => (header: string) => {
    const words = headerWords(header).filter((word) => word !== "patient");
    return words.join(" ") === `${part} name`;
  };
  const [last, first] = [headers.find(is("last")), headers.find(is("first"))];
  return last && first ? [last, first] : [];
}
