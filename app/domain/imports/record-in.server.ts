/** What a file of customers says beyond their addresses: tags, and values in the company's own fields. */
import type { Reader, Tx } from "../../db/types";
import { writtenValue } from "../customers/custom-field";
import { readValuesOf, setCustomValues, type ValueChange } from "../customers/custom-fields.server";
import { foldForSearch } from "../customers/search";
import { addTags, readTagsOf, removeTag, type Tag } from "../customers/tags.server";
import type { By } from "../journal/actor";
import type { Cells, Job } from "./kind";
import { listCell, readList } from "./lists";
import { isOwnColumn, ownColumn } from "./own-fields";
import type { CustomerRow } from "./rows";

export type KnownRecord = { tags: Tag[]; values: Map<string, string> };

/** What a row changes of it. `removed`: keys. */
export type RecordChange = { added: string[]; removed: string[]; values: Omit<ValueChange, "partyId">[] };

/** Only what the file has columns for. */
export async function readRecords(db: Reader, ids: readonly number[], { columns }: Job): Promise<(id: number | null) => KnownRecord> {
  const tags = columns.tags === undefined ? null : await readTagsOf(db, ids);
  const values = Object.keys(columns).some(isOwnColumn) ? await readValuesOf(db, ids) : null;
  return (id) => ({ tags: (id !== null && tags?.get(id)) || [], values: (id !== null && values?.get(id)) || new Map() });
}

export function changeRecord(row: CustomerRow, known: KnownRecord, job: Job): RecordChange | null {
  const said = new Map((row.tags ?? []).map((name) => [foldForSearch(name), name]));
  const there = new Set(known.tags.map(({ key }) => key));
  const added = [...said].flatMap(([key, name]) => (there.has(key) ? [] : [name]));
  const removed = row.tags && job.options.tags === "replace" ? [...there].filter((key) => !said.has(key)) : [];
  const values = row.own.flatMap(({ field, value }) => {
    const was = known.values.get(field.key) ?? null;
    return was === writtenValue(value) ? [] : [{ field, was, value }];
  });
  return added.length || removed.length || values.length ? { added, removed, values } : null;
}

export async function writeRecords(tx: Tx, by: By, list: readonly { partyId: number; change: RecordChange }[]): Promise<void> {
  for (const { partyId, change } of list) for (const key of change.removed) await removeTag(tx, by, partyId, key);
  await addTags(tx, by, list.map(({ partyId, change }) => ({ partyId, names: change.added })));
  await setCustomValues(tx, by, list.flatMap(({ partyId, change }) => change.values.map((value) => ({ ...value, partyId }))));
}

/** As an export writes them. */
export function recordCells({ tags, values }: KnownRecord): Cells {
  return { tags: listCell(tags.map(({ name }) => name)), ...Object.fromEntries([...values].map(([key, value]) => [ownColumn(key), value])) };
}

export function changedRecord(known: KnownRecord, change: RecordChange | null): KnownRecord {
  if (!change) return known;
  const tags = [...known.tags.filter(({ key }) => !change.removed.includes(key)), ...change.added.map((name) => ({ key: foldForSearch(name), name }))];
  return { tags: sorted(tags), values: new Map([...known.values, ...change.values.map(({ field, value }) => [field.key, writtenValue(value) ?? ""] as const)]) };
}

/** The tags of an earlier row of the file stay beside those of a later one, unless they are replaced. */
export function tagsOver(earlier: Cells, row: CustomerRow, job: Job): Cells {
  if (!row.tags) return {};
  const names = job.options.tags === "replace" ? row.tags : [...readList(earlier.tags ?? ""), ...row.tags];
  return { tags: listCell(sorted([...new Map(names.map((name) => [foldForSearch(name), name] as const).toReversed())].map(([key, name]) => ({ key, name }))).map(({ name }) => name)) };
}

function sorted(tags: Tag[]): Tag[] {
  return tags.toSorted((a, b) => (a.key < b.key ? -1 : 1));
}
