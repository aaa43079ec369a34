import { type ActionFunctionArgs, data, type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { Link, useActionData, useLoaderData, useSearchParams } from "@remix-run/react";
import { Pencil, UserPlus } from "lucide-react";
import { useTranslations } from "use-intl";

import { isEventGroup } from "~/domain/customers/events";
import { requireStaff } from "~/http/require";
import { Badge, DueChip } from "~/ui/badge";
import { LinkButton, TextLink } from "~/ui/button";
import { Callout } from "~/ui/callout";
import { useFrameData } from "~/ui/frame";
import { useLive } from "~/ui/live";
import { Page, PageHeader, Split } from "~/ui/page";
import { Stat, Stats } from "~/ui/stat";
import { Tabs } from "~/ui/tabs";
import { DateTime, Money, Num } from "~/ui/values";
import { useFormat } from "~/i18n/format";
import { act, newSubmissionKey } from "./act.server";
import { customerAsked } from "./asked.server";
import { CustomerCases, CustomerConsents, CustomerEvents, CustomerMails, CustomerOrders } from "./panels";
import { LooksLike } from "./of-merged";
import { CustomerProfile } from "./profile";
import { readDoublesOf } from "./read-doubles.server";
import { readTags } from "./read-record.server";
import { readOverview, readSegmentsOf, readTab } from "./read-customer.server";
import { CustomerAside } from "./show-aside";
import { StageChip } from "./stage-chip";
import { TABS } from "./tabs";
import { type ShownEvent, useEventWords } from "./timeline";
import { WriteDown } from "./write-down";

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const db = context.app.db.read;
  const reader = { locale: context.locale, role: requireStaff(context).role };
  const party = await customerAsked(db, request, params.id);
  if (party.erasedAt !== null) throw redirect(`/staff/customers/${party.publicId}/data`);
  const { searchParams } = new URL(request.url);
  const tab = TABS.find((one) => one === searchParams.get("tab")) ?? "timeline";
  const before = searchParams.get("before");
  const asked = searchParams.get("show") ?? "";
  const group = isEventGroup(asked) ? asked : null;
  return {
    ...(await readOverview(db, party, reader, context.app.clock())),
    tab,
    group,
    before,
    ...(await readDoublesOf(db, party.id)),
    ...(await readTags(db, party.id)),
    submissionKey: newSubmissionKey(),
    mayMakeFields: reader.role === "administrator",
    segments: await readSegmentsOf(context.app, party.id, reader.role),
    ...(await readTab(db, party, tab, { group, before, ...reader })),
  };
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const party = await customerAsked(context.app.db.read, request, params.id);
  const form = await request.formData();
  const intent = String(form.get("intent") ?? "consent");
  const { search } = new URL(request.url);
  const query = new URLSearchParams(search);
  query.delete("_data");
  const back = `/staff/customers/${party.publicId}${query.size ? `?${query}` : ""}`;
  const answer = await act(intent, { context, party, form, back });
  if (answer instanceof Response) return answer;
  return data({ intent, ...answer.data }, answer.init ?? undefined);
}

