/** Turns the cells of one row into what it says, or says why it cannot be used. Pure: the preview and the run ask the same. */
import { isEmail } from "../customers/contact";
import { type FieldValue, LONGEST_NOTE, LONGEST_TAG } from "../customers/custom-field";
import { foldForSearch } from "../customers/search";
import { plainCell } from "./csv";
import type { OrderStatus } from "../orders/order";
import type { RejectReason } from "./import";
import { readList } from "./lists";
import { isOwnColumn, ownColumn, type OwnField, readOwnValue, type Reading } from "./own-fields";
import type { ColumnMapping, ImportOptions } from "./schema";
import { readCountry, readDay, readDecimal, readId, readInstant, readLanguage, readOrderStatus, readWhole, readYesNo, type Decimal } from "./values";

/** Field → place of its column. */
export type Columns = Record<string, number>;

export function columnsOf(mapping: ColumnMapping, headers: readonly string[]): Columns {
  return Object.fromEntries(Object.entries(mapping).flatMap(([key, header]) => (headers.includes(header) ? [[key, headers.indexOf(header)]] : [])));
}

export type Rejection = { ok: false; field: string | null; reason: RejectReason };
export type Read<Row> = { ok: true; row: Row } | Rejection;

export const no = (field: string | null, reason: RejectReason): Rejection => ({ ok: false, field, reason });

/** The cell of a field, trimmed; our own apostrophe before a formula (exports, file of rejects) is taken off again. */
export function cellOf(cells: readonly string[], columns: Columns, field: string): string {
  const at = columns[field];
  return at === undefined ? "" : plainCell((cells[at] ?? "").trim());
}

const LONGEST = 300;
/** The words that somebody agreed to, notes, and many tags in one cell; a text in an own field. */
const LONGER: Record<string, number> = { wording: 4000, tags: 4000, text: LONGEST_NOTE };
const LONGEST_OWN = 500;

function longestOf(field: string): number {
  return LONGER[field] ?? (isOwnColumn(field) ? LONGEST_OWN : LONGEST);
}

/** What holds for every row before its fields are looked at. */
export function checkShape(record: { cells: readonly string[]; broken?: "open_quote" }, width: number, columns: Columns): Rejection | null {
  if (record.broken) return no(null, record.broken);
  if (record.cells.length > width && record.cells.slice(width).some((cell) => cell.trim() !== "")) return no(null, "too_many_cells");
  for (const [field, at] of Object.entries(columns)) if ((record.cells[at]?.length ?? 0) > longestOf(field)) return no(field, "too_long");
  return null;
}

export type CustomerRow = {
  number: string | null;
  email: string | null;
  kind: "person" | "company";
  givenName: string | null;
  familyName: string | null;
  companyName: string | null;
  phone: string | null;
  locale: "en" | "pl" | "sr-Latn" | "sr-Cyrl" | null;
  country: string | null;
  postal: { line1: string; line2?: string; postcode: string; city: string; country: string } | null;
  birthday: string | null;
  createdAt: number | null;
  consent: boolean | null;
  consentAt: number | null;
  consentSource: string | null;
  /** Null: nothing is said of them. */
  tags: string[] | null;
  own: { field: OwnField; value: FieldValue }[];
};

export function readCustomer(cells: readonly string[], columns: Columns, options: Reading): Read<CustomerRow> {
  const cell = (field: string) => cellOf(cells, columns, field);
  const number = options.key === "email" ? null : readId(cell("number")) || null;
  // Google writes several addresses into one cell
  const email = cell("email").split(" ::: ")[0]!.trim() || null;
  if (!number && (!email || options.key === "number")) return no(columns.number === undefined || options.key === "email" ? "email" : "number", "no_identifier");
  if (email && !isEmail(email)) return no("email", "bad_email");
  const country = readCountry(cell("country"));
  if (!country && /^[A-Za-z]{2}$/.test(cell("country"))) return no("country", "bad_country");
  const birthday = cell("birthday") ? readDay(cell("birthday"), options.dayOrder) : null;
  if (cell("birthday") && !birthday) return no("birthday", "bad_date");
  const createdAt = cell("createdAt") ? readInstant(cell("createdAt"), options) : null;
  if (cell("createdAt") && createdAt === null) return no("createdAt", "bad_date");
  const consent = cell("consent") ? readYesNo(cell("consent")) : options.everybodySays ? options.everybodySays === "yes" : null;
  if (cell("consent") && consent === null) return no("consent", "bad_consent");
  const consentAt = cell("consentDate") ? readInstant(cell("consentDate"), options) : null;
  if (cell("consentDate") && consentAt === null) return no("consentDate", "bad_date");
  const tags = cell("tags") ? readList(cell("tags")) : [];
  if (tags.some((tag) => tag.length > LONGEST_TAG || !foldForSearch(tag))) return no("tags", "bad_tag");
  const own = readOwn(cell, columns, options);
  if (!own.ok) return own;
  const { givenName, familyName } = namesOf(cell("givenName"), cell("familyName"), cell("name"));
  const companyName = cell("company") || null;
  const street = cell("street");
  const line2 = cell("street2");
  const city = cell("city");
  return {
    ok: true,
    row: {
      number,
      email,
      kind: companyName && !givenName && !familyName ? "company" : "person",
      givenName,
      familyName,
      companyName,
      phone: cell("phone").split(" ::: ")[0]!.trim() || null,
      locale: readLanguage(cell("language")),
      country,
      postal: street || city ? { line1: street, ...(line2 && { line2 }), postcode: cell("postcode"), city, country: country ?? "" } : null,
      birthday,
      createdAt,
      consent,
      consentAt,
      consentSource: cell("consentSource") || null,
      tags: tags.length || (options.tags === "replace" && columns.tags !== undefined) ? tags : null,
      own: own.row,
    },
  };
}

