/** The suppression list: addresses that get no more mail, by keyed hash, so that erasing a person keeps the block. */
import { and, desc, eq, inArray, lt, or, sql } from "drizzle-orm";

import { likeLiteral, lockStops } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { recordAudit } from "../journal/journal.server";
import { hashAddress } from "./identity.server";
import { suppressions } from "./schema";

export type SuppressionScope = "all" | "marketing";
export type SuppressionReason = (typeof suppressions.$inferSelect)["reason"];

export type SuppressionRow = {
  addressHash: string;
  scope: SuppressionScope;
  reason: SuppressionReason;
  address: string | null;
  source: string;
  at: number;
};

/** Which mail is stopped for this address; null when none is. */
export async function isSuppressed(db: Reader, address: string): Promise<SuppressionScope | null> {
  const rows = await db
    .select({ scope: suppressions.scope })
    .from(suppressions)
    .where(eq(suppressions.addressHash, hashAddress(address)));
  return rows.some((row) => row.scope === "all") ? "all" : (rows[0]?.scope ?? null);
}

const PAGE = 50;

/** Newest first, 50 a page. `q` is a part of an address; `older` is the `before` of the page that follows. */
export async function listSuppressions(
  db: Reader,
  { q, before }: { q?: string; before?: { at: number; hash: string } } = {},
): Promise<{ rows: SuppressionRow[]; older: { at: number; hash: string } | null }> {
  const rows = await db
    .select()
    .from(suppressions)
    .where(
      and(
        q ? sql`lower(${suppressions.address}) like ${`%${likeLiteral(q.toLowerCase())}%`} escape '\\'` : undefined,
        before
          ? or(lt(suppressions.at, before.at), and(eq(suppressions.at, before.at), lt(suppressions.addressHash, before.hash)))
          : undefined,
      ),
    )
    .orderBy(desc(suppressions.at), desc(suppressions.addressHash))
    .limit(PAGE + 1);
  const last = rows[PAGE - 1];
  return { rows: rows.slice(0, PAGE), older: rows.length > PAGE && last ? { at: last.at, hash: last.addressHash } : null };
}

/** @returns false when the address was already on the list with this scope */
export async function suppress(
  tx: Tx,
  by: By,
  input: { address: string; scope: SuppressionScope; reason: SuppressionReason; source: string },
): Promise<boolean> {
  return suppressHash(tx, by, { ...input, addressHash: hashAddress(input.address) });
}

/** As `suppress`, for an address that is not kept any more (`address: null`) or already hashed. */
export async function suppressHash(
  tx: Tx,
  by: By,
  input: { addressHash: string; address: string | null; scope: SuppressionScope; reason: SuppressionReason; source: string },
): Promise<boolean> {
  await lockStops(tx);
  const { addressHash, address, scope, reason, source } = input;
  const added = await tx
    .insert(suppressions)
    .values({ addressHash, address: address?.trim() ?? null, scope, reason, source, at: by.now })
    .onConflictDoNothing()
    .returning({ scope: suppressions.scope });
  if (added.length === 0) return false;
  await recordAudit(tx, by, "suppress", { type: "suppression", id: null }, { addressHash, scope, reason, source });
  return true;
}

const AT_ONCE = 400;

/** Puts many addresses on the list at once. @returns how many were new, and how many stood there already */
export async function importSuppressions(
  tx: Tx,
  by: By,
  input: { addresses: readonly string[]; scope: SuppressionScope; source: string },
): Promise<{ added: number; there: number }> {
  const { addresses, scope, source } = input;
  await lockStops(tx);
  let added = 0;
  for (let i = 0; i < addresses.length; i += AT_ONCE) {
    const rows = addresses.slice(i, i + AT_ONCE).map((address) => ({ addressHash: hashAddress(address), address, scope, reason: "imported" as const, source, at: by.now }));
    added += (await tx.insert(suppressions).values(rows).onConflictDoNothing().returning({ scope: suppressions.scope })).length;
  }
  await recordAudit(tx, by, "importSuppressions", { type: "suppression", id: null }, { added, there: addresses.length - added, scope, source });
  return { added, there: addresses.length - added };
}

/** How many of these addresses are on the list with this scope already. */
export async function countListed(db: Reader, addresses: readonly string[], scope: SuppressionScope): Promise<number> {
  let listed = 0;
  for (let i = 0; i < addresses.length; i += AT_ONCE) {
    const hashes = addresses.slice(i, i + AT_ONCE).map(hashAddress);
    const rows = await db.select({ hash: suppressions.addressHash }).from(suppressions).where(and(inArray(suppressions.addressHash, hashes), eq(suppressions.scope, scope)));
    listed += rows.length;
  }
  return listed;
}

export type ReleaseRefusal = "not_listed" | "erased";

/** Takes an address off the list. An erased person's block stays: there is nobody left who could ask for mail. */
export async function releaseSuppression(
  tx: Tx,
  by: By,
  input: { addressHash: string; scope: SuppressionScope; why: string },
): Promise<{ ok: true } | { ok: false; reason: ReleaseRefusal }> {
  const its = and(eq(suppressions.addressHash, input.addressHash), eq(suppressions.scope, input.scope));
  const [row] = await tx.select({ reason: suppressions.reason }).from(suppressions).where(its);
  if (!row) return { ok: false, reason: "not_listed" };
  if (row.reason === "erased") return { ok: false, reason: "erased" };
  await tx.delete(suppressions).where(its);
  await recordAudit(tx, by, "releaseSuppression", { type: "suppression", id: null }, { ...input, was: row.reason });
  return { ok: true };
}

/** Whoever was erased and came back, with a link from their own mailbox: the mark of the erasure goes, and no other block. */
export async function liftMarkOfErasure(tx: Tx, by: By, address: string): Promise<void> {
  const addressHash = hashAddress(address);
  const gone = await tx
    .delete(suppressions)
    .where(and(eq(suppressions.addressHash, addressHash), eq(suppressions.reason, "erased")))
    .returning({ scope: suppressions.scope });
  if (gone.length > 0) await recordAudit(tx, by, "liftMarkOfErasure", { type: "suppression", id: null }, { addressHash });
}
