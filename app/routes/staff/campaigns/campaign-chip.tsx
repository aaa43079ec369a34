import { useTranslations } from "use-intl";

import type { CampaignStatus } from "~/domain/campaigns/campaign";
import { StatusChip, type State } from "~/ui/badge";

const STATES: Record<CampaignStatus, State> = {
  draft: "draft",
  approved: "good",
  scheduled: "waiting",
  planning: "active",
  sending: "active",
  paused: "paused",
  cancelled: "stopped",
  finished: "done",
};

export function CampaignChip({ status }: { status: CampaignStatus }) {
  const t = useTranslations("campaigns");
  return <StatusChip state={STATES[status]}>{t(`status.${status}`)}</StatusChip>;
}
