/**
 * The whole round once more, on the Online Retail data as its authors published it, imported by the shell. The data is
 * kept beside the project; where it is absent this test is skipped, and says so.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";

import { openSqlite } from "../../app/db/open-sqlite.server";
import { createTopic } from "../../app/domain/customers/topics.server";
import type { By } from "../../app/domain/journal/actor";
import { addOption } from "../../app/domain/products/options.server";
import { createProduct } from "../../app/domain/products/products.server";
import { test as base } from "../support/mailed";
import { nameTheCompany } from "../support/company";
import { playRound } from "../support/round";

const data = resolve(process.env.RAPPORT_SHARED ?? "../shared", "data/online-retail");
const isThere = existsSync(join(data, "contacts.csv"));
const PASSWORD = "a long enough one";

const test = base.extend<object, { databaseTemplate: string }>({
  databaseTemplate: [
    // oxlint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const file = join(process.cwd(), ".cache/e2e/real.db");
      for (const suffix of ["", "-wal", "-shm"]) rmSync(`${file}${suffix}`, { force: true });
      await importReal(file);
      await use(file);
    },
    { scope: "worker", timeout: 240_000 },
  ],
});

// Said before any fixture begins: without the data there is no database to serve.
test.skip(!isThere, `the Online Retail data is not at ${data} (RAPPORT_SHARED names another place)`);

test("marketer, customer and support go one whole round on the imported data", async ({ browser, site, sink }) => {
  test.setTimeout(300_000);
  await playRound(browser, site, sink, {
    marketer: { email: "marketer@example.com", password: PASSWORD },
    support: { email: "support@example.com", password: PASSWORD },
    customer: consenting(),
    topic: "News",
    product: "Mug",
  });
});

/** The first customer of the contacts file from a small country who agreed to the newsletter. */
function consenting(): { email: string; name: string; country: string } {
  const rows = readFileSync(join(data, "contacts.csv"), "utf8").split(/\r?\n/).map((line) => line.split(","));
  const row = rows.find((cells) => cells[4] === "Switzerland" && cells[6] === "yes") ?? [];
  return { email: row[1] ?? "", name: `${row[2]} ${row[3]}`, country: row[4] ?? "" };
}

async function importReal(file: string): Promise<void> {
  const env = { ...process.env, DATABASE_FILE: file, SECRET_KEY: "browser-test-browser-test-browser-test", LOG_LEVEL: "error" };
  const rapport = (...args: string[]) => execFileSync(process.execPath, ["build/server/cli.js", ...args], { env, stdio: ["ignore", "ignore", "inherit"] });
  rapport("migrate", "--quiet");
  const db = openSqlite(file);
  const by: By = { actor: { kind: "system", name: "cli" }, now: Date.now() };
  await nameTheCompany(db);
  await db.write(async (tx) => {
    await createTopic(tx, by, { key: "news", position: 0, translations: { en: { name: "News", description: "" } } });
    // The shop begins to personalise: a product with options, as data.
    const made = await createProduct(tx, by, { sku: "MUG", price: 1250, currency: "EUR", artwork: "mug", words: { en: { name: "Mug" } } });
    if (!made.ok) throw new Error(made.reason);
    const { productId } = made;
    await addOption(tx, by, { productId, key: "text", kind: "text", isRequired: false, maxLength: 12, priceDelta: 300, words: { en: { label: "Text" } } });
  });
  await db.close();
  for (const role of ["marketer", "support"])
    execFileSync(process.execPath, ["build/server/cli.js", "staff", "create", "--email", `${role}@example.com`, "--name", role, "--role", role], {
      env,
      input: `${PASSWORD}\n`,
      stdio: ["pipe", "ignore", "inherit"],
    });
  rapport("import", "customers", join(data, "contacts.csv"), "--preset", "online-retail", "--topic", "news");
  rapport("import", "orders", join(data, "online_retail_433_customers.csv.gz"), "--preset", "online-retail");
}
