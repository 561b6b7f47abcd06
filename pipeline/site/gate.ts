// What a built site must never contain. A build that ends well can still be a bad site: this reads every file of it.

import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";

/** Paths of all files below a folder, relative to it, sorted. */
export async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** One line per violation, empty when the site may be published. */
export async function gateSite(out: string): Promise<string[]> {
  const found: string[] = [];
  const files = await filesOf(out);
  if (!files.includes("index.html")) found.push("index.html is missing");
  for (const file of files) {
    const look = file.endsWith(".html")
      ? page
      : file.endsWith(".js")
        ? script
        : file.endsWith(".css")
          ? style
          : undefined;
    if (!look) continue;
    const text = await readFile(join(out, file), "utf8");
    const missing = (path: string) => !existsSync(join(out, dirname(file), path.replace(/[?#].*$/, "")));
    for (const violation of look(text, missing)) found.push(`${file}: ${violation}`);
  }
  return found;
}

type Look = (text: string, missing: (path: string) => boolean) => Generator<string>;

const page: Look = function* (text, missing) {
  if (text.includes("observablehq--error")) yield "a cell failed to build";
  if (!text.includes('http-equiv="Content-Security-Policy"')) yield "no Content-Security-Policy";
  if (!/<html lang="[a-z]/.test(text)) yield "no language";
  if (/maximum-scale|user-scalable/.test(text)) yield "the page may not be zoomed";
  if (/<script(?![^>]*\bsrc=)[^>]*>/i.test(text)) yield "inline script";
  if (/<style[\s>]/i.test(text)) yield "inline style element";
  for (const [, name] of text.matchAll(/<[^>]*\s(on[a-z]+|style)\s*=/gi)) yield `inline ${name} attribute`;
  for (const [, name, value] of text.matchAll(/\s(src|href|srcset|action|data|poster)\s*=\s*"([^"]*)"/gi)) {
    const target = value!.trim();
    if (/^(#|data:image\/|mailto:|$)/i.test(target)) continue;
    if (/^([a-z][a-z0-9+.-]*:|\/\/)/i.test(target)) yield `${name} leaves the host: ${target}`;
    else if (/\b_npm\//.test(target)) yield `${name} names a registry: ${target}`;
    else if (!target.startsWith("/") && missing(decodeURI(target))) yield `${name} names a missing file: ${target}`;
  }
};

const script: Look = function* (text, missing) {
  if (/\b_npm\//.test(text)) yield "names a registry path (_npm/)";
  if (/["'`](?:npm|jsr):/.test(text)) yield "names a registry import";
  const imports = [
    ...text.matchAll(
      /\b(?:import|export)\s*(?:[\w$\s{},*]+?\bfrom\s*|[{*][\w$\s{},*]*\}?\s*from\s*)?["']([^"'\n]+)["']/g,
    ),
    ...text.matchAll(/\bimport\s*\(\s*["'`]([^"'`\n]+)["'`]/g),
  ];
  for (const [, target] of imports) {
    if (!/^\.{1,2}\//.test(target!)) yield `bare import: ${target}`;
    else if (missing(target!)) yield `import of a missing file: ${target}`;
  }
  for (const [url] of text.matchAll(/\bhttps?:\/\/[^\s"'`)\\]+/g)) {
    if (!/^http:\/\/www\.w3\.org\//.test(url)) yield `names a host: ${url}`;
  }
};

const style: Look = function* (text) {
  for (const [, target] of text.matchAll(/(?:url\(\s*|@import\s+(?!url\())["']?([^"')\s;]+)/gi)) {
    if (/^(https?:|\/\/)/i.test(target!)) yield `leaves the host: ${target}`;
  }
};
