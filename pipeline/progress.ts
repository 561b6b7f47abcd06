// What a run tells while it is at work: a line for each step, a bar below them on a terminal, or a JSON object for each event.
import type { NewWord } from "./drift.ts";
import { printable } from "./inbox.ts";
import type { RunEvent, RunReport } from "./run.ts";
import { bold, count, dim, out, seconds } from "./terminal.ts";

/** Prints what a run tells of itself; nothing that `tell` was not given. */
export class Progress {
  readonly #json: boolean;
  readonly #bar: Bar | null;
  readonly #noted = new Set<string>();
  /** An inbox may hold the files of years: those that came before are one line. */
  #before = 0;
  #drifted = false;

  constructor(json: boolean) {
    this.#json = json;
    this.#bar = process.stderr.isTTY && !json ? new Bar() : null;
  }

  tell(event: RunEvent): void {
    if (this.#json) {
      out(JSON.stringify(event));
      return;
    }
    if (event.kind === "file" && event.outcome.result === "repeated") this.#before++;
    else if (event.kind === "model" && this.#before) {
      this.#line("intake", count(this.#before, "file"), "already loaded");
      this.#before = 0;
    }
    this.#drifted ||= event.kind === "drift";
    this.#show(event);
  }

  /** The last line. */
  end({ runId, seconds: took, ...report }: RunReport): void {
    const held = report.held.length;
    const missing = report.missing.length;
    if (this.#json) {
      out(JSON.stringify({ kind: "done", runId, held, missing, seconds: took }));
      return;
    }
    this.#bar?.clear();
    if (this.#drifted) this.#line("", "", "note: a row of statuses.csv gives a new value its meaning: keepage status");
    const said = [...(held ? [`${count(held, "file")} held`] : []), ...(missing ? ["files missing"] : [])];
    out(`done in ${seconds(took)}${said.length ? `, ${said.join(", ")}: ${bold("keepage status")}` : ""}`);
  }

  #line(room: string, what: string, result: string, took?: number): void {
    this.#bar?.clear();
    out(
      `${dim(room.padEnd(8))} ${printable(what).padEnd(34)} ${printable(result).padEnd(44)} ${took === undefined ? "" : seconds(took).padStart(8)}`.trimEnd(),
    );
  }

  #show(event: RunEvent): void {
    switch (event.kind) {
      case "file": {
        const { outcome: o } = event;
        if (o.result === "loaded")
          this.#line(
            "intake",
            o.name,
            `${count(o.loaded, "row")}${o.rejected ? `, ${o.rejected.toLocaleString("en-US")} rejected` : ""}`,
            o.seconds,
          );
        else if (o.result === "forgotten") this.#line("intake", o.name, "left out for good: --forget");
        else if (o.result === "repeated") return;
        else if (o.result === "held") this.#line("intake", o.name, `held: ${o.message} (${o.code})`);
        else this.#line("intake", o.name, o.message ?? o.result);
        for (const warning of o.warnings) {
          // What is new stays so in the files that follow: it is said once.
          const said = `${o.source}: ${warning}`;
          if (!this.#noted.has(said)) this.#line("", "", `note: ${warning}`);
          this.#noted.add(said);
        }
        break;
      }
      case "ignored":
        this.#line("intake", event.name, event.message);
        break;
      case "standing":
        if (event.file.standing === "held")
          this.#line("intake", event.file.name, `held: ${event.file.message} (${event.file.code})`);
        else this.#line("intake", event.file.name, `does not count: ${event.file.message}`);
        break;
      case "stale":
        this.#line("intake", event.source, "older files were read otherwise: keepage run --rebuild");
        break;
      case "late":
        this.#line(
          "late",
          event.source,
          `${count(event.days_old ?? 0, "day")} old, expected every ${count(event.expected_every_days ?? 0, "day")}`,
        );
        break;
      case "missing":
        this.#line("build", "missing", event.message);
        break;
      case "model": {
        const { name, rows, checks, seconds: took } = event.model;
        if (rows !== null)
          this.#line(
            "build",
            name,
            `${count(rows, "row")}${checks.length ? `, ${count(checks.length, "check")}` : ""}`,
            took,
          );
        for (const c of checks) if (c.kind === "warn" && c.failing) this.#line("", "", `warning: ${c.message}`);
        break;
      }
      case "drift":
        this.#line("build", event.word.source, driftOf(event.word));
        break;
      case "publish":
        this.#line("publish", event.what, event.count.toLocaleString("en-US"), event.seconds);
        break;
      case "progress":
        this.#bar?.draw(event.done, event.total, event.what);
        break;
    }
  }
}

/** A word that a source has begun to use and no mapping row knows. */
function driftOf({ field, raw, rows }: NewWord): string {
  const said = count(rows, "record");
  return raw === null
    ? `new values of ${field} that read like prose (${said})`
    : `new value of ${field}: "${raw}" (${said})`;
}

/** A progress bar on standard error, for terminals only. */
class Bar {
  draw(done: number, total: number, what: string): void {
    const width = 24;
    const full = total ? Math.round((done / total) * width) : 0;
    const room = Math.max(0, (process.stderr.columns || 80) - width - 14);
    process.stderr.write(
      `\r\x1b[K${"█".repeat(full)}${"░".repeat(width - full)} ${done}/${total} ${what.slice(0, room)}`,
    );
  }
  clear(): void {
    process.stderr.write("\r\x1b[K");
  }
}
