import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";

import { STEPS } from "~/domain/analytics/cohorts";
import { listStillThere } from "~/domain/analytics/reports.server";
import { AtRiskList } from "./at-risk";
import { CohortSection } from "./cohort-section";
import { ReportPage } from "./frame";
import { LoyaltyFigures, RepeatSection, RiskSection, TenureSection } from "./loyalty-sections";
import { askedPeriod, headOf, readReport } from "./read-report.server";

/** Rows of the list; all stand in the file. */
const SHOWN = 10;
/** Cohorts shown unless all are asked for: a year, and the one under way. */
const A_YEAR = { month: 13, quarter: 9 } as const;

/** `?period=`; `?by=` month or quarter: the cohorts. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  const period = askedPeriod(request);
  const asked = new URL(request.url).searchParams.get("by");
  const step = STEPS.find((one) => one === asked) ?? "month";
  const report = await readReport(context);
  if (!report) return { period, step, report: null };
  const { cohorts, within, standing } = report.content.loyalty;
  const listed = (report.atRisk ?? []).slice(0, 2 * SHOWN);
  const people = await listStillThere(context.app.db.read, listed.map(({ partyId }) => partyId));
  return {
    period,
    step,
    report: {
      ...headOf(report),
      cohorts: period === "all" ? cohorts[step] : cohorts[step].slice(-A_YEAR[step]),
      within: within[period],
      now: standing.now,
      before: period === "all" ? null : standing.before[period],
      atRisk: listed
        .flatMap(({ partyId, ...rest }) => {
          const person = people.get(partyId);
          return person ? [{ publicId: person.publicId, name: person.name, ...rest }] : [];
        })
        .slice(0, SHOWN),
    },
  };
}

export type LoyaltyReport = NonNullable<ReturnType<typeof useLoaderData<typeof loader>>["report"]>;

export default function Loyalty() {
  const { period, step, report } = useLoaderData<typeof loader>();
  return (
    <ReportPage report="loyalty" asOf={report?.asOf ?? null} period={period}>
      {report && (
        <>
          <LoyaltyFigures report={report} period={period} />
          <CohortSection cohorts={report.cohorts} step={step} period={period} />
          <RepeatSection report={report} period={period} />
          <RiskSection report={report} period={period}>
            <AtRiskList rows={report.atRisk} currency={report.currency} />
          </RiskSection>
          <TenureSection report={report} period={period} />
        </>
      )}
    </ReportPage>
  );
}
