// Makes a built site one that a strict Content-Security-Policy allows and anyone can use: scripts become hashed files of their
// own, pages get a language, a skip link and a viewport that may be zoomed.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { filesOf } from "./gate.ts";

type Esbuild = typeof import("esbuild").build;

/**
 * Plot puts this one style element into each chart, always the same; the policy names it by its hash
 * rather than allowing every inline style.
 */
const plotStyle = `:where(.plot-d6a7b5) {
  --plot-background: white;
  display: block;
  height: auto;
  height: intrinsic;
  max-width: 100%;
}
:where(.plot-d6a7b5 text),
:where(.plot-d6a7b5 tspan) {
  white-space: pre;
}`;

const sha256 = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** What a page of the site may do: read its own host, nothing else. The server sends the same. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  `style-src 'self' ${sha256(plotStyle)}`,
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
].join("; ");

export interface Page {
  readonly path: string;
  readonly bytes: number;
}

/** Rewrites every page below `dist` in place and bundles what they run into `dist/assets`. */
export async function lockDown(dist: string, bundle: Esbuild): Promise<Page[]> {
  const paths = (await filesOf(dist)).filter((path) => path.endsWith(".html"));
  const pages = new Map<string, string>(); // path to markup without its script
  const entries = new Map<string, string>(); // path to name of the script's source file
  for (const path of paths) {
    const { markup, script } = takeScript(await readFile(join(dist, path), "utf8"));
    pages.set(path, markup);
    const entry = join(dist, path.replace(/\.html$/, ".entry.js"));
    await writeFile(entry, script);
    entries.set(path, entry);
  }
  const scripts = await bundlePages(dist, entries, bundle);
  for (const path of await filesOf(dist)) {
    if (path.endsWith(".js") && !path.startsWith("assets/")) await rm(join(dist, path));
  }
  for (const path of paths) {
    await writeFile(join(dist, path), frame(pages.get(path)!, path, scripts.get(path)!));
  }
  const sizes = paths.map(async (path) => ({ path, bytes: (await stat(join(dist, path))).size }));
  return Promise.all(sizes);
}

/** Framework writes a page's cells as one inline module; nothing inline may run, so it becomes a file. */
function takeScript(markup: string): { markup: string; script: string } {
  const scripts: string[] = [];
  const rest = markup.replace(/<script type="module">([\s\S]*?)<\/script>\n?/g, (_, script: string) => {
    scripts.push(script);
    return "";
  });
  const script = scripts.at(-1) ?? ""; // the 404 page's first one looks for other spellings of the address: not wanted here
  const modules = [...script.matchAll(/await import\("(\.[^"]+)"\)/g)].map(
    (match) => `import ${JSON.stringify(match[1])};`,
  );
  return { markup: rest, script: `${[...new Set(modules)].join("\n")}\n${script}` };
}

/** One bundle per page with shared chunks; returns, per page, the files to load, the page's own first. */
async function bundlePages(
  dist: string,
  entries: Map<string, string>,
  bundle: Esbuild,
): Promise<Map<string, string[]>> {
  const result = await bundle({
    absWorkingDir: dist,
    entryPoints: [...entries].map(([path, entry]) => ({
      in: entry,
      out: path.replace(/\.html$/, "").replaceAll("/", "-"),
    })),
    outdir: join(dist, "assets"),
    entryNames: "[name]-[hash]",
    chunkNames: "shared-[hash]",
    bundle: true,
    splitting: true,
    minify: true,
    metafile: true,
    format: "esm",
    target: "es2022",
    logLevel: "silent",
    plugins: [
      {
        name: "absent",
        setup(build) {
          // Framework's client names optional libraries that no page asked for. They are not part of the site.
          build.onLoad({ filter: /[\\/]_observablehq[\\/].*\.js$/ }, async ({ path }) => ({
            contents: (await readFile(path, "utf8")).replace(/"\.\.\/_npm\/[^"]*"/g, '"absent:library"'),
          }));
          build.onResolve({ filter: /^(absent:|\.{0,2}\/)/ }, ({ path, resolveDir }) =>
            path.startsWith("absent:") || !existsSync(resolve(resolveDir, path))
              ? { path: "library", namespace: "absent" }
              : undefined,
          );
          build.onLoad({ filter: /.*/, namespace: "absent" }, () => ({
            contents: `throw new Error("This library is not part of the site.");`,
          }));
        },
      },
    ],
  });
  const outputs = result.metafile.outputs;
  const files = new Map<string, string[]>();
  for (const [path, entry] of entries) {
    const own = Object.keys(outputs).find((name) => outputs[name]!.entryPoint === relative(dist, entry))!;
    const needed = new Set([own]);
    for (const name of needed) {
      for (const used of outputs[name]!.imports) if (used.kind === "import-statement") needed.add(used.path);
    }
    files.set(
      path,
      [...needed].map((name) => relative(dirname(path), name)),
    );
  }
  return files;
}

function frame(markup: string, path: string, scripts: string[]): string {
  const up = (file: string) => (file.startsWith(".") ? file : `./${file}`);
  const head = [
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    '<meta name="robots" content="noindex">',
  ].join("\n");
  const loads = [
    ...scripts.slice(1).map((file) => `<link rel="modulepreload" href="${up(file)}">`),
    `<script type="module" src="${up(scripts[0]!)}"></script>`,
  ].join("\n");
  return markup
    .replace("<html>", '<html lang="en">')
    .replace('<meta charset="utf-8">', head)
    .replace(/<meta name="viewport" content="[^"]*maximum-scale[^"]*">\n/, "")
    .replace(/<meta name="generator"[^>]*>\n/, "")
    .replace(/<link rel="(?:module)?preload"[^>]*>\n?/g, "")
    .replace("</head>", `${loads}\n</head>`)
    .replace(
      "<body>",
      `<body${path === "404.html" ? ' class="lost"' : ""}>\n<a class="skip" href="#observablehq-main">Skip to content</a>`,
    )
    .replace(' id="observablehq-main"', ' id="observablehq-main" tabindex="-1"');
}
