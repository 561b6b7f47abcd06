// Why a file cannot be read at all.
import { type ErrorCode, KeepageError } from "../errors.ts";

/** A file that cannot be read: `problem` is a stable word for it, `message` says what, `todo` what to do. */
export class Unreadable extends KeepageError {
  readonly problem: Problem;
  constructor(
    code: Extract<ErrorCode, "E101" | "E102" | "E103">,
    message: string,
    problem: Problem,
    options: { todo?: string; cause?: unknown } = {},
  ) {
    super(code, message, options);
    this.problem = problem;
  }
}

export type Problem =
  | "empty"
  | "binary"
  | "spreadsheet_legacy"
  | "spreadsheet_locked"
  | "spreadsheet_damaged"
  | "zip_other"
  | "zip_bomb"
  | "gzip_damaged"
  | "gzip_bomb"
  | "html"
  | "xml"
  | "json"
  | "no_header"
  | "header_changed"
  | "no_sheet"
  | "line_too_long"
  | "too_many_columns";
