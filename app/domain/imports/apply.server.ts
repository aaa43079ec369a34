/** Writes what a row says, by the commands of the rooms it speaks of. Said again, it changes nothing. */
import { desc, eq } from "drizzle-orm";

import type { Tx } from "../../db/types";
import { findConsentState, listConsents, recordConsent } from "../customers/consents.server";
import { createTopic, listTopics } from "../customers/topics.server";
import { normalizeEmail, normalizePhone } from "../customers/contact";
import { listContactPoints, type ContactPoint } from "../customers/contact-points.server";
import { createParty, findPartyByEmail, findPartyByNumber, updateParty, type Party, type PartyChange } from "../customers/customers.server";
import { consentStates } from "../customers/schema";
import type { By } from "../journal/actor";
import { recordCreditNote } from "../orders/credit-notes.server";
import { importOrder, type ImportedLine } from "../orders/import-order.server";
import { lineTotal } from "../products/price";
import { normalizeSku } from "../products/product";
import { findProduct, upsertProduct } from "../products/products.server";
import type { RejectReason } from "./import";
import { consentToRecord, isGoods, type ConsentNow, type CustomerRow, type OrderRow, type ProductRow } from "./rows";
import type { ImportOptions } from "./schema";

export type Outcome = "created" | "changed" | "unchanged";
export type Applied = { ok: true; outcome: Outcome; consents?: number } | { ok: false; field: string | null; reason: RejectReason };

// --- customers

export async function applyCustomer(tx: Tx, by: By, row: CustomerRow, options: ImportOptions, topicId: number | null): Promise<Applied> {
  const known = await findKnown(tx, row);
  if (known === "email_taken") return { ok: false, field: "email", reason: "email_taken" };
  const written = known ? await bringUpToDate(tx, by, known, row) : await addCustomer(tx, by, row, options);
  if (!written.ok) return written;
  const consents = topicId === null ? 0 : await applyConsent(tx, by, written.partyId, topicId, row);
  return { ok: true, outcome: written.outcome === "unchanged" && consents ? "changed" : written.outcome, consents };
}

/** By number first. An address that belongs to a customer of another number is somebody else's. */
async function findKnown(tx: Tx, row: CustomerRow): Promise<Party | null | "email_taken"> {
  const byNumber = row.number ? await findPartyByNumber(tx, row.number) : null;
  if (byNumber) return byNumber;
  const byEmail = row.email ? await findPartyByEmail(tx, row.email) : null;
  if (byEmail && row.number && byEmail.number && byEmail.number !== row.number) return row.kind === "person" ? "email_taken" : null;
  return byEmail;
}

type Written = { ok: true; outcome: Outcome; partyId: number } | { ok: false; field: string | null; reason: RejectReason };

async function addCustomer(tx: Tx, by: By, row: CustomerRow, options: ImportOptions): Promise<Written> {
  const { createdAt, locale, ...rest } = row;
  const made = await createParty(tx, by, { ...partyOf(rest), locale: locale ?? options.locale, source: "import", ...(createdAt !== null && { createdAt }) });
  if (!made.ok) return { ok: false, field: made.reason === "number_taken" ? "number" : "email", reason: made.reason };
  return { ok: true, outcome: "created", partyId: made.partyId };
}

function partyOf(row: Omit<CustomerRow, "createdAt" | "locale">) {
  const { kind, givenName, familyName, companyName, number, email, phone, postal, country, birthday } = row;
  return { kind, givenName, familyName, companyName, number, email, phone, postal, country, birthday };
}

/**
 * What the file says goes over what is known; what it leaves out stays. An e-mail address that its owner has proven is
 * not replaced by a file's.
 */
