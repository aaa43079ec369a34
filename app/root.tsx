import type { LoaderFunctionArgs } from "@remix-run/node";
import { isRouteErrorResponse, Links, Meta, Outlet, Scripts, ScrollRestoration, useLoaderData, useRouteError, useRouteLoaderData } from "@remix-run/react";
import type { ReactNode } from "react";

import { getCompany } from "./domain/company/company.server";
import { IntlFrame } from "./ui/messages-context";
import { useNonce } from "./ui/nonce";
import "./tailwind.css";

export async function loader({ context }: LoaderFunctionArgs) {
  const company = await getCompany(context.app.db.read);
  return {
    locale: context.locale,
    timeZone: context.timeZone,
    theme: context.theme,
    now: context.app.clock(),
    companyName: company.name,
    currency: company.currency,
  };
}

export type RootData = Awaited<ReturnType<typeof loader>>;

export function Layout({ children }: { children: ReactNode }) {
  const data = useRouteLoaderData<typeof loader>("root");
  const nonce = useNonce();
  return (
    <html lang={data?.locale ?? "en"} data-theme={data?.theme ?? "system"}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
        <meta name="color-scheme" content="light dark" />
        <link rel="manifest" href="/manifest.webmanifest" />
        <link rel="icon" type="image/svg+xml" href="/icons/icon.svg" />
        <link rel="apple-touch-icon" href="/icons/apple-touch-icon.png" />
        <meta name="theme-color" content="#0d6b4f" />
        <Meta />
        <Links />
      </head>
      <body>
        <IntlFrame timeZone={data?.timeZone ?? "UTC"} now={data?.now ?? 0}>{children}</IntlFrame>
        <ScrollRestoration nonce={nonce} />
        <Scripts nonce={nonce} />
      </body>
    </html>
  );
}

export default function Root() {
  useLoaderData<typeof loader>();
  return <Outlet />;
}

export function ErrorBoundary() {
  const error = useRouteError();
  const status = isRouteErrorResponse(error) ? error.status : 500;
  return <main><h1>{status}</h1></main>;
}
