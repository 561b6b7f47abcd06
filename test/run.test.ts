// The whole job on a small workspace: loaded once, any order, corrections, holds, rebuilds; nothing lost, nothing half done.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { readWorkspace, type Workspace } from "../pipeline/config.ts";
import { open, rows } from "../pipeline/duckdb.ts";
import { currentRelease, rollback } from "../pipeline/publish.ts";
import { run } from "../pipeline/run.ts";
import { identityTable, latestIdentity } from "../pipeline/state.ts";
import { status } from "../pipeline/status.ts";
import { discard, drop, few, fingerprints, inRelease, least, smallFiles, smallWorkspace } from "./fixture.ts";

const made: Workspace[] = [];
function make(...args: Parameters<typeof smallWorkspace>): Workspace {
  const workspace = smallWorkspace(...args);
  made.push(workspace);
  return workspace;
}
afterEach(() => {
  for (const workspace of made.splice(0)) discard(workspace);
});

const whole = { site: false } as const;
const results = (report: Awaited<ReturnType<typeof run>>) =>
  Object.fromEntries(report.outcomes.map((o) => [o.name, o.result]));

const ask = <T>(workspace: Workspace, query: string) =>
  inRelease(workspace, (connection) => rows<T>(connection, query));

/** What every run of the small files makes: the fingerprint of each table. */
let reference: Record<string, string>;

/** The tables of a run that made only a few: each as in a whole run. */
async function sameAsReference(workspace: Workspace): Promise<void> {
  const prints = await fingerprints(workspace);
  const tables = Object.keys(prints);
  expect(tables).toEqual(expect.arrayContaining(["core.referral", "marts.open_referral"]));
  expect(prints).toEqual(Object.fromEntries(tables.map((table) => [table, reference[table]])));
}
beforeAll(async () => {
  const workspace = smallWorkspace();
  await run(workspace, whole);
  reference = await fingerprints(workspace);
  discard(workspace);
});

