/** What the million customers bought, and what happened with them. */
import type BetterSqlite from "better-sqlite3";

import { dayNumbers } from "../../app/domain/company/calendar";
import { UNNAMED_COMPANY } from "../../app/domain/company/company";
import { randomFrom } from "../../drizzle/seed/random";
import { inserter, type People, uuidOf } from "./million-customers";
import { complaintsWriter, designOn } from "./million-record";

const DAY = 86_400_000;
const SKUS = 240;
const CATEGORIES = ["mugs", "shirts", "cushions", "notebooks", "frames", "calendars", "bags", "posters", "candles", "cards", "puzzles", "clocks"];
const CAMPAIGNS = 40;
/** More customers than this would share a place with another in the sort key. */
const MOST_CUSTOMERS = 4_000_000;

export function writeShop(db: BetterSqlite.Database, now: number): void {
  const productOf = inserter(db, "products", "id, public_id, sku, category, price, currency, position, created_at, updated_at");
  const wordsOf = inserter(db, "product_translations", "product_id, locale, name");
  for (let i = 0; i < SKUS; i++) {
    const sku = skuOf(i);
    productOf(i + 1, uuidOf(2, now, i), sku, CATEGORIES[i % CATEGORIES.length], priceOf(i), "EUR", i, now, now);
    for (const locale of ["en", "pl", "sr-Latn"]) wordsOf(i + 1, locale, sku);
  }
  const campaignOf = inserter(db, "campaigns", "id, public_id, name, status, created_at, updated_at, launched_at, finished_at");
  for (let n = 1; n <= CAMPAIGNS; n++) campaignOf(n, uuidOf(3, now, n), `Wiosna ${n} · Spring offers`, "finished", campaignAt(n, now), campaignAt(n, now), campaignAt(n, now), campaignAt(n, now) + DAY);
}

const skuOf = (i: number) => `${(CATEGORIES[i % CATEGORIES.length] as string).slice(0, 3).toUpperCase()}-${100 + i}`;
const priceOf = (i: number) => 499 + ((i * 7919) % 6000);
const campaignAt = (n: number, now: number) => now - (CAMPAIGNS - n + 1) * 30 * DAY;

/** A third never buys; of the others few buy often. In the order of their times, as they would have come. */
export function writeOrders(db: BetterSqlite.Database, people: People, total: number, now: number): void {
  if (people.count > MOST_CUSTOMERS) throw new Error("too many customers");
  const random = randomFrom("million orders");
  const counts = shares(people.count, total, () => (random.chance(0.33) ? 0 : random.exponential(1)), random.next);
  const keys = new Float64Array(total);
  let k = 0;
  for (let i = 0; i < people.count; i++) {
    const since = people.createdAt[i] as number;
    // Who left soon stands beside who stays: how readily people leave differs, as the models suppose.
    const until = random.chance(0.5) ? now : since + (now - since) * random.next() ** 3;
    for (let n = counts[i] as number; n > 0; n--) keys[k++] = Math.floor((since + (until - since) * random.next()) / 1000) * MOST_CUSTOMERS + i;
  }
  keys.sort();
  const orderOf = inserter(db, "orders", "id, public_id, number, party_id, status, source, currency, lines_minor, shipping_minor, total_minor, placed_at, shipped_at, delivered_at, cancelled_at, created_at");
  const lineOf = inserter(db, "order_lines", "id, public_id, order_id, position, product_id, sku, name, quantity, unit_price, total_minor, design_id");
  const dayOf = dayNumbers(UNNAMED_COMPANY.timeZone);
  const complainOf = complaintsWriter(db, people);
  let line = 0;
  for (let o = 1; o <= total; o++) {
    const key = keys[o - 1] as number;
    const i = key % MOST_CUSTOMERS;
    const at = Math.floor(key / MOST_CUSTOMERS) * 1000;
    const isCancelled = random.chance(0.03);
    let minor = 0;
    for (let position = 0, lines = random.chance(0.3) ? 2 : 1; position < lines; position++) {
      // A few products are sold much more than the others.
      const product = Math.floor(SKUS * random.next() ** 2.5);
      const quantity = random.chance(0.8) ? 1 : random.int(2, 6);
      const price = priceOf(product);
      minor += price * quantity;
      line += 1;
      lineOf(line, uuidOf(5, at, line), o, position, product + 1, skuOf(product), skuOf(product), quantity, price, price * quantity, designOn(i, line));
    }
    orderOf(o, uuidOf(4, at, o), `R-${o}`, i + 1, isCancelled ? "cancelled" : "delivered", "import", "EUR", minor, 490, minor + 490, at, isCancelled ? null : at + DAY, isCancelled ? null : at + 3 * DAY,
      isCancelled ? at + DAY : null, at);
    people.ordersChangedAt[i] = Math.max(people.ordersChangedAt[i] as number, isCancelled ? at + DAY : at);
    if (isCancelled) continue;
    complainOf(o, line, i, at);
    const day = dayOf(at);
    if (people.orders[i]! > 0 && day !== people.firstDay[i]) people.repeatSpend[i]! += minor + 490;
    if (people.orders[i] === 0) people.firstDay[i] = day;
    if (people.orders[i] === 0 || day !== people.lastDay[i]) people.purchaseDays[i]! += 1;
    people.lastDay[i] = day;
    people.orders[i]! += 1;
    people.spend[i]! += minor + 490;
    people.firstOrderAt[i] ||= at;
    people.lastOrderAt[i] = at;
  }
  inserter(db, "number_series", "series, last")("order", total);
}

