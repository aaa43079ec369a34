/**
 * People who forbid their mail while it is being sent: withdrawn consent, suppressed address, opened complaint, a pause
 * they asked for, an erasure. By the product's own commands, from another process than the senders'.
 */
import type { Database, Tx } from "../../app/db/types";
import { fileComplaint } from "../../app/domain/cases/filing.server";
import { recordConsent } from "../../app/domain/customers/consents.server";
import { pauseMarketing } from "../../app/domain/customers/customers.server";
import { suppress } from "../../app/domain/deliveries/suppressions.server";
import type { By } from "../../app/domain/journal/actor";
import { erasePerson } from "../../app/domain/privacy/erasure.server";
import { placeOrder } from "../../app/domain/orders/placing.server";
import { at, aStockProduct } from "./factories";
import { MASS_CAMPAIGN } from "./mass-campaign";

/** Each mail that was forbidden, with how often it had been begun when that was committed. */
export type Stops = { deliveryId: number; handovers: number }[];

type Person = { partyId: number; partyPublicId: string; topicId: number; address: string; linePublicId: string };

type Way = (tx: Tx, by: By, person: Person) => Promise<unknown>;

const WAYS: Way[] = [
  (tx, by, { partyId, topicId }) => recordConsent(tx, by, { partyId, topicId, channel: "email", state: "withdrawn", wordingVersion: "1", source: "preference_page" }),
  (tx, by, { address }) => suppress(tx, by, { address, scope: "marketing", reason: "manual", source: "test" }),
  (tx, by, { partyId }) => pauseMarketing(tx, by, partyId, by.now + 30 * 86_400_000),
  (tx, by, { partyId, linePublicId }) =>
    fileComplaint(tx, by, {
      partyId, orderLinePublicId: linePublicId, reason: "damaged", description: "It came broken.", wantedRemedy: "replacement", quantity: 1,
      submissionKey: `stop-${partyId}`, locale: "en",
    }),
  (tx, by, { partyPublicId }) => erasePerson(tx, by, { publicId: partyPublicId, reason: "asked by the customer" }),
];

/** Until `finish`, now and then somebody: mostly whose mail is the next that a worker will begin. */
export function stopPeople(db: Database, { topicId, count, random }: { topicId: number; count: number; random: () => number }) {
  const stops: Stops = [];
  let finished = false;
  const work = (async () => {
    if (count === 0) return;
    const { sku } = await db.write((tx) => aStockProduct(tx, at(Date.now() - 60_000), "STOP-1"));
    while (!finished && stops.length < count) {
      const row = await findOne(db, random() < 0.8 ? "leased" : "queued");
      if (row) stops.push(await stopOne(db, row, topicId, sku, WAYS[stops.length % WAYS.length] as Way));
      await new Promise((resolve) => setTimeout(resolve, 10 + random() * 100));
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

type Row = { id: number; party_id: number; party_public_id: string; address: string };

async function findOne(db: Database, state: "leased" | "queued"): Promise<Row | undefined> {
  const [row] = await db.read.raw<Row>(
    `SELECT d.id, d.party_id, p.public_id AS party_public_id, d.address FROM deliveries d JOIN parties p ON p.id = d.party_id WHERE d.campaign_id = ? AND d.state = ?
       AND NOT EXISTS (SELECT 1 FROM handovers h WHERE h.delivery_id = d.id AND h.intent_at IS NOT NULL)
     ORDER BY d.id LIMIT 1`,
    [MASS_CAMPAIGN, state],
  );
  return row;
}

async function stopOne(db: Database, { id, party_id: partyId, party_public_id: partyPublicId, address }: Row, topicId: number, sku: string, way: Way): Promise<Stops[number]> {
  return db.write(async (tx) => {
    const by = at(Date.now());
    const linePublicId = way === WAYS[3] ? await lineOf(tx, by, partyId, sku) : "";
    const done = (await way(tx, by, { partyId, partyPublicId, address, topicId, linePublicId })) as { ok?: boolean } | undefined;
    if (done?.ok === false) throw new Error("they could not forbid it");
    // No intent can be committed between this look and the commit: the writer is alone, or holds the lock of stops.
    const [begun] = await tx.raw<{ n: number }>("SELECT count(*) AS n FROM handovers WHERE delivery_id = ? AND intent_at IS NOT NULL", [id]);
    return { deliveryId: id, handovers: Number(begun?.n) };
  });
}

async function lineOf(tx: Tx, by: By, partyId: number, sku: string): Promise<string> {
  const placed = await placeOrder(tx, by, { partyId, source: "staff", lines: [{ sku, quantity: 1 }] });
  if (!placed.ok) throw new Error(placed.reason);
  const [line] = await tx.raw<{ public_id: string }>("SELECT l.public_id FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE o.party_id = ? ORDER BY l.id DESC", [partyId]);
  return line!.public_id;
}
