// Throwaway folders of files for tests.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const made: string[] = [];

/** A new folder with these files, by path; removed after the tests of the file. */
export function folder(files: Readonly<Record<string, string | Uint8Array>>): string {
  const dir = mkdtempSync(join(tmpdir(), "keepage-test-"));
  made.push(dir);
  for (const [path, content] of Object.entries(files)) put(dir, path, content);
  return dir;
}

/** Writes a file below a folder. */
export function put(dir: string, path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), content);
}

/** Removes what was made. */
export function sweep(): void {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true, force: true });
}
