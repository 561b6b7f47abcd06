// The official measure CMS50: every rule on made-up patients, the models line by line, and the published cases where they are at hand.
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import { type FhirCase, writeFhirCases } from "../fixtures/fhir.ts";
import { fhirCases } from "../fixtures/fhircases.ts";
import { oddCases } from "../fixtures/fhirodd.ts";
import { home, readWorkspace } from "../pipeline/config.ts";
import { init } from "../pipeline/init.ts";
import { ask } from "../pipeline/query.ts";
import { run } from "../pipeline/run.ts";
import { expectModel } from "../pipeline/sql/harness.ts";
import { inRelease } from "./fixture.ts";
import { folder } from "./folder.ts";

/** A fresh workspace as `keepage init DIR --source fhir-bulk` makes it. */
function workspaceDir(timeZone: string): string {
  const dir = folder({});
  init(dir, { sources: ["fhir-bulk"], timeZone });
  return dir;
}

/** What the query below asks of. */
const cms50 = ["marts.cms50"];

async function answer(dir: string, query: string): Promise<Record<string, string | null>[]> {
  const workspace = readWorkspace(dir);
  const report = await run(workspace, { site: false, models: cms50 });
  expect(report.held).toEqual([]);
  const { columns, rows } = await inRelease(workspace, (connection) => ask(connection, query), true);
  return rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]!])));
}

const byPatient = (a: { patient_id?: string | null }, b: { patient_id?: string | null }) =>
  a.patient_id! < b.patient_id! ? -1 : 1;

const perPatient = `select p.patient_id, c.measurement_year, c.initial_population, c.denominator, c.numerator, c.reason
  from marts.cms50 c join identity.patient p using (patient_key) order by p.patient_id`;

test("each rule of the measure and whatever servers write, a patient each, in several packed files, in any order, with older copies of the same", async () => {
  const dir = workspaceDir("America/Chicago");
  const cases: readonly FhirCase[] = [...fhirCases, ...oddCases];
  writeFhirCases(dir, cases);
  const inbox = join(dir, "inbox");
  for (const name of readdirSync(inbox)) {
    const lines = readFileSync(join(inbox, name), "utf8").trimEnd().split("\n").reverse();
    const type = name.replace(".ndjson", "");
    const old = lines.slice(0, 5).map((text) => JSON.stringify({ ...JSON.parse(text), status: "unknown" }));
    const half = Math.ceil(lines.length / 2);
    rmSync(join(inbox, name));
    const write = (file: string, content: string | Buffer, day: string) => {
      writeFileSync(join(inbox, file), content);
      utimesSync(join(inbox, file), new Date(day), new Date(day));
    };
    write(`1.${type}.ndjson`, `\ufeff${lines.slice(0, half).join("\r\n")}\r\n\r\n`, "2027-01-04");
    write(`2.${type}.ndjson.gz`, gzipSync(lines.slice(half).join("\n")), "2027-01-04");
    write(`${type}_old.ndjson`, old.join("\n"), "2026-01-05");
  }
  const found = await answer(dir, perPatient);
  const expected = cases.map(({ patient, expected: { initial_population, numerator, reason } }) => ({
    patient_id: patient,
    measurement_year: "2026",
    initial_population: String(initial_population),
    denominator: String(initial_population),
    numerator: String(numerator),
    reason,
  }));
  expect(found.sort(byPatient)).toEqual(expected.sort(byPatient));
}, 60_000);

// Licensed code systems: the published cases stay outside the repository, beside it or where KEEPAGE_CMS50 says.
const published = process.env.KEEPAGE_CMS50 ?? join(home, "..", "shared", "data", "cms50");

test(existsSync(published)
  ? `the published cases in ${published}`
  : `no published cases in ${published}: only the made-up ones above were tried`, async () => {
  if (!existsSync(published)) return;
  const dir = workspaceDir("UTC");
  for (const name of readdirSync(join(published, "export")))
    cpSync(join(published, "export", name), join(dir, "inbox", name));
  for (const name of ["valuesets.json", "direct-codes.csv"])
    cpSync(join(published, name), join(dir, "valuesets", name));
  const cases: Record<string, string>[] = parse(readFileSync(join(published, "expected.csv")), { columns: true });
  const expected = cases.map(({ patient, initial_population, denominator, numerator }) => ({
    patient_id: patient!,
    measurement_year: "2026",
    initial_population,
    denominator,
    numerator,
  }));
  const found = await answer(dir, perPatient);
  const byPatient = (a: { patient_id?: string | null }, b: { patient_id?: string | null }) =>
    a.patient_id! < b.patient_id! ? -1 : 1;
  expect(found.map(({ reason: _, ...row }) => row).sort(byPatient)).toEqual(expected.sort(byPatient));
}, 60_000);

