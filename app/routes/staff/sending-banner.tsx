import { Form, Link, useLocation } from "@remix-run/react";
import { Play } from "lucide-react";
import { useTranslations } from "use-intl";

import { useFormat } from "~/i18n/format";
import { SubmitButton } from "~/ui/button";
import { Callout } from "~/ui/callout";
import { useLive } from "~/ui/live";
import type { readSending } from "./sending-banner.server";

/** On every staff page while mail cannot leave: held, or the relay does not answer. Gone by itself. */
export function SendingBanner({ sending, administrator }: { sending: Awaited<ReturnType<typeof readSending>>; administrator: boolean }) {
  const t = useTranslations("mailSettings.banner");
  const format = useFormat();
  const { pathname } = useLocation();
  useLive(["sending"]);
  const tw = useTranslations("webhooks");
  const { hold, downSince, webhooks } = sending;
  const at = (instant: number) => format.instant(instant);
  return (
    <>
      {hold && pathname !== "/staff/settings/hold" && (
        <Callout tone="warn" className="rounded-none" title={hold.reason === "restored" ? t("restored", { at: at(hold.backupAt ?? hold.since) }) : t("manual", { name: hold.heldBy, at: at(hold.since) })}>
          {administrator && <Link to="/staff/settings/hold" className="underline">{t("look")}</Link>}
        </Callout>
      )}
      {downSince !== null && (
        <Callout tone="error" className="rounded-none" title={t("relayDown", { at: at(downSince) })}>
          {administrator && <Link to="/staff/settings/mail" className="underline">{t("relayLook")}</Link>}
        </Callout>
      )}
      {webhooks
        .filter(({ publicId }) => pathname !== `/staff/settings/webhooks/${publicId}`)
        .map(({ publicId, host, at: since }) => (
          <Callout key={publicId} tone="error" className="rounded-none" title={tw("banner.title", { host, at: at(since) })}>
            <p>{tw("banner.help")}</p>
            <div className="mt-1 flex flex-wrap items-center gap-x-4 gap-y-1">
              <Link to={`/staff/settings/webhooks/${publicId}`} className="underline">{tw("banner.look")}</Link>
              <Form method="post" action={`/staff/settings/webhooks/${publicId}/resume`}>
                <SubmitButton size="sm" variant="secondary" icon={Play}>{tw("resume")}</SubmitButton>
              </Form>
            </div>
          </Callout>
        ))}
    </>
  );
}
