/** Writes what there is as files that we read again: streamed by keyset, with memory for one page. */
import { givenIds } from "../../db/dialect";
import type { Reader, Tx } from "../../db/types";
import { readValuesOf } from "../customers/custom-fields.server";
import { readParties } from "../customers/look-up.server";
import { readTagsOf } from "../customers/tags.server";
import type { By } from "../journal/actor";
import { recordAudit } from "../journal/journal.server";
import { amountText } from "../products/price";
import { productFacts } from "../products/upsert-product.server";
import { moneyCell, timeCell } from "./cells";
import { csvRow } from "./csv";
import { cellsOf } from "./customers-in.server";
import { productCells } from "./books-in.server";
import { DISCOUNT, TAX } from "./orders-in.server";
import { EXPORTED, type ImportType } from "./fields";
import type { Cells } from "./kind";
import { isOwnColumn, ownColumn } from "./own-fields";
import { listOwnFields } from "./own-fields.server";
import { recordCells } from "./record-in.server";

const PAGE = 500;

/** The next ids of customers after one, in their order: whose rows are wanted. */
export type WhoseRows = (afterId: number, limit: number) => Promise<number[]>;

type Row = Record<string, string | number | null>;
type Cell = string | number | null;

export async function* exportFile(db: Reader, type: ImportType, locale: string, whose: WhoseRows | null = null): AsyncGenerator<string> {
  const own = await listOwnFields(db, type);
  const heads = [...EXPORTED[type], ...own.map(({ key }) => ownColumn(key))];
  yield `\ufeff${csvRow([...heads])}`;
  for await (const page of pagesOf(db, SOURCES[type], whose)) {
    const rows = await CELLS[type](db, page, locale);
    if (rows.length) yield rows.map((cells) => csvRow(heads.map((head) => cells[head] ?? ""))).join("");
  }
}

/** Who took what out, and of whom. */
export async function noteExport(tx: Tx, by: By, type: ImportType, segment: string | null): Promise<void> {
  await recordAudit(tx, by, "exportFile", { type: "export", id: null }, { type, segment });
}

/** `key` grows from page to page; `party` is whose row it is. `of` stands for one of them in the condition. */
type Source = { select: string; key: string; party: string };

const EMAIL = "(SELECT c.value FROM contact_points c WHERE c.party_id = p.id AND c.kind = 'email' AND c.is_primary = true LIMIT 1) AS email";
const CUSTOMER = `p.number AS customer_number, p.public_id AS customer_id, ${EMAIL}`;

