/**
 * BG/NBD and gamma-gamma on the CDNOW sample, RFM on the R package's orders: the published figures, through the shell. The
 * data is kept beside the project, not in it; where it is absent this test is skipped, and says so.
 */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { describe, expect, it } from "vitest";

import { expectedPurchases } from "../../app/domain/customers/value/bg-nbd";
import { shellHere } from "../support/shell-here";

const folder = resolve(process.env.RAPPORT_SHARED ?? "../shared", "data");
const isThere = existsSync(join(folder, "cdnow")) && existsSync(join(folder, "rfm"));
if (!isThere) process.stderr.write(`skipped: the purchases of CDNOW and the R package are not at ${folder} (RAPPORT_SHARED names another place)\n`);

const read = (file: string) => JSON.parse(readFileSync(join(folder, file), "utf8"));

describe.skipIf(!isThere)("published figures", () => {
  it("of Fader, Hardie & Lee: parameters within 1 %, the likelihood within 0.1, the expectation to 3 decimals", async () => {
    const { published, confirmed_here: confirmed } = read("cdnow/published_and_confirmed.json");
    const { code, stdout } = await shellHere({}, "value", "fit", join(folder, "cdnow/CDNOW_sample.txt"), "--format", "cdnow", "--json");
    const fit = JSON.parse(stdout);
    expect({ code, trouble: fit.trouble, customers: fit.customers, repeaters: fit.repeaters }).toEqual({ code: 0, trouble: null, customers: 2357, repeaters: confirmed.gammagamma.n_repeat });
    for (const name of ["r", "alpha", "a", "b"]) expect(Math.abs(fit[name] / published.bgnbd[name] - 1), name).toBeLessThan(0.01);
    for (const name of ["p", "q", "v"]) expect(Math.abs(fit[name] / published.gammagamma[name] - 1), name).toBeLessThan(0.01);
    expect(Math.abs(fit.loglik - published.bgnbd.loglik)).toBeLessThan(0.1);
    expect(Math.abs(fit.loglik_spend - confirmed.gammagamma.loglik_from_raw)).toBeLessThan(0.1);
    const { x, t_x: tx, T, t, value } = published.bgnbd_conditional_expectation;
    expect(expectedPurchases(published.bgnbd, { x, tx, T }, t)).toBeCloseTo(value, 3);
  });

  it("of the R package rfm: its cuts, its segments, its scores", async () => {
    const oracle = read("rfm/oracle.json");
    const { code, stdout } = await shellHere({}, "rfm", join(folder, "rfm/rfm_data_orders.csv"), "--json");
    const { cuts, segments, customers } = JSON.parse(stdout);
    expect(code).toBe(0);
    for (const name of ["recency", "frequency", "monetary"]) expect(cuts[name]).toEqual(oracle.cut_points_before_plus1[name].map((cut: number) => cut + 1));
    const ours: Record<string, string> = { "About To Sleep": "about_to_sleep", "At Risk": "at_risk", "Loyal Customers": "loyal", "Need Attention": "need_attention", "Potential Loyalist": "potential_loyalist" };
    for (const [name, [count, orders, revenue]] of Object.entries<number[]>(oracle.confirmed_here_customers_orders_revenue))
      expect(segments[ours[name] ?? name.toLowerCase()], name).toEqual({ customers: count, orders, revenue });
    for (const [name, [days, orders, amount, score]] of Object.entries<(number | string)[]>(oracle.published.rows_recency_orders_amount_score))
      expect(customers.find((one: { customer: string }) => one.customer === name)).toMatchObject({ recency_days: days, orders, revenue: amount, score });
  });
});
