import { Outlet } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { Page, PageHeader } from "~/ui/page";
import { Tabs } from "~/ui/tabs";

/** Nothing to read: who may see the settings is asked where there is a loader (http/guard.server.ts), also of pages below that have none. */
export const loader = () => null;

/** The settings of this Rapport: company, topics, team, mail, API, webhooks, addresses that get no mail. */
export default function SettingsLayout() {
  const t = useTranslations("settings");
  const tr = useTranslations("record");
  const ts = useTranslations("speed");
  const tm = useTranslations("mailSettings");
  const ta = useTranslations("api");
  const tw = useTranslations("webhooks");
  return (
    <Page>
      <PageHeader title={t("title")} />
      <Tabs
        label={t("title")}
        items={[
          { to: "/staff/settings", label: t("company.tab") },
          { to: "/staff/settings/fields", label: tr("fields.tab"), end: false },
          { to: "/staff/settings/topics", label: t("topics"), end: false },
          { to: "/staff/settings/team", label: t("team"), end: false },
          { to: "/staff/settings/mail", label: tm("tab"), end: false },
          { to: "/staff/settings/sending", label: ts("tab"), end: false },
          { to: "/staff/settings/api", label: ta("tab"), end: false },
          { to: "/staff/settings/webhooks", label: tw("tab"), end: false },
          { to: "/staff/settings/suppressions", label: t("suppressions"), end: false },
        ]}
      />
      <Outlet />
    </Page>
  );
}