async function bringUpToDate(tx: Tx, by: By, party: Party, row: CustomerRow): Promise<Written> {
  const contacts = await listContactPoints(tx, party.id);
  const primary = (kind: ContactPoint["kind"]) => contacts.find((c) => c.kind === kind && c.isPrimary) ?? null;
  const email = primary("email");
  const phone = primary("phone");
  const postal = primary("postal");
  const now: PartyChange = {
    givenName: party.givenName, familyName: party.familyName, companyName: party.kind === "company" ? party.name : null,
    number: party.number, locale: party.locale, timeZone: party.timeZone, country: party.country, birthday: party.birthday,
    isCustomer: party.isCustomer, isSupplier: party.isSupplier, parentId: party.parentId,
    email: email?.value ?? null, phone: phone?.value ?? null, postal: postal?.postal ?? null,
  };
  const change: PartyChange = { ...now };
  if (party.kind === "person") {
    change.givenName = row.givenName ?? now.givenName;
    change.familyName = row.familyName ?? now.familyName;
  } else change.companyName = row.companyName ?? now.companyName;
  change.number = row.number ?? now.number;
  change.locale = row.locale ?? now.locale;
  change.country = row.country ?? now.country;
  change.birthday = row.birthday ?? now.birthday;
  if (row.email && !email?.verifiedAt && normalizeEmail(row.email) !== email?.normalizedValue) change.email = row.email;
  if (row.phone && (normalizePhone(row.phone, change.country) ?? row.phone) !== (phone?.normalizedValue ?? null) && row.phone !== phone?.value) change.phone = row.phone;
  if (row.postal && JSON.stringify(row.postal) !== JSON.stringify(pick(postal?.postal))) change.postal = row.postal;

  const isSame = (Object.keys(change) as (keyof PartyChange)[]).every((key) => change[key] === now[key]);
  if (isSame) return { ok: true, outcome: "unchanged", partyId: party.id };
  const updated = await updateParty(tx, by, party.id, party.updatedAt, change);
  if (!updated.ok)
    return { ok: false, field: updated.reason === "email_taken" ? "email" : "number", reason: updated.reason === "email_taken" ? "email_taken" : "number_taken" };
  return { ok: true, outcome: "changed", partyId: party.id };
}

function pick(postal: ContactPoint["postal"] | undefined) {
  return postal ? { line1: postal.line1, postcode: postal.postcode, city: postal.city, country: postal.country } : null;
}

const WORDING_VERSION = "import";

async function applyConsent(tx: Tx, by: By, partyId: number, topicId: number, row: CustomerRow): Promise<number> {
  if (row.consent === null) return 0;
  // A day to come is a mistake (a day read as a month): it says as little as none, and must not outlast a withdrawal.
  const at = row.consentAt !== null && row.consentAt <= by.now ? row.consentAt : null;
  const state = consentToRecord({ consent: row.consent, at }, await consentNow(tx, partyId, topicId));
  if (!state) return 0;
  await recordConsent(tx, by, {
    partyId,
    topicId,
    channel: "email",
    state,
    wordingVersion: WORDING_VERSION,
    ...(row.consentSource && { wording: row.consentSource }),
    source: "import",
    ...(at !== null && { at }),
  });
  return 1;
}

async function consentNow(tx: Tx, partyId: number, topicId: number): Promise<ConsentNow> {
  if (!(await findConsentState(tx, partyId, topicId, "email"))) return null;
  const rows = await tx.select().from(consentStates).where(eq(consentStates.partyId, partyId)).orderBy(desc(consentStates.consentId));
  const state = rows.find((row) => row.topicId === topicId && row.channel === "email");
  if (!state) return null;
  const log = await listConsents(tx, partyId);
  return { state: state.state, since: state.since, source: log.find((entry) => entry.id === state.consentId)?.source ?? null };
}

/** The topic that a consent column speaks of: the one named, else the first; where there is none at all, one is made. */
export async function topicFor(tx: Tx, by: By, key: string | null): Promise<number> {
  const topics = await listTopics(tx, "en");
  const topic = (key === null ? undefined : topics.find((t) => t.key === key)) ?? topics[0];
  if (topic) return topic.id;
  const made = await createTopic(tx, by, {
    key: "newsletter",
    position: 0,
    translations: {
      en: { name: "Newsletter", description: "News and offers." },
      pl: { name: "Newsletter", description: "Nowości i promocje." },
      "sr-Latn": { name: "Bilten", description: "Novosti i ponude." },
      "sr-Cyrl": { name: "Билтен", description: "Новости и понуде." },
    },
  });
  if (!made.ok) throw new Error("the topic newsletter is there and is not listed");
  return made.topicId;
}

// --- products

export async function applyProduct(tx: Tx, by: By, row: ProductRow, options: ImportOptions): Promise<Applied> {
  const written = await upsertProduct(tx, by, { ...row, price: row.price.amount, priceScale: row.price.scale, locale: options.locale });
  return written.ok ? { ok: true, outcome: written.outcome } : { ok: false, field: "currency", reason: "not_the_same" };
}

// --- orders

