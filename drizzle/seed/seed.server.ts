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
import { createToken } from "../../app/domain/integrations/tokens.server";
import { createEndpoint, findEndpoint, sendTest, setEndpointState } from "../../app/domain/integrations/webhooks.server";
import { reportNow } from "../../app/domain/analytics/reckoning.server";
import { recordConsent } from "../../app/domain/customers/consents.server";
import { createTopic, listTopics, type Topic } from "../../app/domain/customers/topics.server";
import { createParty } from "../../app/domain/customers/customers.server";
import { refreshStages } from "../../app/domain/customers/metrics.server";
import { bySystem, type By, type StaffActor } from "../../app/domain/journal/actor";
import { deriveAll } from "../../app/domain/orders/derive.server";
import { keepSegment } from "../../app/domain/segments/keeping.server";
import { refreshOrderFacts } from "../../app/domain/orders/facts.server";
import { issueInvoice, recordPayment } from "../../app/domain/orders/invoices.server";
import { importOrder } from "../../app/domain/orders/import-order.server";
import { saveDesign } from "../../app/domain/products/designs.server";
import { nextNumber } from "../../app/domain/orders/series.server";
import { lineTotal } from "../../app/domain/products/price";
import { getConfigurator } from "../../app/domain/products/configurators.server";
import { addOption } from "../../app/domain/products/options.server";
import { createProduct } from "../../app/domain/products/products.server";
import { addRule } from "../../app/domain/products/rules.server";
import { choose, fillBasket, followOrder, type PastOrder, type Shelf } from "./baskets";
import { changeSegments, draftCampaign, makeSegments, PAST_CAMPAIGNS, postAll, runCampaign, type SeedApp, type Ids, type Response } from "./campaigns";
import { inAllLanguages, PRODUCTS, TOPICS } from "./catalogue";
import { ask, complain, type Desk } from "./complaints";
import { writeCompanies } from "./companies";
import { writeMails } from "./correspondence";
import { writeSomeDownTwice } from "./doubles";
import { receiveLetters } from "./letters";
import { DEMO_CUSTOMER_PASSWORD, DEMO_CUSTOMERS, DEMO_LOGIN_COUNT, DEMO_STAFF, DEMO_STAFF_PASSWORD } from "./logins";
import { importVisitors } from "./imports";
import { drawPeople, type Person } from "./people";
import { atShoppingHour, drawPurchases, liveliness, PRESENT_SHOP, type Purchase } from "./purchase-process";
import { randomFrom, type Random } from "./random";
import { writeRecords } from "./record";
import { Timeline } from "./timeline";

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
export async function seedDemo(app: SeedApp, options: SeedOptions): Promise<SeedResult> {
  const { db } = app;
  const [found] = await db.read.raw<{ n: number }>("select 1 as n from parties union all select 1 from staff_users limit 1");
  if (found) return { ok: false, reason: "not_empty" };
  const now = Date.parse(`${options.day}T00:00:00Z`);
  const opened = now - YEARS * 365 * DAY;
  const random = randomFrom(options.seed ?? "lipa");
  const say = options.say ?? (() => undefined);

  say("company, staff and catalogue");
  await db.write((tx) => foundCompany(tx, at(opened - 30 * DAY)));
  const staff = await hireStaff(db, opened - 20 * DAY);
  await db.write((tx) => stockCatalogue(tx, at(opened - 14 * DAY)));
  const shelves = await readShelves(db);

  say("two years: customers, consents, orders, complaints, campaigns");
  const customers = drawCustomers(random.fork("customers"), options.customers ?? 2300, opened, now);
  const years = new Years({ app, random, shelves, staff, customers, now });
  const orders = await years.pass();
  await receiveLetters(db, now);

  say("designs and logins");
  await db.write((tx) => refreshStages(tx, now, customers.length));
  // As the worker would have on each of these days, so that the value of a customer has a history.
  for (const ago of [150, 120, 90, 60, 30, 0]) await deriveAll({ db, clock: () => now - ago * DAY });
  await reportNow({ db, clock: () => now });
  await giveLogins(db, customers, now);
  const administrator = staff.find(({ role }) => role === "administrator")!;
  await db.write((tx) => letProgramsIn(tx, { actor: administrator, now: opened }));
  await db.write((tx) => tellPrograms(tx, { actor: administrator, now: now - DAY }, app.env));
  await db.write((tx) => saveDesigns(tx, random.fork("designs"), customers, shelves, now));
  await writeRecords(db, customers, staff[0]!, now);
  await importVisitors(db, customers, staff[0]!, now);
  await writeCompanies(db, staff[0]!, now);
  await writeMails(db, customers, { ...staff[0]!, email: DEMO_STAFF[0]!.email }, now);
  await writeSomeDownTwice(db, customers, staff[0]!, now);
  return { ok: true, customers: customers.length, orders };
}

