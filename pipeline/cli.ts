// The command line: reads arguments, calls the rooms, prints. Nothing else in keepage prints.
import { existsSync, rmSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { join, relative, resolve } from "node:path";
import { parseArgs, styleText } from "node:util";
import { home, readWorkspace, type Workspace } from "./config.ts";
import { errorCodes, KeepageError, KeepageErrors, nearest, ofMachine } from "./errors.ts";
import { type Command, commands, help, helpFor, optionsOf, takes } from "./help.ts";
import { bold, count, dim, err, out, seconds } from "./terminal.ts";

// What a command needs is imported when it is known, and compiled once for all commands.
enableCompileCache();

const options = {
  workspace: { type: "string", short: "w" },
  source: { type: "string", multiple: true },
  name: { type: "string" },
  "time-zone": { type: "string" },
  entity: { type: "string" },
  accept: { type: "string", multiple: true },
  forget: { type: "string", multiple: true },
  rebuild: { type: "boolean" },
  "no-site": { type: "boolean" },
  format: { type: "string" },
  "with-identity": { type: "boolean" },
  port: { type: "string" },
  json: { type: "boolean" },
  debug: { type: "boolean" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
} as const;

type Values = ReturnType<typeof parse>["values"];

function parse(argv: string[]) {
  try {
    return parseArgs({ args: argv, options, allowPositionals: true });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const unknown = /Unknown option '--?([^']+)'/.exec(message)?.[1];
    const near = unknown && nearest(unknown, Object.keys(options));
    throw new KeepageError(
      "E010",
      unknown ? `--${unknown} is not an option${near ? `; the nearest is --${near}` : ""}.` : message.split(". ")[0]!,
    );
  }
}

/** Exit codes: 0 done, 1 failed, 2 settings or command line wrong, 3 done but something was held or is missing. */
async function main(argv: string[]): Promise<number> {
  const { values, positionals } = parse(argv);
  const [command, ...rest] = positionals;
  if (values.version) {
    const { version } = JSON.parse(await readText(join(home, "package.json"))) as { version: string };
    out(version);
    return 0;
  }
  const topic = command === "help" ? rest[0] : command;
  if (topic === undefined) {
    out(help());
    return 0;
  }
  const found = commandNamed(topic);
  if (command === "help" || values.help) {
    out(helpFor(found));
    return 0;
  }
  proveArguments(found, values, rest);
  return actions[found.name]!(values, rest);
}

function commandNamed(name: string): Command {
  const found = commands.find((c) => c.name === name);
  if (found) return found;
  const near = nearest(
    name,
    commands.map((c) => c.name),
  );
  throw new KeepageError("E010", `"${name}" is not a command${near ? `; the nearest is "${near}"` : ""}.`);
}

/** An argument that a command would not read is a mistake, never nothing. */
function proveArguments(command: Command, values: Values, rest: readonly string[]): void {
  const todo = `See \`keepage help ${command.name}\`.`;
  const known = optionsOf(command);
  for (const option of Object.keys(values)) {
    if (!known.includes(option)) throw new KeepageError("E010", `${command.name} has no --${option}.`, { todo });
  }
  const surplus = rest[takes(command)];
  if (surplus === undefined) return;
  const isWorkspace = existsSync(join(surplus, "keepage.yaml"));
  throw new KeepageError("E010", `${command.name} does not take "${surplus}".`, {
    todo: isWorkspace ? `A workspace is named by --workspace: keepage ${command.name} --workspace ${surplus}` : todo,
  });
}

async function readText(file: string): Promise<string> {
  const { readFile } = await import("node:fs/promises");
  return readFile(file, "utf8");
}

const workspaceOf = (values: Values): Workspace => readWorkspace(workspaceDir(values));

/** The workspace asked for, else the nearest folder upward that has a keepage.yaml. */
function workspaceDir(values: Values): string {
  const asked = values.workspace;
  if (asked && !existsSync(join(asked, "keepage.yaml"))) {
    throw new KeepageError("E001", `${relative("", join(asked, "keepage.yaml"))} does not exist.`);
  }
  if (asked) return asked;
  for (let dir = process.cwd(); ; ) {
    if (existsSync(join(dir, "keepage.yaml"))) return dir;
    const parent = resolve(dir, "..");
    if (parent === dir) throw new KeepageError("E001", "No keepage.yaml here or above.");
    dir = parent;
  }
}