/** Who came, what was ordered (again, in the timeline), who was mailed, opened and clicked; visits fill the number up. */
export function writeEvents(db: BetterSqlite.Database, people: People, total: number, now: number): void {
  const random = randomFrom("million events");
  const eventOf = inserter(db, "events", "id, party_id, at, kind, channel, subject_type, subject_id, campaign_id, actor_kind, data, dedupe_key");
  let id = 0;
  const write = (party: number, at: number, kind: string, channel: string | null, type: string | null, subject: number | null, campaign: number | null) =>
    eventOf(++id, party, at, kind, channel, type, subject, campaign, "system", "{}", type ? `${kind}:${subject}` : null);
  for (let i = 0; i < people.count; i++) write(i + 1, people.createdAt[i] as number, "party_imported", null, null, null, null);
  const from = db.prepare("SELECT id, party_id, placed_at FROM orders WHERE id > ? ORDER BY id LIMIT 20000").raw();
  for (let last = 0; ; ) {
    const some = from.all(last) as [number, number, number][];
    for (const [order, party, at] of some) write(party, at, "order_placed", "portal", "order", order, null);
    if (some.length === 0) break;
    last = (some.at(-1) as [number, number, number])[0];
  }
  const chance = (total * 0.26) / (people.count * CAMPAIGNS * 0.55);
  for (let n = 1; n <= CAMPAIGNS; n++) {
    const sentAt = campaignAt(n, now);
    for (let i = 0; i < people.count && id < total - 3; i++) {
      if ((people.createdAt[i] as number) > sentAt || !random.chance(chance)) continue;
      const at = sentAt + random.int(0, 3_600_000);
      write(i + 1, at, "mail_accepted", "email", null, null, n);
      people.mailed[i]! += 1;
      people.lastMailedAt[i] = at;
      if (!random.chance(0.4)) continue;
      const openedAt = at + random.int(60_000, 2 * DAY);
      write(i + 1, openedAt, "mail_opened", "email", null, null, n);
      people.opened[i]! += 1;
      people.lastOpenedAt[i] = openedAt;
      if (!random.chance(0.25)) continue;
      write(i + 1, openedAt + 20_000, "mail_clicked", "email", null, null, n);
      people.clicked[i]! += 1;
      people.lastClickedAt[i] = openedAt + 20_000;
    }
  }
  while (id < total) {
    const i = Math.floor(people.count * random.next());
    write(i + 1, Math.floor(now - (now - (people.createdAt[i] as number)) * random.next()), "portal_visit", "portal", null, null, null);
  }
}

/** So many whole shares, in the proportion of the weights that are drawn. */
function shares(count: number, total: number, draw: () => number, chance: () => number): Int32Array {
  const weights = Float64Array.from({ length: count }, draw);
  const sum = weights.reduce((a, b) => a + b, 0) || 1;
  const parts = Int32Array.from(weights, (weight) => Math.floor((weight / sum) * total));
  for (let left = total - parts.reduce((a, b) => a + b, 0); left > 0; ) {
    const i = Math.floor(count * chance());
    if (!weights[i]) continue;
    parts[i]! += 1;
    left -= 1;
  }
  return parts;
}