const SOURCES: Record<ImportType, Source> = {
  customers: {
    select: "SELECT p.id AS key, p.id, p.public_id FROM parties p WHERE p.is_customer = true AND p.merged_into_id IS NULL AND p.erased_at IS NULL",
    key: "p.id", party: "p.id",
  },
  consents: {
    select: `SELECT c.id AS key, c.channel, c.state, c.at, c.source, c.wording_version, c.wording, t.key AS topic, p.number AS customer_number, p.public_id AS customer_id,
      ${EMAIL.replaceAll("c.", "e.").replace("contact_points c", "contact_points e")} FROM consents c JOIN parties p ON p.id = c.party_id JOIN topics t ON t.id = c.topic_id WHERE 1 = 1`,
    key: "c.id", party: "c.party_id",
  },
  notes: {
    select: `SELECT n.id AS key, n.body, n.at, coalesce(n.author, (SELECT u.name FROM staff_users u WHERE u.id = n.actor_id AND n.source = 'staff')) AS author, ${CUSTOMER}
      FROM notes n JOIN parties p ON p.id = n.party_id WHERE 1 = 1`,
    key: "n.id", party: "n.party_id",
  },
  products: { select: "SELECT p.id AS key, p.id FROM products p WHERE 1 = 1", key: "p.id", party: "" },
  orders: {
    select: `SELECT o.id AS key, o.id, o.number, o.placed_at, o.status, o.currency, o.shipping_minor, o.total_minor, o.shipped_at, o.delivered_at, o.cancelled_at, ${CUSTOMER}
      FROM orders o JOIN parties p ON p.id = o.party_id WHERE 1 = 1`,
    key: "o.id", party: "o.party_id",
  },
  invoices: {
    select: `SELECT i.id AS key, i.number, i.issued_at, i.due_at, i.total_minor, i.currency, o.number AS order_number, ${CUSTOMER}
      FROM invoices i JOIN parties p ON p.id = i.party_id LEFT JOIN orders o ON o.id = i.order_id WHERE 1 = 1`,
    key: "i.id", party: "i.party_id",
  },
  payments: {
    select: `SELECT y.id AS key, coalesce(y.number, y.public_id) AS number, y.at, y.amount_minor, y.direction, y.currency, y.method, y.reference,
      i.number AS invoice_number, o.number AS order_number, ${CUSTOMER}
      FROM payments y JOIN parties p ON p.id = y.party_id LEFT JOIN invoices i ON i.id = y.invoice_id LEFT JOIN orders o ON o.id = y.order_id WHERE 1 = 1`,
    key: "y.id", party: "y.party_id",
  },
  shipments: {
    select: `SELECT s.id AS key, s.carrier, s.tracking_number, s.shipped_at, s.expected_at, s.delivered_at, o.number AS order_number
      FROM shipments s JOIN orders o ON o.id = s.order_id WHERE 1 = 1`,
    key: "s.id", party: "o.party_id",
  },
};

async function* pagesOf(db: Reader, { select, key, party }: Source, whose: WhoseRows | null): AsyncGenerator<Row[]> {
  let after = 0;
  if (!whose || !party) {
    for (;;) {
      const rows = await db.raw<Row>(`${select} AND ${key} > ? ORDER BY ${key} LIMIT ?`, [after, PAGE]);
      if (!rows.length) return;
      yield rows;
      after = Number(rows.at(-1)?.key);
    }
  }
  for (;;) {
    const ids = await whose(after, PAGE / 5);
    if (!ids.length) return;
    yield db.raw<Row>(`${select} AND ${party} IN ${givenIds(db)} ORDER BY ${key}`, [JSON.stringify(ids)]);
    after = ids.at(-1) as number;
  }
}

type ToCells = (db: Reader, rows: readonly Row[], locale: string) => Promise<Record<string, Cell>[]>;

const CELLS: Record<ImportType, ToCells> = {
  customers: customersOf,
  async consents(_, rows) {
    return rows.map((row) => ({
      ...customerOf(row), topic: row.topic ?? null, channel: row.channel ?? null, state: row.state ?? null, date: timeCell(Number(row.at)), source: row.source ?? null,
      wordingVersion: row.wording_version ?? null, wording: row.wording ?? null,
    }));
  },
  async notes(_, rows) {
    return rows.map((row) => ({ ...customerOf(row), text: row.body ?? null, date: time(row.at), author: row.author ?? null }));
  },
  async products(db, rows, locale) {
    const facts = await productFacts(db, rows.map((row) => Number(row.id)), locale);
    return facts.map((product): Cells => productCells(product));
  },
  orders: ordersOf,
  async invoices(_, rows) {
    return rows.map((row) => ({
      ...customerOf(row), number: row.number ?? null, orderNumber: row.order_number ?? null, issuedAt: time(row.issued_at), dueAt: time(row.due_at),
      total: money(row.total_minor, row.currency), currency: row.currency ?? null,
    }));
  },
  async payments(_, rows) {
    return rows.map((row) => ({
      ...customerOf(row), number: row.number ?? null, invoiceNumber: row.invoice_number ?? null, orderNumber: row.order_number ?? null, paidAt: time(row.at),
      amount: money(row.direction === "out" ? -Number(row.amount_minor) : row.amount_minor, row.currency), currency: row.currency ?? null,
      method: row.method ?? null, reference: row.reference ?? null,
    }));
  },
  async shipments(_, rows) {
    return rows.map((row) => ({
      orderNumber: row.order_number ?? null, carrier: row.carrier ?? null, trackingNumber: row.tracking_number ?? null, shippedAt: time(row.shipped_at),
      expectedAt: time(row.expected_at), deliveredAt: time(row.delivered_at),
    }));
  },
};

