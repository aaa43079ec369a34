import type { SubmissionResult } from "@conform-to/react";
import { Link, useLocation, useSearchParams } from "@remix-run/react";
import { Check, Clock, Inbox, Mail, Minus, Package, X } from "lucide-react";
import { useTranslations } from "use-intl";

import type { EventGroup } from "~/domain/customers/events";
import { consentFormSchema } from "~/domain/customers/party";
import { useFormat } from "~/i18n/format";
import { Badge, DueChip, type State, StatusChip } from "~/ui/badge";
import { Actions, LinkButton, SubmitButton } from "~/ui/button";
import { EmptyState } from "~/ui/empty-state";
import { Field, Fieldset, Form, FormError, useSchemaForm } from "~/ui/form";
import { Flash } from "~/ui/flash";
import { Icon } from "~/ui/icon";
import { RadioGroup, Select, Textarea } from "~/ui/inputs";
import { Section } from "~/ui/page";
import { Pagination } from "~/ui/pagination";
import { PlainTable, RowLink, Table } from "~/ui/table";
import { DateTime, Money } from "~/ui/values";
import type { CustomerTab } from "./read-customer.server";
import { useConsentSource } from "./said";
import { CustomerTimeline, TimelineFilter } from "./timeline";

const NAMES = { older: "before", newer: "newest" };

/** Further down by keyset; "newest" leads back to the top. */
function Further({ next, paged }: { next: string | null; paged: boolean }) {
  const t = useTranslations("customers");
  const [params] = useSearchParams();
  const { pathname } = useLocation();
  const top = new URLSearchParams(params);
  top.delete("before");
  return (
    <>
      <Pagination older={next} names={NAMES} />
      {paged && (
        <Link to={`${pathname}?${top}`} className="mt-2 inline-block text-sm text-pine hover:underline">
          {t("show.newest")}
        </Link>
      )}
    </>
  );
}

export function CustomerEvents({ timeline, group, paged }: { timeline: NonNullable<CustomerTab["timeline"]>; group: EventGroup | null; paged: boolean }) {
  const t = useTranslations("customers");
  const { pathname } = useLocation();
  return (
    <>
      <TimelineFilter current={group} to={(one) => (one ? `${pathname}?show=${one}` : pathname)} />
      {timeline.events.length ? (
        <CustomerTimeline events={timeline.events} label={t("show.tabs.timeline")} />
      ) : (
        <p className="text-muted">{t("show.noEvents")}</p>
      )}
      <Further next={timeline.next} paged={paged} />
    </>
  );
}

const ORDER_STATE = { placed: "waiting", in_production: "active", shipped: "active", delivered: "good", cancelled: "stopped" } as const satisfies Record<string, State>;
const MOST_LINES = 3;

export function CustomerOrders({ page, paged }: { page: NonNullable<CustomerTab["orders"]>; paged: boolean }) {
  const t = useTranslations("customers");
  const tc = useTranslations("common");
  const to = useTranslations("orders");
  if (!page.orders.length)
    return (
      <EmptyState icon={Package} title={t("show.noOrders")}>
        {t("show.noOrdersHelp")}
      </EmptyState>
    );
  return (
    <>
      <Table
        caption={t("show.tabs.orders")}
        rows={page.orders}
        rowKey={(order) => order.publicId}
        columns={[
          {
            key: "number",
            header: t("show.order"),
            cell: (order) => (
              <>
                <RowLink to={`/staff/orders/${order.publicId}`}>{order.number}</RowLink>
                <DateTime at={order.placedAt} className="block text-sm text-muted" />
              </>
            ),
          },
          {
            key: "lines",
            header: t("show.lines"),
            grow: true,
            cell: (order) => (
              <ul>
                {order.lines.slice(0, MOST_LINES).map((line) => (
                  <li key={line.publicId} className="truncate">
                    {line.quantity} × {line.name}
                  </li>
                ))}
                {order.lines.length > MOST_LINES && <li className="text-sm text-muted">{t("show.moreLines", { count: order.lines.length - MOST_LINES })}</li>}
              </ul>
            ),
          },
          { key: "status", header: tc("status"), label: "", cell: (order) => <StatusChip state={ORDER_STATE[order.status]}>{to(`status.${order.status}`)}</StatusChip> },
          { key: "total", header: t("show.total"), align: "end", cell: (order) => <Money minor={order.totalMinor} currency={order.currency} /> },
        ]}
      />
      <Further next={page.next} paged={paged} />
    </>
  );
}

