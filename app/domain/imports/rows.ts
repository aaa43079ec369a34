/** Turns the cells of one row into what it says, or says why it cannot be used. Pure: the preview and the run ask the same. */
import { isEmail } from "../customers/contact";
import type { ImportType, RejectReason } from "./import";
import type { ColumnMapping, ImportOptions } from "./schema";
import { readCountry, readDay, readDecimal, readId, readInstant, readLanguage, readWhole, readYesNo, type Decimal } from "./values";

/** Field → place of its column. */
export type Columns = Record<string, number>;

export function columnsOf(mapping: ColumnMapping, headers: readonly string[]): Columns {
  return Object.fromEntries(Object.entries(mapping).flatMap(([key, header]) => (headers.includes(header) ? [[key, headers.indexOf(header)]] : [])));
}

export type Rejection = { ok: false; field: string | null; reason: RejectReason };
export type Read<Row> = { ok: true; row: Row } | Rejection;

const no = (field: string | null, reason: RejectReason): Rejection => ({ ok: false, field, reason });

/** The cell of a field, trimmed; our own apostrophe before a formula (file of rejects) is taken off again. */
export function cellOf(cells: readonly string[], columns: Columns, field: string): string {
  const at = columns[field];
  const text = at === undefined ? "" : (cells[at] ?? "").trim();
  return /^'\s*[=+\-@\t\r]/.test(text) ? text.slice(1) : text;
}

const LONGEST = 300;

/** What holds for every row before its fields are looked at. */
export function checkShape(record: { cells: readonly string[]; broken?: "open_quote" }, width: number, columns: Columns): Rejection | null {
  if (record.broken) return no(null, record.broken);
  if (record.cells.length > width && record.cells.slice(width).some((cell) => cell.trim() !== "")) return no(null, "too_many_cells");
  for (const [field, at] of Object.entries(columns)) if ((record.cells[at]?.length ?? 0) > LONGEST) return no(field, "too_long");
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
  postal: { line1: string; postcode: string; city: string; country: string } | null;
  birthday: string | null;
  createdAt: number | null;
  consent: boolean | null;
  consentAt: number | null;
  consentSource: string | null;
};

export function readCustomer(cells: readonly string[], columns: Columns, options: ImportOptions): Read<CustomerRow> {
  const cell = (field: string) => cellOf(cells, columns, field);
  const number = readId(cell("number")) || null;
  const email = cell("email") || null;
  if (!number && !email) return no(columns.number === undefined ? "email" : "number", "no_identifier");
  if (email && !isEmail(email)) return no("email", "bad_email");
  const country = readCountry(cell("country"));
  if (!country && /^[A-Za-z]{2}$/.test(cell("country"))) return no("country", "bad_country");
  const birthday = cell("birthday") ? readDay(cell("birthday"), options.dayOrder) : null;
  if (cell("birthday") && !birthday) return no("birthday", "bad_date");
  const createdAt = cell("createdAt") ? readInstant(cell("createdAt"), options) : null;
  if (cell("createdAt") && createdAt === null) return no("createdAt", "bad_date");
  const consent = cell("consent") ? readYesNo(cell("consent")) : null;
  if (cell("consent") && consent === null) return no("consent", "bad_consent");
  const consentAt = cell("consentDate") ? readInstant(cell("consentDate"), options) : null;
  if (cell("consentDate") && consentAt === null) return no("consentDate", "bad_date");
  const { givenName, familyName } = namesOf(cell("givenName"), cell("familyName"), cell("name"));
  const companyName = cell("company") || null;
  const street = cell("street");
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
      phone: cell("phone") || null,
      locale: readLanguage(cell("language")),
      country,
      postal: street || city ? { line1: street, postcode: cell("postcode"), city, country: country ?? "" } : null,
      birthday,
      createdAt,
      consent,
      consentAt,
      consentSource: cell("consentSource") || null,
    },
  };
}

/** One column with the whole name is cut before its last word. */
function namesOf(given: string, family: string, whole: string): { givenName: string | null; familyName: string | null } {
  if (given || family || !whole) return { givenName: given || null, familyName: family || null };
  const words = whole.split(/\s+/);
  return { givenName: words.slice(0, -1).join(" ") || null, familyName: words.at(-1) ?? null };
}

export type ProductRow = { sku: string; name: string; price: Decimal; currency: string; category: string | null };

export function readProduct(cells: readonly string[], columns: Columns, options: ImportOptions): Read<ProductRow> {
  const cell = (field: string) => cellOf(cells, columns, field);
  for (const field of ["sku", "name", "price"]) if (!cell(field)) return no(field, "required");
  const price = readPrice(cell("price"), options);
  if (!price) return no("price", "bad_price");
  const currency = cell("currency").toUpperCase() || options.currency;
  if (!/^[A-Z]{3}$/.test(currency)) return no("currency", "bad_currency");
  return { ok: true, row: { sku: cell("sku"), name: cell("name"), price, currency, category: cell("category") || null } };
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
};

