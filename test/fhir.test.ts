// FHIR bulk exports: paths into resources, every line of a file accounted for, names and copies as servers give them, value set files.

import { utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { fhirValueSet } from "../fixtures/fhir.ts";
import { readSources, readWorkspace } from "../pipeline/config.ts";
import { KeepageError } from "../pipeline/errors.ts";
import type { CellHints } from "../pipeline/formats/cells.ts";
import { fhirPath, idOf, type Json } from "../pipeline/formats/fhirpath.ts";
import { init } from "../pipeline/init.ts";
import { ask } from "../pipeline/query.ts";
import { type RunEvent, run } from "../pipeline/run.ts";
import { matchSets, readValueSets } from "../pipeline/settings/valuesets.ts";
import { few, inRelease } from "./fixture.ts";
import { folder } from "./folder.ts";
import { cellReader } from "./readcells.ts";

const patient: Json = {
  resourceType: "Patient",
  id: "p1",
  active: true,
  multipleBirthInteger: 2,
  name: [
    { use: "old", family: "Before" },
    { use: "official", family: "Doe", given: ["Anna", "M."] },
  ],
  telecom: [
    { system: "email", value: "a@example.org" },
    { system: "phone", value: "1" },
    { system: "phone", value: "2" },
  ],
  identifier: [
    { type: { coding: [{ code: "DL" }] }, value: "D" },
    { type: { coding: [{ code: "x" }, { code: "MR" }] }, value: "M" },
  ],
  contact: [{ name: { family: "Roe" } }, null, { name: null }],
};

describe("a path into a resource", () => {
  test.each([
    ["id", "p1"],
    ["active", "true"],
    ["multipleBirthInteger", "2"],
    ["name.family", "Before Doe"],
    ["name.first().family", "Before"],
    ["name.where(use='official').given", "Anna M."],
    ["name.where(use!='old').family", "Doe"],
    ["telecom.where(system='phone').first().value", "1"],
    ["identifier.where(type.coding.code='MR').value", "M"],
    ["where(id='p1').name.first().use", "old"],
    ["where(id='p2').name.first().use", ""],
    ["contact.name.family", "Roe"],
    ["name", ""],
    ["nothing.at.all", ""],
    ["reference()", "Patient/p1"],
  ])("%s", (path, expected) => expect(fhirPath(path)(patient)).toBe(expected));

  test("codes are system|code, blanks within one escaped; a coding without a system says nothing", () => {
    const codes = fhirPath("type.coding.codes()");
    expect(
      codes({
        type: [
          { coding: [{ system: "s", code: "a b" }, { code: "c" }] },
          { text: "t" },
          { coding: [{ system: "s", code: "d" }] },
        ],
      }),
    ).toBe("s|a%20b s|d");
  });

  test.each([
    ["2026", "year"],
    ["2026-03", "month"],
    ["2026-03-01", "day"],
    ["2026-03-01T10:00:00Z", "time"],
    ["", ""],
  ])("the precision of %s is %s", (at, expected) => expect(fhirPath("at.precision()")({ at })).toBe(expected));

  test.each([
    ["ServiceRequest/a-1.b", "a-1.b"],
    ["ServiceRequest/a/_history/2", "a"],
    ["https://x.example.org/r4/ServiceRequest/a", "a"],
    ["https://x.example.org/r4/ServiceRequest/a/_history/2", "a"],
    ["urn:uuid:0c3f", "0c3f"],
    ["CarePlan/a", undefined],
    ["#a", undefined],
    ["ServiceRequest?identifier=a", undefined],
    ["", undefined],
  ])("the referral that %s names is %s", (reference, id) => expect(idOf(reference, "ServiceRequest")).toBe(id));

  test.each([
    "",
    "a..b",
    "a.",
    "name[0]",
    "name.last()",
    "name.where(use)",
    "name.where(use='a' or use='b')",
    "name.first(",
  ])("%j is refused", (path) => expect(() => fhirPath(path)).toThrow(KeepageError));
});

describe("a file of resources", () => {
  const reader = cellReader();
  const hints: CellHints = { format: "ndjson", resource: "Task", columns: ["id", "status", "code.text", "at"] };
  const line = (id: string, more: object = {}) => JSON.stringify({ resourceType: "Task", id, ...more });

  test("becomes rows of the mapped paths, each with its line; what is no row is counted and told", async () => {
    const text = [
      `\ufeff${line("a", { status: "completed", code: { text: 'one, "two"\nthree' } })}`,
      "",
      line("b").slice(0, 20),
      '["not a resource"]',
      JSON.stringify({ resourceType: "Patient", id: "p" }),
      line("c", { at: "2026-01-01T00:00:00.123456789Z" }),
      "\r",
      `${line("d", { status: "völlig" })}\r`,
    ].join("\n");
    const found = await reader.read(text, hints);
    expect(found.table).toEqual([
      ["a", "completed", 'one, "two" three', null],
      ["c", null, null, "2026-01-01T00:00:00.123456Z"],
      ["d", "völlig", null, null],
    ]);
    expect(found.at).toEqual([1, 6, 8]);
    expect(found.rejected).toEqual([{ line: 3, rule: "json_unreadable", message: "The line is not JSON." }]);
    expect(found.warnings).toEqual(["Lines that are no Task were left out: 1 without a resource type, 1 Patient."]);
    expect([found.blank, found.footers, found.physical]).toEqual([2, 2, 8]);
  });

  test("may be packed, may be empty, and may hold bytes that are no text", async () => {
    const broken = Buffer.concat([
      Buffer.from(`${line("a")}\n{"resourceType":"Task","id":"`),
      Buffer.from([0xff]),
      Buffer.from('"}'),
    ]);
    const packed = await reader.read(gzipSync(broken), hints);
    expect(packed.table).toEqual([["a", null, null, null]]);
    expect(packed.rejected).toEqual([
      { line: 2, rule: "undecodable", message: "The line holds bytes that are no UTF-8 text." },
    ]);
    expect((await reader.read("", hints)).records).toBe(0);
  });

  test("is read the same in any chunks, with lines longer than one; a value out of all proportion costs its line", async () => {
    const note = "x".repeat(3 << 20);
    const lines = [
      line("a", { note, code: { text: "y".repeat(60_000) } }),
      line("b"),
      line("c", { note }),
      line("d", { status: note }),
    ];
    const found = await reader.read(lines.join("\n"), hints);
    expect(found.table.map(([id, , text]) => `${id} ${text?.length ?? 0}`)).toEqual(["a 60000", "b 0", "c 0"]);
    expect(found.rejected.map((r) => `${r.line} ${r.rule}`)).toEqual(["4 line_too_long"]);
    expect((await reader.read(lines.join("\n"), hints, true)).table).toEqual(found.table);
  });

  test("of nothing but other resources is held: its name is wrong", async () => {
    const text = `${JSON.stringify({ resourceType: "Patient", id: "p" })}\n`;
    await expect(reader.read(text, hints)).rejects.toThrow("No line is a Task: 1 Patient.");
  });
});

describe("an export in the inbox", () => {
  const resource = (resourceType: string, id: string, more: object = {}) =>
    `${JSON.stringify({ resourceType, id, ...more })}\n`;
  const subject = { reference: "Patient/p" };

  test("is read under the names servers give; a newer copy of a resource replaces the older", async () => {
    const dir = folder({});
    init(dir, { sources: ["fhir-bulk"], timeZone: "America/New_York" });
    const put = (name: string, content: string | Buffer, day: string) => {
      writeFileSync(join(dir, "inbox", name), content);
      utimesSync(join(dir, "inbox", name), new Date(day), new Date(day));
    };
    const order = (status: string, updated: string) =>
      resource("ServiceRequest", "r", {
        meta: { lastUpdated: updated },
        status,
        intent: "order",
        subject: { reference: "https://fhir.example.org/Patient/p" },
        authoredOn: "2026-03-01T23:30:00-08:00",
        requester: { reference: "Practitioner/9", display: "Dr. Ng" },
      });
    put(
      "Patient.000.ndjson",
      resource("Patient", "p", { name: [{ family: "Doe", given: ["Anna"] }], birthDate: "1970" }),
      "2026-04-01",
    );
    const undated = resource("ServiceRequest", "undated", { status: "active", intent: "order", subject });
    put("1.ServiceRequest.ndjson", order("completed", "2026-04-02T00:00:00Z") + undated, "2026-04-02");
    put("2.ServiceRequest.ndjson", order("active", "2026-04-01T00:00:00Z"), "2026-04-01");
    put(
      "export-Encounter-20260402.ndjson.gz",
      gzipSync(
        resource("Encounter", "7", {
          status: "finished",
          subject,
          period: { start: "2026-03-10T15:00:00Z" },
          basedOn: [{ reference: "ServiceRequest/r" }],
        }) + resource("Encounter", "8", { status: "planned", subject }),
      ),
      "2026-04-02",
    );
    put(
      "procedure_1.ndjson",
      resource("Procedure", "7", {
        status: "completed",
        subject,
        encounter: { reference: "Encounter/7" },
        performedDateTime: "2026-03",
      }),
      "2026-04-02",
    );
    put(
      "Task.ndjson",
      resource("Task", "t", {
        status: "completed",
        for: subject,
        basedOn: [{ reference: "ServiceRequest/r" }],
        code: { text: "Consult note" },
        executionPeriod: { end: "2026-03-12" },
      }) +
        resource("Task", "w", {
          status: "in-progress",
          for: subject,
          focus: { reference: "ServiceRequest/r" },
          code: { coding: [{ code: "fulfill" }] },
          lastModified: "2026-03-05T10:00:00-05:00",
        }),
      "2026-04-02",
    );
    put("Organization.ndjson", resource("Organization", "o"), "2026-04-02");
    put("log.ndjson", "{}\n", "2026-04-02");
    put("Observations-of-ours.txt", "?", "2026-04-02");

    const workspace = readWorkspace(dir);
    const events: RunEvent[] = [];
    await run(workspace, { ...few, onEvent: (e) => events.push(e) });
    const ignored = events.flatMap((e) => (e.kind === "ignored" ? [`${e.name} ${e.message}`] : []));
    expect(ignored).toEqual([
      "Observations-of-ours.txt matches no source's `files`",
      "Organization.ndjson known, not used",
      "log.ndjson known, not used",
    ]);
    const loaded = events.flatMap((e) =>
      e.kind === "file" ? [`${e.outcome.name} ${e.outcome.result} ${e.outcome.loaded}`] : [],
    );
    expect(loaded.sort()).toEqual([
      "1.ServiceRequest.ndjson loaded 1",
      "2.ServiceRequest.ndjson loaded 1",
      "Patient.000.ndjson loaded 1",
      "Task.ndjson loaded 2",
      "export-Encounter-20260402.ndjson.gz loaded 1",
      "procedure_1.ndjson loaded 1",
    ]);
    const query = `select p.patient_name, r.referral_key, r.ordered_at, r.status_raw, r.stage, r.referring_provider
       from core.referral r join identity.patient p using (patient_key)`;
    const said = await inRelease(workspace, (connection) => ask(connection, query), true);
    expect(said.rows).toEqual([["Anna Doe", "fhir:r", "2026-03-02 02:30:00", "completed", "loop_closed", "Dr. Ng"]]);
  }, 60_000);

  test("may be mapped anew by a workspace's own source, for all of it and for one resource", () => {
    const dir = folder({
      "sources/our-fhir/source.yaml": "extends: fhir-bulk\nlabel: Our server\nsystem: ours\n",
      "sources/our-fhir/task/source.yaml": "columns:\n  type: code.coding.first().code\n",
      "sources/our-fhir/task/statuses.csv": "field,raw,axis,value\ntype,cn,document,consult_note\n",
    });
    const sources = readSources("our-fhir", dir, { time_zone: "UTC" });
    expect(sources.map((s) => s.name)).toEqual(
      ["patient", "service-request", "task", "encounter", "procedure"].map((m) => `our-fhir/${m}`),
    );
    const task = sources[2]!;
    expect([task.system, task.format.resource, task.feeds[0]!.columns.type, task.feeds[0]!.columns.codes]).toEqual([
      "ours",
      "Task",
      { from: ["code.coding.first().code"] },
      { from: ["code.coding.codes()"] },
    ]);
    expect(task.statuses.some((s) => s.raw === "cn")).toBe(true);
  });

  test("names a path that is none, with file and line", () => {
    const dir = folder({
      "sources/bad/source.yaml": "extends: fhir-bulk\n",
      "sources/bad/patient/source.yaml": "columns:\n  sex: gender.upper()\n",
      "sources/lost/source.yaml": "extends: fhir-bulk\nmembers: [patient, device]\n",
    });
    expect(() => readSources("bad", dir, { time_zone: "UTC" })).toThrow(
      /bad\/patient\/source\.yaml:2: FHIR path "gender\.upper\(\)"/,
    );
    expect(() => readSources("lost", dir, { time_zone: "UTC" })).toThrow(/"device" has no source\.yaml/);
  });
});

describe("value set files", () => {
  const oid = "2.16.840.1.113883.3.464.1003.101.12.1046";
  const wanted = [{ measure: "m", role: "referral", title: "Referral", oid }];
  const found = (files: Record<string, object | string>) => {
    const dir = folder(
      Object.fromEntries(Object.entries(files).map(([n, f]) => [n, typeof f === "string" ? f : JSON.stringify(f)])),
    );
    const set = matchSets(wanted, readValueSets(dir))[0]!.found;
    return set && `${set.complete ? "" : "incomplete: "}${set.codes.map((c) => c.code).join(" ")}`;
  };
  const system = "s";

  test("may be a bundle, a set alone, several files, and others besides", () => {
    expect(found({})).toBeUndefined();
    expect(found({ "a.json": fhirValueSet(oid, ["a", "b"]) })).toBe("a b");
    expect(
      found({
        "a.json": {
          resourceType: "Bundle",
          entry: [{ resource: { resourceType: "Library" } }, { resource: fhirValueSet(oid, ["a"]) }],
        },
      }),
    ).toBe("a");
    expect(
      found({ "a.json": fhirValueSet("1.2.3.4.5", ["x"]), "b.JSON": fhirValueSet(oid, ["a"]), "README.md": "# sets" }),
    ).toBe("a");
    expect(readValueSets("/nowhere/at/all")).toEqual([]);
  });

  test("are told by identifier, by address or by title", () => {
    const set = { ...fhirValueSet("9.9.9.9", ["a"]), url: "https://example.org/our-set" };
    expect(found({ "a.json": set })).toBeUndefined();
    expect(found({ "a.json": { ...set, identifier: [{ value: `urn:oid:${oid}` }] } })).toBe("a");
    expect(found({ "a.json": { ...set, url: `urn:oid:${oid}|20260101` } })).toBe("a");
    expect(found({ "a.json": { ...set, name: "REFERRAL" } })).toBe("a");
  });

  test("of several versions the newest counts; pages of one are joined", () => {
    const old = fhirValueSet(oid, ["old"], { version: "20190101" });
    const page = (...codes: string[]) =>
      fhirValueSet(oid, [], { expansion: { total: 3, contains: codes.map((code) => ({ system, code })) } });
    expect(found({ "z.json": old, "a.json": page("a", "b"), "b.json": page("c") })).toBe("a b c");
    expect(found({ "z.json": old, "a.json": page("a", "b"), "b.json": page("a", "b") })).toBe("incomplete: a b");
  });

  test("groups in an expansion are no codes; a plain list needs no expansion, a filter does", () => {
    const nested = {
      contains: [
        {
          system,
          code: "group",
          abstract: true,
          contains: [
            { system, code: "a" },
            { system, code: "b", contains: [{ system, code: "c" }] },
          ],
        },
      ],
    };
    expect(found({ "a.json": fhirValueSet(oid, [], { expansion: nested }) })).toBe("a b c");
    const compose = { include: [{ system, concept: [{ code: "a" }, { code: "b" }] }] };
    expect(found({ "a.json": fhirValueSet(oid, [], { expansion: undefined, compose }) })).toBe("a b");
    const filtered = { include: [...compose.include, { system, filter: [{ property: "concept" }] }] };
    expect(found({ "a.json": fhirValueSet(oid, [], { expansion: undefined, compose: filtered }) })).toBe(
      "incomplete: ",
    );
  });

  test.each([
    ["a.json", "{", "it is not JSON"],
    ["a.json", '{"resourceType":"Bundle"}', "it holds no ValueSet"],
    ["direct-codes.csv", "system,code\ns,\n", "row 1 lacks a code"],
    ["direct-codes.csv", "code\nc\n", "row 1 lacks a system"],
  ])("%s with %j is refused: %s", (name, text, what) =>
    expect(() => found({ [name]: text })).toThrow(`${name}: ${what}`),
  );
});
