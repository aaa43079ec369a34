/**
 * Imports from CSV against bare prepared inserts of the very same rows into the same tables and indexes: customers with
 * their addresses and consents, then their orders with lines, the facts of the customers kept. SQLite; both commit as often.
 */
import { join } from "node:path";

import { type Bare, bare, type Beside, imported, memory, mostMemory, prepare, tell, writeFile } from "../support/bare-import";
import { figure, hold, interleave } from "../support/long";
import { scratchFolder } from "../support/scratch";

export const about = "import of customers, and of orders with the facts kept, against bare prepared inserts of the same rows";
export const options = { rows: 1_000_000, orders: 300_000, rounds: 1 };

const MOST_MEMORY = 300;

export async function run({ rows, orders, rounds }: typeof options): Promise<void> {
  const folder = scratchFolder();
  const customersFile = join(folder, "customers.csv");
  const ordersFile = join(folder, "orders.csv");
  await writeFile(customersFile, customers(rows));
  await writeFile(ordersFile, orderLines(orders, rows));
  const empty = join(folder, "empty.db");
  await prepare(empty);

  const before = memory();
  const loaded = join(folder, "customers.db");
  const one = await interleave(rounds, {
    product: () => imported(empty, loaded, "customers", customersFile),
    bare: () => Promise.resolve(bare(empty, loaded, join(folder, "bare.db"), CUSTOMERS)),
  });
  tell("customers", one, 0.5);
  const full = join(folder, "orders.db");
  const two = await interleave(rounds, {
    product: () => imported(loaded, full, "orders", ordersFile),
    bare: () => Promise.resolve(bare(loaded, full, join(folder, "bare.db"), ORDERS)),
  });
  tell("orders", two, 0.3);
  figure("memory_before_mb", before);
  hold("memory_most_mb", mostMemory(), "at most", MOST_MEMORY);
}

/** Lines of each order. */
const LINES = 3;

const CUSTOMERS: Bare = {
  tables: ["parties", "contact_points", "customer_metrics", "consents", "consent_states", "events", "audit_log", "change_log"],
  counted: "parties", beside: (source, target) => termsOf(source, target),
};
const ORDERS: Bare = { tables: ["products", "product_translations", "orders", "order_lines", "events", "audit_log", "change_log"], counted: "orders", lines: LINES };

/** The search terms, which stand in the order of their words, are read by the customers of each stretch. */
const termsOf: Beside = (source, target) => {
  const columns = (source.pragma("table_info(party_terms)") as { name: string }[]).map(({ name }) => name);
  const rows = source.prepare(`SELECT ${columns.join(", ")} FROM party_terms WHERE party_id > ? AND party_id <= ? ORDER BY party_id, term`).raw();
  let before = 0;
  return {
    write: target.prepare(`INSERT OR IGNORE INTO party_terms (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(",")})`),
    read(upTo: number): unknown[][] {
      const from = before;
      before = upTo;
      return rows.all(from, upTo) as unknown[][];
    },
  };
};

// --- the files

const GIVEN = ["Anna", "Łucja", "Đorđe", "Jelena", "Piotr", "Emma", "Kinga", "Milan", "Zofia", "Ivan"];
const FAMILY = ["Nowak", "Żak", "Ilić", "Petrović", "Clarke", "Wiśniewska", "Marković", "Kowalczyk", "Jovanović", "Zając"];

function* customers(rows: number): Generator<string> {
  yield "number,email,first name,last name,phone,street,postcode,city,country,language,consent,consent date\n";
  for (let i = 1; i <= rows; i++)
    yield `${i},person${i}@example.com,${GIVEN[i % 10]},${FAMILY[(i * 7) % 10]}${i % 977},+4850${String(1_000_000 + (i % 8_999_999))},Rynek ${i % 200},50-${String(100 + (i % 900))},Wrocław,PL,pl,${i % 3 ? "yes" : ""},${i % 3 ? "2025-03-04" : ""}\n`;
}

function* orderLines(lines: number, people: number): Generator<string> {
  yield "order number,customer number,order date,sku,name,quantity,unit price\n";
  for (let order = 0; order * LINES < lines; order++)
    for (let line = 0; line < LINES; line++)
      yield `N${order},${1 + ((order * 7919) % people)},2025-0${1 + (order % 9)}-1${order % 10} 10:0${order % 10},sku-${(order * 5 + line) % 500},Thing,${1 + (line % 3)},${order % 40}.50\n`;
}
