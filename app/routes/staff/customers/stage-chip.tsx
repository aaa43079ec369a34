import { useTranslations } from "use-intl";

import type { LifecycleStage } from "~/domain/customers/lifecycle";
import { type State, StatusChip } from "~/ui/badge";

const STATE: Record<LifecycleStage, State> = { lead: "draft", first_time: "waiting", active: "active", loyal: "good", at_risk: "warning", lapsed: "stopped" };

/** Where a customer stands with us. */
export function StageChip({ stage }: { stage: LifecycleStage }) {
  return <StatusChip state={STATE[stage]}>{useTranslations("customers")(`stages.${stage}`)}</StatusChip>;
}
