import { Pause, Play, RotateCw, X } from "lucide-react";
import { useTranslations } from "use-intl";

import { SubmitButton } from "~/ui/button";
import { Callout } from "~/ui/callout";
import { Form } from "~/ui/form";
import { Progress } from "~/ui/progress";

type Run = {
  publicId: string;
  state: string;
  read: number;
  total: number;
  pacedAt: number | null;
  pacedFrom: number;
  preview: { read: number } | null;
  error: string | null;
  now: number;
};

export function Running({ run }: { run: Run }) {
  const t = useTranslations("imports");
  if (run.state === "failed")
    return (
      <Callout
        tone="error"
        title={t("failed.title", { done: run.read, total: run.total })}
        actions={
          <Form action={`/staff/imports/${run.publicId}/resume`}>
            <SubmitButton variant="secondary" icon={RotateCw}>
              {t("failed.resume")}
            </SubmitButton>
          </Form>
        }
      >
        {run.error === "file_gone" || run.error === "damaged_archive" || run.error === "too_large"
          ? t(`failed.${run.error}`)
          : t("failed.fault")}
      </Callout>
    );
  if (run.state === "paused")
    return (
      <Callout
        tone="info"
        title={t("paused.title", { done: run.read, total: run.total })}
        actions={
          <Form action={`/staff/imports/${run.publicId}/resume`}>
            <SubmitButton variant="secondary" icon={Play}>
              {t("paused.resume")}
            </SubmitButton>
          </Form>
        }
      >
        {t("paused.help")}
      </Callout>
    );
  if (run.state === "checking")
    return (
      <>
        <Progress label={t("check.running")} value={run.preview?.read ?? 0} max={run.total} note={<span>{t("check.help")}</span>} />
        <Form className="mt-4 items-start">
          <SubmitButton name="intent" value="stop-check" variant="secondary" icon={X}>
            {t("check.stop")}
          </SubmitButton>
        </Form>
      </>
    );
  const seconds = run.pacedAt === null ? 0 : (run.now - run.pacedAt) / 1000;
  const rows = run.read - run.pacedFrom;
  return (
    <>
      <Progress
        label={t("running.label")}
        value={run.read}
        max={run.total}
        ratePerSecond={seconds > 1 && rows > 0 ? rows / seconds : null}
        note={<span>{t("running.leave")}</span>}
      />
      <Form action={`/staff/imports/${run.publicId}/pause`} className="mt-4 items-start">
        <SubmitButton variant="secondary" icon={Pause}>
          {t("running.pause")}
        </SubmitButton>
      </Form>
    </>
  );
}
