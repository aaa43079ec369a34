import { RemixBrowser } from "@remix-run/react";
import { startTransition } from "react";
import { hydrateRoot } from "react-dom/client";

import { loadMessages } from "./i18n/load";
import { isLocale } from "./i18n/locales";
import { MessagesContext } from "./ui/messages-context";

const locale = isLocale(document.documentElement.lang) ? document.documentElement.lang : "en";

void loadMessages(locale).then((messages) =>
  startTransition(() => {
    hydrateRoot(
      document,
      <MessagesContext.Provider value={{ locale, messages }}>
        <RemixBrowser />
      </MessagesContext.Provider>,
    );
  }),
);

// Installed as an app, the portal has a page for when there is no network.
if ("serviceWorker" in navigator && window.isSecureContext) void navigator.serviceWorker.register("/sw.js");
