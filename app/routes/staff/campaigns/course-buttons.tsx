import { Form } from "@remix-run/react";
import { Ban, CalendarX, Pause, Play } from "lucide-react";
import { useTranslations } from "use-intl";

import { statusesThatMay } from "~/domain/campaigns/campaign";
import { SubmitButton } from "~/ui/button";
import { ConfirmDialog } from "~/ui/dialog";

import type { Head } from "./show";

/** What can be done with a campaign that is on its way. */
export function CourseButtons({ head, waiting }: { head: Head; waiting: number }) {
  const t = useTranslations("campaigns");
  const may = (verb: Parameters<typeof statusesThatMay>[0]) => statusesThatMay(verb).includes(head.status);
  const path = (verb: string) => `/staff/campaigns/${head.publicId}/${verb}`;
  return (
    <>
      {may("pause") && (
        <Form method="post" action={path("pause")}>
          <SubmitButton variant="secondary" icon={Pause}>
            {t("course.pause")}
          </SubmitButton>
        </Form>
      )}
      {may("resume") && (
        <Form method="post" action={path("resume")}>
          <SubmitButton icon={Play}>{t("course.resume")}</SubmitButton>
        </Form>
      )}
      {may("unschedule") && (
        <Form method="post" action={path("unschedule")}>
          <SubmitButton variant="secondary" icon={CalendarX}>
            {t("schedule.remove")}
          </SubmitButton>
        </Form>
      )}
      {may("cancel") && head.status !== "scheduled" && (
        <ConfirmDialog
          trigger={{ children: t("course.cancel"), variant: "danger-quiet", icon: Ban }}
          title={t("course.cancelTitle", { name: head.name })}
          form={
            <Form method="post" action={path("cancel")}>
              <SubmitButton variant="danger">{t("course.cancelDo")}</SubmitButton>
            </Form>
          }
        >
          <p>{t("course.cancelBody", { count: waiting })}</p>
        </ConfirmDialog>
      )}
    </>
  );
}
