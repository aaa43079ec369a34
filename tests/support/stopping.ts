/**
 * People who forbid their mail while it is being sent: withdrawn consent, suppressed address, opened complaint, a pause
 * they asked for. By the product's own commands, from another process than the senders'.
 */
import type { Database, Tx } from "../../app/db/types";
import { fileComplaint } from "../../app/domain/cases/filing.server";
import { recordConsent } from "../../app/domain/customers/consents.server";
import { pauseMarketing } from "../../app/domain/customers/customers.server";
import { suppress } from "../../app/domain/deliveries/suppressions.server";
import type { By } from "../../app/domain/journal/actor";
import { placeOrder } from "../../app/domain/orders/placing.server";
import { at, aStockProduct } from "./factories";
import { MASS_CAMPAIGN } from "./mass-campaign";

/** Each mail that was forbidden, with how often it had been begun when that was committed. */
export type Stops = { deliveryId: number; handovers: number }[];

type Person = { partyId: number; topicId: number; address: string; linePublicId: string };

const WAYS: ((tx: Tx, by: By, person: Person) => Promise<unknown>)[] = [
  (tx, by, { partyId, topicId }) => recordConsent(tx, by, { partyId, topicId, channel: "email", state: "withdrawn", wordingVersion: "1", source: "preference_page" }),
  (tx, by, { address }) => suppress(tx, by, { address, scope: "marketing", reason: "manual", source: "test" }),
  (tx, by, { partyId }) => pauseMarketing(tx, by, partyId, by.now + 30 * 86_400_000),
  (tx, by, { partyId, linePublicId }) =>
    fileComplaint(tx, by, {
      partyId, orderLinePublicId: linePublicId, reason: "damaged", description: "It came broken.", wantedRemedy: "replacement", quantity: 1,
      submissionKey: `stop-${partyId}`, locale: "en",
    }),
];

/** Until `finish`, now and then one of these people. */
export function stopPeople(db: Database, { partyIds, topicId, count, random }: { partyIds: number[]; topicId: number; count: number; random: () => number }) {
  const stops: Stops = [];
  let finished = false;
  const left = new Set(partyIds.map((_, i) => i));
  const work = (async () => {
    if (count === 0) return;
    const sku = (await db.write((tx) => aStockProduct(tx, at(Date.now() - 60_000), "STOP-1"))).sku;
    while (!finished && stops.length < count && left.size) {
      const i = Math.floor(random() * partyIds.length);
      if (left.delete(i)) {
        const stop = await stopOne(db, { partyId: partyIds[i] as number, topicId, address: `person${i}@example.com` }, sku, WAYS[stops.length % WAYS.length] as (typeof WAYS)[number]);
        if (stop) stops.push(stop);
      }
      await new Promise((resolve) => setTimeout(resolve, 20 + random() * 60));
    }
  })();
  return {
    async finish(): Promise<Stops> {
      finished = true;
      await work;
      return stops;
    },
  };
}

/** @returns null when there was nothing left to forbid */
async function stopOne(db: Database, person: Omit<Person, "linePublicId">, sku: string, way: (typeof WAYS)[number]): Promise<Stops[number] | null> {
  const [row] = await db.read.raw<{ id: number }>(
    "SELECT id FROM deliveries WHERE campaign_id = ? AND party_id = ? AND state IN ('queued', 'leased', 'handing')",
    [MASS_CAMPAIGN, person.partyId],
  );
  if (!row) return null;
  return db.write(async (tx) => {
    const by = at(Date.now());
    let linePublicId = "";
    if (way === WAYS[3]) {
      const placed = await placeOrder(tx, by, { partyId: person.partyId, source: "staff", lines: [{ sku, quantity: 1 }] });
      if (!placed.ok) throw new Error(placed.reason);
      const [line] = await tx.raw<{ public_id: string }>("SELECT l.public_id FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE o.party_id = ?", [person.partyId]);
      linePublicId = line!.public_id;
    }
    const done = (await way(tx, by, { ...person, linePublicId })) as { ok?: boolean } | undefined;
    if (done?.ok === false) throw new Error("the complaint was not filed");
    // No intent can be committed between this look and the commit: the writer is alone, or holds the lock of stops.
    const [begun] = await tx.raw<{ n: number }>("SELECT count(*) AS n FROM handovers WHERE delivery_id = ?", [row.id]);
    return { deliveryId: row.id, handovers: Number(begun?.n) };
  });
}
