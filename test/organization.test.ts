// The synthetic organization is believable, invented throughout, the same each time, and true to the exports it writes.
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { measure } from "../fixtures/cms50.ts";
import { writeDemo } from "../fixtures/demo.ts";
import { copyLargeWorkspace, writeLarge } from "../fixtures/large.ts";
import { npiCheckDigit } from "../fixtures/names.ts";
import { date, day } from "../fixtures/random.ts";
import { type Simulation, simulate } from "../fixtures/simulate.ts";
import type { Referral } from "../fixtures/story.ts";
import { lossFrom } from "../fixtures/world.ts";
import { readWorkspace, type Source, type Workspace } from "../pipeline/config.ts";
import { Workbook } from "../pipeline/formats/xlsx.ts";
import { matchFile } from "../pipeline/settings/patterns.ts";
import { fold } from "../pipeline/settings/statuses.ts";

const temp = mkdtempSync(join(tmpdir(), "keepage-demo-"));
const demo = join(temp, "demo");
const home = join(import.meta.dirname, "..", "fixtures", "demo");
let small: Simulation;
let full: Simulation;
let workspace: Workspace;
/** Sources whose files are tables; those of resources are looked at by demo-truth.ts, as the warehouse has them. */
let tables: readonly Source[];

beforeAll(async () => {
  small = await writeDemo(demo, { size: 0.03 });
  full = simulate();
  workspace = readWorkspace(home);
  tables = workspace.sources.filter(({ format }) => format.format !== "ndjson");
}, 120_000);
afterAll(() => rmSync(temp, { recursive: true }));

function fingerprint(dir: string): string {
  const hash = createHash("sha256");
  for (const name of readdirSync(dir, { recursive: true, encoding: "utf8" }).sort()) {
    const file = statSync(join(dir, name));
    if (file.isFile()) hash.update(`${name} ${file.mtimeMs} `).update(readFileSync(join(dir, name)));
  }
  return hash.digest("hex");
}

const truth = (name: string): Record<string, string>[] =>
  parse(readFileSync(join(demo, "truth", `${name}.csv`), "utf8"), { columns: true });

/** Records of an export by column name: title lines, footers and the dialect as the source declares them. */
async function records(path: string, source: Source): Promise<Record<string, string>[]> {
  const rows = path.endsWith(".xlsx") ? await sheetRows(path, source) : textRows(path, source);
  const known = Object.values(source.feeds[0]!.columns).flatMap((c) => c.from ?? c.first_of ?? []);
  const top = rows.findIndex((row) => known.every((name) => row.includes(name)));
  if (top < 0) throw new Error(`${path} has no header with every column of ${source.name}`);
  const body = rows.slice(top + 1).filter((row) => !row[0]!.startsWith("Total"));
  return body.map((row) => Object.fromEntries(rows[top]!.map((name, i) => [name, (row[i] ?? "").trim()])));
}

function textRows(path: string, { format }: Source): string[][] {
  const encoding = format.encoding === "windows-1252" ? "latin1" : "utf8";
  const quote = format.quote === false ? null : '"';
  return parse(readFileSync(path, encoding), { delimiter: format.delimiter ?? ",", quote, relax_column_count: true });
}

async function sheetRows(path: string, { format }: Source): Promise<string[][]> {
  const book = await Workbook.open(path);
  try {
    const rows: string[][] = [];
    const sheet = book.sheets.find((s) => s.name === format.sheet)!;
    await book.eachRow(sheet, ({ cells }) => rows.push([...cells]) > 0);
    return rows;
  } finally {
    book.close();
  }
}

/** The newest files of a source, with the day of each. */
function newest(source: Source, count: number): { path: string; name: string }[] {
  const inbox = join(demo, "inbox");
  return readdirSync(inbox)
    .filter((name) => source.files.some((pattern) => matchFile(name, pattern)))
    .sort((a, b) => statSync(join(inbox, b)).mtimeMs - statSync(join(inbox, a)).mtimeMs)
    .slice(0, count)
    .map((name) => ({ name, path: join(inbox, name) }));
}

const ordinary = (list: readonly Referral[]) => list.filter((r) => r.kind === "ordinary");
const share = <T>(list: readonly T[], is: (item: T) => boolean) => list.filter(is).length / list.length;

