import type { LoaderFunctionArgs } from "@remix-run/node";
import { Form, useLoaderData } from "@remix-run/react";
import { Ban, ExternalLink, RotateCcw } from "lucide-react";
import { useTranslations } from "use-intl";

import { listCasesOnOrder } from "~/domain/cases/customer-cases.server";
import { listConfiguratorsOf } from "~/domain/orders/lines.server";
import { listInvoicesOfOrder } from "~/domain/orders/invoices.server";
import { invoiceState, mayCancel, timelineOf } from "~/domain/orders/order";
import { findOrderOf } from "~/domain/orders/orders.server";
import { trackingUrl } from "~/domain/orders/shipment";
import { found, requireCustomer } from "~/http/require";
import { LinkButton, SubmitButton, textLinkClass } from "~/ui/button";
import { Callout } from "~/ui/callout";
import { ConfirmDialog } from "~/ui/dialog";
import { Icon } from "~/ui/icon";
import { useLive } from "~/ui/live";
import { Address } from "~/ui/orders/address";
import { InvoiceChip } from "~/ui/orders/invoice-chip";
import { LineList } from "~/ui/orders/line-list";
import { pictured } from "~/ui/orders/pictured-lines";
import { OrderStatusChip, OrderTimeline } from "~/ui/orders/status";
import { Page, PageHeader, Section, Split } from "~/ui/page";
import { DateTime, Money } from "~/ui/values";
import { CaseList } from "../help/case-list";

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { partyId } = requireCustomer(context);
  const { read } = context.app.db;
  const order = found(await findOrderOf(read, partyId, params.id ?? ""));
  const now = context.app.clock();
  const invoices = await listInvoicesOfOrder(read, order.id);
  return {
    publicId: order.publicId,
    number: order.number,
    status: order.status,
    placedAt: order.placedAt,
    expectedAt: order.expectedAt,
    currency: order.currency,
    linesMinor: order.linesMinor,
    shippingMinor: order.shippingMinor,
    totalMinor: order.totalMinor,
    deliveryAddress: order.deliveryAddress,
    steps: timelineOf(order),
    canCancel: mayCancel(order.status),
    lines: [...pictured(order.lines, await listConfiguratorsOf(read, order.lines, context.locale)).values()],
    shipments: order.shipments.map((s) => ({ ...s, url: trackingUrl(s.carrier, s.trackingNumber) })),
    invoices: invoices.map(({ publicId, number, kind, totalMinor, issuedAt, dueAt, paidMinor, currency }) => ({
      publicId, number, kind, totalMinor, issuedAt, dueAt, paidMinor, currency, state: invoiceState({ totalMinor, dueAt }, paidMinor, now),
    })),
    cases: await listCasesOnOrder(read, partyId, order.id),
    isNew: new URL(request.url).searchParams.has("placed"),
  };
}

export default function Order() {
  const order = useLoaderData<typeof loader>();
  const t = useTranslations("orders");
  const th = useTranslations("portalHome");
  useLive(["me"]);
  return (
    <Page width="full">
      <PageHeader
        title={t("orderNumber", { number: order.number })}
        back={{ to: "/portal/orders", label: t("title") }}
        status={<OrderStatusChip status={order.status} />}
        meta={<span>{t.rich("placedOn", { date: () => <DateTime at={order.placedAt} show="long" /> })}</span>}
      />
      {order.isNew && (
        <Callout tone="success" title={t("thanks.title")} className="mb-6">
          <p>{t("thanks.text")}</p>
        </Callout>
      )}
      <Split
        aside={
          <>
            <Section first title={t("way")}>
              <OrderTimeline steps={order.steps} />
            </Section>
            <Shipments />
            {order.deliveryAddress && (
              <Section title={t("address")}>
                <Address address={order.deliveryAddress} />
              </Section>
            )}
          </>
        }
        asideFirst
      >
        <Section first title={t("lines")}>
          <LineList lines={order.lines} currency={order.currency} help={order.status !== "cancelled"} />
          <Totals />
        </Section>
        {order.cases.length > 0 && (
          <Section title={th("cases")}>
            <CaseList cases={order.cases} />
          </Section>
        )}
        <Invoices />
        <Acts />
      </Split>
    </Page>
  );
}

