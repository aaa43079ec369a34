import type { LoaderFunctionArgs } from "@remix-run/node";
import { Link, useLoaderData } from "@remix-run/react";
import { Package } from "lucide-react";
import { useTranslations } from "use-intl";

import { listConfiguratorsOf } from "~/domain/orders/lines.server";
import { listOrdersOf } from "~/domain/orders/orders.server";
import { requireCustomer } from "~/http/require";
import { ProductArtwork } from "~/ui/artwork/product-artwork";
import { LinkButton } from "~/ui/button";
import { EmptyState } from "~/ui/empty-state";
import { useLive } from "~/ui/live";
import { pictured } from "~/ui/orders/pictured-lines";
import { OrderStatusChip } from "~/ui/orders/status";
import { Page, PageHeader } from "~/ui/page";
import { Pagination } from "~/ui/pagination";
import { DateTime, Money } from "~/ui/values";

const PICTURES = 3;

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { partyId } = requireCustomer(context);
  const { read } = context.app.db;
  const before = new URL(request.url).searchParams.get("after");
  const page = await listOrdersOf(read, partyId, { before, limit: 20 });
  const shown = page.orders.flatMap((o) => o.lines.slice(0, PICTURES));
  const lines = pictured(shown, await listConfiguratorsOf(read, shown, context.locale));
  return {
    next: page.next,
    isFirst: before === null,
    orders: page.orders.map((order) => ({
      publicId: order.publicId,
      number: order.number,
      status: order.status,
      placedAt: order.placedAt,
      expectedAt: order.status === "delivered" || order.status === "cancelled" ? null : order.expectedAt,
      totalMinor: order.totalMinor,
      currency: order.currency,
      names: order.lines.map((l) => l.name).slice(0, PICTURES),
      more: Math.max(0, order.lines.length - PICTURES),
      pictures: order.lines.slice(0, PICTURES).map((l) => ({ artwork: lines.get(l.publicId)?.artwork ?? null, look: lines.get(l.publicId)?.look ?? null })),
    })),
  };
}

export default function Orders() {
  const { orders, next, isFirst } = useLoaderData<typeof loader>();
  const t = useTranslations("orders");
  useLive(["me"]);
  return (
    <Page width="full">
      <PageHeader title={t("title")} />
      {orders.length === 0 && isFirst && (
        <EmptyState icon={Package} title={t("none.title")} action={<LinkButton to="/portal/designs" variant="primary">{t("none.action")}</LinkButton>}>
          {t("none.text")}
        </EmptyState>
      )}
      <ul className="divide-y divide-line border-line">
        {orders.map((order) => (
          <li key={order.publicId} className="relative -mx-4 flex flex-col gap-3 px-4 py-4 hover:bg-hover sm:mx-0 sm:flex-row sm:items-center sm:rounded-md sm:px-3">
            <div className="flex gap-2 sm:w-52">
              {order.pictures.map((picture, i) => (
                <span key={i} className="size-16 shrink-0 rounded-md bg-backdrop">
                  <ProductArtwork artwork={picture.artwork} look={picture.look ?? {}} className="block size-full" />
                </span>
              ))}
            </div>
            <div className="min-w-0 flex-1">
              <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
                <Link to={`/portal/orders/${order.publicId}`} prefetch="intent" className="font-medium after:absolute after:inset-0 hover:text-pine">
                  {t("orderNumber", { number: order.number })}
                </Link>
                <OrderStatusChip status={order.status} />
              </div>
              <p className="truncate text-sm text-muted">
                {order.names.join(", ")}
                {order.more > 0 && ` ${t("andMore", { count: order.more })}`}
              </p>
              <p className="text-sm text-muted">
                <DateTime at={order.placedAt} />
                {order.expectedAt && <> · {t.rich("expectedBy", { date: () => <DateTime at={order.expectedAt as number} /> })}</>}
              </p>
            </div>
            <Money minor={order.totalMinor} currency={order.currency} className="font-medium" />
          </li>
        ))}
      </ul>
      <Pagination older={next} />
    </Page>
  );
}
