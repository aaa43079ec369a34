import { useTranslations } from "use-intl";

import type { TokenState } from "~/domain/integrations/token";
import { StatusChip } from "~/ui/badge";

const LOOK = { active: "good", expired: "stopped", revoked: "stopped" } as const;

export function TokenChip({ state }: { state: TokenState }) {
  const t = useTranslations("api");
  return <StatusChip state={LOOK[state]}>{t(`states.${state}`)}</StatusChip>;
}
