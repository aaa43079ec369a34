import { useRouteLoaderData, useSearchParams } from "@remix-run/react";
import { MousePointerClick } from "lucide-react";
import { useTranslations } from "use-intl";

import type { QueueData } from "./queue";
import { LinkButton } from "~/ui/button";
import { EmptyState } from "~/ui/empty-state";

/** Beside the queue while nothing is open: the way to the most pressing. */
export default function NothingOpen() {
  const t = useTranslations("desk");
  const queue = useRouteLoaderData<QueueData>("routes/staff/desk/queue");
  const view = useSearchParams()[0].get("view");
  const first = queue?.rows[0];
  if (!first) return null;
  return (
    <div className="p-6">
      <EmptyState
        icon={MousePointerClick}
        title={t("choose.title")}
        action={
          <LinkButton to={`/staff/desk/${first.publicId}${view ? `?view=${encodeURIComponent(view)}` : ""}`} variant="primary">
            {t("choose.first", { number: first.number, name: first.customer })}
          </LinkButton>
        }
      >
        {t("choose.text")}
      </EmptyState>
    </div>
  );
}
