/**
 * Webhooks from what happened to the other side, over real sockets on loopback.
 *
 * Mutants: webhook-… in tests/mutants.mjs.
 */
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { Database } from "../../app/db/types";
import { pauseMarketing, updateParty } from "../../app/domain/customers/customers.server";
import { parties } from "../../app/domain/customers/schema";
import { webhookAttempts, webhookEndpoints, webhookMessages, webhookNotes, webhookSecrets } from "../../app/domain/integrations/schema";
import { type CallOut, postWebhooks } from "../../app/domain/integrations/posting.server";
import { sweepMessages, tellWebhooks } from "../../app/domain/integrations/telling.server";
import { DISABLE_AFTER, EVENT_TYPE_NAMES } from "../../app/domain/integrations/webhook";
import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { deliveries } from "../../app/domain/deliveries/schema";
import {
  changeEndpoint, createEndpoint, deleteEndpoint, findEndpoint, resendMessage, rotateSecret, sendTest, setEndpointState, listDisabled } from "../../app/domain/integrations/webhooks.server";
import { upsertInvoice } from "../../app/domain/orders/upsert-invoice.server";
import { upsertPayment } from "../../app/domain/orders/upsert-payment.server";
import { upsertShipment } from "../../app/domain/orders/upsert-shipment.server";
import { post } from "../../app/outgoing/post.server";
import { listOf } from "../../app/outgoing/reach";
import { hasDatabase, TEST_SECRET, testDatabase } from "../support/database";
import { aCustomer, anOrder, at } from "../support/factories";
import { aReceiver, isSignedBy, type Receiver } from "../support/receiver";

const env = { SECRET_KEY: TEST_SECRET, SECRET_KEY_OLD: [] };
const DAY = 86_400_000;
let db: Database;
let now = Date.UTC(2026, 4, 1, 10);
let receiver: Receiver;
const callOut: CallOut = (url, headers, body) => post(url, headers, body, { letIn: listOf(["127.0.0.0/8"]), timeout: 2000 });
const where = () => ({ db, clock: () => now, env, callOut });

beforeEach(async () => {
  now = Date.UTC(2026, 4, 1, 10);
  if (!hasDatabase()) return;
  db = await testDatabase();
  receiver = await aReceiver();
});
afterEach(() => receiver?.close());

const endpointFor = async (types: readonly string[], url = receiver.url) => {
  const { publicId, secret } = await db.write((tx) => createEndpoint(tx, at(now), env, { url, description: "", types }));
  const { id } = (await findEndpoint(db.read, publicId))!;
  return { id, publicId, secret };
};
const state = async (id: number) => (await db.read.select().from(webhookEndpoints).where(eq(webhookEndpoints.id, id)))[0]!;
const messages = () => db.read.select().from(webhookMessages).orderBy(webhookMessages.id);
const turn = async () => {
  await tellWebhooks(where());
  return postWebhooks(where());
};
const types = () => receiver.got.map(({ body }) => (JSON.parse(body) as { type: string }).type);

