/** An uploaded file goes to the disk as it comes; only a piece of it is ever in memory. */
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { finished } from "node:stream/promises";

import { unstable_parseMultipartFormData, type UploadHandlerPart } from "@remix-run/node";

/** The largest file taken on screen; larger ones go in by the shell. */
export const MOST_BYTES = 200 * 1024 * 1024;

export class TooBig extends Error {
  override name = "TooBig";
}

/** The parser takes the head of a part to pieces at each `;` and `=`, also within the file's quoted name. */
export class BadName extends Error {
  override name = "BadName";
}

export type Uploaded = { form: FormData; filename: string; bytes: number };

/**
 * Reads the form and writes its file to `path`.
 * @throws BadName when the file is called something that cannot be read
 * @throws TooBig when the file is larger than `MOST_BYTES`, whatever its headers say; nothing is left on the disk then
 */
export async function receiveFile(request: Request, path: string): Promise<Uploaded> {
  // the form's own parts are small: room for them beside the file
  if (Number(request.headers.get("Content-Length") ?? 0) > MOST_BYTES + 65_536) throw new TooBig();
  if (!/^multipart\/form-data;/i.test(request.headers.get("Content-Type") ?? "")) throw new Response(null, { status: 415 });
  let filename = "";
  let bytes = 0;
  const receive = async (part: UploadHandlerPart): Promise<string | undefined> => {
    if (part.filename === undefined) return smallText(part);
    if (part.name !== "file" || filename || !part.filename) {
      await drain(part);
      return undefined;
    }
    filename = basename(part.filename.replaceAll("\\", "/")).slice(0, 200);
    bytes = await writeTo(path, part);
    return filename;
  };
  try {
    const form = await unstable_parseMultipartFormData(request, receive);
    return { form, filename, bytes };
  } catch (error) {
    await rm(path, { force: true });
    if (error instanceof Error && error.message.startsWith("malformed content-disposition")) throw new BadName();
    throw error;
  }
}

async function writeTo(path: string, part: UploadHandlerPart): Promise<number> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const out = createWriteStream(path, { mode: 0o600 });
  // A full disk may be told between two pieces, when nobody waits: `finished` tells it below.
  out.on("error", () => undefined);
  let bytes = 0;
  try {
    for await (const piece of part.data) {
      bytes += piece.byteLength;
      if (bytes > MOST_BYTES) throw new TooBig();
      if (!out.write(piece)) await once(out, "drain");
    }
  } finally {
    out.end();
    await finished(out);
  }
  return bytes;
}

async function smallText(part: UploadHandlerPart): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of part.data) {
    bytes += piece.byteLength;
    if (bytes > 65_536) throw new TooBig();
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString("utf8");
}

async function drain(part: UploadHandlerPart): Promise<void> {
  for await (const _ of part.data);
}
