import type { LoaderFunctionArgs } from "@remix-run/node";
import { Form, Link, NavLink, Outlet, useLoaderData } from "@remix-run/react";
import { cx } from "class-variance-authority";
import { LogOut, Menu as MenuIcon, UserRound } from "lucide-react";
import { useTranslations } from "use-intl";

import { requireStaff } from "~/http/require";
import { LanguageChoices, SkipLink, ThemeChoices, useFrameData } from "~/ui/frame";
import { Icon } from "~/ui/icon";
import { Menu, MenuButton, MenuLine, MenuLink } from "~/ui/menu";
import { Palette, PaletteButton } from "~/ui/palette";
import { type Place, placesOf } from "~/ui/places";
import { SendingBanner } from "./sending-banner";
import { readSending } from "./sending-banner.server";

/** The frame of the staff pages: a rail of places, the palette, and the page beside them. */
export async function loader({ context }: LoaderFunctionArgs) {
  const { name, role } = requireStaff(context);
  return { name, role, sending: await readSending(context.app.db.read, role === "administrator") };
}

export default function StaffLayout() {
  const { name, role, sending } = useLoaderData<typeof loader>();
  const places = placesOf(role);
  return (
    <div data-mood="staff" className="min-h-dvh lg:grid lg:grid-cols-[13.5rem_minmax(0,1fr)] md:max-lg:grid md:max-lg:grid-cols-[3.5rem_minmax(0,1fr)]">
      <SkipLink />
      <Rail places={places} name={name} />
      <PhoneBar places={places} name={name} />
      <main id="content" className="min-w-0">
        <SendingBanner sending={sending} administrator={role === "administrator"} />
        <Outlet />
      </main>
      <Palette places={places} />
    </div>
  );
}

function Rail({ places, name }: { places: readonly Place[]; name: string }) {
  const t = useTranslations("ui");
  const { companyName } = useFrameData();
  return (
    <header className="z-30 hidden border-r border-line bg-sunken md:block" data-print="no">
      <div className="sticky top-0 flex h-dvh flex-col px-2 py-3 lg:px-2.5">
        <Link to="/staff" className="mb-3 flex min-h-8 items-center gap-2.5 rounded-md px-2 font-semibold hover:bg-hover">
          <Mark />
          <span className="truncate max-lg:sr-only">{companyName}</span>
        </Link>
        <PaletteButton />
        <nav aria-label={t("staff.nav")} className="mt-3 min-h-0 flex-1 overflow-y-auto max-lg:overflow-visible">
          {(["work", "tools"] as const).map((group) => (
            <ul key={group} className="mb-4 flex flex-col gap-0.5">
              {places
                .filter((place) => place.group === group)
                .map((place) => (
                  <li key={place.key}>
                    <RailLink place={place} />
                  </li>
                ))}
            </ul>
          ))}
        </nav>
        <Menu
          label={t("staff.accountMenu", { name })}
          variant="bare"
          side="right"
          align="start"
          button={
            <span className="flex min-h-9 items-center gap-2.5 rounded-md px-2 hover:bg-hover">
              <Initials name={name} />
              <span className="truncate max-lg:sr-only">{name}</span>
            </span>
          }
        >
          <AccountChoices />
        </Menu>
      </div>
    </header>
  );
}

function RailLink({ place }: { place: Place }) {
  const t = useTranslations("ui");
  return (
    <NavLink
      to={place.to}
      end={place.to === "/staff"}
      prefetch="intent"
      title={t(`staff.${place.key}`)}
      className={({ isActive }) =>
        cx(
          "flex min-h-8 items-center gap-2.5 rounded-md px-2.5 lg:px-2",
          isActive ? "bg-pine-wash font-medium text-pine" : "text-ink hover:bg-hover",
        )
      }
    >
      {({ isActive }) => (
        <>
          <Icon of={place.icon} size={17} className={isActive ? "" : "text-muted"} />
          <span className="truncate max-lg:sr-only">{t(`staff.${place.key}`)}</span>
        </>
      )}
    </NavLink>
  );
}

/** On a phone the rail is a menu in a bar: staff pages are made for a desk, but nobody is locked out. */
function PhoneBar({ places, name }: { places: readonly Place[]; name: string }) {
  const t = useTranslations("ui");
  const { companyName } = useFrameData();
  return (
    <header className="sticky top-0 z-30 flex items-center gap-2 border-b border-line bg-sunken px-2 py-1.5 md:hidden" data-print="no">
      <Menu label={t("staff.nav")} align="start" button={<Icon of={MenuIcon} size={18} />} variant="bare" className="[&>summary]:flex [&>summary]:size-9 [&>summary]:items-center [&>summary]:justify-center">
        {places.map((place) => (
          <MenuLink key={place.key} to={place.to} icon={place.icon}>
            {t(`staff.${place.key}`)}
          </MenuLink>
        ))}
      </Menu>
      <Link to="/staff" className="min-w-0 flex-1 truncate font-semibold">
        {companyName}
      </Link>
      <PaletteButton compact />
      <Menu label={t("staff.accountMenu", { name })} button={<Initials name={name} />} variant="bare">
        <AccountChoices />
      </Menu>
    </header>
  );
}

function AccountChoices() {
  const t = useTranslations("ui");
  return (
    <>
      <MenuLink to="/staff/account" icon={UserRound}>
        {t("staff.account")}
      </MenuLink>
      <MenuLine />
      <LanguageChoices />
      <ThemeChoices />
      <MenuLine />
      <Form method="post" action="/staff/logout" reloadDocument>
        <MenuButton icon={LogOut}>{t("staff.logout")}</MenuButton>
      </Form>
    </>
  );
}

function Initials({ name }: { name: string }) {
  const letters = name
    .split(/\s+/)
    .map((word) => word[0] ?? "")
    .join("")
    .slice(0, 2);
  return (
    <span aria-hidden className="flex size-6.5 shrink-0 items-center justify-center rounded-full bg-pine text-xs font-semibold text-on-pine uppercase">
      {letters}
    </span>
  );
}

/** Two strokes that answer each other. */
function Mark() {
  return (
    <svg viewBox="0 0 20 20" className="size-5 shrink-0" aria-hidden>
      <rect width="20" height="20" rx="5" className="fill-pine" />
      <path d="M6 5.5v9M6 10h4.2a2.25 2.25 0 0 0 0-4.5H6M10.4 10l3.6 4.5" fill="none" strokeWidth="1.8" strokeLinecap="round" strokeLinejoin="round" className="stroke-on-pine" />
    </svg>
  );
}
