import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { Download, UsersRound } from "lucide-react";
import { useTranslations } from "use-intl";

import { listForecastPeople } from "~/domain/campaigns/audience.server";
import { isLaunched, WATERFALL } from "~/domain/campaigns/campaign";
import { findCampaign } from "~/domain/campaigns/campaigns.server";
import { prepareLaunch } from "~/domain/campaigns/launching.server";
import { FIGURES, isFigure, type Figure } from "~/domain/campaigns/figures.server";
import { listRecipients, reportOf } from "~/domain/campaigns/report.server";
import type { WithheldReason } from "~/domain/deliveries/delivery";
import { found } from "~/http/require";
import { LOCALE_NAMES } from "~/i18n/locales";
import { LinkButton, TextLink } from "~/ui/button";
import { EmptyState } from "~/ui/empty-state";
import { Page, PageHeader } from "~/ui/page";
import { Pagination } from "~/ui/pagination";
import { RowLink, Table } from "~/ui/table";
import { Tabs } from "~/ui/tabs";
import { DateTime, None } from "~/ui/values";
import { wholeReader } from "../segments/counting.server";

const PAGE = 50;

/** Before the launch the people of the forecast, afterwards the rows of the ledger. */
export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { app } = context;
  const query = new URL(request.url).searchParams;
  const campaign = found(await findCampaign(app.db.read, params.id ?? ""));
  const asked = query.get("who") ?? "all";
  const figure: Figure = isFigure(asked) ? asked : "all";
  const after = Math.max(0, Math.trunc(Number(query.get("after"))) || 0);
  const head = { publicId: campaign.publicId, name: campaign.name, figure };
  return isLaunched(campaign.status)
    ? { ...head, launched: true, ...(await ledger(app.db.aside, campaign.id, figure, after)) }
    : { ...head, launched: false, ...(await forecast(app, campaign.id, figure, after, request.signal)) };
}

async function ledger(db: LoaderFunctionArgs["context"]["app"]["db"]["read"], campaignId: number, figure: Figure, before: number) {
  const rows = await listRecipients(db, campaignId, figure, { limit: PAGE + 1, ...(before && { before }) });
  const { figures, counts, delivered } = await reportOf(db, campaignId);
  const tabs: { figure: Figure; count: number }[] = FIGURES.map((one) => ({ figure: one, count: one === "delivered" ? (delivered ?? 0) : figures[one] }));
  const ofReason = (state: "withheld" | "failed", reasons: Record<string, number>) =>
    Object.entries(reasons).map(([reason, count]) => ({ figure: `${state}:${reason}` as Figure, count }));
  const reasons = [...ofReason("failed", counts.failedReasons), ...ofReason("withheld", counts.withheldReasons)];
  const shown = rows.slice(0, PAGE);
  return {
    tabs: [...tabs, ...reasons].filter((tab) => tab.count > 0 || tab.figure === figure || tab.figure === "all"),
    rows: shown.map(({ id, publicId, ...row }) => ({ ...row, key: id, mail: publicId })),
    older: rows.length > PAGE ? shown.at(-1)!.id : null,
  };
}

async function forecast(app: LoaderFunctionArgs["context"]["app"], campaignId: number, figure: Figure, afterId: number, signal: AbortSignal) {
  const { plan } = await prepareLaunch(app.db.read, app.fields, campaignId, app.clock());
  const reason = figure.startsWith("withheld:") ? (figure.slice("withheld:".length) as WithheldReason) : null;
  const people = plan ? await listForecastPeople(await wholeReader(app, signal), plan, reason, { afterId, limit: PAGE }) : [];
  const shown = people.slice(0, PAGE);
  const steps: Figure[] = ["sent", ...WATERFALL.map((one) => `withheld:${one}` as const)];
  return {
    tabs: steps.map((one) => ({ figure: one, count: null })),
    rows: shown.map((person) => ({
      key: person.partyId, mail: null, partyPublicId: person.publicId, name: person.name, address: person.address ?? "", locale: person.locale as string,
      state: null, reason: person.reason as string | null, code: null, words: null, acceptedAt: null, openedAt: null, clickedAt: null,
    })),
    older: people.length > PAGE ? shown.at(-1)!.partyId : null,
  };
}

