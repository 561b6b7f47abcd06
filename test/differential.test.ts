// DuckDB, csv-parse and the scanner hold to the same rows: random tables in random dialects, sound and damaged.
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { CellHints } from "../pipeline/formats/cells.ts";
import { cellReader } from "./readcells.ts";

const reader = cellReader();
const names = ["Referral ID", "Status", "Notes", "Payer", "Phone"];

interface Style {
  readonly delimiter: string;
  readonly quote: boolean;
  readonly newline: string;
  readonly encoding: "utf-8" | "utf-8 with mark" | "utf-16le" | "utf-16be" | "windows-1252";
  readonly finalNewline: boolean;
  readonly titles: number;
}

const style: fc.Arbitrary<Style> = fc
  .record({
    delimiter: fc.constantFrom(",", "\t", ";", "|"),
    quote: fc.boolean(),
    newline: fc.constantFrom("\n", "\r\n", "\r"),
    encoding: fc.constantFrom("utf-8", "utf-8", "utf-8 with mark", "utf-16le", "utf-16be", "windows-1252"),
    finalNewline: fc.boolean(),
    titles: fc.constantFrom(0, 0, 0, 2),
  })
  .map((s) => ({ ...s, quote: s.quote || s.delimiter === "," || s.delimiter === ";" }) as Style);

/** Text of a cell; the first letter keeps a stray quote before it from looking closed. */
const cell = fc.oneof(
  { weight: 2, arbitrary: fc.constant("") },
  {
    weight: 5,
    arbitrary: fc
      .array(fc.constantFrom("a", "B", "7", " ", "-", ".", "é", "€", '"', ",", ";", "\t", "|", "\n", "\r\n", "'"), {
        maxLength: 6,
      })
      .map((parts) => `x${parts.join("")}`),
  },
);

type Kind =
  | "sound"
  | "missing"
  | "extra"
  | "open quote"
  | "text after quote"
  | "nul"
  | "blank"
  | "empty cells"
  | "header"
  | "footer"
  | "trailing";

const row = fc.record({
  cells: fc.array(cell, { minLength: names.length - 1, maxLength: names.length - 1 }),
  quoted: fc.array(fc.boolean(), { minLength: names.length, maxLength: names.length }),
  kind: fc.constantFrom<Kind>(
    "missing",
    "extra",
    "open quote",
    "text after quote",
    "nul",
    "blank",
    "empty cells",
    "header",
    "footer",
    "trailing",
  ),
  damaged: fc.integer({ min: 0, max: 99 }),
});

interface Written {
  readonly bytes: Buffer;
  readonly rows: (string | null)[][];
  readonly lines: number[];
  readonly rejected: { line: number; rule: string }[];
  readonly counts: { blank: number; footers: number; repeatedHeaders: number };
}

