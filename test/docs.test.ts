// What the documents say is so: commands exist, links lead somewhere, codes are the program's own, nobody's machine is named.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { home } from "../pipeline/config.ts";
import { errorCodes } from "../pipeline/errors.ts";
import { commands, exitCodes } from "../pipeline/help.ts";
import { editorSchemas, errorsPage, settingsPage } from "../pipeline/sql/manual.ts";

const read = (path: string) => readFileSync(join(home, path), "utf8");
const pages = [
  "README.md",
  "CHANGELOG.md",
  ...readdirSync(join(home, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
];
const names = new Set(commands.map((c) => c.name));

test.each(pages)("%s: every link leads to a file that is there", (page) => {
  for (const [, target] of read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g))
    expect(existsSync(join(home, dirname(page), target!)), `${page} → ${target}`).toBe(true);
});

test.each(pages)("%s: every `keepage` command that is written exists", (page) => {
  for (const [whole, name] of read(page).matchAll(/(?:npx keepage|`keepage|\$ keepage) ([a-z]+)/g))
    expect([...names, "help"], whole).toContain(name);
});

test.each(pages)("%s: no path of somebody's machine", (page) => {
  expect(read(page)).not.toMatch(/\/(?:work|home|Users|root|tmp)\//);
});

test("the README shows the two commands, every folder of the top level, and the program's own exit codes", () => {
  const text = read("README.md");
  expect(text).toContain("npm ci && npm run demo");
  expect(text).toContain("npm ci && npm test");
  for (const folder of ["sources", "models", "pipeline", "reports", "fixtures", "test"]) {
    expect(text).toContain(`\`${folder}/\``);
    expect(existsSync(join(home, folder))).toBe(true);
  }
  const cells = text.split("\n").map((line) =>
    line
      .split("|")
      .map((cell) => cell.trim())
      .join("|"),
  );
  for (const [code, about] of exitCodes) expect(cells).toContain(`|${code}|${about}|`);
});

test("the changes of this version are told, and every command is in them or in the README", () => {
  const { version } = JSON.parse(read("package.json")) as { version: string };
  expect(read("CHANGELOG.md")).toContain(`## ${version}\n`);
  for (const name of names) expect(read("CHANGELOG.md") + read("README.md")).toContain(`keepage ${name}`);
});

describe("errors", () => {
  test("each has a code of its group, a sentence of what and one of what to do, on the page too", () => {
    const page = errorsPage();
    for (const [code, [what, todo]] of Object.entries(errorCodes)) {
      expect(code).toMatch(/^E[0-49]\d\d$/);
      expect(todo, code).toMatch(/[.]$/);
      expect(page).toContain(`### ${code}\n\n**${what}.** ${todo}`);
    }
  });

  test("every code that the program raises is declared, and commands that errors advise exist", () => {
    const sources = readdirSync(join(home, "pipeline"), { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".ts"),
    );
    for (const name of sources)
      for (const [, code] of read(join("pipeline", name)).matchAll(/"(E\d{3})"/g))
        expect(Object.keys(errorCodes), `${name} ${code}`).toContain(code);
    for (const [, todo] of Object.values(errorCodes))
      for (const [, name] of todo.matchAll(/`keepage (\w+)/g)) expect([...names, "help"]).toContain(name);
  });
});

test("every setting says what it means", () => {
  const rows = settingsPage().match(/^\| `.*$/gm)!;
  expect(rows.length).toBeGreaterThan(60);
  expect(rows.filter((line) => /\|\s*\|$/.test(line))).toEqual([]);
  for (const key of ["cell_limit", "format.merged", "covers", "columns.NAME.made_of", "also[].entity"])
    expect(
      rows.some((line) => line.startsWith(`| \`${key}\` |`)),
      key,
    ).toBe(true);
});

test("shipped settings name a schema that is there, and schemas describe every key", () => {
  const policies = readdirSync(join(home, "sources", "policies"));
  for (const file of policies) {
    const path = join("sources", "policies", file);
    const schema = /^# yaml-language-server: \$schema=(.+)$/m.exec(read(path))?.[1];
    expect(schema, path).toBeDefined();
    expect(existsSync(join(home, dirname(path), schema!)), relative(home, path)).toBe(true);
  }
  expect(Object.keys(editorSchemas()).sort()).toEqual(readdirSync(join(home, "sources", "schema")).sort());
});