describe.runIf(hasDatabase())("webhooks", () => {
  test("what happened is told to who wants it: signed, in its order, by public ids and nothing else", async () => {
    await db.write((tx) => aCustomer(tx, at(now), { email: "before@example.com" }));
    const { secret } = await endpointFor(["party.created", "order.created", "consent.granted"]);
    const ana = await db.write((tx) => aCustomer(tx, at(now), { email: "ana@example.com", givenName: "Anastasia" }));
    const order = await db.write((tx) => anOrder(tx, at(now), ana.partyId));
    await db.write((tx) => pauseMarketing(tx, at(now), ana.partyId, now + DAY));
    await turn();
    expect(types()).toEqual(["party.created", "order.created"]);
    expect(receiver.got.every((got) => isSignedBy(secret, got) && got.timestamp === Math.floor(now / 1000))).toBe(true);
    const said = JSON.parse(receiver.got[1]!.body) as { timestamp: string; data: object };
    expect(said).toEqual({ type: "order.created", timestamp: expect.stringMatching(/Z$/) as string, data: { object: "order", id: order.publicId, href: `/api/v1/orders/${order.publicId}`, party_id: ana.publicId } });
    expect(receiver.got.map(({ body }) => body).join("")).not.toMatch(/ana@|Anastasia/);
    expect(await db.read.select().from(webhookNotes)).toEqual([]);
    expect(await turn()).toBe(0);
    expect(receiver.got).toHaveLength(2);
  });

  test("what is taken back was never told of", async () => {
    await endpointFor(EVENT_TYPE_NAMES);
    await expect(
      db.write(async (tx) => {
        await aCustomer(tx, at(now), { email: "gone@example.com" });
        throw new Error("taken back");
      }),
    ).rejects.toThrow("taken back");
    await turn();
    expect(receiver.got).toEqual([]);
  });

  test("changes by commands are told, too, and only of the types that were chosen", async () => {
    const { id } = await endpointFor(["party.updated"]);
    const { partyId } = await db.write((tx) => aCustomer(tx, at(now), { email: "ana@example.com" }));
    const [party] = await db.read.select().from(parties).where(eq(parties.id, partyId));
    await db.write((tx) => updateParty(tx, at(now), partyId, party!.updatedAt, { givenName: "Eva", familyName: "Ević", locale: "en" }));
    await turn();
    expect(types()).toEqual(["party.updated"]);
    await db.write((tx) => changeEndpoint(tx, at(now), id, { url: receiver.url, description: "", types: ["product.created"] }));
    await db.write((tx) => pauseMarketing(tx, at(now), partyId, null));
    await turn();
    expect(receiver.got).toHaveLength(1);
  });

  test("money and parcels are told by their own names, made and changed apart", async () => {
    await endpointFor(["order.shipped", "invoice.issued", "invoice.changed", "payment.created", "payment.changed", "shipment.created", "shipment.changed"]);
    const { partyId } = await db.write((tx) => aCustomer(tx, at(now), { email: "ana@example.com" }));
    await db.write(async (tx) => {
      const { orderId } = await anOrder(tx, at(now), partyId);
      const parcel = { orderId, carrier: "DPD", trackingNumber: "T", shippedAt: now };
      await upsertShipment(tx, at(now), parcel);
      await upsertShipment(tx, at(now), { ...parcel, expectedAt: now + DAY });
      const invoice = { number: "F/1", partyId, orderId, currency: "EUR", totalMinor: 500, issuedAt: now };
      const made = await upsertInvoice(tx, at(now), invoice);
      await upsertInvoice(tx, at(now), { ...invoice, totalMinor: 600 });
      await upsertPayment(tx, at(now), { number: "B-1", partyId, invoiceId: made.ok ? made.invoiceId : 0, currency: "EUR", amountMinor: 600, at: now });
    });
    await turn();
    const objects = receiver.got.map(({ body }) => JSON.parse(body) as { type: string; data: { object: string } });
    expect(objects.every(({ type, data }) => type.startsWith(`${data.object}.`))).toBe(true);
    expect(types().toSorted()).toEqual(["invoice.changed", "invoice.issued", "invoice.issued", "order.shipped", "payment.created", "shipment.changed", "shipment.created"]);
  });

  test("what is not taken comes again later under the same id; what is refused for itself holds up nobody", async () => {
    const { id } = await endpointFor(["party.created"]);
    for (const email of ["a@example.com", "b@example.com"]) await db.write((tx) => aCustomer(tx, at(now), { email }));
    receiver.answer(400);
    await turn();
    expect(receiver.got).toHaveLength(2);
    receiver.answer(500);
    now += 40_000;
    await turn();
    // an overloaded side is left alone after the first
    expect(receiver.got).toHaveLength(3);
    await turn();
    expect(receiver.got).toHaveLength(3);
    expect((await state(id)).failingSince).not.toBe(null);
    receiver.answer(200);
    now += 120_000;
    expect(await turn()).toBe(2);
    const ids = receiver.got.map((got) => got.id);
    expect([ids[2], ids[3], new Set(ids).size]).toEqual([ids[0], ids[0], 2]);
    expect((await messages()).map((one) => [one.state, one.attempts])).toEqual([["delivered", 3], ["delivered", 2]]);
    expect((await state(id)).failingSince).toBe(null);
    expect((await db.read.select().from(webhookAttempts)).map(({ status }) => status)).toEqual([400, 400, 500, 200, 200]);
  });

  test("who takes nothing for days gets nothing more until somebody has looked; what waits is kept", async () => {
    const { id } = await endpointFor(["party.created"]);
    const staff = (email: string, role: "administrator" | "marketer") => db.write((tx) => createStaffUser(tx, at(now), { email, name: email, role, locale: "pl" }));
    for (const [email, role] of [["boss@example.com", "administrator"], ["gone@example.com", "administrator"], ["m@example.com", "marketer"]] as const) await staff(email, role);
    await db.write((tx) => tx.raw("UPDATE staff_users SET disabled_at = 1 WHERE email = 'gone@example.com'"));
    await db.write((tx) => aCustomer(tx, at(now), { email: "a@example.com" }));
    receiver.answer(503);
    await turn();
    now += DISABLE_AFTER;
    await db.write((tx) => sendTest(tx, at(now), id));
    await turn();
    expect((await state(id)).state).toBe("disabled");
    const tried = receiver.got.length;
    now += DAY;
    await turn();
    expect(receiver.got).toHaveLength(tried);
    // Administrators are told, once: by mail, and on their pages until it is on again.
    const mails = await db.read.select().from(deliveries);
    expect(mails.map(({ address, notice }) => [address, notice?.template, notice?.values.host])).toEqual([["boss@example.com", "webhook_disabled", new URL((await state(id)).url).host]]);
    expect(await listDisabled(db.read)).toMatchObject([{ host: mails[0]!.notice!.values.host }]);
    await db.write((tx) => setEndpointState(tx, at(now), id, "on"));
    expect(await listDisabled(db.read)).toEqual([]);
    receiver.answer(200);
    await turn();
    expect((await messages()).map((one) => one.state)).toEqual(["given_up", "delivered"]);
    // Gone: at once.
    receiver.answer(410);
    await db.write((tx) => sendTest(tx, at(now), id));
    await turn();
    expect((await state(id)).state).toBe("disabled");
  });

  test("with a new secret both sign for a day, then the new one alone; kept is neither", async () => {
    const { id, secret } = await endpointFor(["party.created"]);
    const next = await db.write((tx) => rotateSecret(tx, at(now), env, id));
    await db.write((tx) => sendTest(tx, at(now), id));
    await turn();
    now += DAY + 1000;
    await db.write((tx) => sendTest(tx, at(now), id));
    await turn();
    expect(receiver.got.map((got) => [isSignedBy(secret, got), isSignedBy(next, got)])).toEqual([[true, true], [false, true]]);
    const kept = JSON.stringify(await db.read.select().from(webhookSecrets));
    expect([secret, next].some((one) => kept.includes(one.slice(6, 40)))).toBe(false);
    expect(isSignedBy(secret, { ...receiver.got[0]!, body: `${receiver.got[0]!.body} ` })).toBe(false);
  });

  test("two workers at once send each message once, in its order", async () => {
    await endpointFor(["party.created"]);
    for (let i = 0; i < 12; i++) await db.write((tx) => aCustomer(tx, at(now), { email: `w${i}@example.com` }));
    await Promise.all([tellWebhooks(where()), tellWebhooks(where())]);
    await Promise.all([postWebhooks(where()), postWebhooks(where()), postWebhooks(where())]);
    expect(receiver.got.map((got) => got.id)).toEqual((await messages()).map((one) => one.publicId));
  });

  test("a worker that died at it is waited for half a minute; then it comes again under the same id", async () => {
    await endpointFor(["party.created"]);
    await db.write((tx) => aCustomer(tx, at(now), { email: "a@example.com" }));
    await tellWebhooks(where());
    // It was sent, and the worker died before it could note so.
    await expect(postWebhooks({ ...where(), callOut: async (...call) => { await callOut(...call); throw new Error("killed"); } })).rejects.toThrow("killed");
    expect(await postWebhooks(where())).toBe(0);
    now += 31_000;
    expect(await postWebhooks(where())).toBe(1);
    expect(new Set(receiver.got.map((got) => got.id)).size).toBe(1);
    expect(receiver.got).toHaveLength(2);
  });

  test("a message can be sent again by hand; old ones are swept; an endpoint goes with all that was its", async () => {
    const { id, publicId } = await endpointFor(["party.created"]);
    await db.write((tx) => aCustomer(tx, at(now), { email: "a@example.com" }));
    await turn();
    await db.write((tx) => setEndpointState(tx, at(now), id, "paused"));
    const [message] = await messages();
    await db.write((tx) => resendMessage(tx, at(now), message!));
    expect(await turn()).toBe(0);
    await db.write((tx) => setEndpointState(tx, at(now), id, "on"));
    await turn();
    expect(receiver.got.map((got) => got.id)).toEqual([message!.publicId, message!.publicId]);
    expect(await db.write((tx) => sweepMessages(tx, now + 29 * DAY))).toBe(0);
    expect(await db.write((tx) => sweepMessages(tx, now + 31 * DAY))).toBe(1);
    await db.write(async (tx) => {
      await sendTest(tx, at(now), id);
      await deleteEndpoint(tx, at(now), { id, url: receiver.url });
    });
    expect([await findEndpoint(db.read, publicId), await messages()]).toEqual([null, []]);
  });
});
