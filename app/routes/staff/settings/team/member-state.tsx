import { useTranslations } from "use-intl";

import { StatusChip } from "~/ui/badge";

export function MemberState({ invited, disabledAt }: { invited: boolean; disabledAt: number | null }) {
  const t = useTranslations("team.states");
  if (disabledAt !== null) return <StatusChip state="stopped">{t("disabled")}</StatusChip>;
  return invited ? <StatusChip state="waiting">{t("invited")}</StatusChip> : <StatusChip state="good">{t("active")}</StatusChip>;
}
