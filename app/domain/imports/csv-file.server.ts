/** A delimited file on disk, plain or gzipped, of any size: looked at once to guess how it is written, then read row by row. */
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";

import iconv from "iconv-lite";

import { CsvCutter, type CsvRecord } from "./csv";
import { codePageByLetters, encodingByOpening, guessDelimiter, type Delimiter, type Encoding } from "./encoding";

/** Unpacked, a file may not grow beyond this: a small archive must not fill the machine. */
const MOST_BYTES = 4 * 1024 ** 3;

export class UnreadableFile extends Error {
  override name = "UnreadableFile";
  constructor(
    readonly reason: "empty" | "too_large" | "damaged_archive" | "not_text",
    message: string,
  ) {
    super(message);
  }
}

export type FileShape = {
  encoding: Encoding;
  delimiter: Delimiter;
  headers: string[];
  /** The first rows below the header. */
  sample: CsvRecord[];
  /** How many rows there are below the header. */
  rows: number;
  /** SHA-256 of the file as stored, in hex. */
  sha256: string;
  /** Size as stored. */
  bytes: number;
};

/**
 * Reads the whole file once, holding 64 KB of it, and says how it is written.
 * @throws UnreadableFile
 */
export async function inspectFile(path: string, given: { encoding?: Encoding; delimiter?: Delimiter } = {}): Promise<FileShape> {
  const { sha256, bytes } = await digest(path);
  const encoding = given.encoding ?? (await guessEncoding(path));
  const head = await firstText(path, encoding, 256 * 1024);
  if (head.trim() === "") throw new UnreadableFile("empty", "The file is empty.");
  if (isBinary(head)) throw new UnreadableFile("not_text", "The file is not text: save it as CSV first.");
  const delimiter = given.delimiter ?? guessDelimiter(head);
  const sample: CsvRecord[] = [];
  let headers: string[] | null = null;
  let rows = 0;
  for await (const batch of readRecords(path, { encoding, delimiter })) {
    const records = headers ? batch : batch.slice(1);
    headers ??= namesOf(batch[0] as CsvRecord);
    if (sample.length < SAMPLE) sample.push(...records.slice(0, SAMPLE - sample.length));
    rows += records.length;
  }
  if (!headers) throw new UnreadableFile("empty", "The file is empty.");
  return { encoding, delimiter, headers, sample, rows, sha256, bytes };
}

const SAMPLE = 50;

/** Headers as written; a column without one is called by its place. */
function namesOf(record: CsvRecord): string[] {
  const taken = new Map<string, number>();
  return record.cells.map((cell, i) => {
    const name = cell.trim() || `(${i + 1})`;
    const times = (taken.get(name) ?? 0) + 1;
    taken.set(name, times);
    return times === 1 ? name : `${name} (${times})`;
  });
}

/** The first rows below the header: what a preview shows. Reads no further than it must. */
export async function readSample(path: string, how: { encoding: Encoding; delimiter: string }, count: number): Promise<CsvRecord[]> {
  const records: CsvRecord[] = [];
  for await (const batch of readRecords(path, how)) {
    records.push(...batch.slice(0, count + 1 - records.length));
    if (records.length > count) break;
  }
  return records.slice(1);
}

/** The rows of the file, the header among them, some at a time. Memory stays at a few pieces of the file, whatever its size. */
export async function* readRecords(
  path: string,
  { encoding, delimiter }: { encoding: Encoding; delimiter: string },
): AsyncGenerator<CsvRecord[]> {
  const cutter = new CsvCutter(delimiter);
  let isFirst = true;
  const take = (isEnd: boolean) => {
    const records = [...cutter.records(isEnd)];
    // Excel's own first line, which names the delimiter
    if (isFirst && records[0] && /^sep=[,;\t|]$/.test(records[0].raw)) records.shift();
    if (records.length) isFirst = false;
    return records;
  };
  for await (const piece of decoded(path, encoding)) {
    cutter.push(piece);
    const records = take(false);
    if (records.length) yield records;
  }
  const rest = take(true);
  if (rest.length) yield rest;
}

async function* decoded(path: string, encoding: Encoding): AsyncGenerator<string> {
  const decoder = iconv.getDecoder(encoding, { stripBOM: true });
  for await (const piece of pieces(path)) {
    const text = decoder.write(piece);
    if (text) yield text;
  }
  const rest = decoder.end();
  if (rest) yield rest;
}

/** The bytes of the file, unpacked when it is a gzip archive. */
async function* pieces(path: string): AsyncGenerator<Buffer> {
  // first of all: a stream of a file that is gone throws where nobody can catch it
  const isPacked = await startsWith(path, [0x1f, 0x8b]);
  const file = createReadStream(path, { highWaterMark: 64 * 1024 });
  const stream: Readable = isPacked ? file.pipe(createGunzip()) : file;
  let total = 0;
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      total += piece.length;
      if (total > MOST_BYTES) throw new UnreadableFile("too_large", "The file is larger than 4 GB.");
      yield piece;
    }
  } catch (error) {
    if (String((error as NodeJS.ErrnoException).code ?? "").startsWith("Z_"))
      throw new UnreadableFile("damaged_archive", "The archive is damaged.");
    throw error;
  } finally {
    file.destroy();
    stream.destroy();
  }
}

async function startsWith(path: string, opening: number[]): Promise<boolean> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(opening.length), 0, opening.length, 0);
    return bytesRead === opening.length && opening.every((byte, i) => buffer[i] === byte);
  } finally {
    await handle.close();
  }
}

async function digest(path: string): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(piece);
    bytes += piece.length;
  }
  return { sha256: hash.digest("hex"), bytes };
}

async function guessEncoding(path: string): Promise<Encoding> {
  const counts = new Uint32Array(256);
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  let isUtf8 = true;
  let isFirst = true;
  for await (const piece of pieces(path)) {
    if (isFirst) {
      const byOpening = encodingByOpening(piece);
      if (byOpening) return byOpening;
      isFirst = false;
    }
    for (const byte of piece) counts[byte]!++;
    if (isUtf8) isUtf8 = decodes(utf8, piece);
  }
  if (isUtf8 && decodes(utf8)) return "utf-8";
  return codePageByLetters(counts);
}

function decodes(decoder: TextDecoder, piece?: Uint8Array): boolean {
  try {
    decoder.decode(piece, { stream: piece !== undefined });
    return true;
  } catch {
    return false;
  }
}

async function firstText(path: string, encoding: Encoding, length: number): Promise<string> {
  let text = "";
  for await (const piece of decoded(path, encoding)) {
    text += piece;
    if (text.length >= length) break;
  }
  return text.slice(0, length);
}

/** Spreadsheets and pictures sent under the name .csv. */
function isBinary(text: string): boolean {
  if (text.startsWith("PK\u0003\u0004") || text.startsWith("\u00d0\u00cf\u0011\u00e0") || text.startsWith("%PDF")) return true;
  const control = text.slice(0, 4096).match(/[\u0001-\u0008\u000e-\u001a\u001c-\u001f]/g)?.length ?? 0;
  return control > 40;
}
