import type { Locale } from "./locales";
import type { Messages as AppMessages } from "./messages/en";

declare module "use-intl" {
  interface AppConfig {
    Locale: Locale;
    Messages: AppMessages;
  }
}
