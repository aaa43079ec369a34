/**
 * The demo company, made by the commands that the product itself uses, so that its data obeys the rules: Lipa Print, a
 * shop that prints on mugs, shirts, cushions, notebooks and frames. The same seed and start day give the same people,
 * orders and answers; random keys (public ids, salts, tokens) differ. Relative to the start day, so that some orders
 * are on their way and some answers due soon.
 */
import type { Database, Tx } from "../../app/db/types";
import { createCustomerLogin } from "../../app/domain/accounts/logins.server";
import { hashPassword } from "../../app/domain/accounts/passwords.server";
import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { saveCompany } from "../../app/domain/company/company.server";
import { createTopic, listTopics, recordConsent } from "../../app/domain/customers/consents.server";
import { createParty } from "../../app/domain/customers/customers.server";
import { refreshStages } from "../../app/domain/customers/metrics.server";
import type { By } from "../../app/domain/journal/actor";
import { refreshOrderFacts } from "../../app/domain/orders/facts.server";
import { issueInvoice, recordPayment } from "../../app/domain/orders/invoices.server";
import { importOrder } from "../../app/domain/orders/import-order.server";
import { nextNumber } from "../../app/domain/orders/series.server";
import { lineTotal } from "../../app/domain/products/price";
import { addOption, addRule, createProduct, getConfigurator } from "../../app/domain/products/products.server";
import { fillBasket, followOrder, type PastOrder, type Shelf } from "./baskets";
import { inAllLanguages, PRODUCTS, TOPICS } from "./catalogue";
import { DEMO_CUSTOMER_PASSWORD, DEMO_CUSTOMERS, DEMO_LOGIN_COUNT, DEMO_STAFF, DEMO_STAFF_PASSWORD } from "./logins";
import { drawPeople, type Person } from "./people";
import { atShoppingHour, drawPurchases, liveliness, PRESENT_SHOP, type Purchase } from "./purchase-process";
import { randomFrom, type Random } from "./random";

const DAY = 86_400_000;
const YEARS = 2;

export type SeedOptions = {
  seed?: string;
  /** The day on which the demo begins to live, `YYYY-MM-DD`; everything lies before its midnight, UTC. */
  day: string;
  customers?: number;
  /** Told what is being made. */
  say?: (what: string) => void;
};

export type SeedResult = { ok: true; customers: number; orders: number } | { ok: false; reason: "not_empty" };

/** Makes the demo company on an empty database. */
export async function seedDemo(db: Database, options: SeedOptions): Promise<SeedResult> {
  const [found] = await db.read.raw<{ n: number }>("select 1 as n from parties union all select 1 from staff_users limit 1");
  if (found) return { ok: false, reason: "not_empty" };
  const now = Date.parse(`${options.day}T00:00:00Z`);
  const opened = now - YEARS * 365 * DAY;
  const random = randomFrom(options.seed ?? "lipa");
  const say = options.say ?? (() => undefined);

  say("company, staff and catalogue");
  await db.write((tx) => foundCompany(tx, at(opened - 30 * DAY)));
  const staffHash = await hashPassword(DEMO_STAFF_PASSWORD);
  await db.write(async (tx) => {
    for (const staff of DEMO_STAFF) await createStaffUser(tx, at(opened - 20 * DAY), { ...staff, passwordHash: staffHash });
  });
  await db.write((tx) => stockCatalogue(tx, at(opened - 14 * DAY)));

  say("customers and consents");
  const customers = drawCustomers(random.fork("customers"), options.customers ?? 2300, opened, now);
  await inParts(db, customers, 300, (tx, customer) => joinCustomer(tx, customer));

  say("orders");
  const shelves = await readShelves(db);
  const orders = drawOrders(random.fork("orders"), customers, shelves, now);
  await inParts(db, orders, 300, async (tx, order) => {
    const number = `R-${await nextNumber(tx, "orders", 10_000)}`;
    const made = await importOrder(tx, at(order.past.placedAt), { ...order.past, number, partyId: order.customer.partyId });
    if (!made.ok) throw new Error(made.reason);
    order.orderId = made.orderId;
  });
  say("invoices and payments");
  const shipped = orders.filter((order) => order.past.shippedAt).toSorted((a, b) => a.past.shippedAt! - b.past.shippedAt!);
  const money = random.fork("money");
  await inParts(db, shipped, 300, (tx, order) => settle(tx, money, order, now));
  await inParts(db, customers.filter((c) => c.purchases.length), 300, (tx, customer) => refreshOrderFacts(tx, customer.partyId));

  await db.write((tx) => refreshStages(tx, now, customers.length));

  say("logins");
  await giveLogins(db, customers, now);
  return { ok: true, customers: customers.length, orders: orders.length };
}

function at(now: number): By {
  return { actor: { kind: "system", name: "seed" }, now };
}

/** One transaction for every so many items: short enough for others to get in between, long enough to be quick. */
async function inParts<T>(db: Database, items: readonly T[], size: number, work: (tx: Tx, item: T) => Promise<void>): Promise<void> {
  for (let from = 0; from < items.length; from += size)
    await db.write(async (tx) => {
      for (const item of items.slice(from, from + size)) await work(tx, item);
    });
}

