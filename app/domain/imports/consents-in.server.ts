/** Consents from a file: statements with their day. What was said later than the file's day stands. */
import { givenIds } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import { normalizeEmail } from "../customers/contact";
import { recordConsents, type Channel } from "../customers/consents.server";
import { findPartyIds } from "../customers/look-up.server";
import { listAllTopics } from "../customers/topics.server";
import type { By } from "../journal/actor";
import { readConsent, type ConsentRow } from "./book-rows";
import { timeCell } from "./cells";
import { consentToRecord, type ConsentNow } from "./consent-said";
import { refuse, type Job, type Kind, type Planned } from "./kind";
import type { Rejection } from "./rows";

type Plan = { partyId: number; topicId: number };

export const consentsIn: Kind<ConsentRow, Plan> = {
  read: readConsent,
  keys: ({ customerNumber, customerEmail, topic, channel }) => [`${customerNumber ?? normalizeEmail(customerEmail ?? "")} ${topic ?? ""} ${channel}`],
  plan: planConsents,
  write: writeConsents,
};

async function planConsents(db: Reader, rows: readonly ConsentRow[], job: Job): Promise<(Planned<Plan> | Rejection)[]> {
  const found = await findPartyIds(db, {
    numbers: rows.flatMap(({ customerNumber }) => customerNumber ?? []),
    emails: rows.flatMap(({ customerNumber, customerEmail }) => (customerNumber ? [] : (customerEmail ?? []))),
  });
  const topics = await listAllTopics(db, "en");
  const ids = rows.map((row) => (row.customerNumber ? found.byNumber.get(row.customerNumber) : found.byEmail.get(normalizeEmail(row.customerEmail ?? ""))));
  const known = await readAllConsentsNow(db, ids.filter((id) => id !== undefined));
  return rows.map((row, i) => {
    const partyId = ids[i];
    if (partyId === undefined) return refuse(row.customerNumber ? "customerNumber" : "customerEmail", "unknown_customer");
    const topic = topics.find(({ key }) => key === (row.topic ?? job.options.topicKey)) ?? (row.topic === null ? topics.find(({ archivedAt }) => archivedAt === null) : undefined);
    if (!topic) return refuse("topic", "unknown_topic");
    if (row.at > job.now) return refuse("date", "bad_date");
    const key = `${partyId} ${topic.id} ${row.channel}`;
    const now = (job.recall?.get(key) as ConsentNow | undefined) ?? known.get(key) ?? null;
    const planned = planConsent(row, { partyId, topicId: topic.id }, now);
    if (planned.consents) job.recall?.set(key, { state: row.state, since: row.at, source: row.source ?? "import" } satisfies ConsentNow);
    return planned;
  });
}

function planConsent(row: ConsentRow, plan: Plan, now: ConsentNow): Planned<Plan> {
  const said = row.state === "pending" ? now === null : consentToRecord({ consent: row.state === "granted", at: row.at }, now) !== null || saidFirst(row, now);
  return {
    ok: true,
    outcome: said ? (now ? "changed" : "created") : "unchanged",
    consents: said ? 1 : 0,
    plan,
    shown: () => ({
      name: row.customerNumber ?? row.customerEmail ?? "",
      before: now && { state: now.state, date: timeCell(now.since) },
      after: said || !now ? { state: row.state, date: timeCell(row.at) } : { state: now.state, date: timeCell(now.since) },
      given: said ? ["state", "date"] : [],
    }),
  };
}

/** A refusal of somebody of whom nothing is known is a statement too: it keeps a later file from granting in their name. */
function saidFirst(row: ConsentRow, now: ConsentNow): boolean {
  return now === null && row.state === "withdrawn";
}

async function writeConsents(tx: Tx, by: By, plans: readonly { row: ConsentRow; planned: Planned<Plan> }[]): Promise<null[]> {
  await recordConsents(
    tx,
    by,
    plans
      .filter(({ planned }) => planned.consents)
      .map(({ row, planned: { plan } }) => ({
        ...plan, channel: row.channel, state: row.state, at: row.at, wordingVersion: row.wordingVersion ?? "import", source: row.source ?? "import",
        ...(row.wording && { wording: row.wording }),
      })),
  );
  return plans.map(() => null);
}

type NowRow = { party_id: number; topic_id: number; channel: Channel; state: "pending" | "granted" | "withdrawn"; since: number; source: string };

async function readAllConsentsNow(db: Reader, partyIds: readonly number[]): Promise<Map<string, NonNullable<ConsentNow>>> {
  if (!partyIds.length) return new Map();
  const rows = await db.raw<NowRow>(
    `SELECT s.party_id, s.topic_id, s.channel, s.state, s.since, c.source FROM consent_states s JOIN consents c ON c.id = s.consent_id
     WHERE s.party_id IN ${givenIds(db)}`,
    [JSON.stringify([...new Set(partyIds)])],
  );
  return new Map(rows.map((row) => [`${row.party_id} ${row.topic_id} ${row.channel}`, { state: row.state, since: row.since, source: row.source }]));
}

/** What these customers say of one topic and channel, by customer. */
export async function readConsentsNow(db: Reader, partyIds: readonly number[], topicId: number, channel: Channel): Promise<Map<number, ConsentNow>> {
  const all = await readAllConsentsNow(db, partyIds);
  return new Map(partyIds.map((id) => [id, all.get(`${id} ${topicId} ${channel}`) ?? null]));
}
