import { Link } from "@remix-run/react";
import { MailX } from "lucide-react";
import { useTranslations } from "use-intl";

import type { CustomerBeside } from "~/domain/cases/desk.server";
import { Badge } from "~/ui/badge";
import { textLinkClass } from "~/ui/button";
import { CaseStatusChip } from "~/ui/case-status";
import { DataList } from "~/ui/data-list";
import { Icon } from "~/ui/icon";
import { DateTime, Money, Num } from "~/ui/values";

/** The customer beside the case: worth, last orders, other cases, and whether marketing reaches them. */
export function Beside({ beside }: { beside: CustomerBeside }) {
  const t = useTranslations("desk");
  const to = useTranslations("orders");
  const tc = useTranslations("common");
  const { currency } = beside;
  return (
    <div className="flex flex-col gap-5">
      <div>
        <h2 className="text-lg font-semibold">
          <Link to={`/staff/customers/${beside.publicId}`} className={textLinkClass}>
            {beside.name}
          </Link>
        </h2>
        <div className="mt-1 flex flex-wrap gap-1.5">
          <Badge tone="outline">{tc(`languages.${beside.locale as "en"}`)}</Badge>
          {beside.tier !== "standard" && <Badge tone="pine">{t(`tiers.${beside.tier}`)}</Badge>}
          <Badge>{t(`stages.${beside.lifecycleStage}`)}</Badge>
        </div>
      </div>
      {(beside.marketingStopped || beside.pausedByCustomer !== null) && (
        <p className="flex gap-2 rounded-md bg-blue-wash px-3 py-2 text-sm">
          <Icon of={MailX} className="mt-0.5 text-blue" />
          <span>
            {beside.marketingStopped ? t("beside.marketingStopped", { count: beside.openComplaints }) : t("beside.pausedUntil")}{" "}
            {!beside.marketingStopped && beside.pausedByCustomer !== null && <DateTime at={beside.pausedByCustomer} />}
          </span>
        </p>
      )}
      <DataList
        items={[
          [t("beside.spent"), beside.spendMinor !== null && currency !== null ? <Money key="spent" minor={beside.spendMinor} currency={currency} className="font-semibold" /> : null],
          [t("beside.orders"), <Num key="orders" value={beside.ordersCount ?? 0} />],
          [t("beside.lastOrder"), beside.lastOrderAt && <DateTime key="last" at={beside.lastOrderAt} />],
          [t("beside.complaints"), <Num key="complaints" value={beside.complaintsCount ?? 0} />],
          [t("beside.since"), <DateTime key="since" at={beside.createdAt} />],
        ]}
      />
      <section aria-labelledby="beside-orders">
        <h3 id="beside-orders" className="mb-1 font-semibold">
          {t("beside.lastOrders")}
        </h3>
        {beside.lastOrders.length === 0 ? (
          <p className="text-muted">{t("beside.noOrders")}</p>
        ) : (
          <ul className="divide-y divide-line">
            {beside.lastOrders.map((order) => (
              <li key={order.publicId} className="py-1.5">
                <span className="flex items-baseline justify-between gap-3">
                  <Link to={`/staff/orders/${order.publicId}`} className={textLinkClass}>
                    {order.number}
                  </Link>
                  <Money minor={order.totalMinor} currency={order.currency} />
                </span>
                <span className="text-sm text-muted">
                  {to(`status.${order.status}`)} · <DateTime at={order.placedAt} />
                </span>
              </li>
            ))}
          </ul>
        )}
      </section>
      <section aria-labelledby="beside-mails">
        <h3 id="beside-mails" className="mb-1 font-semibold">
          {t("beside.lastMails")}
        </h3>
        {beside.lastMails.length === 0 ? (
          <p className="text-muted">{t("beside.noMails")}</p>
        ) : (
          <ul className="divide-y divide-line">
            {beside.lastMails.map((mail) => (
              <li key={mail.publicId} className="py-1.5">
                <Link to={`/staff/outbox/${mail.publicId}`} className={textLinkClass}>
                  {mail.subject ?? t("beside.mailWithoutSubject")}
                </Link>
                {mail.acceptedAt !== null && (
                  <span className="block text-sm text-muted">
                    <DateTime at={mail.acceptedAt} />
                  </span>
                )}
              </li>
            ))}
          </ul>
        )}
      </section>
      <section aria-labelledby="beside-cases">
        <h3 id="beside-cases" className="mb-1 font-semibold">
          {t("beside.otherCases")}
        </h3>
        {beside.otherCases.length === 0 ? (
          <p className="text-muted">{t("beside.noCases")}</p>
        ) : (
          <ul className="divide-y divide-line">
            {beside.otherCases.map((one) => (
              <li key={one.publicId} className="flex flex-col gap-0.5 py-1.5">
                <span className="flex items-baseline justify-between gap-3">
                  <Link to={`/staff/desk/${one.publicId}`} className={textLinkClass}>
                    {one.number}
                  </Link>
                  <CaseStatusChip status={one.status} forStaff />
                </span>
                <span className="truncate text-sm text-muted">
                  {one.subject} · <DateTime at={one.receivedAt} />
                </span>
              </li>
            ))}
          </ul>
        )}
      </section>
    </div>
  );
}
