/** Customers from a file: found by number and address, brought up to date where the file knows better. */
import type { Reader, Tx } from "../../db/types";
import { normalizeEmail, normalizePhone } from "../customers/contact";
import { recordConsents } from "../customers/consents.server";
import { createParties, type NewParty } from "../customers/create-parties.server";
import { updateParty, type PartyChange } from "../customers/customers.server";
import { findPartyIds, readParties, type KnownParty } from "../customers/look-up.server";
import type { By } from "../journal/actor";
import { consentToRecord, type ConsentNow } from "./consent-said";
import { readConsentsNow } from "./consents-in.server";
import { refuse, type Cells, type Job, type Kind, type Planned } from "./kind";
import { ownColumn } from "./own-fields";
import { changedRecord, changeRecord, type KnownRecord, readRecords, recordCells, type RecordChange, tagsOver, writeRecords } from "./record-in.server";
import { readCustomer, type CustomerRow, type Rejection } from "./rows";
import type { ImportOptions } from "./schema";

type Consent = { state: "granted" | "withdrawn"; at: number | null };
type Plan = { known: KnownParty | null; change: PartyChange | null; consent: Consent | null; record: RecordChange | null };

export const customersIn: Kind<CustomerRow, Plan> = {
  read: readCustomer,
  keys: ({ number, email }) => [...(number ? [`n:${number}`] : []), ...(email ? [`e:${normalizeEmail(email)}`] : [])],
  plan: planCustomers,
  write: writeCustomers,
};

async function planCustomers(db: Reader, rows: readonly CustomerRow[], job: Job): Promise<(Planned<Plan> | Rejection)[]> {
  const found = await findPartyIds(db, {
    numbers: rows.flatMap(({ number }) => number ?? []),
    emails: rows.flatMap(({ email }) => email ?? []),
  });
  const ids = rows.map((row) => ({
    byNumber: row.number ? (found.byNumber.get(row.number) ?? null) : null,
    byEmail: row.email ? (found.byEmail.get(normalizeEmail(row.email)) ?? null) : null,
  }));
  const wanted = ids.flatMap(({ byNumber, byEmail }) => byNumber ?? byEmail ?? []);
  const known = await readParties(db, wanted);
  const said = job.topicId === null ? new Map<number, ConsentNow>() : await readConsentsNow(db, wanted, job.topicId, "email");
  const records = await readRecords(db, wanted, job);
  return rows.map((row, i) => {
    const party = findKnown(row, ids[i] as Ids, known);
    if (party === "email_taken") return refuse("email", "email_taken");
    const keys = customersIn.keys(row);
    const earlier = keys.map((key) => job.recall?.get(key) as ConsentNow | undefined).find((one) => one !== undefined);
    const now = earlier ?? (party ? (said.get(party.id) ?? null) : null);
    const planned = planCustomer(row, party, records(party?.id ?? null), now, job);
    const { consent } = planned.plan;
    if (job.recall && consent) for (const key of keys) job.recall.set(key, { state: consent.state, since: consent.at ?? job.now, source: "import" } satisfies ConsentNow);
    return planned;
  });
}

type Ids = { byNumber: number | null; byEmail: number | null };

/** By number first. An address that belongs to a customer of another number is somebody else's. */
function findKnown(row: CustomerRow, { byNumber, byEmail }: Ids, known: Map<number, KnownParty>): KnownParty | null | "email_taken" {
  if (byNumber !== null) return known.get(byNumber) ?? null;
  const party = byEmail === null ? null : (known.get(byEmail) ?? null);
  if (party && row.number && party.number && party.number !== row.number) return row.kind === "person" ? "email_taken" : null;
  return party;
}

function planCustomer(row: CustomerRow, known: KnownParty | null, record: KnownRecord, now: ConsentNow, job: Job): Planned<Plan> {
  const change = known ? changeOf(known, row) : null;
  const consent = job.topicId === null ? null : consentOf(row, now, job.now);
  const more = changeRecord(row, record, job);
  const outcome = known ? (change || consent || more ? "changed" : "unchanged") : "created";
  return {
    ok: true,
    outcome,
    consents: consent ? 1 : 0,
    plan: { known, change, consent, record: more },
    shown: () => {
      const before = known ? { ...cellsOf(known), ...recordCells(record), consent: consentCell(now?.state) } : null;
      const after = known ? cellsOf({ ...known, ...shownChange(known, change) }) : cellsOfRow(row, job.options);
      return {
        id: known?.id ?? null,
        name: nameOf(row, known),
        before,
        after: { ...after, ...recordCells(changedRecord(record, more)), consent: consent ? consentCell(consent.state) : (before?.consent ?? "") },
        given: givenBy(row, consent),
        over: (earlier) => tagsOver(earlier, row, job),
      };
    },
  };
}