async function foundCompany(tx: Tx, by: By): Promise<void> {
  await saveCompany(tx, by, {
    name: "Lipa Print",
    legalName: "Lipa Print sp. z o.o.",
    postalAddress: "Lipa Print sp. z o.o., ul. Lipowa 7, 50-107 Wrocław, Poland",
    supportEmail: "hello@example.com",
    supportPhone: "+48 71 555 01 23",
    website: "https://lipa.example.com",
    currency: "EUR",
    timeZone: "Europe/Warsaw",
    locale: "en",
    country: "PL",
  });
  for (const [position, topic] of TOPICS.entries())
    await createTopic(tx, by, {
      key: topic.key,
      position,
      translations: inAllLanguages((say) => ({ name: say(topic.name), description: say(topic.description) })),
    });
}

async function stockCatalogue(tx: Tx, by: By): Promise<void> {
  for (const [position, product] of PRODUCTS.entries()) {
    const made = await createProduct(tx, by, {
      sku: product.sku,
      price: product.price,
      currency: "EUR",
      category: product.category,
      artwork: product.artwork,
      position,
      words: inAllLanguages((say) => ({ name: say(product.name), description: say(product.description) })),
    });
    if (!made.ok) throw new Error(`${product.sku}: ${made.reason}`);
    for (const option of product.options) must(await addOption(tx, by, { ...option, productId: made.productId }), product.sku);
    for (const rule of product.rules) must(await addRule(tx, by, { ...rule, productId: made.productId }), product.sku);
  }
}

function must(result: { ok: true } | { ok: false; reason: string }, what: string): void {
  if (!result.ok) throw new Error(`${what}: ${result.reason}`);
}

// --- people

export type DemoCustomer = {
  person: Person;
  joinedAt: number;
  purchases: Purchase[];
  hasLeft: boolean;
  consents: { topicKey: string; state: "granted" | "withdrawn"; at: number; source: string }[];
  partyId: number;
  number: string;
};

function drawCustomers(random: Random, count: number, opened: number, now: number): DemoCustomer[] {
  const people = drawPeople(random.fork("people"), count, now);
  nameTheKnown(people);
  const joins = Array.from({ length: count }, () => joinDay(random, opened, now)).toSorted((a, b) => a - b);
  return people.map((person, i) => {
    const joinedAt = joins[i] as number;
    const isKnown = i < DEMO_CUSTOMERS.length;
    const buys = isKnown || random.chance(0.9);
    const firstAt = atShoppingHour(random, joinedAt + (buys && random.chance(0.25) ? random.int(1, 40) * DAY : 0));
    const drawn = buys && firstAt < now - DAY ? drawPurchases(random, PRESENT_SHOP, { firstAt, end: now - 2 * 3_600_000 }) : { purchases: [], hasLeft: false };
    const purchases = isKnown ? regular(random, now) : drawn.purchases.map((p, n) => (n === 0 ? p : { ...p, at: Math.min(atShoppingHour(random, p.at), now - 3_600_000) }));
    const since = Math.min(joinedAt, purchases[0]?.at ?? joinedAt) - 600_000;
    return {
      person,
      joinedAt: since,
      purchases,
      hasLeft: drawn.hasLeft && !isKnown,
      consents: drawConsents(random, since, now, isKnown),
      partyId: 0,
      number: `L-${1001 + i}`,
    };
  });
}

/** The first customers are those whose logins are printed. */
function nameTheKnown(people: Person[]): void {
  for (const [i, known] of DEMO_CUSTOMERS.entries()) {
    const alike = people.findIndex((p, at) => at >= i && p.country === known.country && p.locale === known.locale);
    [people[i], people[alike]] = [people[alike] as Person, people[i] as Person];
    const clash = people.find((p, at) => at !== i && p.email === known.email);
    if (clash) clash.email = `1.${clash.email}`;
    people[i] = { ...(people[i] as Person), ...known };
  }
}

/** Customers who are shown around: an order every few weeks, the last ones still on their way. */
function regular(random: Random, now: number): Purchase[] {
  const days = [401, 322, 263, 190, 121, 64, 27, 6, 2];
  return days.map((ago) => ({ at: atShoppingHour(random, now - ago * DAY) - DAY, valueMinor: random.int(1800, 6400) })).filter((p) => p.at < now);
}

/** More people join as the shop becomes known, and more in lively weeks. */
function joinDay(random: Random, opened: number, now: number): number {
  for (;;) {
    const share = random.next();
    const day = opened + share * (now - opened);
    if (random.next() < ((0.35 + 0.65 * share) * liveliness(day)) / 2.6) return Math.floor(day);
  }
}