function readOwn(cell: (field: string) => string, columns: Columns, options: Reading): Read<CustomerRow["own"]> {
  const row: CustomerRow["own"] = [];
  for (const field of options.own ?? []) {
    const column = ownColumn(field.key);
    const text = columns[column] === undefined ? "" : cell(column);
    if (text === "") continue;
    const value = readOwnValue(field, text, options);
    if (typeof value === "string") return no(column, value);
    row.push({ field, value });
  }
  return { ok: true, row };
}

/** One column with the whole name is cut before its last word. */
function namesOf(given: string, family: string, whole: string): { givenName: string | null; familyName: string | null } {
  if (given || family || !whole) return { givenName: given || null, familyName: family || null };
  const words = whole.split(/\s+/);
  return { givenName: words.slice(0, -1).join(" ") || null, familyName: words.at(-1) ?? null };
}

export type ProductRow = { sku: string; name: string; price: Decimal; currency: string; category: string | null; isActive: boolean | null };

export function readProduct(cells: readonly string[], columns: Columns, options: ImportOptions): Read<ProductRow> {
  const cell = (field: string) => cellOf(cells, columns, field);
  for (const field of ["sku", "name", "price"]) if (!cell(field)) return no(field, "required");
  const price = readPrice(cell("price"), options, 4);
  if (!price) return no("price", "bad_price");
  const currency = cell("currency").toUpperCase() || options.currency;
  if (!/^[A-Z]{3}$/.test(currency)) return no("currency", "bad_currency");
  const isActive = cell("isActive") ? readYesNo(cell("isActive")) : null;
  if (cell("isActive") && isActive === null) return no("isActive", "bad_state");
  return { ok: true, row: { sku: cell("sku"), name: cell("name"), price, currency, category: cell("category") || null, isActive } };
}

export type OrderRow = {
  /** credit: goods taken back or an invoice taken off, never a purchase. */
  kind: "purchase" | "credit";
  orderNumber: string;
  customerNumber: string | null;
  customerEmail: string | null;
  placedAt: number;
  sku: string;
  productName: string;
  quantity: number;
  price: Decimal;
  currency: string;
  country: string | null;
  /** Null: nothing is said of it. */
  status: OrderStatus | null;
  shippedAt: number | null;
  deliveredAt: number | null;
  cancelledAt: number | null;
  shipping: Decimal | null;
  discount: Decimal | null;
  tax: Decimal | null;
  /** What was to be paid: it tells whether the prices hold the tax. */
  total: Decimal | null;
};

/** The number that holds the lines of an order together, whatever else is wrong with the row. */
export function orderNumberOf(cells: readonly string[], columns: Columns): string {
  return readId(cellOf(cells, columns, "orderNumber"));
}

/** Of an order as a whole. */
const AMOUNTS = ["shipping", "discount", "tax", "total"] as const;

/** What stands on the first line of an order holds for the lines under it that leave it out. */
const OF_THE_ORDER = ["customerNumber", "customerEmail", "placedAt", "status", "currency", "shipping", "discount", "tax", "total", "country", "shippedAt", "deliveredAt", "cancelledAt"];

/**
 * `online-retail`: an invoice C… takes back, an invoice A… only mends the books; a customer must be named; a line for
 * nothing (price 0) belongs to its order, a quantity of 0 or below does not.
 * @param first the cells of the order's first line
 */
