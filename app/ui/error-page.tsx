import { isRouteErrorResponse, Link, useLocation, useRouteError, useRouteLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { buttonClass } from "./button";

type Kind = "forbidden" | "notFound" | "gone" | "tooMany" | "full" | "failed";
const KINDS: Partial<Record<number, Kind>> = { 403: "forbidden", 404: "notFound", 405: "notFound", 410: "gone", 429: "tooMany", 507: "full" };

/**
 * What a reader sees instead of a page: what happened, and what to do next. For what we refuse on purpose there is no
 * blame and no number; for a failure of ours there is the number that stands in the log.
 */
export function ErrorPage() {
  const t = useTranslations("ui");
  const error = useRouteError();
  const { pathname } = useLocation();
  const root = useRouteLoaderData("root") as { requestId?: string } | undefined;
  const status = isRouteErrorResponse(error) ? error.status : 500;
  const kind = KINDS[status] ?? "failed";
  const staff = pathname.startsWith("/staff");
  const text = kind === "forbidden" && !staff ? t("error.forbidden.customer") : t(`error.${kind}.text`);
  return (
    <div className="max-w-prose px-4 py-8 sm:px-6 sm:py-12">
      <p className="tabular text-sm font-medium text-muted">{status}</p>
      <h1 className="mt-1 font-heading text-xl font-(--heading-weight) tracking-[-0.012em]">{t(`error.${kind}.title`)}</h1>
      <p className="mt-3 text-base">{text}</p>
      {kind === "failed" && root?.requestId && (
        <p className="mt-3 text-sm text-muted">{t.rich("error.failed.number", { id: root.requestId, code: (id) => <code className="font-mono">{id}</code> })}</p>
      )}
      <div className="mt-6 flex flex-wrap gap-2">
        {(kind === "failed" || kind === "full") && (
          <a href={pathname} className={buttonClass({ variant: "primary" })}>
            {t("error.again")}
          </a>
        )}
        <Link to={staff ? "/staff" : "/portal"} reloadDocument className={buttonClass({ variant: kind === "failed" ? "secondary" : "primary" })}>
          {t("error.home")}
        </Link>
      </div>
    </div>
  );
}