/** Who has no number is known by our own. */
function customerOf(row: Row): { customerNumber: Cell; customerEmail: Cell } {
  return { customerNumber: row.customer_number ?? row.customer_id ?? null, customerEmail: row.email ?? null };
}

function time(at: Cell | undefined): string {
  return timeCell(at == null ? null : Number(at));
}

function numbersBelowZero(cells: Cells): Record<string, Cell> {
  return Object.fromEntries(Object.entries(cells).map(([key, text]) => [key, /^-\d+(\.\d+)?$/.test(text) && isOwnColumn(key) ? Number(text) : text]));
}

/** Below zero it is a number, not a text that begins with a sign. */
function money(minor: Cell | undefined, currency: Cell | undefined): Cell {
  const text = moneyCell(Number(minor), String(currency));
  return text.startsWith("-") ? Number(text) : text;
}

async function customersOf(db: Reader, rows: readonly Row[]): Promise<Record<string, Cell>[]> {
  const ids = rows.map((row) => Number(row.id));
  const parties = await readParties(db, ids);
  const [tags, values] = [await readTagsOf(db, ids), await readValuesOf(db, ids)];
  return rows.flatMap((row) => {
    const party = parties.get(Number(row.id));
    if (!party) return [];
    // Companies may share an address with their people: it does not tell who is meant.
    const isKnownByEmail = party.kind === "person" && party.email !== null;
    const more = recordCells({ tags: tags.get(party.id) ?? [], values: values.get(party.id) ?? new Map() });
    return [{ ...cellsOf(party), ...numbersBelowZero(more), number: party.number ?? (isKnownByEmail ? "" : party.publicId), createdAt: timeCell(party.createdAt) }];
  });
}

type LineRow = { order_id: number; sku: string; name: string; quantity: number; unit_price: number; unit_price_scale: number };

async function ordersOf(db: Reader, rows: readonly Row[]): Promise<Record<string, Cell>[]> {
  const lines = await db.raw<LineRow>(
    `SELECT order_id, sku, name, quantity, unit_price, unit_price_scale FROM order_lines WHERE order_id IN ${givenIds(db)} ORDER BY order_id, position`,
    [JSON.stringify(rows.map((row) => row.id))],
  );
  const byOrder = new Map<number, LineRow[]>();
  for (const line of lines) byOrder.set(line.order_id, [...(byOrder.get(line.order_id) ?? []), line]);
  return rows.flatMap((row) => {
    const own = byOrder.get(Number(row.id)) ?? [];
    // What was taken off the order as a whole was one column where it came from.
    const discount = own.find((line) => line.sku === DISCOUNT && line.unit_price < 0);
    const tax = own.find((line) => line.sku === TAX && line.quantity === 1);
    return own
      .filter((line) => line !== discount && line !== tax)
      .map((line, i) => ({
        ...customerOf(row), orderNumber: row.number ?? null, placedAt: time(row.placed_at), status: row.status ?? null, sku: line.sku, productName: line.name,
        quantity: line.quantity, unitPrice: amountText(line.unit_price, line.unit_price_scale), currency: row.currency ?? null,
        shipping: i === 0 && Number(row.shipping_minor) ? money(row.shipping_minor, row.currency) : null,
        discount: i === 0 && discount ? amountText(-discount.unit_price, discount.unit_price_scale) : null,
        tax: i === 0 && tax ? amountText(tax.unit_price, tax.unit_price_scale) : null, total: i === 0 && tax ? money(row.total_minor, row.currency) : null,
        shippedAt: time(row.shipped_at), deliveredAt: time(row.delivered_at), cancelledAt: time(row.cancelled_at),
      }));
  });
}
