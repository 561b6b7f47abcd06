// From the bytes as they came to UTF-8: unpacks gzip and recodes other encodings into a file of our own, in bounded memory.
import { createReadStream, createWriteStream } from "node:fs";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { Unreadable } from "./unreadable.ts";

export type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252" | "latin-1";

/** A gzip file may unpack to this many bytes; beyond it, to `gzipRatio` times its size. Real exports shrink 5 to 30 times. */
const gzipFree = 2 * 2 ** 30;
const gzipRatio = 100;

/** Unpacks a gzip file. Throws Unreadable when it is damaged or a bomb. */
export async function unpack(from: string, size: number, to: string, limit = gzipFree): Promise<void> {
  let bytes = 0;
  const gauge = new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length;
      if (bytes > limit && bytes > size * gzipRatio)
        done(new Unreadable("E103", `It unpacks to more than ${gzipRatio} times its size.`, "gzip_bomb"));
      else done(null, chunk);
    },
  });
  try {
    await pipeline(createReadStream(from), createGunzip(), gauge, createWriteStream(to, { mode: 0o600 }));
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    if (error instanceof Error && "code" in error && String(error.code).startsWith("Z_"))
      throw new Unreadable("E101", "Its gzip packing is damaged or cut off.", "gzip_damaged", { cause: error });
    throw error;
  }
}

// Windows-1252 from 0x80 to 0x9f; "" marks bytes that mean nothing.
const windows1252 = "€\0‚ƒ„…†‡ˆ‰Š‹Œ\0Ž\0\0‘’“”•–—˜™š›œ\0žŸ";

/** A byte that no UTF-8 text holds: it makes the record that holds it undecodable, instead of a silent replacement mark. */
const undecodable = Buffer.from([0xff]);

/** Byte to UTF-8 bytes, as [length, bytes] in rows of 4. */
const narrow = (() => {
  const table = new Uint8Array(256 * 4);
  for (let byte = 0; byte < 256; byte++) {
    const c = byte >= 0x80 && byte < 0xa0 ? windows1252[byte - 0x80]! : String.fromCharCode(byte);
    const utf8 = c === "\0" && byte > 0 ? undecodable : Buffer.from(c);
    table[byte * 4] = utf8.length;
    table.set(utf8, byte * 4 + 1);
  }
  return table;
})();

function fromNarrow(chunk: Buffer): Buffer {
  const out = Buffer.allocUnsafe(chunk.length * 3);
  let at = 0;
  for (let i = 0; i < chunk.length; i++) {
    const byte = chunk[i]!;
    if (byte < 0x80) out[at++] = byte;
    else for (let k = 1; k <= narrow[byte * 4]!; k++) out[at++] = narrow[byte * 4 + k]!;
  }
  return out.subarray(0, at);
}

function fromText(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text);
  return Buffer.concat(text.split(/(\p{Surrogate})/u).map((s) => (s.isWellFormed() ? Buffer.from(s) : undecodable)));
}

/** Decodes a stream of chunks; `finish` gives what the last chunk left over. */
export function decoder(encoding: Encoding): { write(chunk: Buffer): Buffer; finish(): Buffer } {
  if (encoding === "utf-8") return { write: (chunk) => chunk, finish: () => Buffer.alloc(0) };
  if (encoding === "windows-1252" || encoding === "latin-1")
    return { write: fromNarrow, finish: () => Buffer.alloc(0) };
  let rest = Buffer.alloc(0);
  let first = true;
  return {
    write(chunk) {
      const bytes = Buffer.concat([rest, chunk]);
      const whole = bytes.subarray(0, bytes.length & ~1);
      if (encoding === "utf-16be") whole.swap16();
      let text = whole.toString("utf16le");
      // A pair of surrogates may straddle two chunks.
      const straddling = /[\ud800-\udbff]$/.test(text);
      if (straddling) text = text.slice(0, -1);
      rest = Buffer.from(bytes.subarray(whole.length - (straddling ? 2 : 0)));
      if (straddling && encoding === "utf-16be") rest.subarray(0, 2).swap16();
      if (first && text.length > 0) {
        text = text.replace(/^\ufeff/, "");
        first = false;
      }
      return fromText(text);
    },
    finish: () => (rest.length > 0 ? undecodable : rest),
  };
}

/** Writes a file anew in UTF-8 (utf-16 without its byte order mark). */
export async function recode(from: string, encoding: Encoding, to: string): Promise<void> {
  const { write, finish } = decoder(encoding);
  const transform = new Transform({
    transform: (chunk: Buffer, _, done) => done(null, write(chunk)),
    flush: (done) => done(null, finish()),
  });
  await pipeline(createReadStream(from, { highWaterMark: 1 << 20 }), transform, createWriteStream(to, { mode: 0o600 }));
}
