/** How many photos one customer may leave waiting, and send up in a day, on both dialects. */
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";

import type { Database } from "../../app/db/types";
import { weighPendingPhotos } from "../../app/domain/cases/attachments.server";
import { PHOTOS_A_DAY, PHOTOS_PER_MESSAGE, PHOTOS_WAITING } from "../../app/domain/cases/complaint";
import type { DraftKey } from "../../app/domain/cases/drafts.server";
import { photoError, removePhoto, takePhotos, type PhotoTarget } from "../../app/domain/cases/pending-photos.server";
import { attachments } from "../../app/domain/cases/schema";
import type { By } from "../../app/domain/journal/actor";
import { aCustomer, at } from "../support/factories";
import { hasDatabase, testDatabase } from "../support/database";

const NOW = Date.parse("2026-10-14T09:00:00Z");
const HOUR = 3_600_000;
const by: By = { actor: { kind: "system", name: "public" }, now: NOW };
const later: By = { ...by, now: NOW + 25 * HOUR };

const it = test.runIf(hasDatabase());
let photo: { name: string; bytes: Uint8Array };

beforeAll(async () => {
  photo = { name: "mug.png", bytes: await sharp({ create: { width: 6, height: 6, channels: 3, background: "#2a6" } }).png().toBuffer() };
});

async function aSender(db: Database): Promise<number> {
  return (await db.write((tx) => aCustomer(tx, at(NOW)))).partyId;
}

const draftOf = (partyId: number, message: number): PhotoTarget => ({
  owner: { kind: "customer", id: partyId, loginId: partyId, partyId } as never,
  key: `message:${message}` as DraftKey,
  partyId,
});

describe("photos that wait", () => {
  // Mutant: without isOverfull the thirty-first is kept.
  it("are bounded over all of a customer's drafts, and only theirs", async () => {
    const db = await testDatabase();
    const [anna, other] = [await aSender(db), await aSender(db)];
    for (let message = 0; message < PHOTOS_WAITING.count / PHOTOS_PER_MESSAGE; message++)
      expect((await takePhotos(db, by, draftOf(anna, message), Array.from({ length: PHOTOS_PER_MESSAGE }, () => photo))).refused).toBeNull();
    expect((await weighPendingPhotos(db.read, anna)).count).toBe(PHOTOS_WAITING.count);

    const refused = await takePhotos(db, by, draftOf(anna, 99), [photo]);
    expect(refused).toMatchObject({ attachments: [], refused: "too_many_waiting" });
    expect(photoError(refused, NOW)).toBe("photos_waiting");
    expect((await weighPendingPhotos(db.read, anna)).count).toBe(PHOTOS_WAITING.count);
    expect((await takePhotos(db, by, draftOf(other, 1), [photo])).refused).toBeNull();

    // Taken out of one message, there is room in another.
    const [one] = await db.read.select({ publicId: attachments.publicId }).from(attachments);
    await removePhoto(db, by, draftOf(anna, 0), one!.publicId);
    expect((await takePhotos(db, by, draftOf(anna, 99), [photo])).refused).toBeNull();
  });

  it("are bounded in bytes too", async () => {
    const db = await testDatabase();
    const anna = await aSender(db);
    await takePhotos(db, by, draftOf(anna, 1), [photo]);
    await db.write((tx) => tx.update(attachments).set({ size: PHOTOS_WAITING.bytes }));
    expect((await takePhotos(db, by, draftOf(anna, 2), [photo])).refused).toBe("too_many_waiting");
  });
});

describe("photos of one day", () => {
  // Mutant: without allowToday sending up and taking back goes on for ever.
  it("are counted whether they are kept or not, and taken again the next day", async () => {
    const db = await testDatabase();
    const anna = await aSender(db);
    for (let sent = 0; sent < PHOTOS_A_DAY.count; sent++) {
      const { attachments: kept } = await takePhotos(db, by, draftOf(anna, 1), [photo]);
      await removePhoto(db, by, draftOf(anna, 1), kept[0]!.publicId);
    }
    const refused = await takePhotos(db, by, draftOf(anna, 1), [photo]);
    expect(refused).toMatchObject({ attachments: [], refused: "too_many_today", retryAt: NOW + 24 * HOUR });
    expect(photoError(refused, NOW + 30 * 60_000)).toBe("photos_today:24");
    expect((await takePhotos(db, later, draftOf(anna, 1), [photo])).refused).toBeNull();
  });

  // Mutant: a cost of 1 for the bytes lets thirty files of 8 MB become sixty.
  it("are bounded in bytes, good pictures or not", async () => {
    const db = await testDatabase();
    const anna = await aSender(db);
    const junk = { name: "big.jpg", bytes: new Uint8Array(8 * 1024 * 1024) };
    const most = PHOTOS_A_DAY.bytes / junk.bytes.byteLength;
    for (let sent = 0; sent < most; sent++) expect((await takePhotos(db, by, draftOf(anna, 1), [junk])).refused).toBe("not_a_photo");
    expect((await takePhotos(db, by, draftOf(anna, 1), [photo])).refused).toBe("too_many_today");
  });

  it("of staff are not counted", async () => {
    const db = await testDatabase();
    const anna = await aSender(db);
    const junk = { name: "x.jpg", bytes: new Uint8Array(10) };
    const desk = { ...draftOf(anna, 1), caseId: 1 };
    for (let sent = 0; sent < PHOTOS_A_DAY.count + 1; sent++) expect((await takePhotos(db, by, desk, [junk])).refused).toBe("not_a_photo");
  });
});
