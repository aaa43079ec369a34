import type { LoaderFunctionArgs } from "@remix-run/node";
import { Link, useLoaderData } from "@remix-run/react";
import { LifeBuoy, MessageCircleQuestion, PackageX, PencilLine } from "lucide-react";
import { useTranslations } from "use-intl";

import { CaseList } from "./case-list";
import { listCasesOf, listComplaintDrafts } from "~/domain/cases/customer-cases.server";
import { requireCustomer } from "~/http/require";
import { LinkButton } from "~/ui/button";
import { EmptyState } from "~/ui/empty-state";
import { Icon } from "~/ui/icon";
import { useLive } from "~/ui/live";
import { Page, PageHeader, Section } from "~/ui/page";

export async function loader({ context }: LoaderFunctionArgs) {
  const customer = requireCustomer(context);
  const db = context.app.db.read;
  return { cases: await listCasesOf(db, customer.partyId), drafts: await listComplaintDrafts(db, customer) };
}

export default function Help() {
  const { cases, drafts } = useLoaderData<typeof loader>();
  const t = useTranslations("help");
  useLive(["me"]);
  const open = cases.filter((one) => one.status !== "closed");
  const closed = cases.filter((one) => one.status === "closed");
  return (
    <Page width="text">
      <PageHeader
        title={t("title")}
        lead={t("lead")}
        actions={
          <>
            <LinkButton to="new" variant="primary" icon={PackageX}>
              {t("complain")}
            </LinkButton>
            <LinkButton to="ask" icon={MessageCircleQuestion}>
              {t("ask")}
            </LinkButton>
          </>
        }
      />
      {drafts.length > 0 && (
        <ul className="mb-6 flex flex-col gap-2">
          {drafts.map((draft) => (
            <li key={draft.line} className="relative flex items-center gap-3 rounded-md bg-pine-wash px-4 py-3">
              <Icon of={PencilLine} className="text-pine" />
              <Link to={`new?line=${draft.line}`} className="min-w-0 flex-1 after:absolute after:inset-0">
                <span className="font-medium text-pine">{t("goOn")}</span> <span className="text-muted">{draft.name}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
      {cases.length === 0 && (
        <EmptyState icon={LifeBuoy} title={t("none.title")}>
          {t("none.text")}
        </EmptyState>
      )}
      {open.length > 0 && (
        <Section first title={t("openCases")}>
          <CaseList cases={open} />
        </Section>
      )}
      {closed.length > 0 && (
        <Section first={open.length === 0} title={t("closedCases")}>
          <CaseList cases={closed} />
        </Section>
      )}
    </Page>
  );
}
