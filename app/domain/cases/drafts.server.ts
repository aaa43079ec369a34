/** What somebody is typing and has not sent, kept on the server so that nothing is lost with a page, a tab or a phone. */
import { and, eq, lt } from "drizzle-orm";

import { lockKey } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import type { CustomerActor, StaffActor } from "../journal/actor";
import { drafts } from "./schema";

export type DraftOwner = StaffActor | CustomerActor;

/** `complaint:<line>`, `question:new`, `message:<case>`, `reply:<case>`, `note:<case>`, `decision:<case>`, each with public ids. */
export type DraftKey = `${"complaint" | "question" | "message" | "reply" | "note" | "decision"}:${string}`;

export async function findDraft(db: Reader, owner: DraftOwner, key: DraftKey): Promise<Record<string, unknown> | null> {
  const [row] = await db.select({ data: drafts.data }).from(drafts).where(owned(owner, key));
  return row?.data ?? null;
}

export async function listDrafts(db: Reader, owner: DraftOwner): Promise<{ key: string; data: Record<string, unknown>; updatedAt: number }[]> {
  const { ownerKind, ownerId } = ownerOf(owner);
  return db
    .select({ key: drafts.key, data: drafts.data, updatedAt: drafts.updatedAt })
    .from(drafts)
    .where(and(eq(drafts.ownerKind, ownerKind), eq(drafts.ownerId, ownerId)));
}

/** Keeps a draft, in place of what was kept before. Not a command: it changes nothing that anybody else sees. */
export async function keepDraft(tx: Tx, owner: DraftOwner, key: DraftKey, data: Record<string, unknown>, now: number): Promise<void> {
  await tx
    .insert(drafts)
    .values({ ...ownerOf(owner), key, data, updatedAt: now })
    .onConflictDoUpdate({ target: [drafts.ownerKind, drafts.ownerId, drafts.key], set: { data, updatedAt: now } });
}

/** Changes parts of a draft and leaves the rest: what is typed and what is sent up come by different requests. */
export async function mergeDraft(
  tx: Tx,
  owner: DraftOwner,
  key: DraftKey,
  change: (before: Record<string, unknown>) => Record<string, unknown>,
  now: number,
): Promise<Record<string, unknown>> {
  await lockKey(tx, `draft:${owner.kind}:${ownerOf(owner).ownerId}:${key}`);
  const before = (await findDraft(tx, owner, key)) ?? {};
  const data = { ...before, ...change(before) };
  await keepDraft(tx, owner, key, data, now);
  return data;
}

export async function dropDraft(tx: Tx, owner: DraftOwner, key: DraftKey): Promise<void> {
  await tx.delete(drafts).where(owned(owner, key));
}

/** Worker step: forgets drafts nobody has touched for a long time. @returns how many */
export async function sweepDrafts(tx: Tx, before: number): Promise<number> {
  return (await tx.delete(drafts).where(lt(drafts.updatedAt, before)).returning({ key: drafts.key })).length;
}

/** A customer's drafts belong to the party, whichever login typed them. */
function ownerOf(owner: DraftOwner): { ownerKind: "staff" | "customer"; ownerId: number } {
  return owner.kind === "staff" ? { ownerKind: "staff", ownerId: owner.id } : { ownerKind: "customer", ownerId: owner.partyId };
}

function owned(owner: DraftOwner, key: string) {
  const { ownerKind, ownerId } = ownerOf(owner);
  return and(eq(drafts.ownerKind, ownerKind), eq(drafts.ownerId, ownerId), eq(drafts.key, key));
}
