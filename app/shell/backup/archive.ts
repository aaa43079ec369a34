/**
 * The file of a backup: a plain tar (POSIX ustar; `tar tf FILE` lists it), whose last member is manifest.json with the
 * SHA-256 of every other. A file that was cut short has no manifest and is not taken.
 */
import { createHash } from "node:crypto";
import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

const BLOCK = 512;
const CHUNK = 1 << 20;

const manifestSchema = z.object({
  product: z.literal("rapport"),
  format: z.literal(1),
  /** When the copy of the database was taken; ms since the epoch. */
  madeAt: z.number().int(),
  dialect: z.enum(["sqlite", "postgres"]),
  /** The migrations that the database had seen. */
  migrations: z.array(z.string()),
  /** The mark of the SECRET_KEY that it belongs to; null when no process has opened it yet. */
  keyMark: z.string().nullable(),
  files: z.array(z.object({ name: z.string(), bytes: z.number().int(), sha256: z.string() })),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** What is wrong with a backup file, for the person at the shell. */
export class UnusableArchive extends Error {
  override name = "UnusableArchive";
}

/** Writes the members from their files, then the manifest; readable by its owner only, on the disk when it returns. */
export function writeArchive(target: string, about: Omit<Manifest, "files" | "product" | "format">, members: { name: string; file: string }[]): Manifest {
  const out = openSync(target, "wx", 0o600);
  try {
    const files = members.map(({ name, file }) => copyIn(out, name, file));
    const manifest: Manifest = { product: "rapport", format: 1, ...about, files };
    const text = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
    writeAll(out, header("manifest.json", text.length));
    writeAll(out, padded(text));
    writeAll(out, Buffer.alloc(2 * BLOCK));
    fsyncSync(out);
    return manifest;
  } finally {
    closeSync(out);
  }
}

function copyIn(out: number, name: string, file: string): Manifest["files"][number] {
  const input = openSync(file, "r");
  try {
    const bytes = fstatSync(input).size;
    writeAll(out, header(name, bytes));
    const hash = createHash("sha256");
    for (let at = 0; at < bytes; ) {
      const chunk = readAt(input, at, Math.min(CHUNK, bytes - at));
      if (chunk.length === 0) throw new Error(`${file} became shorter while it was copied`);
      hash.update(chunk);
      writeAll(out, chunk);
      at += chunk.length;
    }
    writeAll(out, Buffer.alloc((BLOCK - (bytes % BLOCK)) % BLOCK));
    return { name, bytes, sha256: hash.digest("hex") };
  } finally {
    closeSync(input);
  }
}

/**
 * Unpacks into `folder` (which must exist) the members whose name `place` gives a file for, and checks every checksum.
 * @throws UnusableArchive
 */
export function readArchive(source: string, folder: string, place: (name: string) => string | null): Manifest {
  const input = openSync(source, "r");
  try {
    const found = new Map<string, string>();
    let manifest: Manifest | null = null;
    for (let at = 0; ; ) {
      const head = readAt(input, at, BLOCK);
      if (head.length < BLOCK) throw new UnusableArchive("it was cut short, or is no backup");
      if (head.every((byte) => byte === 0)) break;
      const { name, bytes } = readHeader(head);
      at += BLOCK;
      if (name === "manifest.json") manifest = readManifest(readAt(input, at, Math.min(bytes, 64 * CHUNK)));
      else found.set(name, copyOut(input, at, bytes, place(name), folder));
      at += Math.ceil(bytes / BLOCK) * BLOCK;
    }
    if (!manifest) throw new UnusableArchive("it has no manifest: it was cut short, or is no backup");
    for (const { name, sha256 } of manifest.files)
      if (found.get(name) !== sha256) throw new UnusableArchive(`${name} in it is damaged: its checksum is another one`);
    return manifest;
  } finally {
    closeSync(input);
  }
}

/** @returns the checksum */
function copyOut(input: number, from: number, bytes: number, place: string | null, folder: string): string {
  const hash = createHash("sha256");
  const out = place === null ? null : openSync(join(folder, place), "wx", 0o600);
  try {
    for (let done = 0; done < bytes; ) {
      const chunk = readAt(input, from + done, Math.min(CHUNK, bytes - done));
      if (chunk.length === 0) throw new UnusableArchive("it was cut short");
      hash.update(chunk);
      if (out !== null) writeAll(out, chunk);
      done += chunk.length;
    }
    if (out !== null) fsyncSync(out);
  } finally {
    if (out !== null) closeSync(out);
  }
  return hash.digest("hex");
}

function readManifest(text: Buffer): Manifest {
  let given: unknown;
  try {
    given = JSON.parse(text.toString("utf8"));
  } catch {
    throw new UnusableArchive("its manifest cannot be read");
  }
  const parsed = manifestSchema.safeParse(given);
  if (!parsed.success) throw new UnusableArchive("its manifest is not one of ours, or of a newer program");
  return parsed.data;
}

// ── ustar ───────────────────────────────────────────────────────────────────────────────────────────────────────────

function header(name: string, bytes: number): Buffer {
  if (Buffer.byteLength(name) > 100) throw new Error(`too long a name for a member: ${name}`);
  const head = Buffer.alloc(BLOCK);
  head.write(name, 0);
  head.write("0000600\0", 100);
  head.write("0000000\0", 108);
  head.write("0000000\0", 116);
  writeSize(head, bytes);
  head.write(`${Math.floor(Date.now() / 1000).toString(8).padStart(11, "0")}\0`, 136);
  head.write("        ", 148);
  head.write("0", 156);
  head.write("ustar\x0000", 257);
  head.write(`${checksum(head).toString(8).padStart(6, "0")}\0 `, 148);
  return head;
}

/** Eleven octal digits; from 8 GiB on the base-256 form, which GNU tar and bsdtar read. */
function writeSize(head: Buffer, bytes: number): void {
  if (bytes < 8 ** 11) return void head.write(`${bytes.toString(8).padStart(11, "0")}\0`, 124);
  head.writeBigUInt64BE(BigInt(bytes), 128);
  head[124] = 0x80;
}

function readHeader(head: Buffer): { name: string; bytes: number } {
  const told = Number.parseInt(head.toString("latin1", 148, 156), 8);
  if (told !== checksum(head)) throw new UnusableArchive("it is damaged, or is no backup");
  const name = head.toString("utf8", 0, 100).replace(/\0.*$/s, "");
  const bytes = head[124] === 0x80 ? Number(head.readBigUInt64BE(128)) : Number.parseInt(head.toString("latin1", 124, 136), 8);
  return { name, bytes };
}

/** Over the header with its own field as blanks. */
function checksum(head: Buffer): number {
  return head.reduce((sum, byte, i) => sum + (i >= 148 && i < 156 ? 32 : byte), 0);
}

function padded(content: Buffer): Buffer {
  return Buffer.concat([content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)]);
}

function writeAll(out: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(out, bytes, done);
}

function readAt(input: number, position: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(length);
  let got = 0;
  while (got < length) {
    const n = readSync(input, buffer, got, length - got, position + got);
    if (n === 0) break;
    got += n;
  }
  return buffer.subarray(0, got);
}
