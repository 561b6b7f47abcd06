// A real browser for tests: Chromium from the npm registry, started without anything from the system it runs on.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { settled } from "./reading.ts";

export interface PageOptions extends BrowserContextOptions {
  /** Leave out to fail on any console error, page error, failed or off-host request. */
  readonly tolerant?: boolean;
}

const flags = [
  "--no-sandbox",
  "--no-zygote",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-domain-reliability",
  "--no-pings",
  "--font-render-hinting=none",
];

let running: Promise<Browser> | undefined;

/** One browser for all tests of a process; closed with `closeBrowser`. */
export function browser(): Promise<Browser> {
  running ??= start();
  return running;
}

export async function closeBrowser(): Promise<void> {
  const open = running;
  running = undefined;
  await (await open)?.close();
}

async function start(): Promise<Browser> {
  const home = await unpack();
  const binary = join(home, "chromium");
  // Its own libraries only where the machine has not got them: a newer system's may not fit with them.
  const bare = spawnSync(binary, ["--version"], { timeout: 20_000 }).status !== 0;
  return chromium.launch({
    executablePath: binary,
    args: flags,
    env: {
      ...process.env,
      HOME: home,
      FONTCONFIG_FILE: join(home, "fonts.conf"),
      ...(bare && { LD_LIBRARY_PATH: join(home, "al2023", "lib") }),
    },
  });
}

function packagedVersion(): string {
  const file = fileURLToPath(new URL("../../package.json", import.meta.resolve("@sparticuz/chromium")));
  return JSON.parse(readFileSync(file, "utf8")).version;
}

/** Unpacks browser, fonts and libraries once per version; the folder gets its name only when it is whole. */
async function unpack(): Promise<string> {
  const home = join(tmpdir(), `keepage-chromium-${packagedVersion()}`);
  if (existsSync(home)) return home;
  const fresh = await mkdtemp(`${home}-`);
  const before = { ...process.env };
  try {
    // The package unpacks to the temporary folder, and its libraries only where it believes to be on their system.
    process.env.TMPDIR = fresh;
    process.env.AWS_EXECUTION_ENV = "AWS_Lambda_nodejs24.x";
    const { default: packed } = await import("@sparticuz/chromium");
    await packed.executablePath();
  } finally {
    for (const key of ["TMPDIR", "AWS_EXECUTION_ENV", "FONTCONFIG_PATH", "LD_LIBRARY_PATH", "HOME"]) {
      if (before[key] === undefined) delete process.env[key];
      else process.env[key] = before[key];
    }
  }
  // Its own list of fonts names folders of another system; a browser that finds no font at all crashes.
  const folders = [join(home, "fonts", "fonts"), "/usr/share/fonts", "/usr/local/share/fonts"];
  const list = folders.map((folder) => `<dir>${folder}</dir>`).join("");
  await writeFile(
    join(fresh, "fonts.conf"),
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>${list}<cachedir>${join(home, "cache")}</cachedir></fontconfig>\n`,
  );
  try {
    await rename(fresh, home);
  } catch {
    await rm(fresh, { recursive: true, force: true }); // another process was faster
  }
  return home;
}

/**
 * Opens a page in a fresh context and gives it to `fn` once all of it is drawn. Unless tolerant, what the page complained of fails the test: console
 * errors and warnings, exceptions, failed requests, requests to other hosts.
 */
export async function withPage<T>(url: string, options: PageOptions, fn: (page: Page) => Promise<T>): Promise<T> {
  const { tolerant, ...contextOptions } = options;
  const context = await (await browser()).newContext(contextOptions);
  const complaints: string[] = [];
  const host = new URL(url).host;
  try {
    const page = await context.newPage();
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") complaints.push(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => complaints.push(`exception: ${error.message}`));
    page.on("requestfailed", (request) => complaints.push(`failed: ${request.url()}`));
    page.on("request", (request) => {
      const target = new URL(request.url());
      if (!["data:", "blob:"].includes(target.protocol) && target.host !== host)
        complaints.push(`off host: ${target.href}`);
    });
    page.on("response", (response) => {
      if (response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`);
    });
    page.setDefaultTimeout(15_000);
    await page.goto(url);
    const result = await settled(page)
      .then(() => fn(page))
      .catch((error: unknown) => {
        // What the page complained of is mostly why.
        throw complaints.length ? new Error([String(error), ...complaints].join("\n"), { cause: error }) : error;
      });
    if (!tolerant && complaints.length) throw new Error(complaints.join("\n"));
    return result;
  } finally {
    await context.close();
  }
}
