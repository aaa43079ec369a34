import type { LoaderFunctionArgs } from "@remix-run/node";
import { Link, useLoaderData } from "@remix-run/react";
import { cx } from "class-variance-authority";
import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { useNow, useTranslations } from "use-intl";

import { listCampaigns } from "~/domain/campaigns/campaigns.server";
import { listFigures } from "~/domain/campaigns/figures.server";
import { countDesk, listQueue } from "~/domain/cases/desk.server";
import { getCompany } from "~/domain/company/company.server";
import { listPartyRefs } from "~/domain/customers/search.server";
import { listMailings } from "~/domain/mailings/mailings.server";
import { listOrders } from "~/domain/orders/orders.server";
import type { Reader } from "~/db/types";
import { requireStaff } from "~/http/require";
import { useFormat } from "~/i18n/format";
import { DueChip, type State, StatusChip } from "~/ui/badge";
import { Icon } from "~/ui/icon";
import { useLive } from "~/ui/live";
import { Page, PageHeader, Section } from "~/ui/page";
import { DateTime, Money } from "~/ui/values";
import { FirstSteps } from "./first-steps";
import { readFirstSteps } from "./first-steps.server";

const FEW = 6;

/** Today's work of this role: what is due on the desk, what campaigns do, what was begun, what came in. */
export async function loader({ context }: LoaderFunctionArgs) {
  const { id, role, name } = requireStaff(context);
  const db = context.app.db.read;
  const { timeZone } = await getCompany(db);
  const [steps, desk, marketing, orders] = await Promise.all([
    role === "administrator" ? readFirstSteps(db, context.locale, context.app.mail) : null,
    role === "marketer" ? null : readDesk(db, id, context.app.clock(), timeZone),
    role === "support" ? null : readMarketing(db, context.app.db.aside),
    readOrders(db),
  ]);
  return { name, steps, desk, marketing, orders };
}

async function readDesk(db: Reader, staffId: number, now: number, zone: string) {
  const [counts, { rows }] = await Promise.all([countDesk(db, { staffId, now, zone }), listQueue(db, { view: "all", staffId, now, zone })]);
  return {
    counts,
    rows: rows.slice(0, FEW).map(({ row, reason }) => ({
      publicId: row.publicId,
      number: row.number,
      subject: row.subject,
      customer: row.customer,
      dueAt: row.statutoryDueAt,
      answeredAt: row.answeredAt,
      waitingDays: reason.waitingDays,
      spendMinor: row.spendMinor,
      currency: row.currency,
    })),
  };
}

const RUNNING = ["approved", "scheduled", "planning", "sending", "paused"] as const;

async function readMarketing(db: Reader, aside: Reader) {
  const [campaigns, mailings] = await Promise.all([listCampaigns(db, { limit: 60 }), listMailings(db, { limit: 30 })]);
  const isRunning = (status: string): status is (typeof RUNNING)[number] => RUNNING.some((one) => one === status);
  const running = campaigns.filter((c) => isRunning(c.status)).slice(0, FEW);
  const finished = campaigns.filter((c) => c.status === "finished").slice(0, 4);
  const figures = await listFigures(aside, [...running, ...finished].map((c) => c.id));
  const none = { total: 0, sent: 0, opened: 0, clicked: 0, ordered: 0, waiting: 0 };
  const drafts = [
    ...campaigns.filter((c) => c.status === "draft").map((c) => ({ kind: "campaign" as const, publicId: c.publicId, name: c.name, updatedAt: c.updatedAt })),
    ...mailings
      // What a campaign uses is that campaign's work.
      .filter((m) => !campaigns.some((c) => c.mailingId === m.id))
      .map((m) => ({ kind: "mailing" as const, publicId: m.publicId, name: m.name, updatedAt: m.updatedAt })),
  ];
  return {
    running: running.map((c) => ({
      publicId: c.publicId, name: c.name, status: c.status as (typeof RUNNING)[number], scheduledAt: c.scheduledAt, figures: figures.get(c.id) ?? none,
    })),
    finished: finished.map((c) => ({ publicId: c.publicId, name: c.name, finishedAt: c.finishedAt, figures: figures.get(c.id) ?? none })),
    drafts: drafts.toSorted((a, b) => b.updatedAt - a.updatedAt).slice(0, FEW),
  };
}