describe("the organization", () => {
  it("is the same each time: bytes and file times", async () => {
    const again = join(temp, "again");
    await writeDemo(again, { size: 0.03 });
    expect(fingerprint(again)).toBe(fingerprint(demo));
  }, 60_000);

  it("has about 25,000 referrals in two years, from three systems, and some 1,700 of a practice beside them", () => {
    expect(full.referrals.length).toBeGreaterThan(22_000);
    expect(full.referrals.length).toBeLessThan(28_000);
    for (const system of ["epic", "ecw", "bh"]) {
      expect(full.referrals.filter((r) => r.records.some((record) => record.system === system)).length).toBeGreaterThan(
        1500,
      );
    }
    expect(full.practice.referrals.length).toBeGreaterThan(1500);
    expect(full.practice.referrals.length).toBeLessThan(2000);
  });

  it("gives every clinician a valid NPI from a range that was never issued", () => {
    expect(npiCheckDigit("123456789")).toBe(3); // the worked example of the NPI standard
    const { referrers, community, network, outside } = full.organization;
    const all = [...referrers.epic, ...referrers.ecw, ...community, ...network.values(), ...outside.values()].flat();
    for (const { npi } of all) {
      expect(npi).toMatch(/^29999\d{5}$/);
      expect(Number(npi.at(-1))).toBe(npiCheckDigit(npi.slice(0, 9)));
    }
    expect(new Set(all.map((p) => p.npi)).size).toBe(all.length);
  });

  it("knows no real person: fictitious telephone numbers, no social security number, no mail", () => {
    for (const source of workspace.sources) {
      for (const { path } of newest(source, 1).filter((file) => !file.path.endsWith(".xlsx"))) {
        const text = readFileSync(path, "latin1");
        expect(text).not.toMatch(/\b\d{3}-\d{2}-\d{4}\b/);
        expect(text).not.toMatch(/[\w.]+@[\w.]+/);
      }
    }
    const listed = full.practice.patients.map(({ patient }) => patient);
    for (const patient of [...full.organization.patients.epic, ...full.organization.patients.ecw, ...listed]) {
      expect(patient.phone.replaceAll(/\D/g, "")).toMatch(/^(217|309|618)55501\d\d$/);
      expect(patient.mrn).toMatch(/^0\d{7}$/);
    }
  });
});

describe("what happens to referrals", () => {
  it("is within what has been published", () => {
    const mature = ordinary(full.referrals).filter((r) => r.orderedAt < full.span.asOf - 120 * day);
    const within = (low: number, value: number, high: number) => {
      expect(value).toBeGreaterThan(low);
      expect(value).toBeLessThan(high);
    };
    within(
      0.5,
      share(mature, (r) => r.visit !== null && r.visit.at < r.orderedAt + 90 * day),
      0.75,
    );
    within(
      0.06,
      share(mature, (r) => r.duplicateOf !== null),
      0.1,
    );
    const kept = full.referrals
      .flatMap((r) => r.appointments)
      .filter((a) => ["completed", "no_show"].includes(a.outcome));
    within(
      0.06,
      share(kept, (a) => a.outcome === "no_show"),
      0.12,
    );
    const visited = mature.filter((r) => r.visit);
    within(
      0.1,
      share(visited, (r) => r.visit!.where === "out"),
      0.25,
    );
    const decided = full.referrals.flatMap((r) => r.authorizations).filter((a) => a.decision);
    within(
      0.06,
      share(decided, (a) => a.decision === "denied"),
      0.14,
    );
  });

  it("closes the loop of the practice's patients in about half of the cases, for every reason that there is", () => {
    const counted = measure(full.practice, full.span).filter(({ counted }) => counted);
    for (const list of Map.groupBy(counted, ({ year }) => year).values()) {
      expect(share(list, ({ met }) => met)).toBeGreaterThan(0.4);
      expect(share(list, ({ met }) => met)).toBeLessThan(0.7);
    }
    const reasons = "after the period|before the referral|missing|not completed|not linked".split("|");
    const known = ["closed", "only a later referral answered", ...reasons.map((word) => `report ${word}`)];
    expect([...new Set(counted.map(({ reason }) => reason))].sort()).toEqual(known.sort());
  });

  it("shows dermatology losing clinicians, one site improving, and language and rides mattering", () => {
    const wait = (from: number, to: number) => {
      const days = full.referrals
        .filter(
          (r) => r.specialty.key === "dermatology" && r.orderedAt >= from && r.orderedAt < to && r.appointments[0],
        )
        .map((r) => (r.appointments[0]!.startsAt - r.appointments[0]!.madeAt) / day)
        .sort((a, b) => a - b);
      return days[days.length >> 1]!;
    };
    expect(wait(date(2026, 3, 1), date(2026, 6, 1))).toBeGreaterThan(1.4 * wait(date(2025, 3, 1), date(2025, 6, 1)));
    expect(full.referrals.some((r) => r.orderedAt > lossFrom)).toBe(true);

    const mature = ordinary(full.referrals).filter((r) => r.orderedAt < full.span.asOf - 120 * day);
    const done = (is: (r: Referral) => boolean) => share(mature.filter(is), (r) => r.visit !== null);
    const site = (name: string, after: boolean) =>
      done((r) => r.site.name === name && r.orderedAt > date(2025, 10, 1) === after);
    expect(site("Eastgate Clinic", true) - site("Eastgate Clinic", false)).toBeGreaterThan(0.04);
    expect(Math.abs(site("Northfield Clinic", true) - site("Northfield Clinic", false))).toBeLessThan(0.04);
    expect(done((r) => r.patient.language === "English")).toBeGreaterThan(
      done((r) => r.patient.language !== "English") + 0.04,
    );
    expect(done((r) => !r.patient.transport)).toBeGreaterThan(done((r) => r.patient.transport) + 0.02);
  });

  it("is told in order: sent after the order, seen after the booking, the note after the visit", () => {
    for (const r of full.referrals) {
      const moments = [r.orderedAt, r.sentAt, r.receivedAt].filter((at) => at !== null);
      expect(moments).toEqual([...moments].sort((a, b) => a - b));
      for (const { log } of r.records) expect(log.every((c, i) => i === 0 || log[i - 1]!.at <= c.at)).toBe(true);
      for (const a of r.appointments) {
        expect(a.madeAt).toBeLessThan(a.startsAt);
        if (a.outcome === "canceled") expect(a.recordedAt!).toBeLessThanOrEqual(a.startsAt);
      }
      expect(r.appointments.filter((a) => a.attended).length).toBeLessThanOrEqual(1);
      for (const d of r.documents) {
        expect(d.receivedAt).toBeGreaterThanOrEqual(d.performedAt);
        expect(d.acknowledgedAt ?? d.receivedAt).toBeGreaterThanOrEqual(d.receivedAt);
        expect(r.visit).not.toBeNull();
      }
      for (const a of r.authorizations) {
        const times = [a.submittedAt, a.decidedAt, a.appealedAt, a.appealDecidedAt].filter((at) => at !== null);
        expect(times).toEqual([...times].sort((x, y) => x - y));
      }
      expect(r.visit?.at ?? full.span.asOf).toBeLessThanOrEqual(full.span.asOf);
    }
    for (const { answers, seenAt, endedAt, openedAt } of full.practice.reports) {
      expect(openedAt).toBeGreaterThanOrEqual(answers?.orderedAt ?? 0);
      expect(endedAt ?? full.span.asOf).toBeLessThanOrEqual(full.span.asOf);
      if (endedAt !== null) expect(endedAt).toBeGreaterThan(seenAt!);
    }
    for (const { referral, at, toldAt } of full.practice.consults) {
      expect(at).toBeGreaterThan(referral.orderedAt);
      expect(toldAt).toBeGreaterThan(at);
      expect(referral.visit!.at).toBe(at);
    }
  });
});