const CASE_STATE = { new: "warning", open: "active", waiting: "waiting", answered: "good", closed: "done" } as const satisfies Record<string, State>;

export function CustomerCases({ cases, mayOpen }: { cases: NonNullable<CustomerTab["cases"]>; mayOpen: boolean }) {
  const t = useTranslations("customers");
  const tc = useTranslations("common");
  if (!cases.length)
    return (
      <EmptyState icon={Inbox} title={t("show.noCases")}>
        {t("show.noCasesHelp")}
      </EmptyState>
    );
  return (
    <Table
      caption={t("show.tabs.complaints")}
      rows={cases}
      rowKey={(one) => one.publicId}
      columns={[
        { key: "number", header: t("show.case"), cell: (one) => (mayOpen ? <RowLink to={`/staff/desk/${one.publicId}`}>{one.number}</RowLink> : one.number) },
        { key: "subject", header: t("show.subject"), grow: true, cell: (one) => one.subject },
        {
          key: "status",
          header: tc("status"),
          label: "",
          cell: (one) => (
            <span className="flex flex-wrap gap-1.5">
              <StatusChip state={CASE_STATE[one.status]}>{t(`caseStatus.${one.status}`)}</StatusChip>
              {one.statutoryDueAt !== null && one.status !== "closed" && <DueChip dueAt={one.statutoryDueAt} answeredAt={one.answeredAt} />}
            </span>
          ),
        },
        { key: "received", header: t("show.received"), align: "end", cell: (one) => <DateTime at={one.receivedAt} /> },
      ]}
    />
  );
}

/** Each mail that left, with what became of it, from the same events as the timeline. */
export function CustomerMails({ mails, paged }: { mails: NonNullable<CustomerTab["mails"]>; paged: boolean }) {
  const t = useTranslations("customers");
  const sent = mails.events.filter((e) => e.kind === "mail_accepted");
  if (!sent.length)
    return (
      <EmptyState icon={Mail} title={t("show.noMails")}>
        {t("show.noMailsHelp")}
      </EmptyState>
    );
  const became = (deliveryId: number | null, kind: string) => deliveryId !== null && mails.events.some((e) => e.deliveryId === deliveryId && e.kind === kind);
  return (
    <>
      <Table
        caption={t("show.tabs.mails")}
        rows={sent}
        rowKey={(mail) => mail.id}
        columns={[
          {
            key: "subject",
            header: t("show.mail"),
            grow: true,
            cell: (mail) => {
              const words = mail.data as { class?: "marketing" | "transactional" | "security" };
              const subject = mail.subject ?? t("show.noSubject");
              return (
                <>
                  {mail.to ? <RowLink to={mail.to}>{subject}</RowLink> : subject}
                  {words.class && <span className="block text-sm text-muted">{t(`classes.${words.class}`)}</span>}
                </>
              );
            },
          },
          {
            key: "became",
            header: t("show.became"),
            cell: (mail) => {
              const opened = became(mail.deliveryId, "mail_opened");
              const clicked = became(mail.deliveryId, "mail_clicked");
              const bounced = became(mail.deliveryId, "mail_bounced");
              return (
                <span className="flex flex-wrap gap-1">
                  {opened && <Badge tone="blue">{t("show.opened")}</Badge>}
                  {clicked && <Badge tone="green">{t("show.clicked")}</Badge>}
                  {bounced && <Badge tone="red">{t("show.bounced")}</Badge>}
                  {!opened && !clicked && !bounced && <span className="text-muted">{t("show.unread")}</span>}
                </span>
              );
            },
          },
          { key: "sent", header: t("show.sent"), align: "end", cell: (mail) => <DateTime at={mail.at} show="dateTime" /> },
        ]}
      />
      <Further next={mails.next} paged={paged} />
    </>
  );
}

const CHANNELS = ["email", "sms", "phone", "letter"] as const;
const CONSENT_LOOK = {
  granted: { icon: Check, className: "text-green" },
  withdrawn: { icon: X, className: "text-red" },
  pending: { icon: Clock, className: "text-amber" },
} as const;

