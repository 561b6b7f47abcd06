// What commands print with: lines to standard output and to standard error, counts and durations in words.
import { styleText } from "node:util";

export const out = (text: string) => process.stdout.write(`${text}\n`);
export const err = (text: string) => process.stderr.write(`${text}\n`);
export const bold = (text: string) => styleText("bold", text);
export const dim = (text: string) => styleText("dim", text);
export const count = (n: number, one: string, many = `${one}s`) =>
  `${n.toLocaleString("en-US")} ${n === 1 ? one : many}`;
export const seconds = (s: number) => `${s.toFixed(1)} s`;