describe("the exports", () => {
  it("have no column that their source neither maps nor ignores, but the one the site added", async () => {
    const strange = new Set<string>();
    for (const source of tables) {
      const known = new Set([
        ...source.feeds.flatMap((feed) => Object.values(feed.columns).flatMap((c) => c.from ?? c.first_of ?? [])),
        ...source.ignore,
      ]);
      for (const { path } of newest(source, 6)) {
        const [row = {}] = await records(path, source);
        for (const name of Object.keys(row)) if (!known.has(name)) strange.add(name);
      }
    }
    expect([...strange]).toEqual(["Risk Score"]);
  });

  it("say with their words what the truth says they show", async () => {
    const observations = truth("observation");
    const axes = ["request", "authorization", "scheduling", "visit"] as const;
    let compared = 0;
    for (const name of ["epic-workqueue", "ecw-referrals", "behavioral-health-log"]) {
      const source = workspace.sources.find((s) => s.name === name)!;
      const column = (field: string) => source.feeds[0]!.columns[field]?.from?.[0] ?? "";
      for (const { path } of newest(source, 4)) {
        const asOf = new Date(statSync(path).mtimeMs - 86_400_000).toISOString().slice(0, 10);
        const shown = new Map<string, Record<string, string>>();
        for (const o of observations) if (o.source === name && o.as_of! <= asOf) shown.set(o.referral_id!, o);
        for (const record of await records(path, source)) {
          const expected = shown.get(record[column("referral_id")]!)!;
          const raw = (field: string) => fold(record[column(field)] ?? "");
          for (const axis of axes) {
            const said = new Set<string>();
            const fields = new Set(source.statuses.filter((s) => s.axis === axis).map((s) => s.field));
            for (const field of fields) {
              const hits = source.statuses.filter((s) => s.axis === axis && s.field === field && s.raw === raw(field));
              const hit =
                hits.find((s) => s.when_field && s.when_raw === raw(s.when_field ?? "")) ??
                hits.find((s) => !s.when_field);
              if (hit?.value) said.add(hit.value);
            }
            expect([...said], `${name} ${record[column("referral_id")]} ${axis} ${asOf}`).toEqual(
              expected[axis] ? [expected[axis]] : [],
            );
            compared++;
          }
        }
      }
    }
    expect(compared).toBeGreaterThan(1000);
  });

  it("use no status word that nobody mapped, but the planted ones", async () => {
    const unmapped = new Set<string>();
    for (const source of tables) {
      const fields = new Set(source.statuses.map((s) => s.field));
      for (const { path } of newest(source, 3)) {
        for (const record of await records(path, source)) {
          for (const field of fields) {
            const spec = source.feeds[0]!.columns[field]!;
            const text = record[spec.from?.[0] ?? ""] ?? "";
            if (text === "" || source.nulls.includes(text) || spec.nulls?.includes(text)) continue;
            if (!source.statuses.some((s) => s.field === field && s.raw === fold(text))) unmapped.add(text);
          }
        }
      }
    }
    expect(
      [...unmapped].filter((word) => !["Ready - Text Sent", "Hold per clinic", "see notes"].includes(word)),
    ).toEqual([]);
    expect(unmapped).toContain("see notes");
  });

  it("carry leading zeros, sentinel dates, title lines and an unquoted quote", () => {
    const inbox = join(demo, "inbox");
    expect(readFileSync(join(inbox, "workqueue_20241021.csv"), "utf8")).toMatch(
      /^Referral Workqueue - All Open,Run date: 10\/21\/2024/,
    );
    expect(readFileSync(join(inbox, "ecw_referrals_20260928.txt"), "latin1")).toContain("|1900-01-01 00:00:00.000|");
    expect(readFileSync(join(inbox, "appointments_20260928.txt"), "utf8")).toContain(' "MD"\t');
    expect(small.referrals.length).toBeGreaterThan(500);
  });
});