async function hireStaff(db: Database, now: number): Promise<StaffActor[]> {
  const passwordHash = await hashPassword(DEMO_STAFF_PASSWORD);
  return db.write(async (tx) => {
    const hired: StaffActor[] = [];
    for (const staff of DEMO_STAFF) {
      const made = await createStaffUser(tx, at(now), { ...staff, passwordHash });
      if (!made.ok) throw new Error(`${staff.email}: ${made.reason}`);
      hired.push({ kind: "staff", id: made.id, role: staff.role, name: staff.name, locale: staff.locale });
    }
    return hired;
  });
}

function at(now: number): By {
  return bySystem("seed", now);
}

async function foundCompany(tx: Tx, by: By): Promise<void> {
  await saveCompany(tx, by, {
    name: "Lipa Print",
    legalName: "Lipa Print sp. z o.o.",
    postalAddress: "ul. Lipowa 7, 50-107 Wrocław, Poland",
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
}

async function consentTo(tx: Tx, customer: DemoCustomer, consent: DemoCustomer["consents"][number], topics: Topic[]): Promise<void> {
  const topic = topics.find((t) => t.key === consent.topicKey);
  if (!topic) throw new Error(consent.topicKey);
  await recordConsent(tx, at(Math.round(consent.at)), {
    partyId: customer.partyId,
    topicId: topic.id,
    channel: "email",
    state: consent.state,
    wordingVersion: WORDING,
    wording: consent.state === "granted" ? `Yes, send me mail about: ${topic.name}.` : undefined,
    source: consent.source,
  });
}

// --- two years

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

type World = { app: SeedApp; random: Random; shelves: Shelf[]; staff: StaffActor[]; customers: DemoCustomer[]; now: number };

/** Everything that happens in those two years, one after the other. */
class Years {
  private readonly timeline = new Timeline();
  /** Whose orders have changed since their facts were last counted. */
  private readonly touched = new Set<number>();
  private readonly chance: { baskets: Random; ways: Random; money: Random; trouble: Random; campaigns: Random; post: Random };
  private readonly desk: Desk;
  private orders = 0;

  constructor(private readonly world: World) {
    const { random, staff } = world;
    this.chance = {
      baskets: random.fork("baskets"), ways: random.fork("ways"), money: random.fork("money"), trouble: random.fork("trouble"),
      campaigns: random.fork("campaigns"), post: random.fork("post"),
    };
    this.desk = { agents: staff.filter((one) => one.role === "support") };
  }

  async pass(): Promise<number> {
    const { app, customers, now } = this.world;
    const topics = await listTopics(app.db.read, "en");
    for (const customer of customers) {
      this.timeline.add(customer.joinedAt, (tx) => joinCustomer(tx, customer));
      for (const consent of customer.consents) this.timeline.add(consent.at, (tx) => consentTo(tx, customer, consent, topics));
      for (const purchase of customer.purchases) this.buy(customer, purchase);
      if (this.chance.trouble.chance(0.025)) this.wonder(customer);
    }
    await this.planCampaigns(topics);
    // the post goes out every week, so that the past's mails are not sent on the first day of the demo
    for (let at = now - YEARS * 365 * DAY; at < now; at += 7 * DAY) this.timeline.addApart(at, () => this.post(at));
    this.timeline.addApart(now - 2, () => this.post(now - 1));
    this.timeline.addApart(now - 1, () => this.countFacts());
    await this.timeline.play(app.db);
    return this.orders;
  }

  private buy(customer: DemoCustomer, purchase: Purchase): void {
    const { shelves, now } = this.world;
    const lines = fillBasket(this.chance.baskets, shelves, customer.person, purchase.valueMinor);
    const past = followOrder(this.chance.ways, customer.person, purchase, lines, now);
    const linesMinor = lines.reduce((sum, line) => sum + lineTotal(line.quantity, line.unitPrice, line.unitPriceScale, past.currency), 0);
    const order: DemoOrder = { customer, past, orderId: 0, number: "", totalMinor: linesMinor };
    this.orders += 1;
    this.timeline.add(past.placedAt, async (tx) => {
      order.number = `R-${await nextNumber(tx, "orders", 10_000)}`;
      const made = await importOrder(tx, at(past.placedAt), { ...past, number: order.number, partyId: customer.partyId });
      if (!made.ok) throw new Error(made.reason);
      order.orderId = made.orderId;
      this.touched.add(customer.partyId);
      if (past.deliveredAt) this.complainMaybe(order, past.deliveredAt);
    });
    if (past.shippedAt) this.timeline.add(past.shippedAt, (tx) => settle(tx, this.chance.money, order, now));
  }

  private complainMaybe(order: DemoOrder, deliveredAt: number): void {
    const { now } = this.world;
    const trouble = this.chance.trouble;
    const { partyId, person } = order.customer;
    const isKnown = DEMO_CUSTOMERS.some((known) => known.email === person.email);
    const ago = (now - deliveredAt) / DAY;
    const about = { orderId: order.orderId, number: order.number, deliveredAt };
    const customer = { partyId, locale: person.locale, isKnown };
    // the desk of today: complaints that wait for their answer, some of them for nearly too long
    if (ago > 2 && ago < 24 && trouble.chance(isKnown ? 1 : 0.085)) {
      const openSince = now - Math.round((isKnown ? Math.min(ago - 1, 4 + 2 * trouble.next()) : 0.2 + trouble.next() * (Math.min(ago, 15.2) - 0.4)) * DAY);
      return complain(this.world.app.db.read, this.timeline, trouble, this.desk, customer, about, now, openSince);
    }
    if (trouble.chance(isKnown ? 0.2 : 0.034)) complain(this.world.app.db.read, this.timeline, trouble, this.desk, customer, about, now);
  }

  private wonder(customer: DemoCustomer): void {
    const { now } = this.world;
    const askedAt = customer.joinedAt + Math.round(this.chance.trouble.next() * (now - customer.joinedAt));
    if (askedAt > customer.joinedAt + DAY)
      this.timeline.add(askedAt - 1, async () => ask(this.timeline, this.chance.trouble, this.desk, { partyId: customer.partyId, locale: customer.person.locale }, askedAt, now));
  }

  private async planCampaigns(topics: Topic[]): Promise<void> {
    const { app, customers, now, staff } = this.world;
    const marketer = staff.find((one) => one.role === "marketer")!;
    const ids: Ids = { segments: {}, topics: Object.fromEntries(topics.map((topic) => [topic.key, topic.id])) };
    const first = now - 345 * DAY;
    this.timeline.addApart(first, async () => {
      ids.segments = await makeSegments(app.db, { actor: marketer, now: first });
    });
    for (const plan of PAST_CAMPAIGNS) {
      const launchedAt = now - plan.daysAgo * DAY + 9 * 3_600_000;
      this.timeline.addApart(launchedAt, async () => {
        await this.countFacts();
        await app.db.write((tx) => refreshStages(tx, launchedAt, customers.length));
        const clicks = await runCampaign(app, this.chance.campaigns, marketer, plan, ids, launchedAt, now);
        this.buyAfter(clicks);
      });
    }
    const changed = now - 100 * DAY;
    this.timeline.addApart(changed, () => changeSegments(app, { actor: marketer, now: changed }, ids));
    for (let at = first + DAY; at < now; at += 14 * DAY) this.timeline.addApart(at, () => this.keepSegments(ids, at));
    const drafted = now - 30 * 3_600_000;
    this.timeline.addApart(drafted, () => draftCampaign(app.db, { actor: marketer, now: drafted }, ids));
  }

  /** Some of those who clicked order within the week: what campaigns are for. */
  private buyAfter(clicks: Response[]): void {
    const { customers, now } = this.world;
    const byParty = new Map(customers.map((customer) => [customer.partyId, customer]));
    for (const { partyId, clickedAt } of clicks) {
      const customer = byParty.get(partyId);
      if (!customer || !this.chance.campaigns.chance(0.2)) continue;
      const at = clickedAt + Math.round((0.02 + this.chance.campaigns.gamma(1, 0.8)) * DAY);
      if (at < now - 3_600_000) this.buy(customer, { at, valueMinor: Math.round(900 + this.chance.campaigns.gamma(3, 0.0011)) });
    }
  }

  /** What the worker would have written down, a fortnight at a time. Everybody were all there from the start: not that one. */
  private async keepSegments(ids: Ids, at: number): Promise<void> {
    await this.countFacts();
    const { db, fields } = this.world.app;
    for (const [key, id] of Object.entries(ids.segments)) if (key !== "everybody") await keepSegment({ db, fields, clock: () => at }, id);
  }

  private async countFacts(): Promise<void> {
    const due = [...this.touched];
    this.touched.clear();
    for (let from = 0; from < due.length; from += 300)
      await this.world.app.db.write(async (tx) => {
        for (const partyId of due.slice(from, from + 300)) await refreshOrderFacts(tx, partyId);
      });
  }

  private async post(at: number): Promise<void> {
    await postAll(this.world.app, this.chance.post, at);
  }
}

type DemoOrder = { customer: DemoCustomer; past: PastOrder; orderId: number; number: string; totalMinor: number };

/** The invoice at shipping, and the money: most pay at once, some by the term, a few late or not yet. */
/** Nobody knows this token: it was shown to nobody. */
async function letProgramsIn(tx: Tx, by: By): Promise<void> {
  await createToken(tx, by, { name: "Accounting", scopes: ["parties:read", "orders:read", "invoices:read", "payments:read", "payments:write"], expiresAt: null });
}

/** Paused, so that the demo calls nobody: its one message waits. */
async function tellPrograms(tx: Tx, by: By, keys: SeedApp["env"]): Promise<void> {
  const types = ["order.created", "order.shipped", "invoice.issued", "payment.created"];
  const { publicId } = await createEndpoint(tx, by, keys, { url: "https://erp.example.com/rapport", description: "Accounting", types });
  const endpoint = (await findEndpoint(tx, publicId))!;
  await sendTest(tx, by, endpoint.id);
  await setEndpointState(tx, by, endpoint.id, "paused");
}

async function settle(tx: Tx, random: Random, order: DemoOrder, now: number): Promise<void> {
  const shippedAt = order.past.shippedAt as number;
  const invoiceId = await issueInvoice(
    tx,
    at(shippedAt),
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

// --- designs

const DESIGN_NAMES: Record<Person["locale"], readonly string[]> = {
  en: ["For Dad", "For the kitchen", "Birthday", "The first idea", "Office set"],
  pl: ["Dla taty", "Do kuchni", "Urodziny", "Pierwszy pomysł", "Do biura"],
  "sr-Latn": ["Za tatu", "Za kuhinju", "Rođendan", "Prva ideja", "Za kancelariju"],
  "sr-Cyrl": ["За тату", "За кухињу", "Рођендан", "Прва идеја", "За канцеларију"],
};

/** Designs of those who are shown around, and of some others. */
async function saveDesigns(tx: Tx, random: Random, customers: DemoCustomer[], shelves: Shelf[], now: number): Promise<void> {
  const makeable = shelves.filter((shelf) => shelf.config.options.length);
  for (const [i, { person, partyId, joinedAt }] of customers.slice(0, 60).entries()) {
    const count = i < DEMO_CUSTOMERS.length ? 4 : random.int(0, 2);
    for (let n = 0; n < count; n++) {
      const shelf = random.pick(makeable);
      const { selection } = choose(random, shelf.config, person);
      if (!selection) continue;
      const savedAt = Math.max(joinedAt, now - random.int(1, 200) * DAY);
      const saved = await saveDesign(tx, at(savedAt), { partyId, productId: shelf.productId, name: random.pick(DESIGN_NAMES[person.locale]), selection, locale: person.locale });
      if (!saved.ok) throw new Error(`design: ${saved.reason}`);
    }
  }
}
