// Writes many small pieces of text to a file in large strokes.
import { closeSync, openSync, writeSync } from "node:fs";

const size = 1 << 20;

/** A buffered writer of a new file, readable by its owner only. */
export class TextWriter {
  readonly #file: number;
  readonly #buffer = Buffer.allocUnsafe(size);
  #held = 0;

  constructor(path: string) {
    this.#file = openSync(path, "w", 0o600);
  }

  text(text: string): void {
    // A UTF-16 unit takes at most three bytes of UTF-8.
    if (this.#held + text.length * 3 > size) this.#flush();
    if (text.length * 3 > size) this.#write(Buffer.from(text));
    else this.#held += this.#buffer.write(text, this.#held);
  }

  /** Bytes and a line feed. */
  line(bytes: Buffer, start: number, stop: number): void {
    const length = stop - start;
    if (this.#held + length >= size) this.#flush();
    if (length >= size) {
      this.#write(bytes.subarray(start, stop));
      this.text("\n");
    } else {
      bytes.copy(this.#buffer, this.#held, start, stop);
      this.#held += length;
      this.#buffer[this.#held++] = 10;
    }
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    this.#write(this.#buffer.subarray(0, this.#held));
    this.#held = 0;
  }

  #write(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
  }
}
