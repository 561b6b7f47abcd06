// A file that has arrived: what its name says, and its copy in the archive under its SHA-256.
import { createHash } from "node:crypto";
import { createReadStream, existsSync, statSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import type { AsOfFrom } from "./asof.ts";
import type { Source } from "./config.ts";
import { KeepageError } from "./errors.ts";
import type { State } from "./state.ts";

/** What the braces of a `files` pattern caught: as_of, scope, part, version. */
export type Captures = Readonly<Record<string, string>>;

/** A file of the inbox (or of the archive, when the state is rebuilt) and what its name says. */
export interface Arrival {
  readonly path: string;
  readonly name: string;
  readonly modified: Date;
  readonly source: Source;
  readonly captures: Captures;
  readonly accepted: boolean;
  /** Why it cannot be said which source it is of. */
  readonly clash?: KeepageError;
}

export interface FileFacts {
  path: string;
  sha256: string;
  bytes: number;
  name: string;
  asOf: string | null;
  asOfFrom: AsOfFrom;
  captures: Captures;
}

/** Copies a file into the archive under its SHA-256: what is loaded is exactly what is kept. Null while it is being written. */
export async function archive(
  state: State,
  arrival: Arrival,
): Promise<{ path: string; sha256: string; bytes: number } | null> {
  const before = statSync(arrival.path);
  const draft = join(state.temp, `arriving-${process.pid}`);
  const sha256 = await copyHashed(arrival.path, draft);
  const after = statSync(arrival.path, { throwIfNoEntry: false });
  if (!after || after.size !== before.size || after.mtimeMs !== before.mtimeMs) {
    await rm(draft, { force: true });
    return null;
  }
  const path = join(state.archive, sha256);
  if (existsSync(path)) await rm(draft, { force: true });
  else await rename(draft, path);
  return { path, sha256, bytes: before.size };
}

/** Copies a file in one go with its SHA-256, taken of the very bytes that are written. */
async function copyHashed(from: string, to: string): Promise<string> {
  const hash = createHash("sha256");
  const copy = await open(to, "w", 0o600);
  try {
    let written: Promise<unknown> = Promise.resolve();
    for await (const chunk of createReadStream(from, { highWaterMark: 1 << 20 })) {
      await written;
      written = copy.writeFile(chunk as Buffer);
      // Told where it is awaited, after the next chunk was read.
      written.catch(() => {});
      hash.update(chunk as Buffer);
    }
    await written;
  } finally {
    await copy.close();
  }
  return hash.digest("hex");
}

/** Why a file of the inbox could not be copied. Throws what is wrong with the archive rather than with the file. */
export function unopened(error: unknown, { path }: Arrival): KeepageError {
  const { code = "", syscall = "" } = error as NodeJS.ErrnoException;
  const reasons: Record<string, string> = {
    EACCES: "this account may not read it",
    EPERM: "this account may not read it",
    ENOENT: "it went away while it was read",
    EIO: "the disk or the share it lies on does not give it",
    EISDIR: "it is a folder",
  };
  const reason = reasons[code];
  if (!reason || (syscall !== "stat" && syscall !== "copyfile" && syscall !== "open" && syscall !== "read"))
    throw error;
  return new KeepageError("E110", `${basename(path)} could not be opened: ${reason}`, { cause: error });
}
