import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { findWhyMail } from "~/domain/campaigns/why.server";
import { listMailEvents } from "~/domain/customers/events.server";
import { listPartyRefs } from "~/domain/customers/search.server";
import { renderDelivery } from "~/domain/deliveries/compose.server";
import { findDelivery, listAttempts, listProviderEvents } from "~/domain/deliveries/deliveries.server";
import { storyOf } from "~/domain/deliveries/story";
import { listHits } from "~/domain/tracking/hits.server";
import { found, requireStaff } from "~/http/require";
import { TextLink } from "~/ui/button";
import { Callout } from "~/ui/callout";
import { DataList } from "~/ui/data-list";
import { Page, PageHeader, Section, Split } from "~/ui/page";
import { DateTime } from "~/ui/values";
import { useConsentSource } from "../customers/said";
import { DeliveryChip, useKind } from "./delivery-chip";
import { headersAsSent } from "./headers.server";
import { Story } from "./story";

export async function loader({ params, context }: LoaderFunctionArgs) {
  const { app } = context;
  const db = app.db.read;
  const row = found(await findDelivery(db, params.id ?? ""));
  const { role } = requireStaff(context);
  // Whoever reads a sign-in mail could sign in as its reader.
  if (row.class === "security" && role !== "administrator") throw new Response(null, { status: 404 });
  const kept = (await app.mail.readKept?.(row.publicId)) ?? null;
  const scrubbed = row.class === "security" && row.notice !== null && Object.keys(row.notice.values).length === 0;
  const renderable = row.notice !== null || row.revisionId !== null;
  const text = kept?.text ?? (scrubbed || !renderable ? null : (await renderDelivery(app, row, "copy")).text);
  return {
    mail: {
      publicId: row.publicId, class: row.class, state: row.state, reason: row.reason, subject: row.subject, address: row.address,
      recipientName: row.recipientName, locale: row.locale, messageId: row.messageId, attempt: row.attempt, createdAt: row.createdAt,
      notBefore: row.notBefore, handedAt: row.handedAt, acceptedAt: row.acceptedAt, deliveredAt: row.deliveredAt, bouncedAt: row.bouncedAt,
      bounce: row.bounce, provider: row.provider, words: row.words, template: row.notice?.template ?? null, revisionId: row.revisionId,
      campaignId: row.campaignId,
    },
    text,
    source: kept?.source ?? null,
    scrubbed: scrubbed && kept === null,
    headers: kept || scrubbed || !renderable || row.handedAt === null ? null : await headersAsSent(app, row),
    story: storyOf(row, await listAttempts(db, row.id), await listHits(db, row.id), await listMailEvents(db, row.id)),
    events: await listProviderEvents(db, row.id),
    customer: row.partyId === null ? null : ((await listPartyRefs(db, [row.partyId])).get(row.partyId) ?? null),
    why: await findWhyMail(db, row, context.locale),
    mayList: role !== "support",
  };
}

export default function OutboxMail() {
  const { mail, scrubbed, text, customer, mayList, story } = useLoaderData<typeof loader>();
  const t = useTranslations("outbox");
  const kind = useKind();
  const title = mail.subject ?? kind(mail);
  return (
    <Page>
      <PageHeader
        title={title}
        back={mayList ? { to: "/staff/outbox", label: t("detail.back") } : customer ? { to: `/staff/customers/${customer.publicId}`, label: customer.name } : undefined}
        status={<DeliveryChip state={mail.state} reason={mail.reason} />}
        meta={<span>{mail.recipientName ? `${mail.recipientName} <${mail.address}>` : mail.address}</span>}
      />
      {(mail.state === "unknown" || mail.state === "unconfirmed") && (
        <div className="mb-4">
          <Callout tone="warn">{t("detail.unconfirmed")}</Callout>
        </div>
      )}
      <Split
        aside={
          <>
            <Facts />
            <Why />
          </>
        }
      >
        <Section first title={t("detail.html")}>
          {scrubbed || text === null ? (
            <Callout tone="info">{t("detail.secret")}</Callout>
          ) : (
            <iframe
              title={title}
              src={`/staff/outbox/${mail.publicId}/copy`}
              sandbox="allow-popups allow-popups-to-escape-sandbox"
              className="h-[44rem] w-full border border-line bg-white"
            />
          )}
        </Section>
        <Section title={t("story.title")}>
          <Story chapters={story} />
        </Section>
        <Written />
        <Afterwards />
      </Split>
    </Page>
  );
}