export type OrderApplied =
  | { ok: true; outcome: Outcome; partyId: number; createdCustomer: boolean }
  | { ok: false; field: string | null; reason: RejectReason };

/** What a run has looked up already. It is thrown away with its reader when a transaction fails. */
export type Lookups = { customers: Map<string, number>; products: Map<string, { id: number; sku: string; name: string }> };

/** All the lines of one order, of one customer. The customer's facts are counted by the caller. */
export async function applyOrder(tx: Tx, by: By, lines: OrderRow[], options: ImportOptions, lookups: Lookups): Promise<OrderApplied> {
  const first = lines[0] as OrderRow;
  const customer = await customerOf(tx, by, first, options, lookups);
  if (!customer) return { ok: false, field: "customerNumber", reason: "unknown_customer" };
  const { partyId } = customer;
  if (first.kind === "credit") {
    const totalMinor = lines.reduce((sum, line) => sum + lineTotal(-line.quantity, line.price.amount, line.price.scale, line.currency), 0);
    const noted = await recordCreditNote(tx, by, { partyId, number: first.orderNumber, currency: first.currency, totalMinor, issuedAt: first.placedAt });
    return { ok: true, outcome: noted.ok ? "created" : "unchanged", partyId, createdCustomer: customer.isNew };
  }
  const imported: ImportedLine[] = [];
  for (const line of lines) imported.push(await lineOf(tx, by, line, options, lookups));
  const written = await importOrder(tx, by, {
    number: first.orderNumber,
    partyId,
    source: "import",
    status: "delivered",
    currency: first.currency,
    lines: imported,
    placedAt: first.placedAt,
    facts: "later",
  });
  if (!written.ok) return { ok: false, field: written.reason === "other_customer" ? "customerNumber" : "currency", reason: "not_the_same" };
  return { ok: true, outcome: written.outcome, partyId, createdCustomer: customer.isNew };
}

async function customerOf(tx: Tx, by: By, row: OrderRow, options: ImportOptions, { customers }: Lookups): Promise<{ partyId: number; isNew: boolean } | null> {
  const key = row.customerNumber ?? row.customerEmail ?? "";
  const seen = customers.get(key);
  if (seen !== undefined) return { partyId: seen, isNew: false };
  const known = row.customerNumber ? await findPartyByNumber(tx, row.customerNumber) : await findPartyByEmail(tx, row.customerEmail ?? "");
  if (known) {
    customers.set(key, known.id);
    return { partyId: known.id, isNew: false };
  }
  if (!options.createsCustomers) return null;
  const made = await createParty(tx, by, {
    kind: "person",
    number: row.customerNumber,
    email: row.customerNumber ? null : row.customerEmail,
    country: row.country,
    locale: options.locale,
    source: "import",
    createdAt: row.placedAt,
  });
  if (!made.ok) return null;
  customers.set(key, made.partyId);
  return { partyId: made.partyId, isNew: true };
}

async function lineOf(tx: Tx, by: By, row: OrderRow, options: ImportOptions, lookups: Lookups): Promise<ImportedLine> {
  const product = isGoods(row.sku, options) ? await productOf(tx, by, row, options, lookups) : null;
  return {
    productId: product?.id ?? null,
    sku: product?.sku ?? normalizeSku(row.sku),
    name: row.productName || product?.name || row.sku,
    quantity: row.quantity,
    unitPrice: row.price.amount,
    unitPriceScale: row.price.scale,
  };
}

/** An order makes the products that it names; it never changes those that are known. */
async function productOf(tx: Tx, by: By, row: OrderRow, options: ImportOptions, { products }: Lookups): Promise<{ id: number; sku: string; name: string }> {
  const sku = normalizeSku(row.sku);
  const seen = products.get(sku);
  if (seen) return seen;
  const known = await findProduct(tx, sku, options.locale);
  const { amount: price, scale: priceScale } = row.price;
  const product = known ? { id: known.id, sku: known.sku, name: known.name } : { id: await makeProduct(), sku, name: row.productName };
  if (products.size < 50_000) products.set(sku, product);
  return product;

  async function makeProduct(): Promise<number> {
    const made = await upsertProduct(tx, by, { sku, name: row.productName, price, priceScale, currency: row.currency, locale: options.locale });
    if (!made.ok) throw new Error(`product ${sku} appeared during its own import`);
    return made.productId;
  }
}
