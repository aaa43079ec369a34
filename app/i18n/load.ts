import type { Locale } from "./locales";
import type { Messages } from "./messages/en";
import { toCyrillic } from "./cyrillic";

/** The messages of one language, as a chunk of its own: a reader loads only theirs. */
export async function loadMessages(locale: Locale): Promise<Messages> {
  switch (locale) {
    case "en":
      return (await import("./messages/en")).default;
    case "pl":
      return (await import("./messages/pl")).default as Messages;
    case "sr-Latn":
      return (await import("./messages/sr-Latn")).default as Messages;
    case "sr-Cyrl":
      return toCyrillic((await import("./messages/sr-Latn")).default as Messages);
  }
}
