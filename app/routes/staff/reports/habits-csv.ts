/** The figures of the habits report as files for a spreadsheet: one table each. */
import type { LoaderFunctionArgs } from "@remix-run/node";

import { HABIT_TABLES, habitTable, pairTable } from "~/domain/analytics/tables";
import { listProductsById } from "~/domain/products/products.server";
import { found } from "~/http/require";
import { csvAnswer } from "./csv-answer";
import { askedPeriod, readReport } from "./read-report.server";

/** `?table=`; `?period=` where figures are of a while. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  const name = new URL(request.url).searchParams.get("table");
  const { content, day } = found(await readReport(context));
  if (name === "category-pairs") return csvAnswer(`${name}-${day}`, pairTable(content.affinity.categories, (category) => category));
  if (name === "pairs") {
    const ids = [...new Set(content.affinity.products.flatMap(({ item, partner }) => [item, partner]))];
    const skus = new Map((await listProductsById(context.app.db.read, ids, context.locale)).map(({ id, sku }) => [id, sku]));
    return csvAnswer(`${name}-${day}`, pairTable(content.affinity.products, (id) => skus.get(id) ?? ""));
  }
  const table = found(HABIT_TABLES.find((one) => one === name));
  return csvAnswer(`${table}-${day}`, habitTable(content.habits[askedPeriod(request)], table));
}