/** The number that holds the lines of an order together, whatever else is wrong with the row. */
export function orderNumberOf(cells: readonly string[], columns: Columns): string {
  return readId(cellOf(cells, columns, "orderNumber"));
}

/**
 * `online-retail`: an invoice C… takes back, an invoice A… only mends the books; a customer must be named; a line for
 * nothing (price 0) belongs to its order, a quantity of 0 or below does not.
 */
export function readOrderLine(cells: readonly string[], columns: Columns, options: ImportOptions): Read<OrderRow> {
  const cell = (field: string) => cellOf(cells, columns, field);
  const orderNumber = orderNumberOf(cells, columns);
  if (!orderNumber) return no("orderNumber", "required");
  const isRetail = options.rules === "online-retail";
  if (isRetail && /^A\d/i.test(orderNumber)) return no("orderNumber", "adjustment");
  const kind = isRetail && /^C\d/i.test(orderNumber) ? "credit" : "purchase";
  const customerNumber = readId(cell("customerNumber")) || null;
  const customerEmail = cell("customerEmail") || null;
  if (!customerNumber && !customerEmail) return no(columns.customerNumber === undefined ? "customerEmail" : "customerNumber", "missing_customer");
  if (!customerNumber && customerEmail && !isEmail(customerEmail)) return no("customerEmail", "bad_email");
  if (!cell("placedAt")) return no("placedAt", "required");
  const placedAt = readInstant(cell("placedAt"), options);
  if (placedAt === null) return no("placedAt", "bad_date");
  const sku = readId(cell("sku"));
  if (!sku) return no("sku", "required");
  const quantity = readWhole(cell("quantity"), options.decimalMark);
  if (quantity === null || (kind === "purchase" ? quantity <= 0 : quantity >= 0) || Math.abs(quantity) > 1_000_000) return no("quantity", "bad_quantity");
  const price = readPrice(cell("unitPrice"), options);
  if (!price) return no("unitPrice", "bad_price");
  const currency = cell("currency").toUpperCase() || options.currency;
  if (!/^[A-Z]{3}$/.test(currency)) return no("currency", "bad_currency");
  return {
    ok: true,
    row: {
      kind, orderNumber, customerNumber, customerEmail, placedAt, sku, productName: cell("productName"), quantity, price, currency,
      country: readCountry(cell("country")),
    },
  };
}

/** A price of at most three decimals, not below zero, and with at least two. */
function readPrice(cell: string, options: ImportOptions): Decimal | null {
  const price = readDecimal(cell, options.decimalMark);
  if (!price || price.amount < 0 || price.amount > 1e12) return null;
  return price.scale >= 2 ? price : { amount: price.amount * 10 ** (2 - price.scale), scale: 2 };
}

/** Codes of the Online Retail data that are no goods: postage, manual entries, discounts, fees. */
const NO_GOODS = new Set(["POST", "DOT", "M", "D", "C2", "S", "B", "CRUK", "PADS", "AMAZONFEE", "BANK CHARGES"]);

export function isGoods(sku: string, options: Pick<ImportOptions, "rules">): boolean {
  return options.rules !== "online-retail" || !NO_GOODS.has(sku.toUpperCase());
}

/** What stands in the record about one topic and channel. */
export type ConsentNow = { state: "pending" | "granted" | "withdrawn"; since: number; source: string | null } | null;

/**
 * Whether a file's yes or no is to be recorded. Whatever was said later than the file's date stands. A yes without a
 * date never undoes a withdrawal; a no without one only takes back what an import had granted, not what people said
 * themselves.
 */
export function consentToRecord(said: { consent: boolean | null; at: number | null }, now: ConsentNow): "granted" | "withdrawn" | null {
  if (said.consent === null) return null;
  const wanted = said.consent ? "granted" : "withdrawn";
  if (!now) return said.consent ? "granted" : null;
  if (now.state === wanted) return null;
  if (said.at !== null) return said.at > now.since ? wanted : null;
  if (said.consent) return now.state === "pending" ? "granted" : null;
  return now.source === "import" ? "withdrawn" : null;
}

export type PreviewRow = { line: number; cells: Record<string, string>; problem: { field: string | null; reason: RejectReason } | null };

/** How the first rows would be read. What only the database knows (an unknown customer, a taken address) is not looked at. */
export function previewRows(
  type: ImportType,
  records: readonly { line: number; cells: string[]; broken?: "open_quote" }[],
  run: { headers: readonly string[]; mapping: ColumnMapping; options: ImportOptions },
): PreviewRow[] {
  const columns = columnsOf(run.mapping, run.headers);
  const read = { customers: readCustomer, products: readProduct, orders: readOrderLine }[type];
  return records.map((record) => {
    const wrong = checkShape(record, run.headers.length, columns);
    const result = wrong ?? read(record.cells, columns, run.options);
    return {
      line: record.line,
      cells: Object.fromEntries(Object.keys(columns).map((field) => [field, cellOf(record.cells, columns, field).slice(0, 80)])),
      problem: result.ok ? null : { field: result.field, reason: result.reason },
    };
  });
}
