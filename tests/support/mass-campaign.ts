/** A campaign to very many people, quickly: one of them made by the product's commands, the others copied from that one. */
import type { Database, Tx } from "../../app/db/types";
import { recordConsent } from "../../app/domain/customers/consents.server";
import { setStream } from "../../app/domain/deliveries/deliveries.server";
import { findTemplate } from "../../app/domain/mailings/library.server";
import { compileMailing, createMailing, freezeRevision, getMailing } from "../../app/domain/mailings/mailings.server";
import { at, aCustomer, aTopic } from "./factories";
import { enqueueRows } from "./outbox";

export const MASS_CAMPAIGN = 4711;

/** Ids of those that are copied begin behind this. */
const COPIES = 1_000_000;
const NAMES = ["Anna", "Kinga", "Jelena", "Đorđe", "Zofia", "Michał", "Emma", "Ivan", "Łucja", "Åse"];

export type MassCampaign = { topicId: number; revisionId: number; partyIds: number[] };

/**
 * People with an address, a consent to one topic and nothing open; a mailing of about `kilobytes` as it leaves (0: as
 * the library has it); and a row of the outbox for each, in a running stream.
 */
export async function massCampaign(db: Database, { recipients, kilobytes = 0 }: { recipients: number; kilobytes?: number }): Promise<MassCampaign> {
  const by = at(Date.now() - 60_000);
  const { topicId, partyIds } = await copyPeople(db, recipients);
  const revisionId = await aRevision(db, kilobytes);
  const customer = { last_name: "Nowak", number: "", city: "Kraków", orders_count: "3", last_order_on: "" };
  for (let from = 0; from < recipients; from += 2000)
    await db.write((tx) =>
      enqueueRows(
        tx,
        by,
        partyIds.slice(from, from + 2000).map((partyId, i) => {
          const first = NAMES[(from + i) % NAMES.length] as string;
          return {
            campaignId: MASS_CAMPAIGN, partyId, address: `person${from + i}@example.com`, recipientName: `${first} Nowak`, locale: "en", topicId,
            revisionId, mergeValues: { customer: { ...customer, first_name: first, full_name: `${first} Nowak` }, topic: { name: "News" } },
            notBefore: by.now, expiresAt: null,
          };
        }),
      ),
    );
  await db.write((tx) => setStream(tx, by, MASS_CAMPAIGN, "running"));
  return { topicId, revisionId, partyIds };
}

/** So many people with an address and a consent to one topic, and nothing open. */
export async function copyPeople(db: Database, people: number): Promise<{ topicId: number; partyIds: number[] }> {
  const by = at(Date.now() - 60_000);
  return db.write(async (tx) => {
    const topicId = await aTopic(tx, by);
    const { partyId } = await aCustomer(tx, by, { email: "person0@example.com", locale: "en" });
    await recordConsent(tx, by, { partyId, topicId, channel: "email", state: "granted", wordingVersion: "1", source: "seed" });
    await copyPerson(tx, partyId, people - 1);
    return { topicId, partyIds: [partyId, ...Array.from({ length: people - 1 }, (_, i) => COPIES + i + 1)] };
  });
}

async function aRevision(db: Database, kilobytes: number): Promise<number> {
  const by = at(Date.now() - 60_000);
  const template = findTemplate("newsletter");
  if (!template) throw new Error("the library has no newsletter");
  const content = template.defaults.en;
  // A paragraph stands in the HTML and in the text part; in between it calls the reader by name.
  const paragraph = `\n\nDear {{ customer.first_name }}, ${"each cup of this month is drawn, printed and packed by people whose names you know. ".repeat(3)}`;
  const times = Math.max(0, Math.round(((kilobytes - 12.2) * 1000) / (paragraph.length * 2 + 270)));
  const fields = { ...content.fields, intro: content.fields.intro + paragraph.repeat(times) };
  const made = await db.write((tx) => createMailing(tx, by, { name: "To very many", templateKey: "newsletter", defaultLocale: "en", contents: { en: { ...content, fields } } }));
  if (!made.ok) throw new Error(made.reason);
  const [compiled] = await compileMailing(await getMailing(db.read, made.mailingId), { name: "Shop", postalLine: "Shop, Street 1" });
  if (!compiled) throw new Error("nothing was compiled");
  const frozen = await db.write((tx) => freezeRevision(tx, by, made.mailingId, compiled));
  if (!frozen.ok) throw new Error(frozen.reason);
  return frozen.revisionId;
}

/** In a few statements, with whatever columns these tables have. */
async function copyPerson(tx: Tx, partyId: number, times: number): Promise<void> {
  if (times < 1) return;
  const id = `${COPIES} + n.i`;
  await copyRow(tx, "parties", "id", partyId, times, { id, public_id: "s.public_id || '-' || n.i", name: "s.name || ' ' || n.i" });
  await copyRow(tx, "contact_points", "party_id", partyId, times, {
    id, party_id: id, value: "'person' || n.i || '@example.com'", normalized_value: "'person' || n.i || '@example.com'",
  });
  await copyRow(tx, "customer_metrics", "party_id", partyId, times, { party_id: id });
  await copyRow(tx, "consents", "party_id", partyId, times, { id, party_id: id });
  await copyRow(tx, "consent_states", "party_id", partyId, times, { party_id: id, consent_id: id });
}

async function copyRow(tx: Tx, table: string, key: string, value: number, times: number, other: Record<string, string>): Promise<void> {
  const [row] = await tx.raw(`SELECT * FROM ${table} WHERE ${key} = ?`, [value]);
  if (!row) throw new Error(`${table} has no row to copy`);
  const columns = Object.keys(row);
  await tx.raw(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${Math.trunc(times)})
     INSERT INTO ${table} (${columns.join(",")}) SELECT ${columns.map((column) => other[column] ?? `s.${column}`).join(",")} FROM ${table} s, n WHERE s.${key} = ?`,
    [value],
  );
}