async function readOrders(db: Reader) {
  const { orders } = await listOrders(db, { status: "placed", limit: FEW });
  const customers = await listPartyRefs(db, orders.map((o) => o.partyId));
  return orders.map((o) => ({
    publicId: o.publicId, number: o.number, placedAt: o.placedAt, totalMinor: o.totalMinor, currency: o.currency, customer: customers.get(o.partyId)?.name ?? "",
  }));
}

type Data = ReturnType<typeof useLoaderData<typeof loader>>;

export default function Today() {
  const t = useTranslations("home");
  const format = useFormat();
  const now = useNow().getTime();
  const { name, steps, desk, marketing, orders } = useLoaderData<typeof loader>();
  useLive([...(desk ? ["desk"] : []), ...(marketing ? ["campaigns"] : []), "orders"]);
  const nothing = !desk?.rows.length && !marketing?.running.length && !marketing?.drafts.length && !orders.length;
  return (
    <Page width="wide">
      <PageHeader title={t("title")} meta={<span suppressHydrationWarning>{format.longDate(now)}</span>} lead={steps ? undefined : nothing ? t("allClear") : t("greeting", { name })} />
      {steps && <FirstSteps steps={steps} />}
      <div className="grid gap-x-12 gap-y-8 lg:grid-cols-2 [&_section]:mt-0 [&_section]:border-t-0 [&_section]:pt-0">
        <Column>
          {desk && <Desk {...desk} />}
          {!desk && marketing && <Campaigns {...marketing} />}
          {desk && marketing && <Orders rows={orders} />}
        </Column>
        <Column>
          {desk && marketing && <Campaigns {...marketing} />}
          {!(desk && marketing) && <Orders rows={orders} />}
        </Column>
      </div>
    </Page>
  );
}

/** Lists under each other: a short one leaves no hole beside a long one. */
function Column({ children }: { children: ReactNode }) {
  return <div className="flex min-w-0 flex-col gap-8">{children}</div>;
}

function Campaigns({ running, drafts, finished }: NonNullable<Data["marketing"]>) {
  return (
    <>
      <Running rows={running} />
      <Drafts rows={drafts} />
      <Finished rows={finished} />
    </>
  );
}

/** A short list under its heading, with the way to all of them. */
function Work({ title, more, empty, top, children }: { title: string; more?: { to: string; label: string }; empty?: string; top?: ReactNode; children: ReactNode[] }) {
  return (
    <Section
      title={title}
      actions={
        more && (
          <Link to={more.to} className="inline-flex min-h-6 items-center gap-0.5 text-sm text-pine hover:underline">
            {more.label}
            <Icon of={ChevronRight} size={14} />
          </Link>
        )
      }
    >
      {top}
      {children.length ? <ul className="border-t border-line">{children}</ul> : <p className="text-muted">{empty}</p>}
    </Section>
  );
}

/** `drops`: what stands beside goes below where there is little room, before it cuts the title. */
function Item({ to, title, aside, drops = false, children }: { to: string; title: ReactNode; aside?: ReactNode; drops?: boolean; children?: ReactNode }) {
  return (
    <li className="border-b border-line">
      <Link to={to} prefetch="intent" className={cx("flex items-start gap-x-3 gap-y-1 rounded-md px-1.5 py-2 hover:bg-hover", drops && "max-xl:flex-col")}>
        <span className="max-w-full min-w-0 flex-1">
          <span className="block truncate font-medium">{title}</span>
          {children && <span className="block text-sm text-muted">{children}</span>}
        </span>
        {aside && <span className="shrink-0 text-end">{aside}</span>}
      </Link>
    </li>
  );
}