/** Writes the rows, and what must come of them. */
function write(
  plan: readonly { cells: readonly string[]; quoted: readonly boolean[]; kind: Kind }[],
  s: Style,
): Written {
  // After a quote that opens and never closes, a bare quote in a later cell would close it, and rightly so.
  const always = plan.some(({ kind }) => kind === "open quote") ? '"' : "\n";
  const encode = (text: string, wish: boolean) =>
    s.quote && (wish || [s.delimiter, "\r", "\n", always].some((mark) => text.includes(mark)))
      ? `"${text.replaceAll('"', '""')}"`
      : text;
  const clean = (text: string) => (s.quote ? text : text.replaceAll(/[\r\n]/g, "").replaceAll(s.delimiter, ""));
  const out: string[] = Array.from({ length: s.titles }, (_, i) => `Title ${i}`);
  out.push(names.map((name) => encode(name, false)).join(s.delimiter));
  let line = out.length + 1;
  const written: Omit<Written, "bytes"> = {
    rows: [],
    lines: [],
    rejected: [],
    counts: { blank: 0, footers: 0, repeatedHeaders: 0 },
  };
  const empty = names.map(() => "").join(s.delimiter);
  for (const [i, { cells, quoted, kind }] of plan.entries()) {
    const values = [`r${i}`, ...cells.map(clean)];
    const encoded = values.map((value, c) => encode(value, quoted[c]!));
    // What is damaged is one line.
    const flat = values.map((value) => value.replaceAll(/[\r\n"]/g, "").replaceAll(s.delimiter, ""));
    const text: Record<Kind, string> = {
      sound: encoded.join(s.delimiter),
      trailing: `${encoded.join(s.delimiter)}${s.delimiter}${s.delimiter}`,
      missing: flat.slice(0, 3).join(s.delimiter),
      extra: [...flat, "more"].join(s.delimiter),
      "open quote": [flat[0], `"${flat[1]}x`, ...flat.slice(2)].join(s.delimiter),
      "text after quote": [flat[0], `"x" ${flat[1]}y`, ...flat.slice(2)].join(s.delimiter),
      nul: [flat[0], "x\0y", ...flat.slice(2)].join(s.delimiter),
      blank: "",
      "empty cells": empty,
      header: names.join(s.delimiter),
      footer: `Total${empty}`,
    };
    const rules: Partial<Record<Kind, string>> = {
      missing: "columns_missing",
      extra: "columns_extra",
      nul: "nul_byte",
      ...(s.quote && { "open quote": "quote_unbalanced", "text after quote": "quote_unbalanced" }),
    };
    const rule = rules[kind];
    if (rule) written.rejected.push({ line, rule });
    else if (kind === "blank" || kind === "empty cells") written.counts.blank++;
    else if (kind === "header") written.counts.repeatedHeaders++;
    else if (kind === "footer") written.counts.footers++;
    else {
      // Where quotes are data, what would be damage is a row.
      const loaded = kind === "sound" || kind === "trailing" ? values : text[kind].split(s.delimiter);
      written.rows.push(loaded.map((value) => (value === "" ? null : value)));
      written.lines.push(line);
    }
    out.push(text[kind]);
    line += text[kind].split(/\r\n|\r|\n/).length;
  }
  const all = out.join(s.newline) + (s.finalNewline || out.at(-1) === "" ? s.newline : "");
  return { ...written, bytes: encodeText(all, s.encoding) };
}

function encodeText(text: string, encoding: Style["encoding"]): Buffer {
  if (encoding === "utf-16le") return Buffer.from(`\ufeff${text}`, "utf16le");
  if (encoding === "utf-16be") return Buffer.from(`\ufeff${text}`, "utf16le").swap16();
  if (encoding === "windows-1252") return Buffer.from(text.replaceAll("€", "\x80"), "latin1");
  return Buffer.from(encoding === "utf-8" ? text : `\ufeff${text}`);
}

const hintsOf = (s: Style): CellHints => ({
  columns: names,
  delimiter: s.delimiter,
  quote: s.quote ? '"' : false,
  ...(s.encoding === "windows-1252" && { encoding: "windows-1252" }),
});

it("reads sound tables in every dialect as csv-parse does", { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(style, fc.array(row, { maxLength: 12 }), async (s, plan) => {
      const { bytes, rows, lines } = write(
        plan.map((r) => ({ ...r, kind: "sound" as const })),
        s,
      );
      const decoded = s.encoding.startsWith("utf-16")
        ? Buffer.from(s.encoding === "utf-16be" ? Buffer.from(bytes).swap16() : bytes).toString("utf16le")
        : bytes.toString(s.encoding === "windows-1252" ? "latin1" : "utf8").replaceAll("\x80", "€");
      const oracle: string[][] = parse(decoded, {
        bom: true,
        delimiter: s.delimiter,
        quote: s.quote ? '"' : null,
        escape: s.quote ? '"' : null,
        record_delimiter: s.newline,
        relax_quotes: true,
        from_line: s.titles + 2,
      });
      const expected = oracle.map((cells) => cells.map((value) => (value === "" ? null : value)));
      expect(rows).toEqual(expected);
      const found = await reader.read(bytes, hintsOf(s));
      expect(found.table).toEqual(expected);
      expect(found.at).toEqual(lines);
      expect(found.rejected).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

it("rejects damaged records by their line and keeps all others, whoever reads", { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(style, fc.array(row, { maxLength: 12 }), fc.boolean(), async (s, plan, careful) => {
      const mixed = plan.map((r) => ({ ...r, kind: r.damaged < 50 ? r.kind : ("sound" as const) }));
      const expected = write(mixed, s);
      const found = await reader.read(expected.bytes, hintsOf(s), careful);
      // Where most rows have empty cells at their end, the header gets as many, without a name.
      expect(found.table.map((cells) => cells.slice(0, names.length))).toEqual(expected.rows);
      expect(found.table.every((cells) => cells.slice(names.length).every((value) => value === null))).toBe(true);
      expect(found.at).toEqual(expected.lines);
      expect(found.rejected.map(({ line, rule }) => ({ line, rule }))).toEqual(expected.rejected);
      expect(found).toMatchObject(expected.counts);
      expect(found.physical).toBe(mixed.length);
    }),
    { numRuns: 200 },
  );
});

it("takes the same cells from any text at all, whoever reads", { timeout: 60_000 }, async () => {
  const scrap = fc.constantFrom(
    "a",
    '"',
    '"',
    ",",
    ",",
    ",",
    " ",
    "\t",
    "\n",
    "\n",
    "\r\n",
    "\r",
    "'",
    "\\",
    "-",
    "é",
    "",
  );
  await fc.assert(
    fc.asyncProperty(fc.array(scrap, { maxLength: 60 }), fc.constantFrom("\n", "\r\n"), async (scraps, newline) => {
      const bytes = Buffer.from(`Referral ID,Status${newline}r0,x${newline}${scraps.join("")}`);
      const hints: CellHints = { columns: ["Referral ID", "Status"], delimiter: "," };
      const [fast, careful] = [await reader.read(bytes, hints), await reader.read(bytes, hints, true)];
      expect(fast.table).toEqual(careful.table);
      expect(fast.physical).toBe(fast.records + fast.rejectedCount + fast.footers + fast.blank + fast.repeatedHeaders);
    }),
    { numRuns: 100 },
  );
});
