import type { LoaderFunctionArgs } from "@remix-run/node";
import { Form, Link, useLoaderData } from "@remix-run/react";
import { Ban, Banknote, Hammer, PackageCheck, Truck } from "lucide-react";
import { useTranslations } from "use-intl";
import { v4 } from "uuid";

import { getParty } from "~/domain/customers/customers.server";
import { listConfiguratorsOf } from "~/domain/orders/lines.server";
import { listInvoicesOfOrder } from "~/domain/orders/invoices.server";
import { invoiceState, mayCancel, nextStatuses, timelineOf } from "~/domain/orders/order";
import { findOrder } from "~/domain/orders/orders.server";
import { amountText, minorDigits } from "~/domain/products/price";
import { found, requireStaff } from "~/http/require";
import { SubmitButton, textLinkClass } from "~/ui/button";
import { DataList } from "~/ui/data-list";
import { ConfirmDialog, Dialog } from "~/ui/dialog";
import { Field } from "~/ui/form";
import { Input, Select } from "~/ui/inputs";
import { useLive } from "~/ui/live";
import { Address } from "~/ui/orders/address";
import { InvoiceChip } from "~/ui/orders/invoice-chip";
import { LineList } from "~/ui/orders/line-list";
import { pictured } from "~/ui/orders/pictured-lines";
import { OrderStatusChip, OrderTimeline } from "~/ui/orders/status";
import { Page, PageHeader, Section, Split } from "~/ui/page";
import { DateTime, Money } from "~/ui/values";

/** Who may move orders on; app/access.ts refuses everybody else. */
const MOVERS = ["administrator", "support", "manager"];

export async function loader({ params, context }: LoaderFunctionArgs) {
  const staff = requireStaff(context);
  const { read } = context.app.db;
  const order = found(await findOrder(read, params.id ?? ""));
  const party = await getParty(read, order.partyId);
  const invoices = await listInvoicesOfOrder(read, order.id);
  const now = context.app.clock();
  return {
    ...order,
    party: { publicId: party.publicId, name: party.name },
    steps: timelineOf(order),
    next: MOVERS.includes(staff.role) ? nextStatuses(order.status) : [],
    canCancel: MOVERS.includes(staff.role) && mayCancel(order.status),
    canPay: MOVERS.includes(staff.role),
    /** Made with the page: the form sent twice is one payment. */
    paymentKey: v4(),
    lines: [...pictured(order.lines, await listConfiguratorsOf(read, order.lines, context.locale)).values()],
    invoices: invoices.map((invoice) => ({ ...invoice, state: invoiceState(invoice, invoice.paidMinor, now) })),
  };
}

type Order = ReturnType<typeof useLoaderData<typeof loader>>;

export default function StaffOrder() {
  const order = useLoaderData<typeof loader>();
  const t = useTranslations("orders");
  const tc = useTranslations("common");
  useLive([`order:${order.id}`]);
  return (
    <Page>
      <PageHeader
        title={t("orderNumber", { number: order.number })}
        back={{ to: "/staff/orders", label: t("title") }}
        status={<OrderStatusChip status={order.status} />}
        meta={
          <>
            <Link to={`/staff/customers/${order.party.publicId}`} className={textLinkClass}>
              {order.party.name}
            </Link>
            <span>{t.rich("placedOn", { date: () => <DateTime at={order.placedAt} show="dateTime" /> })}</span>
            <span>{t(`staff.sources.${order.source as "portal"}`)}</span>
          </>
        }
        actions={<Acts order={order} />}
      />
      <Split
        aside={
          <>
            <Section first title={t("way")}>
              <OrderTimeline steps={order.steps} />
            </Section>
            <Section>
              <DataList
                layout="stack"
                items={[
                  [t("address"), order.deliveryAddress && <Address key="address" address={order.deliveryAddress} />],
                  [t("parcel"), order.shipments.map((s) => `${s.carrier} ${s.trackingNumber}`).join(", ")],
                  [t("staff.campaign"), order.attributedCampaignId !== null && t("staff.campaignYes")],
                ]}
              />
            </Section>
          </>
        }
      >
        <Section first title={t("lines")}>
          <LineList lines={order.lines} currency={order.currency} />
          <p className="border-t border-line pt-3 text-end">
            <span className="mr-4 text-muted">{tc("total")}</span>
            <Money minor={order.totalMinor} currency={order.currency} className="text-lg font-semibold" />
          </p>
        </Section>
        <Invoices order={order} />
      </Split>
    </Page>
  );
}

