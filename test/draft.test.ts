// Drafts of sources: what headers and values prove is written, what they do not prove is marked "decide", and no patient is shown.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { checkWorkspace } from "../pipeline/check.ts";
import { readSources, readWorkspace, shippedSources } from "../pipeline/config.ts";
import { readDates } from "../pipeline/draft/dateshapes.ts";
import { draft } from "../pipeline/draft/draft.ts";
import { scalar } from "../pipeline/draft/drafted.ts";
import { assign, guessEntity, headerWords } from "../pipeline/draft/headers.ts";
import { agreed } from "../pipeline/draft/vocabulary.ts";
import { writeWorkbook } from "../pipeline/formats/xlsx.ts";
import { ask } from "../pipeline/query.ts";
import { run } from "../pipeline/run.ts";
import { namePattern, titlePattern } from "../pipeline/settings/filename.ts";
import { matchFile } from "../pipeline/settings/patterns.ts";
import { few, inRelease } from "./fixture.ts";
import { files, put } from "./workspace.ts";

// Databases and processes take their time on a busy machine; no test here is about time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const empty = { "keepage.yaml": "name: Cedar\ntime_zone: America/Chicago\nrun: { settle_seconds: 0 }\n" };

interface DraftResult {
  readonly dir: string;
  readonly lines: string;
  readonly yaml: string;
  readonly statuses: string;
  readonly name: string;
}

async function drafted(
  file: string,
  text: string | Uint8Array,
  options: { entity?: string; name?: string } = {},
): Promise<DraftResult> {
  const dir = files({ ...empty, [`inbox/${file}`]: text });
  const report = await draft(join(dir, "inbox", file), { workspace: dir, ...options });
  const read = (name: string) => readFileSync(join(report.folder, name), "utf8");
  return {
    dir,
    name: report.name,
    lines: report.lines.join("\n"),
    yaml: read("source.yaml"),
    statuses: read("statuses.csv"),
  };
}

const names = ["Quillbrook, Ada", "Marrowdale, Ben", "Thornfield, Cy", "Ashgrove, Di", "Fernhill, Ed", "Oakmoor, Flo"];
/** A referral log; `row` gives what differs from the nth line. */
function referrals(n: number, row: (i: number) => Record<string, string> = () => ({})): string {
  const header = [
    "Referral #",
    "MRN",
    "Patient Name",
    "DOB",
    "Phone",
    "Date Referred",
    "Ref Status",
    "Referred To Specialty",
    "Comments",
  ];
  const lines = Array.from({ length: n }, (_, i) => {
    const cells: Record<string, string> = {
      "Referral #": `000${100 + i}`,
      MRN: `MRN${500 + i}`,
      "Patient Name": `"${names[i % names.length]}"`,
      DOB: `0${1 + (i % 9)}/2${i % 10}/1970`,
      Phone: `555-01${10 + i}`,
      "Date Referred": `05/${10 + (i % 20)}/2026`,
      "Ref Status": ["To Be Reconciled", "Held by desk"][i % 2]!,
      "Referred To Specialty": "Cardiology",
      Comments: `called ${names[i % names.length]!.split(",")[0]}`,
      ...row(i),
    };
    return header.map((h) => cells[h]).join(",");
  });
  return `${header.join(",")}\n${lines.join("\n")}\n`;
}

