import type { Tx } from "../../db/types";
import { sweepLimits } from "./limits.server";
import { sweepSessions } from "./sessions.server";
import { sweepTokens } from "./tokens.server";

/** Worker step: drops sessions, tokens and counters that have run out. @returns how many */
export async function sweepAccounts(tx: Tx, now: number): Promise<number> {
  return (await sweepSessions(tx)) + (await sweepTokens(tx, now)) + (await sweepLimits(tx, now));
}
