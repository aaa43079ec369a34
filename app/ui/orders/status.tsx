import { useTranslations } from "use-intl";

import type { OrderStatus, TimelineStep } from "~/domain/orders/order";
import { StatusChip, type State } from "~/ui/badge";
import { Timeline } from "~/ui/timeline";

const STATES: Record<OrderStatus, State> = { placed: "waiting", in_production: "active", shipped: "active", delivered: "good", cancelled: "stopped" };

export function OrderStatusChip({ status }: { status: OrderStatus }) {
  const t = useTranslations("orders");
  return <StatusChip state={STATES[status]}>{t(`status.${status}`)}</StatusChip>;
}

/** The way of the order; a cancelled one ends where it stopped. */
export function OrderTimeline({ steps }: { steps: TimelineStep[] }) {
  const t = useTranslations("orders");
  return (
    <Timeline
      label={t("way")}
      steps={steps.map((step) => ({
        key: step.status,
        label: t(`step.${step.status}`),
        state: step.status === "cancelled" ? "failed" : step.state,
        at: step.at ?? step.expectedAt,
        detail: step.state === "next" && step.expectedAt ? t("expected") : undefined,
      }))}
    />
  );
}
