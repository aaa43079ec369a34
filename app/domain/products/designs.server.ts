/** Designs: what a customer chose on a product and keeps. Checked and priced again whenever they are opened or ordered. */
import { randomBytes } from "node:crypto";

import { and, desc, eq, isNull, sql } from "drizzle-orm";
import { v7 } from "uuid";

import type { Reader, Tx } from "../../db/types";
import { recordEvent } from "../customers/events.server";
import type { By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { checkSelection, type Check, type Configuration } from "./configuration";
import { getConfigurator, listConfigurators } from "./configurators.server";
import type { ProductSummary } from "./products.server";
import { designs, type Selection } from "./schema";
import { reviewDesign, snapshotOf, type DesignReview } from "./selection-change";

/** A design as it stands today: checked against the product of today, with what has changed since it was saved. */
export type OpenedDesign = {
  id: number;
  publicId: string;
  name: string;
  savedAt: number;
  shareToken: string | null;
  isArchived: boolean;
  product: ProductSummary;
  config: Configuration;
  check: Check;
  review: DesignReview;
};

type DesignRow = typeof designs.$inferSelect;

function opened(row: DesignRow, { product, config }: { product: ProductSummary; config: Configuration }): OpenedDesign {
  const check = checkSelection(config, row.selection);
  const review = reviewDesign(config, { selection: row.selection, snapshot: row.priceSnapshot }, check);
  return {
    id: row.id,
    publicId: row.publicId,
    name: row.name,
    savedAt: row.updatedAt,
    shareToken: row.shareToken,
    isArchived: row.archivedAt !== null,
    product,
    config,
    check,
    review: { ...review, isOrderable: review.isOrderable && product.isActive },
  };
}

/** A customer's designs, the last saved first, archived ones left out. */
export async function listDesigns(db: Reader, partyId: number, locale: string, limit = 100): Promise<OpenedDesign[]> {
  const rows = await db
    .select()
    .from(designs)
    .where(and(eq(designs.partyId, partyId), isNull(designs.archivedAt)))
    .orderBy(desc(designs.updatedAt), desc(designs.id))
    .limit(limit);
  const known = await listConfigurators(db, [...new Set(rows.map((r) => r.productId))], locale);
  return rows.flatMap((row) => {
    const product = known.get(row.productId);
    return product ? [opened(row, product)] : [];
  });
}

/** Null when it is not this customer's. */
export async function findDesignOf(db: Reader, partyId: number, publicId: string, locale: string): Promise<OpenedDesign | null> {
  const [row] = await db.select().from(designs).where(and(eq(designs.publicId, publicId), eq(designs.partyId, partyId)));
  return open(db, row, locale);
}

/** For whoever holds the link; archiving a design ends it. */
export async function findSharedDesign(db: Reader, shareToken: string, locale: string): Promise<OpenedDesign | null> {
  const [row] = await db.select().from(designs).where(and(eq(designs.shareToken, shareToken), isNull(designs.archivedAt)));
  return open(db, row, locale);
}

async function open(db: Reader, row: DesignRow | undefined, locale: string): Promise<OpenedDesign | null> {
  const product = row && (await getConfigurator(db, row.productId, locale));
  return product ? opened(row, product) : null;
}

export type DesignInput = {
  partyId: number;
  productId: number;
  /** Of the design to be saved anew; without it a new one is made. */
  publicId?: string;
  name: string;
  selection: Selection;
  /** The language that the kept price lines are written in. */
  locale: string;
};

export type SaveDesignResult =
  | { ok: true; designId: number; publicId: string }
  | { ok: false; reason: "unknown_product" | "unknown_design" }
  | { ok: false; reason: "not_orderable"; check: Check };

/** Keeps a selection that can be made as it is. The price kept beside it is ours, never the form's. */
export async function saveDesign(tx: Tx, by: By, input: DesignInput): Promise<SaveDesignResult> {
  const found = await getConfigurator(tx, input.productId, input.locale);
  if (!found?.product.isActive || !found.product.isPersonalisable) return { ok: false, reason: "unknown_product" };
  const check = checkSelection(found.config, input.selection);
  if (!check.isOrderable) return { ok: false, reason: "not_orderable", check };
  const kept = {
    name: input.name,
    selection: check.selection,
    rulesVersion: found.product.rulesVersion,
    priceSnapshot: snapshotOf(check),
    currency: check.currency,
    updatedAt: by.now,
  };
  const saved = input.publicId === undefined ? await insertDesign(tx, by, input, kept) : await changeDesign(tx, input, input.publicId, kept);
  if (!saved) return { ok: false, reason: "unknown_design" };
  await recordEvent(tx, by, {
    partyId: input.partyId,
    kind: "design_saved",
    channel: "portal",
    subject: { type: "design", id: saved.id },
    data: { name: input.name, product: found.product.name },
  });
  await recordAudit(tx, by, "saveDesign", { type: "design", id: saved.id }, { product: found.product.sku });
  await noteChange(tx, by, `party:${input.partyId}`);
  return { ok: true, designId: saved.id, publicId: saved.publicId };
}

type Kept = Pick<DesignRow, "name" | "selection" | "rulesVersion" | "priceSnapshot" | "currency" | "updatedAt">;

async function insertDesign(tx: Tx, by: By, { partyId, productId }: DesignInput, kept: Kept) {
  const [row] = await tx
    .insert(designs)
    .values({ ...kept, publicId: v7(), partyId, productId, createdAt: by.now })
    .returning({ id: designs.id, publicId: designs.publicId });
  return row;
}

async function changeDesign(tx: Tx, { partyId, productId }: DesignInput, publicId: string, kept: Kept) {
  const [row] = await tx
    .update(designs)
    .set(kept)
    .where(and(eq(designs.publicId, publicId), eq(designs.partyId, partyId), eq(designs.productId, productId), isNull(designs.archivedAt)))
    .returning({ id: designs.id, publicId: designs.publicId });
  return row;
}

export type DesignRefusal = { ok: false; reason: "unknown_design" };

/** Makes the link by which others may look; asked again, it names the link that is there. 192 random bits. */
export async function shareDesign(tx: Tx, by: By, input: { partyId: number; publicId: string }): Promise<{ ok: true; shareToken: string } | DesignRefusal> {
  const [row] = await tx
    .update(designs)
    .set({ shareToken: sql`coalesce(${designs.shareToken}, ${randomBytes(24).toString("base64url")})` })
    .where(and(eq(designs.publicId, input.publicId), eq(designs.partyId, input.partyId), isNull(designs.archivedAt)))
    .returning({ id: designs.id, shareToken: designs.shareToken });
  if (!row?.shareToken) return { ok: false, reason: "unknown_design" };
  await recordAudit(tx, by, "shareDesign", { type: "design", id: row.id });
  await noteChange(tx, by, `party:${input.partyId}`);
  return { ok: true, shareToken: row.shareToken };
}

/** Ends the link for good: a link made later is another one. */
export async function unshareDesign(tx: Tx, by: By, input: { partyId: number; publicId: string }): Promise<{ ok: true } | DesignRefusal> {
  return changeOwn(tx, by, input, "unshareDesign", { shareToken: null });
}

/** Puts a design out of sight; orders made from it keep what was ordered. */
export async function archiveDesign(tx: Tx, by: By, input: { partyId: number; publicId: string }): Promise<{ ok: true } | DesignRefusal> {
  return changeOwn(tx, by, input, "archiveDesign", { archivedAt: by.now, shareToken: null });
}

export async function restoreDesign(tx: Tx, by: By, input: { partyId: number; publicId: string }): Promise<{ ok: true } | DesignRefusal> {
  return changeOwn(tx, by, input, "restoreDesign", { archivedAt: null });
}

async function changeOwn(
  tx: Tx,
  by: By,
  input: { partyId: number; publicId: string },
  command: string,
  change: Partial<Pick<DesignRow, "archivedAt" | "shareToken">>,
): Promise<{ ok: true } | DesignRefusal> {
  const [row] = await tx
    .update(designs)
    .set(change)
    .where(and(eq(designs.publicId, input.publicId), eq(designs.partyId, input.partyId)))
    .returning({ id: designs.id });
  if (!row) return { ok: false, reason: "unknown_design" };
  await recordAudit(tx, by, command, { type: "design", id: row.id });
  await noteChange(tx, by, `party:${input.partyId}`);
  return { ok: true };
}
