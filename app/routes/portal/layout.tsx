import type { LoaderFunctionArgs } from "@remix-run/node";
import { Form, Link, NavLink, Outlet, useLoaderData } from "@remix-run/react";
import { cx } from "class-variance-authority";
import { House, LifeBuoy, LogOut, MailCheck, Package, Palette, UserRound } from "lucide-react";
import { useTranslations } from "use-intl";

import { getCompany } from "~/domain/company/company.server";
import { requireCustomer } from "~/http/require";
import { textLinkClass } from "~/ui/button";
import { LanguageChoices, PageSettings, SkipLink, ThemeChoices, Wordmark } from "~/ui/frame";
import { Icon } from "~/ui/icon";
import { Menu, MenuButton, MenuLine, MenuLink } from "~/ui/menu";

/** The frame of the shop's counter: four places, at the thumb on a phone, on top on a desk. */
export async function loader({ context }: LoaderFunctionArgs) {
  const { name } = requireCustomer(context);
  const { supportEmail } = await getCompany(context.app.db.read);
  return { name, supportEmail };
}

const PLACES = [
  { key: "home", to: "/portal", icon: House },
  { key: "orders", to: "/portal/orders", icon: Package },
  { key: "help", to: "/portal/help", icon: LifeBuoy },
  { key: "designs", to: "/portal/designs", icon: Palette },
] as const;

export default function PortalLayout() {
  const { name, supportEmail } = useLoaderData<typeof loader>();
  const t = useTranslations("ui");
  return (
    <div data-mood="portal" className="flex min-h-dvh flex-col max-sm:pb-[calc(4.25rem+env(safe-area-inset-bottom))]">
      <SkipLink />
      <header className="border-b border-line" data-print="no">
        <div className="mx-auto flex min-h-16 w-full max-w-5xl items-center gap-6 px-4 sm:px-6">
          <Link to="/portal" className="min-w-0 truncate rounded-sm">
            <Wordmark />
          </Link>
          <nav aria-label={t("portal.nav")} className="ml-auto self-stretch max-sm:hidden">
            <ul className="flex h-full gap-1">
              {PLACES.map((place) => (
                <li key={place.key} className="flex">
                  <NavLink
                    to={place.to}
                    end={place.to === "/portal"}
                    prefetch="intent"
                    className={({ isActive }) =>
                      cx(
                        "-mb-px flex items-center border-b-2 px-3",
                        isActive ? "border-pine font-medium" : "border-transparent text-muted hover:text-ink",
                      )
                    }
                  >
                    {t(`portal.${place.key}`)}
                  </NavLink>
                </li>
              ))}
            </ul>
          </nav>
          <Menu
            label={t("portal.accountMenu")}
            className="-mr-3 max-sm:ml-auto"
            button={
              <>
                <Icon of={UserRound} size={20} />
                <span className="max-w-44 truncate max-lg:sr-only">{name}</span>
              </>
            }
          >
            <MenuLink to="/portal/account" icon={UserRound}>
              {t("portal.account")}
            </MenuLink>
            <MenuLink to="/portal/preferences" icon={MailCheck}>
              {t("portal.preferences")}
            </MenuLink>
            <MenuLine />
            <LanguageChoices />
            <ThemeChoices />
            <MenuLine />
            <Form method="post" action="/logout" reloadDocument>
              <MenuButton icon={LogOut}>{t("portal.logout")}</MenuButton>
            </Form>
          </Menu>
        </div>
      </header>
      <main id="content" className="mx-auto w-full max-w-5xl flex-1">
        <Outlet />
      </main>
      <footer className="border-t border-line" data-print="no">
        <div className="mx-auto flex w-full max-w-5xl flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-5 text-sm text-muted sm:px-6">
          <p>
            {t.rich("portal.contact", {
              email: supportEmail,
              mail: (text) => (
                <a href={`mailto:${supportEmail}`} className={textLinkClass}>
                  {text}
                </a>
              ),
            })}
          </p>
          <div className="-mx-3">
            <PageSettings />
          </div>
        </div>
      </footer>
      <nav
        aria-label={t("portal.nav")}
        className="fixed inset-x-0 bottom-0 z-30 border-t border-line bg-raised pb-[env(safe-area-inset-bottom)] sm:hidden"
        data-print="no"
      >
        <ul className="grid grid-cols-4">
          {PLACES.map((place) => (
            <li key={place.key}>
              <NavLink
                to={place.to}
                end={place.to === "/portal"}
                className={({ isActive }) =>
                  cx(
                    "flex min-h-[4.25rem] flex-col items-center justify-center gap-1 text-xs",
                    isActive ? "font-medium text-pine" : "text-muted",
                  )
                }
              >
                <Icon of={place.icon} size={22} />
                <span className="max-w-full truncate px-1">{t(`portal.${place.key}`)}</span>
              </NavLink>
            </li>
          ))}
        </ul>
      </nav>
    </div>
  );
}
