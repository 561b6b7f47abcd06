// The text of a model file as its author wrote it: the comment at its head, the directives in it, and the comment
// behind each column of its last select. The parser drops comments, so this reads them from the tokens.

import { nearest } from "../errors.ts";

export interface Token {
  readonly kind: "word" | "quoted" | "string" | "comment" | "symbol";
  readonly text: string;
  /** Offset in the text, in characters. */
  readonly start: number;
  readonly end: number;
  /** Brackets of any kind around this token. */
  readonly depth: number;
}

const blanks = /\s+/y;
const dollarQuote = /\$([A-Za-z_]\w*)?\$/y;
const word = /[\p{L}\p{N}_$]+/uy;

/** Splits SQL into words, quoted names, strings, comments and symbols; blanks are dropped. Never fails. */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  let depth = 0;
  let at = 0;
  const until = (mark: string, from: number) => {
    const found = sql.indexOf(mark, from);
    return found < 0 ? sql.length : found + mark.length;
  };
  while (at < sql.length) {
    blanks.lastIndex = at;
    if (blanks.test(sql)) {
      at = blanks.lastIndex;
      continue;
    }
    const c = sql[at]!;
    let kind: Token["kind"] = "symbol";
    let end = at + 1;
    dollarQuote.lastIndex = at;
    word.lastIndex = at;
    if (sql.startsWith("--", at)) {
      kind = "comment";
      end = sql.indexOf("\n", at);
      if (end < 0) end = sql.length;
    } else if (sql.startsWith("/*", at)) {
      kind = "comment";
      end = until("*/", at + 2);
    } else if (c === "'" || c === '"') {
      kind = c === "'" ? "string" : "quoted";
      end = until(c, at + 1);
      while (sql[end] === c) end = until(c, end + 1);
    } else if ((c === "e" || c === "E") && sql[at + 1] === "'") {
      kind = "string";
      end = at + 2;
      while (end < sql.length && sql[end] !== "'") end += sql[end] === "\\" ? 2 : 1;
      end++;
    } else if (c === "$" && dollarQuote.test(sql)) {
      kind = "string";
      end = until(sql.slice(at, dollarQuote.lastIndex), dollarQuote.lastIndex);
    } else if (word.test(sql)) {
      kind = "word";
      end = word.lastIndex;
    } else if (")]}".includes(c)) depth--;
    tokens.push({ kind, text: sql.slice(at, end), start: at, end, depth });
    if (kind === "symbol" && "([{".includes(c)) depth++;
    at = end;
  }
  return tokens;
}

/** Line of an offset, from 1. */
export function lineAt(sql: string, offset: number): number {
  let line = 1;
  for (let at = sql.indexOf("\n"); at >= 0 && at < offset; at = sql.indexOf("\n", at + 1)) line++;
  return line;
}

/** How many lines further down the later of two offsets stands. */
function linesBetween(sql: string, a: number, b: number): number {
  const last = Math.max(a, b);
  let lines = 0;
  for (let at = sql.indexOf("\n", Math.min(a, b)); at >= 0 && at < last; at = sql.indexOf("\n", at + 1)) lines++;
  return lines;
}

