import { RotateCw } from "lucide-react";
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
  startedAt: number | null;
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
  const seconds = run.startedAt === null ? 0 : (run.now - run.startedAt) / 1000;
  return (
    <Progress
      label={t("running.label")}
      value={run.read}
      max={run.total}
      ratePerSecond={seconds > 1 && run.read > 0 ? run.read / seconds : null}
      note={<span>{t("running.leave")}</span>}
    />
  );
}