const seeds = {
  "seeds.source": `
    source | system | coded
    fhir   | fhir   | true
    epic   | epic   | false`,
  "staging.code_role": `
    codes | measure | role
    ref   | cms50   | referral
    rep   | cms50   | report
    enc   | cms50   | encounter
    pro   | cms50   | procedure`,
};

describe("core.cms50_visit", () => {
  test("of several copies the one changed last counts, whatever file brought it", () =>
    expectModel("core.cms50_visit", {
      given: {
        ...seeds,
        "staging.visit": `
          source | visit_key | kind      | patient_key | status   | codes | started_at       | ended_at         | updated_at       | as_of      | sequence | row_number
          fhir   | a         | encounter | p           | planned  | enc   | 2026-05-01 09:00 | 2026-05-01 10:00 | 2026-04-01 00:00 | 2026-06-02 | 2        | 1
          fhir   | a         | encounter | p           | finished | enc   | 2026-05-01 09:00 | 2026-05-01 10:00 | 2026-05-01 11:00 | 2026-06-01 | 1        | 1
          epic   | b         | encounter | q           | finished | enc   | 2026-05-01 09:00 | 2026-05-01 10:00 |                  | 2026-06-01 | 1        | 2`,
      },
      expect: `
        visit_key | line | kind      | patient_key | qualifies | measurement_year
        a         | ''   | encounter | p           | true      | 2026`,
      failing: [],
    }));
});

describe("core.cms50_referral", () => {
  test("a reissued copy is not a second referral; each year has its own first", () =>
    expectModel("core.cms50_referral", {
      given: {
        ...seeds,
        "staging.referral": `
          source | referral_key | patient_key | status    | intent | codes | ordered_at       | as_of      | sequence | row_number
          fhir   | b            | p           | active    | order  | ref   | 2026-03-01 09:00 | 2026-06-01 | 1        | 1
          fhir   | b            | p           | completed | order  | ref   | 2026-03-01 09:00 | 2026-07-01 | 2        | 1
          fhir   | a            | p           | active    | order  | ref   | 2026-03-01 09:01 | 2026-07-01 | 2        | 2
          fhir   | c            | p           | active    | order  | ref   | 2027-01-01 00:00 | 2026-07-01 | 2        | 3
          fhir   | d            | p           | active    | order  | oth   | 2026-01-01 00:00 | 2026-07-01 | 2        | 4`,
      },
      expect: `
        referral_key | standing | measurement_year | place
        b            | eligible | 2026             | 1
        a            | eligible | 2026             | 2
        c            | eligible | 2027             | 1`,
      failing: [],
    }));
});

describe("core.cms50_report", () => {
  test("one report may answer several referrals", () =>
    expectModel("core.cms50_report", {
      given: {
        ...seeds,
        "core.cms50_referral": `
          referral_key | patient_key | ordered_at       | ordered_precision | measurement_year
          fhir:a       | p           | 2026-03-01 09:00 | time              | 2026
          fhir:b       | p           | 2026-05-01 09:00 | day               | 2026`,
        "staging.document": `
          source | system | document_key | patient_key | status    | codes | answers | performed_to     | as_of      | sequence | row_number
          fhir   | fhir   | fhir:x       | p           | completed | rep   | a b z   | 2026-05-01 18:00 | 2026-06-01 | 1        | 1`,
      },
      expect: `
        document_key | answered_key | referral_key | standing
        fhir:x       | fhir:a       | fhir:a       | closes
        fhir:x       | fhir:b       | fhir:b       | report date not exact
        fhir:x       | fhir:z       |              | report not linked`,
      failing: [],
    }));
});

const measure = `
  measure | role     | title    | oid | value_set
  cms50   | referral | Referral | 1   | one
  cms50   | report   | Report   | 2   | two`;

