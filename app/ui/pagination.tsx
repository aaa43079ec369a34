import { useSearchParams } from "@remix-run/react";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useTranslations } from "use-intl";

import { LinkButton } from "./button";

/**
 * Keyset pages: newer and older, never numbers. Each cursor becomes a query parameter (`after`, `before` unless named
 * otherwise); the other parameters of the address stay.
 */
export function Pagination({
  older,
  newer,
  names = { older: "after", newer: "before" },
  labels,
}: {
  /** Cursor of the next page down the list; null at its end. */
  older?: string | number | null;
  newer?: string | number | null;
  names?: { older: string; newer: string };
  labels?: { older: string; newer: string };
}) {
  const t = useTranslations("ui");
  const [params] = useSearchParams();
  if (!older && !newer) return null;
  const to = (name: string, cursor: string | number) => {
    const next = new URLSearchParams(params);
    next.delete(names.older);
    next.delete(names.newer);
    next.set(name, String(cursor));
    return `?${next}`;
  };
  return (
    <nav aria-label={t("pages.label")} className="mt-4 flex items-center justify-between gap-2">
      {newer ? (
        <LinkButton to={to(names.newer, newer)} variant="secondary" size="sm" icon={ChevronLeft} rel="prev">
          {labels?.newer ?? t("pages.newer")}
        </LinkButton>
      ) : (
        <span />
      )}
      {older ? (
        <LinkButton to={to(names.older, older)} variant="secondary" size="sm" rel="next">
          {labels?.older ?? t("pages.older")}
          <ChevronRight size={16} strokeWidth={1.75} aria-hidden />
        </LinkButton>
      ) : (
        <span />
      )}
    </nav>
  );
}
