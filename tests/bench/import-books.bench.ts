/**
 * Imports of products, invoices, payments and parcels against bare prepared inserts of the very same rows into the same
 * tables and indexes, the orders that parcels move on updated by bare statements too. SQLite; both commit as often.
 */
import { join } from "node:path";

import { type Bare, bare, type Beside, imported, memory, mostMemory, prepare, tell, writeFile } from "../support/bare-import";
import type { ImportType } from "../../app/domain/imports/import";
import { figure, hold, interleave } from "../support/long";
import { scratchFolder } from "../support/scratch";

export const about = "import of products, invoices, payments and parcels against bare prepared inserts of the same rows";
export const options = { rows: 100_000, customers: 20_000, rounds: 1, type: "" };

const LEAST = 0.3;
const MOST_MEMORY = 300;

const TYPES = ["products", "invoices", "payments", "shipments"] as const;

export async function run({ rows, customers, rounds, type }: typeof options): Promise<void> {
  const folder = scratchFolder();
  const file = (name: string) => join(folder, name);
  const add = async (from: string, to: string, what: ImportType, lines: Generator<string>) => {
    await writeFile(file("given.csv"), lines);
    await imported(file(from), file(to), what, file("given.csv"));
  };
  await prepare(file("empty"));
  const before = memory();
  if (type === "" || type !== "products") {
    await add("empty", "customers", "customers", people(customers));
    await add("customers", "orders", "orders", orders(rows, customers));
  }
  if (type === "" || type === "payments") await add("orders", "invoiced", "invoices", invoices(rows, customers));
  const from = { products: "empty", invoices: "orders", payments: "invoiced", shipments: "orders" };
  const lines = { products: products(rows), invoices: invoices(rows, customers), payments: payments(rows), shipments: parcels(rows) };
  for (const one of TYPES.filter((each) => type === "" || each === type)) {
    await writeFile(file("given.csv"), lines[one]);
    const figures = await interleave(rounds, {
      product: () => imported(file(from[one]), file("made"), one, file("given.csv")),
      bare: () => Promise.resolve(bare(file(from[one]), file("made"), file("bare"), BARE[one])),
    });
    tell(one, figures, LEAST);
  }
  figure("memory_before_mb", before);
  hold("memory_most_mb", mostMemory(), "at most", MOST_MEMORY);
}

/** The orders of a stretch of parcels, as these have moved them on. */
const movedOrders: Beside = (source, target) => {
  const rows = source.prepare("SELECT status, shipped_at, delivered_at, id FROM orders WHERE id IN (SELECT order_id FROM shipments WHERE id > ? AND id <= ?)").raw();
  let before = 0;
  return {
    write: target.prepare("UPDATE orders SET status = ?, shipped_at = ?, delivered_at = ? WHERE id = ?"),
    read(upTo: number): unknown[][] {
      const after = before;
      before = upTo;
      return rows.all(after, upTo) as unknown[][];
    },
  };
};

const TOLD = ["events", "audit_log", "change_log"];
const BARE: Record<(typeof TYPES)[number], Bare> = {
  products: { tables: ["products", "product_translations", "audit_log", "change_log"], counted: "products" },
  invoices: { tables: ["invoices", ...TOLD], counted: "invoices" },
  payments: { tables: ["payments", ...TOLD], counted: "payments" },
  shipments: { tables: ["shipments", ...TOLD], counted: "shipments", beside: movedOrders },
};

// --- the files

const day = (i: number) => `2025-0${1 + (i % 9)}-1${i % 10}`;

function* people(rows: number): Generator<string> {
  yield "number,first name,last name\n";
  for (let i = 1; i <= rows; i++) yield `${i},Anna,Nowak${i}\n`;
}

function* orders(rows: number, customers: number): Generator<string> {
  yield "order number,customer number,order date,status,sku,name,quantity,unit price\n";
  for (let i = 0; i < rows; i++) yield `N${i},${1 + (i % customers)},${day(i)} 10:00,placed,sku-${i % 500},Thing,1,20.50\n`;
}

function* products(rows: number): Generator<string> {
  yield "sku,name,price,currency,category,active\n";
  for (let i = 0; i < rows; i++) yield `code-${i},Thing ${i},${i % 90}.50,EUR,Kind ${i % 40},yes\n`;
}

function* invoices(rows: number, customers: number): Generator<string> {
  yield "invoice number,customer number,order number,issued,due,total\n";
  for (let i = 0; i < rows; i++) yield `F/${i},${1 + (i % customers)},${i % 2 ? `N${i}` : ""},${day(i)},${i % 3 ? "2025-12-01" : ""},20.50\n`;
}

function* payments(rows: number): Generator<string> {
  yield "payment number,invoice number,paid,amount,method\n";
  for (let i = 0; i < rows; i++) yield `${i % 10 ? `P${i}` : ""},F/${i},${day(i)} 12:00,20.50,card\n`;
}

function* parcels(rows: number): Generator<string> {
  yield "order number,carrier,tracking number,shipped,delivered\n";
  for (let i = 0; i < rows; i++) yield `N${i},DPD,T${i},${day(i)} 15:00,${i % 2 ? "2025-11-01 09:00" : ""}\n`;
}