export function CustomerConsents({
  consent,
  lastResult,
  savedAt,
}: {
  consent: NonNullable<CustomerTab["consent"]>;
  lastResult: SubmissionResult<string[]> | null;
  savedAt?: number;
}) {
  const t = useTranslations("customers");
  const format = useFormat();
  const sourceName = useConsentSource();
  const { topics, states, log } = consent;
  const topicName = (id: number) => topics.find((topic) => topic.id === id)?.name ?? "–";
  if (!topics.length) return <EmptyState title={t("consent.noTopics")}>{t("consent.noTopicsHelp")}</EmptyState>;
  return (
    <>
      <PlainTable
        caption={t("consent.caption")}
        head={
          <tr>
            <th scope="col">{t("consent.topic")}</th>
            {CHANNELS.map((channel) => (
              <th key={channel} scope="col">
                {t(`channels.${channel}`)}
              </th>
            ))}
          </tr>
        }
      >
        {topics.map((topic) => (
          <tr key={topic.id}>
            <th scope="row">{topic.name}</th>
            {CHANNELS.map((channel) => {
              const held = states.find((s) => s.topicId === topic.id && s.channel === channel);
              const look = held && CONSENT_LOOK[held.state];
              return (
                <td key={channel}>
                  <span className={look?.className ?? "text-muted"}>
                    <Icon of={look?.icon ?? Minus} size={14} className="mr-1 inline-block align-[-2px]" />
                    {t(`consent.${held?.state ?? "never"}`)}
                  </span>
                  {held && <span className="block text-sm text-muted">{t("consent.since", { date: format.date(held.since) })}</span>}
                </td>
              );
            })}
          </tr>
        ))}
      </PlainTable>
      <ConsentForm topics={topics} lastResult={lastResult} key={savedAt} />
      {savedAt && <Flash id={savedAt}>{t("consent.saved")}</Flash>}
      {log.length > 0 && (
        <Section title={t("consent.log")} description={t("consent.logHelp")} actions={<LinkButton to="consents">{t("proof.link")}</LinkButton>}>
          <ol className="flex flex-col">
            {log.map((one) => (
              <li key={one.id} className="border-t border-line py-2 first:border-0">
                <div className="flex flex-wrap gap-x-3">
                  <span className="font-medium">{topicName(one.topicId)}</span>
                  <span>{t(`channels.${one.channel}`)}</span>
                  <span className={CONSENT_LOOK[one.state].className}>{t(`consent.${one.state}`)}</span>
                  <DateTime at={one.at} show="dateTime" className="ml-auto text-sm text-muted" />
                </div>
                <p className="text-sm text-muted">{t("consent.by", { source: sourceName(one.source), version: one.wordingVersion })}</p>
                {one.wording && <blockquote className="mt-1 border-l-2 border-line pl-3 text-sm">{one.wording}</blockquote>}
              </li>
            ))}
          </ol>
        </Section>
      )}
    </>
  );
}

function ConsentForm({ topics, lastResult }: { topics: readonly { id: number; name: string }[]; lastResult: SubmissionResult<string[]> | null }) {
  const t = useTranslations("customers");
  const [form, fields] = useSchemaForm(consentFormSchema, { id: "consent", lastResult, defaultValue: { channel: "email", state: "granted", source: "phone" } });
  return (
    <Section title={t("consent.record")} description={t("consent.recordHelp")}>
      <Form form={form} preventScrollReset>
        <FormError form={form} />
        <div className="grid gap-5 sm:grid-cols-2">
          <Field of={fields.topicId} label={t("consent.topic")}>
            <Select placeholder="–" options={topics.map(({ id, name }) => ({ value: String(id), label: name }))} />
          </Field>
          <Field of={fields.channel} label={t("consent.channel")}>
            <Select options={CHANNELS.map((channel) => ({ value: channel, label: t(`channels.${channel}`) }))} />
          </Field>
          <Fieldset of={fields.state} legend={t("consent.state")}>
            <RadioGroup
              of={fields.state}
              options={[
                { value: "granted", label: t("consent.states.granted") },
                { value: "withdrawn", label: t("consent.states.withdrawn") },
              ]}
            />
          </Fieldset>
          <Fieldset of={fields.source} legend={t("consent.source")}>
            <RadioGroup of={fields.source} options={(["phone", "paper", "counter"] as const).map((source) => ({ value: source, label: t(`consent.sources.${source}`) }))} />
          </Fieldset>
          <Field of={fields.wording} label={t("consent.wording")} help={t("consent.wordingHelp")} className="sm:col-span-2">
            <Textarea rows={3} />
          </Field>
        </div>
        <Actions>
          <SubmitButton>{t("consent.save")}</SubmitButton>
        </Actions>
      </Form>
    </Section>
  );
}