/** Text of a `--` or block comment without its marks. */
function bare(comment: string): string {
  return comment
    .replace(/^--+|^\/\*+|\*+\/$/g, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}

export const directiveNames = ["grain", "check", "warn", "materialize"] as const;
export type DirectiveName = (typeof directiveNames)[number];

export interface Directive {
  readonly name: DirectiveName;
  readonly text: string;
  readonly line: number;
}

export interface Header {
  /** Prose of the first comment; a bare `--` line starts a new paragraph. */
  readonly comment: string;
  readonly directives: readonly Directive[];
  /** Lines that look like a directive: a name this file does not know, or a known one below the head of the file. */
  readonly strays: readonly { readonly name: string; readonly line: number; readonly misplaced: boolean }[];
}

const directive = /^--\s?([a-z_]+):\s+(.*)$/;

/** Reads the block of comment lines that opens a file, up to the first other line. */
export function readHeader(sql: string): Header {
  const paragraphs: string[] = [""];
  const directives: Directive[] = [];
  const strays: { name: string; line: number; misplaced: boolean }[] = [];
  const lines = sql.split("\n").map((line) => line.trimEnd());
  let open: { name: DirectiveName; text: string; line: number } | null = null;
  let row = 0;
  for (; row < lines.length && lines[row]!.startsWith("--"); row++) {
    const text = lines[row]!;
    const found = directive.exec(text);
    const name = directiveNames.find((known) => known === found?.[1]);
    if (name) {
      open = { name, text: found![2]!.trim(), line: row + 1 };
      directives.push(open);
    } else if (open && /^--\s{2,}\S/.test(text)) open.text += ` ${bare(text)}`;
    else {
      open = null;
      if (found && near(found[1]!)) strays.push({ name: found[1]!, line: row + 1, misplaced: false });
      if (bare(text) === "") paragraphs.push("");
      else paragraphs.push(`${paragraphs.pop()!} ${bare(text)}`.trim());
    }
  }
  for (; row < lines.length; row++) {
    const name = directive.exec(lines[row]!.trimStart())?.[1];
    if (directiveNames.some((known) => known === name)) strays.push({ name: name!, line: row + 1, misplaced: true });
  }
  return { comment: paragraphs.filter((text) => text !== "").join("\n\n"), directives, strays };
}

/** A word that is probably a directive misspelt: prose such as "Note: ..." is not. */
function near(name: string): boolean {
  return nearest(name, directiveNames) !== undefined;
}

export interface ListItem {
  /** Line the item starts on. */
  readonly line: number;
  /** Comment that trails the item on the line it ends on, with the aligned lines that continue it. */
  readonly comment: string;
}

const endOfList = /^(from|where|group|having|qualify|window|union|intersect|except|order|limit|offset|using|fetch)$/i;

/** Where such a word stands within an item: `a is distinct from b`, `percentile_cont(0.5) within group (order by a)`. */
const insideItem = [
  ["distinct", "from"],
  ["within", "group"],
] as const;

/**
 * Items of the column list that names a query's columns: its outermost select, the first branch of a union.
 * Null where that select stands in brackets.
 */
export function columnList(sql: string): ListItem[] | null {
  const tokens = tokenize(sql);
  const code = tokens.filter((token) => token.kind !== "comment");
  const comments = tokens.filter((token) => token.kind === "comment");
  const select = code.findIndex((token) => token.depth === 0 && isWord(token, "select"));
  if (select < 0) return null;
  const list: Token[][] = [[]];
  const ends: number[] = []; // where each item's comma, or last token, ends
  let next = select + 1;
  if (isWord(code[next], "distinct")) {
    next++;
    if (isWord(code[next], "on")) {
      next++;
      do next++;
      while (code[next] && !(code[next]!.depth === 0 && code[next]!.text === ")"));
      next++;
    }
  } else if (isWord(code[next], "all")) next++;
  for (; next < code.length; next++) {
    const token = code[next]!;
    const before = code[next - 1]!;
    const inside =
      before.text === "." || insideItem.some(([first, second]) => isWord(before, first) && isWord(token, second));
    if (token.depth === 0 && token.text === ";") break;
    if (token.depth === 0 && token.kind === "word" && endOfList.test(token.text) && !inside) break;
    if (token.depth === 0 && token.text === ",") {
      ends.push(token.end);
      list.push([]);
    } else list.at(-1)!.push(token);
  }
  if (list.at(-1)!.length === 0) list.pop();
  else ends.push(list.at(-1)!.at(-1)!.end);
  return list.map((item, i) => {
    const last = item.at(-1);
    const limit = list[i + 1]?.[0]?.start ?? code[next]?.start ?? sql.length;
    return {
      line: lineAt(sql, item[0]?.start ?? ends[i]!),
      comment: last ? trailing(sql, comments, last.end, ends[i]!, limit) : "",
    };
  });
}

/** Comments behind `from` on the line of `end`, and those below that line up with the first, up to `limit`. */
function trailing(sql: string, comments: readonly Token[], from: number, end: number, limit: number): string {
  const column = (token: Token) => token.start - (sql.lastIndexOf("\n", token.start - 1) + 1);
  const found: Token[] = [];
  for (const token of comments) {
    if (token.start < from) continue;
    if (token.start >= limit) break;
    const first = found[0];
    const continued = () =>
      first && column(first) === column(token) && linesBetween(sql, found.at(-1)!.start, token.start) === 1;
    if (linesBetween(sql, from, token.start) === 0 || linesBetween(sql, end, token.start) === 0 || continued())
      found.push(token);
  }
  return found.map((token) => bare(token.text)).join(" ");
}

function isWord(token: Token | undefined, text: string): boolean {
  return token?.kind === "word" && token.text.toLowerCase() === text;
}

export interface Place {
  /** From 1. */
  readonly line: number;
  /** Characters before it on its line. */
  readonly column: number;
}

/** Where an offset in bytes, as DuckDB counts, stands in a text. */
export function placeAt(sql: string, bytes: number): Place {
  const before = Buffer.from(sql).subarray(0, bytes).toString();
  const lines = before.split("\n");
  return { line: lines.length, column: lines.at(-1)!.length };
}

const widest = 100;

/** A line of a text with its number and, where the column is known, a caret below it; a long line is cut around it. */
export function excerpt(sql: string, line: number, column?: number): string {
  const full = sql.split("\n")[line - 1]?.trimEnd() ?? "";
  const from = full.length <= widest ? 0 : Math.max(0, Math.min((column ?? 0) - widest / 2, full.length - widest));
  const [left, right] = [from > 0 ? "..." : "", from + widest < full.length ? "..." : ""];
  const text = left + full.slice(from, from + widest) + right;
  const shown = `${String(line).padStart(5)} | ${text}`;
  if (column === undefined) return shown;
  return `${shown}\n      | ${text.slice(0, left.length + column - from).replaceAll(/[^\t]/g, " ")}^`;
}
