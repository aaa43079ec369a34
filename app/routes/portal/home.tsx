import type { LoaderFunctionArgs } from "@remix-run/node";
import { Link, useLoaderData } from "@remix-run/react";
import { cx } from "class-variance-authority";
import { CheckCheck, ChevronRight, Clock, type LucideIcon, MessageCircleReply, PackageX, Palette, PencilLine, Truck } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";

import { CaseList } from "./help/case-list";
import { dayIn } from "~/domain/company/calendar";
import { listComplaintDrafts, listOpenCasesOf } from "~/domain/cases/customer-cases.server";
import { listNeeds, type CaseNeed } from "~/domain/cases/needs-you";
import { listConfiguratorsOf } from "~/domain/orders/lines.server";
import { listOrdersOf } from "~/domain/orders/orders.server";
import { listDesigns } from "~/domain/products/designs.server";
import { requireCustomer } from "~/http/require";
import { lookOf, type Look } from "~/ui/artwork/look";
import { ProductArtwork } from "~/ui/artwork/product-artwork";
import { LinkButton, TextLink } from "~/ui/button";
import { EmptyState } from "~/ui/empty-state";
import { Icon } from "~/ui/icon";
import { useLive } from "~/ui/live";
import { pictured } from "~/ui/orders/pictured-lines";
import { OrderStatusChip } from "~/ui/orders/status";
import { Page, PageHeader, Section } from "~/ui/page";
import { DateTime, LegalDay, Money } from "~/ui/values";

const SHOWN = 3;

export async function loader({ context }: LoaderFunctionArgs) {
  const customer = requireCustomer(context);
  const { db, clock } = context.app;
  const now = clock();
  const { timeZone } = context;
  const today = dayIn(timeZone, now);
  const [{ orders }, cases, drafts, designs] = await Promise.all([
    listOrdersOf(db.read, customer.partyId, { limit: 10 }),
    listOpenCasesOf(db.read, customer.partyId),
    listComplaintDrafts(db.read, customer),
    listDesigns(db.read, customer.partyId, context.locale, SHOWN),
  ]);
  const shown = orders.slice(0, SHOWN);
  const firstLines = shown.flatMap(({ lines }) => lines.slice(0, 1));
  const pictures = pictured(firstLines, await listConfiguratorsOf(db.read, firstLines, context.locale));
  return {
    name: customer.name.split(" ")[0],
    needs: listNeeds(cases, now).map(({ about, need }) => ({ need, publicId: about.publicId, subject: about.subject, number: about.number, type: about.type, statutoryDueAt: about.statutoryDueAt })),
    parcels: orders
      .filter((order) => order.status === "shipped" && order.expectedAt !== null && dayIn(timeZone, order.expectedAt) === today)
      .map(({ publicId, number }) => ({ publicId, number })),
    drafts,
    orders: shown.map(({ publicId, number, status, placedAt, expectedAt, deliveredAt, totalMinor, currency, lines }) => {
      const picture = pictures.get(lines[0]?.publicId ?? "");
      return {
        publicId, number, status, placedAt, expectedAt, deliveredAt, totalMinor, currency, items: lines.map((line) => line.name),
        artwork: picture?.artwork ?? null, look: picture?.look ?? null,
      };
    }),
    cases: cases.slice(0, SHOWN),
    designs: designs.map(({ publicId, name, product, config, check, savedAt }) => ({
      publicId, name, product: product.name, savedAt, artwork: product.artwork, look: lookOf(config, check.selection),
    })),
  };
}

export default function PortalHome() {
  const { name, orders, cases, designs } = useLoaderData<typeof loader>();
  const t = useTranslations("portalHome");
  useLive(["me"]);
  return (
    <Page width="text">
      <PageHeader title={t("hello", { name: name ?? "" })} />
      <NeedsYou />
      <Section first title={t("orders")} actions={orders.length > 0 && <TextLink to="/portal/orders">{t("allOrders")}</TextLink>}>
        {orders.length > 0 ? <Orders /> : <EmptyState title={t("noOrders")}>{t("noOrdersText")}</EmptyState>}
      </Section>
      <Section
        title={t("cases")}
        actions={
          <LinkButton to="/portal/help/new" size="sm" icon={PackageX}>
            {t("complain")}
          </LinkButton>
        }
      >
        {cases.length > 0 ? <CaseList cases={cases} /> : <p className="text-muted">{t("noCases")}</p>}
      </Section>
      <Section title={t("designs")} actions={designs.length > 0 && <TextLink to="/portal/designs">{t("allDesigns")}</TextLink>}>
        {designs.length > 0 ? <Designs /> : (
          <EmptyState icon={Palette} title={t("noDesigns")} action={<LinkButton to="/portal/designs">{t("makeDesign")}</LinkButton>}>
            {t("noDesignsText")}
          </EmptyState>
        )}
      </Section>
    </Page>
  );
}

