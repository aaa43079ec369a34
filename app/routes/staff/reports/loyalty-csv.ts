/** The figures of the loyalty report as files for a spreadsheet: one table each. */
import type { LoaderFunctionArgs } from "@remix-run/node";

import { STEPS } from "~/domain/analytics/cohorts";
import { loyaltyTable, LOYALTY_TABLES } from "~/domain/analytics/tables";
import { listStillThere } from "~/domain/analytics/reports.server";
import { found } from "~/http/require";
import { csvAnswer } from "./csv-answer";
import { askedPeriod, readReport } from "./read-report.server";

/** `?table=`; `?by=` for cohorts, `?period=` where figures are of a while. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  const query = new URL(request.url).searchParams;
  const report = found(await readReport(context));
  const name = query.get("table");
  if (name === "at-risk") return csvAnswer(`at-risk-${report.day}`, await listAtRisk());
  const table = found(LOYALTY_TABLES.find((one) => one === name));
  const step = STEPS.find((one) => one === query.get("by")) ?? "month";
  return csvAnswer(`${table}-${report.day}`, loyaltyTable(report.content.loyalty, table, { step, period: askedPeriod(request) }));

  async function listAtRisk() {
    const listed = report.atRisk ?? [];
    const people = await listStillThere(context.app.db.read, listed.map(({ partyId }) => partyId));
    return [
      ["customer", "name", "chance", "year_minor", "currency", "last_order"],
      ...listed.flatMap(({ partyId, chance, yearMinor, lastAt }) => {
        const person = people.get(partyId);
        return person ? [[person.publicId, person.name, chance, yearMinor, report.currency, new Date(lastAt).toISOString()]] : [];
      }),
    ];
  }
}
