import { useTranslations } from "use-intl";

import { Flash } from "./flash";

/** The words of a message that came over a redirect. A key that has no words is not shown. */
export function FlashMessage({ messageKey, values, tone, id }: { messageKey: string; values?: Record<string, string | number>; tone?: "success" | "error"; id: string }) {
  const t = useTranslations();
  if (!t.has(messageKey as never)) return null;
  return (
    <Flash tone={tone} id={id}>
      {t(messageKey as never, values as never)}
    </Flash>
  );
}
