/** On a fixed list or off it, from whatever page; what to say of it afterwards. */
import type { AppLoadContext } from "@remix-run/node";

import { findPartyByPublicId } from "~/domain/customers/customers.server";
import { addToList, removeFromList } from "~/domain/segments/lists.server";
import type { Segment } from "~/domain/segments/segments.server";
import type { FlashMessage } from "~/http/flash.server";
import { by } from "~/http/require";

export async function changeList(context: AppLoadContext, list: Segment | null, intent: string, partyIds: readonly number[]): Promise<FlashMessage> {
  if (!list) return { key: "segments.lists.said.no_list", tone: "error" };
  const isOff = intent === "remove";
  const changed = await context.app.db.write((tx) => (isOff ? removeFromList : addToList)(tx, by(context), list, partyIds));
  if (!changed.ok) return { key: `segments.lists.said.${changed.reason}`, tone: "error" };
  return { key: `segments.lists.said.${isOff ? "removed" : "added"}`, values: { count: changed.changed, name: list.name } };
}

/** Those of the page whom somebody ticked. */
export async function readTicked(context: AppLoadContext, form: FormData): Promise<number[]> {
  const ids: number[] = [];
  for (const publicId of form.getAll("customer").slice(0, 500)) {
    const party = await findPartyByPublicId(context.app.db.read, String(publicId));
    if (party) ids.push(party.id);
  }
  return ids;
}