const actions: Record<string, (values: Values, rest: string[]) => Promise<number>> = {
  async demo(values) {
    const dir = join(home, "fixtures", "demo");
    const began = performance.now();
    const { writeDemo } = await import("../fixtures/demo.ts");
    if (!values.json) err(dim("writing the exports of a synthetic organization ..."));
    // A demo starts from nothing: exports of another version of the organization must not mix with these.
    for (const left of ["state", "releases", "current"]) rmSync(join(dir, left), { recursive: true, force: true });
    await writeDemo(dir);
    const code = await runOn(readWorkspace(dir), values, { made: true });
    const shown = relative("", dir);
    if (!values.json) {
      out("");
      if (!values["no-site"]) out(`${bold("site")}       ${join(shown, "current", "site")}`);
      out(`${bold("worklists")}  ${join(shown, "current", "worklists")}`);
      out(`${bold("warehouse")}  ${join(shown, "current", "warehouse.duckdb")}`);
      if (!values["no-site"]) out(`${bold("look")}       npx keepage serve --workspace ${shown}`);
      out(`${bold("ask")}        npx keepage sql --workspace ${shown} "from marts.open_age"`);
      out(dim(`all of it in ${seconds((performance.now() - began) / 1000)}`));
    }
    return code;
  },

  async init(values, [dir]) {
    if (!dir) throw new KeepageError("E010", "init needs a folder: keepage init DIR");
    const { init } = await import("./init.ts");
    const made = init(dir, { sources: values.source ?? [], name: values.name, timeZone: values["time-zone"] });
    if (values.json) out(JSON.stringify(made));
    else for (const line of made.next) out(line);
    return 0;
  },

  async draft(values, [file]) {
    if (!file) throw new KeepageError("E010", "draft needs a file: keepage draft FILE");
    const { draft } = await import("./draft/draft.ts");
    const drafted = await draft(file, { name: values.name, entity: values.entity, workspace: workspaceDir(values) });
    if (values.json) out(JSON.stringify(drafted));
    else for (const line of drafted.lines) out(line);
    return 0;
  },

  async check(values) {
    const { checkWorkspace } = await import("./check.ts");
    const { lines, decide } = await checkWorkspace(workspaceDir(values));
    if (values.json) out(JSON.stringify({ ok: true, lines, decide }));
    else {
      for (const line of lines) out(line);
      if (decide.length) out(`\n${count(decide.length, "thing")} left to decide`);
      for (const line of decide) out(`  ${line}`);
    }
    return 0;
  },

  async run(values) {
    const workspace = workspaceOf(values);
    for (const signal of ["SIGINT", "SIGTERM"] as const)
      process.once(signal, () => {
        err("stopped: nothing of this run is published, the last release stays up; the next run goes on from here");
        process.kill(process.pid, signal);
      });
    return runOn(workspace, values);
  },

  async status(values) {
    const workspace = workspaceOf(values);
    const { status } = await import("./status.ts");
    const { text, ...report } = await status(workspace);
    out(values.json ? JSON.stringify(report) : text);
    return 0;
  },

  async rejects(values, [file]) {
    const workspace = workspaceOf(values);
    const { rejects } = await import("./status.ts");
    const { asTable, asCsv, asJson } = await import("./query.ts");
    const answer = await rejects(workspace, file);
    const format = formatOf(values);
    const rest = answer.rows.length - rejectsShown;
    if (format === "json") out(asJson(answer));
    else if (format === "csv") out(asCsv(answer));
    else if (answer.rows.length === 0) out("Nothing was rejected.");
    else out(asTable({ ...answer, rows: answer.rows.slice(0, rejectsShown) }));
    if (format === "table" && rest > 0) out(dim(`and ${rest.toLocaleString("en-US")} more: --format csv writes all`));
    return 0;
  },

  async sql(values, [given]) {
    const workspace = workspaceOf(values);
    const { ask, asCsv, asJson, asTable, openRelease, tablesQuery } = await import("./query.ts");
    const writer = { table: asTable, csv: asCsv, json: asJson }[formatOf(values)];
    const asked = given ?? (process.stdin.isTTY ? "" : await readInput());
    const query = asked.trim() || tablesQuery;
    const release = await openRelease(workspace, values["with-identity"]);
    try {
      out(writer(await ask(release.connection, query)));
    } finally {
      release.close();
    }
    return 0;
  },

  async serve(values) {
    const workspace = workspaceOf(values);
    const { serve } = await import("./site/serve.ts");
    if (!existsSync(join(workspace.current, "site"))) throw noSite(workspace);
    const port = Number(values.port ?? 4180);
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new KeepageError("E010", `--port is a number from 0 to 65535, not "${values.port}".`);
    const server = await serve(join(workspace.current, "site"), { port });
    const end = stopped();
    out(
      values.json
        ? JSON.stringify({ url: server.url })
        : `${bold(server.url)}  ${dim("(this machine only; Ctrl-C stops)")}`,
    );
    await end;
    await server.close();
    return 0;
  },

  async schedule(values) {
    const workspace = workspaceOf(values);
    const { schedule } = await import("./schedule.ts");
    // Listened for before anything begins: who stops the schedule in its first moment must not cut a run off.
    const end = stopped();
    const stop = await schedule(workspace, {
      onRun: () => runOn(readWorkspace(workspace.dir), values),
      onLine: (line) => out(values.json ? JSON.stringify({ kind: "schedule", message: line }) : line),
      onError: (error) => report(error, values.debug ?? false, values.json ?? false),
    });
    await end;
    await stop();
    return 0;
  },

  async rollback(values) {
    const workspace = workspaceOf(values);
    const { rollback } = await import("./publish.ts");
    const release = rollback(workspace);
    if (values.json) out(JSON.stringify({ release }));
    else {
      out(`current is ${release} again`);
      out(
        "The next run publishes a new release of all files: leave out first what was wrong, `keepage run --forget FILE`.",
      );
    }
    return 0;
  },
};

