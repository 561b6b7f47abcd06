// One run at a time: the lock of a workspace, and what it tells of a run that did not come to its end.
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Workspace } from "./config.ts";
import { KeepageError } from "./errors.ts";

/** Takes the workspace for one run. A lock whose process is dead is removed. */
export function lock(workspace: Workspace): () => void {
  mkdirSync(workspace.state, { recursive: true, mode: 0o700 });
  const file = join(workspace.state, "lock");
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const handle = openSync(file, "wx", 0o600);
      try {
        writeFileSync(handle, `${process.pid} ${bornOf(process.pid)}`);
      } catch (error) {
        // On a full disk a lock without a number would look like a run that just begins.
        rmSync(file, { force: true });
        throw error;
      } finally {
        closeSync(handle);
      }
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const found = statSync(file, { throwIfNoEntry: false });
      if (!found) continue;
      const { pid, alive } = holderOf(file);
      // Who took the workspace a moment ago may not have written its number yet.
      if (pid === "" && Date.now() - found.mtimeMs < 10_000)
        throw new KeepageError("E401", "Another run took the workspace at this very moment.");
      if (alive) throw new KeepageError("E401", `Process ${pid} is running on this workspace.`);
      rmSync(file, { force: true });
    }
  }
  throw new KeepageError("E401", "Another run took the workspace at this very moment.");
}

/** When a run began that did not come to its end (killed, or the machine went down); null where none did, or one is at work. */
export function cutOff(workspace: Workspace): Date | null {
  const file = join(workspace.state, "lock");
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found) return null;
  try {
    const { pid, alive } = holderOf(file);
    return pid === "" || alive ? null : found.mtime;
  } catch {
    // It came to its end this very moment.
    return null;
  }
}

/** Who holds a lock: "" where its number is not written yet. */
function holderOf(file: string): { pid: string; alive: boolean } {
  const [pid = "", born = ""] = readFileSync(file, "utf8").split(" ");
  return { pid, alive: isAlive(Number.parseInt(pid, 10), born) };
}

/** When a process began, in ticks since the machine did, where the system tells: numbers are used again, such pairs are not. */
function bornOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)!.split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

function isAlive(pid: number, born: string): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  const now = bornOf(pid);
  if (born !== "" && now !== "" && born !== now) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
