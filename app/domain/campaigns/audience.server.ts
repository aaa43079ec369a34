/**
 * Who gets a campaign, and who does not and why. One query decides: the builder's waterfall (forecast.server.ts) counts by its rule, and the
 * rows that a launch writes store its verdicts.
 */
import { v7 } from "uuid";

import { givenRows, jsonMember, jsonObject } from "../../db/dialect";
import type { Reader } from "../../db/types";
import type { Fragment, SegmentField } from "../customers/segment-field";
import type { Channel } from "../customers/consents.server";
import { listTopics } from "../customers/topics.server";
import type { WithheldReason } from "../deliveries/delivery";
import { hashAddress } from "../deliveries/identity.server";
import { laneOf, type Lane } from "../deliveries/lane";
import { AGAINST_RECIPIENT } from "../deliveries/recipient";
import { MAIL_LOCALES, type MailLocale } from "../mailings/mailing";
import { dayForReader, type CustomerMergeValues, type MergeValues } from "../mailings/merge-tags";
import type { RuleGroup } from "../segments/rule";
import { segmentPage } from "../segments/segments.server";
import { chooseLocale } from "./campaign";

export type AudiencePlan = {
  registry: readonly SegmentField[];
  rules: RuleGroup;
  topicId: number | null;
  channel: Channel;
  /** The languages that are written, and the one for everybody else. */
  written: readonly MailLocale[];
  defaultLocale: MailLocale;
  /** The instant at which everything is judged. */
  now: number;
  /** Customers with a greater id came after the launch. Null before it: everybody. */
  until: number | null;
};

/** The next people of an audience. */
export type Chunk = {
  /**
   * A query, by party: party_id, party_public_id, name, address, address_hash, lane, locale (to write in), reason (null:
   * gets the mail), merge_values, and mail_id for the mail that is made of it.
   */
  people: Fragment;
  count: number;
  /** The last one's id; null when there is nobody. */
  last: number | null;
  isEnd: boolean;
};

export async function nextPeople(
  db: Reader,
  plan: AudiencePlan,
  afterId: number,
  limit: number,
  topics: ReadonlyMap<MailLocale, string> = new Map(),
): Promise<Chunk> {
  const page = await segmentPage(db, plan.registry, plan.rules, plan.now, { columns: COLUMNS, afterId, upTo: plan.until, limit });
  const marks = await marksOf(db, page, plan.channel);
  return { people: peopleOf(db, plan, topics, marks), count: marks.length, last: marks.at(-1)?.[0] ?? null, isEnd: marks.length < limit };
}

const COLUMNS = "p.id, p.locale, p.time_zone, m.last_order_at";

/** What SQL cannot make: the keyed hash of an address, its provider, a day in the reader's words, an id for the mail. */
type Marks = [partyId: number, mailId: string, address: string | null, addressHash: string | null, lane: Lane | "", lastOrderOn: string];

async function marksOf(db: Reader, page: Fragment, channel: Channel): Promise<Marks[]> {
  const rows = await db.raw<{ id: number; locale: string; time_zone: string; last_order_at: number | null; address: string | null }>(
    `SELECT i.*, ${primary("i.id", REACHED_BY[channel], "c.value")} AS address FROM (${page.sql}) i ORDER BY i.id`,
    page.params,
  );
  return rows.map(({ id, locale, time_zone: timeZone, last_order_at: at, address }) => [
    id, v7(), address || null, address ? hashAddress(address) : null, channel === "email" ? laneOf(address ?? "") : "", at === null ? "" : dayForReader(locale, timeZone, at),
  ]);
}

/** What somebody is reached at by each channel. */
export const REACHED_BY = { email: "email", sms: "phone", phone: "phone", letter: "postal" } as const satisfies Record<Channel, string>;
export const REACHING = Object.keys(REACHED_BY) as Channel[];

function primary(partyId: string, kind: "email" | "phone" | "postal", column: string): string {
  return `(SELECT ${column} FROM contact_points c WHERE c.party_id = ${partyId} AND c.kind = '${kind}' AND c.is_primary = true ORDER BY c.id DESC LIMIT 1)`;
}

/** The same one's number. */
export function primaryId(partyId: string, kind: "email" | "phone" | "postal"): string {
  return `(SELECT max(d.id) FROM contact_points d WHERE d.party_id = ${partyId} AND d.kind = '${kind}' AND d.is_primary = true)`;
}

/** Of two people behind one address, only the first gets the mail: so do the outbox's keys tell them apart. */
export function isOncePerAddress(channel: Channel): boolean {
  return channel === "email" || channel === "sms";
}

type Terms = Pick<AudiencePlan, "topicId" | "channel" | "written" | "defaultLocale" | "now">;