function Facts() {
  const { mail } = useLoaderData<typeof loader>();
  const t = useTranslations("outbox");
  const tc = useTranslations("common");
  const at = (instant: number | null) => (instant === null ? null : <DateTime at={instant} show="dateTime" />);
  return (
    <Section first title={t("detail.facts")}>
      <DataList
        layout="stack"
        items={[
          [t("class"), t(`classes.${mail.class}`)],
          [t("detail.language"), tc(`languages.${mail.locale as "en"}`)],
          [t("detail.made"), at(mail.createdAt)],
          [t("detail.not_before"), mail.state === "queued" && mail.notBefore > mail.createdAt ? at(mail.notBefore) : null],
          [t("detail.handed"), at(mail.handedAt)],
          [t("detail.accepted"), at(mail.acceptedAt)],
          [t("detail.delivered"), mail.deliveredAt ? at(mail.deliveredAt) : mail.state === "accepted" ? t("detail.not_reported") : null],
          [t("detail.bounced"), mail.bouncedAt && mail.bounce ? <>{at(mail.bouncedAt)} ({t(`detail.bounce.${mail.bounce}`)})</> : null],
          [t("detail.transport"), mail.provider ? t(`detail.transports.${mail.provider as "smtp"}`) : null],
          [t("detail.words"), mail.words && <span key="words" className="font-mono text-sm break-words">{mail.words}</span>],
          [t("detail.attempt"), mail.attempt > 0 ? String(mail.attempt + 1) : null],
          [t("detail.message_id"), <span key="id" className="font-mono text-sm break-all">{mail.messageId}</span>],
        ]}
      />
    </Section>
  );
}

/** Whom its campaign was for, and what its reader had agreed to. */
function Why() {
  const { why, customer, mayList } = useLoaderData<typeof loader>();
  const t = useTranslations("outbox");
  const sourceName = useConsentSource();
  if (!why) return null;
  const { campaign, segment, topic, agreed } = why;
  return (
    <Section title={t("why.title")}>
      <DataList
        layout="stack"
        items={[
          [t("why.campaign"), campaign && (mayList ? <TextLink key="campaign" to={`/staff/campaigns/${campaign.publicId}`}>{campaign.name}</TextLink> : campaign.name)],
          [t("why.segment"), segment && (
            <span key="segment" className="flex flex-col">
              {mayList ? <TextLink to={`/staff/segments/${segment.publicId}`}>{segment.name}</TextLink> : segment.name}
              {segment.version !== null && <span className="text-sm text-muted">{t("why.version", { version: segment.version })}</span>}
              {mayList && customer && <TextLink to={`/staff/segments/${segment.publicId}?customer=${customer.publicId}#check`}>{t("why.now")}</TextLink>}
            </span>
          )],
          [t("why.topic"), topic],
          [t("why.agreed"), agreed ? (
            <span key="agreed" className="flex flex-col">
              <DateTime at={agreed.at} show="dateTime" />
              <span className="text-sm text-muted">{agreed.legalBasis === "consent" ? sourceName(agreed.source) : t(`why.basis.${agreed.legalBasis}`)}</span>
            </span>
          ) : t("why.none")],
        ]}
      />
    </Section>
  );
}

function Written() {
  const { text, source, headers } = useLoaderData<typeof loader>();
  const t = useTranslations("outbox");
  return (
    <>
      {text !== null && <Foldable title={t("detail.text")}>{text}</Foldable>}
      {headers !== null && <Foldable title={t("detail.headers")}>{headers}</Foldable>}
      {source !== null && <Foldable title={t("detail.source")}>{source}</Foldable>}
    </>
  );
}

function Foldable({ title, children }: { title: string; children: string }) {
  return (
    <details className="mt-4 border-t border-line pt-3">
      <summary className="min-h-6 cursor-pointer font-medium text-pine">{title}</summary>
      {/* Scrolls by itself: a keyboard must reach it. */}
      <pre tabIndex={0} role="region" aria-label={title} className="mt-3 max-h-[32rem] overflow-auto rounded-md bg-sunken p-3 font-mono text-sm whitespace-pre-wrap">
        {children}
      </pre>
    </details>
  );
}

function Afterwards() {
  const { events } = useLoaderData<typeof loader>();
  const t = useTranslations("outbox");
  if (events.length === 0) return null;
  return (
    <Section title={t("detail.events")}>
      <ul className="divide-y divide-line">
        {events.map((event) => (
          <li key={event.id} className="flex flex-wrap gap-x-3 py-2">
            <DateTime at={event.at} show="dateTime" />
            <span className="font-mono text-sm">{event.type}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
