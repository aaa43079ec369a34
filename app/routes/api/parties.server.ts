import { z } from "zod";

import type { Reader, Tx } from "~/db/types";
import { getCompany } from "~/domain/company/company.server";
import { normalizeEmail } from "~/domain/customers/contact";
import { setCustomValue } from "~/domain/customers/custom-fields.server";
import { createParty, findPartyByPublicId, updateParty } from "~/domain/customers/customers.server";
import { writeNote } from "~/domain/customers/notes.server";
import { foldForSearch } from "~/domain/customers/search";
import { addTag, listTagsOf, removeTag } from "~/domain/customers/tags.server";
import { isPhoneOf, newNoteSchema, newPartySchema, notePage, noteSchema, type Party, type PartyChange, partyChangeSchema, partyPage, partySchema } from "~/domain/integrations/resources/party";
import { NOTES, PARTIES, readNotes, readParties } from "~/domain/integrations/resources/parties.server";
import { pageQuery, pagesOnly } from "~/domain/integrations/resources/shape";
import type { By } from "~/domain/journal/actor";
import { type Operation, reads, writes } from "~/http/api/operation";
import { Problem, wrongField } from "~/http/api/problem";
import { findOne, idOf, listPage, named, readOne, when } from "./listing.server";

const one = (db: Reader, id: string | undefined) => readOne(db, PARTIES, readParties, id);

export const partyOperations: Operation[] = [
  reads({
    id: "listParties",
    path: "/parties",
    resource: "parties",
    summary: "List people and companies",
    query: z.strictObject({
      ...pageQuery,
      email: z.string().max(254).optional().describe("Who has this address, in any case of letters"),
      number: z.string().max(40).optional(),
      kind: z.enum(["person", "company"]).optional(),
    }),
    answer: partyPage,
    run: (asked) =>
      listPage(asked, "parties", PARTIES, readParties, [
        ...when(asked.query.email, (email) => ({
          sql: "parties.id IN (SELECT party_id FROM contact_points WHERE kind = 'email' AND normalized_value = ?)",
          params: [normalizeEmail(email)],
        })),
        ...when(asked.query.number, (number) => ({ sql: "parties.number = ?", params: [number] })),
        ...when(asked.query.kind, (kind) => ({ sql: "parties.kind = ?", params: [kind] })),
      ]),
  }),
  reads({ id: "getParty", path: "/parties/{id}", resource: "parties", summary: "Get a person or company", answer: partySchema, run: ({ app, params }) => one(app.db.read, params.id) }),
  writes({
    id: "createParty",
    method: "POST",
    status: 201,
    path: "/parties",
    resource: "parties",
    summary: "Add a person or company",
    body: newPartySchema,
    answer: partySchema,
    async run(tx, { by, body }) {
      const { kind, ...party } = body;
      const made = await createParty(tx, by, { kind, ...(await inputOf(tx, party)), locale: party.locale ?? (await getCompany(tx)).locale, source: "api" });
      if (!made.ok) throw taken(made.reason);
      await describe(tx, by, made.partyId, body);
      return { value: await one(tx, made.publicId), made: made.publicId };
    },
  }),
  writes({
    id: "updateParty",
    method: "PATCH",
    status: 200,
    path: "/parties/{id}",
    resource: "parties",
    summary: "Change a person or company",
    body: partyChangeSchema,
    answer: partySchema,
    current: (tx, { params }) => findOne(tx, PARTIES, readParties, params.id),
    async run(tx, { by, body, params }) {
      const before = await one(tx, params.id);
      const party = await findPartyByPublicId(tx, before.id);
      if (!party) throw new Problem("not_found");
      const merged = { ...writtenOf(before), ...body };
      if (party.kind === "company" && !merged.company_name) throw wrongField("/company_name", "required", "a company needs its name");
      const saved = await updateParty(tx, by, party.id, party.updatedAt, { ...(await inputOf(tx, merged)), locale: merged.locale ?? party.locale });
      if (!saved.ok) throw saved.reason === "changed_meanwhile" ? new Problem("conflict", "It is being changed by somebody else.") : taken(saved.reason);
      await describe(tx, by, party.id, body);
      return { value: await one(tx, params.id) };
    },
  }),
  reads({
    id: "listNotes",
    path: "/parties/{id}/notes",
    resource: "notes",
    summary: "List what staff noted about a person or company, in the order it was noted",
    query: z.strictObject(pagesOnly),
    answer: notePage,
    async run(asked) {
      const partyId = await idOf(asked.app.db.read, PARTIES, asked.params.id ?? "");
      return listPage(asked, `notes:${asked.params.id}`, NOTES, readNotes, [{ sql: "notes.party_id = ?", params: [partyId] }]);
    },
  }),
  writes({
    id: "createNote",
    method: "POST",
    status: 201,
    path: "/parties/{id}/notes",
    resource: "notes",
    summary: "Note something about a person or company",
    description: "Only staff see it.",
    body: newNoteSchema,
    answer: noteSchema,
    async run(tx, { by, body, params }) {
      const partyId = await idOf(tx, PARTIES, params.id ?? "");
      const { publicId } = await writeNote(tx, by, partyId, body.body);
      return { value: await readOne(tx, NOTES, readNotes, publicId) };
    },
  }),
];

