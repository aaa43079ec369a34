/** Orders from a file: each with all its lines, of one customer. */
import type { Reader, Tx } from "../../db/types";
import { normalizeEmail } from "../customers/contact";
import { createParties } from "../customers/create-parties.server";
import { findPartyIds } from "../customers/look-up.server";
import type { By } from "../journal/actor";
import { recordCreditNote } from "../orders/credit-notes.server";
import { importOrders, planOrder, readKnownOrders, type ImportedLine, type KnownOrder, type OrderPlan } from "../orders/import-order.server";
import type { ToldStatus } from "../orders/progress.server";
import { findInvoiceIds } from "../orders/refs.server";
import { lineTotal, minorDigits, rescale } from "../products/price";
import { normalizeSku } from "../products/product";
import { findProductNames, type ProductName } from "../products/products.server";
import { type GivenProduct, upsertProducts } from "../products/upsert-product.server";
import { moneyCell, timeCell } from "./cells";
import { refuse, type Cells, type Job, type Outcome, type Planned } from "./kind";
import { isGoods, type OrderRow, type Rejection } from "./rows";
import type { Decimal } from "./values";

/** `partyId` null: a customer whom the order makes. */
type Plan = { customer: string; partyId: number | null; lines: ImportedLine[]; shippingMinor: number };

/** All the lines of one order, each read. */
export type OrderRows = readonly [OrderRow, ...OrderRow[]];

const customerKey = (row: OrderRow) => (row.customerNumber ? `n:${row.customerNumber}` : `e:${normalizeEmail(row.customerEmail ?? "")}`);

/** Looks and says what each order would do; writes nothing. */
export async function planOrders(db: Reader, list: readonly OrderRows[], job: Job): Promise<(Planned<Plan> | Rejection)[]> {
  const firsts = list.map(([first]) => first);
  const found = await findPartyIds(db, {
    numbers: firsts.flatMap(({ customerNumber }) => customerNumber ?? []),
    emails: firsts.flatMap(({ customerNumber, customerEmail }) => (customerNumber ? [] : (customerEmail ?? []))),
  });
  const known = await readKnownOrders(db, firsts.map(({ orderNumber }) => orderNumber));
  const notes = await findInvoiceIds(db, firsts.filter(({ kind }) => kind === "credit").map(({ orderNumber }) => orderNumber));
  const names = await findProductNames(db, [...new Set(list.flat().map(({ sku }) => normalizeSku(sku)))], job.options.locale);
  return list.map((rows) => {
    const [first] = rows;
    const partyId = (first.customerNumber ? found.byNumber.get(first.customerNumber) : found.byEmail.get(normalizeEmail(first.customerEmail ?? ""))) ?? null;
    if (partyId === null && !job.options.createsCustomers) return refuse(first.customerNumber ? "customerNumber" : "customerEmail", "unknown_customer");
    const plan = { customer: customerKey(first), partyId, lines: linesOf(rows, names, job), shippingMinor: shippingOf(first) };
    if (first.kind === "credit") return planned(rows, plan, notes.has(first.orderNumber) ? "unchanged" : "created", null);
    const there = known.get(first.orderNumber) ?? null;
    const decision = planOrder({ partyId: partyId ?? 0, currency: first.currency, lines: plan.lines, told: toldBy(first) }, there);
    if (!decision.ok) return refusalOf(decision.reason);
    return planned(rows, plan, decision.outcome, there && { there, decision });
  });
}

/** What a file says of an order that is known. */
function toldBy({ status, shippedAt, deliveredAt, cancelledAt }: OrderRow): ToldStatus | null {
  return status && { to: status, shippedAt, deliveredAt, cancelledAt };
}

function refusalOf(reason: Extract<OrderPlan, { ok: false }>["reason"]): Rejection {
  if (reason === "order_cancelled" || reason === "order_left" || reason === "status_backwards") return refuse("status", reason);
  return refuse(reason === "other_customer" ? "customerNumber" : "currency", "not_the_same");
}

