import { Form, Link, useSearchParams } from "@remix-run/react";
import { cx } from "class-variance-authority";
import { ChevronRight } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslations } from "use-intl";

import type { MailLocale } from "~/domain/mailings/mailing";
import { Button, TextLink } from "~/ui/button";
import { Icon } from "~/ui/icon";
import { SearchInput } from "~/ui/inputs";

type Reader = { publicId: string; name: string; email: string | null };
type Props = { path: string; locale: MailLocale; version: number; inbox: { from: string; subject: string; preheader: string } | null; reader: Reader | null; find: string; hits: readonly Reader[] };

const VIEWS = ["desktop", "phone", "text"] as const;

/** The saved mail in a frame that runs nothing, as a made-up or a real customer, wide, narrow, as text, or dark. */
export function PreviewPane({ path, locale, version, inbox, reader, find, hits }: Props) {
  const t = useTranslations("mailings");
  const [query] = useSearchParams();
  const view = VIEWS.find((one) => one === query.get("view")) ?? "desktop";
  const dark = query.has("dark");
  const asReader = reader?.publicId ?? "";

  const link = (change: Record<string, string | null>) => {
    const next = new URLSearchParams({ lang: locale, ...(view !== "desktop" && { view }), ...(dark && { dark: "1" }), ...(asReader && { as: asReader }) });
    for (const [name, value] of Object.entries(change)) {
      if (value === null) next.delete(name);
      else next.set(name, value);
    }
    return `?${next}`;
  };
  const source = new URLSearchParams({ lang: locale, v: String(version), ...(asReader && { as: asReader }), ...(view === "text" && { view }), ...(dark && { dark: "1" }) });

  return (
    <section aria-label={t("preview.title")} className="min-w-0 xl:sticky xl:top-4 xl:self-start">
      <div className="mb-2 flex flex-wrap items-center gap-x-4 gap-y-1">
        <h2 className="font-heading text-lg font-(--heading-weight)">{t("preview.title")}</h2>
        <ul aria-label={t("preview.view")} className="flex flex-wrap gap-1">
          {VIEWS.map((one) => (
            <li key={one}>
              <Choice to={link({ view: one === "desktop" ? null : one })} current={view === one}>
                {t(`preview.${one}`)}
              </Choice>
            </li>
          ))}
          <li>
            <Choice to={link({ dark: dark ? null : "1" })} current={dark}>
              {t("preview.dark")}
            </Choice>
          </li>
        </ul>
      </div>
      <details className="group mb-2" open={find !== "" || undefined}>
        <summary className="flex min-h-6 cursor-pointer items-center gap-1 text-sm text-muted hover:text-ink">
          <Icon of={ChevronRight} size={14} className="group-open:rotate-90" />
          {t("preview.as")} <span className="text-ink">{reader?.name ?? t("preview.sample")}</span>
        </summary>
        <div className="mt-2 flex flex-col gap-2">
          <Form method="get" preventScrollReset className="flex gap-2">
            <input type="hidden" name="lang" value={locale} />
            <SearchInput name="find" label={t("preview.find")} defaultValue={find} />
            <Button type="submit">{t("preview.findAction")}</Button>
          </Form>
          {find && hits.length === 0 && <p className="text-sm text-muted">{t("preview.noneFound")}</p>}
          <ul className="flex flex-col gap-1">
            {hits.map((hit) => (
              <li key={hit.publicId}>
                <TextLink to={link({ as: hit.publicId })} preventScrollReset>
                  {hit.name}
                </TextLink>{" "}
                <span className="text-sm text-muted">{hit.email}</span>
              </li>
            ))}
          </ul>
          {reader && (
            <TextLink to={link({ as: null })} preventScrollReset className="text-sm">
              {t("preview.backToSample")}
            </TextLink>
          )}
        </div>
      </details>
      {inbox && (
        <p className="mb-2 truncate text-sm">
          <span className="sr-only">{t("edit.inbox")}: </span>
          {inbox.from} · <span className="font-semibold">{inbox.subject || t("preview.noSubject")}</span> <span className="text-muted">{inbox.preheader}</span>
        </p>
      )}
      <div className="overflow-hidden rounded-lg border border-line bg-sunken">
        <MailFrame src={`${path}/preview?${source}`} title={t("preview.frame")} narrow={view === "phone"} />
      </div>
    </section>
  );
}

function Choice({ to, current, children }: { to: string; current: boolean; children: React.ReactNode }) {
  return (
    <Link
      to={to}
      preventScrollReset
      replace
      aria-current={current ? "true" : undefined}
      className={cx("inline-flex min-h-7 items-center rounded-md px-2 text-sm", current ? "bg-hover font-medium text-ink" : "text-muted hover:bg-hover hover:text-ink")}
    >
      {children}
    </Link>
  );
}

/** Shows the old mail until the new one has loaded: no white flash between two keystrokes. */
export function MailFrame({ src, title, narrow = false }: { src: string; title: string; narrow?: boolean }) {
  const [shown, setShown] = useState(src);
  useEffect(() => {
    // A frame that never says it loaded (a blocked one) must not keep the old mail for ever.
    const timer = setTimeout(() => setShown(src), 3000);
    return () => clearTimeout(timer);
  }, [src]);
  const frames = shown === src ? [src] : [shown, src];
  return (
    <div className={cx("relative mx-auto h-[46rem] bg-white", narrow ? "max-w-[360px]" : "w-full")}>
      {frames.map((one) => (
        <iframe
          key={one}
          src={one}
          title={title}
          sandbox=""
          aria-hidden={one !== shown || undefined}
          tabIndex={one === shown ? undefined : -1}
          onLoad={() => one === src && setShown(src)}
          className={cx("absolute inset-0 size-full border-0 bg-white", one !== shown && "invisible")}
        />
      ))}
    </div>
  );
}
