import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { LayoutTemplate, Plus } from "lucide-react";
import { useTranslations } from "use-intl";

import { getCompany } from "~/domain/company/company.server";
import { listMailings } from "~/domain/mailings/mailings.server";
import type { MailLocale } from "~/domain/mailings/mailing";
import { fillLine, sampleCustomer } from "~/domain/mailings/merge-tags";
import { LinkButton } from "~/ui/button";
import { Badge } from "~/ui/badge";
import { EmptyState } from "~/ui/empty-state";
import { Page, PageHeader } from "~/ui/page";
import { Pagination } from "~/ui/pagination";
import { RowLink, Table } from "~/ui/table";
import { DateTime, None } from "~/ui/values";

import { cursorOf, readCursor } from "./cursor";

const PAGE = 50;

/** As the languages call themselves, so that four fit on a line. */
const SHORT: Record<MailLocale, string> = { en: "EN", pl: "PL", "sr-Latn": "SR", "sr-Cyrl": "СР" };

export async function loader({ request, context }: LoaderFunctionArgs) {
  const before = readCursor(new URL(request.url).searchParams.get("after"));
  const company = await getCompany(context.app.db.read);
  const rows = await listMailings(context.app.db.read, { limit: PAGE + 1, ...(before && { before }) });
  return {
    mailings: rows.slice(0, PAGE).map(({ publicId, name, templateKey, defaultLocale, locales, subject, updatedAt }) => ({
      publicId, name, templateKey, locales, updatedAt,
      subject: fillLine(subject, { customer: sampleCustomer(defaultLocale), company: { name: company.name, support_email: company.supportEmail }, topic: { name: "…" } }),
    })),
    older: rows.length > PAGE ? cursorOf(rows[PAGE - 1]!) : null,
  };
}

export default function Mailings() {
  const t = useTranslations("mailings");
  const tc = useTranslations("common");
  const { mailings, older } = useLoaderData<typeof loader>();
  const nameOf = (key: string) => (t.has(`template.${key}.name` as never) ? t(`template.${key}.name` as never) : key);
  return (
    <Page>
      <PageHeader
        title={t("title")}
        actions={
          <LinkButton to="/staff/mailings/new" variant="primary" icon={Plus}>
            {t("new")}
          </LinkButton>
        }
      />
      {mailings.length === 0 ? (
        <EmptyState icon={LayoutTemplate} title={t("empty.title")} action={<LinkButton to="/staff/mailings/new">{t("empty.action")}</LinkButton>}>
          {t("empty.body")}
        </EmptyState>
      ) : (
        <Table
          caption={t("list.caption")}
          rows={mailings}
          rowKey={(row) => row.publicId}
          columns={[
            { key: "name", header: t("list.name"), cell: (row) => <RowLink to={`/staff/mailings/${row.publicId}`}>{row.name}</RowLink> },
            { key: "subject", header: t("list.subject"), grow: true, cell: (row) => row.subject || <None label={t("list.noSubject")} /> },
            { key: "template", header: t("list.template"), hide: "lg", cell: (row) => nameOf(row.templateKey) },
            {
              key: "languages",
              header: t("list.languages"),
              hide: "md",
              cell: (row) => (
                <span className="flex flex-nowrap gap-1">
                  {row.locales.map((locale) => (
                    <Badge key={locale}>
                      <abbr title={tc(`languages.${locale}`)} className="no-underline">
                        {SHORT[locale]}
                      </abbr>
                    </Badge>
                  ))}
                </span>
              ),
            },
            { key: "changed", header: t("list.changed"), align: "end", cell: (row) => <DateTime at={row.updatedAt} show="relative" /> },
          ]}
        />
      )}
      <Pagination older={older} />
    </Page>
  );
}
