import { Link, useLocation } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { useFormat } from "~/i18n/format";
import { Callout } from "~/ui/callout";
import { useLive } from "~/ui/live";
import type { readSending } from "./sending-banner.server";

/** On every staff page while mail cannot leave: held, or the relay does not answer. Gone by itself. */
export function SendingBanner({ sending, administrator }: { sending: Awaited<ReturnType<typeof readSending>>; administrator: boolean }) {
  const t = useTranslations("mailSettings.banner");
  const format = useFormat();
  const { pathname } = useLocation();
  useLive(["sending"]);
  const { hold, downSince } = sending;
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
    </>
  );
}