export function readOrderLine(cells: readonly string[], columns: Columns, options: ImportOptions, first: readonly string[] = cells): Read<OrderRow> {
  const cell = (field: string) => cellOf(cells, columns, field) || (OF_THE_ORDER.includes(field) ? cellOf(first, columns, field) : "");
  const orderNumber = orderNumberOf(cells, columns);
  if (!orderNumber) return no("orderNumber", "required");
  const isRetail = options.rules === "online-retail";
  if (isRetail && /^A\d/i.test(orderNumber)) return no("orderNumber", "adjustment");
  const kind = isRetail && /^C\d/i.test(orderNumber) ? "credit" : "purchase";
  const customer = readCustomerRef(cell, columns);
  if (!customer.ok) return customer;
  const time = readTimes(cell, options, ["placedAt"], ["shippedAt", "deliveredAt", "cancelledAt"]);
  if (!time.ok) return time;
  const { shippedAt = null, deliveredAt = null, cancelledAt = null } = time.row;
  if (deliveredAt !== null && shippedAt !== null && deliveredAt < shippedAt) return no("deliveredAt", "delivered_before_shipped");
  const sku = readId(cell("sku")) || skuOfName(cell("productName"));
  if (!sku) return no("sku", "required");
  const quantity = readWhole(cell("quantity"), options.decimalMark);
  if (quantity === null || (kind === "purchase" ? quantity <= 0 : quantity >= 0) || Math.abs(quantity) > 1_000_000) return no("quantity", "bad_quantity");
  const price = readPrice(cell("unitPrice"), options);
  if (!price) return no("unitPrice", "bad_price");
  const currency = cell("currency").toUpperCase() || options.currency;
  if (!/^[A-Z]{3}$/.test(currency)) return no("currency", "bad_currency");
  const amounts: Partial<Record<(typeof AMOUNTS)[number], Decimal>> = {};
  for (const field of AMOUNTS) {
    if (!cell(field)) continue;
    const amount = readPrice(cell(field), options);
    if (!amount) return no(field, "bad_price");
    amounts[field] = amount;
  }
  const { shipping = null, discount = null, tax = null, total = null } = amounts;
  const named = readOrderStatus(cell("status"));
  if (named === undefined) return no("status", "bad_state");
  const status = cancelledAt !== null ? "cancelled" : (named ?? (deliveredAt !== null ? "delivered" : shippedAt !== null ? "shipped" : null));
  const hasLeft = status !== "placed" && status !== "in_production";
  return {
    ok: true,
    row: {
      kind, orderNumber, ...customer.row, placedAt: time.row.placedAt!, sku, productName: cell("productName"), quantity, price, currency,
      country: readCountry(cell("country")), status,
      shippedAt: hasLeft ? shippedAt : null, deliveredAt: hasLeft && status !== "shipped" ? deliveredAt : null, cancelledAt, shipping, discount, tax, total,
    },
  };
}

/** Shops sell what has no code of its own: it is then known by its name. */
function skuOfName(name: string): string {
  return name.slice(0, 40).trim();
}

/** The customer that a row speaks of, by number or address. */
export function readCustomerRef(cell: (field: string) => string, columns: Columns): Read<{ customerNumber: string | null; customerEmail: string | null }> {
  const customerNumber = readId(cell("customerNumber")) || null;
  const customerEmail = cell("customerEmail") || null;
  if (!customerNumber && !customerEmail) return no(columns.customerNumber === undefined ? "customerEmail" : "customerNumber", "missing_customer");
  if (!customerNumber && customerEmail && !isEmail(customerEmail)) return no("customerEmail", "bad_email");
  return { ok: true, row: { customerNumber, customerEmail } };
}

/** Times that a row must have, and those that it may leave out. */
export function readTimes(cell: (field: string) => string, options: ImportOptions, must: readonly string[], may: readonly string[]): Read<Record<string, number | null>> {
  const row: Record<string, number | null> = {};
  for (const field of [...must, ...may]) {
    const text = cell(field);
    if (!text && must.includes(field)) return no(field, "required");
    const at = text ? readInstant(text, options) : null;
    if (text && at === null) return no(field, "bad_date");
    row[field] = at;
  }
  return { ok: true, row };
}

/** A price of at most three decimals, not below zero, and with at least two. */
function readPrice(cell: string, options: ImportOptions, maxScale = 3): Decimal | null {
  const price = readDecimal(cell, options.decimalMark, maxScale);
  if (!price || price.amount < 0 || price.amount > 1e12) return null;
  return price.scale >= 2 ? price : { amount: price.amount * 10 ** (2 - price.scale), scale: 2 };
}

/** Codes of the Online Retail data that are no goods: postage, manual entries, discounts, fees. */
const NO_GOODS = new Set(["POST", "DOT", "M", "D", "C2", "S", "B", "CRUK", "PADS", "AMAZONFEE", "BANK CHARGES"]);

export function isGoods(sku: string, options: Pick<ImportOptions, "rules">): boolean {
  return options.rules !== "online-retail" || !NO_GOODS.has(sku.toUpperCase());
}