export default function Recipients() {
  const t = useTranslations("campaigns");
  const { publicId, name, figure, launched, tabs, rows, older } = useLoaderData<typeof loader>();
  const figureName = (one: Figure) =>
    one.includes(":") ? t(`reason.${one.slice(one.indexOf(":") + 1)}` as never) : !launched && one === "sent" ? t("audience.willSend") : t(`people.figure.${one}` as never);
  return (
    <Page>
      <PageHeader
        back={{ to: `/staff/campaigns/${publicId}`, label: name }}
        title={t("people.title")}
        meta={!launched && <span>{t("people.forecast")}</span>}
        actions={
          launched && (
            <LinkButton to={`/staff/campaigns/${publicId}/recipients.csv?who=${figure}`} reloadDocument icon={Download}>
              {t("people.export")}
            </LinkButton>
          )
        }
      />
      <Tabs
        label={t("people.filter")}
        items={tabs.map((tab) => ({ to: `?who=${tab.figure}`, label: figureName(tab.figure), current: tab.figure === figure, ...(tab.count !== null && { count: tab.count }) }))}
      />
      {rows.length === 0 ? (
        <EmptyState icon={UsersRound} title={t("people.none")} />
      ) : (
        <Table
          caption={t("people.caption")}
          rows={rows}
          rowKey={(row) => row.key}
          columns={[
            {
              key: "name",
              header: t("people.name"),
              grow: true,
              cell: (row) => (
                <>
                  {row.partyPublicId ? <RowLink to={`/staff/customers/${row.partyPublicId}`}>{row.name}</RowLink> : (row.name ?? <None />)}
                  <span className="block truncate text-sm text-muted">{row.address}</span>
                </>
              ),
            },
            { key: "language", header: t("people.language"), hide: "xl", cell: (row) => LOCALE_NAMES[row.locale as keyof typeof LOCALE_NAMES] ?? row.locale },
            {
              key: "state",
              header: t("people.state"),
              cell: (row) => (
                <>
                  {row.state && (row.mail ? <TextLink to={`/staff/outbox/${row.mail}`} title={t("people.mail")} className="relative z-[1]">{t(`people.state_.${row.state}`)}</TextLink> : t(`people.state_.${row.state}`))}
                  {row.state && row.reason && <span className="text-muted"> · </span>}
                  {row.reason && <span className={row.state ? "text-muted" : ""}>{t.has(`reason.${row.reason}` as never) ? t(`reason.${row.reason}` as never) : row.reason}</span>}
                  {row.acceptedAt && (
                    <span className="block text-sm text-muted">
                      <DateTime at={row.acceptedAt} show="dateTime" />
                    </span>
                  )}
                  {!row.acceptedAt && row.words && <ServerWords code={row.code} words={row.words} />}
                </>
              ),
            },
            ...(launched
              ? [
                  { key: "opened", header: t("people.opened"), align: "end" as const, hide: "md" as const, cell: (row: (typeof rows)[number]) => (row.openedAt ? <DateTime at={row.openedAt} show="dateTime" /> : <None />) },
                  { key: "clicked", header: t("people.clicked"), align: "end" as const, hide: "md" as const, cell: (row: (typeof rows)[number]) => (row.clickedAt ? <DateTime at={row.clickedAt} show="dateTime" /> : <None />) },
                ]
              : []),
          ]}
        />
      )}
      <Pagination older={older} />
    </Page>
  );
}

/** Why the server did not take it; what it says of a mail that it took stands with the mail. */
function ServerWords({ code, words }: { code: number | null; words: string }) {
  const said = code !== null && !words.startsWith(String(code)) ? `${code} ${words}` : words;
  return (
    <span title={said} className="block max-w-72 truncate font-mono text-xs text-muted">
      {said}
    </span>
  );
}
