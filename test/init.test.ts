// A new workspace: sound from the first minute, never over one that is there.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { checkWorkspace } from "../pipeline/check.ts";
import { readWorkspace, shippedSources } from "../pipeline/config.ts";
import { exampleName, init, quoted, schemaComment } from "../pipeline/init.ts";
import { matchFile } from "../pipeline/settings/patterns.ts";
import { files, runCli } from "./workspace.ts";

// Databases and processes take their time on a busy machine; no test here is about time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

test("a workspace without sources is valid, has an inbox, and tells the way on in five steps at most", async () => {
  const dir = join(files({}), "riverbend-health");
  const made = init(dir, { sources: [], timeZone: "America/Chicago" });
  expect(readWorkspace(dir).settings).toMatchObject({
    name: "Riverbend Health",
    time_zone: "America/Chicago",
    sources: [],
  });
  expect(existsSync(join(dir, "inbox"))).toBe(true);
  const steps = made.next.filter((line) => /^ +\d\. /.test(line));
  expect(steps.length).toBeLessThanOrEqual(5);
  expect(steps.join("\n")).toContain("keepage draft");
  await expect(checkWorkspace(dir, { models: false })).resolves.toMatchObject({ decide: [] });
});

test("shipped sources are switched on by name, and the steps say how their files are named", () => {
  const dir = join(files({}), "ws");
  const made = init(dir, {
    sources: ["epic-workqueue", "ecw-referrals", "epic-workqueue"],
    timeZone: "UTC",
    name: "St. Luke's: West",
  });
  const workspace = readWorkspace(dir);
  expect(workspace.settings.name).toBe("St. Luke's: West");
  expect(workspace.sources.map((s) => s.name)).toEqual(["epic-workqueue", "ecw-referrals"]);
  expect(made.next.join("\n")).toMatch(/workqueue_\d{8}\.csv/);
});

test("every shipped source makes a sound workspace alone, its example names are ones it takes, and all of them go together", async () => {
  const dir = files({});
  for (const name of shippedSources()) {
    init(join(dir, name), { sources: [name], timeZone: "UTC" });
    const { sources } = readWorkspace(join(dir, name));
    expect(sources.length, name).toBeGreaterThan(0);
    for (const source of sources)
      for (const pattern of source.files) expect(matchFile(exampleName(pattern), pattern), pattern).toBeDefined();
  }
  // What `check` proves beyond reading the settings is the same for each of them.
  init(join(dir, "all"), { sources: shippedSources(), timeZone: "UTC" });
  await expect(checkWorkspace(join(dir, "all"), { models: false })).resolves.toMatchObject({ decide: [] });
});

test("fhir-bulk comes with a folder for the user's value sets", () => {
  const dir = join(files({}), "ws");
  init(dir, { sources: ["fhir-bulk"], timeZone: "UTC" });
  expect(existsSync(join(dir, "valuesets", "README.md"))).toBe(true);
});

test("patients' data stays out of version control", () => {
  const dir = join(files({}), "ws");
  init(dir, { sources: [], timeZone: "UTC" });
  const ignored = readFileSync(join(dir, ".gitignore"), "utf8").split("\n");
  for (const private_ of ["inbox/", "state/", "releases/", "current"]) expect(ignored).toContain(private_);
});

test("a workspace that is there is left alone, and so are other files", () => {
  const dir = files({ "keepage.yaml": "name: Mine\ntime_zone: UTC\n" });
  expect(() => init(dir, { sources: [] })).toThrow(expect.objectContaining({ code: "E009" }));
  expect(readFileSync(join(dir, "keepage.yaml"), "utf8")).toBe("name: Mine\ntime_zone: UTC\n");
  const other = files({ ".gitignore": "mine\n" });
  init(other, { sources: [], timeZone: "UTC" });
  expect(readFileSync(join(other, ".gitignore"), "utf8")).toBe("mine\n");
});

test("a mistyped source or time zone makes nothing and names the nearest", async () => {
  const dir = files({});
  const [source, zone] = await Promise.all([
    runCli(["init", "ws", "--source", "epic-workque"], dir),
    runCli(["init", "ws", "--time-zone", "America/Chicgo"], dir),
  ]);
  expect(source).toMatchObject({ code: 2, out: "" });
  expect(source.err).toContain('No source "epic-workque" ships with keepage; the nearest is "epic-workqueue".');
  expect(zone.err).toContain('the nearest is "America/Chicago"');
  expect(existsSync(join(dir, "ws"))).toBe(false);
});

test("editors find the schema from the file, and a shell takes the paths that are shown", () => {
  const dir = files({});
  const path = schemaComment(join(dir, "keepage.yaml"), "keepage").split("$schema=")[1]!;
  expect(JSON.parse(readFileSync(join(dir, path), "utf8"))).toHaveProperty("properties.time_zone");
  expect(quoted("a/b-1.csv")).toBe("a/b-1.csv");
  expect(quoted("it's here")).toBe("'it'\\''s here'");
});