describe("a run", () => {
  test("tells each referral's stage from lists and appointments", async () => {
    const workspace = make();
    await run(workspace, few);
    const stages = await ask<{ referral_id: string; stage: string; left: boolean }>(
      workspace,
      "select referral_id, stage, left_list_at is not null as left from core.referral order by referral_id",
    );
    expect(stages.map((s) => `${s.referral_id} ${s.stage}${s.left ? ", left the list" : ""}`)).toEqual([
      "R1 completed",
      "R2 no_showed",
      "R3 scheduled",
      "R4 declined_by_patient",
      "R5 pending",
      "R6 expired",
      "R7 pending",
      "R8 pending",
      "R9 pending",
    ]);
  });

  test("counts how many rows of each source fill each field that it maps", async () => {
    const workspace = make();
    await run(workspace, { site: false, models: ["marts.open_referral", "marts.field_coverage"] });
    const found = await ask<{ field: string; rows: number; filled: number }>(
      workspace,
      "select source || '.' || field as field, rows, filled from marts.field_coverage order by source, field",
    );
    const lines = (start: string) =>
      Object.entries(smallFiles)
        .filter(([name]) => name.startsWith(start))
        .flatMap(([, text]) => text.trim().split("\n").slice(1));
    const lists = lines("list_");
    const filled = (cell: number) => lists.filter((line) => line.replace(/"[^"]*"/, "").split(",")[cell] !== "").length;
    for (const [field, cell] of [
      ["list.status", 5],
      ["list.close_reason", 6],
    ] as const)
      expect(found.find((one) => one.field === field)).toEqual({ field, rows: lists.length, filled: filled(cell) });
    expect(found.find((one) => one.field === "list.referral_id")!.filled).toBe(lists.length);
    expect(found.map((one) => one.field).join(" ")).not.toMatch(/patient_name|patient_phone/);
    expect(found.find((one) => one.field === "visits.made_at")!.rows).toBe(lines("appointments_").length);
  });

  test("names the words that a source has begun to use since the run before, and no prose", async () => {
    const workspace = make();
    const told = async () => {
      const words: string[] = [];
      await run(workspace, {
        site: false,
        models: ["marts.unmapped_value", "marts.open_referral"],
        onEvent: (e) => {
          if (e.kind === "drift") words.push(`${e.word.source} ${e.word.field} ${e.word.raw} ${e.word.rows}`);
        },
      });
      return words;
    };
    const before = smallFiles["list_20260119.csv"]!;
    drop(workspace, "list_20260119.csv", before.replace("Working", "On Ice"));
    // Nothing to compare with: all that is unmapped stands in the warehouse.
    expect(await told()).toEqual([]);
    const lines = before.replace("New", "called Mrs. Quill at 555-0101").replaceAll("Working", " Parked");
    drop(workspace, "list_20260126.csv", lines);
    expect(await told()).toEqual(["list status parked 6", "list status null 1"]);
    expect(await told()).toEqual([]);
    // A reason that decides what a status means is no word without a meaning; status says how many there are.
    const { unmapped, text } = await status(workspace);
    expect(unmapped).toEqual([{ source: "list", field: "status", words: 3, records: expect.any(Number) }]);
    expect(text).toMatch(/\n {2}list {2}status: 3 words, \d+ records\n/);
  });

  test("a second time loads nothing and makes the same marts", async () => {
    const workspace = make();
    await run(workspace, least);
    const again = await run(workspace, whole);
    expect(new Set(Object.values(results(again)))).toEqual(new Set(["repeated"]));
    expect(await fingerprints(workspace)).toEqual(reference);
  });

  test("gives the same marts for files that arrive in any order, one by one", async () => {
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(Object.keys(smallFiles), { minLength: 4 }), async (names) => {
        const workspace = smallWorkspace({});
        try {
          for (const name of names) {
            drop(workspace, name, smallFiles[name]!);
            await run(workspace, name === names.at(-1) ? whole : least);
          }
          expect(await fingerprints(workspace)).toEqual(reference);
        } finally {
          discard(workspace);
        }
      }),
      { numRuns: 4, seed: 7 },
    );
  });

  test("gives the same marts when a file comes twice under two names, and when a day is replayed", async () => {
    const workspace = make();
    drop(workspace, "list_20260112 (1).csv", smallFiles["list_20260112.csv"]!);
    const report = await run(workspace, least);
    expect(Object.values(results(report)).filter((r) => r === "repeated")).toHaveLength(1);
    drop(workspace, "list_20260105.csv", smallFiles["list_20260105.csv"]!, 60);
    await run(workspace, whole);
    expect(await fingerprints(workspace)).toEqual(reference);
  });

  test("gives the same marts when a list is split into two scopes", async () => {
    const split = { ...smallFiles };
    for (const day of ["20260105", "20260112", "20260119"]) {
      const [head, ...lines] = smallFiles[`list_${day}.csv`]!.split("\n");
      delete split[`list_${day}.csv`];
      for (const [scope, odd] of [
        ["odd", 1],
        ["even", 0],
      ] as const) {
        const part = lines.filter((l) => Number(l.slice(1, 2)) % 2 === odd);
        split[`list_${scope}_${day}.csv`] = [head, ...part].join("\n");
      }
    }
    const workspace = make(split);
    await run(workspace, whole);
    expect(await fingerprints(workspace)).toEqual(reference);
  });

  test("rebuilt from the archive alone gives the same marts", async () => {
    const workspace = make();
    await run(workspace, least);
    for (const name of Object.keys(smallFiles)) {
      const { rmSync } = await import("node:fs");
      rmSync(join(workspace.inbox, name));
    }
    await run(workspace, { ...whole, rebuild: true });
    expect(await fingerprints(workspace)).toEqual(reference);
  });

  test("takes a corrected file instead of the earlier one, in any order", async () => {
    const corrected = smallFiles["list_20260119.csv"]!.replace("Closed,Expired", "Closed,Declined");
    const stage = "select stage from core.referral where referral_id = 'R6'";
    const forward = make();
    await run(forward, least);
    drop(forward, "list_20260119_corrected.csv", corrected, 3600);
    const report = await run(forward, few);
    expect(report.held).toEqual([]);
    expect(await ask(forward, stage)).toEqual([{ stage: "declined_by_patient" }]);

    const backward = make({});
    drop(backward, "list_20260119_corrected.csv", corrected, 3600);
    await run(backward, least);
    for (const [name, text] of Object.entries(smallFiles)) drop(backward, name, text);
    await run(backward, few);
    expect(await fingerprints(backward)).toEqual(await fingerprints(forward));
  });
});

describe("a machine that fails", () => {
  test("without memory enough names the model that lacked it; the release before stays up", async () => {
    const workspace = make();
    await run(workspace, least);
    const before = currentRelease(workspace);
    const poor = {
      ...workspace,
      settings: { ...workspace.settings, run: { ...workspace.settings.run, memory: "40MB" } },
    };
    const refused = await run(poor, few).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "E405", message: expect.stringMatching(/^(staging|core|marts)\.\w+: /) });
    expect(currentRelease(workspace)).toBe(before);
  });

  test("with a damaged state file says so, and what to do", async () => {
    const workspace = make();
    await run(workspace, least);
    const before = currentRelease(workspace);
    writeFileSync(join(workspace.state, "state.duckdb"), "no database");
    const refused = await run(workspace, least).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: "E402",
      todo: expect.stringContaining("restore the folder state from a backup"),
    });
    expect(currentRelease(workspace)).toBe(before);
  });
});

