import { data, type LoaderFunctionArgs } from "@remix-run/node";
import { Links, Meta, Outlet, Scripts, ScrollRestoration, useLoaderData, useLocation, useRouteLoaderData } from "@remix-run/react";
import { type ReactNode, useContext, useRef } from "react";

import { getCompany } from "./domain/company/company.server";
import { takeFlash } from "./http/flash.server";
import { ErrorPage } from "./ui/error-page";
import { FlashMessage } from "./ui/flash-message";
import { PlainFrame } from "./ui/frame";
import { IntlFrame, MessagesContext } from "./ui/messages-context";
import { useNonce } from "./ui/nonce";
import { NavigationLine, PageTitle } from "./ui/page-title";
import "./tailwind.css";

export async function loader({ request, context }: LoaderFunctionArgs) {
  const company = await getCompany(context.app.db.read);
  const flash = takeFlash(context.app, request);
  const root = {
    locale: context.locale,
    timeZone: context.timeZone,
    theme: context.theme,
    now: context.app.clock(),
    companyName: company.name,
    companyTimeZone: company.timeZone,
    currency: company.currency,
    requestId: context.requestId,
    /** What the form that led here has to say, once. */
    flash: flash && { ...flash.message, id: context.requestId },
  };
  return data(root, flash ? { headers: { "Set-Cookie": flash.clear } } : {});
}

export type RootData = Awaited<ReturnType<typeof loader>>["data"];

export function Layout({ children }: { children: ReactNode }) {
  const data = useRouteLoaderData<typeof loader>("root");
  const nonce = useNonce();
  const locale = useContext(MessagesContext)?.locale;
  const name = data?.companyName ?? "Rapport";
  return (
    <html lang={locale ?? "en"} data-theme={data?.theme ?? "system"}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
        <meta name="color-scheme" content="light dark" />
        <link rel="manifest" href="/manifest.webmanifest" />
        <link rel="icon" type="image/svg+xml" href="/icons/icon.svg" />
        <link rel="apple-touch-icon" href="/icons/apple-touch-icon.png" />
        <meta name="theme-color" content="#0d6b4f" />
        <Meta />
        <title data-page="" suppressHydrationWarning>
          {name}
        </title>
        <Links />
      </head>
      <body>
        <IntlFrame timeZone={data?.timeZone ?? "UTC"} now={data?.now ?? 0}>
          <NavigationLine />
          {children}
          <PageTitle name={name} />
        </IntlFrame>
        <ScrollRestoration nonce={nonce} />
        <Scripts nonce={nonce} />
      </body>
    </html>
  );
}

/** A page that follows changes loads again within a second: what is to be said once stays until the reader goes elsewhere. */
function useSaid<T>(flash: T | null): T | null {
  const { pathname } = useLocation();
  const said = useRef<{ flash: T; pathname: string } | null>(null);
  if (flash) said.current = { flash, pathname };
  else if (said.current?.pathname !== pathname) said.current = null;
  return said.current?.flash ?? null;
}

export default function Root() {
  const flash = useSaid(useLoaderData<typeof loader>().flash);
  return (
    <>
      <Outlet />
      {flash && <FlashMessage messageKey={flash.key} values={flash.values} tone={flash.tone} id={flash.id} />}
    </>
  );
}

export function ErrorBoundary() {
  const { pathname } = useLocation();
  return (
    <PlainFrame mood={pathname.startsWith("/staff") ? "staff" : "portal"} width="text">
      <ErrorPage />
    </PlainFrame>
  );
}
