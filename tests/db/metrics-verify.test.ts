import { describe, expect, it } from "vitest";

import { verifyMetrics } from "../../app/shell/metrics";
import { hasDatabase, settingsOf, TEST_SECRET, testDatabase } from "../support/database";
import { buyers } from "../support/buyers";
import { shellHere } from "../support/shell-here";

/** Every figure that is kept, each with a value that is wrong. */
const PLANTED: [column: string, wrong: string][] = [
  ["orders_count", "orders_count + 1"], ["spend_minor", "spend_minor - 1"], ["currency", "'CHF'"], ["first_order_at", "first_order_at - 1"], ["last_order_at", "NULL"],
  ["average_order_minor", "average_order_minor + 1"], ["usual_interval_days", "coalesce(usual_interval_days, 0) + 1"], ["due_at", "coalesce(due_at, 0) + 1"],
  ["purchase_days", "purchase_days + 1"], ["paid_minor", "paid_minor + 1"],
  ["paid_repeats", "paid_repeats + 1"], ["repeat_spend_minor", "repeat_spend_minor + 1"], ["orders_changed_at", "orders_changed_at + 1"], ["mails_accepted", "mails_accepted + 1"], ["mails_opened", "mails_opened + 1"], ["mails_clicked", "mails_clicked + 1"], ["last_mailed_at", "1"], ["last_opened_at", "1"],
  ["last_clicked_at", "1"], ["complaints_count", "complaints_count + 1"], ["open_complaints", "open_complaints + 1"], ["recency_score", "6 - recency_score + 5"],
  ["frequency_score", "NULL"], ["monetary_score", "0"], ["rfm_segment", "CASE WHEN rfm_segment = 'lost' THEN 'new' ELSE 'lost' END"], ["value_minor", "coalesce(value_minor, 0) + 1"],
  ["expected_orders", "coalesce(expected_orders, 0) + 0.01"], ["p_alive", "coalesce(p_alive, 0) + 0.01"], ["derived_as_of", "derived_as_of - 1"],
  ["is_current", "false"], ["kind", "'company'"], ["country", "'XX'"], ["locale", "'pl'"], ["time_zone", "'Etc/UTC'"], ["lifecycle_stage", "CASE WHEN lifecycle_stage = 'lead' THEN 'loyal' ELSE 'lead' END"],
  ["tier", "'gold'"], ["customer_since", "customer_since + 1"],
];

describe.runIf(hasDatabase())("rapport metrics verify", () => {
  it("finds nothing where all is well, and an error planted in each figure (the demo and imports: their own tests)", async () => {
    const db = await testDatabase();
    await buyers(db, 40, Date.UTC(2026, 4, 4));
    const settings = { ...settingsOf(db), SECRET_KEY: TEST_SECRET };
    expect((await shellHere(settings, "metrics", "rebuild")).code).toBe(0);
    const [{ columns }] = (await db.read.raw<{ columns: number }>("SELECT count(*) AS columns FROM customer_metrics")) as [{ columns: number }];
    const shown = await shellHere(settings, "metrics", "verify", "--json");
    expect({ code: shown.code, ...JSON.parse(shown.stdout) }).toEqual({ code: 0, customers: Number(columns), differences: [] });

    const [who] = await db.read.raw<Record<string, unknown> & { party_id: number }>("SELECT * FROM customer_metrics WHERE orders_count > 1 ORDER BY party_id LIMIT 1");
    const { party_id: party, ...kept } = who!;
    expect(PLANTED.map(([column]) => column).sort()).toEqual(Object.keys(kept).sort());
    for (const [column, wrong] of PLANTED) {
      await db.write((tx) => tx.raw(`UPDATE customer_metrics SET ${column} = ${wrong} WHERE party_id = ?`, [party]));
      const found = await verifyMetrics(db.read);
      expect(found.differences.map((one) => [one.party, one.figure.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)]), column).toContainEqual([party, column]);
      await db.write((tx) => tx.raw(`UPDATE customer_metrics SET ${column} = ? WHERE party_id = ?`, [kept[column], party]));
    }
    await db.write((tx) => tx.raw("UPDATE customer_metrics SET orders_count = orders_count + 7, last_opened_at = 5, p_alive = 2 WHERE party_id = ?", [party]));
    const rebuilt = await shellHere(settings, "metrics", "rebuild", "--facts", "--json");
    expect(JSON.parse(rebuilt.stdout)).toMatchObject({ repaired: 1 });
    expect((await verifyMetrics(db.read)).differences).toEqual([]);
    await db.write((tx) => tx.raw("UPDATE derivations SET customers = customers + 1"));
    const wrongFit = await shellHere(settings, "metrics", "verify", "--json");
    expect(wrongFit.code).toBe(1);
    expect(JSON.parse(wrongFit.stdout).differences).toMatchObject([{ party: null, figure: "customers" }]);
  });
});
