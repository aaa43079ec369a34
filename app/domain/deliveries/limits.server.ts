/** The limits as they are set: of the whole company, and of one campaign. */
import { eq, sql } from "drizzle-orm";

import type { Reader, Tx } from "../../db/types";
import { findSetting, saveSetting } from "../company/company.server";
import type { By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { streamLimits } from "./schema";
import { UNLIMITED, type SendingLimits, type StreamLimits } from "./throttle";

const KEY = "sending";

export async function getSendingLimits(db: Reader): Promise<SendingLimits> {
  return (await findSetting<SendingLimits>(db, KEY)) ?? UNLIMITED;
}

/** Counts from the next claim on, in every worker. */
export async function saveSendingLimits(tx: Tx, by: By, limits: SendingLimits): Promise<void> {
  await saveSetting(tx, by, KEY, limits);
  await recordAudit(tx, by, "saveSendingLimits", { type: "company", id: null }, limits);
  await noteChange(tx, by, "company");
}

export async function getStreamLimits(db: Reader, campaignId: number): Promise<StreamLimits> {
  const [row] = await db.select().from(streamLimits).where(eq(streamLimits.campaignId, campaignId));
  return row ? limitsOfRow(row) : { perSecond: null, window: null };
}

/** May be changed while the campaign is on its way. */
export async function saveStreamLimits(tx: Tx, by: By, campaignId: number, limits: StreamLimits): Promise<void> {
  const values = { perSecond: limits.perSecond, windowLimit: limits.window?.limit ?? null, windowMs: limits.window?.ms ?? null };
  await tx.insert(streamLimits).values({ campaignId, ...values }).onConflictDoUpdate({ target: streamLimits.campaignId, set: values });
  await recordAudit(tx, by, "saveStreamLimits", { type: "campaign", id: campaignId }, values);
  await noteChange(tx, by, `campaign:${campaignId}`);
}

/** The limits of those campaigns that have any of their own. */
export async function listStreamLimits(db: Reader): Promise<Map<number, StreamLimits>> {
  const rows = await db
    .select()
    .from(streamLimits)
    .where(sql`exists (select 1 from send_streams s where s.campaign_id = ${streamLimits.campaignId} and s.state = 'running')`);
  return new Map(rows.flatMap((row) => (row.perSecond || row.windowLimit ? [[row.campaignId, limitsOfRow(row)]] : [])));
}

function limitsOfRow(row: typeof streamLimits.$inferSelect): StreamLimits {
  return {
    perSecond: row.perSecond,
    window: row.windowLimit !== null && row.windowMs !== null ? { limit: row.windowLimit, ms: row.windowMs } : null,
  };
}
