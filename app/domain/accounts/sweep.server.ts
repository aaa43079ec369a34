import type { Tx } from "../../db/types";
import { recordAudit } from "../journal/journal.server";
import type { By } from "../journal/actor";
import { sweepLimits } from "./limits.server";
import { customerSessions, loginTokens, staffSessions } from "./schema";
import { sweepSessions } from "./sessions.server";
import { sweepSignUps } from "./sign-up.server";
import { sweepTokens } from "./tokens.server";

/** Worker step: drops sessions, tokens and counters that have run out. @returns how many */
export async function sweepAccounts(tx: Tx, now: number): Promise<number> {
  return (await sweepSessions(tx)) + (await sweepTokens(tx, now)) + (await sweepLimits(tx, now)) + (await sweepSignUps(tx, now));
}

/**
 * Everybody signs in again, and no link that was mailed lets anybody in: for a database that was restored, which does not
 * know who signed out since or which links were used.
 */
export async function endEverySession(tx: Tx, by: By): Promise<void> {
  for (const table of [staffSessions, customerSessions, loginTokens]) await tx.delete(table);
  await recordAudit(tx, by, "endEverySession", { type: "session", id: null });
}
