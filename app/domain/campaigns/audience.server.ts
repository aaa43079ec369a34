/**
 * Who gets a campaign, and who does not and why. One function decides: the builder's waterfall is its forecast, and the
 * rows that a launch writes store its verdicts.
 */
import { givenIds } from "../../db/dialect";
import type { Reader } from "../../db/types";
import { listTopics } from "../customers/topics.server";
import type { PostalAddress } from "../customers/customers.server";
import type { SegmentField } from "../customers/segment-field";
import type { WithheldReason } from "../deliveries/delivery";
import { hashAddress } from "../deliveries/identity.server";
import { laneOf, type Lane } from "../deliveries/lane";
import { listSuppressedHashes } from "../deliveries/suppressions.server";
import type { EmptyValues } from "../mailings/lint";
import type { MailLocale } from "../mailings/mailing";
import { dayForReader, type CustomerMergeValues } from "../mailings/merge-tags";
import type { RuleGroup } from "../segments/rule";
import { listSegmentPartyIds } from "../segments/segments.server";
import { chooseLocale, reasonAgainst } from "./campaign";

export type AudiencePlan = {
  registry: readonly SegmentField[];
  rules: RuleGroup;
  topicId: number | null;
  /** The languages that are written, and the one for everybody else. */
  written: readonly MailLocale[];
  defaultLocale: MailLocale;
  /** The instant at which everything is judged. */
  now: number;
  /** Customers with a greater id came after the launch. Null before it: everybody. */
  until: number | null;
};

export type Candidate = {
  partyId: number;
  publicId: string;
  name: string;
  address: string | null;
  addressHash: string | null;
  locale: MailLocale;
  /** Null: gets the mail. */
  reason: WithheldReason | null;
  customer: CustomerMergeValues;
};

type FactsRow = {
  id: number;
  public_id: string;
  name: string;
  given_name: string | null;
  family_name: string | null;
  number: string | null;
  locale: string;
  time_zone: string;
  erased_at: number | null;
  paused_until: number | null;
  address: string | null;
  consent: string | null;
  open_complaints: number;
  orders_count: number;
  last_order_at: number | null;
  postal: string | PostalAddress | null;
};

/** The next people of the audience after `afterId`, each with a verdict. `next` is null when there are no more. */
export async function planChunk(
  db: Reader,
  plan: AudiencePlan,
  afterId: number,
  limit: number,
): Promise<{ people: Candidate[]; next: number | null }> {
  const matching = await listSegmentPartyIds(db, plan.registry, plan.rules, plan.now, { afterId, limit });
  const ids = matching.filter((id) => plan.until === null || id <= plan.until);
  const last = ids.at(-1);
  if (last === undefined) return { people: [], next: null };
  const rows = await factsOf(db, ids, plan.topicId);
  const hashes = rows.map((row) => (row.address ? hashAddress(row.address) : null));
  const suppressed = await listSuppressedHashes(db, hashes.filter((hash) => hash !== null));
  const people = rows.map((row, i): Candidate => {
    const addressHash = hashes[i] ?? null;
    return {
      partyId: row.id,
      publicId: row.public_id,
      name: row.name,
      address: row.address,
      addressHash,
      locale: chooseLocale(row.locale, plan.written, plan.defaultLocale),
      reason: reasonAgainst(
        {
          address: row.address,
          erased: row.erased_at !== null,
          suppressed: (addressHash && suppressed.get(addressHash)) || null,
          consent: row.consent === "granted",
          openComplaints: Number(row.open_complaints),
          pausedUntil: row.paused_until === null ? null : Number(row.paused_until),
        },
        plan.now,
      ),
      customer: mergeValuesOf(row),
    };
  });
  return { people, next: ids.length < limit ? null : last };
}

async function factsOf(db: Reader, ids: number[], topicId: number | null): Promise<FactsRow[]> {
  const rows = await db.raw<FactsRow>(
    `SELECT p.id, p.public_id, p.name, p.given_name, p.family_name, p.number, p.locale, p.time_zone, p.erased_at,
            p.marketing_paused_until AS paused_until, e.value AS address, c.state AS consent,
            m.open_complaints, m.orders_count, m.last_order_at, a.postal
     FROM parties p
     JOIN customer_metrics m ON m.party_id = p.id
     LEFT JOIN contact_points e ON e.party_id = p.id AND e.kind = 'email' AND e.is_primary = true
     LEFT JOIN contact_points a ON a.party_id = p.id AND a.kind = 'postal' AND a.is_primary = true
     LEFT JOIN consent_states c ON c.party_id = p.id AND c.topic_id = ? AND c.channel = 'email'
     WHERE p.id IN ${givenIds(db)}
     ORDER BY p.id`,
    [topicId ?? -1, JSON.stringify(ids)],
  );
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}

