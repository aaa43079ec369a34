/** What tests begin with, made by the commands that the product itself uses. */
import type { Database, Tx } from "../../app/db/types";
import { createCampaign } from "../../app/domain/campaigns/campaigns.server";
import { recordConsent } from "../../app/domain/customers/consents.server";
import { createTopic } from "../../app/domain/customers/topics.server";
import { createParty, type NewParty } from "../../app/domain/customers/customers.server";
import { setStream } from "../../app/domain/deliveries/deliveries.server";
import { claimDue } from "../../app/domain/deliveries/claim.server";
import { recordEndings } from "../../app/domain/deliveries/ending.server";
import { tellDue } from "../../app/domain/deliveries/telling.server";
import { commitIntents } from "../../app/domain/deliveries/intent.server";
import { linkToken } from "../../app/domain/deliveries/token.server";
import type { By } from "../../app/domain/journal/actor";
import { findTemplate } from "../../app/domain/mailings/library.server";
import type { MailLocale } from "../../app/domain/mailings/mailing";
import { compileMailing, createMailing, freezeRevision, getMailing } from "../../app/domain/mailings/mailings.server";
import { placeOrder, type PlaceOrderInput } from "../../app/domain/orders/placing.server";
import { addOption } from "../../app/domain/products/options.server";
import { createProduct } from "../../app/domain/products/products.server";
import { addRule } from "../../app/domain/products/rules.server";
import type { RuleGroup } from "../../app/domain/segments/rule";
import { createSegment } from "../../app/domain/segments/segments.server";
import { enqueueRows } from "./outbox";

let serial = 0;

/** A system actor at this instant (noon of 1 June 2026, UTC, unless given). */
export function at(now = Date.UTC(2026, 5, 1, 12)): By {
  return { actor: { kind: "system", name: "seed" }, now };
}

/** A person with a name and an address of their own; every part can be given. */
export async function aCustomer(tx: Tx, by: By, given: Partial<NewParty> = {}): Promise<{ partyId: number; publicId: string; email: string }> {
  serial += 1;
  const email = given.email ?? `person${serial}@example.com`;
  const made = await createParty(tx, by, {
    kind: "person", givenName: "Anna", familyName: `Nowak ${serial}`, locale: "pl", country: "PL", source: "seed", ...given, email,
  });
  if (!made.ok) throw new Error(made.reason);
  return { partyId: made.partyId, publicId: made.publicId, email };
}

/** A topic of marketing with English words. @returns its id */
export async function aTopic(tx: Tx, by: By, key = "offers"): Promise<number> {
  const made = await createTopic(tx, by, { key, position: 0, translations: { en: { name: `Topic ${key}`, description: "" } } });
  if (!made.ok) throw new Error(made.reason);
  return made.topicId;
}

/** A mug with colours, a print, a text and one of each kind of rule; `words` are English only. */
export async function aMug(tx: Tx, by: By, sku = "MUG-330"): Promise<{ productId: number; publicId: string; sku: string }> {
  const made = await createProduct(tx, by, { sku, price: 1250, currency: "EUR", category: "mugs", artwork: "mug", words: { en: { name: "Mug 330 ml" } } });
  if (!made.ok) throw new Error(made.reason);
  const { productId, publicId } = made;
  const label = (text: string) => ({ en: { label: text } });
  await addOption(tx, by, {
    productId, key: "colour", kind: "colour", words: label("Colour"),
    values: [
      { key: "white", data: { base: "#ffffff" }, isDefault: true, words: label("White") },
      { key: "black", priceDelta: 150, data: { base: "#1c1917" }, words: label("Black") },
    ],
  });
  await addOption(tx, by, {
    productId, key: "print", kind: "colour", words: label("Print"),
    values: [
      { key: "ink", data: { ink: "#27272a" }, isDefault: true, words: label("Ink") },
      { key: "gold", priceDelta: 200, data: { ink: "#c9a227", days: "2" }, words: label("Gold") },
    ],
  });
  await addOption(tx, by, { productId, key: "text", kind: "text", isRequired: false, maxLength: 12, priceDelta: 300, words: label("Text") });
  await addRule(tx, by, {
    productId, kind: "requires", when: { print: ["gold"] }, then: { colour: ["black"] }, words: { en: { reason: "Gold shows only on black." } },
  });
  await addRule(tx, by, {
    productId, kind: "price", when: { print: ["gold"], text: ["*"] }, priceDelta: -50, words: { en: { reason: "Gold text together" } },
  });
  return { productId, publicId, sku };
}

/** A product sold as it is. */
export async function aStockProduct(tx: Tx, by: By, sku = "PEN-1", price = 399): Promise<{ productId: number; sku: string }> {
  const made = await createProduct(tx, by, { sku, price, currency: "EUR", words: { en: { name: `Product ${sku}` } } });
  if (!made.ok) throw new Error(made.reason);
  return { productId: made.productId, sku };
}

