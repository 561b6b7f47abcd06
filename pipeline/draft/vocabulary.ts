// The words of all shipped sources together: what a status word means wherever they agree, for drafts of new sources.
import { readSources, shippedSources } from "../config.ts";
import type { EntityName } from "../contract.ts";
import { fold } from "../settings/statuses.ts";

export interface Meaning {
  readonly axis: string;
  readonly value: string;
}

export interface Agreed {
  readonly meanings: readonly Meaning[];
  /** Shipped sources that know the word. */
  readonly sources: readonly string[];
}

/** Words of a referral's status that mean different things in different systems, whatever the shipped sources say. */
const equivocal: ReadonlySet<string> = new Set(
  (
    "accepted, active, approved, booked, closed, complete, completed, declined, denied, done, in progress, new, on hold, open, " +
    "pending, referred, rejected, resolved"
  ).split(", "),
);
const equivocalIn: ReadonlySet<string> = new Set([
  "status",
  "substatus",
  "status_reason",
  "scheduling_status",
  "information_status",
]);

/** "1" is urgent here and routine there; so are other bare codes. "Pending" tells nowhere what it waits for. */
function isEquivocal(entity: EntityName, field: string, word: string): boolean {
  if (/^[\da-z]{1,2}$/.test(word) || word === "pending") return true;
  return (entity === "referral" || entity === "referral_event") && equivocalIn.has(field) && equivocal.has(word);
}

type Vocabulary = ReadonlyMap<string, Agreed | null>;
let known: Vocabulary | undefined;

const keyOf = (entity: EntityName, field: string, raw: string) => [entity, field, fold(raw)].join("\u0000");

/** Every shipped word; null where sources disagree, or where one says that it depends on another column. */
function vocabulary(): Vocabulary {
  const shipped = shippedSources().flatMap((name) => readSources(name, null, { time_zone: "UTC" }));
  const bySource = shipped.map((source) => {
    const meanings = new Map<string, Meaning[] | null>();
    for (const row of source.statuses) {
      const dot = row.field.indexOf(".");
      const entity = dot < 0 ? source.feeds[0]!.entity : (row.field.slice(0, dot) as EntityName);
      const key = keyOf(entity, row.field.slice(dot + 1), row.raw);
      const before = meanings.get(key);
      if (row.when_field !== null || before === null) meanings.set(key, null);
      else if (row.axis !== null) meanings.set(key, [...(before ?? []), { axis: row.axis, value: row.value! }]);
    }
    return { name: source.name, meanings };
  });
  const all = new Map<string, Agreed | null>();
  for (const { name, meanings } of bySource) {
    for (const [key, found] of meanings) {
      const before = all.get(key);
      const text = (list: readonly Meaning[]) =>
        list
          .map((m) => `${m.axis}=${m.value}`)
          .sort()
          .join();
      if (found === null || before === null || (before && text(before.meanings) !== text(found))) all.set(key, null);
      else all.set(key, { meanings: found, sources: [...(before?.sources ?? []), name] });
    }
  }
  return all;
}

/** What a word of a field means where every shipped source that knows it agrees; undefined where a person must decide. */
export function agreed(entity: EntityName, field: string, raw: string): Agreed | undefined {
  if (isEquivocal(entity, field, fold(raw))) return undefined;
  known ??= vocabulary();
  return known.get(keyOf(entity, field, raw)) ?? undefined;
}
