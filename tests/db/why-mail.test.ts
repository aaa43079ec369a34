import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";

import { findWhyMail } from "../../app/domain/campaigns/why.server";
import { recordConsent } from "../../app/domain/customers/consents.server";
import { deliveries } from "../../app/domain/deliveries/schema";
import { queueNotice } from "../../app/domain/deliveries/deliveries.server";
import { hasDatabase, testDatabase } from "../support/database";
import { aCampaign, aCustomer, at, aTopic } from "../support/factories";
import { enqueueRows } from "../support/outbox";

const DAY = 86_400_000;

describe.runIf(hasDatabase())("why a mail was sent", () => {
  test("its campaign and segment as they were, and the last word of its reader before it, not a later one", async () => {
    const db = await testDatabase();
    const made = await db.write(async (tx) => {
      const topicId = await aTopic(tx, at());
      const { partyId, email } = await aCustomer(tx, at());
      const agree = (by: ReturnType<typeof at>, state: "granted" | "withdrawn" | "pending", source: string) =>
        recordConsent(tx, by, { partyId, topicId, channel: "email", state, wordingVersion: "1", source });
      const noon = at().now;
      await agree(at(noon - 9 * DAY), "withdrawn", "portal");
      await agree(at(noon - 3 * DAY), "granted", "form");
      // Asked once more and not confirmed: what was agreed to stands.
      await agree(at(noon - DAY), "pending", "form");
      const { campaignId, publicId } = await aCampaign(tx, at(), { topicId, name: "Autumn" });
      const row = { campaignId, partyId, address: email, recipientName: null, locale: "en", topicId, revisionId: null, mergeValues: {}, notBefore: noon, expiresAt: null };
      await enqueueRows(tx, at(noon), [row]);
      await agree(at(noon + DAY), "withdrawn", "one_click");
      return { campaignId, publicId, partyId, noon };
    });
    const [mail] = await db.read.select().from(deliveries).where(eq(deliveries.campaignId, made.campaignId));
    const why = await findWhyMail(db.read, mail!, "en");
    expect(why).toMatchObject({ campaign: { publicId: made.publicId, name: "Autumn" }, topic: "Topic offers", agreed: { at: made.noon - 3 * DAY, source: "form", legalBasis: "consent" } });
    expect(why?.segment?.name).toMatch(/^Segment/);
    // A mail made after the withdrawal has no agreement to show.
    expect((await findWhyMail(db.read, { ...mail!, createdAt: made.noon + 2 * DAY }, "en"))?.agreed).toBeNull();
    expect((await findWhyMail(db.read, { ...mail!, createdAt: made.noon - 5 * DAY }, "en"))?.agreed).toBeNull();
  });

  test("nothing of a mail that needs no consent", async () => {
    const db = await testDatabase();
    await db.write((tx) => queueNotice(tx, at(), { class: "security", to: { address: "a@example.com", name: null }, template: "login_link", locale: "en", values: { code: "1", path: "/x", minutes: 1 }, dedupeKey: "k" }));
    const [mail] = await db.read.select().from(deliveries);
    expect(await findWhyMail(db.read, mail!, "en")).toBeNull();
  });
});
