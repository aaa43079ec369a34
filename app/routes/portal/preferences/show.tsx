import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { findPrimaryEmail } from "~/domain/customers/contact-points.server";
import { findPreferences } from "~/domain/customers/preferences.server";
import { listMailsOf } from "~/domain/deliveries/deliveries.server";
import { requireCustomer } from "~/http/require";
import { EmptyState } from "~/ui/empty-state";
import { Page, PageHeader, Section } from "~/ui/page";
import { Pagination } from "~/ui/pagination";
import { type Column, RowLink, Table } from "~/ui/table";
import { DateTime } from "~/ui/values";
import { MailX } from "lucide-react";
import { PreferencesForm } from "../../public/preferences-form";
import { changePreferences, readSaved } from "../../public/preferences.server";

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { partyId } = requireCustomer(context);
  const db = context.app.db.read;
  const after = Number(new URL(request.url).searchParams.get("after")) || undefined;
  const [preferences, mails, address] = await Promise.all([
    findPreferences(db, partyId, context.locale, context.app.clock()),
    listMailsOf(db, partyId, after),
    findPrimaryEmail(db, partyId),
  ]);
  return {
    preferences,
    mails: mails.rows.map(({ id: _id, ...mail }) => mail),
    older: mails.older,
    address,
    saved: readSaved(request),
  };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const { partyId } = requireCustomer(context);
  return changePreferences(request, context, partyId, { source: "portal", path: "/portal/preferences" });
}

export default function PortalPreferences() {
  const { preferences, address, saved } = useLoaderData<typeof loader>();
  const t = useTranslations("preferences");
  return (
    <Page width="text">
      <PageHeader title={t("title")} lead={address ? `${t("lead")} ${t("for", { address })}` : t("lead")} />
      <PreferencesForm preferences={preferences} saved={saved} />
      <Mails />
    </Page>
  );
}

function Mails() {
  const { mails, older } = useLoaderData<typeof loader>();
  const t = useTranslations("preferences");
  const columns: Column<(typeof mails)[number]>[] = [
    {
      key: "subject",
      header: t("mails.title"),
      grow: true,
      cell: (mail) => <RowLink to={`/portal/preferences/mails/${mail.publicId}`}>{mail.subject ?? t(`mails.${mail.class as "marketing"}`)}</RowLink>,
    },
    { key: "at", header: "", align: "end", cell: (mail) => (mail.acceptedAt ? <DateTime at={mail.acceptedAt} show="date" /> : null) },
  ];
  return (
    <Section title={t("mails.title")} description={t("mails.lead")}>
      {mails.length === 0 ? (
        <EmptyState icon={MailX} title={t("mails.empty")} />
      ) : (
        <Table rows={mails} columns={columns} rowKey={(mail) => mail.publicId} caption={t("mails.title")} sticky={false} />
      )}
      <Pagination older={older} labels={{ older: t("mails.older"), newer: t("mails.newer") }} />
    </Section>
  );
}