export default function CustomerPage() {
  const t = useTranslations("customers");
  const loaded = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const format = useFormat();
  const said = answer ? { intent: answer.intent, result: answer.result } : null;
  const { party, metrics, openCases, openCount, casesCount, tab } = loaded;
  useLive([`party:${party.id}`]);
  const [params] = useSearchParams();
  const to = `/staff/customers/${party.publicId}`;
  return (
    <Page width="wide">
      <PageHeader
        title={party.name}
        back={{ to: "/staff/customers", label: t("title") }}
        status={
          <span className="flex flex-wrap gap-1.5">
            {party.isCustomer && <StageChip stage={party.lifecycleStage} />}
            {party.tier !== "standard" && <Badge tone="pine">{t(`tiers.${party.tier}`)}</Badge>}
            {party.isSupplier && <Badge tone="outline">{t("supplier")}</Badge>}
            {party.kind === "company" && <Badge tone="outline">{t("company")}</Badge>}
          </span>
        }
        meta={
          <>
            {party.number && <span>{t("show.number", { number: party.number })}</span>}
            {party.country && <span>{format.country(party.country)}</span>}
            <span>{t(party.isCustomer ? "show.since" : "show.recordSince", { date: format.date(party.createdAt) })}</span>
          </>
        }
        actions={
          <>
            {party.kind === "company" && (
              <LinkButton to={`/staff/customers/new?company=${party.publicId}`} icon={UserPlus}>
                {t("show.newOf")}
              </LinkButton>
            )}
            <LinkButton to={`${to}/data`}>{t("personal.link")}</LinkButton>
            <LinkButton to={`${to}/edit`} icon={Pencil}>
              {t("show.edit")}
            </LinkButton>
          </>
        }
      />
      {metrics && (
        <div className="mb-6">
          <Stats>
            <Stat label={t("show.spend")} value={<Money minor={metrics.spendMinor} currency={metrics.currency} />} />
            <Stat label={t("show.orders")} value={<Num value={metrics.ordersCount} />} />
            <Stat label={t("show.lastOrder")} value={metrics.lastOrderAt ? <DateTime at={metrics.lastOrderAt} /> : t("show.never")} />
            <LastContact label={t("show.lastIn")} event={loaded.lastIn} who={party.name} />
            <LastContact label={t("show.lastOut")} event={loaded.lastOut} who={null} />
          </Stats>
        </div>
      )}
      <LooksLike publicId={party.publicId} similar={loaded.similar} />
      {openCount > 0 && (
        <Callout tone="warn" title={t("show.complaintsOpen", { count: openCount })} className="mb-6">
          <ul>
            {openCases.map((one) => (
              <li key={one.publicId}>
                {loaded.mayOpenCases ? <TextLink to={`/staff/desk/${one.publicId}`}>{one.number}</TextLink> : one.number} {one.subject}{" "}
                {one.statutoryDueAt !== null && <DueChip dueAt={one.statutoryDueAt} answeredAt={one.answeredAt} className="ml-1" />}
              </li>
            ))}
          </ul>
        </Callout>
      )}
      <Split aside={<CustomerAside {...loaded} />} asideLabel={t("show.facts")}>
        <Tabs
          label={t("show.tabs.label")}
          items={TABS.map((one) => ({
            to: one === "timeline" ? to : `${to}?tab=${one}`,
            label: t(`show.tabs.${one}`),
            current: one === tab,
            ...(one === "orders" && metrics?.ordersCount ? { count: metrics.ordersCount } : {}),
            ...(one === "complaints" && casesCount ? { count: casesCount } : {}),
          }))}
        />
        {loaded.timeline && <WriteDown publicId={party.publicId} submissionKey={loaded.submissionKey} last={said} />}
        {loaded.profile && loaded.notes && (
          <CustomerProfile profile={loaded.profile} notes={loaded.notes} refused={answer?.refusedFact ?? null} mayMakeFields={loaded.mayMakeFields} />
        )}
        {loaded.timeline && <CustomerEvents timeline={loaded.timeline} group={loaded.group} paged={params.has("before")} />}
        {loaded.orders && <CustomerOrders page={loaded.orders} paged={params.has("before")} />}
        {loaded.cases && <CustomerCases cases={loaded.cases} mayOpen={loaded.mayOpenCases} />}
        {loaded.mails && <CustomerMails mails={loaded.mails} paged={params.has("before")} />}
        {loaded.consent && (
          <CustomerConsents consent={loaded.consent} lastResult={said?.intent === "consent" ? said.result : null} savedAt={answer?.savedAt} />
        )}
      </Split>
    </Page>
  );
}

/** The last contact one way: when, who, by which channel, about what. */
function LastContact({ label, event, who }: { label: string; event: ShownEvent | null; who: string | null }) {
  const t = useTranslations("customers");
  const { companyName } = useFrameData();
  const describe = useEventWords();
  if (!event) return <Stat label={label} value={<span className="text-base font-normal text-muted">{t("show.never")}</span>} />;
  const channel = event.channel ?? (event.kind === "mail_accepted" ? "email" : "portal");
  const known = t.has(`channels.${channel}` as "channels.email") ? t(`channels.${channel}` as "channels.email") : channel;
  // What left by itself was sent by the campaign, or by the shop.
  const name = who ?? event.by ?? event.campaign ?? companyName;
  const { title } = describe(event);
  return (
    <Stat
      label={label}
      value={<DateTime at={event.at} show="relative" className="text-lg" />}
      note={
        <>
          <span className="block">{t("show.byWho", { who: name, channel: known })}</span>
          {event.to ? (
            <Link to={event.to} className="line-clamp-2 hover:text-pine hover:underline">
              {title}
            </Link>
          ) : (
            <span className="line-clamp-2">{title}</span>
          )}
        </>
      }
    />
  );
}