/** A day to come is a mistake (a day read as a month): it says as little as none, and must not outlast a withdrawal. */
function consentOf(row: CustomerRow, now: ConsentNow, today: number): Consent | null {
  const at = row.consentAt !== null && row.consentAt <= today ? row.consentAt : null;
  const state = consentToRecord({ consent: row.consent, at }, now);
  return state && { state, at };
}

/**
 * What the file says goes over what is known; what it leaves out stays. An e-mail address that its owner has proven is
 * not replaced by a file's. Null: nothing is said that was not known.
 */
function changeOf(known: KnownParty, row: CustomerRow): PartyChange | null {
  const now: PartyChange = {
    givenName: known.givenName, familyName: known.familyName, companyName: known.kind === "company" ? known.name : null,
    number: known.number, locale: known.locale, timeZone: known.timeZone, country: known.country, birthday: known.birthday,
    isCustomer: known.isCustomer, isSupplier: known.isSupplier, parentId: known.parentId,
    email: known.email?.value ?? null, phone: known.phone?.value ?? null, postal: known.postal?.postal ?? null,
  };
  const change: PartyChange = { ...now };
  if (known.kind === "person") {
    change.givenName = row.givenName ?? now.givenName;
    change.familyName = row.familyName ?? now.familyName;
  } else change.companyName = row.companyName ?? now.companyName;
  // A number that is not theirs is that of a record merged into theirs: both go on meaning them.
  change.number = row.number === known.publicId ? now.number : (now.number ?? row.number);
  change.locale = row.locale ?? now.locale;
  change.country = row.country ?? now.country;
  change.birthday = row.birthday ?? now.birthday;
  if (row.email && !known.email?.isVerified && normalizeEmail(row.email) !== known.email?.normalizedValue) change.email = row.email;
  if (row.phone && row.phone !== known.phone?.value && (normalizePhone(row.phone, change.country) ?? row.phone) !== (known.phone?.normalizedValue ?? null))
    change.phone = row.phone;
  const postal = row.postal && postalOf(row, known);
  if (postal && postalKey(postal) !== postalKey(now.postal)) change.postal = postal;
  const isSame = (Object.keys(change) as (keyof PartyChange)[]).every((key) => change[key] === now[key]);
  return isSame ? null : change;
}

/** Where a file names no country, an address stays in the one it was in. */
function postalOf(row: CustomerRow, known: KnownParty): NonNullable<PartyChange["postal"]> {
  const there = known.postal?.postal;
  const country = row.country && row.country !== known.country ? row.country : there?.country || row.country || known.country || "";
  return { ...(row.postal as NonNullable<CustomerRow["postal"]>), country };
}

function postalKey(postal: PartyChange["postal"]): string {
  return postal ? [postal.line1, postal.line2 ?? "", postal.postcode, postal.city, postal.country].join("\n") : "";
}

async function writeCustomers(tx: Tx, by: By, plans: readonly { row: CustomerRow; planned: Planned<Plan> }[], job: Job): Promise<(Rejection | null)[]> {
  const fresh = plans.filter(({ planned }) => !planned.plan.known);
  const made = await createParties(tx, by, fresh.map(({ row }) => newParty(row, job.options)));
  const ids = new Map(fresh.map((one, i) => [one, made[i]!]));
  const results: (Rejection | null)[] = [];
  const consents: { partyId: number; row: CustomerRow; consent: Consent }[] = [];
  const records: { partyId: number; change: RecordChange }[] = [];
  for (const one of plans) {
    const written = ids.get(one) ?? (await bringUpToDate(tx, by, one.row, one.planned.plan));
    const refused = !written.ok;
    results.push(refused ? refuse(written.reason === "number_taken" ? "number" : "email", written.reason) : null);
    if (!refused && one.planned.plan.record) records.push({ partyId: written.partyId, change: one.planned.plan.record });
    if (!refused && one.planned.plan.consent) consents.push({ partyId: written.partyId, row: one.row, consent: one.planned.plan.consent });
  }
  if (job.topicId !== null) await writeConsents(tx, by, consents, job.topicId);
  await writeRecords(tx, by, records);
  return results;
}

