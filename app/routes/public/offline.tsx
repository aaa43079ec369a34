import type { MetaFunction } from "@remix-run/node";
import { useTranslations } from "use-intl";

import { buttonClass } from "~/ui/button";

export const meta: MetaFunction = () => [{ name: "robots", content: "noindex" }];

/** What an installed portal shows without a network: kept by the service worker when it is installed. */
export default function Offline() {
  const t = useTranslations("common");
  return (
    <main data-mood="portal" className="mx-auto flex min-h-dvh max-w-md flex-col justify-center gap-3 px-6">
      <h1 className="font-heading text-xl font-(--heading-weight)">{t("offline.title")}</h1>
      <p className="text-muted">{t("offline.body")}</p>
      <p className="mt-2">
        <a className={buttonClass({ variant: "primary" })} href="/portal">
          {t("offline.again")}
        </a>
      </p>
    </main>
  );
}
