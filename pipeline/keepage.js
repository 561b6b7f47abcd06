#!/usr/bin/env node
// The command `keepage`. Any Node can read this file; the rest is TypeScript and needs Node 22.18 or newer, which `npm ci` brings along.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const cli = fileURLToPath(new URL("cli.ts", import.meta.url));
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

/** The Node that is installed beside keepage, or undefined. */
function ownNode() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve("node/package.json"));
    return [join(folder, "bin", "node"), join(folder, "bin", "node.exe")].find(existsSync);
  } catch {
    return undefined;
  }
}

if (major > 22 || (major === 22 && minor >= 18)) {
  await import(new URL("cli.ts", import.meta.url).href);
} else {
  const node = ownNode();
  if (node === undefined) {
    process.stderr.write(
      `keepage needs Node 22.18 or newer, and this is ${process.versions.node}.\n` +
        `     Run \`npm ci\` in ${join(dirname(cli), "..")}: it installs one of its own and leaves yours alone.\n`,
    );
    process.exitCode = 1;
  } else {
    const child = spawn(node, [cli, ...process.argv.slice(2)], { stdio: "inherit" });
    // A terminal sends Ctrl-C to both; the child decides when to end, and this one waits for it.
    process.on("SIGINT", () => {});
    process.on("SIGTERM", () => child.kill("SIGTERM"));
    child.on("error", (error) => {
      process.stderr.write(`${node} cannot be started: ${error.message}\n`);
      process.exitCode = 1;
    });
    child.on("exit", (code) => {
      process.exitCode = code ?? 1;
    });
  }
}