function Totals() {
  const { linesMinor, shippingMinor, totalMinor, currency } = useLoaderData<typeof loader>();
  const t = useTranslations("orders");
  return (
    <dl className="mt-2 ml-auto grid max-w-xs grid-cols-[1fr_auto] gap-x-6 gap-y-1 border-t border-line pt-3">
      {shippingMinor !== 0 && (
        <>
          <dt className="text-muted">{t("goods")}</dt>
          <dd className="text-end">
            <Money minor={linesMinor} currency={currency} />
          </dd>
          <dt className="text-muted">{t("shipping")}</dt>
          <dd className="text-end">
            <Money minor={shippingMinor} currency={currency} />
          </dd>
        </>
      )}
      <dt className="font-semibold">{t("total")}</dt>
      <dd className="text-end text-lg font-semibold">
        <Money minor={totalMinor} currency={currency} />
      </dd>
    </dl>
  );
}

function Shipments() {
  const { shipments } = useLoaderData<typeof loader>();
  const t = useTranslations("orders");
  if (!shipments.length) return null;
  return (
    <Section title={t("parcel")}>
      <ul className="flex flex-col gap-3">
        {shipments.map((shipment) => (
          <li key={shipment.publicId}>
            <p>{t.rich("sentBy", { carrier: shipment.carrier, date: () => <DateTime at={shipment.shippedAt} /> })}</p>
            {shipment.trackingNumber && (
              <p className="text-sm">
                <span className="text-muted">{t("tracking")}: </span>
                {shipment.url ? (
                  <a href={shipment.url} className={textLinkClass} rel="noreferrer" target="_blank">
                    {shipment.trackingNumber} <Icon of={ExternalLink} size={14} className="inline" />
                  </a>
                ) : (
                  <span className="tabular select-all">{shipment.trackingNumber}</span>
                )}
              </p>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Invoices() {
  const { invoices } = useLoaderData<typeof loader>();
  const t = useTranslations("orders");
  return (
    <Section title={t("payment")}>
      {invoices.length === 0 && <p className="text-muted">{t("invoiceLater")}</p>}
      <ul className="flex flex-col gap-4">
        {invoices.map((invoice) => (
          <li key={invoice.publicId}>
            <div className="flex items-baseline justify-between gap-x-4">
              <span className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
                <span className="font-medium">{t(`invoice.${invoice.kind}`, { number: invoice.number })}</span>
                <InvoiceChip state={invoice.state} />
              </span>
              <Money minor={invoice.totalMinor} currency={invoice.currency} className="font-medium" />
            </div>
            <p className="text-sm text-muted">
              {t.rich("invoice.issued", { date: () => <DateTime at={invoice.issuedAt} /> })}
              {invoice.state !== "paid" && <> · {t.rich("invoice.due", { date: () => <DateTime at={invoice.dueAt} /> })}</>}
            </p>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Acts() {
  const { publicId, canCancel } = useLoaderData<typeof loader>();
  const t = useTranslations("orders");
  return (
    <Section>
      <div className="flex flex-wrap gap-2">
        <LinkButton to={`/portal/orders/new?again=${publicId}`} icon={RotateCcw}>
          {t("again")}
        </LinkButton>
        {canCancel && (
          <ConfirmDialog
            trigger={{ children: t("cancel.do"), variant: "danger-quiet", icon: Ban }}
            title={t("cancel.ask")}
            form={
              <Form method="post" action={`/portal/orders/${publicId}/cancel`}>
                <SubmitButton variant="danger">{t("cancel.do")}</SubmitButton>
              </Form>
            }
          >
            <p>{t("cancel.what")}</p>
          </ConfirmDialog>
        )}
      </div>
    </Section>
  );
}
