import { useTranslations } from "use-intl";

import type { DeliveryState } from "~/domain/deliveries/delivery";
import { type State, StatusChip } from "~/ui/badge";

const DRAWN: Record<DeliveryState, State> = {
  planned: "draft", withheld: "stopped", queued: "waiting", leased: "active", handing: "active",
  accepted: "good", failed: "bad", unknown: "warning", unconfirmed: "warning",
};

/** The state of one mail, in words, with why where there is a why. */
export function DeliveryChip({ state, reason }: { state: DeliveryState; reason: string | null }) {
  const t = useTranslations("outbox");
  return (
    <span className="inline-flex min-w-0 flex-wrap items-baseline gap-x-2">
      <StatusChip state={DRAWN[state]}>{t(`states.${state}`)}</StatusChip>
      {reason && t.has(`reasons.${reason}` as "reasons.refused") && (
        <span className="text-sm text-muted">{t(`reasons.${reason}` as "reasons.refused")}</span>
      )}
    </span>
  );
}

/** What a mail is, where it has no subject line yet: the kind of system mail, or a mailing. */
export function useKind() {
  const t = useTranslations("outbox");
  return ({ template, revisionId, campaignId }: { template: string | null; revisionId: number | null; campaignId: number | null }) => {
    if (revisionId !== null || campaignId !== null) return t(campaignId === null ? "kinds.test" : "kinds.campaign");
    const key = `kinds.${template}` as "kinds.other";
    return t.has(key) ? t(key) : t("kinds.other");
  };
}