describe("marts.cms50", () => {
  const given = {
    "seeds.run": "as_of_date\n2026-07-01",
    "seeds.measure_set": measure,
    "core.cms50_patient": "patient_key\np\nq",
    "core.cms50_visit": `
      visit_key | line | kind      | patient_key | started_on | ended_on   | qualifies | measurement_year
      v         | ''   | encounter | p           | 2026-01-01 | 2026-01-01 | true      | 2026
      w         | ''   | encounter | p           | 2024-01-01 | 2024-01-01 | true      | 2024`,
    "core.cms50_referral": `
      referral_key | patient_key | ordered_at       | measurement_year | standing | place
      a            | p           | 2026-03-01 09:00 | 2026             | eligible | 1
      b            | q           | 2027-03-01 09:00 | 2027             | eligible | 1`,
    "core.referral": `
      referral_key | patient_key | ordered_at       | information | request             | referrer_notified_at
      a            | p           | 2026-03-01 09:00 |             | declined_by_patient | 2026-03-09 10:00
      b            | q           | 2027-03-01 09:00 |             | new                 |`,
  };

  test("speaks of every patient in the years in which someone is in the initial population", () =>
    expectModel("marts.cms50", {
      given,
      expect: `
        patient_key | measurement_year | initial_population | denominator | numerator | referral_key | operational_closed | reason
        p           | 2026             | 1                  | 1           | 0         | a            | 1                  | report missing
        q           | 2026             | 0                  | 0           | 0         |              | 0                  | referral in another year`,
      failing: [],
    }));

  test("of all years that hold anything, where nobody is in one", () =>
    expectModel("marts.cms50", {
      given: { ...given, "core.cms50_visit": "visit_key | line | kind | patient_key\n" },
      expect: `
        patient_key | measurement_year | initial_population | reason
        p           | 2026             | 0                  | no qualifying visit
        q           | 2026             | 0                  | referral in another year
        p           | 2027             | 0                  | referral in another year
        q           | 2027             | 0                  | no qualifying visit`,
      failing: [],
    }));

  test("counts nothing while a value set is missing, and is empty without any", async () => {
    await expectModel("marts.cms50", {
      given: { ...given, "seeds.measure_set": measure.replace(" two", "") },
      expect: `
        patient_key | measurement_year | initial_population | denominator | numerator | referral_key | first_report_at | reason
        p           | 2026             |                    |             |           |              |                 | value set missing
        q           | 2026             |                    |             |           |              |                 | value set missing`,
      failing: [],
    });
    await expectModel("marts.cms50", {
      given: { ...given, "seeds.measure_set": measure.replace(" two", "").replace(" one", "") },
      expect: "patient_key | measurement_year",
      failing: [],
    });
  });
});

describe("marts.cms50_rate and marts.cms50_difference", () => {
  const patients = `
    patient_key | measurement_year | initial_population | denominator | numerator | operational_closed | first_report_at | reason
    a           | 2026             | 1                  | 1           | 1         | 1                  | 2026-05-01      | closed
    b           | 2026             | 1                  | 1           | 0         | 1                  |                 | report after the period
    c           | 2026             | 1                  | 1           | 0         | 0                  |                 | report missing
    d           | 2026             | 1                  | 1           | 0         | 0                  |                 | report missing
    e           | 2026             | 0                  | 0           | 0         | 1                  |                 | no qualifying visit`;

  test("give the rate with Wilson's interval and the operational rate of the same patients", () =>
    expectModel("marts.cms50_rate", {
      given: { "marts.cms50": patients, "seeds.measure_set": measure },
      expect: `
        measurement_year | initial_population | denominator | numerator | rate | low     | high    | operational_closed | operational_rate | missing
        2026             | 4                  | 4           | 1         | 0.25 | ~0.0456 | ~0.6994 | 2                  | 0.5              |`,
      failing: [],
    }));

  test("name the value sets that are missing, and no rate", () =>
    expectModel("marts.cms50_rate", {
      given: {
        "marts.cms50": "patient_key | measurement_year | operational_closed | reason\na | 2026 | 1 | value set missing",
        "seeds.measure_set": measure.replace(" two", ""),
      },
      expect: `
        measurement_year | initial_population | denominator | numerator | rate | low | high | missing
        2026             |                    |             |           |      |     |      | Report`,
      failing: [],
    }));

  test("explain the gap by reason", () =>
    expectModel("marts.cms50_difference", {
      given: { "marts.cms50": patients },
      expect: `
        measurement_year | numerator | operational_closed | reason                  | patients
        2026             | 1         | 1                  | closed                  | 1
        2026             | 0         | 1                  | report after the period | 1
        2026             | 0         | 0                  | report missing          | 2`,
      failing: [],
    }));
});