/** Tags and the company's own fields, where they are given. */
async function describe(tx: Tx, by: By, partyId: number, { tags, fields }: Pick<PartyChange, "tags" | "fields">): Promise<void> {
  if (tags) {
    const wanted = new Set(tags.map(foldForSearch));
    for (const { key } of await listTagsOf(tx, partyId)) if (!wanted.has(key)) await removeTag(tx, by, partyId, key);
    for (const name of tags) await addTag(tx, by, partyId, name);
  }
  for (const [key, value] of Object.entries(fields ?? {})) {
    const written = value === null ? "" : typeof value === "boolean" ? (value ? "yes" : "no") : String(value);
    const set = await setCustomValue(tx, by, partyId, key, written);
    if (!set.ok) throw wrongField(`/fields/${key}`, set.reason, set.reason === "not_a_value" ? "is no value of this field" : "names no field in use");
  }
}

/** What of a party can be written, as it stands. */
function writtenOf(party: Party): PartyChange {
  return Object.fromEntries(Object.keys(partyChangeSchema.shape).map((key) => [key, party[key as keyof Party]]));
}

/** From the names of the API to those of the command. */
async function inputOf(tx: Tx, party: PartyChange) {
  if (!isPhoneOf(party.phone, party.country ?? party.postal_address?.country)) throw wrongField("/phone", "bad_phone", "is no telephone number of that country; write it with +");
  return {
    givenName: party.given_name ?? null,
    familyName: party.family_name ?? null,
    companyName: party.company_name ?? null,
    number: party.number ?? null,
    email: party.email ?? null,
    phone: party.phone ?? null,
    postal: party.postal_address ? { ...party.postal_address, line2: party.postal_address.line2 ?? "" } : null,
    country: party.country ?? party.postal_address?.country ?? null,
    birthday: party.birthday ?? null,
    parentId: party.company_id ? await named(tx, PARTIES, party.company_id, "/company_id") : null,
    ...(party.is_customer !== undefined && { isCustomer: party.is_customer }),
    ...(party.is_supplier !== undefined && { isSupplier: party.is_supplier }),
    ...(party.time_zone !== undefined && { timeZone: party.time_zone }),
  };
}

function taken(reason: "number_taken" | "email_taken" | "parent_is_self"): Problem {
  const pointer = { number_taken: "/number", email_taken: "/email", parent_is_self: "/company_id" }[reason];
  return new Problem("conflict", undefined, [{ pointer, code: reason, detail: reason === "parent_is_self" ? "names the party itself" : "belongs to another party" }]);
}