function noSite(workspace: Workspace): KeepageError {
  return existsSync(workspace.current)
    ? new KeepageError("E302", "The current release was made without its site.", {
        todo: "Run `keepage run` without --no-site first.",
      })
    : new KeepageError("E302", "There is no site to serve.");
}

/** Rejects that a table on the screen shows. */
const rejectsShown = 200;

function formatOf(values: Values): "table" | "csv" | "json" {
  const format = values.json ? "json" : (values.format ?? "table");
  if (format === "table" || format === "csv" || format === "json") return format;
  const near = nearest(format, ["table", "csv", "json"]);
  throw new KeepageError(
    "E010",
    `--format is table, csv or json, not "${format}"${near ? `; the nearest is ${near}` : ""}.`,
  );
}

function stopped(): Promise<void> {
  return new Promise((done) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => done());
  });
}

async function readInput(): Promise<string> {
  let text = "";
  for await (const chunk of process.stdin) text += chunk;
  return text;
}

/** `made`: exports that were made up are of their own day, and never late. */
async function runOn(workspace: Workspace, values: Values, { made = false } = {}): Promise<number> {
  const [{ run }, { Progress }] = await Promise.all([import("./run.ts"), import("./progress.ts")]);
  const progress = new Progress(values.json ?? false);
  const report = await run(workspace, {
    site: !values["no-site"],
    rebuild: values.rebuild ?? false,
    accept: values.accept ?? [],
    forget: values.forget ?? [],
    onEvent: (event) => {
      if (!made || event.kind !== "late") progress.tell(event);
    },
  });
  progress.end(report);
  return report.held.length || report.missing.length ? 3 : 0;
}

function report(error: unknown, debug: boolean, json: boolean): number {
  const known =
    error instanceof KeepageErrors
      ? error.errors
      : [error instanceof KeepageError ? error : ofMachine(error)].filter((e) => e !== undefined);
  if (json) {
    const list = known.length
      ? known.map((e) => ({ code: e.code, message: e.message, todo: e.todo, place: e.place }))
      : [{ code: "E999", message: String(error), todo: errorCodes.E999[1] }];
    err(JSON.stringify({ errors: list }));
  } else if (known.length === 0) {
    err(`${styleText("red", "E999")} ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`);
    err(`     ${errorCodes.E999[1]}`);
  }
  if (!json) {
    for (const e of known) {
      err(`${styleText("red", e.code)} ${e.message}`);
      err(`     ${e.todo}`);
    }
  }
  if (debug && error instanceof Error) err(error.stack ?? "");
  return known.length && known.every((e) => e.code.startsWith("E0")) ? 2 : 1;
}

// A reader that has seen enough (`keepage sql | head`) ends the output, not the work.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const argv = process.argv.slice(2);
  process.exitCode = report(error, argv.includes("--debug"), argv.includes("--json"));
}
