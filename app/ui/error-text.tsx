import { CircleAlert } from "lucide-react";
import { useTranslations } from "use-intl";

import { Icon } from "./icon";

/**
 * An error by its key of the area `errors`; a value may follow after a colon (`too_long:200` → `{value}`).
 * A key that has no words yet is shown as "this does not look right", never as the key.
 */
export function ErrorText({ message, withIcon = false }: { message: string; withIcon?: boolean }) {
  const t = useTranslations("errors");
  const [key = "", value] = split(message);
  const known = t.has(key as never);
  return (
    <>
      {withIcon && <Icon of={CircleAlert} size={14} className="mr-1 inline-block align-[-2px]" />}
      {known ? t(key as never, (value === undefined ? {} : { value }) as never) : t("invalid" as never)}
    </>
  );
}

function split(message: string): [string, string?] {
  const colon = message.indexOf(":");
  return colon < 0 ? [message] : [message.slice(0, colon), message.slice(colon + 1)];
}
