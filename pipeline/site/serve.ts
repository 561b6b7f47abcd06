// Serves a published site on this machine: loopback by default, nothing outside its folder, the strict policy on every answer.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, realpath, stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, resolve, sep } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { KeepageError } from "../errors.ts";
import { contentSecurityPolicy } from "./lockdown.ts";

export interface ServeOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly host?: string;
}

export interface SiteServer {
  readonly url: string;
  close(): Promise<void>;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".csv": "text/csv; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".txt": "text/plain; charset=utf-8",
  ".cube": "application/octet-stream",
};
const compressible = /^(text\/|application\/json|image\/svg)/;

const headers: Readonly<Record<string, string>> = {
  "Content-Security-Policy": `${contentSecurityPolicy}; frame-ancestors 'none'`,
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
};

interface Answer {
  readonly type: string;
  readonly etag: string;
  readonly plain: Buffer;
  readonly gzipped: Buffer | null;
}

/**
 * Serves `dir`, which may lie behind a link that is swapped while this runs: each request goes where the link points then.
 * Throws when the port is taken.
 */
export async function serve(dir: string, { port, host = "127.0.0.1" }: ServeOptions): Promise<SiteServer> {
  const root = resolve(dir);
  const cache = new Map<string, Promise<Answer>>();
  // A page elsewhere may give its own name this machine's address; what it asks for still carries that name.
  const names = new Set([host, "127.0.0.1", "localhost", "[::1]"]);
  const server = createServer((request, response) => {
    const asked = (request.headers.host ?? "").replace(/:\d+$/, "").toLowerCase();
    if (!names.has(asked)) return plain(response, 421, "This site answers to its own address only.");
    answer(root, cache, request, response).catch(() => plain(response, 500, "The file could not be read."));
  });
  await new Promise<void>((done, failed) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      failed(
        error.code === "EADDRINUSE"
          ? new KeepageError("E010", `Port ${port} is taken.`, {
              todo: `Name another: keepage serve --port ${port + 1}`,
            })
          : error,
      ),
    );
    server.listen(port, host, () => {
      server.removeAllListeners("error");
      done();
    });
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${bound}/`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  root: string,
  cache: Map<string, Promise<Answer>>,
  request: IncomingMessage,
  response: ServerResponse,
) {
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("Allow", "GET, HEAD");
    return plain(response, 405, "Only GET and HEAD.");
  }
  const path = pathOf(request.url ?? "/");
  const found = path === null ? null : await locate(root, path);
  const file = found ?? (await locate(root, "404.html"));
  if (file === null) {
    const none = "The current release was made without its site: run `keepage run` without --no-site.";
    return plain(response, 404, existsSync(root) ? "Not found." : none);
  }
  const { type, etag, plain: body, gzipped } = await load(cache, file);
  const unchanged = found !== null && request.headers["if-none-match"] === etag;
  const zip = gzipped !== null && /\bgzip\b/.test(String(request.headers["accept-encoding"] ?? ""));
  const content = zip ? gzipped : body;
  response.writeHead(found === null ? 404 : unchanged ? 304 : 200, {
    ...headers,
    "Content-Type": type,
    ETag: etag,
    Vary: "Accept-Encoding",
    // A hashed name never changes its content; everything else is asked for again, so that a new release shows at once.
    "Cache-Control":
      found !== null && /[.-][0-9a-zA-Z]{8}\.\w+$/.test(file.path) ? "public, max-age=31536000, immutable" : "no-cache",
    ...(!unchanged && { "Content-Length": content.length }),
    ...(zip && !unchanged && { "Content-Encoding": "gzip" }),
  });
  response.end(request.method === "HEAD" || unchanged ? undefined : content);
}

/** The path below the root, or null for one that nobody honest asks for. */
function pathOf(url: string): string | null {
  try {
    const path = decodeURIComponent(url.replace(/[?#].*$/, ""));
    if (!path.startsWith("/") || /[\0\\]/.test(path)) return null;
    if (path.split("/").some((part) => part === ".." || part.startsWith("."))) return null;
    return `.${path.endsWith("/") ? `${path}index.html` : path}`;
  } catch {
    return null;
  }
}

interface Located {
  readonly path: string;
  readonly version: string;
}

/** A regular file that really lies in the folder the root points at now; links out of it are not followed. */
async function locate(root: string, path: string): Promise<Located | null> {
  try {
    const base = await realpath(root);
    const real = await realpath(join(base, path));
    if (!real.startsWith(base + sep)) return null;
    const found = await stat(real);
    return found.isFile() ? { path: real, version: `${found.ino}-${found.size}-${found.mtimeMs}` } : null;
  } catch {
    return null;
  }
}

const zipped = promisify(gzip);

function load(cache: Map<string, Promise<Answer>>, { path, version }: Located): Promise<Answer> {
  const key = `${path}\0${version}`;
  let loaded = cache.get(key);
  if (!loaded) {
    if (cache.size >= 500) cache.clear(); // releases come and go; a site has far fewer files
    loaded = read(path);
    loaded.catch(() => cache.delete(key));
    cache.set(key, loaded);
  }
  return loaded;
}

async function read(path: string): Promise<Answer> {
  const content = await readFile(path);
  const type = types[extname(path).toLowerCase()] ?? "application/octet-stream";
  const etag = `"${createHash("sha256").update(content).digest("base64url").slice(0, 22)}"`;
  return { type, etag, plain: content, gzipped: compressible.test(type) ? await zipped(content, { level: 9 }) : null };
}

function plain(response: ServerResponse, status: number, text: string) {
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, { ...headers, "Content-Type": "text/plain; charset=utf-8" });
  response.end(`${text}\n`);
}