function shippingOf({ shipping, currency }: OrderRow): number {
  return shipping ? rescale(shipping.amount, shipping.scale, minorDigits(currency)) : 0;
}

/** What is taken off an order as a whole stands under its lines. */
export const DISCOUNT = "DISCOUNT";

/** What came on top of prices that do not hold it. */
export const TAX = "TAX";

function linesOf(rows: OrderRows, names: Map<string, ProductName>, { options }: Job): ImportedLine[] {
  const goods = rows.map((row) => {
    const product = isGoods(row.sku, options) ? (names.get(normalizeSku(row.sku)) ?? null) : null;
    return {
      productId: product?.id ?? null, sku: normalizeSku(row.sku), name: row.productName || product?.name || row.sku, quantity: row.quantity,
      unitPrice: row.price.amount, unitPriceScale: row.price.scale,
    };
  });
  const [{ discount, tax }] = rows;
  const whole = (code: string, { amount, scale }: Decimal, sign: 1 | -1) => ({ productId: null, sku: code, name: code, quantity: 1, unitPrice: sign * amount, unitPriceScale: scale });
  const lines = [...goods, ...(discount?.amount ? [whole(DISCOUNT, discount, -1)] : [])];
  return tax?.amount && isTaxOnTop(rows[0], lines) ? [...lines, whole(TAX, tax, 1)] : lines;
}

/** Where the total has no room for it beside the lines, the prices hold it already. Without a total it is taken as said. */
function isTaxOnTop(first: OrderRow, lines: readonly ImportedLine[]): boolean {
  const minor = ({ amount, scale }: Decimal) => rescale(amount, scale, minorDigits(first.currency));
  if (!first.total || !first.tax) return true;
  const others = lines.reduce((sum, l) => sum + lineTotal(l.quantity, l.unitPrice, l.unitPriceScale, first.currency), shippingOf(first));
  // each of them was rounded
  return minor(first.total) - others >= minor(first.tax) - lines.length;
}

function planned(rows: OrderRows, plan: Plan, outcome: Outcome, known: { there: KnownOrder; decision: Extract<OrderPlan, { ok: true }> } | null): Planned<Plan> {
  return { ok: true, outcome, plan, shown: () => shownOrder(rows, plan, known) };
}

function shownOrder(rows: OrderRows, plan: Plan, known: { there: KnownOrder; decision: Extract<OrderPlan, { ok: true }> } | null) {
  const [{ orderNumber, placedAt, currency, customerNumber, customerEmail }] = rows;
  const line = (l: { sku: string; quantity: number; unitPrice: number; unitPriceScale: number }) => `${l.quantity} × ${l.sku} ${(l.unitPrice / 10 ** l.unitPriceScale).toFixed(l.unitPriceScale)}`;
  const cells = (lines: readonly ImportedLine[] | KnownOrder["lines"]): Cells => Object.fromEntries(lines.map((l, i) => [`line ${i + 1}`, line(l)]));
  if (!known) {
    const total = plan.lines.reduce((sum, l) => sum + lineTotal(l.quantity, l.unitPrice, l.unitPriceScale, currency), plan.shippingMinor);
    const after = { orderNumber, customerNumber: customerNumber ?? "", customerEmail: customerEmail ?? "", placedAt: timeCell(placedAt), status: rows[0].status ?? "", total: moneyCell(total, currency), currency, ...cells(plan.lines.slice(0, 5)) };
    return { name: orderNumber, before: null, after, given: Object.keys(after) };
  }
  const corrected = new Map(known.decision.corrected.map(({ was, now }) => [was.id, now]));
  const now = { status: rows[0].status ?? known.there.status };
  const after = { ...now, ...cells([...known.there.lines.map((l) => ({ ...l, ...corrected.get(l.id) })), ...known.decision.added] as KnownOrder["lines"]) };
  return { name: orderNumber, before: { status: known.there.status, ...cells(known.there.lines) }, after, given: Object.keys(after) };
}

