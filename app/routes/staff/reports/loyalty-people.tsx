import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { UsersRound } from "lucide-react";
import { useTranslations } from "use-intl";

import { addDays, isDay } from "~/domain/company/calendar";
import { STEPS, stepAfter } from "~/domain/analytics/cohorts";
import { countCohortPeople, listCohortPeople } from "~/domain/analytics/reports.server";
import { found } from "~/http/require";
import { LinkButton } from "~/ui/button";
import { EmptyState } from "~/ui/empty-state";
import { Page, PageHeader } from "~/ui/page";
import { Pagination } from "~/ui/pagination";
import { RowLink, Table } from "~/ui/table";
import { DateTime, Money, Num } from "~/ui/values";
import { readReport } from "./read-report.server";
import { segmentDraft } from "./segment-draft";
import { useStepName } from "./step-name";

const PAGE = 50;
const MOST_STEPS = 40;

/** `?start=` the first day of the month or quarter, `?by=` which of them, `?after=` how many later: the people behind a cell. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  const query = new URL(request.url).searchParams;
  const report = found(await readReport(context));
  const step = found(STEPS.find((one) => one === query.get("by")));
  const start = query.get("start") ?? "";
  const after = Number(query.get("after"));
  const row = isDay(start) ? report.content.loyalty.cohorts[step].find((one) => one.start === start) : undefined;
  if (!row || !Number.isInteger(after) || after < 0 || after > MOST_STEPS || row.active[after] === undefined) throw new Response(null, { status: 404 });
  const before = Math.trunc(Number(query.get("before"))) || undefined;
  const db = context.app.db.cancellable(request.signal);
  const cell = { start, step, after };
  const [count, people] = [await countCohortPeople(db, cell, report.timeZone), await listCohortPeople(db, cell, report.timeZone, { before, limit: PAGE + 1 })];
  const shown = people.slice(0, PAGE);
  return {
    cell,
    count,
    counted: row.active[after] ?? 0,
    cohort: row.customers,
    ends: { first: addDays(stepAfter(start, step, 1), -1), from: stepAfter(start, step, after), to: addDays(stepAfter(start, step, after + 1), -1) },
    rows: shown.map(({ publicId, name, ordersCount, spendMinor, currency, firstOrderAt, lastOrderAt }) => ({ publicId, name, ordersCount, spendMinor, currency, firstOrderAt, lastOrderAt })),
    older: people.length > PAGE ? shown.at(-1)!.partyId : null,
  };
}

export default function CohortPeople() {
  const t = useTranslations("reports");
  const { cell, count, counted, cohort, ends, rows, older } = useLoaderData<typeof loader>();
  const nameOf = useStepName(cell.step);
  const title = t("people.title", { first: nameOf(cell.start), then: nameOf(ends.from) });
  const draft = segmentDraft([
    { field: "first_order_at", op: "between_days", value: { from: cell.start, to: ends.first } },
    { field: "orders_in_days", op: "count_gte_between", value: { number: 1, from: ends.from, to: ends.to } },
  ]);
  return (
    <Page>
      <PageHeader
        title={title}
        back={{ to: `/staff/reports/loyalty?by=${cell.step}`, label: t("loyalty.title") }}
        meta={<span>{t("people.count", { count, cohort })}</span>}
        lead={count === counted ? undefined : t("people.since", { counted })}
        actions={<LinkButton to={draft}>{t("people.segment")}</LinkButton>}
      />
      {rows.length === 0 ? (
        <EmptyState icon={UsersRound} title={t("people.nobody")} />
      ) : (
        <Table
          caption={title}
          rows={rows}
          rowKey={(row) => row.publicId}
          columns={[
            { key: "name", header: t("people.name"), grow: true, cell: (row) => <RowLink to={`/staff/customers/${row.publicId}`}>{row.name}</RowLink> },
            { key: "orders", header: t("people.orders"), align: "end", cell: (row) => <Num value={row.ordersCount} /> },
            { key: "spend", header: t("people.spend"), align: "end", cell: (row) => <Money minor={row.spendMinor} currency={row.currency} /> },
            { key: "first", header: t("people.first"), align: "end", hide: "md", cell: (row) => <DateTime at={row.firstOrderAt} /> },
            { key: "last", header: t("people.last"), align: "end", cell: (row) => <DateTime at={row.lastOrderAt} /> },
          ]}
        />
      )}
      <Pagination older={older} names={{ older: "before", newer: "newer" }} />
    </Page>
  );
}
