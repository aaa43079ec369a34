import type { LoaderFunctionArgs } from "@remix-run/node";
import { Form, useLoaderData } from "@remix-run/react";
import { Package, SearchX } from "lucide-react";
import { useTranslations } from "use-intl";

import { ORDER_STATUSES, type OrderStatus } from "~/domain/orders/order";
import { listOrders, type StaffOrder } from "~/domain/orders/orders.server";
import { Button, LinkButton } from "~/ui/button";
import { EmptyState } from "~/ui/empty-state";
import { SearchInput } from "~/ui/inputs";
import { useLive } from "~/ui/live";
import { OrderStatusChip } from "~/ui/orders/status";
import { Page, PageHeader } from "~/ui/page";
import { Pagination } from "~/ui/pagination";
import { RowLink, Table, type Column } from "~/ui/table";
import { Tabs } from "~/ui/tabs";
import { DateTime, Money, None } from "~/ui/values";

export async function loader({ request, context }: LoaderFunctionArgs) {
  const params = new URL(request.url).searchParams;
  const asked = params.get("status") ?? "";
  const status = ORDER_STATUSES.includes(asked as OrderStatus) ? (asked as OrderStatus) : undefined;
  const number = (params.get("q") ?? "").trim().slice(0, 60);
  const page = await listOrders(context.app.db.read, { status, number: number || undefined, before: params.get("after") });
  return { ...page, status: status ?? null, number };
}

export default function OrderList() {
  const { orders, next, status, number } = useLoaderData<typeof loader>();
  const t = useTranslations("orders");
  const tc = useTranslations("common");
  useLive(["orders"]);
  const query = number ? `&q=${encodeURIComponent(number)}` : "";
  return (
    <Page>
      <PageHeader title={t("title")} />
      <Tabs
        label={t("staff.caption")}
        items={[
          { to: `/staff/orders${number ? `?q=${encodeURIComponent(number)}` : ""}`, label: t("staff.all"), current: status === null },
          ...ORDER_STATUSES.map((s) => ({ to: `/staff/orders?status=${s}${query}`, label: t(`status.${s}`), current: status === s })),
        ]}
      />
      <Form method="get" role="search" className="my-4 flex max-w-sm gap-2">
        {status && <input type="hidden" name="status" value={status} />}
        <SearchInput label={t("staff.search")} name="q" defaultValue={number} placeholder="R-10001" />
        <Button type="submit">{tc("search")}</Button>
      </Form>
      {orders.length > 0 ? (
        <>
          <Table rows={orders} columns={useColumns()} rowKey={(o) => o.publicId} caption={t("staff.caption")} />
          <Pagination older={next} />
        </>
      ) : status || number ? (
        <EmptyState icon={SearchX} title={t("staff.empty")} action={<LinkButton to="/staff/orders">{tc("clear")}</LinkButton>}>
          {t("staff.emptyHelp")}
        </EmptyState>
      ) : (
        <EmptyState icon={Package} title={t("staff.noneYet")}>
          {t("staff.noneHelp")}
        </EmptyState>
      )}
    </Page>
  );
}

function useColumns(): Column<StaffOrder>[] {
  const t = useTranslations("orders");
  const tc = useTranslations("common");
  return [
    { key: "number", header: t("staff.number"), cell: (o) => <RowLink to={`/staff/orders/${o.publicId}`}>{o.number}</RowLink> },
    { key: "customer", header: t("staff.customer"), grow: true, cell: (o) => o.party.name },
    { key: "status", header: tc("status"), cell: (o) => <OrderStatusChip status={o.status} /> },
    { key: "placed", header: t("staff.placed"), cell: (o) => <DateTime at={o.placedAt} show="dateTime" /> },
    { key: "expected", header: t("staff.expected"), hide: "lg", cell: (o) => (o.expectedAt && o.status !== "delivered" && o.status !== "cancelled" ? <DateTime at={o.expectedAt} /> : <None />) },
    { key: "source", header: t("staff.source"), hide: "lg", cell: (o) => t(`staff.sources.${o.source as "portal"}`) },
    { key: "total", header: tc("total"), align: "end", cell: (o) => <Money minor={o.totalMinor} currency={o.currency} /> },
  ];
}