function mergeValuesOf(row: FactsRow): CustomerMergeValues {
  const postal = typeof row.postal === "string" ? (JSON.parse(row.postal) as PostalAddress) : row.postal;
  return {
    first_name: row.given_name ?? "",
    last_name: row.family_name ?? "",
    full_name: row.name,
    number: row.number ?? "",
    city: postal?.city ?? "",
    orders_count: String(row.orders_count),
    last_order_on: row.last_order_at === null ? "" : dayForReader(row.locale, row.time_zone, Number(row.last_order_at)),
  };
}

/** The merge values of one customer, for a preview; null when there is no such customer. */
export async function findMergeValues(db: Reader, partyId: number): Promise<CustomerMergeValues | null> {
  const [row] = await factsOf(db, [partyId], null);
  return row ? mergeValuesOf(row) : null;
}

export type Forecast = {
  matched: number;
  willSend: number;
  withheld: Partial<Record<WithheldReason, number>>;
  /** Of those who get it, by the language they get it in. */
  byLocale: Partial<Record<MailLocale, number>>;
  /** Of those who get it, by the provider of their mailbox; small ones are not counted. */
  byLane: Partial<Record<Lane, number>>;
  /** Of those who get it: merge values that are empty. */
  empty: EmptyValues;
};

const CHUNK = 2000;

/** The waterfall: `matched` less each reason is `willSend`. */
export async function forecastAudience(db: Reader, plan: AudiencePlan): Promise<Forecast> {
  const forecast: Forecast = { matched: 0, willSend: 0, withheld: {}, byLocale: {}, byLane: {}, empty: {} };
  for await (const person of walkAudience(db, plan)) {
    forecast.matched += 1;
    if (person.reason) {
      forecast.withheld[person.reason] = (forecast.withheld[person.reason] ?? 0) + 1;
      continue;
    }
    forecast.willSend += 1;
    forecast.byLocale[person.locale] = (forecast.byLocale[person.locale] ?? 0) + 1;
    const lane = laneOf(person.address ?? "");
    if (lane) forecast.byLane[lane] = (forecast.byLane[lane] ?? 0) + 1;
    for (const [key, value] of Object.entries(person.customer)) {
      if (value) continue;
      const found = (forecast.empty[`customer.${key}`] ??= { count: 0, example: person.name });
      found.count += 1;
    }
  }
  return forecast;
}

/** A page of the people behind one step of the waterfall (`null`: those who get the mail), by id. */
export async function listForecastPeople(
  db: Reader,
  plan: AudiencePlan,
  reason: WithheldReason | null,
  page: { afterId: number; limit: number },
): Promise<Candidate[]> {
  const found: Candidate[] = [];
  for await (const person of walkAudience(db, plan)) {
    if (person.reason === reason && person.partyId > page.afterId) found.push(person);
    if (found.length > page.limit) break;
  }
  return found;
}

/** Everybody, in the order of the plan, the second person behind an address told apart as the outbox will. */
async function* walkAudience(db: Reader, plan: AudiencePlan): AsyncGenerator<Candidate> {
  const seen = new Set<string>();
  let after: number | null = 0;
  while (after !== null) {
    const { people, next }: { people: Candidate[]; next: number | null } = await planChunk(db, plan, after, CHUNK);
    for (const person of people) {
      const isSecond = person.reason === null && person.addressHash !== null && seen.has(person.addressHash);
      if (person.reason === null && person.addressHash) seen.add(person.addressHash);
      yield isSecond ? { ...person, reason: "duplicate_address" } : person;
    }
    after = next;
  }
}

/** The topic's name in each language of a campaign. */
export async function topicNames(db: Reader, topicId: number, locales: readonly MailLocale[]): Promise<Map<MailLocale, string>> {
  const names = new Map<MailLocale, string>();
  for (const locale of locales) {
    const topic = (await listTopics(db, locale)).find((candidate) => candidate.id === topicId);
    names.set(locale, topic?.name ?? "");
  }
  return names;
}
