// Settings: strict, with every mistake named by file, line, key and the nearest valid key, all of them in one go.
import { writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { readWorkspace, shippedSources } from "../pipeline/config.ts";
import { KeepageError, KeepageErrors, nearest } from "../pipeline/errors.ts";
import { readReference } from "../pipeline/seeds.ts";
import { workspaceSchema } from "../pipeline/settings/schema.ts";
import { readYaml } from "../pipeline/settings/yaml.ts";
import { files, logSource, logStatuses, settings } from "./workspace.ts";

/** Errors of a workspace with these files, as "CODE place: text", with the folder's own path left out. */
function mistakes(contents: Readonly<Record<string, string>>): string[] {
  const dir = files({
    "keepage.yaml": settings(),
    "sources/log/source.yaml": logSource,
    "sources/log/statuses.csv": logStatuses,
    ...contents,
  });
  const shown = relative("", dir);
  try {
    readWorkspace(dir);
    return [];
  } catch (error) {
    const all = error instanceof KeepageErrors ? error.errors : error instanceof KeepageError ? [error] : [];
    if (all.length === 0) throw error;
    return all.map((e) => `${e.code} ${e.message.replaceAll(`${shown}/`, "")}`);
  }
}

test("the settings of the small workspace are sound", () => {
  expect(mistakes({})).toEqual([]);
});

test("what is left out has its default", () => {
  const dir = files({ "keepage.yaml": "name: A\ntime_zone: UTC\n" });
  expect(readYaml(`${dir}/keepage.yaml`, workspaceSchema)).toMatchObject({
    sources: [],
    cell_limit: 11,
    episode_days: 90,
    hold: { reject_share: 0.05, shrink: 0.5 },
    run: { schedule: "30 5 * * *", keep_releases: 5 },
  });
});

describe("keepage.yaml", () => {
  test.each([
    ["an unknown key", "nme: A\ntime_zone: UTC\n", 'keepage.yaml:1: "nme" is not a setting; the nearest is "name".'],
    [
      "an unknown key inside",
      "name: A\ntime_zone: UTC\nhold:\n  shrnk: 0.5\n",
      'keepage.yaml:4: hold: "shrnk" is not a setting; the nearest is "shrink".',
    ],
    [
      "a time zone that is none",
      "name: A\ntime_zone: America/Chicgo\n",
      'keepage.yaml:2: "time_zone" is not a time zone such as America/Chicago: "America/Chicgo"; the nearest is "America/Chicago".',
    ],
    [
      "a share that is none",
      "name: A\ntime_zone: UTC\nhold: { reject_share: 7 }\n",
      'keepage.yaml:3: "hold.reject_share" must be at most 1.',
    ],
    [
      "a limit below all",
      "name: A\ntime_zone: UTC\ncell_limit: -3\n",
      'keepage.yaml:3: "cell_limit" must be at least 0.',
    ],
    ["no name", 'name: ""\ntime_zone: UTC\n', 'keepage.yaml:1: "name" is empty.'],
    [
      "a size that is none",
      "name: A\ntime_zone: UTC\nrun: { memory: lots }\n",
      'keepage.yaml:3: "run.memory" is not a size such as 3GB.',
    ],
    ["a number where there is none", "name: A\ntime_zone: UTC\ncell_limit: few\n", "keepage.yaml:3:"],
    ["YAML that is broken", "name: [A\ntime_zone: UTC\n", "keepage.yaml:2:"],
    [
      "a source that does not exist",
      "name: A\ntime_zone: UTC\nsources: [log, epic-workque]\n",
      'keepage.yaml:3: Source "epic-workque" does not exist; the nearest is "epic-workqueue".',
    ],
    [
      "a source of one's own, mistyped",
      "name: A\ntime_zone: UTC\nsources:\n  - logg\n",
      'keepage.yaml:4: Source "logg" does not exist; the nearest is "log".',
    ],
    [
      "a target of no metric",
      'name: A\ntime_zone: UTC\ntargets:\n  completed_60: "60%"\n  completd_90: "65%"\n',
      'keepage.yaml:5: targets: no metric is called "completd_90"; the nearest is "completed_90".',
    ],
    [
      "a target without its unit",
      "name: A\ntime_zone: UTC\ntargets: { completed_90: 65 }\n",
      'keepage.yaml:3: "targets.completed_90" is not a target such as "65%" or "14 days".',
    ],
    [
      "a target in the wrong unit",
      'name: A\ntime_zone: UTC\ntargets:\n  days_to_visit: "65%"\n',
      'keepage.yaml:4: "targets.days_to_visit" is counted in days: such as "14 days".',
    ],
    [
      "a target beyond all",
      'name: A\ntime_zone: UTC\ntargets:\n  no_show: "800%"\n',
      'keepage.yaml:4: "targets.no_show" is more than 100%.',
    ],
  ])("%s", (_, text, message) => {
    expect(mistakes({ "keepage.yaml": text }).join("\n")).toContain(message);
  });

  test("all mistakes are named at once", () => {
    expect(mistakes({ "keepage.yaml": "nam: A\ntime_zone: Nowhere\nrun: { memori: 1GB }\n" })).toHaveLength(4);
  });
});

describe("source.yaml", () => {
  const change = (from: string, to: string) => mistakes({ "sources/log/source.yaml": logSource.replace(from, to) });
  test.each([
    [
      "a field that is not the entity's",
      "patient_phone:",
      "patient_fone:",
      'E003 sources/log/source.yaml:10: referral has no field "patient_fone"; the nearest is "patient_phone".',
    ],
    [
      "a date without formats",
      '{ from: Ordered, formats: ["MM/dd/yyyy"] }',
      "Ordered",
      'E004 sources/log/source.yaml:11: "ordered_at" is a date: declare its `formats`, such as [MM/dd/yyyy].',
    ],
    [
      "a date format that means nothing",
      "MM/dd/yyyy",
      "MM/qq/yyyy",
      'E004 sources/log/source.yaml:11: Date pattern "MM/qq/yyyy": "qq" means nothing.',
    ],
    [
      "a file pattern that means nothing",
      "{as_of:yyyyMMdd}",
      "{as_off:yyyyMMdd}",
      "E004 sources/log/source.yaml:2: Pattern",
    ],
    [
      "a needed field that is missing",
      "  referral_id: Referral\n",
      "",
      'E004 sources/log/source.yaml:5: referral needs the field "referral_id"',
    ],
    ["an entity that is none", "entity: referral", "entity: referal", "E004 sources/log/source.yaml:1:"],
    ["rows that are neither", "rows: snapshot", "rows: snapshots", "E004 sources/log/source.yaml:3:"],
    [
      "days that are none",
      "7 days",
      "weekly",
      'E004 sources/log/source.yaml:4: "expect_every" is not a number of days such as "7 days".',
    ],
  ])("%s", (_, from, to, message) => {
    const [first, ...more] = change(from, to);
    expect(first).toContain(message);
    expect(more).toEqual([]);
  });

  test("a source that extends another names the line that is wrong, whichever file it is in", () => {
    const found = mistakes({
      "keepage.yaml": settings().replace("[log]", "[mine]"),
      "sources/mine/source.yaml": "extends: log\ncolumns:\n  closed_at: Closed\n",
    });
    expect(found).toEqual([
      'E004 sources/mine/source.yaml:3: "closed_at" is a date: declare its `formats`, such as [MM/dd/yyyy].',
    ]);
    const lost = mistakes({
      "keepage.yaml": settings().replace("[log]", "[mine]"),
      "sources/mine/source.yaml": "label: Mine\nextends: epic-workqueues\n",
    });
    expect(lost).toEqual([
      'E005 sources/mine/source.yaml:2: Source "epic-workqueues" does not exist; the nearest is "epic-workqueue".',
    ]);
  });
});

describe("statuses.csv", () => {
  const head = "field,raw,when_field,when_raw,axis,value,note\n";
  test.each([
    [
      "an axis that is none",
      "status,New,,,reqest,new,",
      'sources/log/statuses.csv:2: axis "reqest" is unknown; the nearest is "request".',
    ],
    [
      "a value that is not the axis's",
      "status,New,,,request,neww,",
      '"neww" is no value of request; the nearest is "new".',
    ],
    ["a field that is none", "stauts,New,,,request,new,", 'referral has no field "stauts"; the nearest is "status".'],
    [
      "a condition on a field that is none",
      "status,New,substats,x,request,new,",
      'referral has no field "substats"; the nearest is "substatus".',
    ],
    ["two meanings of one word", "status,New,,,request,new,\nstatus,NEW ,,,request,accepted,", "statuses.csv:3:"],
    ["a line with more cells than the header", "status,New,,,request,new,,,", "statuses.csv:2: Invalid Record Length"],
  ])("%s", (_, line, message) => {
    const found = mistakes({ "sources/log/statuses.csv": `${head}${line}\n` });
    expect(found.join("\n")).toContain(`E006 sources/log/statuses.csv`);
    expect(found.join("\n")).toContain(message);
  });

  test("a table that Excel saved as Unicode text is read", () => {
    const dir = files({ "keepage.yaml": settings(), "sources/log/source.yaml": logSource });
    writeFileSync(join(dir, "sources/log/statuses.csv"), `\ufeff${head}status,Früh,,,request,new,\n`, "utf16le");
    expect(readWorkspace(dir).sources[0]!.statuses.map((s) => s.raw)).toEqual(["früh"]);
  });

  test("a word that a draft left open counts as unmapped, not as known", () => {
    const dir = files({
      "keepage.yaml": settings(),
      "sources/log/source.yaml": logSource,
      "sources/log/statuses.csv": `${head}status,New,,,,,"decide; 12 rows"\nstatus,Seen,,,,,known and moves nothing\n`,
    });
    expect(readWorkspace(dir).sources[0]!.statuses.map((s) => s.raw)).toEqual(["seen"]);
  });
});

test("a reference table that is wrong is told by file and line", () => {
  const read = (text: string) => {
    const dir = files({ "keepage.yaml": settings(), "sources/reference/holidays.csv": text });
    try {
      readReference({ dir }, "holidays.csv", ["day", "name"]);
      return "";
    } catch (error) {
      const { code, message } = error as KeepageError;
      return `${code} ${message.replace(/^.*sources/, "sources")}`;
    }
  };
  expect(read("day,name\n# ours\n2026-07-03,Bridge day\n")).toBe("");
  expect(read("date,name\n2026-07-04,Fourth\n")).toBe(
    'E008 sources/reference/holidays.csv:1: there is no column "day"; the columns are day, name.',
  );
  expect(read("day,name\n# ours\n2026-13-04,Fourth\n")).toBe(
    'E008 sources/reference/holidays.csv:3: "2026-13-04" is not a day such as 2026-07-04.',
  );
  expect(read("day,name\n2026-07-04,\n")).toBe('E008 sources/reference/holidays.csv:2: "name" is empty.');
  expect(read("day,name\n2026-07-04,Fourth,of July\n")).toMatch(/^E008 sources\/reference\/holidays\.csv:2: /);
});

test("every source that ships can be switched on", () => {
  const dir = files({ "keepage.yaml": `name: All\ntime_zone: UTC\nsources: [${shippedSources().join(", ")}]\n` });
  const { sources } = readWorkspace(dir);
  expect(sources.length).toBeGreaterThanOrEqual(shippedSources().length);
});

test("the nearest word is one that a slip of the fingers makes, or none", () => {
  expect(nearest("shcedule", ["schedule", "rollback"])).toBe("schedule");
  expect(nearest("time zone", ["time_zone", "name"])).toBe("time_zone");
  expect(nearest("xyzzy", ["schedule", "rollback"])).toBeUndefined();
});
