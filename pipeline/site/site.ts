// Builds the leadership site from a released warehouse: Observable Framework without any network, bundled, locked down and
// checked. Everything happens in a private folder; the finished site appears under its own name in one rename.
import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { places } from "../../reports/data/places.ts";
import { KeepageError } from "../errors.ts";
import { openWarehouse } from "../warehouse.ts";
import type { Warehouse } from "../warehouse.types.ts";
import { filesOf, gateSite } from "./gate.ts";
import { lockDown } from "./lockdown.ts";

export { gateSite } from "./gate.ts";

export interface SiteOptions {
  /** Released warehouse.duckdb; only ever opened read-only. */
  readonly warehouse: string;
  /** Where the finished site goes; must not exist or be empty. */
  readonly out: string;
  /** A folder for the build's own files; two builds may share it. */
  readonly temp: string;
  /** Told of each page as it is finished. */
  readonly onPage?: (page: { readonly path: string; readonly bytes: number }) => void;
}

export interface SiteResult {
  readonly pages: number;
  readonly bytes: number;
  readonly seconds: number;
}

const house = resolve(import.meta.dirname, "../..");
const require = createRequire(import.meta.url);
const framework = require.resolve("@observablehq/framework/package.json");
// Framework's own bundler: no second copy, no second version.
const { build: bundle }: typeof import("esbuild") = createRequire(framework)("esbuild");

/** Libraries Framework would ask a registry for while bundling its client, though no page uses one. */
const neverFetched = [
  "@observablehq/plot",
  "@observablehq/sample-datasets",
  "apache-arrow",
  "arquero",
  "d3-dsv",
  "d3",
  "echarts",
  "htl",
  "leaflet",
  "lodash",
  "mapbox-gl",
  "parquet-wasm",
  "react",
  "react-dom",
  "topojson-client",
];

/** Builds the site and returns its size. Throws E301 and leaves nothing at `out` when anything is wrong. */
export async function buildSite(options: SiteOptions): Promise<SiteResult> {
  const started = performance.now();
  await mkdir(options.temp, { recursive: true });
  const root = await mkdtemp(join(resolve(options.temp), "site-"));
  try {
    await prepare(root);
    await bundleComponents(join(root, "reports/components"));
    const warehouse = resolve(options.warehouse);
    const { organization, places } = await siteFrame(warehouse).catch((error: Error) => {
      throw unfit("The warehouse cannot be read", [error.message]);
    });
    const alike = Map.groupBy(places, (path) => dirname(path));
    await runFramework(root, {
      KEEPAGE_WAREHOUSE: warehouse,
      KEEPAGE_SITE: JSON.stringify({ organization, paths: [...alike.values()].map(([first]) => `/${first}`) }),
    });
    const dist = join(root, "dist");
    const pages = [...(await lockDown(dist, bundle)), ...(await repeat(dist, alike.values()))];
    const violations = await gateSite(dist);
    if (violations.length) throw unfit("The built site does not pass its gate", violations);
    const bytes = await sizeOf(dist);
    await moveInto(dist, resolve(options.out));
    for (const page of pages) options.onPage?.(page);
    return { pages: pages.length, bytes, seconds: (performance.now() - started) / 1000 };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** The first reasons in the message, all of them as its cause. */
function unfit(what: string, reasons: readonly string[]): KeepageError {
  const errors = reasons.filter((reason) => /error|missing|not found/i.test(reason));
  const told = (errors.length ? errors : reasons).slice(0, 5);
  return new KeepageError("E301", `${what}: ${told.join("; ")}`, { cause: new Error(reasons.join("\n")) });
}

/** A private copy of what Framework reads, so that caches and outputs of two builds never meet. */
async function prepare(root: string) {
  await cp(join(house, "reports"), join(root, "reports"), {
    recursive: true,
    filter: (source) => basename(source) !== ".observablehq",
  });
  await cp(join(house, "observablehq.config.ts"), join(root, "observablehq.config.ts"));
  await writeFile(join(root, "package.json"), '{ "type": "module" }\n'); // without it the configuration is ignored
  await symlink(join(house, "pipeline"), join(root, "pipeline"));
  await symlink(modules(), join(root, "node_modules"));
  for (const name of neverFetched) {
    await mkdir(join(root, "reports/.observablehq/cache/_npm", `${name}@0.0.0`), { recursive: true });
  }
}

/** The node_modules folder that Framework itself was found in. */
function modules(): string {
  return resolve(dirname(framework), "../..");
}

/**
 * Components become plain modules that hold only the parts of Plot and Arrow they use: a third of the weight, and Framework has no
 * library left to resolve. It takes the .js beside a .ts; loaders import the .ts.
 */
async function bundleComponents(folder: string) {
  const sources = (await readdir(folder)).filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"));
  await bundle({
    entryPoints: sources.map((name) => join(folder, name)),
    outdir: folder,
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    external: ["observablehq:*"],
    logLevel: "silent",
  });
}

/** What the frame of every page shows and no page can ask for, and which specialties and locations have a page. */
async function siteFrame(warehouse: string) {
  const db = openWarehouse<Warehouse>(warehouse);
  try {
    const run = await db.selectFrom("seeds.run").select("organization").executeTakeFirstOrThrow();
    const paths = (await places(db)).map(({ path }) => path);
    return { organization: run.organization ?? "Referrals", places: paths };
  } finally {
    await db.destroy();
  }
}

/** Pages of one route differ only by their address, from which they take their name: the first is built, the others are its copies. */
async function repeat(dist: string, routes: Iterable<readonly string[]>) {
  const made: { path: string; bytes: number }[] = [];
  for (const [first, ...others] of routes) {
    const markup = await readFile(join(dist, `${first}.html`));
    for (const path of others.map((other) => `${other}.html`)) {
      await writeFile(join(dist, path), markup);
      made.push({ path, bytes: markup.length });
    }
  }
  return made;
}

async function runFramework(root: string, env: Record<string, string>) {
  const bin = join(dirname(framework), "dist/bin/observable.js");
  const child = spawn(process.execPath, [bin, "build"], {
    cwd: root,
    env: { ...process.env, ...env, OBSERVABLE_TELEMETRY_DISABLE: "true", NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk));
  const code = await new Promise<number | null>((done, failed) => child.on("error", failed).on("close", done));
  const lines = output.split("\n").filter((line) => line.trim());
  if (code !== 0)
    throw unfit(
      "The site could not be built",
      lines.filter((line) => !/^\s+at /.test(line)),
    );
  const broken = lines.findIndex((line) => line.includes("broken link"));
  if (broken >= 0) throw unfit("The site has broken links", lines.slice(broken));
}

async function moveInto(from: string, to: string) {
  await mkdir(dirname(to), { recursive: true });
  try {
    await rename(from, to);
  } catch (error) {
    // Another disk cannot be renamed onto; copy beside the target first so that a half-copied site never has its name.
    if (!(error instanceof Error && "code" in error && error.code === "EXDEV")) throw error;
    const beside = await mkdtemp(`${to}-`);
    await cp(from, beside, { recursive: true });
    await rename(beside, to);
  }
}

async function sizeOf(folder: string): Promise<number> {
  let bytes = 0;
  for (const file of await filesOf(folder)) bytes += (await stat(join(folder, file))).size;
  return bytes;
}
