import type { Reader } from "~/db/types";
import { listStaffNames } from "~/domain/accounts/staff.server";
import { writtenValue } from "~/domain/customers/custom-field";
import { listCustomFields, listValuesOf, nameIn } from "~/domain/customers/custom-fields.server";
import { type ContactPoint, listContactPoints } from "~/domain/customers/contact-points.server";
import { getParty, type Party } from "~/domain/customers/customers.server";
import { listTimeline } from "~/domain/customers/events.server";
import { type FactRow, listFactChanges } from "~/domain/customers/facts.server";
import { listNotes } from "~/domain/customers/notes.server";
import { listTags, listTagsOf } from "~/domain/customers/tags.server";
import { listMergesOf } from "~/domain/doubles/undo.server";

/** A value with who said it, and when. */
export type Said = { value: string | null; source: string; by: string | null; at: number };

type Names = ReadonlyMap<number, string>;

export async function readTags(db: Reader, partyId: number) {
  const [tags, all, names] = await Promise.all([listTagsOf(db, partyId), listTags(db), staffNames(db)]);
  return {
    tags: tags.map(({ key, name, source, actorId, at }) => ({ key, name, source, by: nameOf(names, source, actorId), at })),
    tagNames: all.filter(({ key }) => !tags.some((tag) => tag.key === key)).map(({ name }) => name).slice(0, 200),
  };
}

export async function readNotes(db: Reader, partyId: number) {
  const [notes, names] = await Promise.all([listNotes(db, partyId), staffNames(db)]);
  return notes.map(({ publicId, body, source, actorId, author, at }) => ({ publicId, body, source, by: author ?? nameOf(names, source, actorId), at }));
}

/** Everything that is known, fact by fact, the newest value first. */
export async function readProfile(db: Reader, party: Party, locale: string) {
  const [changes, contacts, fields, values, stages, names] = await Promise.all([
    listFactChanges(db, party.id), listContactPoints(db, party.id), listCustomFields(db), listValuesOf(db, party.id),
    listTimeline(db, party.id, { limit: 20, kinds: ["stage_changed"] }), staffNames(db),
  ]);
  const came = await cameWith(db, party);
  const core = (["name", "number", "birthday", "country", "locale"] as const).map((key) => ({ key, said: history(changes.get(key), { ...came(key), value: party[key] }, names) }));
  const reach = (["email", "phone", "postal"] as const).map((key) => {
    const point = contacts.find((one) => one.kind === key && one.isPrimary);
    const now = point ? saidOf(point, names) : { ...came(key), value: null };
    return { key, said: history(changes.get(key), now, names) };
  });
  return {
    facts: [...core, ...reach],
    stages: stages.entries.map(({ at, data }) => ({ at, stage: (data as { to?: string }).to ?? "" })),
    own: fields.map((field) => {
      const value = values.get(field.id);
      return {
        key: field.key, type: field.type, name: nameIn(field, locale), description: field.words[locale]?.description ?? field.words.en?.description ?? "",
        options: field.options.map((option) => ({ value: option.key, label: nameIn(option, locale) })),
        value: value ? writtenValue(value) : null,
        said: (changes.get(`custom:${field.key}`) ?? []).map((row) => shown(row, names)).toReversed(),
      };
    }),
  };
}

/** With which record something came: this one, or one that was made one with it. */
async function cameWith(db: Reader, party: Party): Promise<(key: string) => Omit<Said, "value">> {
  const taken = new Map<string, Party>();
  for (const { before, mergedId } of await listMergesOf(db, party.id))
    for (const [key, value] of Object.entries(before.survivor?.became ?? {}))
      if (!taken.has(key) && party[key as keyof Party] === value) taken.set(key, await getParty(db, mergedId));
  return (key) => {
    const { source, createdAt } = taken.get(key) ?? party;
    return { source, by: null, at: createdAt };
  };
}

export function saidOf({ value, source, actorId, createdAt }: ContactPoint, names: Names): Said {
  return { value, source, by: nameOf(names, source, actorId), at: createdAt };
}

/** What was known from the beginning has no change of its own: it came the way the record came. What stands is first. */
function history(changes: readonly FactRow[] | undefined, now: Said, names: Names): Said[] {
  if (!changes?.length) return [now];
  const before = changes[0]?.was ?? null;
  const rows = [...(before === null ? [] : [{ ...now, value: before }]), ...changes.map((row) => shown(row, names))].toReversed();
  // In a merge the other's history came as well, and with it newer words than the one that stands.
  const standing = rows.find((row) => row.value === now.value) ?? now;
  return [standing, ...rows.filter((row) => row !== standing)];
}

function shown({ value, source, actorId, at }: FactRow, names: Names): Said {
  return { value, source, by: nameOf(names, source, actorId), at };
}

function nameOf(names: Names, source: string, actorId: number | null): string | null {
  return source === "staff" ? (names.get(actorId ?? 0) ?? null) : null;
}

export async function staffNames(db: Reader): Promise<Names> {
  return new Map((await listStaffNames(db)).map(({ id, name }) => [id, name]));
}