describe("the truth", () => {
  it("knows each record once, and says of every link, visit and claim which record it belongs to", () => {
    const keys = truth("referral").map((r) => `${r.system}:${r.referral_id}`);
    const known = new Set(keys);
    expect(known.size).toBe(keys.length);
    for (const name of [
      "event",
      "appointment",
      "contact",
      "document",
      "authorization",
      "visit",
      "link",
      "observation",
    ]) {
      for (const row of truth(name)) expect(known.has(`${row.system}:${row.referral_id}`), name).toBe(true);
    }
    const claims = truth("claim");
    for (const claim of claims.filter((c) => c.kind !== "self_directed" && c.kind !== "excluded")) {
      expect(known.has(`${claim.system}:${claim.referral_id}`)).toBe(true);
    }
    const answering = claims.filter((c) => c.kind === "referral").map((c) => `${c.system}:${c.referral_id}`);
    expect(new Set(answering).size).toBe(answering.length);
    const visits = truth("visit").map((v) => `${v.system}:${v.referral_id}`);
    expect(new Set(visits).size).toBe(visits.length);
  });
});

describe("large exports", () => {
  it("are the same each time, and differ the next day in the share of rows that was asked for", async () => {
    const inbox = copyLargeWorkspace(join(temp, "large"));
    const files = {
      appointments: join(inbox, "appointments_20260928.csv"),
      events: join(inbox, "events_20260928.csv"),
    };
    const first = join(inbox, "referrals_20260928.csv");
    const next = join(inbox, "referrals_20260929.csv");
    await writeLarge(first, 20_000, files);
    const text = readFileSync(first, "utf8");
    await writeLarge(first, 20_000);
    expect(readFileSync(first, "utf8")).toBe(text);
    await writeLarge(next, 20_000, { changedFraction: 0.01, asOf: "2026-09-29" });
    const before = text.split("\n");
    const changed = readFileSync(next, "utf8")
      .split("\n")
      .filter((line, i) => line !== before[i]).length;
    expect(changed / 20_000).toBeGreaterThan(0.007);
    expect(changed / 20_000).toBeLessThan(0.013);
    expect(before[0]!.split(",").length).toBe(13);
    expect(readFileSync(files.appointments, "utf8").trim().split("\n").length - 1).toBe(24_000);
    expect(readFileSync(files.events, "utf8").trim().split("\n").length - 1).toBe(60_000);
    const large = readWorkspace(join(temp, "large"));
    for (const source of large.sources) {
      const path = readdirSync(inbox).find((name) => source.files.some((pattern) => matchFile(name, pattern)))!;
      expect((await records(join(inbox, path), source)).length).toBeGreaterThan(19_000);
    }
  });
});
