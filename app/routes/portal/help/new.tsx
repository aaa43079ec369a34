import type { LoaderFunctionArgs } from "@remix-run/node";
import { Link, redirect, useLoaderData } from "@remix-run/react";
import { ChevronRight, MessageCircleQuestion, Package } from "lucide-react";
import { useTranslations } from "use-intl";

import { listComplainableLines } from "~/domain/cases/customer-cases.server";
import { requireCustomer } from "~/http/require";
import { LinkButton } from "~/ui/button";
import { EmptyState } from "~/ui/empty-state";
import { Icon } from "~/ui/icon";
import { Page, PageHeader } from "~/ui/page";
import { DateTime } from "~/ui/values";

/** The first question: which thing is it about? With `?line=` it is already answered. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  const { partyId } = requireCustomer(context);
  const line = new URL(request.url).searchParams.get("line");
  if (line) throw redirect(`/portal/help/new/${encodeURIComponent(line)}`);
  return { lines: await listComplainableLines(context.app.db.read, partyId) };
}

export default function ChooseLine() {
  const { lines } = useLoaderData<typeof loader>();
  const t = useTranslations("help");
  return (
    <Page width="text">
      <PageHeader title={t("line.title")} back={{ to: "/portal/help", label: t("title") }} lead={lines.length > 0 ? t("line.lead") : undefined} />
      {lines.length === 0 ? (
        <EmptyState
          icon={Package}
          title={t("line.none.title")}
          action={
            <LinkButton to="/portal/help/ask" icon={MessageCircleQuestion}>
              {t("ask")}
            </LinkButton>
          }
        >
          {t("line.none.text")}
        </EmptyState>
      ) : (
        <ul className="divide-y divide-line border-y border-line">
          {lines.map((line) => (
            <li key={line.publicId} className="relative flex items-center gap-3 py-4 hover:bg-hover">
              <div className="min-w-0 flex-1">
                <Link to={`/portal/help/new/${line.publicId}`} className="font-medium after:absolute after:inset-0">
                  {line.name}
                </Link>
                <p className="text-sm text-muted">
                  {t("line.order", { number: line.orderNumber })} · {line.deliveredAt ? t("line.delivered") : t("line.placed")} <DateTime at={line.deliveredAt ?? line.placedAt} />
                  {line.quantity > 1 && ` · ${t("line.pieces", { count: line.quantity })}`}
                </p>
              </div>
              <Icon of={ChevronRight} className="text-muted" />
            </li>
          ))}
        </ul>
      )}
    </Page>
  );
}