function peopleOf(db: Reader, { topicId, channel, written, defaultLocale, now }: Terms, topics: ReadonlyMap<MailLocale, string>, marks: Marks[]): Fragment {
  const given = givenRows(db, { party_id: "int", mail_id: "text", address: "text", address_hash: "text", lane: "text", last_order_on: "text" });
  const topic = caseOf("p.locale", MAIL_LOCALES.map((own) => [own, "cast(? AS text)"]), "cast(? AS text)");
  const chosen = MAIL_LOCALES.map((own) => [own, chooseLocale(own, written, defaultLocale)] as const);
  const merge = jsonObject(db, {
    customer: jsonObject(db, {
      first_name: "coalesce(p.given_name, '')",
      last_name: "coalesce(p.family_name, '')",
      full_name: "p.name",
      number: "coalesce(p.number, '')",
      city: `coalesce(${primary("p.id", "postal", jsonMember(db, "c.postal", "city"))}, '')`,
      orders_count: "cast(m.orders_count AS text)",
      last_order_on: "g.last_order_on",
    } satisfies CustomerMergeValues),
    topic: jsonObject(db, { name: topic }),
  } satisfies Record<keyof MergeValues, string>);
  return {
    sql: `WITH given AS MATERIALIZED (SELECT * FROM ${given} rows)
          SELECT p.id AS party_id, p.public_id AS party_public_id, p.name, g.mail_id, g.address, g.address_hash, g.lane,
            ${caseOf("p.locale", chosen.map(([own, locale]) => [own, `'${locale}'`]), `'${defaultLocale}'`)} AS locale,
            ${verdictOf("g.address", { topicId, channel, now })} AS reason, ${merge} AS merge_values
          FROM given g CROSS JOIN parties p JOIN customer_metrics m ON m.party_id = p.id WHERE p.id = g.party_id`,
    params: [JSON.stringify(marks), ...chosen.map(([, locale]) => topics.get(locale) ?? ""), topics.get(defaultLocale) ?? ""],
  };
}

/** Why somebody gets no mail (NULL: they do), over `p`, `m`, what they are reached at and `g.address_hash`. */
export function verdictOf(address: string, { topicId, channel, now }: Pick<Terms, "topicId" | "channel" | "now">): string {
  const against = AGAINST_RECIPIENT.map((one) => `WHEN ${one.sql({ topicId: topicId ?? -1, channel, now })} THEN '${one.reason}'`);
  return `CASE WHEN ${address} IS NULL AND p.erased_at IS NULL THEN 'no_address' ${against.join(" ")} END`;
}

function caseOf(value: string, whens: readonly (readonly [when: string, then: string])[], otherwise: string): string {
  return `CASE ${value} ${whens.map(([when, then]) => `WHEN '${when}' THEN ${then}`).join(" ")} ELSE ${otherwise} END`;
}

export type Candidate = {
  partyId: number;
  publicId: string;
  name: string;
  address: string | null;
  addressHash: string | null;
  lane: Lane | "";
  locale: MailLocale;
  /** Null: gets the mail. */
  reason: WithheldReason | null;
  customer: CustomerMergeValues;
};

async function listPeople(db: Reader, { sql, params }: Fragment): Promise<Candidate[]> {
  const rows = await db.raw<Omit<Candidate, "customer"> & { merge_values: string | MergeValues }>(
    `SELECT party_id AS "partyId", party_public_id AS "publicId", name, address, address_hash AS "addressHash", lane, locale, reason, merge_values
     FROM (${sql}) people ORDER BY party_id`,
    params,
  );
  return rows.map(({ merge_values: kept, ...person }) => ({ ...person, customer: (typeof kept === "string" ? (JSON.parse(kept) as MergeValues) : kept).customer }));
}

/** The merge values of one customer, for a preview; null when there is no such customer. */
export async function findMergeValues(db: Reader, partyId: number): Promise<CustomerMergeValues | null> {
  const marks = await marksOf(db, { sql: `SELECT ${COLUMNS} FROM parties p JOIN customer_metrics m ON m.party_id = p.id WHERE p.id = ?`, params: [partyId] }, "email");
  const plan = { topicId: null, channel: "email", written: [], defaultLocale: "en", now: 0 } as const;
  const [person] = await listPeople(db, peopleOf(db, plan, new Map(), marks));
  return person?.customer ?? null;
}

const CHUNK = 2000;

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
  const isOnce = isOncePerAddress(plan.channel);
  for (let after: number | null = 0; after !== null; ) {
    const { people, last, isEnd }: Chunk = await nextPeople(db, plan, after, CHUNK);
    for (const person of await listPeople(db, people)) {
      const isSecond = isOnce && person.reason === null && person.addressHash !== null && seen.has(person.addressHash);
      if (person.reason === null && person.addressHash) seen.add(person.addressHash);
      yield isSecond ? { ...person, reason: "duplicate_address" } : person;
    }
    after = isEnd ? null : last;
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
