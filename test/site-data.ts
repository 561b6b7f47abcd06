// The pages of one site with the data of another warehouse: pages are the same for all, so a second and third need not be built.
import { execFile } from "node:child_process";
import { cp, readdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const loader = resolve(import.meta.dirname, "../reports/data/published.tar.ts");

/** Copies a built site and puts in what the loader, as in a build, writes for this warehouse. */
export async function withData(site: string, warehouse: string, out: string): Promise<void> {
  const [{ stdout }] = await Promise.all([
    promisify(execFile)(process.execPath, [loader], {
      env: { ...process.env, KEEPAGE_WAREHOUSE: warehouse },
      encoding: "buffer",
      maxBuffer: 2 ** 28,
    }),
    cp(site, out, { recursive: true }),
  ]);
  const folder = join(out, "_file/data/published");
  const files = new Map(unpacked(stdout));
  for (const name of await readdir(folder)) {
    const content = files.get(name.replace(/\.[0-9a-f]{8}(?=\.\w+$)/, ""));
    if (!content) throw new Error(`the loader writes no ${name}`);
    await writeFile(join(folder, name), content);
  }
}

function* unpacked(archive: Buffer): Generator<[string, Buffer]> {
  for (let at = 0; archive[at]; ) {
    const text = (from: number, to: number) => archive.toString("utf8", at + from, at + to).replace(/\0.*$/s, "");
    const size = Number.parseInt(text(124, 136), 8);
    yield [text(0, 100), archive.subarray(at + 512, at + 512 + size)];
    at += 512 + Math.ceil(size / 512) * 512;
  }
}