/** @returns whose orders they are, and for each whether it was refused after all */
export async function writeOrders(
  tx: Tx,
  by: By,
  list: readonly { rows: OrderRows; planned: Planned<Plan> }[],
  job: Job,
): Promise<{ partyIds: (number | null)[] }> {
  const made = await makeCustomers(tx, by, list, job);
  const products = await makeProducts(tx, by, list, job);
  const partyIds = list.map(({ planned: { plan } }) => plan.partyId ?? made.get(plan.customer) ?? null);
  const purchases = list.flatMap(({ rows, planned: { plan } }, i) => (rows[0].kind === "purchase" && partyIds[i] != null ? [{ rows, plan, partyId: partyIds[i] }] : []));
  await importOrders(
    tx,
    by,
    purchases.map(({ rows: [first], plan, partyId }) => ({
      number: first.orderNumber,
      partyId,
      source: "import" as const,
      // a file without that column tells of what was bought; an empty cell in it, of what is still to be done
      status: first.status ?? (job.columns.status === undefined ? "delivered" : "placed"),
      currency: first.currency,
      lines: plan.lines.map((line) => ({ ...line, productId: line.productId ?? products.get(line.sku) ?? null })),
      shippingMinor: plan.shippingMinor,
      placedAt: first.placedAt,
      shippedAt: first.shippedAt,
      deliveredAt: first.deliveredAt,
      cancelledAt: first.cancelledAt,
      told: toldBy(first),
      facts: "later" as const,
    })),
  );
  for (const [i, { rows }] of list.entries()) if (rows[0].kind === "credit" && partyIds[i] != null) await writeCreditNote(tx, by, rows, partyIds[i]);
  return { partyIds };
}

async function writeCreditNote(tx: Tx, by: By, rows: OrderRows, partyId: number): Promise<void> {
  const [first] = rows;
  const totalMinor = rows.reduce((sum, line) => sum + lineTotal(-line.quantity, line.price.amount, line.price.scale, line.currency), 0);
  await recordCreditNote(tx, by, { partyId, number: first.orderNumber, currency: first.currency, totalMinor, issuedAt: first.placedAt });
}

type Listed = readonly { rows: OrderRows; planned: Planned<Plan> }[];

async function makeCustomers(tx: Tx, by: By, list: Listed, job: Job): Promise<Map<string, number>> {
  const missing = new Map(list.filter(({ planned }) => planned.plan.partyId === null).map(({ rows: [first], planned }) => [planned.plan.customer, first]).toReversed() as [string, OrderRow][]);
  const wanted = [...missing].toReversed();
  const made = await createParties(
    tx,
    by,
    wanted.map(([, row]) => ({
      kind: "person" as const,
      number: row.customerNumber,
      email: row.customerNumber ? null : row.customerEmail,
      country: row.country,
      locale: job.options.locale,
      source: "import",
      createdAt: row.placedAt,
    })),
  );
  return new Map(wanted.flatMap(([key], i) => (made[i]?.ok ? [[key, made[i].partyId] as const] : [])));
}

/** An order makes the products that it names; it never changes those that are known. */
async function makeProducts(tx: Tx, by: By, list: Listed, job: Job): Promise<Map<string, number>> {
  const wanted = new Map<string, GivenProduct>();
  for (const { rows, planned } of list) {
    if (rows[0].kind === "credit") continue;
    for (const row of rows) {
      const sku = normalizeSku(row.sku);
      if (wanted.has(sku) || !isGoods(row.sku, job.options) || planned.plan.lines.some((line) => line.sku === sku && line.productId !== null)) continue;
      const { amount: price, scale: priceScale } = row.price;
      wanted.set(sku, { sku, name: row.productName, price, priceScale, currency: row.currency, locale: job.options.locale });
    }
  }
  const made = await upsertProducts(tx, by, [...wanted.values()]);
  return new Map([...wanted.keys()].flatMap((sku, i) => (made[i]?.ok ? [[sku, made[i].productId] as const] : [])));
}
