/** The whole round on the demo company, against a real SMTP conversation on loopback. */
import BetterSqlite from "better-sqlite3";

import { DEMO_STAFF_PASSWORD } from "../../drizzle/seed/logins";
import { test } from "../support/mailed";
import { playRound } from "../support/round";

test("marketer, customer and support go one whole round on the demo", async ({ browser, site, sink }) => {
  test.setTimeout(300_000);
  await playRound(browser, site, sink, {
    marketer: { email: "marketing@example.com", password: DEMO_STAFF_PASSWORD },
    support: { email: "support@example.com", password: DEMO_STAFF_PASSWORD },
    customer: { ...contentCustomer(site.databaseFile), country: "United Kingdom" },
    topic: "Offers",
    product: "Ceramic mug",
  });
});

/** Somebody who has ordered, agreed to offers, and has nothing open: an open complaint would rightly hold the mail back. */
function contentCustomer(file: string): { email: string; name: string } {
  const db = new BetterSqlite(file, { readonly: true });
  const row = db
    .prepare(
      `SELECT c.value AS email, p.name FROM parties p
       JOIN contact_points c ON c.party_id = p.id AND c.kind = 'email' AND c.is_primary = 1
       JOIN customer_metrics m ON m.party_id = p.id AND m.open_complaints = 0 AND m.orders_count > 0
       JOIN consent_states s ON s.party_id = p.id AND s.channel = 'email' AND s.state = 'granted'
       JOIN topics t ON t.id = s.topic_id AND t.key = 'offers'
       WHERE p.country = 'GB' AND p.kind = 'person' AND p.marketing_paused_until IS NULL
         AND NOT EXISTS (SELECT 1 FROM suppressions x WHERE x.address = c.value)
         AND NOT EXISTS (SELECT 1 FROM customer_logins l WHERE l.party_id = p.id)
       ORDER BY p.id LIMIT 1`,
    )
    .get() as { email: string; name: string };
  db.close();
  return row;
}
