// The cubes of a page: which files hold them, and the reading of one when a figure first asks across dimensions. Only a site without
// a cell limit has any; for nothing chosen, and for one name, the tables answer and no cube is read.
import type { Cube } from "./cube.ts";

type Read = () => Promise<ArrayBuffer>;

const readers = new Map<string, Read>();
const loaded = new Map<string, Cube>();
let wanted = new Set<string>();
let loading = 0;

/** Names the files in which a page's cubes are. */
export function cubes(files: Readonly<Record<string, Read>>): void {
  for (const [name, read] of Object.entries(files)) readers.set(name, read);
}

/** A cube; null until it has been read, after which everything that is drawn is drawn again. */
export function cubeOf(name: string): Cube | null {
  const cube = loaded.get(name);
  if (cube) return cube;
  if (!readers.has(name)) throw new Error(`this page reads no cube "${name}"`);
  if (wanted.size === 0) queueMicrotask(() => void load());
  wanted.add(name);
  return null;
}

/** Whether a cube is being read, so that figures may still come. */
export const counting = () => wanted.size > 0 || loading > 0;
export const adding = "Adding up these filters together …";

/** All that was asked for while the page was drawn, in one go. */
async function load(): Promise<void> {
  const names = [...wanted].filter((name) => !loaded.has(name));
  wanted = new Set();
  loading++;
  try {
    const [{ readCube }, { setFilters }] = await Promise.all([import("./cubefile.ts"), import("./state.ts")]);
    await Promise.all(
      names.map(async (name) => {
        loaded.set(name, await readCube(await readers.get(name)!()));
      }),
    );
    loading--;
    setFilters({});
  } catch (error) {
    loading--;
    throw error;
  }
}
