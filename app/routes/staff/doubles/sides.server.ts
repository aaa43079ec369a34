/** What is shown of two records beside each other, and of the one that they would become. */
import type { Reader } from "~/db/types";
import { findLoginOf } from "~/domain/accounts/logins.server";
import { listConsentStates } from "~/domain/customers/consents.server";
import { listContactPoints } from "~/domain/customers/contact-points.server";
import { findParty, type Party } from "~/domain/customers/customers.server";
import { findMetrics } from "~/domain/customers/metrics.server";
import { listAllTopics } from "~/domain/customers/topics.server";
import { writtenValue } from "~/domain/customers/custom-field";
import { listCustomFields, listValuesOf, nameIn } from "~/domain/customers/custom-fields.server";
import { decided } from "~/domain/doubles/choices";
import { readChoices } from "~/domain/doubles/choices.server";
import { isSame, takenOver } from "~/domain/doubles/consents";
import { keptProfile } from "~/domain/doubles/kept";

type States = Awaited<ReturnType<typeof listConsentStates>>;
type Contact = { kind: "email" | "phone" | "postal"; value: string; normalizedValue: string; isPrimary: boolean; verifiedAt: number | null };

async function read(db: Reader, party: Party) {
  const [contacts, metrics, states, login, values] = await Promise.all([
    listContactPoints(db, party.id), findMetrics(db, party.id), listConsentStates(db, party.id), findLoginOf(db, party.id), listValuesOf(db, party.id),
  ]);
  return { party, contacts: contacts.map(pick), metrics, states, login: login?.email ?? null, values };
}

const pick = ({ kind, value, normalizedValue, isPrimary, verifiedAt }: Contact): Contact => ({ kind, value, normalizedValue, isPrimary, verifiedAt });

type Side = Awaited<ReturnType<typeof read>>;

/** Of two contact points of a kind the survivor's stays primary; one that both have is there once. */
function joinedContacts(survivor: Side, merged: Side): Contact[] {
  const has = (kind: string) => survivor.contacts.some((point) => point.kind === kind && point.isPrimary);
  const more = merged.contacts.filter((point) => !survivor.contacts.some((own) => own.kind === point.kind && own.normalizedValue === point.normalizedValue));
  return [...survivor.contacts, ...more.map((point) => ({ ...point, isPrimary: point.isPrimary && !has(point.kind) }))];
}

export type Column = Awaited<ReturnType<typeof readSides>>["survivor"];

export async function readSides(db: Reader, locale: string, survivor: Party, merged: Party) {
  const [own, theirs, topics, fields, choices] = await Promise.all([
    read(db, survivor), read(db, merged), listAllTopics(db, locale), listCustomFields(db), readChoices(db, survivor, merged),
  ]);
  const companies = new Map<number, string>();
  for (const id of [survivor.parentId, merged.parentId]) if (id !== null) companies.set(id, (await findParty(db, id))?.name ?? "–");
  const consent = (states: States) =>
    topics.flatMap((topic) => states.flatMap((one) => (one.topicId === topic.id ? [{ topic: topic.name, channel: one.channel, state: one.state }] : [])));
  const column = (party: Omit<Party, "id"> | Party, side: Pick<Side, "contacts" | "states" | "metrics" | "values">, logins: string[]) => ({
    name: party.name, number: party.number, company: party.parentId === null ? null : (companies.get(party.parentId) ?? null), country: party.country,
    birthday: party.birthday, locale: party.locale, zone: party.timeZone, tier: party.tier, pausedUntil: party.marketingPausedUntil, createdAt: party.createdAt,
    contacts: side.contacts.map(({ kind, value, isPrimary, verifiedAt }) => ({ kind, value, isPrimary, verified: verifiedAt !== null })),
    consent: consent(side.states), logins,
    values: Object.fromEntries(fields.flatMap(({ id, key }) => (side.values.has(id) ? [[`custom:${key}`, writtenValue(side.values.get(id)!)]] : []))),
    orders: side.metrics?.ordersCount ?? 0, complaints: side.metrics?.complaintsCount ?? 0,
  });
  const over = takenOver(own.states, theirs.states);
  const states = [...own.states.filter((state) => !over.some((one) => isSame(one, state))), ...(over as States)];
  const logins = [own.login, theirs.login].filter((login) => login !== null);
  const values = new Map([...theirs.values, ...own.values]);
  return {
    choices,
    fields: fields
      .filter(({ id }) => values.has(id))
      .map((field) => ({ key: `custom:${field.key}` as const, type: field.type, name: nameIn(field, locale), options: field.options.map((option) => ({ value: option.key, label: nameIn(option, locale) })) })),
    survivor: column(survivor, own, own.login ? [own.login] : []),
    merged: column(merged, theirs, theirs.login ? [theirs.login] : []),
    kept: {
      ...column({ ...survivor, ...keptProfile(survivor, merged, decided(choices, {})) }, { contacts: joinedContacts(own, theirs), states, metrics: own.metrics, values }, logins),
      orders: (own.metrics?.ordersCount ?? 0) + (theirs.metrics?.ordersCount ?? 0),
      complaints: (own.metrics?.complaintsCount ?? 0) + (theirs.metrics?.complaintsCount ?? 0),
    },
  };
}

/** Who stays unless somebody says otherwise: who ordered more, then who is known longer. */
export async function likelierSurvivor(db: Reader, one: Party, other: Party): Promise<Party> {
  const [a, b] = [(await findMetrics(db, one.id))?.ordersCount ?? 0, (await findMetrics(db, other.id))?.ordersCount ?? 0];
  return a > b || (a === b && one.createdAt <= other.createdAt) ? one : other;
}
