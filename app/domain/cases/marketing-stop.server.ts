import { lockStops } from "../../db/dialect";
import type { Tx } from "../../db/types";
import { stopLog } from "../deliveries/schema";
import type { By } from "../journal/actor";

/** What is on its way to them stops too: mails look here between their claim and their handover. */
export async function stopMarketing(tx: Tx, by: By, partyId: number): Promise<void> {
  await lockStops(tx);
  await tx.insert(stopLog).values({ at: by.now, kind: "complaint_opened", partyId });
}
