import { createHash } from "node:crypto";
import { deflateSync } from "node:zlib";

import sharp from "sharp";
import { describe, expect, it, test } from "vitest";

import { PHOTO_BYTES } from "./complaint";
import { takePhoto } from "./photo.server";

const picture = (width: number, height: number) => sharp({ create: { width, height, channels: 3, background: "#2a6" } });

describe("a photo", () => {
  it("comes back as a JPEG without its metadata, turned upright, no larger than needed", async () => {
    const bytes = await picture(3000, 1000).jpeg().withExif({ IFD0: { Copyright: "secret place" } }).withMetadata({ orientation: 6 }).toBuffer();
    const taken = await takePhoto({ name: "IMG 1.heic.jpg", bytes });
    if (!taken.ok) throw new Error(taken.reason);
    const meta = await sharp(taken.photo.bytes).metadata();
    expect(meta).toMatchObject({ format: "jpeg", width: 800, height: 2400 });
    expect(meta.exif).toBeUndefined();
    expect(meta.orientation).toBeUndefined();
    expect(taken.photo.sha256).toBe(createHash("sha256").update(taken.photo.bytes).digest("hex"));
  });

  it("is drawn anew: what hung on behind the picture is gone", async () => {
    const bytes = Buffer.concat([await picture(20, 20).png().toBuffer(), Buffer.from("<script>alert(1)</script>PK\u0003\u0004")]);
    const taken = await takePhoto({ name: "a.png", bytes });
    if (!taken.ok) throw new Error(taken.reason);
    expect(taken.photo.bytes.includes("script")).toBe(false);
    expect(taken.photo.contentType).toBe("image/jpeg");
  });

  // Mutant: without limitInputPixels and the look at the header, sharp would lay out 2.5 thousand million pixels.
  it("of 50,000 × 50,000 pixels is refused without being unpacked", async () => {
    const before = process.memoryUsage().rss;
    expect(await takePhoto({ name: "bomb.png", bytes: hugePng(50_000) })).toEqual({ ok: false, reason: "too_big" });
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
  });

  it("of too many bytes is refused", async () => {
    expect(await takePhoto({ name: "a.jpg", bytes: new Uint8Array(PHOTO_BYTES + 1) })).toEqual({ ok: false, reason: "too_big" });
  });

  // Mutant: without the look at the type, the sharp library takes both and draws them.
  it("that is a sound drawing or a sound GIF is refused by its content, whatever it is called", async () => {
    const drawing = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><script>1</script><rect width="20" height="20"/></svg>');
    for (const bytes of [drawing, await picture(8, 8).gif().toBuffer()])
      expect(await takePhoto({ name: "photo.jpg", bytes })).toEqual({ ok: false, reason: "not_a_photo" });
  });

  test.each([
    ["a drawing that can carry scripts", Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>')],
    ["a web page called .jpg", Buffer.from("<!doctype html><script>1</script>")],
    ["a PDF", Buffer.from("%PDF-1.7\n%abc\n")],
    ["an animation", Buffer.from("GIF89a\u0001\u0000\u0001\u0000\u0000\u0000\u0000;")],
    ["nothing", Buffer.alloc(0)],
    ["half a picture", Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0])],
  ])("that is %s is refused", async (_what, bytes) => {
    expect(await takePhoto({ name: "photo.jpg", bytes })).toEqual({ ok: false, reason: "not_a_photo" });
  });

  test.each([
    ["../../etc/passwd.png", "passwd.jpg"],
    ["C:\\photos\\kubek zdjęcie.PNG", "kubek zdjęcie.jpg"],
    ['x"\r\nSet-Cookie: a=b.png', "xSet-Cookie ab.jpg"],
    [".png", "photo.jpg"],
  ])("called %j is kept as %s", async (name, kept) => {
    const taken = await takePhoto({ name, bytes: await picture(4, 4).png().toBuffer() });
    expect(taken.ok && taken.photo.filename).toBe(kept);
  });
});

/** A valid PNG whose header promises an edge of that many pixels; its rows are zeros, so it packs to almost nothing. */
function hugePng(edge: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(edge, 0);
  header.writeUInt32BE(edge, 4);
  header.set([1, 0, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.alloc(1_000_000))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, crc]);
}

function crc32(bytes: Buffer): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
