import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";

import { listProductsById } from "~/domain/products/products.server";
import { ReportPage } from "./frame";
import { BasketSection, CategorySection, HabitFigures, HourSection, IntervalSection } from "./habit-sections";
import { PairSection } from "./pair-section";
import { askedPeriod, headOf, readReport } from "./read-report.server";

/** Pairs shown; all stand in the file. */
const SHOWN = 15;

/** `?period=` */
export async function loader({ request, context }: LoaderFunctionArgs) {
  const period = askedPeriod(request);
  const report = await readReport(context);
  if (!report) return { period, report: null };
  const { habits, affinity } = report.content;
  const pairs = affinity.products.slice(0, SHOWN);
  const products = await listProductsById(context.app.db.read, [...new Set(pairs.flatMap(({ item, partner }) => [item, partner]))], context.locale);
  const nameOf = new Map(products.map(({ id, name, publicId }) => [id, { name, publicId }]));
  return {
    period,
    report: {
      ...headOf(report),
      ...habits[period],
      pairs: {
        orders: affinity.orders,
        products: pairs.flatMap(({ item, partner, ...pair }) => {
          const [one, other] = [nameOf.get(item), nameOf.get(partner)];
          return one && other ? [{ key: `${one.publicId} ${other.publicId}`, first: one, second: other, ...pair }] : [];
        }),
        categories: affinity.categories.slice(0, SHOWN).map(({ item, partner, ...pair }) => ({ key: `${item} ${partner}`, first: { name: item }, second: { name: partner }, ...pair })),
      },
    },
  };
}

export type HabitsReport = NonNullable<ReturnType<typeof useLoaderData<typeof loader>>["report"]>;

export default function HabitsPage() {
  const { period, report } = useLoaderData<typeof loader>();
  return (
    <ReportPage report="habits" asOf={report?.asOf ?? null} period={period}>
      {report && (
        <>
          <HabitFigures report={report} />
          <IntervalSection report={report} period={period} />
          <BasketSection report={report} period={period} />
          <CategorySection report={report} period={period} />
          <HourSection report={report} period={period} />
          <PairSection pairs={report.pairs} />
        </>
      )}
    </ReportPage>
  );
}
