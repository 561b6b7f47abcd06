// YAML read strictly: what is wrong is told with file, line, key and the nearest valid key.
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { type Document, LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { type ErrorCode, KeepageError, KeepageErrors, nearest } from "../errors.ts";

/** Reads a YAML file by a schema. Throws KeepageErrors: file, line, key, nearest valid key. */
export function readYaml<S extends z.ZodType>(file: string, schema: S): z.output<S> {
  const shown = relative("", file) || file;
  const counter = new LineCounter();
  const document = parseDocument(readFileSync(file, "utf8"), { lineCounter: counter });
  const syntax = document.errors.map((error) => {
    const line = counter.linePos(error.pos[0]).line;
    const what = error.message.split("\n")[0]!.replace(/ at line .*$/, "");
    return new KeepageError("E002", `${shown}:${line}: ${what}`, { place: `${shown}:${line}` });
  });
  if (syntax.length) throw new KeepageErrors(syntax);
  const parsed = schema.safeParse(document.toJS() ?? {});
  if (parsed.success) return parsed.data;

  throw new KeepageErrors(
    parsed.error.issues
      .flatMap((issue) => explain(issue, [], schema))
      .map(({ path, key, code, text }) => {
        const place = `${shown}:${lineIn(document, counter, path, key)}`;
        return new KeepageError(code, `${place}: ${text}`, { place });
      }),
  );
}

/** Line of the innermost node of a path that the document has, or of a key in it. */
function lineIn(document: Document, counter: LineCounter, path: readonly PropertyKey[], key?: string): number {
  for (let n = path.length; n >= 0; n--) {
    const node = document.getIn(path.slice(0, n), true) as
      | { items?: { key?: { value?: unknown; range?: number[] } }[]; range?: number[] }
      | undefined;
    const named =
      n === path.length && key !== undefined ? node?.items?.find((i) => i.key?.value === key)?.key : undefined;
    const range = named?.range ?? node?.range;
    if (range) return counter.linePos(range[0]!).line;
  }
  return 1;
}

/** file:line of a key of a YAML file that was read before, or undefined where the file does not have it. */
export function placeOf(file: string, path: readonly PropertyKey[]): string | undefined {
  const counter = new LineCounter();
  const document = parseDocument(readFileSync(file, "utf8"), { lineCounter: counter });
  if (!document.hasIn(path)) return undefined;
  const last = path.at(-1);
  const inList = typeof last === "number";
  const line = inList ? lineIn(document, counter, path) : lineIn(document, counter, path.slice(0, -1), String(last));
  return `${relative("", file) || file}:${line}`;
}

interface Problem {
  path: PropertyKey[];
  key?: string;
  code: ErrorCode;
  text: string;
}

function explain(issue: z.core.$ZodIssue, above: PropertyKey[], schema: z.ZodType): Problem[] {
  const path = [...above, ...issue.path];
  const name = path.filter((p) => typeof p === "string").join(".") || "settings";
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const valid = keysAt(schema, path);
      const near = nearest(key, valid);
      const hint = near
        ? `the nearest is "${near}"`
        : valid.length
          ? `valid keys are ${valid.join(", ")}`
          : "none is valid here";
      return { path, key, code: "E003", text: `${path.length ? `${name}: ` : ""}"${key}" is not a setting; ${hint}.` };
    });
  }
  if (issue.code === "invalid_union" && issue.errors?.length) {
    // The branch that got furthest says best what is wrong.
    const best = [...issue.errors].sort((a, b) => depth(b) - depth(a) || a.length - b.length)[0]!;
    return best.flatMap((inner) => explain(inner, path, schema));
  }
  if (issue.code === "too_small" || issue.code === "too_big") {
    const counted = { string: " characters", array: " entries" }[issue.origin as string];
    const bound = issue.code === "too_small" ? `at least ${issue.minimum}` : `at most ${issue.maximum}`;
    const empty = counted && issue.code === "too_small" && Number(issue.minimum) === 1;
    const text = empty ? "is empty" : `must ${counted ? "have" : "be"} ${bound}${counted ?? ""}`;
    return [{ path, code: "E004", text: `"${name}" ${text}.` }];
  }
  const message = issue.message.replace(/^Invalid input: /, "").replace(/^Invalid option: /, "");
  const text =
    issue.code === "invalid_type" && message.includes("received undefined")
      ? `"${name}" is missing.`
      : `"${name}" ${message.startsWith("is ") ? message : `is wrong: ${message}`}.`;
  return [{ path, code: "E004", text }];
}

function depth(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map((i) => i.path.length + (i.code === "unrecognized_keys" ? 1 : 0)));
}

/** Keys that a strict object at this path of the schema knows. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  interface Json {
    properties?: Record<string, Json>;
    additionalProperties?: Json | boolean;
    items?: Json;
    anyOf?: Json[];
  }
  let nodes: Json[] = [z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Json];
  const open = (list: Json[]): Json[] => list.flatMap((n) => (n.anyOf ? open(n.anyOf) : [n]));
  for (const step of path) {
    nodes = open(nodes).flatMap((n) => {
      if (typeof step === "number") return n.items ? [n.items] : [];
      const child =
        n.properties?.[String(step)] ??
        (typeof n.additionalProperties === "object" ? n.additionalProperties : undefined);
      return child ? [child] : [];
    });
  }
  return [...new Set(open(nodes).flatMap((n) => Object.keys(n.properties ?? {})))];
}
