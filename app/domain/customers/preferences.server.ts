/** What a customer chooses to hear about, and how: all of it at once, as the preference pages show it. */
import { eq } from "drizzle-orm";

import type { Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { type Channel, listConsentStates, recordConsent } from "./consents.server";
import { listTopics } from "./topics.server";
import { pauseMarketing } from "./customers.server";
import { CHANNELS, parties } from "./schema";

export type Preferences = {
  topics: { id: number; name: string; description: string; granted: Channel[] }[];
  pausedUntil: number | null;
};

export async function findPreferences(db: Reader, partyId: number, locale: string, now: number): Promise<Preferences> {
  const topics = await listTopics(db, locale);
  const states = await listConsentStates(db, partyId);
  const [party] = await db.select({ until: parties.marketingPausedUntil }).from(parties).where(eq(parties.id, partyId));
  const granted = (topicId: number) => states.filter((s) => s.topicId === topicId && s.state === "granted").map((s) => s.channel);
  return {
    topics: topics.map(({ id, name, description }) => ({ id, name, description, granted: granted(id) })),
    pausedUntil: party?.until && party.until > now ? party.until : null,
  };
}

export type Wording = { version: string; text: string; source: "portal" | "preference_page"; remoteAddress: string | null };

const proofOf = ({ version, text, source, remoteAddress }: Wording) => ({ wordingVersion: version, wording: text, source, remoteAddress });

/** Makes consent what was ticked; what was not changed is not said again. @returns how many statements were written */
export async function savePreferences(
  tx: Tx,
  by: By,
  partyId: number,
  ticked: ReadonlySet<string>,
  shown: ReadonlySet<string>,
  wording: Wording,
): Promise<number> {
  const states = await listConsentStates(tx, partyId);
  let written = 0;
  for (const topic of await listTopics(tx, "en"))
    for (const channel of CHANNELS) {
      const key = `${topic.id}:${channel}`;
      if (!shown.has(key)) continue;
      const granted = states.some((s) => s.topicId === topic.id && s.channel === channel && s.state === "granted");
      if (granted === ticked.has(key)) continue;
      await recordConsent(tx, by, { partyId, topicId: topic.id, channel, state: ticked.has(key) ? "granted" : "withdrawn", ...proofOf(wording) });
      written += 1;
    }
  return written;
}

/** Takes back every consent, to every topic (those put away too) and channel. */
export async function withdrawAll(tx: Tx, by: By, partyId: number, wording: Wording): Promise<number> {
  const granted = (await listConsentStates(tx, partyId)).filter((one) => one.state === "granted");
  for (const { topicId, channel } of granted) await recordConsent(tx, by, { partyId, topicId, channel, state: "withdrawn", ...proofOf(wording) });
  return granted.length;
}

export const PAUSE = 30 * 86_400_000;

export async function pauseFor30Days(tx: Tx, by: By, partyId: number): Promise<number> {
  const until = by.now + PAUSE;
  await pauseMarketing(tx, by, partyId, until);
  return until;
}
