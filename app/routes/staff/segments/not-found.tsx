import { useTranslations } from "use-intl";

import { useFormat } from "~/i18n/format";
import { Callout } from "~/ui/callout";

/** Addresses and numbers that nobody has: the first of them, and of how many. */
export function NotFound({ found, missing, missingCount, focusable }: { found: number; missing: readonly string[]; missingCount: number; focusable: boolean }) {
  const t = useTranslations("segments.lists");
  const format = useFormat();
  if (missingCount === 0) return null;
  return (
    <Callout tone="warn" focusable={focusable} title={t("missing", { found, missing: missingCount })} className="mb-6">
      <ul className="max-h-60 overflow-y-auto font-mono text-sm">
        {missing.map((one) => (
          <li key={one} className="break-all">
            {one}
          </li>
        ))}
      </ul>
      {missingCount > missing.length && <p>{t("more", { count: format.number(missingCount - missing.length) })}</p>}
    </Callout>
  );
}
