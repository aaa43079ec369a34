import { Form, useLocation, useRouteLoaderData } from "@remix-run/react";
import { cx } from "class-variance-authority";
import { Check, Languages, Monitor, Moon, Sun } from "lucide-react";
import type { ReactNode } from "react";
import { useLocale, useTranslations } from "use-intl";

import { LOCALE_NAMES, LOCALES } from "../i18n/locales";
import { Icon } from "./icon";
import { Menu, MenuButton, MenuHeading } from "./menu";

/** What the root loader tells every frame. */
export type FrameData = { companyName: string; theme: "system" | "light" | "dark"; supportEmail?: string };

export function useFrameData(): FrameData {
  const data = useRouteLoaderData("root") as FrameData | undefined;
  return data ?? { companyName: "Rapport", theme: "system" };
}

/** The first thing that Tab reaches. */
export function SkipLink() {
  return (
    <a
      href="#content"
      className="fixed top-2 left-2 z-50 -translate-y-20 rounded-md bg-ink px-3 py-2 text-paper focus-visible:translate-y-0"
    >
      {useTranslations("ui")("skip")}
    </a>
  );
}

/** Where a switch leads back to: the page it was pressed on. */
function Back() {
  const { pathname, search } = useLocation();
  return <input type="hidden" name="back" value={pathname + search} />;
}

/** The languages as menu entries. The whole page loads anew, because each language is a chunk of its own. */
export function LanguageChoices() {
  const t = useTranslations("ui");
  const current = useLocale();
  return (
    <Form method="post" action="/language" reloadDocument>
      <Back />
      <MenuHeading>{t("language.label")}</MenuHeading>
      {LOCALES.map((locale) => (
        <MenuButton key={locale} name="locale" value={locale} lang={locale} aria-current={locale === current || undefined}>
          <Chosen when={locale === current}>{LOCALE_NAMES[locale]}</Chosen>
        </MenuButton>
      ))}
    </Form>
  );
}

const THEMES = { system: Monitor, light: Sun, dark: Moon } as const;

/** Light, dark, or as the system. */
export function ThemeChoices() {
  const t = useTranslations("ui");
  const { theme } = useFrameData();
  return (
    <Form method="post" action="/theme" preventScrollReset>
      <Back />
      <MenuHeading>{t("theme.label")}</MenuHeading>
      {(["system", "light", "dark"] as const).map((choice) => (
        <MenuButton key={choice} name="theme" value={choice} icon={THEMES[choice]} aria-current={choice === theme || undefined}>
          <Chosen when={choice === theme}>{t(`theme.${choice}`)}</Chosen>
        </MenuButton>
      ))}
    </Form>
  );
}

function Chosen({ when, children }: { when: boolean; children: ReactNode }) {
  return (
    <span className="flex items-center justify-between gap-4">
      {children}
      {when && <Icon of={Check} className="text-pine" />}
    </span>
  );
}

/** Language and appearance behind one small button, for pages without an account menu. */
export function PageSettings({ side = "top", align = "end" }: { side?: "top" | "bottom"; align?: "start" | "end" }) {
  const t = useTranslations("ui");
  const locale = useLocale();
  return (
    <Menu
      label={t("language.switch")}
      side={side}
      align={align}
      button={
        <>
          <Icon of={Languages} />
          <span lang={locale}>{LOCALE_NAMES[locale]}</span>
        </>
      }
    >
      <LanguageChoices />
      <ThemeChoices />
    </Menu>
  );
}

/** The shop's name as its sign: set in the portal's own face. */
export function Wordmark({ className }: { className?: string }) {
  return <span className={cx("font-serif text-lg font-semibold tracking-[-0.01em]", className)}>{useFrameData().companyName}</span>;
}

/**
 * A page that stands alone: signing in, a link from a mail, an error. One narrow column under the name of the shop (of
 * the tool, for staff); language and appearance at the foot.
 */
export function PlainFrame({ mood = "portal", width = "narrow", children }: { mood?: "portal" | "staff"; width?: "narrow" | "text" | "wide"; children: ReactNode }) {
  return (
    <div data-mood={mood} className="flex min-h-dvh flex-col">
      <SkipLink />
      <header className="px-5 pt-6 sm:px-8">
        <Wordmark />
      </header>
      <main id="content" className={cx("mx-auto w-full flex-1 px-5 py-8 sm:py-14", { narrow: "max-w-md", text: "max-w-2xl", wide: "max-w-5xl" }[width])}>
        {children}
      </main>
      <footer className="flex justify-center px-5 pb-6">
        <PageSettings align="start" />
      </footer>
    </div>
  );
}