type Written = { ok: true; partyId: number } | { ok: false; reason: "number_taken" | "email_taken" };

async function bringUpToDate(tx: Tx, by: By, row: CustomerRow, { known, change }: Pick<Plan, "known" | "change">): Promise<Written> {
  const { id, updatedAt } = known as KnownParty;
  if (!change) return { ok: true, partyId: id };
  const updated = await updateParty(tx, by, id, updatedAt, change);
  if (updated.ok) return { ok: true, partyId: id };
  if (updated.reason !== "changed_meanwhile") return { ok: false, reason: updated.reason === "email_taken" ? "email_taken" : "number_taken" };
  // Somebody changed the record since it was read: what the file says is laid over what stands there now.
  const theirs = (await readParties(tx, [id])).get(id) as KnownParty;
  return bringUpToDate(tx, by, row, { known: theirs, change: changeOf(theirs, row) });
}

export const WORDING_VERSION = "import";

async function writeConsents(tx: Tx, by: By, list: readonly { partyId: number; row: CustomerRow; consent: Consent }[], topicId: number): Promise<void> {
  await recordConsents(
    tx,
    by,
    list.map(({ partyId, row, consent: { state, at } }) => ({
      partyId, topicId, channel: "email" as const, state, wordingVersion: WORDING_VERSION, source: "import",
      ...(row.consentSource && { wording: row.consentSource }), ...(at !== null && { at }),
    })),
  );
}

function newParty(row: CustomerRow, options: ImportOptions): NewParty {
  const { createdAt, locale, consent: _, consentAt: _at, consentSource: _source, tags: _tags, own: _own, ...rest } = row;
  return { ...rest, locale: locale ?? options.locale, source: "import", ...(createdAt !== null && { createdAt }) };
}

// --- as shown

function nameOf(row: CustomerRow, known: KnownParty | null): string {
  return known?.name ?? ([row.givenName, row.familyName].filter(Boolean).join(" ") || row.companyName || row.email || row.number || "");
}

function consentCell(state: string | undefined): string {
  return state === "granted" ? "yes" : state === "withdrawn" ? "no" : "";
}

/** The cells of a customer, as an export writes them. */
export function cellsOf(party: Pick<KnownParty, "kind" | "number" | "name" | "givenName" | "familyName" | "locale" | "country" | "birthday" | "email" | "phone" | "postal">): Cells {
  const postal = party.postal?.postal;
  return {
    number: party.number ?? "", email: party.email?.value ?? "", givenName: party.givenName ?? "", familyName: party.familyName ?? "",
    company: party.kind === "company" ? party.name : "", phone: party.phone?.value ?? "", language: party.locale, country: party.country ?? postal?.country ?? "",
    street: postal?.line1 ?? "", street2: postal?.line2 ?? "", postcode: postal?.postcode ?? "", city: postal?.city ?? "", birthday: party.birthday ?? "",
  };
}

function shownChange(known: KnownParty, change: PartyChange | null): Partial<KnownParty> {
  if (!change) return {};
  const contact = (value: string | null | undefined) => (value ? { value, normalizedValue: value, isVerified: false, postal: null } : null);
  return {
    givenName: change.givenName ?? null, familyName: change.familyName ?? null, name: change.companyName ?? known.name, number: change.number ?? null,
    locale: change.locale, country: change.country ?? null, birthday: change.birthday ?? null, email: contact(change.email), phone: contact(change.phone),
    postal: change.postal ? { value: "", normalizedValue: "", isVerified: false, postal: change.postal } : null,
  };
}

function cellsOfRow(row: CustomerRow, options: ImportOptions): Cells {
  const contact = (value: string | null) => (value ? { value, normalizedValue: value, isVerified: false, postal: null } : null);
  return cellsOf({
    ...row, name: row.companyName ?? "", locale: row.locale ?? options.locale, email: contact(row.email), phone: contact(row.phone),
    postal: row.postal && { value: "", normalizedValue: "", isVerified: false, postal: row.postal },
  });
}

function givenBy(row: CustomerRow, consent: Consent | null): string[] {
  const postal = row.postal ? ["street", "street2", "postcode", "city"] : [];
  const fields = { number: row.number, email: row.email, givenName: row.givenName, familyName: row.familyName, company: row.companyName, phone: row.phone, language: row.locale, country: row.country, birthday: row.birthday, consent };
  return [...Object.entries(fields).flatMap(([key, value]) => (value === null ? [] : [key])), ...postal, ...row.own.map(({ field }) => ownColumn(field.key))];
}
