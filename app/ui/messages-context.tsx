import { createContext, useContext, type ReactNode } from "react";
import { IntlProvider } from "use-intl";

import type { Locale } from "../i18n/locales";
import type { Messages } from "../i18n/messages/en";

/** The loaded messages of the page's language; entry.server and entry.client put them there before the first render. */
export const MessagesContext = createContext<{ locale: Locale; messages: Messages } | null>(null);

export function IntlFrame({ timeZone, now, children }: { timeZone: string; now: number; children: ReactNode }) {
  const loaded = useContext(MessagesContext);
  if (!loaded) throw new Error("messages are not loaded");
  return (
    <IntlProvider locale={loaded.locale} messages={loaded.messages} timeZone={timeZone} now={new Date(now)}>
      {children}
    </IntlProvider>
  );
}
