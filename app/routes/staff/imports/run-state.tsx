import { useTranslations } from "use-intl";

import { StatusChip } from "~/ui/badge";

const LOOK = { uploaded: "draft", checking: "active", running: "active", paused: "paused", finished: "good", failed: "bad" } as const;

export function RunState({ state }: { state: keyof typeof LOOK }) {
  const t = useTranslations("imports");
  return <StatusChip state={LOOK[state]}>{t(`states.${state}`)}</StatusChip>;
}