/** Everything that waits for the customer, before all else; ember, because it is due. */
function NeedsYou() {
  const { needs, parcels, drafts } = useLoaderData<typeof loader>();
  const t = useTranslations("portalHome");
  if (needs.length + parcels.length + drafts.length === 0) return null;
  const icons: Record<CaseNeed, LucideIcon> = { reply: MessageCircleReply, accepted_by_law: CheckCheck, answered: CheckCheck, due_soon: Clock };
  return (
    <section aria-labelledby="needs-you" className="mb-8">
      <h2 id="needs-you" className="sr-only">
        {t("needsYou")}
      </h2>
      <ul className="flex flex-col gap-3">
        {needs.map((one) => (
          <Card key={one.publicId} to={`/portal/help/${one.publicId}`} icon={icons[one.need]} due={one.need === "reply" || one.need === "due_soon"} title={t(`need.${one.need}`)}>
            {one.subject} · {one.number}
            {one.need === "due_soon" && one.statutoryDueAt !== null && (
              <>
                {" · "}
                <LegalDay endsAt={one.statutoryDueAt} />
              </>
            )}
          </Card>
        ))}
        {parcels.map((parcel) => (
          <Card key={parcel.publicId} to={`/portal/orders/${parcel.publicId}`} icon={Truck} due title={t("parcelToday")}>
            {t("order", { number: parcel.number })}
          </Card>
        ))}
        {drafts.map((draft) => (
          <Card key={draft.line} to={`/portal/help/new/${draft.line}`} icon={PencilLine} title={t("draft")}>
            {draft.name}
          </Card>
        ))}
      </ul>
    </section>
  );
}

function Card({ to, icon, title, due = false, children }: { to: string; icon: LucideIcon; title: string; due?: boolean; children: ReactNode }) {
  return (
    <li className={cx("relative flex items-center gap-4 rounded-lg border-l-4 px-4 py-3.5", due ? "border-ember-mark bg-ember-wash" : "border-pine bg-pine-wash")}>
      <Icon of={icon} size={24} className={due ? "text-ember" : "text-pine"} />
      <div className="min-w-0 flex-1">
        <Link to={to} className="font-medium after:absolute after:inset-0">
          {title}
        </Link>
        <p className="truncate text-sm text-muted">{children}</p>
      </div>
      <Icon of={ChevronRight} className="text-muted" />
    </li>
  );
}

function Orders() {
  const { orders } = useLoaderData<typeof loader>();
  const t = useTranslations("portalHome");
  return (
    <ul className="divide-y divide-line">
      {orders.map((order) => (
        <li key={order.publicId} className="relative flex items-start gap-4 py-4 hover:bg-hover sm:items-center">
          <Picture artwork={order.artwork} look={order.look} />
          <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-4 gap-y-1.5">
            <div className="min-w-0 flex-1 basis-56 max-sm:basis-full">
              <Link to={`/portal/orders/${order.publicId}`} prefetch="intent" className="block truncate font-medium after:absolute after:inset-0">
                {order.items.join(", ")}
              </Link>
              <p className="flex flex-wrap gap-x-3 text-sm text-muted">
                <span>
                  {t("order", { number: order.number })} · <DateTime at={order.placedAt} />
                </span>
                <Money minor={order.totalMinor} currency={order.currency} />
              </p>
            </div>
            <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
              <OrderStatusChip status={order.status} />
              {order.status !== "delivered" && order.status !== "cancelled" && order.expectedAt !== null && (
                <span className="text-sm text-muted">
                  {t("expected")} <DateTime at={order.expectedAt} />
                </span>
              )}
            </div>
          </div>
        </li>
      ))}
    </ul>
  );
}

function Designs() {
  const { designs } = useLoaderData<typeof loader>();
  return (
    <ul className="divide-y divide-line">
      {designs.map((design) => (
        <li key={design.publicId} className="relative flex items-center gap-4 py-3 hover:bg-hover">
          <Picture artwork={design.artwork} look={design.look} />
          <div className="min-w-0 flex-1">
            <Link to={`/portal/designs/${design.publicId}`} className="font-medium after:absolute after:inset-0">
              {design.name}
            </Link>
            <p className="text-sm text-muted">
              {design.product} · <DateTime at={design.savedAt} />
            </p>
          </div>
          <Icon of={ChevronRight} className="text-muted" />
        </li>
      ))}
    </ul>
  );
}

function Picture({ artwork, look }: { artwork: string | null; look: Look | null }) {
  return (
    <span className="size-14 shrink-0 rounded-md bg-backdrop">
      <ProductArtwork artwork={artwork} look={look ?? {}} className="block size-full" />
    </span>
  );
}