describe("a file that is wrong", () => {
  test("is held when a column is missing, and loaded once it is mended; the release before stays up", async () => {
    const workspace = make();
    await run(workspace, least);
    const before = currentRelease(workspace);
    drop(workspace, "list_20260126.csv", smallFiles["list_20260119.csv"]!.replace("Status", "State"));
    const report = await run(workspace, few);
    expect(report.held.map((f) => `${f.name}: ${f.message} (${f.code})`)).toEqual([
      'list_20260126.csv: column "Status" is missing; the nearest new one is "State" (E104)',
    ]);
    await sameAsReference(workspace);
    expect(currentRelease(workspace)).not.toBe(before);
    const poor = smallFiles["list_20260119.csv"]!.replace("Status,Reason", "State,Why Not");
    drop(workspace, "list_20260126.csv", poor, 30);
    expect((await run(workspace, least)).held.map((f) => f.message)).toContain(
      'columns "Status", "Reason" are missing; the nearest new one is "State" for "Status"',
    );
    drop(workspace, "list_20260126.csv", smallFiles["list_20260119.csv"]!, 60);
    expect((await run(workspace, least)).held).toEqual([]);
  });

  test("is held when over a twentieth of its rows are rejected; with fewer, the good rows count and the bad ones are told", async () => {
    const workspace = make();
    drop(workspace, "list_20260126.csv", smallFiles["list_20260119.csv"]!.replace("01/15/2026", "15/01/2026"));
    const report = await run(workspace, least);
    expect(report.held.map((f) => f.code)).toEqual(["E105"]);

    const patient = make(smallFiles, "hold: { reject_share: 0.2 }\n");
    drop(patient, "list_20260126.csv", smallFiles["list_20260119.csv"]!.replace("01/15/2026", "15/01/2026"));
    const loaded = await run(patient, few);
    expect(loaded.held).toEqual([]);
    expect(loaded.outcomes.find((o) => o.name === "list_20260126.csv")).toMatchObject({ loaded: 7, rejected: 1 });
    // The referral whose row could not be read was on the list: it has not left it.
    expect(await ask(patient, "select left_list_at from core.referral where referral_id = 'R9'")).toEqual([
      { left_list_at: null },
    ]);
  });

  test("is held when a snapshot shrinks by more than half, until someone accepts it", async () => {
    const workspace = make();
    drop(workspace, "list_20260126.csv", smallFiles["list_20260119.csv"]!.split("\n").slice(0, 3).join("\n"));
    const report = await run(workspace, few);
    expect(report.held.map((f) => `${f.code} ${f.message}`)).toEqual(["E106 has 2 rows, the snapshot before 8"]);
    await sameAsReference(workspace);
    const accepted = await run(workspace, { ...few, accept: ["list_20260126.csv"] });
    expect(accepted.held).toEqual([]);
    expect(
      await ask(workspace, "select count(*)::integer as n from core.referral where left_list_at is not null"),
    ).toEqual([{ n: 5 }]);
  });

  test("that no source knows is named and left alone", async () => {
    const workspace = make();
    drop(workspace, "holiday photos.csv", "a,b\n1,2");
    const ignored: string[] = [];
    await run(workspace, { ...least, onEvent: (e) => e.kind === "ignored" && ignored.push(`${e.name} ${e.message}`) });
    expect(ignored).toEqual(["holiday photos.csv matches no source's `files`"]);
  });
});

test("of two names that one moment shows, every run takes the same; the newest of several moments counts", async () => {
  const { connection, close } = await open(":memory:");
  try {
    const columns = Object.entries(identityTable()).map(([name, type]) => `${name} ${type}`);
    await connection.run(`create table seen (${columns.join(", ")})`);
    await connection.run(`insert into seen (patient_key, patient_name, last_as_of) values
      ('a', 'Quill, Zed', '2026-01-05'), ('a', 'Quill, Abe', '2026-01-05'), ('b', 'Quill, Old', '2025-01-05'),
      ('b', 'Quill, New', '2026-01-05'), ('c', 'Quill, Bea', '2025-01-05'), ('c', null, '2026-01-05')`);
    const latest = (order: string) =>
      rows(
        connection,
        `select patient_key, patient_name from (${latestIdentity(`(from seen order by ${order})`)}) order by patient_key`,
      );
    const found = await latest("patient_name");
    expect(found.map((row) => row.patient_name).slice(1)).toEqual(["Quill, New", "Quill, Bea"]);
    expect(await latest("patient_name desc")).toEqual(found);
  } finally {
    close();
  }
});

describe("a release", () => {
  test("can be rolled back and is never written again", async () => {
    const workspace = make();
    await run(workspace, least);
    const first = currentRelease(workspace)!;
    await run(workspace, least);
    expect(currentRelease(workspace)).not.toBe(first);
    expect(rollback(workspace)).toBe(first);
    expect(currentRelease(workspace)).toBe(first);
  });

  test("keeps identities out of the warehouse and worklists to their owner", async () => {
    const workspace = make();
    await run(workspace, few);
    const warehouse = readFileSync(join(workspace.current, "warehouse.duckdb"));
    expect(warehouse.includes("Quill")).toBe(false);
    expect(warehouse.includes("555-01")).toBe(false);
    const folder = join(workspace.current, "worklists");
    expect(statSync(folder).mode & 0o077).toBe(0);
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o077, name).toBe(0);
    expect(readFileSync(join(folder, "open-referrals.csv"), "utf8")).toContain("Quill, Test 2");
    expect(statSync(join(workspace.state, "state.duckdb")).mode & 0o077).toBe(0);
    expect(statSync(join(workspace.state, "key")).mode & 0o077).toBe(0);
  });

  test("settings read again are the settings that were proved", () => {
    const workspace = make();
    expect(readWorkspace(workspace.dir).sources.map((s) => s.name)).toEqual(["list", "visits"]);
  });
});