function drawConsents(random: Random, joinedAt: number, now: number, isKnown: boolean): DemoCustomer["consents"] {
  const source = random.weighted({ checkout: 6, form: 2, portal: 2 });
  const consents: DemoCustomer["consents"] = [];
  const wants = isKnown || random.chance(0.68);
  if (!wants) return consents;
  for (const { key } of TOPICS) {
    if (!isKnown && !random.chance(key === "news" ? 0.9 : key === "offers" ? 0.7 : 0.5)) continue;
    consents.push({ topicKey: key, state: "granted", at: joinedAt + 60_000, source });
    const left = joinedAt + random.exponential(1 / (700 * DAY));
    if (!isKnown && left < now && random.chance(0.5)) consents.push({ topicKey: key, state: "withdrawn", at: left, source: "preference_page" });
  }
  return consents.toSorted((a, b) => a.at - b.at);
}

const WORDING = "2024-1";

async function joinCustomer(tx: Tx, customer: DemoCustomer): Promise<void> {
  const { person } = customer;
  const made = await createParty(tx, at(customer.joinedAt), {
    kind: "person",
    givenName: person.givenName,
    familyName: person.familyName,
    number: customer.number,
    email: person.email,
    phone: person.phone,
    postal: person.postal,
    locale: person.locale,
    timeZone: person.timeZone,
    country: person.country,
    birthday: person.birthday,
    source: "seed",
  });
  if (!made.ok) throw new Error(`${person.email}: ${made.reason}`);
  customer.partyId = made.partyId;
  const topics = await listTopics(tx, "en");
  for (const consent of customer.consents) {
    const topic = topics.find((t) => t.key === consent.topicKey);
    if (!topic) throw new Error(consent.topicKey);
    await recordConsent(tx, at(Math.round(consent.at)), {
      partyId: made.partyId,
      topicId: topic.id,
      channel: "email",
      state: consent.state,
      wordingVersion: WORDING,
      wording: consent.state === "granted" ? `Yes, send me mail about: ${topic.name}.` : undefined,
      source: consent.source,
    });
  }
}

// --- orders

type DemoOrder = { customer: DemoCustomer; past: PastOrder; orderId: number; totalMinor: number };

async function readShelves(db: Database): Promise<Shelf[]> {
  const shelves: Shelf[] = [];
  for (const product of PRODUCTS) {
    const [row] = await db.read.raw<{ id: number }>("select id from products where sku = ?", [product.sku]);
    const found = row && (await getConfigurator(db.read, Number(row.id), "en"));
    if (!found) throw new Error(product.sku);
    const names = inAllLanguages((say) => say(product.name));
    shelves.push({ productId: found.product.id, sku: product.sku, names, demand: product.demand, config: found.config });
  }
  return shelves;
}

function drawOrders(random: Random, customers: DemoCustomer[], shelves: Shelf[], now: number): DemoOrder[] {
  const orders = customers.flatMap((customer) =>
    customer.purchases.map((purchase) => {
      const lines = fillBasket(random, shelves, customer.person, purchase.valueMinor);
      const past = followOrder(random, customer.person, purchase, lines, now);
      const linesMinor = lines.reduce((sum, line) => sum + lineTotal(line.quantity, line.unitPrice, line.unitPriceScale, past.currency), 0);
      return { customer, past, orderId: 0, totalMinor: linesMinor + (past.shippingMinor ?? 0) };
    }),
  );
  return orders.toSorted((a, b) => a.past.placedAt - b.past.placedAt);
}

/** The invoice at shipping, and the money: most pay at once, some by the term, a few late or not yet. */
async function settle(tx: Tx, random: Random, order: DemoOrder, now: number): Promise<void> {
  const shippedAt = order.past.shippedAt as number;
  const invoiceId = await issueInvoice(
    tx,
    { id: order.orderId, partyId: order.customer.partyId, currency: order.past.currency, totalMinor: order.totalMinor },
    shippedAt,
  );
  const method = random.weighted({ card: 5, blik: order.customer.person.country === "PL" ? 6 : 0.01, transfer: 2, cash_on_delivery: order.customer.person.country === "RS" ? 5 : 0.3 });
  const paidAt =
    method === "transfer" ? shippedAt + random.gamma(3, 0.3) * DAY : method === "cash_on_delivery" ? (order.past.deliveredAt ?? now + DAY) : shippedAt;
  if (paidAt > now || random.chance(0.006)) return;
  must(await recordPayment(tx, at(Math.round(paidAt)), { invoiceId, amountMinor: order.totalMinor, method, at: Math.round(paidAt) }), "payment");
}

// --- logins

async function giveLogins(db: Database, customers: DemoCustomer[], now: number): Promise<void> {
  const hash = await hashPassword(DEMO_CUSTOMER_PASSWORD);
  const known = customers.slice(0, DEMO_CUSTOMERS.length);
  const loyal = customers
    .slice(DEMO_CUSTOMERS.length)
    .toSorted((a, b) => b.purchases.length - a.purchases.length || a.partyId - b.partyId)
    .slice(0, DEMO_LOGIN_COUNT - known.length);
  await db.write(async (tx) => {
    for (const customer of [...known, ...loyal])
      must(
        await createCustomerLogin(tx, at(Math.min(now, customer.joinedAt + DAY)), { partyId: customer.partyId, email: customer.person.email, passwordHash: hash }),
        customer.person.email,
      );
  });
}