function Desk({ counts, rows }: NonNullable<Data["desk"]>) {
  const t = useTranslations("home");
  const format = useFormat();
  const said = [
    counts.overdue && t("desk.overdue", { count: counts.overdue }),
    counts.today && t("desk.today", { count: counts.today }),
    counts.soon && t("desk.soon", { count: counts.soon }),
    counts.mine && t("desk.mine", { count: counts.mine }),
  ].filter(Boolean);
  return (
    <Work
      title={t("desk.title")}
      more={{ to: "/staff/desk", label: t("desk.open") }}
      empty={t("desk.empty")}
      top={said.length > 0 && <p className="mb-3 text-sm text-muted">{said.join(" · ")}</p>}
    >
      {rows.map((row) => (
        <Item
          key={row.publicId}
          to={`/staff/desk/${row.publicId}`}
          title={
            <>
              <span className="tabular text-muted">{row.number}</span> {row.subject}
            </>
          }
          drops
          aside={row.dueAt !== null && <DueChip dueAt={row.dueAt} answeredAt={row.answeredAt} />}
        >
          {[
            row.customer,
            row.spendMinor > 0 && row.currency && t("desk.value", { amount: format.money(row.spendMinor, row.currency) }),
            row.waitingDays !== null && t("desk.waiting", { days: row.waitingDays }),
          ]
            .filter(Boolean)
            .join(" · ")}
        </Item>
      ))}
    </Work>
  );
}

const STATE = { approved: "waiting", scheduled: "waiting", planning: "active", sending: "active", paused: "paused" } as const satisfies Record<string, State>;

function Running({ rows }: { rows: NonNullable<Data["marketing"]>["running"] }) {
  const t = useTranslations("home");
  const format = useFormat();
  if (!rows.length) return null;
  return (
    <Work title={t("running.title")} more={{ to: "/staff/campaigns", label: t("running.all") }}>
      {rows.map((row) => (
        <Item
          key={row.publicId}
          to={`/staff/campaigns/${row.publicId}`}
          title={row.name}
          aside={<StatusChip state={STATE[row.status]}>{t(`running.status.${row.status}`)}</StatusChip>}
        >
          {row.status === "scheduled" && row.scheduledAt !== null
            ? t("running.scheduled", { when: format.dateTime(row.scheduledAt) })
            : t("running.sent", { sent: format.number(row.figures.sent), total: format.number(row.figures.sent + row.figures.waiting) })}
        </Item>
      ))}
    </Work>
  );
}

function Finished({ rows }: { rows: NonNullable<Data["marketing"]>["finished"] }) {
  const t = useTranslations("home");
  const format = useFormat();
  if (!rows.length) return null;
  return (
    <Work title={t("finished.title")} more={{ to: "/staff/campaigns", label: t("running.all") }}>
      {rows.map(({ publicId, name, finishedAt, figures }) => (
        <Item key={publicId} to={`/staff/campaigns/${publicId}`} title={name} aside={finishedAt !== null && <DateTime at={finishedAt} className="text-sm text-muted" />}>
          {t("finished.figures", { sent: format.number(figures.sent), opened: format.number(figures.opened), clicked: format.number(figures.clicked) })}
        </Item>
      ))}
    </Work>
  );
}

function Drafts({ rows }: { rows: NonNullable<Data["marketing"]>["drafts"] }) {
  const t = useTranslations("home");
  const format = useFormat();
  const now = useNow().getTime();
  if (!rows.length) return null;
  return (
    <Work title={t("drafts.title")}>
      {rows.map((row) => (
        <Item key={row.publicId} to={`/staff/${row.kind === "campaign" ? "campaigns" : "mailings"}/${row.publicId}`} title={row.name}>
          <span suppressHydrationWarning>
            {t(`drafts.${row.kind}`)} · {t("drafts.changed", { when: format.relative(row.updatedAt, now) })}
          </span>
        </Item>
      ))}
    </Work>
  );
}

function Orders({ rows }: { rows: Data["orders"] }) {
  const t = useTranslations("home");
  return (
    <Work title={t("orders.title")} more={{ to: "/staff/orders", label: t("orders.open") }} empty={t("orders.empty")}>
      {rows.map((row) => (
        <Item
          key={row.publicId}
          to={`/staff/orders/${row.publicId}`}
          title={
            <>
              <span className="tabular text-muted">{row.number}</span> {row.customer}
            </>
          }
          aside={<Money minor={row.totalMinor} currency={row.currency} />}
        >
          <DateTime at={row.placedAt} show="relative" />
        </Item>
      ))}
    </Work>
  );
}
