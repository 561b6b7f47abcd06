// What lies in the inbox: which source takes each file, and in plain words why none does.
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Arrival, Captures } from "./arrival.ts";
import { wallClock } from "./asof.ts";
import type { Source, Workspace } from "./config.ts";
import { KeepageError, nearest } from "./errors.ts";
import { matchFile } from "./settings/patterns.ts";

/** A file that no run reads. */
export interface Unread {
  readonly name: string;
  readonly reason: string;
  /** It comes with a source's export and is not read on purpose. */
  readonly known: boolean;
}

/** Who takes a file of this name: its source and what the name told; `clash` where several sources would. Null where none does. */
export function claimOf(name: string, { sources }: Pick<Workspace, "sources">): Claim | null {
  const hits = sources.flatMap((source) => {
    for (const pattern of source.files) {
      const captures = matchFile(name, pattern);
      if (captures) return [{ source, captures }];
    }
    return [];
  });
  const [first] = hits;
  if (!first) return null;
  if (hits.length === 1) return first;
  return { ...first, clash: new KeepageError("E108", `matches ${hits.map((h) => h.source.name).join(" and ")}`) };
}

export interface Claim {
  readonly source: Source;
  readonly captures: Captures;
  readonly clash?: KeepageError;
}

/** Everything in the inbox but hidden files and the locks of office programs, by name. */
export function sift(workspace: Workspace): (Arrival | Unread)[] {
  if (!existsSync(workspace.inbox)) return [];
  const entries = readdirSync(workspace.inbox, { withFileTypes: true });
  return entries
    .filter(({ name }) => !name.startsWith(".") && !name.startsWith("~$"))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry): (Arrival | Unread)[] => {
      const { name } = entry;
      const unread = (reason: string, known = false) => [{ name, reason, known }];
      if (entry.isDirectory()) return unread("is a folder; only files of the inbox itself are read");
      if (entry.isSymbolicLink()) return unread("is a link; put the file itself here");
      if (!entry.isFile()) return unread("is not a plain file");
      const path = join(workspace.inbox, name);
      const stat = statSync(path, { throwIfNoEntry: false });
      if (!stat) return [];
      const claim = claimOf(name, workspace);
      if (claim) return [{ path, name, modified: stat.mtime, ...claim, accepted: false }];
      const unused = workspace.sources.some((s) => s.unused_files.some((pattern) => matchFile(name, pattern)));
      return unused ? unread("known, not used", true) : unread(whyNone(name, workspace));
    });
}

/** Files of the inbox that belong to a source and are no longer being written, in canonical order. */
export async function arrived(
  workspace: Workspace,
  ignored: (name: string, message: string) => void,
): Promise<Arrival[]> {
  const settle = workspace.settings.run.settle_seconds * 1000;
  const arrivals: Arrival[] = [];
  for (const found of sift(workspace)) {
    if ("reason" in found) ignored(found.name, found.reason);
    else arrivals.push(found);
  }
  const youngest = Math.max(0, ...arrivals.map((a) => a.modified.getTime()));
  // A file that changes while we wait is still being written; intake's own comparison of size and time then leaves it.
  const wait = Math.min(settle, youngest + settle - Date.now());
  if (wait > 0) {
    await sleep(wait);
    const still = arrivals.filter(
      (a) => statSync(a.path, { throwIfNoEntry: false })?.mtime.getTime() === a.modified.getTime(),
    );
    for (const a of arrivals) if (!still.includes(a)) ignored(a.name, "is still being written; left for the next run");
    return order(still);
  }
  return order(arrivals);
}

/**
 * Source by source, day by day; those with most files first. What a file costs grows with the columns of its table, which has only those
 * of the sources that came so far: of years of exports a fifth of the time is saved.
 */
function order(arrivals: Arrival[]): Arrival[] {
  const files = new Map<string, number>();
  for (const { source } of arrivals) files.set(source.name, (files.get(source.name) ?? 0) + 1);
  const key = (a: Arrival) => `${a.source.name} ${a.captures.as_of ?? wallClock(a.modified, "UTC")} ${a.name}`;
  return arrivals.sort((a, b) => files.get(b.source.name)! - files.get(a.source.name)! || (key(a) < key(b) ? -1 : 1));
}

const loose = (pattern: string) => pattern.replaceAll(/\{as_of:[^}]*\}/g, "*");
/** Letters of a name without its ending: what stays the same from one export to the next. */
const letters = (name: string) =>
  name
    .replace(/(\.[a-z]{1,6})(\.gz)?$/i, "")
    .replaceAll(/\{[^}]*\}/g, "")
    .toLowerCase()
    .replaceAll(/[^\p{L}]+/gu, "");

function whyNone(name: string, { sources }: Pick<Workspace, "sources">): string {
  const patterns = sources.flatMap((source) => source.files.map((pattern) => ({ source, pattern })));
  const undated = patterns.find(({ pattern }) => pattern !== loose(pattern) && matchFile(name, loose(pattern)));
  if (undated) return `is like ${undated.source.name}, but its name holds no day as in ${undated.pattern}`;
  const none = "matches no source's `files`";
  const like = letters(name);
  const near =
    like.length > 3 ? nearest(like, new Set(patterns.map((p) => letters(p.pattern)).filter(Boolean))) : undefined;
  const found = near && patterns.find((p) => letters(p.pattern) === near);
  return found ? `${none}; the nearest is ${found.source.name}: ${found.pattern}` : none;
}

/** A name or a value as a terminal may show it: what would move the cursor or turn the text around is written out. */
export function printable(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu,
    (c) => `\\u{${c.codePointAt(0)!.toString(16)}}`,
  );
}
