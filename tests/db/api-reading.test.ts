/** What the API reads, on both databases: every list with its filter of time, every shape as its schema says, and the allowance of a token. */
import { describe, expect, test } from "vitest";
import type { z } from "zod";

import type { Reader } from "../../app/db/types";
import { takeRequest } from "../../app/domain/integrations/allowance.server";
import { campaignSchema, caseSchema, consentSchema, deliverySchema, segmentSchema } from "../../app/domain/integrations/resources/audience";
import {
  CAMPAIGNS, CASES, CONSENTS, DELIVERIES, readCampaigns, readCases, readConsents, readDeliveries, readSegments, SEGMENTS,
} from "../../app/domain/integrations/resources/audience.server";
import { findId, listIds, type Source } from "../../app/domain/integrations/resources/listing.server";
import { PARTIES, readParties } from "../../app/domain/integrations/resources/parties.server";
import { partySchema } from "../../app/domain/integrations/resources/party";
import { invoiceSchema, orderSchema, paymentSchema, productSchema, shipmentSchema } from "../../app/domain/integrations/resources/trade";
import { INVOICES, ORDERS, PAYMENTS, PRODUCTS, readInvoices, readOrders, readPayments, readProducts, readShipments, SHIPMENTS } from "../../app/domain/integrations/resources/trade.server";
import { apiTokens } from "../../app/domain/integrations/schema";
import { createToken, findToken } from "../../app/domain/integrations/tokens.server";
import { hasDatabase, TEST_MAIL_FROM, TEST_SECRET, testDatabase } from "../support/database";
import { aCampaign, aMailing, anOrder, aTopic, at } from "../support/factories";
import { aCustomerWithEverything, aProduct } from "../support/scene";
import { askQuestion } from "../../app/domain/cases/filing.server";
import { createSegment } from "../../app/domain/segments/segments.server";
import { recordConsent } from "../../app/domain/customers/consents.server";
import { upsertInvoice } from "../../app/domain/orders/upsert-invoice.server";
import { upsertPayment } from "../../app/domain/orders/upsert-payment.server";
import { upsertShipment } from "../../app/domain/orders/upsert-shipment.server";

type Read = (db: Reader, ids: readonly number[]) => Promise<unknown[]>;
const ALL: [Source, Read, z.ZodType][] = [
  [PARTIES, readParties, partySchema], [CONSENTS, readConsents, consentSchema], [PRODUCTS, readProducts, productSchema], [ORDERS, readOrders, orderSchema],
  [INVOICES, readInvoices, invoiceSchema], [PAYMENTS, readPayments, paymentSchema], [SHIPMENTS, readShipments, shipmentSchema], [SEGMENTS, readSegments, segmentSchema],
  [CAMPAIGNS, readCampaigns, campaignSchema], [DELIVERIES, readDeliveries, deliverySchema], [CASES, readCases, caseSchema],
];

describe.runIf(hasDatabase())("the API reads", () => {
  test("every resource as its schema says, by keyset and by time", async () => {
    const db = await testDatabase();
    const now = Date.now();
    const by = at(now);
    const { partyId } = await aCustomerWithEverything({ db }, "ana", await aProduct({ db, env: { SECRET_KEY: TEST_SECRET, MAIL_FROM: TEST_MAIL_FROM } as never }));
    await db.write(async (tx) => {
      const topicId = await aTopic(tx, by);
      await recordConsent(tx, by, { partyId, topicId, channel: "email", state: "granted", wordingVersion: "1", source: "api" });
      await createSegment(tx, by, { name: "All", rules: { match: "all", rules: [] } });
      await aCampaign(tx, by, { topicId, mailingId: (await aMailing(tx, by)).mailingId });
      await askQuestion(tx, by, { partyId, subject: "s", message: "m", submissionKey: "k", locale: "en" });
      const { orderId } = await anOrder(tx, by, partyId);
      await upsertShipment(tx, by, { orderId, carrier: "DPD", trackingNumber: "T", shippedAt: now });
      const invoice = await upsertInvoice(tx, by, { number: "F/1", partyId, orderId, currency: "EUR", totalMinor: 500, issuedAt: now });
      await upsertPayment(tx, by, { partyId, invoiceId: invoice.ok ? invoice.invoiceId : null, currency: "EUR", amountMinor: 200, at: now });
    });
    for (const [source, read, schema] of ALL) {
      const ids = await listIds(db.read, source, { after: 0, limit: 10, updatedSince: null });
      expect([source.table, ids.length > 0]).toEqual([source.table, true]);
      expect(await listIds(db.read, source, { after: ids.at(-1)!, limit: 10, updatedSince: null })).toEqual([]);
      expect([source.table, await listIds(db.read, source, { after: 0, limit: 10, updatedSince: now + 86_400_000 })]).toEqual([source.table, []]);
      const shown = await read(db.read, ids);
      expect([source.table, shown.length]).toEqual([source.table, ids.length]);
      for (const one of shown) expect([source.table, schema.safeParse(one).error]).toEqual([source.table, undefined]);
      const { id } = shown[0] as { id?: string };
      if (id) expect(await findId(db.read, source, id)).toBe(ids[0]);
    }
  });

  test("a token for so many requests a minute, counted for all processes together", async () => {
    const db = await testDatabase();
    const { token } = await db.write((tx) => createToken(tx, at(0), { name: "t", scopes: ["parties:read"], expiresAt: 100_000 }));
    expect(await findToken(db.read, token, 100_000)).toBe(null);
    const { id } = (await findToken(db.read, token, 99_999))!;
    expect(JSON.stringify(await db.read.select().from(apiTokens))).not.toContain(token);
    // Another process: it has no block of this one.
    const elsewhere = { ...db };
    const taken = [];
    for (let i = 0; i < 60; i++) taken.push((await takeRequest(i % 2 ? db : elsewhere, id, 50, 1000)).ok);
    expect(taken.filter(Boolean)).toHaveLength(50);
    expect((await takeRequest(db, id, 50, 61_001)).ok).toBe(true);
    expect((await db.read.select().from(apiTokens))[0]?.lastUsedAt).toBe(61_001);
  });
});