/** An order of two stock products by this customer, from the portal unless told otherwise. */
export async function anOrder(tx: Tx, by: By, partyId: number, given: Partial<PlaceOrderInput> = {}) {
  serial += 1;
  const lines = given.lines ?? [{ sku: (await aStockProduct(tx, by, `SKU-${serial}`)).sku, quantity: 2 }];
  const placed = await placeOrder(tx, by, { partyId, source: "portal", ...given, lines });
  if (!placed.ok) throw new Error(placed.reason);
  return placed;
}

/** A mailing of the library's newsletter, as it stands there, in these languages (English by default). */
export async function aMailing(tx: Tx, by: By, locales: MailLocale[] = ["en"], templateKey = "newsletter"): Promise<{ mailingId: number; publicId: string }> {
  serial += 1;
  const template = findTemplate(templateKey);
  if (!template) throw new Error(`no template ${templateKey}`);
  const made = await createMailing(tx, by, {
    name: `Mailing ${serial}`,
    templateKey,
    defaultLocale: locales[0] ?? "en",
    contents: Object.fromEntries(locales.map((locale) => [locale, template.defaults[locale]])),
  });
  if (!made.ok) throw new Error(made.reason);
  return made;
}

/** A campaign to everybody who agreed to the topic, with a mailing of its own unless one is given. */
export async function aCampaign(
  tx: Tx,
  by: By,
  given: { topicId: number; rules?: RuleGroup; mailingId?: number; name?: string },
): Promise<{ campaignId: number; publicId: string }> {
  serial += 1;
  const segment = await createSegment(tx, by, { name: `Segment ${serial}`, rules: given.rules ?? { match: "all", rules: [] } });
  const mailingId = given.mailingId ?? (await aMailing(tx, by)).mailingId;
  return createCampaign(tx, by, { name: given.name ?? `Campaign ${serial}`, segmentId: segment.segmentId, mailingId, topicId: given.topicId });
}

/** Says that this customer wants mail about the topic, or (with `withdrawn`) does not any more. */
export async function aConsent(tx: Tx, by: By, partyId: number, topicId: number, state: "granted" | "withdrawn" = "granted"): Promise<void> {
  await recordConsent(tx, by, { partyId, topicId, channel: "email", state, wordingVersion: "1", source: "seed" });
}

/** A customer who agreed to a topic, with a marketing mail about it that is due. */
export async function aDueMail(db: Database, then: By) {
  serial += 1;
  const campaignId = 900_000 + serial;
  const made = await db.write(async (tx) => {
    const topicId = await aTopic(tx, then, `topic-${serial}`);
    const { partyId, publicId, email } = await aCustomer(tx, then);
    await aConsent(tx, then, partyId, topicId);
    const { mailingId } = await aMailing(tx, then);
    return { topicId, partyId, partyPublicId: publicId, email, mailingId };
  });
  const compiled = (await compileMailing(await getMailing(db.read, made.mailingId), { name: "Shop", postalLine: "Shop, Street 1" }))[0];
  if (!compiled) throw new Error("nothing was compiled");
  const revisionId = await db.write(async (tx) => {
    const frozen = await freezeRevision(tx, then, made.mailingId, compiled);
    if (!frozen.ok) throw new Error(frozen.reason);
    await enqueueRows(tx, then, [
      {
        campaignId, partyId: made.partyId, address: made.email, recipientName: "Anna Nowak", locale: "en", topicId: made.topicId,
        revisionId: frozen.revisionId,
        mergeValues: { customer: { first_name: "Anna", last_name: "Nowak", full_name: "Anna Nowak", number: "", city: "", orders_count: "0", last_order_on: "" }, topic: { name: "News" } },
        notBefore: then.now, expiresAt: null,
      },
    ]);
    await setStream(tx, then, campaignId, "running");
    return frozen.revisionId;
  });
  return { ...made, campaignId, revisionId, links: compiled.links };
}

/** A customer who agreed to a topic and got a marketing mail about it a while ago. @returns what the mail's links carry */
export async function aMailedCustomer(db: Database, by: By, { ago = 60_000 } = {}) {
  const then = { ...by, now: by.now - ago };
  const due = await aDueMail(db, then);
  const row = (await claimDue(db, "elsewhere/1/test", then.now, 10)).find((claimed) => claimed.campaignId === due.campaignId);
  if (!row) throw new Error("the mail was not claimed");
  await db.write((tx) => commitIntents(tx, then.now, [row]));
  const outcome = { kind: "accepted", code: 250, words: "250 ok", providerId: `sg-${row.publicId}` } as const;
  await db.write((tx) => recordEndings(tx, then.now, [{ row, subject: "News", intentAt: then.now, transport: "sendgrid", outcome }]));
  await tellDue({ db, clock: () => then.now });
  return { ...due, deliveryId: row.id, deliveryPublicId: row.publicId, token: linkToken(row.id) };
}
