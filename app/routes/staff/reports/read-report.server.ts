import type { AppLoadContext } from "@remix-run/node";

import { PERIODS, type Period } from "~/domain/analytics/period";
import { findReport, type Report } from "~/domain/analytics/reports.server";

/** What every report is asked for. */
export function askedPeriod(request: Request): Period {
  const asked = new URL(request.url).searchParams.get("period");
  return PERIODS.find((period) => period === asked) ?? "90d";
}

export async function readReport({ app }: AppLoadContext): Promise<Report | null> {
  return findReport(app.db.read);
}

/** What stands at the head of each report. */
export function headOf({ asOf, day, currency, timeZone }: Report) {
  return { asOf, day, currency, timeZone };
}
