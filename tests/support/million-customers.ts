/** The people and companies of the million: names of Poland, Serbia and others, with addresses, telephones, consents. */
import type BetterSqlite from "better-sqlite3";

import { lifecycleStage } from "../../app/domain/customers/lifecycle";
import { foldForSearch } from "../../app/domain/customers/search";
import { searchTerms } from "../../app/domain/customers/search-terms";
import { quintileCuts, rfmScores, rfmSegment } from "../../app/domain/customers/value/rfm";
import { drawPeople, type Person } from "../../drizzle/seed/people";
import { randomFrom } from "../../drizzle/seed/random";

const DAY = 86_400_000;
const YEARS = 4;
/** People are drawn so many at a time; the number of the batch makes their addresses different from those of others. */
const BATCH = 10_000;

/** What is written of customers as a whole, one place in each list per customer: the first one has number 1. */
export type People = {
  count: number;
  createdAt: Float64Array;
  orders: Int32Array;
  spend: Float64Array;
  firstOrderAt: Float64Array;
  lastOrderAt: Float64Array;
  mailed: Int32Array;
  opened: Int32Array;
  clicked: Int32Array;
  firstDay: Int32Array;
  lastDay: Int32Array;
  purchaseDays: Int32Array;
  repeatSpend: Float64Array;
  ordersChangedAt: Float64Array;
  complaints: Int32Array;
  openComplaints: Int32Array;
  lastMailedAt: Float64Array;
  lastOpenedAt: Float64Array;
  lastClickedAt: Float64Array;
  /** Writes the facts that have come together, and the stages that follow from them. */
  writeMetrics(): void;
};

export function inserter(db: BetterSqlite.Database, table: string, columns: string): (...values: unknown[]) => void {
  const statement = db.prepare(`INSERT INTO ${table} (${columns}) VALUES (${columns.split(",").map(() => "?").join(",")})`);
  return (...values) => void statement.run(values);
}

