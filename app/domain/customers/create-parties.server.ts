/** Adds people and companies: one, or very many at once by the same rules. */
import { v7 as uuid } from "uuid";

import { givenTexts, insertRows, lockKeys, takeIds } from "../../db/dialect";
import type { Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { actorId, recordAudits } from "../journal/journal.server";
import { normalizeEmail } from "./contact";
import { addTerms } from "./find.server";
import { searchTerms } from "./search-terms";
import { emailPoint, phonePoint, type Point, postalPoint, searchText } from "./contact-points.server";
import { recordEvents } from "./events.server";
import type { PostalAddress } from "./schema";

export type NewParty = {
  kind: "person" | "company";
  givenName?: string | null;
  familyName?: string | null;
  companyName?: string | null;
  /** The customer's number in the company's own books. */
  number?: string | null;
  email?: string | null;
  phone?: string | null;
  postal?: PostalAddress | null;
  /** en, pl, sr-Latn or sr-Cyrl. */
  locale: string;
  timeZone?: string;
  country?: string | null;
  birthday?: string | null;
  isCustomer?: boolean;
  isSupplier?: boolean;
  /** The company that this person belongs to. */
  parentId?: number | null;
  /** staff, import, portal, api, seed. */
  source: string;
  createdAt?: number;
};

export type CreatePartyResult =
  | { ok: true; partyId: number; publicId: string }
  | { ok: false; reason: "number_taken" | "email_taken" };

/** Adds a person or company with a first contact point of each kind given, and its (empty) row of metrics. */
export async function createParty(tx: Tx, by: By, input: NewParty): Promise<CreatePartyResult> {
  const [result] = await createParties(tx, by, [input]);
  return result as CreatePartyResult;
}

/** As `createParty`, for each of them; of two that want the same number or address the first has it. */
export async function createParties(tx: Tx, by: By, inputs: readonly NewParty[]): Promise<CreatePartyResult[]> {
  const refusals = await findRefusals(tx, inputs);
  const ids = await takeIds(tx, "parties", refusals.filter((refusal) => refusal === null).length);
  let next = 0;
  const made: Made[] = [];
  const results = inputs.map((input, i): CreatePartyResult => {
    const reason = refusals[i];
    if (reason) return { ok: false, reason };
    const party = rowOf(input, ids[next++] as number, by);
    made.push(party);
    return { ok: true, partyId: party.id, publicId: party.publicId };
  });
  if (made.length) await write(tx, by, made);
  return results;
}

type Refusal = "number_taken" | "email_taken" | null;

async function findRefusals(tx: Tx, inputs: readonly NewParty[]): Promise<Refusal[]> {
  const numbers = inputs.map((input) => input.number?.trim() || null);
  const emails = inputs.map((input) => (input.kind === "person" && input.email?.trim() ? normalizeEmail(input.email) : null));
  const takenNumbers = await findTakenNumbers(tx, numbers.filter((number) => number !== null));
  const takenEmails = await findTakenEmails(tx, emails.filter((email) => email !== null));
  return inputs.map((_, i) => {
    const number = numbers[i] ?? null;
    const email = emails[i] ?? null;
    if (number !== null && takenNumbers.has(number)) return "number_taken";
    if (email !== null && takenEmails.has(email)) return "email_taken";
    if (number !== null) takenNumbers.add(number);
    if (email !== null) takenEmails.add(email);
    return null;
  });
}

/** Whoever asks holds them until the transaction ends. */
async function findTakenNumbers(tx: Tx, numbers: readonly string[]): Promise<Set<string>> {
  if (!numbers.length) return new Set();
  await lockKeys(tx, numbers.map((number) => `party-number:${number}`));
  const rows = await tx.raw<{ number: string }>(`SELECT number FROM parties WHERE number IN ${givenTexts(tx)}`, [JSON.stringify(numbers)]);
  return new Set(rows.map((row) => row.number));
}

/** Two people cannot have one primary address: logins and mail go by it. Companies may share their people's. */
async function findTakenEmails(tx: Tx, emails: readonly string[]): Promise<Set<string>> {
  if (!emails.length) return new Set();
  await lockKeys(tx, emails.map((email) => `party-email:${email}`));
  const rows = await tx.raw<{ address: string }>(
    `SELECT c.normalized_value AS address FROM contact_points c JOIN parties p ON p.id = c.party_id
     WHERE c.kind = 'email' AND c.normalized_value IN ${givenTexts(tx)} AND c.is_primary = true AND p.kind = 'person'
       AND p.merged_into_id IS NULL AND p.erased_at IS NULL`,
    [JSON.stringify(emails)],
  );
  return new Set(rows.map((row) => row.address));
}

type Made = { id: number; publicId: string; name: string; number: string | null; input: NewParty; contacts: Point[]; country: string | null; timeZone: string; createdAt: number; row: unknown[] };

const PARTY = {
  id: "int", public_id: "text", kind: "text", is_customer: "bool", is_supplier: "bool", parent_id: "int", number: "text", name: "text", given_name: "text",
  family_name: "text", search_text: "text", locale: "text", time_zone: "text", country: "text", birthday: "text", source: "text", created_at: "int", updated_at: "int",
} as const;

function rowOf(input: NewParty, id: number, by: By): Made {
  const number = input.number?.trim() || null;
  const email = input.email?.trim() || null;
  const createdAt = input.createdAt ?? by.now;
  const country = input.country ?? input.postal?.country ?? null;
  const contacts = firstContacts(input, email, country);
  const name = nameOf(input) || email || number || "—";
  const publicId = uuid();
  const timeZone = input.timeZone ?? "Europe/Warsaw";
  const row = [
    id, publicId, input.kind, input.isCustomer ?? true, input.isSupplier ?? false, input.parentId ?? null, number, name, input.givenName?.trim() || null,
    input.familyName?.trim() || null, searchText(name, number, contacts), input.locale, timeZone, country, input.birthday ?? null, input.source,
    createdAt, by.now,
  ];
  return { id, publicId, name, number, input, contacts, country, timeZone, createdAt, row };
}

async function write(tx: Tx, by: By, made: readonly Made[]): Promise<void> {
  await insertRows(tx, "parties", PARTY, made.map((party) => party.row));
  await insertRows(
    tx,
    "contact_points",
    { party_id: "int", kind: "text", value: "text", normalized_value: "text", postal: "json", is_primary: "bool", source: "text", actor_id: "int", created_at: "int" },
    made.flatMap(({ id, contacts, createdAt, input }) =>
      contacts.map((c) => [id, c.kind, c.value, c.normalizedValue, c.postal && JSON.stringify(c.postal), true, input.source, actorId(by.actor), createdAt]),
    ),
  );
  await insertRows(
    tx,
    "customer_metrics",
    { party_id: "int", is_current: "bool", kind: "text", country: "text", locale: "text", time_zone: "text", lifecycle_stage: "text", tier: "text", customer_since: "int" },
    made.map(({ id, input, country, timeZone, createdAt }) => [id, input.isCustomer ?? true, input.kind, country, input.locale, timeZone, "lead", "standard", createdAt]),
  );
  await addTerms(tx, made.flatMap(({ id, name, number, contacts }) => searchTerms({ name, number, contacts }).map((term) => [id, term] as const)));
  const imported = by.actor.kind === "system" && by.actor.name === "import";
  await recordEvents(
    tx,
    by,
    made.map(({ id, createdAt, input }) => ({
      partyId: id, kind: imported ? ("party_imported" as const) : ("party_created" as const), at: createdAt, data: { source: input.source },
    })),
  );
  await recordAudits(tx, by, "createParty", "party", made.map(({ id, input }) => ({ id, details: { source: input.source } })));
}

function firstContacts(input: NewParty, email: string | null, country: string | null): Point[] {
  return [
    ...(email ? [emailPoint(email)] : []),
    ...(input.phone?.trim() ? [phonePoint(input.phone, country)] : []),
    ...(input.postal ? [postalPoint(input.postal)] : []),
  ];
}

export function nameOf(input: Pick<NewParty, "kind" | "givenName" | "familyName" | "companyName">): string {
  return input.kind === "company"
    ? (input.companyName?.trim() ?? "")
    : `${input.givenName?.trim() ?? ""} ${input.familyName?.trim() ?? ""}`.trim();
}
