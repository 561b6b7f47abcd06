// The JSON Schemas for editors: every settings file that ships, or that a command writes, names its schema by a path that works from
// where it stands, and fulfils it; a mistake does not.
import { globSync, readFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { home } from "../pipeline/config.ts";
import { draft } from "../pipeline/draft/draft.ts";
import { init } from "../pipeline/init.ts";
import { files, put } from "./workspace.ts";

/**
 * What a schema has against a value. Zod knows no `not`, but for one that nothing fulfils: what must not be there is such; and beside
 * `anyOf` it would forget that no other keys are allowed.
 */
function complaints(schema: string, value: unknown): z.core.$ZodIssue[] {
  const { anyOf, ...rest } = JSON.parse(readFileSync(schema, "utf8"), (_, v) =>
    v?.not?.required?.[0] === "entity" ? { type: "object", properties: { entity: { not: {} } } } : v,
  );
  return [rest, ...(anyOf ? [{ anyOf }] : [])].flatMap(
    (part) => z.fromJSONSchema(part).safeParse(value).error?.issues ?? [],
  );
}

/** A settings file names its schema in its first line, and fulfils it. */
function prove(file: string): void {
  const text = readFileSync(file, "utf8");
  const named = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text)?.[1];
  expect(named, `${file} names no schema`).toBeDefined();
  const schema = resolve(file, "..", named!);
  const kind = file.includes("/policies/") ? "policy" : basename(file, ".yaml");
  expect(relative(home, schema)).toBe(join("sources", "schema", `${kind}.schema.json`));
  expect(complaints(schema, parse(text)), file).toEqual([]);
}

const shipped = globSync(["sources/**/*.yaml", "fixtures/demo/keepage.yaml"], { cwd: home });

test.each(shipped)("%s", (file) => prove(join(home, file)));

test("what init and draft write", async () => {
  const dir = join(files({}), "here");
  init(dir, { sources: ["epic-workqueue"], timeZone: "UTC" });
  prove(join(dir, "keepage.yaml"));
  put(dir, "inbox/log_20260501.csv", "Referral #,MRN,Date Referred,Status\n1,2,05/21/2026,New\n");
  const { folder } = await draft(join(dir, "inbox/log_20260501.csv"), { workspace: dir });
  prove(join(folder, "source.yaml"));
});

describe("a mistake is none of the schema's", () => {
  const epic = readFileSync(join(home, "sources", "epic-workqueue", "source.yaml"), "utf8");
  const demo = readFileSync(join(home, "fixtures", "demo", "keepage.yaml"), "utf8");
  const policy = readFileSync(join(home, "sources", "policies", "default.yaml"), "utf8");
  test.each([
    ["source", epic, ""],
    ["source", `${epic}\ncolums: {}\n`, "colums"],
    ["source", epic.replace("rows: snapshot", "rows: snapshots"), "rows"],
    ["source", epic.replace("expect_every: 7 days", "expect_every: 7"), "expect_every"],
    ["source", epic.replace("referral_id: Referral ID", "referral_id: { form: Referral ID }"), "columns"],
    ["keepage", demo, ""],
    ["keepage", demo.replace("time_zone:", "timezone:"), "time_zone"],
    ["keepage", demo.replace(/cell_limit: \d+/, "cell_limit: eleven"), "cell_limit"],
    ["policy", policy, ""],
    ["policy", `${policy}\nlimts: {}\n`, "limts"],
  ])("%s: %#", (kind, text, wrong) => {
    const said = complaints(join(home, "sources", "schema", `${kind}.schema.json`), parse(text));
    expect(said.length > 0, JSON.stringify(said)).toBe(wrong !== "");
    expect(JSON.stringify(said)).toContain(wrong);
  });
});
