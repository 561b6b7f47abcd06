// What DuckDB says of a failed query, without its catalogue noise, and where in the query it points.

export interface SqlFailure {
  /** One line, ending in a full stop. */
  readonly message: string;
  /** Binder, Catalog, Parser, Conversion, Out of Range ... */
  readonly kind: string;
  /** Line of the query, from 1. */
  readonly line?: number;
  /** Start of the text shown for that line, and where the caret stands in it; the text may be cut at either end. */
  readonly shown?: { readonly text: string; readonly caret: number };
}

/** Reads an error that DuckDB's client threw. */
export function sqlFailure(error: unknown): SqlFailure {
  const text = error instanceof Error ? error.message : String(error);
  const kind = /^([A-Z][\w ]*?) Error: /.exec(text)?.[1] ?? "";
  const location = /\n\nLINE (\d+): (.*)\n( *)\^/.exec(text);
  const body = text.replace(/\n\nLINE \d+: [\s\S]*$/, "").replace(/^[A-Z][\w ]*? Error: /, "");
  const lines = body
    .split("\n")
    .filter((line) => !/^\s*$|^\t|Candidate functions:|^LINE /.test(line))
    .map((line) => line.trim().replace(/[!.]+$/, ""));
  const message = `${lines.join(". ")}.`.replace(/\?\.$/, "?");
  if (!location) return { message, kind };
  const prefix = `LINE ${location[1]}: `.length;
  return {
    message,
    kind,
    line: Number(location[1]),
    shown: { text: location[2]!, caret: location[3]!.length - prefix },
  };
}

/** Column (characters before it) of a failure in the full line, or undefined where it cannot be told. */
export function failureColumn(failure: SqlFailure, line: string): number | undefined {
  if (!failure.shown) return undefined;
  const cutBefore = failure.shown.text.startsWith("...") ? 3 : 0;
  const text = failure.shown.text.slice(cutBefore).replace(/\.\.\.$/, "");
  const at = line.indexOf(text);
  const column = at + failure.shown.caret - cutBefore;
  return at < 0 || column < 0 || column > line.length ? undefined : column;
}