test("headers, values and words become a source; the rest is marked, and no patient is written or shown", async () => {
  const { yaml, statuses, lines, name } = await drafted("referral_log_20260531.csv", referrals(12));
  expect(name).toBe("referral-log");
  expect(yaml).toContain("entity: referral #");
  expect(yaml).toContain('files: "referral_log_{as_of:yyyyMMdd}*.csv"');
  expect(yaml).toContain(
    '  referral_id: "Referral #"\n  patient_id: MRN\n  patient_name: Patient Name\n  patient_mrn: MRN\n',
  );
  expect(yaml).toContain('  ordered_at: { from: Date Referred, formats: ["MM/dd/yyyy"] }');
  expect(yaml).toContain("  specialty: Referred To Specialty");
  expect(yaml).toMatch(/^ignore:\n {2}- Comments$/m);
  expect(statuses).toContain("status,To Be Reconciled,,,request,accepted,6 rows; as in ecw-referrals");
  expect(statuses).toContain("status,Held by desk,,,,,decide; 6 rows");
  for (const text of [yaml, statuses, lines])
    for (const secret of [...names.map((n) => n.split(",")[0]!), "555-01", "MRN50", "1970"])
      expect(text).not.toContain(secret);
});

test("a draft loads with `run`; `check` names what is left; words that are left count as unmapped", async () => {
  const { dir } = await drafted("referral_log_20260531.csv", referrals(12));
  put(dir, "keepage.yaml", `${empty["keepage.yaml"]}sources: [referral-log]\n`);
  const { decide } = await checkWorkspace(dir, { models: false });
  expect(decide.map((d) => d.replace(/^.*\/sources\//, ""))).toEqual([
    expect.stringMatching(/^referral-log\/source\.yaml:\d+ snapshot \(the whole list/),
    expect.stringMatching(/^referral-log\/statuses\.csv:\d+ what does status "Held by desk" mean\? \(6 rows\)$/),
  ]);
  const report = await run(readWorkspace(dir), {
    site: false,
    models: ["marts.open_referral", "marts.unmapped_value"],
  });
  expect(report.outcomes).toMatchObject([{ result: "loaded", loaded: 12, rejected: 0, warnings: [] }]);
  const { rows } = await inRelease(readWorkspace(dir), (connection) =>
    ask(connection, "select field, raw_value, records from marts.unmapped_value"),
  );
  expect(rows).toContainEqual(["status", "held by desk", "6"]);
});

describe("dates are proposed only as values prove them", () => {
  const formats = (text: string) => /ordered_at: \{ from: .*?, formats: (\[.*?\])/.exec(text)?.[1];
  const withDates = (...dates: string[]) =>
    drafted(
      "log_20260531.csv",
      referrals(dates.length, (i) => ({ "Date Referred": dates[i]! })),
    );

  test("a 13 or more in the second place proves month first", async () => {
    const { yaml } = await withDates("5/13/2026", "5/1/2026", "11/2/2026");
    expect(formats(yaml)).toBe('["M/d/yyyy"]');
    expect(yaml).not.toContain("decide: ordered_at");
  });

  test("a 13 or more in the first place proves day first", async () => {
    const { yaml } = await withDates("13/05/2026", "01/05/2026", "02/11/2026");
    expect(formats(yaml)).toBe('["dd/MM/yyyy"]');
    expect(yaml).not.toContain("decide: ordered_at");
  });

  test("without proof month first is called an assumption", async () => {
    const { yaml, lines } = await withDates("01/05/2026", "02/11/2026", "03/04/2026");
    expect(formats(yaml)).toBe('["MM/dd/yyyy"]');
    expect(yaml).toContain("# decide: ordered_at: month first is an assumption: no value has a day above 12.");
    expect(lines).toContain("month first is an assumption");
  });

  test("proof of both is said, and both are declared, so that what could be either is rejected", async () => {
    const { yaml } = await withDates("13/05/2026", "05/13/2026", "01/02/2026");
    expect(formats(yaml)).toBe('["MM/dd/yyyy", "dd/MM/yyyy"]');
    expect(yaml).toContain("decide: ordered_at: some values can only be day first, others only month first");
  });

  test("times, names of months, offsets, and shapes that are no dates", () => {
    const shape = (text: string, values = 1) => ({ shape: text, values, first: 5, second: 20 });
    expect(readDates([shape("9/99/9999 99:99:99 ~"), shape("99/9/9999")]).formats).toEqual([
      "M/d/yyyy h:mm:ss a",
      "M/d/yyyy",
    ]);
    expect(readDates([shape("9999-99-99T99:99:99.999Z")]).formats).toEqual(["yyyy-MM-dd'T'HH:mm:ss.SSSXXX"]);
    expect(readDates([shape("99-@-99"), shape("9-@-99")]).formats).toEqual(["d-MMM-yy"]);
    expect(readDates([shape("& 9, 9999")]).formats).toEqual(["MMMM d, yyyy"]);
    expect(readDates([shape("99/99/9999", 8), shape("xxx xxxxx", 2)])).toMatchObject({ read: 8, values: 10 });
    expect(readDates([{ shape: "99999999", values: 3, first: 84412345, second: null }]).formats).toEqual([]);
  });

  test("days that mean nothing become nulls, and a time beside its date is read with it", async () => {
    const text = [
      "Referral ID|Order Date|Sent Date|Sent Time|Status|Comments",
      "1|2026-05-20 00:00:00.000|2026-05-21 00:00:00.000|1900-01-01 10:30:00.000|To Be Reconciled|",
      "2|2026-05-20 00:00:00.000|1900-01-01 00:00:00.000||To Be Reconciled|",
      "3|2026-05-20 00:00:00.000|0000-00-00||To Be Reconciled|n/a",
    ].join("\n");
    const { yaml, dir } = await drafted("orders_20260531.txt", text);
    expect(yaml).toContain('nulls: ["0000-00-00", "1900-01-01 00:00:00.000"]');
    expect(yaml).toContain('format: { delimiter: "|" }');
    expect(yaml).toContain(
      'sent_at: { from: [Sent Date, Sent Time], formats: ["yyyy-MM-dd 00:00:00.000 1900-01-01 HH:mm:ss.SSS", "yyyy-MM-dd 00:00:00.000"] }',
    );
    put(dir, "keepage.yaml", `${empty["keepage.yaml"]}sources: [orders]\n`);
    const report = await run(readWorkspace(dir), few);
    expect(report.outcomes).toMatchObject([{ result: "loaded", loaded: 3, rejected: 0 }]);
  });
});

describe("what may be a person's is not listed", () => {
  test("a status column with more than 50 different values is free text", async () => {
    const { statuses, lines } = await drafted(
      "log_20260531.csv",
      referrals(120, (i) => ({ "Ref Status": `spoke with ${names[i % 6]!.slice(0, 4)} ${i % 60}` })),
    );
    expect(statuses).not.toContain("spoke");
    expect(statuses).toContain("# status: more than 50 different values: free text, not listed");
    expect(lines).toContain("status: free text");
  });

  test("neither is a value with a telephone number, a date or an address", async () => {
    const odd = ["call 555-0199 4411", "seen 5/1/2026", "ada@example.org", "Held by desk"];
    const { statuses } = await drafted(
      "log_20260531.csv",
      referrals(40, (i) => ({ "Ref Status": odd[i % 4]! })),
    );
    expect(statuses).toContain("status,Held by desk");
    expect(statuses).toContain("# status: 3 of 4 values look like free text and are not listed");
    for (const text of odd.slice(0, 3)) expect(statuses).not.toContain(text);
  });

  test("a file without a header line is refused rather than put into source.yaml", async () => {
    const dir = files({ ...empty, "inbox/x_20260531.csv": referrals(5).split("\n").slice(1).join("\n") });
    const failed = draft(join(dir, "inbox/x_20260531.csv"), { workspace: dir });
    await expect(failed).rejects.toMatchObject({ code: "E102", message: expect.not.stringContaining("Quillbrook") });
    expect(existsSync(join(dir, "sources"))).toBe(false);
  });
});

test("a column called type is a kind of referral or a direction, as its words tell", async () => {
  const withType = (words: readonly string[]) => {
    const lines = referrals(6).trimEnd().split("\n");
    return lines.map((line, i) => `${line},${i === 0 ? "Referral Type" : words[i % words.length]}`).join("\n");
  };
  const kinds = await drafted("log_20260531.csv", withType(["Consultation", "Diagnostic"]));
  expect(kinds.yaml).toContain("  type: Referral Type\n");
  const directions = await drafted("log_20260531.csv", withType(["I", "O"]));
  expect(directions.yaml).toContain("  direction: Referral Type\n");
});

test("a workbook's sheet is read as a table, and is declared", async () => {
  const dir = files(empty);
  const path = join(dir, "Intake Log 2026-05-31.xlsx");
  const column = (header: string, type: "text" | "date" = "text") => ({ header, width: 12, type });
  await writeWorkbook(path, {
    sheets: [
      {
        name: "Open",
        columns: [column("Referral ID"), column("Client Name"), column("Date Ordered", "date"), column("Status")],
        rows: names.map((n, i) => [`00${i}`, n, `2026-05-1${i}`, "To Be Reconciled"]),
      },
    ],
  });
  const { folder, lines } = await draft(path, { workspace: dir });
  const yaml = readFileSync(join(folder, "source.yaml"), "utf8");
  expect(yaml).toContain('files: "Intake Log {as_of:yyyy-MM-dd}*.xlsx"');
  expect(yaml).toContain('format: { sheet: "Open" }');
  expect(yaml).toContain('ordered_at: { from: Date Ordered, formats: ["yyyy-MM-dd"] }');
  expect(lines.join()).not.toContain("Quillbrook");
});

describe("refusals", () => {
  test("a FHIR export needs no draft, and is told so", async () => {
    const dir = files({ ...empty, "inbox/Patient.ndjson": '{"resourceType":"Patient","id":"1"}\n' });
    const failed = draft(join(dir, "inbox/Patient.ndjson"), { workspace: dir });
    await expect(failed).rejects.toMatchObject({ code: "E101", todo: expect.stringContaining("fhir-bulk") });
  });

  test("headers that tell nothing, an entity that is none, a name that is none, a source that is there, a file that is not", async () => {
    const dir = files({
      ...empty,
      "inbox/a_20260531.csv": "Foo,Bar,Baz\n1,2,3\n",
      "inbox/log_20260531.csv": referrals(3),
      "sources/log/source.yaml": "",
    });
    const at = (name: string, options = {}) => draft(join(dir, "inbox", name), { workspace: dir, ...options });
    await expect(at("a_20260531.csv")).rejects.toMatchObject({
      code: "E010",
      todo: expect.stringContaining("--entity"),
    });
    await expect(at("log_20260531.csv", { entity: "referal" })).rejects.toThrow('the nearest is "referral"');
    await expect(at("log_20260531.csv", { name: "../evil" })).rejects.toMatchObject({ code: "E010" });
    await expect(at("log_20260531.csv")).rejects.toMatchObject({ code: "E012" });
    await expect(at("none.csv")).rejects.toMatchObject({ code: "E010" });
  });

  test("a needed field that no column is recognized as is named, with columns that might serve", async () => {
    const text = referrals(6).replace("Referral #", "Tracker").replace("Date Referred", "When It Began");
    const { yaml, lines, dir, name } = await drafted("log_20260531.csv", text, { entity: "referral" });
    expect(lines).toContain("referral_id is needed");
    expect(yaml).toContain(
      '# decide: referral_id is needed: Identifier of the referral in its source. Could it be "Tracker"?',
    );
    expect(yaml).toContain('# ordered_at: { from: When It Began, formats: ["MM/dd/yyyy"] }');
    expect(() => readSources(name, dir, { time_zone: "UTC" })).toThrow('needs the field "referral_id"');
  });
});

test("names of files become patterns that take them", () => {
  const pattern = (name: string) => namePattern(name).files;
  expect(pattern("workqueue_20260502.csv")).toBe("workqueue_{as_of:yyyyMMdd}*.csv");
  expect(pattern("Open Referrals 2026-05-02 (3).xlsx")).toBe("Open Referrals {as_of:yyyy-MM-dd}*.xlsx");
  expect(pattern("WQ 5-13-26.csv.gz")).toBe("WQ {as_of:M-dd-yy}*.csv");
  expect(pattern("refs_13.05.2026.txt")).toBe("refs_{as_of:dd.MM.yyyy}*.txt");
  expect(pattern("Log May 2026.xlsx")).toBe("Log {as_of:MMM yyyy}*.xlsx");
  expect(pattern("referrals.csv")).toBe("referrals*.csv");
  for (const name of [
    "a{b}*_20260502.csv",
    "20260502.csv",
    "x_99999999.csv",
    "99999.csv",
    "é (1).csv",
    "a?b.tsv",
    "05022026.csv",
  ])
    expect(matchFile(name, pattern(name)), name).toBeDefined();
  expect(namePattern("WQ 05-02-2026.csv").doubt).toContain("assumption");
});

test("a day above the table is found where it is called one", () => {
  expect(titlePattern(["Cedar Clinic", "Run date: 05/02/2026"])).toBe("Run date: {as_of:M/d/yyyy}");
  expect(titlePattern(["Referral Log as of May 2, 2026"])).toBe("Referral Log as of {as_of:MMM d, yyyy}");
  expect(titlePattern(["Patient born 05/02/1970"])).toBeUndefined();
});

test("headers are recognized by their words, however they are written", () => {
  expect(headerWords("APPT_STATUS_C_NAME")).toEqual(["appointment", "status"]);
  expect(headerWords("Date Rec'd")).toEqual(["date", "received"]);
  expect(headerWords("refFromP2pNPI")).toEqual(["referral", "from", "p2p", "npi"]);
  expect(assign(["MRN", "Order Date", "Entry Date", "Referral ID"], "referral")).toEqual(
    new Map([
      ["referral_id", "Referral ID"],
      ["patient_id", "MRN"],
      ["patient_mrn", "MRN"],
      ["ordered_at", "Order Date"],
      ["entered_at", "Entry Date"],
    ]),
  );
});

test("every shipped source's own columns are recognized as its entity, and most of its fields", () => {
  for (const source of shippedSources().flatMap((name) => readSources(name, null, { time_zone: "UTC" }))) {
    if (source.format.format === "ndjson") continue;
    const [feed] = source.feeds;
    const columns = Object.entries(feed!.columns).flatMap(([field, c]) =>
      (c.from ?? c.first_of ?? []).slice(0, 1).map((h) => [field, h] as const),
    );
    const header = [...new Set(columns.map(([, h]) => h))];
    expect(guessEntity(header)[0]!.entity, source.name).toBe(feed!.entity);
    const found = assign(header, feed!.entity);
    const right = columns.filter(([field, h]) => found.get(field) === h).length;
    expect(right / columns.length, source.name).toBeGreaterThan(0.7);
  }
});

test("a word is filled only where the shipped sources agree and it depends on nothing else", () => {
  expect(agreed("referral", "status", "to be  RECONCILED")?.meanings).toEqual([{ axis: "request", value: "accepted" }]);
  // Epic's Closed depends on the reason; Pending waits for different things; a bare code means something else everywhere.
  for (const word of ["Closed", "Pending", "1", "A", "never seen"])
    expect(agreed("referral", "status", word), word).toBeUndefined();
});

test("YAML scalars are quoted where YAML would read something else", () => {
  for (const word of ["yes", "No", "null", "on"]) expect(scalar(word)).toBe(`"${word}"`);
  for (const text of ["Auth #", "a: b", "- x", "007", "[x]", "{y}", "*Unspecified", "", " x", "é", "a, b"])
    expect(scalar(text)).toBe(JSON.stringify(text));
  expect(scalar("Entry Date")).toBe("Entry Date");
});
