import { MousePointerClick } from "lucide-react";
import { useTranslations } from "use-intl";

import { EmptyState } from "~/ui/empty-state";

/** Beside the queue while nothing is open. */
export default function NothingOpen() {
  const t = useTranslations("desk");
  return (
    <div className="p-6">
      <EmptyState icon={MousePointerClick} title={t("choose.title")}>
        {t("choose.text")}
      </EmptyState>
    </div>
  );
}
