// The command line as people and machines meet it: every command, exit codes, what is printed, what is refused.
import { execFile } from "node:child_process";
import { existsSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { home, readWorkspace } from "../pipeline/config.ts";
import { open } from "../pipeline/duckdb.ts";
import { errorCodes } from "../pipeline/errors.ts";
import { commands, help } from "../pipeline/help.ts";
import { rollback } from "../pipeline/publish.ts";
import { ask } from "../pipeline/query.ts";
import { serve } from "../pipeline/site/serve.ts";
import { openState } from "../pipeline/state.ts";
import { rejects, status } from "../pipeline/status.ts";
import { inRelease } from "./fixture.ts";
import { files, log, put, runCli, secrets, workspace } from "./workspace.ts";

// Starting a process takes its time on a busy machine; no test here is about time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const cliText = readFileSync(join(home, "pipeline", "cli.ts"), "utf8");

describe("help", () => {
  test("every command that exists is documented, and no other", () => {
    const actions = [...cliText.matchAll(/^ {2}async (\w+)\(values/gm)].map((m) => m[1]!);
    expect(commands.map((c) => c.name).sort()).toEqual(actions.sort());
  });

  test("every option of the program is documented somewhere", () => {
    const declared = [...cliText.matchAll(/^ {2}"?([a-z-]+)"?: \{ type: /gm)].map((m) => m[1]!);
    expect(declared.length).toBeGreaterThan(10);
    const texts = commands.flatMap((c) => [c.usage, ...c.options.map(([o]) => o)]).join("\n") + help();
    for (const option of declared.filter((o) => o !== "help" && o !== "version"))
      expect(texts).toContain(`--${option}`);
  });

  test("`help`, no command at all, and `help run` tell what there is", async () => {
    const [all, bare, one] = await Promise.all([
      runCli(["help"], home),
      runCli([], home),
      runCli(["run", "--help"], home),
    ]);
    expect(all).toEqual(bare);
    expect(all).toMatchObject({ code: 0, out: `${help()}\n` });
    for (const { name } of commands) expect(all.out).toMatch(new RegExp(`^  ${name} `, "m"));
    expect(one.out).toContain("keepage run");
    expect(one.out).toContain("--accept FILE");
  });

  test("--version is the package's", async () => {
    const { version } = JSON.parse(readFileSync(join(home, "package.json"), "utf8")) as { version: string };
    expect(await runCli(["--version"], home)).toEqual({ code: 0, out: `${version}\n`, err: "" });
  });
});

describe("mistakes", () => {
  test("a mistyped command or option is exit 2 with the nearest one", async () => {
    const [command, option, topic] = await Promise.all([
      runCli(["statsu"], home),
      runCli(["run", "--rebuidl"], home),
      runCli(["help", "serv"], home),
    ]);
    expect(topic).toMatchObject({ code: 2, out: "" });
    expect(topic.err).toContain('"serv" is not a command; the nearest is "serve".');
    expect(command).toMatchObject({ code: 2, out: "" });
    expect(command.err).toContain('E010 "statsu" is not a command; the nearest is "status".');
    expect(option).toMatchObject({ code: 2, out: "" });
    expect(option.err).toContain("--rebuidl is not an option; the nearest is --rebuild.");
  });

  test("an argument or an option that a command would not read is exit 2", async () => {
    const dir = workspace();
    const [folder, option] = await Promise.all([runCli(["run", dir], home), runCli(["check", "--rebuild"], dir)]);
    expect(folder).toMatchObject({ code: 2, out: "" });
    expect(folder.err).toContain(`keepage run --workspace ${dir}`);
    expect(option).toMatchObject({ code: 2, out: "" });
    expect(option.err).toContain("check has no --rebuild.");
  });

  test("a disk that is full is named, and the next run goes on from there", async () => {
    const dir = workspace({ "log_20260504.csv": log(2) });
    const cli = join(home, "pipeline", "cli.ts");
    const full = promisify(execFile)("sh", ["-c", `ulimit -f 8; exec "${process.execPath}" "${cli}" run --no-site`], {
      cwd: dir,
    });
    await expect(full).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(/^E404 .*\n +Make room/) });
    (await openState(readWorkspace(dir))).close();
  });

  test("a failure that nobody foresaw is E999 with what to do, its trace only where asked for, and never a word of what was read", async () => {
    const dir = workspace();
    // A file where the draft's folder should be, met once the export was read; a release that is no warehouse.
    put(dir, "people.csv", log(4));
    put(dir, "sources/people", "");
    put(dir, "current/warehouse.duckdb", log(4));
    const [draft, sql, traced, json] = await Promise.all([
      runCli(["draft", "people.csv"], dir),
      runCli(["sql", "select 1"], dir),
      runCli(["draft", "people.csv", "--debug"], dir),
      runCli(["sql", "select 1", "--json"], dir),
    ]);
    for (const { code, out } of [draft, sql, traced, json]) expect({ code, out }).toEqual({ code: 1, out: "" });
    const todo = errorCodes.E999[1];
    expect(draft.err).toMatch(/^E999 EEXIST: .*sources\/people'\n +Run again with --debug .*\n$/);
    expect(sql.err).toMatch(/^E999 .* is not a valid DuckDB database file!\n +Run again with --debug .*\n$/);
    expect(traced.err.startsWith(draft.err)).toBe(true);
    expect(traced.err).toMatch(/^ +at .*draft\.ts:\d+/m);
    expect(JSON.parse(json.err)).toMatchObject({ errors: [{ code: "E999", todo }] });
    for (const { err } of [draft, sql, traced, json]) {
      expect(err).toContain(todo);
      for (const secret of secrets) expect(err).not.toContain(secret);
    }
  });

  test("no workspace here is exit 2 and says how to make one", async () => {
    const { code, err } = await runCli(["status"], files({}));
    expect(code).toBe(2);
    expect(err).toContain("E001 No keepage.yaml here or above.");
    expect(err).toContain("keepage init");
  });

  test("mistyped settings name file, line, key and the nearest valid key, all in one go", async () => {
    const dir = workspace({}, "cel_limit: 11\n");
    put(dir, "sources/log/statuses.csv", "field,raw,when_field,when_raw,axis,value,note\nstatus,New,,,reqest,new,\n");
    const first = await runCli(["run"], dir);
    expect(first.code).toBe(2);
    expect(first.err).toContain('E003 keepage.yaml:5: "cel_limit" is not a setting; the nearest is "cell_limit".');

    const second = workspace();
    put(
      second,
      "sources/log/statuses.csv",
      "field,raw,when_field,when_raw,axis,value,note\nstatus,New,,,reqest,new,\n",
    );
    put(
      second,
      "sources/log/source.yaml",
      `entity: referral\nfiles: "log_{as_of:yyyyMMdd}.csv"\nrows: snapshot\ncolumns:\n  referal_id: Referral\n  ordered_at: Ordered\n`,
    );
    const { code, err } = await runCli(["check", "--json"], second);
    const { errors } = JSON.parse(err) as { errors: { code: string; place: string; message: string }[] };
    expect(code).toBe(2);
    expect(errors.map(({ code, place }) => `${code} ${place}`)).toEqual(
      expect.arrayContaining([
        "E003 sources/log/source.yaml:5",
        "E004 sources/log/source.yaml:6",
        "E006 sources/log/statuses.csv:2",
      ]),
    );
    expect(errors.map((e) => e.message).join("\n")).toContain('no field "referal_id"; the nearest is "referral_id"');
  });

  test("a workspace without a source is told how to get one", async () => {
    const dir = files({ "keepage.yaml": "name: Cedar\ntime_zone: UTC\n" });
    const { code, err } = await runCli(["run"], dir);
    expect(code).toBe(2);
    expect(err).toContain("E011");
    expect(err).toContain("keepage draft FILE");
  });

  test("nothing to load and nothing published are exit 1, each with what to do", async () => {
    const dir = workspace();
    const [run, sql, serve, back] = await Promise.all([
      runCli(["run", "--no-site"], dir),
      runCli(["sql", "select 1"], dir),
      runCli(["serve"], dir),
      runCli(["rollback"], dir),
    ]);
    expect([run.code, sql.code, serve.code, back.code]).toEqual([1, 1, 1, 1]);
    for (const { err } of [run, sql, serve, back]) expect(err).toContain("E302");
    expect(existsSync(join(dir, "current"))).toBe(false);
  });
});

describe("a week's work", () => {
  let dir = "";
  let first = "";
  beforeAll(async () => {
    dir = workspace({ "log_20260504.csv": log(4, "New"), "log_20260511.csv": log(1), "notes.txt": "hello" });
    put(dir, "inbox/log_20260505.csv", log(4).replace("05/01/2026", "13/45/2026"));
    put(
      dir,
      "keepage.yaml",
      `name: Cedar Clinic\ntime_zone: America/Chicago\nsources: [log]\nhold: { reject_share: 0.3 }\nrun: { settle_seconds: 0 }\n`,
    );
    const ran = await runCli(["run", "--no-site"], dir);
    expect(ran.err).toBe("");
    expect(ran.code).toBe(3);
    first = ran.out;
  });

  test("a run prints a line for each file and model, and exit 3 says that something is held", () => {
    expect(first).toMatch(/^intake +log_20260504\.csv +4 rows +\d+\.\d s$/m);
    expect(first).toMatch(/^intake +log_20260505\.csv +3 rows, 1 rejected/m);
    expect(first).toMatch(/^intake +notes\.txt +matches no source/m);
    expect(first.match(/^.*log_20260511.*$/gm)).toEqual([
      expect.stringMatching(/^intake +log_20260511\.csv +held: has 1 row, the snapshot before 3 \(E106\)$/),
    ]);
    expect(first).toMatch(/^build +core\.referral +4 rows, \d+ checks +\d+\.\d s$/m);
    expect(first).toMatch(/^publish +worklists/m);
    expect(first).toMatch(/^late +log +\d+ days old, expected every 7 days$/m);
    expect(first).toMatch(/1 file held: keepage status\n$/);
  });

  test("nothing that is printed names a patient", () => {
    for (const secret of secrets) expect(first).not.toContain(secret);
  });

  test("status tells releases, freshness, and for held files why and what to do", async () => {
    const { code, out } = await runCli(["status"], dir);
    expect(code).toBe(0);
    expect(out).toMatch(/^ {2}\d{8}-\d{6} {2}current {2}as of 2026-05-05/m);
    expect(out).toMatch(/log +2 files +7 rows, 1 rejected +as of 2026-05-05/);
    expect(out).toContain("log_20260511.csv\n    has 1 row, the snapshot before 3");
    expect(out).toContain("keepage run --accept log_20260511.csv");
    expect(out).toContain("If the one before was too long, leave that out: `keepage run --forget log_20260505.csv`.");

    const report = await status(readWorkspace(dir));
    expect(report).toMatchObject({
      organization: "Cedar Clinic",
      last_run: { status: "held", message: "log_20260511.csv" },
      sources: [{ source: "log", files: 2, held: 1, expected_every_days: 7 }],
      held: [{ name: "log_20260511.csv", code: "E106" }],
      stale: [],
    });
    expect(report.current).toBe(readlinkSync(join(dir, "current")).split("/").at(-1));
  });

  test("rejects tell file, line, field, value, rule and a sentence", async () => {
    const { out } = await runCli(["rejects", "--format", "csv"], dir);
    const [header, line] = out.split("\n");
    expect(header).toBe("file,line,field,value,rule,message");
    expect(line).toMatch(/^log_20260505\.csv,2,ordered_at,13\/45\/2026,date_unreadable,/);
    expect((await rejects(readWorkspace(dir), "log_20260504.csv")).rows).toEqual([]);
    await expect(rejects(readWorkspace(dir), "log_20260504.csvv")).rejects.toMatchObject({
      code: "E010",
      message: expect.stringContaining('the nearest is "log_20260504.csv"'),
    });
  });

  test("sql answers as table, csv and json, from the argument or from standard input", async () => {
    const query = "select referral_id, stage from core.referral order by 1 limit 1";
    const [table, csv, json, piped, tables, wrong] = await Promise.all([
      runCli(["sql", query], dir),
      runCli(["sql", query, "--format", "csv"], dir),
      runCli(
        [
          "sql",
          "select referral_id, is_open, appointments, ordered_on, payer from core.referral order by 1 limit 1",
          "--json",
        ],
        dir,
      ),
      runCli(["sql"], dir, query),
      runCli(["sql"], dir),
      runCli(["sql", query, "--format", "cvs"], dir),
    ]);
    expect(table.out).toBe("referral_id  stage\n───────────  ───────\n        001  pending\n");
    expect(csv.out).toBe("referral_id,stage\n001,pending\n");
    expect(JSON.parse(json.out)).toEqual([
      { referral_id: "001", is_open: true, appointments: 0, ordered_on: "2026-05-01", payer: null },
    ]);
    expect(piped.out).toBe(table.out);
    expect(tables.out).toContain("marts.open_referral");
    expect(wrong).toMatchObject({ code: 2, out: "" });
    expect(wrong.err).toContain("the nearest is csv");
  });

  test("sql cannot write, read files, attach, install or unlock", async () => {
    const target = join(dir, "stolen.csv");
    const before = statSync(join(dir, "current", "warehouse.duckdb")).mtimeMs;
    const attempts = [
      `copy core.referral to '${target}'`,
      "from read_csv('/etc/passwd')",
      "from read_text('/etc/passwd')",
      "select * from glob('/etc/*')",
      `attach '${join(dir, "state", "state.duckdb")}' as s`,
      "drop table core.referral",
      "create table core.mine as select 1",
      "update core.referral set stage = 'completed'",
      "set enable_external_access = true",
      "reset lock_configuration",
      "install httpfs",
      "load httpfs",
      `export database '${join(dir, "all")}'`,
    ];
    // What the command does, without starting it thirteen times; once with.
    for (const query of attempts) {
      const asked = inRelease(readWorkspace(dir), (connection) => ask(connection, query));
      await expect(asked, query).rejects.toMatchObject({ code: "E403" });
    }
    const { code, out, err } = await runCli(["sql", attempts[0]!], dir);
    expect({ code, out, code4: err.slice(0, 4) }).toEqual({ code: 1, out: "", code4: "E403" });
    expect(existsSync(target)).toBe(false);
    expect(statSync(join(dir, "current", "warehouse.duckdb")).mtimeMs).toBe(before);
  });

  test("identities are in the private state only, and shown with --with-identity only", async () => {
    const query = "select patient_name from identity.patient where patient_mrn = 'MRN001'";
    const owner = await runCli(["sql", query, "--with-identity", "--format", "csv"], dir);
    const refused = async (sql: string, identity: boolean) => {
      const asked = inRelease(readWorkspace(dir), (connection) => ask(connection, sql), identity);
      await expect(asked, sql).rejects.toMatchObject({ code: "E403" });
    };
    await refused(query, false);
    expect((await runCli(["sql", query], dir)).err).toContain("keepage sql --with-identity");
    await refused("from read_csv('/etc/passwd')", true);
    expect(owner.out).toBe('patient_name\n"Quillbrook, Ada"\n');
    const release = readFileSync(join(dir, "current", "warehouse.duckdb"), "latin1");
    for (const secret of secrets) expect(release.includes(secret)).toBe(false);
  });

  test("while the state is being written, status and rejects say so", async () => {
    const busy = await open(join(dir, "state", "state.duckdb"));
    try {
      for (const { code, err } of await Promise.all(["status", "rejects"].map((command) => runCli([command], dir)))) {
        expect(code).toBe(1);
        expect(err).toMatch(/^E401 Process \d+ is writing the state of this workspace\./);
      }
    } finally {
      busy.close();
    }
  });

  test("accepting the held list, a second run, and going back", async () => {
    const accepted = await runCli(["run", "--no-site", "--json", "--accept", "log_20260511.csv"], dir);
    expect(accepted.code).toBe(0);
    const events = accepted.out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { kind: string; held?: number });
    expect(events.at(-1)).toMatchObject({ kind: "done", held: 0 });
    expect(new Set(events.map((e) => e.kind))).toContain("model");
    expect(
      events.filter((e) => e.kind === "file").map((e) => (e as { outcome?: { result: string } }).outcome?.result),
    ).toEqual(["repeated", "repeated", "repeated"]);

    const newest = readlinkSync(join(dir, "current"));
    const back = await runCli(["rollback"], dir);
    expect(back.code).toBe(0);
    expect(back.out).toMatch(/^current is \d{8}-\d{6} again\nThe next run publishes .*--forget FILE`\.\n$/);
    expect(readlinkSync(join(dir, "current"))).not.toBe(newest);
    expect(() => rollback(readWorkspace(dir))).toThrow(expect.objectContaining({ code: "E303" }));

    const runs = JSON.parse((await runCli(["status", "--json"], dir)).out) as { last_run: { status: string } };
    expect(runs.last_run.status).toBe("done");
  });

  test("a source that is read otherwise now is named, with the command that loads its files anew", async () => {
    put(
      dir,
      "sources/log/source.yaml",
      readFileSync(join(dir, "sources/log/source.yaml"), "utf8").replace("specialty: Specialty", "payer: Specialty"),
    );
    expect((await status(readWorkspace(dir))).text).toContain("log: `keepage run --rebuild` loads the files anew");
  });
});

test("check proves a workspace and changes nothing", async () => {
  const dir = workspace({ "log_20260504.csv": log(2) });
  const { code, out } = await runCli(["check"], dir);
  expect(code).toBe(0);
  expect(out).toContain("settings   Cedar Clinic, America/Chicago; counts of 1 to 10 people are hidden");
  expect(out).toContain(
    "source     log: referral, whole lists, every 7 days, from log_{as_of:yyyyMMdd}.csv; 8 fields, 2 words",
  );
  expect(out).toMatch(/^models +\d+ models and \d+ checks hold on empty tables$/m);
  expect(existsSync(join(dir, "state"))).toBe(false);
  expect(existsSync(join(dir, "releases"))).toBe(false);
});

test("the package's own command starts the program", async () => {
  const { bin } = JSON.parse(readFileSync(join(home, "package.json"), "utf8")) as { bin: { keepage: string } };
  const path = join(home, bin.keepage);
  expect(statSync(path).mode & 0o111).not.toBe(0);
  // Node 20 must be able to read it: no TypeScript, no newer syntax than it knows.
  expect(path).toMatch(/\.js$/);
  const shown = await promisify(execFile)(process.execPath, [path, "--version"]);
  expect(shown.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test("a command is found from a folder inside the workspace", async () => {
  const dir = workspace();
  const { out } = await runCli(["status"], join(dir, "sources"));
  expect(out).toContain("Cedar Clinic");
});

test("the site answers to this machine's own names only, and a port that is taken is said", async () => {
  const dir = files({ "index.html": "<p>here</p>" });
  const server = await serve(dir, { port: 0 });
  const port = Number(new URL(server.url).port);
  const asked = (host: string) =>
    new Promise<number | undefined>((done, fail) => {
      get({ port, host: "127.0.0.1", headers: { host } }, (response) => done(response.resume().statusCode)).on(
        "error",
        fail,
      );
    });
  expect(await asked(`localhost:${port}`)).toBe(200);
  expect(await asked(`127.0.0.1:${port}`)).toBe(200);
  expect(await asked("elsewhere.example")).toBe(421);
  await expect(serve(dir, { port })).rejects.toMatchObject({ code: "E010", message: `Port ${port} is taken.` });
  await server.close();
});
