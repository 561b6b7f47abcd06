// Opens a workbook's zip and walks its XML in bounded memory: what a hostile file claims about itself is never believed.
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { SaxesParser } from "saxes";
import { type Entry, openPromise, type ZipFile } from "yauzl";
import { Unreadable } from "./unreadable.ts";

/** A part may unpack to this many bytes; beyond `partFree`, to `partRatio` times its packed size. Real sheets shrink 5 to 20 times. */
const partLimit = 4 * 2 ** 30;
const partFree = 32 * 2 ** 20;
const partRatio = 200;
/** Bytes without a tag: a cell holds at most 32,767 characters. */
const silenceLimit = 4 * 2 ** 20;
const depthLimit = 64;
const partCount = 20_000;

function damaged(cause: unknown): Unreadable {
  return new Unreadable("E101", "The workbook is damaged.", "spreadsheet_damaged", {
    todo: "Open it in Excel, save it again as .xlsx, or export it again.",
    cause,
  });
}

/** What an XML handler is told; names come without their namespace prefix. */
export interface XmlHandler {
  open?(name: string, attributes: Readonly<Record<string, string>>): void;
  text?(text: string): void;
  close?(name: string): void;
}

/** An open workbook: parts by their path. */
export class Package {
  readonly #zip: ZipFile;
  readonly #parts: ReadonlyMap<string, Entry>;

  private constructor(zip: ZipFile, parts: ReadonlyMap<string, Entry>) {
    this.#zip = zip;
    this.#parts = parts;
  }

  /** Throws Unreadable for what is no workbook, is locked or is damaged. */
  static async open(path: string): Promise<Package> {
    let zip: ZipFile | undefined;
    const parts = new Map<string, Entry>();
    try {
      zip = await openPromise(path, { lazyEntries: true, autoClose: false });
      for await (const entry of zip.eachEntry()) {
        if (parts.size > partCount) throw new Error("too many parts");
        // Only the names asked for below are ever used, never as paths of ours.
        parts.set(entry.fileName.toLowerCase(), entry);
      }
    } catch (cause) {
      zip?.close();
      throw damaged(cause);
    }
    const found = new Package(zip, parts);
    if (!parts.has("[content_types].xml") || parts.has("xl/workbook.bin")) {
      found.close();
      throw new Unreadable("E101", "It is a zip archive or a workbook of another kind, not .xlsx.", "zip_other", {
        todo: "Unpack it, or save the workbook as .xlsx.",
      });
    }
    return found;
  }

  has(path: string): boolean {
    return this.#parts.has(path.toLowerCase());
  }

  /** Walks a part's XML; `handler` may end it early by returning true from `enough`. */
  async walk(path: string, handler: XmlHandler, enough: () => boolean = () => false): Promise<void> {
    const entry = this.#parts.get(path.toLowerCase());
    if (!entry) throw damaged(`no part ${path}`);
    if (entry.isEncrypted())
      throw new Unreadable("E101", "The workbook is locked with a password.", "spreadsheet_locked", {
        todo: "Save it without a password.",
      });
    const { compressedSize: packed, uncompressedSize: size } = entry;
    if (size > partLimit || (size > partFree && size > packed * partRatio))
      throw new Unreadable("E103", "The workbook unpacks to far more than its size.", "zip_bomb");
    let stream: Readable | undefined;
    try {
      // yauzl fails a part that unpacks to more than the size checked here.
      stream = await this.#zip.openReadStreamPromise(entry);
      await walkXml(stream, handler, enough);
    } catch (error) {
      throw error instanceof Unreadable ? error : damaged(error);
    } finally {
      stream?.destroy();
    }
  }

  close(): void {
    this.#zip.close();
  }
}

async function walkXml(stream: Readable, handler: XmlHandler, enough: () => boolean): Promise<void> {
  const parser = new SaxesParser({ xmlns: false, position: false } as const);
  let depth = 0;
  let silence = 0;
  parser.on("doctype", () => {
    throw new Error("a document type in a workbook");
  });
  parser.on("opentag", (tag) => {
    silence = 0;
    if (++depth > depthLimit) throw new Error("nested too deep");
    handler.open?.(local(tag.name), tag.attributes);
  });
  if (handler.text) parser.on("text", (text) => handler.text?.(text));
  if (handler.text) parser.on("cdata", (text) => handler.text?.(text));
  parser.on("closetag", (tag) => {
    silence = 0;
    depth--;
    handler.close?.(local(tag.name));
  });
  const decoder = new StringDecoder("utf8");
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    silence += chunk.length;
    if (silence > silenceLimit)
      throw new Unreadable("E103", "The workbook holds a cell of many megabytes.", "zip_bomb");
    parser.write(decoder.write(chunk));
    if (enough()) return;
  }
  parser.write(decoder.end()).close();
}

function local(name: string): string {
  const colon = name.indexOf(":");
  return colon < 0 ? name : name.slice(colon + 1);
}