/** As a UUID of version 7 looks: by its first letters of the time, by its last ones of the row. */
export function uuidOf(kind: number, at: number, n: number): string {
  const time = Math.floor(at).toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${kind.toString(16).padStart(3, "0")}-8000-${n.toString(16).padStart(12, "0")}`;
}

export function writeCustomers(db: BetterSqlite.Database, count: number, now: number): People {
  const people = emptyPeople(db, count, now);
  const random = randomFrom("million");
  db.exec("CREATE TEMP TABLE loose_terms (rank, term, party_id)");
  const [partyOf, contactOf, consentOf, stateOf, termOf] = [
    inserter(db, "parties", "id, public_id, kind, is_customer, is_supplier, number, name, given_name, family_name, search_text, lifecycle_stage, tier, locale, time_zone, country, birthday, source, created_at, updated_at"),
    inserter(db, "contact_points", "party_id, kind, value, normalized_value, postal, is_primary, source, created_at"),
    inserter(db, "consents", "id, party_id, topic_id, channel, state, legal_basis, wording_version, source, at"),
    inserter(db, "consent_states", "party_id, topic_id, channel, state, since, consent_id"),
    // Clustered by its terms: written as they come here, put in their order at the end.
    inserter(db, "loose_terms", "rank, term, party_id"),
  ];
  writeTopics(db);
  let consents = 0;
  let batch: Person[] = [];
  for (let i = 0; i < count; i++) {
    if (i % BATCH === 0) batch = drawPeople(random.fork(`batch ${i / BATCH}`), Math.min(BATCH, count - i), now);
    const one = batch[i % BATCH] as Person;
    const id = i + 1;
    // More come each year.
    const createdAt = Math.floor(now - YEARS * 365 * DAY * (1 - Math.sqrt((i + 0.5) / count)));
    people.createdAt[i] = createdAt;
    const isCompany = random.chance(0.03);
    const name = isCompany ? companyName(one, random.int(1, 99)) : `${one.givenName} ${one.familyName}`;
    const number = random.chance(0.6) ? `K-${100_000 + i}` : null;
    const email = random.chance(0.94) ? addressOf(one.email, Math.floor(i / BATCH)) : null;
    const phone = one.phone;
    const postal = random.chance(0.6) ? { ...one.postal } : null;
    const line = postal && `${postal.line1}, ${postal.postcode} ${postal.city}, ${postal.country}`;
    const e164 = phone?.replaceAll(" ", "");
    const searchText = foldForSearch([name, number, email, phone, e164, line].filter(Boolean).join(" "));
    const contacts = [
      ...(email ? [{ kind: "email", value: email, normalizedValue: email, postal: null }] : []),
      ...(phone ? [{ kind: "phone", value: phone, normalizedValue: e164 as string, postal: null }] : []),
      ...(postal ? [{ kind: "postal", value: line as string, normalizedValue: "", postal }] : []),
    ];
    for (const [rank, term] of searchTerms({ name, number, contacts })) termOf(rank, term, id);
    const isCustomer = !random.chance(0.01);
    partyOf(id, uuidOf(1, createdAt, id), isCompany ? "company" : "person", isCustomer ? 1 : 0, isCustomer ? 0 : 1, number, name, isCompany ? null : one.givenName,
      isCompany ? null : one.familyName, searchText, "lead", random.weighted({ standard: 85, silver: 12, gold: 3 }), one.locale, one.timeZone, one.country, isCompany ? null : one.birthday, "import", createdAt, createdAt);
    if (email) contactOf(id, "email", email, email, null, 1, "import", createdAt);
    if (phone) contactOf(id, "phone", phone, e164, null, 1, "import", createdAt);
    if (line) contactOf(id, "postal", line, foldForSearch(line), JSON.stringify(postal), 1, "import", createdAt);
    for (let topic = 1; topic <= 2; topic++) {
      if (!random.chance(topic === 1 ? 0.7 : 0.3)) continue;
      const state = random.chance(0.88) ? "granted" : "withdrawn";
      consentOf(++consents, id, topic, "email", state, "consent", "1", "import", createdAt);
      stateOf(id, topic, "email", state, createdAt, consents);
    }
  }
  db.exec("INSERT INTO party_terms (rank, term, party_id) SELECT rank, term, party_id FROM loose_terms ORDER BY rank, term, party_id; DROP TABLE loose_terms");
  return people;
}

function writeTopics(db: BetterSqlite.Database): void {
  const topicOf = inserter(db, "topics", "id, key, position");
  const wordsOf = inserter(db, "topic_translations", "topic_id, locale, name, description");
  for (const [i, key] of ["news", "offers"].entries()) {
    topicOf(i + 1, key, i);
    for (const locale of ["en", "pl", "sr-Latn"]) wordsOf(i + 1, locale, key, key);
  }
}

const DOMAINS = ["example.com", "example.net", "example.org", "poczta.example", "posta.example", "mail.example"];

function addressOf(email: string, batch: number): string {
  const local = email.slice(0, email.indexOf("@"));
  return `${local}${batch ? `.${batch}` : ""}@${DOMAINS[(local.length + batch) % DOMAINS.length]}`;
}

function companyName({ familyName, country }: Person, n: number): string {
  return country === "PL" ? `${familyName} ${n} sp. z o.o.` : country === "RS" ? `${familyName} ${n} d.o.o.` : `${familyName} & Co. ${n}`;
}

function emptyPeople(db: BetterSqlite.Database, count: number, now: number): People {
  const times = () => new Float64Array(count);
  const counts = () => new Int32Array(count);
  const people = {
    count, createdAt: times(), orders: counts(), spend: times(), firstOrderAt: times(), lastOrderAt: times(), mailed: counts(), opened: counts(), clicked: counts(),
    lastMailedAt: times(), lastOpenedAt: times(), lastClickedAt: times(),
    firstDay: counts(), lastDay: counts(), purchaseDays: counts(), repeatSpend: times(), ordersChangedAt: times(), complaints: counts(), openComplaints: counts(),
  };
  return { ...people, writeMetrics: () => writeMetrics(db, { ...people, writeMetrics: () => undefined }, now) };
}

/** The derived figures are in keeping with the facts; what a model would say exactly is not what benches ask here. */
function writeMetrics(db: BetterSqlite.Database, people: People, now: number): void {
  const metricsOf = inserter(
    db,
    "customer_metrics",
    "party_id, orders_count, spend_minor, currency, first_order_at, last_order_at, average_order_minor, usual_interval_days, due_at, purchase_days, paid_minor, paid_repeats, repeat_spend_minor, orders_changed_at, mails_accepted, mails_opened, mails_clicked, last_mailed_at, last_opened_at, last_clicked_at, complaints_count, open_complaints, recency_score, frequency_score, monetary_score, rfm_segment, value_minor, expected_orders, p_alive, derived_as_of",
  );
  const profileOf = db.prepare(
    `UPDATE customer_metrics SET (is_current, kind, country, locale, time_zone, lifecycle_stage, tier, customer_since) =
       (SELECT is_customer, kind, country, locale, time_zone, lifecycle_stage, tier, created_at FROM parties WHERE id = party_id)`,
  );
  const stageOf = db.prepare("UPDATE parties SET lifecycle_stage = ? WHERE id = ?");
  const bought = Array.from({ length: people.count }, (_, i) => i).filter((i) => (people.orders[i] as number) > 0);
  const days = (i: number) => Math.floor((now - (people.lastOrderAt[i] as number)) / DAY);
  const cutsBy = (value: (i: number) => number) => quintileCuts(Float64Array.from(bought, value).sort());
  const cuts = { recency: cutsBy(days), frequency: cutsBy((i) => people.orders[i] as number), monetary: cutsBy((i) => people.spend[i] as number) };
  for (let i = 0; i < people.count; i++) {
    const orders = people.orders[i] as number;
    const spend = people.spend[i] as number;
    const lastOrderAt = people.lastOrderAt[i] || null;
    const interval = orders > 1 && lastOrderAt !== null ? Math.max(1, Math.round((lastOrderAt - (people.firstOrderAt[i] as number)) / (orders - 1) / DAY)) : null;
    const scores = orders ? rfmScores(cuts, { days: days(i), orders, spend }) : null;
    const alive = orders ? Math.max(0.01, 1 - days(i) / 1200) : null;
    metricsOf(i + 1, orders, spend, "EUR", people.firstOrderAt[i] || null, lastOrderAt, orders ? Math.round(spend / orders) : null, interval, interval === null || lastOrderAt === null ? null : lastOrderAt + interval * DAY,
      people.purchaseDays[i], spend, Math.max(0, (people.purchaseDays[i] as number) - 1), people.repeatSpend[i], people.ordersChangedAt[i] || null, people.mailed[i], people.opened[i], people.clicked[i], people.lastMailedAt[i] || null,
      people.lastOpenedAt[i] || null, people.lastClickedAt[i] || null, people.complaints[i], people.openComplaints[i], scores?.recency ?? null, scores?.frequency ?? null, scores?.monetary ?? null, scores ? rfmSegment(scores) : null,
      alive && Math.round((spend / YEARS) * alive), alive && (orders / YEARS) * alive, alive, now);
    stageOf.run(lifecycleStage({ ordersCount: orders, lastOrderAt }, now), i + 1);
  }
  profileOf.run();
}
