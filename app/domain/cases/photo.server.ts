/**
 * What customers send as photos is opened and drawn anew: whatever else the file carried (metadata with the place it
 * was taken, a script behind the picture, a second file) does not come through.
 */
import { createHash } from "node:crypto";

import { fileTypeFromBuffer } from "file-type";

import { PHOTO_BYTES } from "./complaint";

/** Pixels of a picture as sent: twice what the best phones take, far below what would exhaust the memory. */
const MOST_PIXELS = 60_000_000;
const LONGEST_EDGE = 2_400;
const TAKEN = new Set(["image/jpeg", "image/png", "image/webp"]);

/** Loaded with the first picture, so that processes which see none are spared its memory. */
async function drawing() {
  const { default: sharp } = await import("sharp");
  // One picture at a time and none kept: the memory is needed elsewhere.
  sharp.cache(false);
  sharp.concurrency(1);
  return sharp;
}

export type Photo = { filename: string; contentType: "image/jpeg"; size: number; sha256: string; bytes: Buffer };
export type PhotoRefusal = "too_big" | "not_a_photo";

/** @param given the file as it came: nothing of its name or declared type is believed */
export async function takePhoto(given: { name: string; bytes: Uint8Array }): Promise<{ ok: true; photo: Photo } | { ok: false; reason: PhotoRefusal }> {
  if (given.bytes.byteLength > PHOTO_BYTES) return { ok: false, reason: "too_big" };
  const type = await fileTypeFromBuffer(given.bytes);
  if (!type || !TAKEN.has(type.mime)) return { ok: false, reason: "not_a_photo" };
  const sharp = await drawing();
  try {
    const picture = sharp(given.bytes, { limitInputPixels: MOST_PIXELS, failOn: "error", animated: false, sequentialRead: true });
    const { width = 0, height = 0 } = await picture.metadata();
    if (width * height > MOST_PIXELS) return { ok: false, reason: "too_big" };
    const bytes = await picture
      .autoOrient()
      .resize({ width: LONGEST_EDGE, height: LONGEST_EDGE, fit: "inside", withoutEnlargement: true })
      .flatten({ background: "#ffffff" })
      .jpeg({ quality: 82 })
      .toBuffer();
    return {
      ok: true,
      photo: { filename: plainName(given.name), contentType: "image/jpeg", size: bytes.byteLength, sha256: createHash("sha256").update(bytes).digest("hex"), bytes },
    };
  } catch (error) {
    // libvips says by message only whether the picture is too large or damaged.
    return { ok: false, reason: /pixel limit/i.test((error as Error).message) ? "too_big" : "not_a_photo" };
  }
}

/** The last part of the name without anything a file system or a header could read as more than a name; always .jpg. */
function plainName(name: string): string {
  const base = (name.split(/[/\\]/).pop() ?? "").replace(/\.[^.]{0,8}$/, "");
  const plain = base.replace(/[^\p{L}\p{N} ._()-]/gu, "").replace(/^[. ]+/, "").slice(0, 80).trim();
  return `${plain || "photo"}.jpg`;
}
