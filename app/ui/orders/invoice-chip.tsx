import { useTranslations } from "use-intl";

import type { InvoiceState } from "~/domain/orders/order";
import { StatusChip, type State } from "~/ui/badge";

const STATES: Record<InvoiceState, State> = { paid: "good", part_paid: "waiting", open: "waiting", overdue: "warning" };

export function InvoiceChip({ state }: { state: InvoiceState }) {
  const t = useTranslations("orders");
  return <StatusChip state={STATES[state]}>{t(`invoice.state.${state}`)}</StatusChip>;
}