function Acts({ order }: { order: Order }) {
  const t = useTranslations("orders");
  return (
    <>
      {order.canCancel && (
        <ConfirmDialog
          trigger={{ children: t("cancel.do"), variant: "danger-quiet", icon: Ban }}
          title={t("cancel.ask")}
          form={
            <Form method="post" action={`/staff/orders/${order.publicId}/cancel`}>
              <SubmitButton variant="danger">{t("cancel.do")}</SubmitButton>
            </Form>
          }
        >
          <p>{t("staff.cancelWhat")}</p>
        </ConfirmDialog>
      )}
      {order.next.includes("shipped") && <Ship order={order} isMain={!order.next.includes("in_production")} />}
      {order.next.includes("in_production") && <Advance order={order} to="in_production" />}
      {order.next.includes("delivered") && <Advance order={order} to="delivered" />}
    </>
  );
}

function Advance({ order, to }: { order: Order; to: "in_production" | "delivered" }) {
  const t = useTranslations("orders");
  return (
    <Form method="post" action={`/staff/orders/${order.publicId}/advance`}>
      <SubmitButton name="to" value={to} icon={to === "delivered" ? PackageCheck : Hammer}>
        {t(to === "delivered" ? "staff.deliver" : "staff.produce")}
      </SubmitButton>
    </Form>
  );
}

function Ship({ order, isMain }: { order: Order; isMain: boolean }) {
  const t = useTranslations("orders");
  return (
    <Dialog trigger={{ children: t("staff.ship"), variant: isMain ? "primary" : "secondary", icon: Truck }} title={t("staff.shipTitle")} size="sm">
      <Form method="post" action={`/staff/orders/${order.publicId}/advance`} className="flex flex-col gap-4">
        <Field name="carrier" label={t("staff.carrier")} required>
          <Input list="carriers" autoComplete="off" maxLength={60} />
        </Field>
        <datalist id="carriers">
          {["DPD", "InPost", "DHL", "Pošta Srbije", "GLS"].map((carrier) => (
            <option key={carrier} value={carrier}>
              {carrier}
            </option>
          ))}
        </datalist>
        <Field name="trackingNumber" label={t("tracking")} help={t("staff.trackingHelp")} optional>
          <Input autoComplete="off" maxLength={60} />
        </Field>
        <SubmitButton name="to" value="shipped">
          {t("staff.ship")}
        </SubmitButton>
      </Form>
    </Dialog>
  );
}

function Invoices({ order }: { order: Order }) {
  const t = useTranslations("orders");
  return (
    <Section title={t("payment")}>
      {order.invoices.length === 0 && <p className="text-muted">{t("invoiceLater")}</p>}
      <ul className="flex flex-col gap-3">
        {order.invoices.map((invoice) => (
          <li key={invoice.publicId} className="flex flex-wrap items-center gap-x-4 gap-y-1">
            <span className="font-medium">{t(`invoice.${invoice.kind}`, { number: invoice.number })}</span>
            <InvoiceChip state={invoice.state} />
            <span className="text-sm text-muted">
              {t.rich("invoice.issued", { date: () => <DateTime at={invoice.issuedAt} /> })} · {t.rich("invoice.due", { date: () => <DateTime at={invoice.dueAt} /> })}
            </span>
            <span className="ml-auto flex items-center gap-3">
              <Money minor={invoice.totalMinor} currency={invoice.currency} />
              {order.canPay && invoice.state !== "paid" && <Pay order={order} invoice={invoice} />}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Pay({ order, invoice }: { order: Order; invoice: Order["invoices"][number] }) {
  const t = useTranslations("orders");
  const left = invoice.totalMinor - invoice.paidMinor;
  return (
    <Dialog trigger={{ children: t("staff.pay"), size: "sm", icon: Banknote }} title={t("staff.pay")} size="sm">
      <Form method="post" action={`/staff/orders/${order.publicId}/pay`} className="flex flex-col gap-4">
        <input type="hidden" name="invoice" value={invoice.publicId} />
        <input type="hidden" name="submissionKey" value={order.paymentKey} />
        <Field name="amount" label={t("staff.amount")} required>
          <Input inputMode="decimal" defaultValue={amountText(left, minorDigits(invoice.currency))} suffix={invoice.currency} className="text-end tabular" />
        </Field>
        <Field name="method" label={t("staff.method")}>
          <Select options={(["transfer", "card", "cash"] as const).map((value) => ({ value, label: t(`staff.methods.${value}`) }))} defaultValue="transfer" />
        </Field>
        <Field name="reference" label={t("staff.reference")} optional>
          <Input maxLength={120} />
        </Field>
        <SubmitButton>{t("staff.pay")}</SubmitButton>
      </Form>
    </Dialog>
  );
}
