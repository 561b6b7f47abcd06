// A tar archive in memory: Framework unpacks a loader's archive into the files that pages name.

/** The bytes of an uncompressed ustar archive; names up to 100 characters. */
export function tar(files: ReadonlyMap<string, Uint8Array | string>): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (const [name, content] of files) {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    const header = Buffer.alloc(512);
    const octal = (value: number, at: number, width: number) =>
      header.write(`${value.toString(8).padStart(width - 1, "0")}\0`, at, "ascii");
    if (Buffer.byteLength(name) > 100) throw new RangeError(`too long for an archive: ${name}`);
    header.write(name, 0, "utf8");
    octal(0o644, 100, 8);
    octal(0, 108, 8);
    octal(0, 116, 8);
    octal(bytes.length, 124, 12);
    octal(0, 136, 12);
    header.write("        0", 148, "ascii"); // checksum counts as blanks, then the type: a plain file
    header.write("ustar\x0000", 257, "ascii");
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "ascii");
    blocks.push(header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512));
  }
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}
