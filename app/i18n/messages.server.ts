/** All languages at once, for the server: pages, mails and the shell ask here. */
import { createTranslator } from "use-intl";

import { toCyrillic } from "./cyrillic";
import { isLocale, type Locale } from "./locales";
import en, { type Messages } from "./messages/en";
import pl from "./messages/pl";
import srLatn from "./messages/sr-Latn";

const all: Record<Locale, Messages> = {
  en,
  pl: pl as Messages,
  "sr-Latn": srLatn as Messages,
  "sr-Cyrl": toCyrillic(srLatn as Messages),
};

export function messagesOf(locale: string): Messages {
  return all[isLocale(locale) ? locale : "en"];
}

/** A translator outside React, for one area of the messages. */
export function translator<Area extends keyof Messages>(locale: string, area: Area) {
  return createTranslator({ locale: isLocale(locale) ? locale : "en", messages: messagesOf(locale), namespace: area });
}
