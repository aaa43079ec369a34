import { Form } from "@remix-run/react";
import { RotateCw } from "lucide-react";
import { useTranslations } from "use-intl";

import { statusesThatMay } from "~/domain/campaigns/campaign";
import { SubmitButton } from "~/ui/button";
import { ConfirmDialog } from "~/ui/dialog";

import type { ReportData } from "./report-data.server";
import type { Head } from "./show";

/** What of a campaign can be sent again, each with its number and what it means. */
export function AgainButtons({ head, again }: { head: Head; again: ReportData["again"] }) {
  const t = useTranslations("campaigns");
  if (!statusesThatMay("again").includes(head.status) || again.failed + again.doubtful === 0) return null;
  return (
    <ul className="mt-4 flex max-w-3xl flex-col gap-3">
      {again.failed > 0 && (
        <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
          <span>{t("again.failed", { count: again.failed })}</span>
          <ConfirmDialog
            trigger={{ children: t("again.retry"), size: "sm", icon: RotateCw }}
            title={t("again.retryTitle", { count: again.failed })}
            form={<Again to={`/staff/campaigns/${head.publicId}/retry`} label={t("again.retryDo", { count: again.failed })} />}
          >
            <p>{t("again.retryBody")}</p>
          </ConfirmDialog>
        </li>
      )}
      {again.doubtful > 0 && (
        <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
          <span>{t("again.doubtful", { count: again.doubtful })}</span>
          <ConfirmDialog
            trigger={{ children: t("again.resend", { count: again.doubtful }), size: "sm", variant: "danger-quiet" }}
            title={t("again.resendTitle", { count: again.doubtful })}
            form={<Again to={`/staff/campaigns/${head.publicId}/resend`} label={t("again.resendDo", { count: again.doubtful })} risky />}
          >
            <p>{t("again.resendBody")}</p>
          </ConfirmDialog>
        </li>
      )}
    </ul>
  );
}

function Again({ to, label, risky }: { to: string; label: string; risky?: boolean }) {
  return (
    <Form method="post" action={to}>
      <SubmitButton variant={risky ? "danger" : "primary"}>{label}</SubmitButton>
    </Form>
  );
}
